"""What the insult model reads in a text: its words, the finds of the lexicon, and the frame that each find stands in."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifiers import words as lexicon
from classifiers.text import Find, Folded, fold, words
from classifiers.words.finding import by_term, finds

# Debris of the platforms that the training texts come from: no news comment holds it, so no weight may hang on it.
_DEBRIS = re.compile(r"(?:https?://|www\.)\S+|@\w+|#\w+|^rt\b")
_MARKS_OF_DEBRIS = ("@", "#", "://", "www.")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_OPENING = ("«", '"', "“", "‹")
_AROUND = 3
_STRENGTHS = ("sure", "maybe")
_FRAMED = ("negated", "reported", "self")
_ROLE = "کسی"  # what every office, trade and form of address is read as
_ROLE_ENDINGS = ("", "ی", "ا", "ان", "ها", "های", "ش", "شون", "شان", "مون", "مان", "تون", "تان", "ه", "و", "رو")

FEATURES: tuple[str, ...] = (
    *(f"{family}:{strength}" for family in lexicon.FAMILIES for strength in _STRENGTHS),
    *(f"{frame}:{strength}" for frame in (*_FRAMED, "addressed") for strength in _STRENGTHS),
    "finds:many",
    "finds:share",
    "finds:disguised",
    "emoji",
    "reported",
)
_START, _END = attrgetter("start"), attrgetter("end")
_INDEX = {name: index for index, name in enumerate(FEATURES)}


class Token(NamedTuple):
    """A word as the model reads it, at [start, end) of the original."""

    text: str
    start: int
    end: int


_token = partial(tuple.__new__, Token)


class LexiconFind(NamedTuple):
    """A find with its entry and its frame: "bare", "negated", "reported" or "self"."""

    found: Find
    entry: lexicon.Entry
    frame: str
    addressed: bool


class Reading(NamedTuple):
    """A text in the model's eyes; `features` is in the order of FEATURES."""

    tokens: tuple[Token, ...]
    finds: tuple[LexiconFind, ...]
    features: npt.NDArray[np.float64]


class Reader:
    """Reads texts by the lexicon; built once."""

    def __init__(self) -> None:
        self._entries = by_term()
        self._frames = {name: lexicon.frame(name) for name in lexicon.FRAMES}
        self._roles = frozenset(role + ending for role in lexicon.frame("roles") for ending in _ROLE_ENDINGS)
        self._spelled = {term: tuple(word.text for word in words(fold(term), joined=True)) for term in self._entries}

    def read(self, folded: Folded) -> Reading:
        """Return what the model reads in a text."""
        found = finds(folded)
        tokens = self._uncovered(_tokens(folded), found)
        framed = tuple(self._framed(one, tokens, folded.original) for one in found)
        features = self._features(tokens, framed, len(folded.original))
        if not self._roles.isdisjoint([token.text for token in tokens]):
            tokens = tuple(map(self._without_role, tokens))
        return Reading(tokens, framed, features)

    def _without_role(self, token: Token) -> Token:
        """Read an office as somebody: whom comments revile most must not look like how they do it."""
        return token._replace(text=_ROLE) if token.text in self._roles else token

    def _uncovered(self, tokens: list[Token], found: Iterable[Find]) -> tuple[Token, ...]:
        """Put the word that was meant in the place of its disguise."""
        for one in found:
            if one.disguise:
                first = bisect_right(tokens, one.start, key=_END)
                last = bisect_left(tokens, one.end, key=_START)
                tokens[first:last] = [Token(word, one.start, one.end) for word in self._spelled[one.term]]
        return tuple(tokens)

    def _framed(self, found: Find, tokens: Sequence[Token], text: str) -> LexiconFind:
        # tokens are in order, so their neighbours are looked up: a text may hold thousands of finds
        until, onward = bisect_right(tokens, found.start, key=_END), bisect_left(tokens, found.end, key=_START)
        before = [token.text for token in tokens[max(0, until - _AROUND) : until]]
        after = [token.text for token in tokens[onward : onward + _AROUND]]
        frame = "bare"
        if self._any("negated", after[:2] + before[-1:]):
            frame = "negated"
        elif self._any("self", after[:1] + before[-1:]):
            frame = "self"
        elif _is_quoted(found, text) or self._any("reported", [*before, *self._unspoken(after)]):
            frame = "reported"
        return LexiconFind(found, self._entries[found.term], frame, self._any("addressed", before + after))

    def _unspoken(self, after: Iterable[str]) -> list[str]:
        """Return words without verbs of speaking: after an insult these are what the insulted one does."""
        return [word for word in after if word not in self._frames["speech"]]

    def _any(self, frame: str, texts: Iterable[str]) -> bool:
        return not self._frames[frame].isdisjoint(texts)

    def _features(self, tokens: Sequence[Token], finds: Sequence[LexiconFind], length: int) -> npt.NDArray[np.float64]:
        features = np.zeros(len(FEATURES))
        covered = 0
        for found, entry, frame, addressed in finds:
            strength = "sure" if entry.sure else "maybe"
            place = entry.family if frame == "bare" else frame
            features[_INDEX[f"{place}:{strength}"]] = 1.0
            if addressed:
                features[_INDEX[f"addressed:{strength}"]] = 1.0
            if found.disguise and entry.sure:
                features[_INDEX["finds:disguised"]] = 1.0
            if entry.sure:
                covered += found.end - found.start
        if finds:
            sure = sum(one.entry.sure and one.frame == "bare" for one in finds)
            features[_INDEX["finds:many"]] = np.log1p(sure)
            features[_INDEX["finds:share"]] = covered / max(length, 1)
        texts = [token.text for token in tokens]
        features[_INDEX["emoji"]] = self._any("emoji", texts)
        features[_INDEX["reported"]] = self._any("reported", texts)
        return features


def _is_quoted(found: Find, text: str) -> bool:
    """Say whether a quotation mark opens right before a find."""
    return text[max(0, found.start - 1) : found.start] in _OPENING


def _tokens(folded: Folded) -> list[Token]:
    """Return the words, their parts joined, numbers as one sign, and the emoji; platform debris left out."""
    text = folded.text
    found: Sequence[tuple[str, int, int]] = words(folded, joined=True)
    emoji = [(match[0], match.start(), match.end()) for match in _EMOJI.finditer(text)]
    if emoji:
        found = sorted([*found, *emoji], key=itemgetter(1))
    if text.startswith("rt") or any(mark in text for mark in _MARKS_OF_DEBRIS):
        found = _without_debris(found, text)
    offsets = folded.offsets  # Folded.span and Token(…), written out: this is asked of every word
    return [
        _token(("0" if word.isdigit() else word, offsets[start], max(offsets[end], offsets[end - 1] + 1)))
        for word, start, end in found
    ]


def _without_debris(found: Sequence[tuple[str, int, int]], text: str) -> Sequence[tuple[str, int, int]]:
    debris = [match.span() for match in _DEBRIS.finditer(text)]
    ends = [end for _, end in debris]
    return [one for one in found if (place := bisect_right(ends, one[1])) == len(debris) or one[2] <= debris[place][0]]
