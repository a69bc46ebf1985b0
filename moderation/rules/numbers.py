"""Numbers as people write them: in groups, with dashes, in Persian digits, spelled in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from classifiers.text import Folded, Word, words

_GROUP = re.compile(r"[0-9]+")
_BETWEEN = re.compile(r"[ .\-()_–—]{1,3}")
_BETWEEN_WORDS = re.compile(r"[ ،,.\-:؛()_]{1,3}")
_MOST_GROUPS = 26
_MOST_DIGITS = 26
_LEAST_SPELLED = 7
_COUNTS = frozenset("23456789")
_ZERO = "صفر"
_OPENERS = (_ZERO, "نهصد", "نه صد")

ONES = ("یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه")
_TEENS = ("ده", "یازده", "دوازده", "سیزده", "چهارده", "پانزده", "شانزده", "هفده", "هجده", "نوزده")
_TENS = ("بیست", "سی", "چهل", "پنجاه", "شصت", "هفتاد", "هشتاد", "نود")
_HUNDREDS = ("صد", "دویست", "سیصد", "چهارصد", "پانصد", "ششصد", "هفتصد", "هشتصد", "نهصد")
_SPOKEN = {"شیش": 6, "هیجده": 18, "پونزده": 15, "شونزده": 16, "هیفده": 17, "پونصد": 500, "شیشصد": 600, "یه": 1}


class Number(NamedTuple):
    """Digits at folded [start, end); `groups` says in how many pieces they are written, 0 when in words."""

    digits: str
    start: int
    end: int
    groups: int


def runs(text: str) -> Iterator[list[re.Match[str]]]:
    """The groups of digits of a folded text that stand so close that they may be one number."""
    run: list[re.Match[str]] = []
    for group in _GROUP.finditer(text):
        if run and not _BETWEEN.fullmatch(text, run[-1].end(), group.start()):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def windows(run: list[re.Match[str]], first: int) -> list[Number]:
    """What the groups of a run from one on may be read as, the longest first."""
    digits, found = "", []
    for count, group in enumerate(run[first : first + _MOST_GROUPS], start=1):
        digits += group[0][: _MOST_DIGITS + 1]
        if len(digits) > _MOST_DIGITS:
            break
        found.append(Number(digits, run[first].start(), group.end(), count))
    return found[::-1]


@lru_cache(maxsize=8)
def spelled(folded: Folded) -> tuple[Number, ...]:
    """The telephone numbers of a text that are spelled in words: «صفر نهصد و دوازده، سه تا صفر، چهل و چهار، ده»."""
    if not any(opener in folded.text for opener in _OPENERS):
        return ()
    return tuple(number for number in _sequences(folded) if _is_telephone(number.digits))


def _is_telephone(digits: str) -> bool:
    if digits.startswith("9"):
        return len(digits) == 10
    return _LEAST_SPELLED <= len(digits) <= 13 and digits[0] == "0" and digits[1] != "0"


def _sequences(folded: Folded) -> Iterator[Number]:
    """Runs of number words that begin with one of the openers, read as digits."""
    sequence: list[Word] = []
    for word in words(folded, joined=True):
        known = (
            _value(word.text) is not None or word.text in ("و", "تا") or (word.text.isdigit() and len(word.text) < 5)
        )
        near = not sequence or _BETWEEN_WORDS.fullmatch(folded.text, sequence[-1].end, word.start)
        if sequence and not (known and near):
            yield from _read(sequence)
            sequence = []
        if known:
            sequence.append(word)
    yield from _read(sequence)


def _read(sequence: list[Word]) -> Iterator[Number]:
    """The digits that a run of number words says, from its first opener on."""
    start = next(
        (place for place, word in enumerate(sequence) if word.text in (_ZERO, "نهصد") or _is_parted(sequence, place)),
        None,
    )
    if start is None:
        return
    pieces: list[str] = []
    open_until = 0  # «و» may add what is smaller than this to the piece before
    texts = [word.text for word in sequence]
    place = start
    while place < len(texts) and len(pieces) < _MOST_DIGITS:
        text = texts[place]
        if text in ("و", "تا"):
            place += 1
            continue
        value = _value(text)
        if value is None:
            pieces.append(text)
            open_until = 0
        elif value == 9 and _is_parted(sequence, place):
            pieces.append("900")
            open_until = 100
            place += 1
        elif value == 0:
            open_until = _add_zeros(pieces, place, texts)
        elif value < open_until and texts[place - 1] == "و":
            pieces[-1] = str(int(pieces[-1]) + value)
            open_until = _room(value)
        else:
            pieces.append(str(value))
            open_until = _room(value)
        place += 1
    yield Number("".join(pieces), sequence[start].start, sequence[-1].end, 0)


def _add_zeros(pieces: list[str], place: int, texts: list[str]) -> int:
    """Add one zero, or as many as the number before says: «سه تا صفر», «سه صفر»."""
    before = texts[place - 1] if place else ""
    counted = len(pieces) > 0 and pieces[-1] in _COUNTS and (before == "تا" or pieces[-1] in "234")
    if counted:
        pieces[-1] = "0" * int(pieces[-1])
    else:
        pieces.append("0")
    return 0


def _is_parted(sequence: list[Word], place: int) -> bool:
    """Say whether «نهصد» is written in two words here."""
    return sequence[place].text == "نه" and place + 1 < len(sequence) and sequence[place + 1].text == "صد"


def _room(value: int) -> int:
    if value >= 100:
        return 100 if value % 100 == 0 else 0
    return 10 if value >= 20 and value % 10 == 0 else 0


def _value(text: str) -> int | None:
    return _values().get(text)


@cache
def _values() -> dict[str, int]:
    """The numbers below a thousand that may be written as one word, «بیست‌ودو» among them."""
    ones = {text: value for value, text in enumerate(ONES, start=1)}
    teens = {text: value for value, text in enumerate(_TEENS, start=10)}
    tens = {text: value for value, text in enumerate(_TENS, start=2)}
    values = {_ZERO: 0, **ones, **teens, **{text: 10 * value for text, value in tens.items()}, **_SPOKEN}
    values |= {text: 100 * value for value, text in enumerate(_HUNDREDS, start=1)}
    for (ten, value), (one, unit) in product(tens.items(), ones.items()):
        values[f"{ten}و{one}"] = 10 * value + unit
    return values
