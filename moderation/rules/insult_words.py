"""The insulting words and threats of a comment, and whether the words around them take them back."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from classifiers import words as lexicon
from classifiers.text import Find, Folded, Word, words
from classifiers.words.finding import by_term, finds, sure_finds
from moderation.rules.base import Span, Subject
from moderation.rules.patterns import said
from moderation.rules.reading import plain, sentences
from moderation.rules.words import entries

_AROUND = 3  # words on each side in which a frame is looked for: what the insult model looks at
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")
_TATWEEL = "\u0640"
_DRAWN = re.compile(f"{_TATWEEL}+")
_DRAWN_PLACES = 2
# «k...r», «k*s»: of the Latin spellings of three obscene words only the first and the last letter are shown
_MASKED_LATIN = re.compile(r"(?<![A-Za-z0-9])k(?:[.*…_]{2,4}r|[*_]{1,3}[rsn])(?![A-Za-z0-9])")
_HIDING = frozenset({"split", "masked", "mixed", "joined"})


class WordFind(NamedTuple):
    """A lexicon entry in the comment.

    A framed one is denied, reported or turned on the writer himself; a hidden one has its letters parted, masked or run into
    other words, which nobody does to an innocent word; an exclaimed one is a swear word at no person.
    """

    written: str
    family: str
    span: Span
    framed: bool
    hidden: bool = False
    exclaimed: bool = False


def word_finds(subject: Subject) -> tuple[WordFind, ...]:
    """The lexicon's finds in a comment, by place."""
    masked = tuple(
        WordFind(match[0], "vulgar", match.span(), framed=False, hidden=True)
        for match in _MASKED_LATIN.finditer(subject.text)
    )
    found = _telling_finds(subject)
    if not found:
        return masked
    spoken = words(subject.folded, joined=True)
    quotations = [match.span() for match in _QUOTED.finditer(subject.text)]
    return masked + tuple(
        WordFind(
            written=subject.text[one.start : one.end],
            family=by_term()[one.term].family,
            span=(one.start, one.end),
            framed=_is_framed(one, subject, spoken)
            or any(start <= one.start and one.end <= end for start, end in quotations),
            hidden=one.disguise in _HIDING or _is_drawn_out(one, subject),
            exclaimed=_is_exclaimed(one, subject, spoken),
        )
        for one in found
    )


def _telling_finds(subject: Subject) -> list[Find]:
    """The entries that insult in any company, and the others where the letters are drawn apart."""
    found = sure_finds(subject.folded)
    if _TATWEEL not in subject.text:
        return found
    taken = [(one.start, one.end) for one in found]
    drawn = (one for one in finds(subject.folded) if _is_drawn_out(one, subject))
    apart = [one for one in drawn if all(one.end <= start or end <= one.start for start, end in taken)]
    return sorted([*found, *apart], key=lambda one: one.start)


def _is_drawn_out(found: Find, subject: Subject) -> bool:
    """Say whether tatweels stand at several places of a find, «خـائـن»: a headline draws a word out at one."""
    return len(_DRAWN.findall(subject.text, found.start, found.end)) >= _DRAWN_PLACES


def exclamations(subject: Subject) -> tuple[WordFind, ...]:
    """The swear words at no person in a comment in which nothing else can insult; none where something else can."""
    found = finds(subject.folded)
    if not found or not all(plain(one.term) in _swear_words() for one in found):
        return ()
    spoken = words(subject.folded, joined=True)
    if not all(_is_exclaimed(one, subject, spoken) for one in found):
        return ()
    spans = [(one.start, one.end) for one in found]
    return tuple(
        WordFind(subject.text[start:end], "vulgar", (start, end), framed=False, exclaimed=True) for start, end in spans
    )


def threats(subject: Subject) -> tuple[WordFind, ...]:
    """The threats that are sentences and no entries: «قلم پاتو می‌شکنیم»."""
    return _threats(subject.folded)


@lru_cache(maxsize=8)  # two rule sets ask for the same comment
def _threats(folded: Folded) -> tuple[WordFind, ...]:
    text = folded.original
    found = []
    for sentence in sentences(folded):
        for one in said("threats", sentence.texts):
            start, end = folded.span(sentence.tokens[one.start].start, sentence.tokens[one.end - 1].end)
            quoted = any(left <= start and end <= right for left, right in (m.span() for m in _QUOTED.finditer(text)))
            found.append(WordFind(text[start:end], "threat", (start, end), framed=quoted))
    return tuple(found)


def holds_an_entry(subject: Subject) -> bool:
    """Say whether anything in a comment may insult, an animal or its picture included."""
    return bool(finds(subject.folded)) or any(picture in subject.text for picture in lexicon.frame("emoji"))


def _around(found: Find, subject: Subject, spoken: Sequence[Word]) -> tuple[list[str], list[str]]:
    """The words before and after a find; looked up, not run through: a comment may hold thousands of finds."""
    span = subject.folded.span
    until = bisect_right(spoken, found.start, key=lambda word: span(word.start, word.end)[1])
    onward = bisect_left(spoken, found.end, key=lambda word: span(word.start, word.end)[0])
    before = [word.text for word in spoken[max(0, until - _AROUND) : until]]
    return before, [word.text for word in spoken[onward : onward + _AROUND]]


def _is_framed(found: Find, subject: Subject, spoken: Sequence[Word]) -> bool:
    """Say whether the words around a find deny it, report it or turn it on the writer."""
    before, after = _around(found, subject, spoken)
    return bool(
        lexicon.frame("negated").intersection(after[:2] + before[-1:])
        or lexicon.frame("self").intersection(after[:1] + before[-1:])
        or lexicon.frame("reported").intersection(before + after)
    )


def _is_exclaimed(found: Find, subject: Subject, spoken: Sequence[Word]) -> bool:
    """Say whether a find is a swear word that is aimed at nobody: at a match, a price, a film, or at nothing at all."""
    if plain(found.term) not in _swear_words():
        return False
    before, after = _around(found, subject, spoken)
    return not (lexicon.frame("roles") | _persons()).intersection(before + after)


@cache
def _swear_words() -> frozenset[str]:
    return frozenset(plain(entry) for entry in entries("exclamations"))


@cache
def _persons() -> frozenset[str]:
    return frozenset(plain(entry) for entry in entries("persons"))
