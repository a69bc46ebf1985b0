"""Lines that say nearly the same: character 5-grams, Jaccard similarity, found exactly and without comparing all with all."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

NEAR = 0.6
_GRAM = 5
_LETTERS = str.maketrans({"ي": "ی", "ك": "ک", "\u200c": None})
_SPACES = re.compile(r"\s+")


class Near(NamedTuple):
    """Two texts by their places, the earlier first, and how alike they are."""

    left: int
    right: int
    similarity: float


def near_duplicates(texts: Sequence[str], *, older: int = 0) -> list[Near]:
    """Return every two texts that are NEAR or nearer; of the first `older` texts only their likeness to the later ones.

    Two sets that share so much must share one of their rarest grams (Chaudhuri et al. 2006, prefix filtering), so only texts that
    meet there, and whose sizes allow it, are compared.
    """
    sets = [grams(text) for text in texts]
    frequency = Counter(gram for one in sets for gram in one)
    meeting: dict[str, list[int]] = defaultdict(list)
    found = []
    for place, one in enumerate(sets):
        rarest = sorted(one, key=lambda gram: (frequency[gram], gram))[: len(one) - math.ceil(NEAR * len(one)) + 1]
        met = {other for gram in rarest for other in meeting[gram]} if place >= older else set()
        found += [near for other in met if (near := _compare(sets, other, place)).similarity >= NEAR]
        for gram in rarest:
            meeting[gram].append(place)
    return sorted(found)


def grams(text: str) -> frozenset[str]:
    """Return the 5-grams of a text as a reader sees it: spaces, ZWNJ and Arabic letters make no difference."""
    seen = _SPACES.sub(" ", text.translate(_LETTERS)).strip()
    return frozenset(seen[start : start + _GRAM] for start in range(max(1, len(seen) - _GRAM + 1)))


def _compare(sets: Sequence[frozenset[str]], left: int, right: int) -> Near:
    small, large = sorted((len(sets[left]), len(sets[right])))
    if small < NEAR * large:
        return Near(left, right, 0.0)
    shared = len(sets[left] & sets[right])
    return Near(left, right, shared / (small + large - shared))
