"""How the rules read a comment: sentences of plain words, with the way back to the text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from operator import itemgetter

from classifiers.text import Folded, Word, fold, words
from moderation.rules.words import sections

ZWNJ = "\u200c"
COMMA = "،"
"""Stands in a sentence as a word of its own: what it parts is said of two things."""

_COMMAS = re.compile("[،,](?= |$)")
# From the first mark on only: a row of dots takes linear time. The mark stands before what it follows for speed.
_ENDS = re.compile(r"[.!?؟;؛](?<![.!?؟;؛]{2})[.!?؟;؛]*(?=\s|$)")
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me"})
_LETTER_MARKS = frozenset("._-*/|,،")
_VERB_PREFIXES = frozenset({"می", "نمی"})
_LEAST_LETTERS = 3
_LONGEST_WORD = 40  # no word is longer, and what is remembered of words stays small


@dataclass(frozen=True)
class Sentence:
    """A run of words up to the mark that ends it."""

    tokens: tuple[Word, ...]
    """With parts joined («می‌گیرد» is «میگیرد»), at [start, end) of the folded text."""
    question: bool

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(token.text for token in self.tokens)


def plain(entry: str) -> str:
    """An entry of a word list as the text of a token: folded, its parts joined."""
    return "".join(word.text for word in words(fold(entry)))


def shown(text: str, longest: int = 60) -> str:
    """A passage of a comment fit for a sentence of ours: no control or direction marks, no halves of characters."""
    kept = "".join(
        character if character == ZWNJ or unicodedata.category(character) not in _UNSHOWN else " " for character in text
    )
    kept = " ".join(kept.split())
    return kept if len(kept) <= longest else kept[: longest - 1] + "…"


@cache
def morphology(heading: str) -> frozenset[str]:
    """The endings or small words under a heading of morphology.txt."""
    return frozenset(plain(entry) or entry for entry in sections("morphology")[heading])


def tokens(folded: Folded) -> list[Word]:
    """The words of a text: «می گیرد» is one, and so is «ر.ش.و.ه»."""
    found = list(words(folded, joined=True))
    if [len(text) for text, _, _ in found].count(1) >= _LEAST_LETTERS:
        found = list(_put_together(folded, found))
    if not _VERB_PREFIXES.isdisjoint([text for text, _, _ in found]):
        found = _with_prefixes(found)
    if max([len(text) for text, _, _ in found], default=0) > _LONGEST_WORD:
        found = [word._replace(text=word.text[:_LONGEST_WORD]) for word in found]
    if commas := [Word(COMMA, *match.span()) for match in _COMMAS.finditer(folded.text)]:
        found = sorted(found + commas, key=itemgetter(1))
    return found


def _with_prefixes(spoken: Iterable[Word]) -> list[Word]:
    """Put the parts of a verb together that a space parts."""
    found: list[Word] = []
    for word in spoken:
        if found and found[-1].text in _VERB_PREFIXES and word.start - found[-1].end == 1 and len(word.text) > 1:
            prefix = found.pop()
            word = Word(prefix.text + word.text, prefix.start, word.end)
        found.append(word)
    return found


def _put_together(folded: Folded, spoken: Iterable[Word]) -> Iterator[Word]:
    """Make one word of letters that stand one mark apart; a few are only letters."""
    letters: list[Word] = []
    for word in spoken:
        if letters and not _continues(folded, letters[-1], word):
            yield from _closed(letters)
            letters = []
        if len(word.text) == 1:
            letters.append(word)
        else:
            yield word
    yield from _closed(letters)


def _continues(folded: Folded, before: Word, word: Word) -> bool:
    """Say whether a letter stands one mark after another letter of a spelled-out word."""
    return len(word.text) == 1 and word.start - before.end == 1 and folded.text[before.end] in _LETTER_MARKS


def _closed(letters: Sequence[Word]) -> Sequence[Word]:
    if len(letters) < _LEAST_LETTERS:
        return letters
    return [Word("".join(letter.text for letter in letters), letters[0].start, letters[-1].end)]


@lru_cache(maxsize=8)
def sentences(folded: Folded) -> tuple[Sentence, ...]:
    """The sentences of a text that hold a word; remembered for a while, as several rules ask for the same comment."""
    read: list[Sentence] = []
    rest = tokens(folded)
    place = 0
    for match in [*_ENDS.finditer(folded.text), None]:
        stop = len(rest) if match is None else bisect_left(rest, match.start(), lo=place, key=itemgetter(1))
        if stop > place:
            mark = "" if match is None else match[0]
            read.append(Sentence(tuple(rest[place:stop]), "؟" in mark or "?" in mark))
        place = stop
    return tuple(read)
