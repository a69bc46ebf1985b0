"""A site's word lists compiled once, and what they say of a comment: which words are blocked or suspect, which are allowed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from classifiers.text import Folded, Matcher, compile_terms, find
from moderation.rules.site_patterns import PatternSet
from moderation.rules.word_lists import Kind, SiteList, SiteWord, section_key


class Objection(NamedTuple):
    """A blocked or suspect word at [start, end) of the original; `disguise` is "" for its own spelling."""

    word: SiteWord
    listed: str
    start: int
    end: int
    disguise: str


class Allowed:
    """The stretches of a text that a site allows."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._reach = list(accumulate((end for _, end in ordered), max))

    def __bool__(self) -> bool:
        return bool(self._starts)

    def covers(self, start: int, end: int) -> bool:
        """Say whether one of them covers [start, end) of the original."""
        before = bisect_right(self._starts, start)
        return bool(before) and self._reach[before - 1] >= end


@dataclass(frozen=True, eq=False)
class _Words:
    """Entries that are searched together."""

    matcher: Matcher
    by_term: Mapping[str, SiteWord] = field(repr=False)
    patterns: PatternSet = field(repr=False)
    by_number: Sequence[SiteWord] = field(repr=False)

    @classmethod
    def of(cls, words: Sequence[SiteWord]) -> _Words:
        terms = {word.text: word for word in reversed(words) if not word.pattern}  # the first of a text stands
        patterns = [word for word in words if word.pattern]
        ordered = [word.text for word in words if not word.pattern]
        return cls(compile_terms(ordered), terms, PatternSet.of([word.text for word in patterns]), patterns)

    def find(self, folded: Folded) -> Iterator[tuple[SiteWord, int, int, str]]:
        """The entries in a text, each with its place in the original and how it is disguised."""
        for one in find(folded, self.matcher):
            yield self.by_term[one.term], one.start, one.end, one.disguise
        for number, start, end in self.patterns.find(folded):
            yield self.by_number[number], *folded.span(start, end), ""


@dataclass(frozen=True, eq=False)
class CompiledList:
    """A list ready to search, section by section (None: what counts everywhere). ``size`` is its number of entries."""

    name: str
    size: int
    objecting: Mapping[str | None, _Words] = field(repr=False)
    allowing: Mapping[str | None, _Words] = field(repr=False)

    @classmethod
    def of(cls, words: SiteList) -> CompiledList:
        """Compile a list; 20,000 words take a second or two. Raises PatternRefused."""
        objecting: dict[str | None, list[SiteWord]] = {}
        allowing: dict[str | None, list[SiteWord]] = {}
        for word in sorted(words.entries, key=lambda word: word.kind):  # block before suspect: it stands where both are
            sections = allowing if word.kind is Kind.ALLOW else objecting
            sections.setdefault(section_key(word.section), []).append(word)
        return cls(words.name, len(words.entries), _compiled(objecting), _compiled(allowing))


def _compiled(sections: Mapping[str | None, Sequence[SiteWord]]) -> dict[str | None, _Words]:
    return {section: _Words.of(words) for section, words in sections.items()}


def _in_section(sections: Mapping[str | None, _Words], section: str | None) -> Iterator[_Words]:
    for key in dict.fromkeys((None, section_key(section))):
        if key in sections:
            yield sections[key]


@dataclass(frozen=True)
class SiteLists:
    """All lists of a rule set."""

    lists: tuple[CompiledList, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lists)

    def objections(self, folded: Folded, section: str | None) -> list[Objection]:
        """The blocked and suspect words of a comment in a section, by place, without those that the site allows there."""
        found = [
            Objection(word, one.name, start, end, disguise)
            for one in self.lists
            for words in _in_section(one.objecting, section)
            for word, start, end, disguise in words.find(folded)
        ]
        if found:
            allowed = self.allowed(folded, section)
            found = [one for one in found if not allowed.covers(one.start, one.end)]
        return sorted(found, key=lambda one: (one.start, one.end))

    def allowed(self, folded: Folded, section: str | None) -> Allowed:
        """What the site allows in a comment; a word only in its own spelling."""
        return Allowed(
            (start, end)
            for one in self.lists
            for words in _in_section(one.allowing, section)
            for _, start, end, disguise in words.find(folded)
            if not disguise
        )


NO_LISTS = SiteLists()
