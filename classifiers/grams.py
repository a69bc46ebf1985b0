"""Character n-grams and words as hashed numbers: one arithmetic for fitting and for answering."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

type Ids = npt.NDArray[np.int32]
type Counts = npt.NDArray[np.int64]

_LONGEST_WORD = 60  # a longer run is no word; what it may cost is bounded


def hashed(text: str, bits: int) -> int:
    """Return the number, below 2 ** bits, that stands for a text."""
    return crc32(text.encode("utf-8", "surrogatepass")) & ((1 << bits) - 1)


class GramTable:
    """The n-grams of each word, padded by a space on both sides, remembered word by word.

    An n-gram never crosses a word, so the memory of at most `remember` words is exact; a full one is emptied.
    """

    def __init__(self, low: int, high: int, bits: int, *, remember: int = 100_000) -> None:
        self.low, self.high, self.bits, self.remember = low, high, bits, remember
        self._known: dict[str, Ids] = {}

    def of_word(self, word: str) -> Ids:
        """Return the hashed n-grams of one word, repeated ones as often as they occur."""
        ids = self._known.get(word)
        if ids is None:
            if len(self._known) >= self.remember:
                self._known.clear()
            ids = self._known[word] = self._hash(word)
        return ids

    def forget(self) -> None:
        """Empty the memory, as it is in a process that has just started."""
        self._known.clear()

    def of_words(self, words: Sequence[str]) -> tuple[Ids, Counts]:
        """Return the distinct hashed n-grams of a text, ascending, and how often each occurs."""
        if not words:
            return np.empty(0, np.int32), np.empty(0, np.int64)
        return distinct(np.concatenate([self.of_word(word) for word in words]))

    def _hash(self, word: str) -> Ids:
        padded = f" {word[:_LONGEST_WORD]} "
        units = padded.encode("utf-16-le", "surrogatepass")
        length, mask = len(units) // 2, (1 << self.bits) - 1
        return np.array(
            [
                crc32(units[2 * start : 2 * (start + size)]) & mask
                for size in range(self.low, self.high + 1)
                for start in range(max(1, length - size + 1))
            ],
            np.int32,
        )


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
