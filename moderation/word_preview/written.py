"""How words that were found are written: their endings and disguises, and the whole words that should rather be allowed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from classifiers.text import fold, words
from moderation.rules.listed import compiled_list
from moderation.rules.site_lists import Objection, SiteLists
from moderation.rules.word_lists import LONGEST_TERM, Kind, SiteList, SiteWord
from moderation.word_preview.recent import Counts, Fate, Recent
from moderation.word_preview.trial import Hit, Trial

OWN, LONGER = "own", "longer"
"""How a find is written that is not disguised: as the entry itself, or as a part of a longer word (an ending, a ZWNJ, …)."""
_ZWNJ = "\u200c"
_HIDDEN = frozenset({"split", "masked", "mixed"})  # nobody hides an innocent word
_LONGEST = 60  # characters of a form that are told


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which an entry is written in the comments: the whole words, and how (OWN, LONGER or a disguise)."""

    written: str
    how: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A whole word that is hit though people approved comments with it: allowed, it would free ``counts`` comments."""

    text: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Passing:
    """A whole word that holds the letters of an entry and is not hit, with the approved comments in which it is."""

    text: str
    comments: int


def forms(trial: Trial) -> list[Form]:
    """The ways in which the entries are written, the most frequent first; each comment counts once for each."""
    found: dict[tuple[str, str], list[tuple[str, Fate]]] = {}
    for hit in trial.hits or trial.freed:
        seen = set()
        for one in hit.found:
            written = whole(hit.comment.text, one)
            key = (_same(written), _how(one, written))
            if key not in seen:
                seen.add(key)
                found.setdefault(key, []).append((written, hit.comment.fate))
    told = [
        Form(_usual(written for written, _ in some)[:_LONGEST], how, Counts.of(fate for _, fate in some))
        for (_, how), some in found.items()
    ]
    return sorted(told, key=lambda form: -form.counts.total)


def suggestions(trial: Trial) -> list[Suggestion]:
    """The whole words that should rather be allowed, those that people approved most first.

    Each is hit in more comments that people approved than in rejected ones, is another word than the entry itself, and would
    free the comments that are told: that is tried, not assumed.
    """
    entries = {word.letters for word in trial.words if not word.pattern}
    judged = [hit for hit in trial.hits if hit.comment.by_people]
    written: dict[str, list[str]] = {}
    for hit in judged:
        for one in hit.found:
            text = whole(hit.comment.text, one)
            if one.disguise not in _HIDDEN and len(text) <= LONGEST_TERM and (letters := _same(text)) not in entries:
                written.setdefault(letters, []).append(text)
    candidates = [SiteWord(_usual(some), Kind.ALLOW) for some in written.values()]
    freed = _freed_by(candidates, judged)
    told = [Suggestion(text, Counts.of(fates)) for text, fates in freed.items()]
    wanted = [one for one in told if one.counts.approved > one.counts.rejected]
    return sorted(wanted, key=lambda one: one.counts.rejected - one.counts.approved)


def passing(trial: Trial, word: SiteWord) -> list[Passing]:
    """The words of approved comments that hold a word's letters and are left alone, the most frequent first."""
    letters = word.letters
    if word.pattern or not letters:
        return []
    hit = {one.comment.id: one.spans for one in trial.hits}
    found: dict[str, list[str]] = {}
    for comment in trial.looked_at:
        if comment.fate is Fate.APPROVED:
            for same, text in _passing_in(comment, letters, hit.get(comment.id, ())):
                found.setdefault(same, []).append(text)
    return sorted((Passing(_usual(some), len(some)) for some in found.values()), key=lambda one: -one.comments)


def whole(text: str, one: Objection) -> str:
    """The whole words of a find, parts behind a ZWNJ included."""
    start, end = one.start, one.end
    while start > 0 and _is_inside(text[start - 1]):
        start -= 1
    while end < len(text) and _is_inside(text[end]):
        end += 1
    return text[start:end].strip(_ZWNJ)


def _freed_by(candidates: Sequence[SiteWord], hits: Iterable[Hit]) -> dict[str, list[Fate]]:
    """For each candidate what became of the comments in which it would free everything that it is found around."""
    if not candidates:
        return {}
    lists = SiteLists((compiled_list(SiteList("", tuple(candidates))),))
    known = {_same(word.text): word.text for word in candidates}
    freed: dict[str, list[Fate]] = {}
    for hit in hits:
        allowed = lists.allowed(fold(hit.comment.text), None)
        inside = {
            text
            for one in hit.found
            if allowed.covers(one.start, one.end) and (text := known.get(_same(whole(hit.comment.text, one))))
        }
        for text in inside:
            freed.setdefault(text, []).append(hit.comment.fate)
    return freed


def _passing_in(comment: Recent, letters: str, spans: Sequence[tuple[int, int]]) -> Iterable[tuple[str, str]]:
    """The words of a comment that hold these letters outside of what is hit, each once: folded, and as written."""
    folded = fold(comment.text)
    if letters not in folded.text.replace(" ", ""):
        return ()
    found = {}
    for word in words(folded, joined=True):
        if letters in word.text:
            start, end = folded.span(word.start, word.end)
            if not any(start < last and first < end for first, last in spans):
                found[word.text] = comment.text[start:end]
    return found.items()


def _how(one: Objection, written: str) -> str:
    if one.disguise:
        return one.disguise
    return OWN if one.word.pattern or _same(written) == one.word.letters else LONGER


@lru_cache(maxsize=4096)
def _same(written: str) -> str:
    """What makes two written forms one: their letters."""
    return "".join(filter(str.isalnum, fold(written).text))


def _usual(written: Iterable[str]) -> str:
    """The spelling that is used most; of several the shortest."""
    return min(Counter(written).items(), key=lambda each: (-each[1], len(each[0])))[0]


def _is_inside(character: str) -> bool:
    return character.isalnum() or character == _ZWNJ or unicodedata.category(character) == "Mn"
