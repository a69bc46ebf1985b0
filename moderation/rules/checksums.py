"""Whether a number can be what it looks like: its check digits, by the published procedure of each kind."""

from __future__ import annotations

from functools import cache

from moderation.rules.words import entries


def is_national_id(digits: str) -> bool:
    """Say whether ten digits end in the check digit of an Iranian national id (weights 10 to 2, modulo 11)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return int(digits[9]) == (rest if rest < 2 else 11 - rest)


def is_luhn(digits: str) -> bool:
    """Say whether digits satisfy Luhn's formula (ISO/IEC 7812-1)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_card(digits: str) -> bool:
    """Say whether sixteen digits are a card's: Luhn, and not one digit again and again."""
    return len(digits) == 16 and digits[0] in "23456789" and len(set(digits)) > 1 and is_luhn(digits)


def is_iban(digits: str) -> bool:
    """Say whether the 24 digits after «IR» satisfy ISO 13616 (the rest modulo 97 is one)."""
    return len(digits) == 24 and int(digits[2:] + "1827" + digits[:2]) % 97 == 1


@cache
def banks() -> frozenset[str]:
    """The first six digits of the cards of known banks."""
    return frozenset(entries("banks"))
