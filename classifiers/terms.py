"""Word lists compiled once and found in a folded text, however they are spelled."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

import ahocorasick

from classifiers import latin
from classifiers.fold import Folded
from classifiers.gaps import Passage, breaks_off, gaps, is_spelled_out
from classifiers.hidden import hidden
from classifiers.joined import LEAST_JOINED, follows_words
from classifiers.latin_spelling import is_offered, keys
from classifiers.skeleton import Skeleton, reduce_letters, repeats_enough, runs, unstretched
from classifiers.term_entries import Entry, Hit, distinct, is_arabic, skeletons, tail

_VERB_PREFIX = re.compile("(?<![^ ])ن?می $")  # «می‌خری» is a verb, not the animal


class Find(NamedTuple):
    """A term at [start, end) of the original.

    `disguise` is "" for its own spelling, else how it was disguised: "spelling" (it sounds alike), "split" (something
    stands between its letters), "masked" (a sign or digit hides a letter), "joined" (words before it run into it), "latin"
    (Finglish) or "mixed" (half Latin).
    """

    term: str
    start: int
    end: int
    disguise: str = ""


@dataclass(frozen=True, slots=True)
class Matcher:
    """Compiled terms; size and speed depend little on how many there are."""

    terms: int
    automaton: ahocorasick.Automaton = field(repr=False)
    latin: ahocorasick.Automaton = field(repr=False)


def compile_terms(terms: Iterable[str], *, allow: Iterable[str] = ()) -> Matcher:
    """Build a matcher of words and phrases; a find inside an allowed word or phrase does not count."""
    groups: dict[str, list[Entry]] = {}
    romanised: dict[str, list[Entry]] = {}
    count = 0
    for parts, term, allowed in distinct(terms, allow):
        letters = "".join(parts)
        count += not allowed
        repeated = runs(letters)
        for skeleton, joints in skeletons(parts).items():
            entry = Entry(term, parts, letters, joints, repeated, allowed)
            groups.setdefault(skeleton, []).append(entry)
        if not allowed and is_offered(letters):
            for key in keys(parts):
                romanised.setdefault(key, []).append(entry)
    return Matcher(count, _automaton(groups), _automaton(romanised))


def _automaton(groups: dict[str, list[Entry]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for letters, entries in groups.items():
        automaton.add_word(letters, (len(letters), is_arabic(letters[0]), tuple(entries)))
    if groups:
        automaton.make_automaton()
    return automaton


def find(folded: Folded, matcher: Matcher) -> list[Find]:
    """Return the terms in a text by place; where finds overlap, the longer and then the earlier one stands."""
    if not matcher.terms:
        return []
    hits = list(_hits(folded, reduce_letters(folded.text), matcher))
    hits += hidden(folded.text, matcher.automaton)
    hits += latin.hits(folded, matcher.latin)
    if not hits:
        return []
    found = [*_not_allowed(hits)]
    found.sort(key=lambda hit: (hit.start - hit.end, hit.start, hit.disguise))
    taken: list[Hit] = []
    claimed = bytearray(len(folded.text))
    for hit in found:
        if not any(claimed[hit.start : hit.end]):
            claimed[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            taken.append(hit)
    taken.sort(key=lambda hit: hit.start)
    return [Find(hit.entry.term, *folded.span(hit.start, hit.end), hit.disguise) for hit in taken]


def _not_allowed(hits: Sequence[Hit]) -> Iterator[Hit]:
    """Leave out the hits whose whole word lies inside an allowed word or phrase."""
    allowed = sorted((hit.start, hit.tail) for hit in hits if hit.entry.allowed)
    starts = [start for start, _ in allowed]
    reach = list(accumulate((tail_ for _, tail_ in allowed), max))
    for hit in hits:
        if hit.entry.allowed:
            continue
        before = bisect_right(starts, hit.start)
        if not before or reach[before - 1] < hit.tail:
            yield hit


def _hits(folded: Folded, skeleton: Skeleton, matcher: Matcher) -> Iterator[Hit]:
    text, letters, places = skeleton
    before = " " + text
    for last, (length, arabic, entries) in matcher.automaton.iter(letters):
        start = places[last - length + 1]
        # Most hits of a long list begin inside a word: this question, parted() written out, is asked of them all.
        inside = before[start] != " " and ("\u0600" <= before[start] <= "\u06ff") is arabic
        if inside and (length < LEAST_JOINED or not follows_words(folded.text, places[last - length + 1])):
            continue
        if length <= 2 and _VERB_PREFIX.search(text[max(0, start - 5) : start]):
            continue
        end = _end_of_run(text, places[last])
        whole = tail(text, end, length)
        if whole is None:
            continue
        passage = Passage(folded.text, start, end, whole, places[last - length + 1 : last + 1])
        hit = _best(folded, text, passage, entries)
        if hit is None:
            continue
        if not inside:
            yield hit
        elif not (hit.entry.allowed or hit.disguise or gaps(folded, text, passage.places)):
            yield hit._replace(disguise="joined")


def _end_of_run(text: str, place: int) -> int:
    """Return where the repetitions of the letter at `place` end."""
    end = place + 1
    while end < len(text) and text[end] == text[place] and not text[end].isdigit():
        end += 1
    return end


def _best(folded: Folded, skeleton: str, passage: Passage, entries: Sequence[Entry]) -> Hit | None:
    """Return the entry that a passage spells, one in its own spelling before one that only sounds like it."""
    written = passage.written
    between = gaps(folded, skeleton, passage.places)
    letters = "".join(filter(str.isalnum, written))
    best = None
    for entry in entries:
        seen = unstretched(folded, passage.start, passage.end) if entry.runs else letters
        if entry.runs and not repeats_enough(seen, entry.runs):
            continue
        if between.keys() <= entry.joints:
            if breaks_off(written):
                continue
            disguise = "" if entry.letters in (letters, seen) else "spelling"
        elif is_spelled_out(passage, between, entry):
            disguise = "split"
        else:
            continue
        if entry.allowed and disguise:
            continue
        hit = Hit(entry, passage.start, passage.end, passage.tail, disguise)
        if not disguise:
            return hit
        best = best or hit
    return best
