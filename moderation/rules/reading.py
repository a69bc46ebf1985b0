"""How the rules read a comment: sentences of plain words, with the way back to the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from classifiers.text import Folded, Word, fold, words
from moderation.rules.words import sections

ZWNJ = "\u200c"
COMMA = "،"
"""Stands in a sentence as a word of its own: what it parts is said of two things."""

_COMMAS = re.compile("[،,](?= |$)")
_ENDS = re.compile(r"(?<![.!?؟;؛])[.!?؟;؛]+(?=\s|$)")  # from the first mark on only: a row of dots takes linear time
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me"})
_LETTER_MARKS = frozenset("._-*/|,،")
_VERB_PREFIXES = frozenset({"می", "نمی"})
_LEAST_LETTERS = 3
_LONGEST_WORD = 40  # no word is longer, and what is remembered of words stays small


class Token(NamedTuple):
    """A word with its parts joined («می‌گیرد» is «میگیرد»), at [start, end) of the folded text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """A run of words up to the mark that ends it."""

    tokens: tuple[Token, ...]
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


def tokens(folded: Folded) -> list[Token]:
    """The words of a text: «می گیرد» is one, and so is «ر.ش.و.ه»."""
    found: list[Token] = []
    letters: list[Word] = []
    for word in words(folded, joined=True):
        if letters and not _continues(folded, letters[-1], word):
            _close(letters, found)
        if len(word.text) == 1:
            letters.append(word)
            continue
        _close(letters, found)
        if found and found[-1].text in _VERB_PREFIXES and word.start - found[-1].end == 1:
            prefix = found.pop()
            word = Word(prefix.text + word.text, prefix.start, word.end)
        found.append(Token(*word))
    _close(letters, found)
    found += [Token(COMMA, *match.span()) for match in _COMMAS.finditer(folded.text)]
    found.sort(key=lambda token: token.start)
    return [
        token if len(token.text) <= _LONGEST_WORD else token._replace(text=token.text[:_LONGEST_WORD])
        for token in found
    ]


def _continues(folded: Folded, before: Word, word: Word) -> bool:
    """Say whether a letter stands one mark after another letter of a spelled-out word."""
    return len(word.text) == 1 and word.start - before.end == 1 and folded.text[before.end] in _LETTER_MARKS


def _close(letters: list[Word], found: list[Token]) -> None:
    """Put spelled-out letters together; a few are only letters."""
    if len(letters) >= _LEAST_LETTERS:
        found.append(Token("".join(letter.text for letter in letters), letters[0].start, letters[-1].end))
    else:
        found.extend(Token(*letter) for letter in letters)
    letters.clear()


@lru_cache(maxsize=8)
def sentences(folded: Folded) -> tuple[Sentence, ...]:
    """The sentences of a text that hold a word; remembered for a while, as several rules ask for the same comment."""
    read: list[Sentence] = []
    rest = tokens(folded)
    place = 0
    for match in [*_ENDS.finditer(folded.text), None]:
        end = len(folded.text) if match is None else match.start()
        stop = place
        while stop < len(rest) and rest[stop].start < end:
            stop += 1
        if stop > place:
            mark = "" if match is None else match[0]
            read.append(Sentence(tuple(rest[place:stop]), "؟" in mark or "?" in mark))
        place = stop
    return tuple(read)
