"""Which passwords are taken: long ones that nobody would guess first. No rules of composition (NIST SP 800-63B)."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from itertools import batched
from pathlib import Path

SHORTEST, LONGEST = 12, 1000
"""Characters of a password."""

_LEFT_OVER = 8
"""Characters that must be left when a common word or the person's own name is taken out."""
_LISTS = ("common_passwords.txt", "common_passwords_fa.txt")
_SHORTEST_NAME = 4
_ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "الفبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو",
)
_SAME = str.maketrans({"ي": "ی", "ك": "ک", "آ": "ا", "\u200c": None})
_NAMES = re.compile(r"[^\W_]+")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class Weakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "too-short"
    LONG = "too-long"
    COMMON = "common"
    YOURS = "about-you"


IN_ENGLISH = {
    Weakness.SHORT: f"a password has at least {SHORTEST} characters",
    Weakness.LONG: f"a password has at most {LONGEST} characters",
    Weakness.COMMON: "this password is among the first that somebody would guess",
    Weakness.YOURS: "this password is little more than a name of the person or the site",
}


def weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """Why a password is not taken, or None when it is. ``about`` are names that it must not consist of."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    folded = "".join(_folded(password).split())
    if _is_common(folded):
        return Weakness.COMMON
    names = {name for text in about for name in _NAMES.findall(_folded(text)) if len(name) >= _SHORTEST_NAME}
    rest = folded
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, "")
    return Weakness.YOURS if rest != folded and len(rest) < _LEFT_OVER else None


def _is_common(folded: str) -> bool:
    unit = _repeated(folded)
    core = _ENDS.sub("", unit)
    if len(unit) < _LEFT_OVER or len(set(folded)) < 5 or _is_a_row(unit):
        return True
    known = _common()
    return unit in known or (core in known and len(folded) - len(core) < _LEFT_OVER)


def _repeated(text: str) -> str:
    """The shortest piece that the text repeats: ``abcabc`` -> ``abc``."""
    for size in range(1, len(text) // 2 + 1):
        if len(text) % size == 0 and len({*batched(text, size)}) == 1:
            return text[:size]
    return text


def _is_a_row(text: str) -> bool:
    """Keys or letters in the order in which they lie there."""
    return any(text in (row * 2) or text in (row * 2)[::-1] for row in _ROWS)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_SAME)


@functools.cache
def _common() -> frozenset[str]:
    """Both lists, read once in a process."""
    lines = [
        line for name in _LISTS for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    ]
    return frozenset(_folded(line) for line in lines if line and not line.startswith("#"))
