"""Character n-grams and words as hashed numbers: one arithmetic for fitting and for answering."""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

type Ids = npt.NDArray[np.int32]
type Sums = npt.NDArray[np.uint32]
type Counts = npt.NDArray[np.int64]

SHORTEST = 2  # letters of an n-gram
_REMEMBERED = 30_000  # words, of some 400 bytes each
_LONGEST_WORD = 60  # a longer run is no word; what it may cost is bounded


def hashed(text: str, bits: int) -> int:
    """Return the number, below 2 ** bits, that stands for a text."""
    return crc32(text.encode("utf-8", "surrogatepass")) & ((1 << bits) - 1)


class GramTable:
    """The n-grams of each word, padded by a space on both sides, remembered word by word.

    An n-gram never crosses a word, so the memory is exact; a full one is emptied. The tables of a process whose n-grams are as
    long at most share one, for they read the same words.
    """

    def __init__(self, low: int, high: int, bits: int) -> None:
        self._mask = np.uint32((1 << bits) - 1)
        self._high = high
        self._known = _memory(high)
        # how many n-grams of a word are too short, by how many it has: that depends on its length alone
        self._too_short = {
            _number(length, SHORTEST, high): _number(length, SHORTEST, low - 1)
            for length in range(2, 2 * _LONGEST_WORD + 3)
        }

    def of_words(self, words: Sequence[str]) -> tuple[Ids, Counts]:
        """Return the distinct hashed n-grams of a text, ascending, and how often each occurs."""
        return distinct(self.of_each(words)[0])

    def of_each(self, words: Sequence[str]) -> tuple[Ids, list[int]]:
        """Return the hashed n-grams of one word after the other, repeated ones as often as they occur, and how many each has."""
        if not words:
            return np.empty(0, np.int32), []
        known, short = self._known, self._too_short
        try:
            sums = [known[word] for word in words]
        except KeyError:
            sums = [self._sums(word) for word in words]
        if short[len(sums[0])]:
            sums = [one[short[len(one)] :] for one in sums]
        return (np.concatenate(sums) & self._mask).view(np.int32), list(map(len, sums))

    def knows(self, word: str) -> bool:
        """Say whether a word is remembered."""
        return word in self._known

    def forget(self) -> None:
        """Empty the memory, as it is in a process that has just started."""
        self._known.clear()

    def _sums(self, word: str) -> Sums:
        """Return the check sums of the n-grams of one word, the shortest first."""
        sums = self._known.get(word)
        if sums is None:
            units = f" {word[:_LONGEST_WORD]} ".encode("utf-16-le", "surrogatepass")
            length = len(units) // 2
            sums = np.array(
                [
                    crc32(units[2 * start : 2 * (start + size)])
                    for size in range(SHORTEST, self._high + 1)
                    for start in range(max(1, length - size + 1))
                ],
                np.uint32,
            )
            if len(word) <= _LONGEST_WORD:
                if len(self._known) >= _REMEMBERED:
                    self._known.clear()
                self._known[word] = sums
        return sums


@cache
def _memory(_high: int) -> dict[str, Sums]:
    return {}


def _number(length: int, low: int, high: int) -> int:
    """Return how many n-grams of `low` to `high` letters so many letters have; what is too short is one by itself."""
    return sum(max(1, length - size + 1) for size in range(low, high + 1))


def word_grams(words: Sequence[str], bits: int) -> tuple[Ids, Counts]:
    """Return the distinct hashed words and neighbouring pairs of words of a text, ascending, and their counts."""
    return distinct(word_ids(words, bits))


def word_ids(words: Sequence[str], bits: int) -> Ids:
    """Return the hashed words and neighbouring pairs of words of a text, as often as they occur."""
    checks = list(map(_check, words))
    ids = [check for check, _ in checks]
    # The number of «one two» goes on from that of «one».
    ids += [crc32(following, check) for (check, _), (_, following) in pairwise(checks)]
    return (np.array(ids, np.uint32) & np.uint32((1 << bits) - 1)).astype(np.int32)


@lru_cache(maxsize=50_000)
def _check(word: str) -> tuple[int, bytes]:
    """Return the check sum of a word, and the bytes that it adds to the word before it."""
    written = word.encode("utf-8", "surrogatepass")
    return crc32(written), b" " + written


def distinct(ids: Ids) -> tuple[Ids, Counts]:
    """Return distinct numbers, ascending, and how often each occurs; numpy.unique takes thrice the time over so few."""
    ids.sort()
    edges = np.ones(len(ids) + 1, bool)
    np.not_equal(ids[1:], ids[:-1], out=edges[1:-1])
    places = edges.nonzero()[0]
    starts = places[:-1]
    return ids[starts], places[1:] - starts


def sublinear(counts: Counts) -> npt.NDArray[np.float64]:
    """Return 1 + ln(count)."""
    return 1.0 + np.log(counts)
