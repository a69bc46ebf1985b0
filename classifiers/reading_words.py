"""The words that keep a disguise from being seen where there is none."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent / "words" / "reading"


@cache
def everyday_words() -> frozenset[str]:
    """Return the Persian words of two to six letters that innocent texts use."""
    return _words("everyday.txt")


@cache
def foreign_words() -> frozenset[str]:
    """Return the words that English, Turkish and Kurmanji sentences use."""
    return _words("foreign.txt")


def _words(name: str) -> frozenset[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
