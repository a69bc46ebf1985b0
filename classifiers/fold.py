"""The matching copy of a text, with a map back to the original."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from classifiers.fold_table import ZWNJ, folded_character

# What stands for itself: a regular expression finds the few characters that need work, the rest is copied in slices.
_PLAIN = "0-9a-z !\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~\\-،؛؟«»" + "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_UNUSUAL = re.compile(f"[^{_PLAIN}]")
# «عاااالی» is «عالی»: three or more of a letter are never spelling. Two may be («الله»), so two stay and only the
# matcher reads across them. "www." is an address.
_STRETCHED = re.compile(r" {2,}|(?!www\.)([^\W\d_])\1{2,}")
_MAY_BE_STRETCHED = re.compile(r"(.)\1\1|  ")  # far cheaper, and no in most texts
_WORD = re.compile(r"[^\W_]+")


class Word(NamedTuple):
    """A run of letters and digits at folded [start, end)."""

    text: str
    start: int
    end: int


_word = partial(tuple.__new__, Word)  # what Word(…) does, without its own loop: words are made for every comment


@dataclass(frozen=True)
class Folded:
    """A text as matchers and models read it.

    `text` holds Persian letters in one spelling (no hamza, madda, harakat, tatweel or invisible characters), digits as
    ASCII, Latin in lower case, stretched letters once, every run of white space, a ZWNJ included, as one space.
    `offsets[i]` is the index in `original` of folded character i; `offsets[len(text)]` is the end of the original.
    """

    original: str
    text: str
    offsets: Sequence[int]

    def __hash__(self) -> int:
        return hash(self.original)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words in order; those that a ZWNJ parts are two."""
        text = self.text
        spans = [match.span() for match in _WORD.finditer(text)]
        return tuple([_word((text[start:end], start, end)) for start, end in spans])

    @cached_property
    def joined_words(self) -> tuple[Word, ...]:
        """The words in order; those that a ZWNJ alone parts are one."""
        joints = self._joints()
        if not joints:
            return self.words
        merged: list[Word] = []
        for word in self.words:
            place = word.start - 1
            if place in joints and merged and merged[-1].end == place:
                before = merged.pop()
                word = Word(before.text + word.text, before.start, word.end)
            merged.append(word)
        return tuple(merged)

    def _joints(self) -> set[int]:
        """The folded places of the spaces that stand for a ZWNJ and no white space."""
        original, offsets = self.original, self.offsets
        found = set()
        at = original.find(ZWNJ)
        while at >= 0:
            place = bisect_right(offsets, at) - 1
            stretch = original[offsets[place] : offsets[place + 1]]
            if self.text[place] == " " and not any(map(str.isspace, stretch)):
                found.add(place)
            at = original.find(ZWNJ, max(at + 1, offsets[place + 1]))
        return found

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the code points [start, end) of the original that folded [start, end) stands for."""
        first = self.offsets[start]
        if end <= start:
            return first, first
        # A ligature such as ﷲ is several folded characters at one place: half of it is still all of it.
        return first, max(self.offsets[end], self.offsets[end - 1] + 1)


@lru_cache(maxsize=8)  # models and rules ask for the same comment, its parent and its article
def fold(text: str) -> Folded:
    """Return the matching copy of any text; never raises, takes linear time."""
    folded = text
    offsets: Sequence[int] = range(len(text) + 1)
    if _UNUSUAL.search(folded):
        folded, offsets = _rewrite(folded, offsets, _replaced(folded))
    if _MAY_BE_STRETCHED.search(folded):
        folded, offsets = _rewrite(folded, offsets, _collapsed(folded))
    return Folded(text, folded, offsets)


def words(folded: Folded, *, joined: bool = False) -> tuple[Word, ...]:
    """Return the words in order; `joined` reads «کتاب‌ها» as «کتابها», otherwise it is two words."""
    return folded.joined_words if joined else folded.words


type _Change = tuple[int, int, str]


def _replaced(text: str) -> Iterator[_Change]:
    for match in _UNUSUAL.finditer(text):
        start = match.start()
        yield start, start + 1, folded_character(match[0])


def _collapsed(text: str) -> Iterator[_Change]:
    for match in _STRETCHED.finditer(text):
        yield match.start(), match.end(), match[0][0]


def _rewrite(text: str, offsets: Sequence[int], changes: Iterator[_Change]) -> tuple[str, Sequence[int]]:
    """Apply changes, in order of place, to a text and to its map."""
    pieces: list[str] = []
    kept: list[int] = []
    done = 0
    for start, end, new in changes:
        if start > done:
            pieces.append(text[done:start])
            kept += offsets[done:start]
        if new:
            pieces.append(new)
            kept += (offsets[start],) * len(new)
        done = end
    pieces.append(text[done:])
    kept += offsets[done:]
    return "".join(pieces), kept
