"""Whether a number can be what it looks like: its check digits, by the published procedure of each kind."""

from __future__ import annotations

# First six digits of the cards of Iranian banks, as printed on the cards. Source: the banks' own pages.
BANKS = frozenset(
    "603799 589210 627648 627961 603770 628023 627760 502908 627412 622106 639194 627884 502229 639347 627488 502910 "
    "621986 639346 639607 636214 502806 504706 502938 603769 610433 991975 627353 585983 589463 627381 639370 628157 "
    "505801 505785 606256 606373 636949 505416 504172 639599 639217 606737 636795 585947 627593 207177 502937 636797 "
    "581874 507677 505809 170019".split()
)


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
