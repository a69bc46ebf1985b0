"""The insult lexicon: its families, and the frames that take the sting out of an entry, read from the lists beside."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifiers.fold import fold

_HERE = Path(__file__).parent
FAMILIES = (
    "vulgar", "family", "stupidity", "contempt", "animal", "dehumanise",
    "sexist", "ethnic", "religion", "political", "curse", "threat", "finglish",
)  # fmt: skip
FRAMES = ("negated", "reported", "self", "addressed", "emoji", "criticism", "speech", "roles")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase; one that is not `sure` insults only in some company, an `exact` one in no other spelling."""

    term: str
    family: str
    sure: bool
    exact: bool


@cache
def entries() -> tuple[Entry, ...]:
    """Return every entry of every family; the first family that lists a term keeps it."""
    found: dict[str, Entry] = {}
    for family in FAMILIES:
        for line in _lines(f"{family}.txt"):
            mark, term = (line[0], line[1:]) if line[0] in "?=" else ("", line)
            found.setdefault(term, Entry(term, family, sure=mark != "?", exact=mark == "="))
    return tuple(found.values())


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Return the terms of each family that are insults in any company: what a rule may find."""
    return {
        family: tuple(entry.term for entry in entries() if entry.family == family and entry.sure and not entry.exact)
        for family in FAMILIES
    }


@cache
def allowed() -> tuple[str, ...]:
    """Return the phrases in which an entry is innocent."""
    return tuple(_lines("allow.txt"))


@cache
def frame(name: str) -> frozenset[str]:
    """Return the words of a frame, folded and with their parts joined."""
    return frozenset(fold(line).text.replace(" ", "") for line in _lines(f"frames/{name}.txt"))


def _lines(name: str) -> Iterator[str]:
    for line in (_HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.strip()
