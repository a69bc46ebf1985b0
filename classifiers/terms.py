"""Word lists compiled once and found in a folded text, however they are spelled."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import NamedTuple

import ahocorasick

from classifiers.fold import Folded, fold
from classifiers.fold_table import ZWNJ
from classifiers.skeleton import Skeleton, reduce_letters, repeats_enough, runs, sound

_SENTENCE_MARKS = frozenset('.!?؟;؛,،:…"«»()[]')

# What may follow a term inside its word. Endings that turn a two-letter word into another one («خرید», «خرم», «کسان»)
# are left to the list.
_PLURALS = """
ها های هایی هام هات هاش هامون هاتون هاشون هایم هایت هایش هایمان هایتان هایشان هایند هاییم هایید هان هاست هارا هارو هاتو
"""
_OTHERS = """
م ت ش ام ات اش مان تان شان مون تون شون امون اتون اشون ای یی ان انی انه ا یم ید ین ند ن ایم اید اند ست است
تر ترین تری ترینی ترها ترینها تره و رو را یا یها یهای گان گی
"""
_AFTER_TWO = frozenset(f"ی ه {_PLURALS}".split())
_AFTER_MORE = _AFTER_TWO | frozenset(_OTHERS.split())
_LONGEST_ENDING = 9
_VERB_PREFIX = re.compile("(?<![^ ])ن?می $")  # «می‌خری» is a verb, not the animal
_MASK = "*#@$%&×•~^+=_"
_SIGN = re.compile(f"[{re.escape(_MASK)}]")
_MASKED = re.compile(f"(?<![^\\W_])[^\\W\\d_]+(?:[{re.escape(_MASK)}]{{1,3}}[^\\W\\d_]+)+")
_MASKED_AT_MOST = 50  # words looked at in one text: a text full of stars is for another rule
_ARABIC_RUN = re.compile(f"[\u0600-\u06ff]{{0,{_LONGEST_ENDING + 1}}}")


class Find(NamedTuple):
    """A term at [start, end) of the original.

    `disguise` is "" for its own spelling, else "spelling" (it sounds alike), "split" or "masked".
    """

    term: str
    start: int
    end: int
    disguise: str = ""


class _Entry(NamedTuple):
    """A term as it is compared: folded letters, where it may be split, how often letters repeat when any does."""

    term: str
    letters: str
    joints: frozenset[int]
    runs: tuple[int, ...]
    allowed: bool


class _Hit(NamedTuple):
    """A find in folded positions; `tail` is the end of the word that the term begins."""

    entry: _Entry
    start: int
    end: int
    tail: int
    disguise: str


@dataclass(frozen=True, slots=True)
class Matcher:
    """Compiled terms; size and speed depend little on how many there are."""

    terms: int
    automaton: ahocorasick.Automaton = field(repr=False)
    by_shape: dict[tuple[str, int], tuple[_Entry, ...]] = field(repr=False)


def compile_terms(terms: Iterable[str], *, allow: Iterable[str] = ()) -> Matcher:
    """Build a matcher of words and phrases; a find inside an allowed word or phrase does not count."""
    groups: dict[str, list[_Entry]] = {}
    shapes: dict[tuple[str, int], list[_Entry]] = {}
    count = 0
    for parts, term, allowed in _distinct(terms, allow):
        letters = "".join(parts)
        count += not allowed
        for skeleton, joints in _skeletons(parts).items():
            entry = _Entry(term, letters, joints, runs(letters), allowed)
            groups.setdefault(skeleton, []).append(entry)
        if not allowed and len(letters) >= 3:
            shapes.setdefault((sound(letters)[0], len(letters)), []).append(entry)
    automaton = ahocorasick.Automaton()
    for skeleton, entries in groups.items():
        automaton.add_word(skeleton, (len(skeleton), _is_arabic(skeleton[0]), tuple(entries)))
    if groups:
        automaton.make_automaton()
    return Matcher(count, automaton, {shape: tuple(entries) for shape, entries in shapes.items()})


def find(folded: Folded, matcher: Matcher) -> list[Find]:
    """Return the terms in a text by place; where finds overlap, the longer and then the earlier one stands."""
    if not matcher.terms:
        return []
    hits = list(_hits(folded, reduce_letters(folded.text), matcher))
    found = [*_not_allowed(hits), *_masked(folded, matcher)]
    found.sort(key=lambda hit: (hit.start - hit.end, hit.start, hit.disguise))
    taken: list[_Hit] = []
    claimed = bytearray(len(folded.text))
    for hit in found:
        if not any(claimed[hit.start : hit.end]):
            claimed[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            taken.append(hit)
    taken.sort(key=lambda hit: hit.start)
    return [Find(hit.entry.term, *folded.span(hit.start, hit.end), hit.disguise) for hit in taken]


def _distinct(terms: Iterable[str], allow: Iterable[str]) -> Iterator[tuple[list[str], str, bool]]:
    """Fold each term into its parts, once each; what holds no letter or digit is no term."""
    seen: set[tuple[str, bool]] = set()
    for given, allowed in ((terms, False), (allow, True)):
        for term in given:
            parts = "".join(c if c.isalnum() else " " for c in fold(term).text).split()
            letters = "".join(parts)
            if letters and (letters, allowed) not in seen:
                seen.add((letters, allowed))
                yield parts, term, allowed


def _skeletons(parts: Sequence[str]) -> dict[str, frozenset[int]]:
    """Return the one or two skeletons of a term, each with the places where the term is written apart.

    There are two when a part begins with the letter that the part before ends with: joined, they are one double letter.
    """
    skeletons = {}
    for separator in (" ", ""):
        letters = ""
        joints = []
        whole = ""
        for part in parts:
            joints.append(len(letters))
            whole += separator + part
            letters = reduce_letters(whole).letters
        skeletons[letters] = frozenset(joints[1:])
    return skeletons


def _not_allowed(hits: Sequence[_Hit]) -> Iterator[_Hit]:
    """Leave out the hits whose whole word lies inside an allowed word or phrase."""
    allowed = sorted((hit.start, hit.tail) for hit in hits if hit.entry.allowed)
    starts = [start for start, _ in allowed]
    reach = list(accumulate((tail for _, tail in allowed), max))
    for hit in hits:
        if hit.entry.allowed:
            continue
        before = bisect_right(starts, hit.start)
        if not before or reach[before - 1] < hit.tail:
            yield hit


def _hits(folded: Folded, skeleton: Skeleton, matcher: Matcher) -> Iterator[_Hit]:
    text, letters, places = skeleton
    before = " " + text
    for last, (length, arabic, entries) in matcher.automaton.iter(letters):
        start = places[last - length + 1]
        # Most hits of a long list begin inside a word: this question, _parted() written out, is asked of them all.
        if before[start] != " " and ("\u0600" <= before[start] <= "\u06ff") is arabic:
            continue
        if length <= 2 and _VERB_PREFIX.search(text[max(0, start - 5) : start]):
            continue
        end = _end_of_run(text, places[last])
        tail = _tail(text, end, length)
        if tail is None:
            continue
        gaps = _gaps(folded, text, places[last - length + 1 : last + 1])
        hit = _best(folded.text[start:end], entries, gaps, (start, end, tail))
        if hit is not None:
            yield hit


def _parted(before: str, after: str) -> bool:
    """Say whether a word may end between two characters of the skeleton."""
    return before == " " or after == " " or _is_arabic(before) != _is_arabic(after)


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff"


def _end_of_run(text: str, place: int) -> int:
    """Return where the repetitions of the letter at `place` end."""
    end = place + 1
    while end < len(text) and text[end] == text[place] and not text[end].isdigit():
        end += 1
    return end


def _tail(text: str, end: int, length: int) -> int | None:
    """Return the end of the word when only a light ending follows a term, else None."""
    if end == len(text) or _parted(text[end - 1], text[end]):
        return end
    ending = _ARABIC_RUN.match(text, end)
    if ending is None or not _is_ending(ending[0], length):
        return None
    return ending.end()


def _is_ending(ending: str, length: int) -> bool:
    return ending in (_AFTER_TWO if length <= 2 else _AFTER_MORE)


def _gaps(folded: Folded, text: str, places: Sequence[int]) -> dict[int, str]:
    """Return what stands between the letters of a hit, by the number of letters before it; a ZWNJ alone is no gap."""
    if places[-1] - places[0] == len(places) - 1:
        return {}
    gaps = {}
    for count, (place, following) in enumerate(pairwise(places), start=1):
        between = text[place + 1 : following]
        if " " in between and not (between == " " and folded.original[folded.offsets[following - 1]] == ZWNJ):
            gaps[count] = between
    return gaps


def _best(written: str, entries: Sequence[_Entry], gaps: dict[int, str], where: tuple[int, int, int]) -> _Hit | None:
    """Return the entry that a passage spells, one in its own spelling before one that only sounds like it."""
    letters = "".join(filter(str.isalnum, written))
    best = None
    for entry in entries:
        plain = letters == entry.letters
        if entry.runs and not repeats_enough(letters, entry.runs):
            continue
        if gaps.keys() <= entry.joints:
            if _breaks_off(written):
                continue
            disguise = "" if plain else "spelling"
        elif _is_spelled_out(written, gaps, entry):
            disguise = "split"
        else:
            continue
        if entry.allowed and disguise:
            continue
        hit = _Hit(entry, *where, disguise)
        if not disguise:
            return hit
        best = best or hit
    return best


def _breaks_off(written: str) -> bool:
    """Say whether a sentence or clause ends inside a passage: a mark with white space beside it."""
    if " " not in written or _SENTENCE_MARKS.isdisjoint(written):
        return False
    return any(
        mark in _SENTENCE_MARKS and " " in written[max(0, place - 1) : place + 2] for place, mark in enumerate(written)
    )


def _is_spelled_out(written: str, gaps: dict[int, str], entry: _Entry) -> bool:
    """Say whether a word is written letter by letter, or is long and in two, or is cut by a sign inside it."""
    if any(len(between) > 4 for between in gaps.values()):
        return False
    length = len(entry.letters) if not entry.runs else len(entry.runs)
    if length >= 3 and len(gaps) >= length - 1:
        return True
    if length >= 5 and len(gaps) >= length - 2:
        return True
    if len(gaps) == 1 and length >= 6:
        (place,) = gaps
        return 2 <= place <= length - 2 and gaps[place] == " "
    return length >= 4 and " " not in written


def _masked(folded: Folded, matcher: Matcher) -> Iterator[_Hit]:
    """Find words of which a sign hides a letter («ا*مق»)."""
    if not _SIGN.search(folded.text):
        return
    for number, match in enumerate(_MASKED.finditer(folded.text)):
        if number == _MASKED_AT_MOST:
            return
        word = "".join("*" if c in _MASK else c for c in sound(match[0]))
        hit = _unmask(word, match.start(), matcher)
        if hit is not None:
            yield hit


def _unmask(word: str, start: int, matcher: Matcher) -> _Hit | None:
    """Return the term that a masked word stands for: one sign a letter, and fewer hidden than shown."""
    shortest = max(3, word.rindex("*") + 2)
    for length in range(len(word), shortest - 1, -1):
        shown = word[:length]
        if 2 * shown.count("*") >= length or (length < len(word) and not _is_ending(word[length:], length)):
            continue
        pattern = re.compile(shown.replace("*", "."))
        for entry in matcher.by_shape.get((word[0], length), ()):
            if pattern.fullmatch(sound(entry.letters)):
                return _Hit(entry, start, start + length, start + len(word), "masked")
    return None
