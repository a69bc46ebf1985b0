"""One script's naive Bayes as a table, and a bounded memory of the words that were weighed."""

from collections.abc import Sequence
from itertools import pairwise
from threading import Lock

import numpy as np
import numpy.typing as npt

SHORTEST, LONGEST = 2, 4  # letters in an n-gram, the edges of a word counted as letters
REMEMBERED = 30_000  # words a script; the commonest come back in every comment
_LONGEST_REMEMBERED = 40  # letters

type Floats = npt.NDArray[np.float32]


class _Memory:
    """Words by place, with the sum of their weights and the number of their n-grams that are known."""

    def __init__(self, classes: int) -> None:
        self.places: dict[str, int] = {}
        self.sums: Floats = np.zeros((REMEMBERED, classes), np.float32)
        self.grams = np.zeros(REMEMBERED, np.int32)


class ScriptModel:
    """Naive Bayes over character n-grams as one table: how much each speaks for a class against the first."""

    def __init__(self, grams: Sequence[str], weights: npt.NDArray[np.int16], scale: float, classes: list[str]) -> None:
        self.classes = classes
        self._ids = {gram: row for row, gram in enumerate(grams, start=1)}
        # Row 0 weighs nothing: every word begins with it, so that no word is without a row.
        self._weights: Floats = np.zeros((len(grams) + 1, len(classes)), np.float32)
        self._weights[1:] = weights.astype(np.float32) * np.float32(scale)
        self._memory = _Memory(len(classes))
        self._learning = Lock()

    def weigh(self, words: Sequence[str]) -> tuple[Floats, int]:
        """Return the log odds of each class against the first, a row a word, and the number of n-grams known.

        Words that were weighed before are remembered; the answer is the same to the last bit. Threads may share a
        model: a memory only grows until another takes its place.
        """
        memory = self._memory
        try:
            places = [memory.places[word] for word in words]
        except KeyError:
            different = list(dict.fromkeys(words))
            if len(different) > REMEMBERED or len(max(different, key=len)) > _LONGEST_REMEMBERED:
                sums, grams = self._weigh(words)
                return sums, int(grams.sum())
            memory = self._remember(different)
            places = [memory.places[word] for word in words]
        return memory.sums[places], int(memory.grams[places].sum())

    def _remember(self, words: Sequence[str]) -> _Memory:
        """Return a memory that holds all these words: the present one, or an empty one when it is full."""
        with self._learning:
            memory = self._memory
            new = [word for word in words if word not in memory.places]
            if len(memory.places) + len(new) > REMEMBERED:
                memory, new = _Memory(len(self.classes)), list(words)
            first = len(memory.places)
            places = range(first, first + len(new))
            if new:
                memory.sums[first : places.stop], memory.grams[first : places.stop] = self._weigh(new)
            memory.places.update(zip(new, places, strict=True))  # last: whoever sees a word finds its sums
            self._memory = memory
        return memory

    def _weigh(self, words: Sequence[str]) -> tuple[Floats, npt.NDArray[np.int32]]:
        rows: list[int] = []
        starts = [0]
        known = self._ids
        for word in words:
            rows.append(0)
            padded = f" {word} "
            length = len(padded)
            for size in range(SHORTEST, LONGEST + 1):
                for start in range(length - size + 1):
                    row = known.get(padded[start : start + size])
                    if row is not None:
                        rows.append(row)
            starts.append(len(rows))
        sums: Floats = np.add.reduceat(self._weights.take(rows, axis=0), starts[:-1], axis=0)
        return sums, np.array([end - start - 1 for start, end in pairwise(starts)], np.int32)
