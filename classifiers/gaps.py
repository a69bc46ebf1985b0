"""What may stand between the letters of a term, and what then is no term any more."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from classifiers.fold import Folded
from classifiers.fold_table import ZWNJ
from classifiers.term_entries import Entry

_SENTENCE_MARKS = frozenset('.!?؟;؛,،:…"«»()[]')
_HONEST = frozenset(".,/-:،؛;؟?!_()[]«»\"'…")  # what stands between two words of a writer who forgot the space
_AND = "و"


def gaps(folded: Folded, skeleton: str, places: Sequence[int]) -> dict[int, str]:
    """Return what stands between the letters of a passage, by the number of letters before it; a ZWNJ alone is no gap."""
    if places[-1] - places[0] == len(places) - 1:
        return {}
    found = {}
    for count, (place, following) in enumerate(pairwise(places), start=1):
        between = skeleton[place + 1 : following]
        if " " in between and not (between == " " and folded.original[folded.offsets[following - 1]] == ZWNJ):
            found[count] = folded.text[following - len(between) : following].strip(skeleton[place]) or " "
    return found


def breaks_off(written: str) -> bool:
    """Say whether a sentence or clause ends inside a passage: a mark with white space beside it."""
    if " " not in written or _SENTENCE_MARKS.isdisjoint(written):
        return False
    return any(
        mark in _SENTENCE_MARKS and " " in written[max(0, place - 1) : place + 2] for place, mark in enumerate(written)
    )


def is_spelled_out(written: str, between: Mapping[int, str], entry: Entry) -> bool:
    """Say whether a term is written letter by letter, or is in two, or is cut by a sign inside a word of it.

    `between` holds the gaps at which the term itself has none. A word in two is read when one of the pieces is no word
    that people use, so «نا کس» stays innocent and «کثا فت» does not; of long words any two pieces.
    """
    if any(len(gap) > 4 for gap in between.values()):
        return False
    length = len(entry.letters) if not entry.runs else len(entry.runs)
    unexpected = [place for place in between if place not in entry.joints]
    if length >= 3 and len(between) >= length - 1 - len(entry.joints) // 2:
        return True
    if length >= 5 and len(between) >= length - 2:
        return True
    if len(unexpected) != 1:
        return length >= 4 and all(" " not in between[place] for place in unexpected)
    (place,) = unexpected
    if " " in between[place]:
        return between[place] == " " and _is_one_in_two(written, place, length, entry)
    return length >= 4 or not _HONEST.issuperset(between[place])


def _is_one_in_two(written: str, place: int, length: int, entry: Entry) -> bool:
    if length >= 6 and 2 <= place <= length - 2 and not entry.joints:
        return True
    cut = _cut(written, place)
    before, after = written[:cut].split()[-1:], written[cut:].split()[:1]
    if not before or not after or _AND in (*before, *after):
        return False
    return any(len(piece) >= 2 and piece not in everyday_words() for piece in (*before, *after))


def _cut(written: str, place: int) -> int:
    """Return where the gap after so many letters lies in a passage."""
    seen, before = 0, ""
    for at, character in enumerate(written):
        if not character.isalnum():
            before = ""
            if seen == place:
                return at
        elif character != before:
            seen += 1
            before = character
    return len(written)


@cache
def everyday_words() -> frozenset[str]:
    """Return the short words that innocent texts use."""
    path = Path(__file__).parent / "words" / "reading" / "everyday.txt"
    return frozenset(line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
