"""What is kept of a text to find it again, the same or nearly the same: a hash, and MinHash over its character 4-grams.

Near copies by Broder's minima ("On the resemblance and containment of documents", 1997): the share of equal minima of two texts
estimates the Jaccard similarity of their sets of 4-grams. Four minima together make a key (a band, Indyk and Motwani 1998): texts
that share a key are worth comparing, texts that share none are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b, shake_128

import numpy as np
import numpy.typing as npt

from classifiers.relevance_reading import phatic, read
from classifiers.text import Folded

NEAR = 0.65
"""Similarity from which two texts are nearly the same. Chosen on train and dev of the corpus; `nazer evaluate repeats` measures it."""
FEWEST_WORDS = 3
"""Different words, beyond greeting, thanks and the like, below which a text is anybody's and nothing is kept of it."""
FEWEST_LETTERS = 16

BANDS = 10
_ROWS = 4
_MINIMA = 128
_GRAM = 4
_EXACT = 8  # bytes of the hash of the whole
_LONGEST = 20_000  # letters of which grams are read; the hash is of all
_MOST_GRAMS = 1024  # a longer text is represented by the grams that hash lowest, the same ones in every copy

_SIGNS = re.compile(r"[\W_]+")


def _drawn(name: str, count: int, bytes_each: int) -> list[int]:
    """Odd numbers for a purpose, the same in every process and version: two workers must write the same prints."""
    raw = shake_128(name.encode()).digest(count * bytes_each)
    return [int.from_bytes(raw[at : at + bytes_each], "little") | 1 for at in range(0, len(raw), bytes_each)]


_SPREAD = np.array(_drawn("grams", _GRAM, 4), np.uint32)
_FACTORS = np.array(_drawn("factors", _MINIMA, 4), np.uint32)
_TERMS = np.array(_drawn("terms", _MINIMA, 4), np.uint32)
_FOLDING = np.array(_drawn("rows", BANDS * _ROWS, 8), np.uint64).reshape(BANDS, _ROWS)
_PLACES = np.array(_drawn("places", BANDS * _ROWS, 8), np.uint64).reshape(BANDS, _ROWS)
_HALF, _HIGH = np.uint32(15), np.uint32(24)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a text.

    Args:
        keys: 64-bit signed numbers, the first for the whole text, the others for its bands; copies share one at least.
        imprint: what :func:`similarity` compares, 136 bytes.
        words: how many different words it has, greeting, thanks and the like not counted.
    """

    keys: tuple[int, ...]
    imprint: bytes
    words: int


def sketch(folded: Folded) -> Sketch | None:
    """Return what is kept of a text, or None when it is too short to be anybody's own.

    Signs, spaces, pictures and everything that folding makes equal make no difference. Takes linear time; never raises.
    """
    letters = _SIGNS.sub("", folded.text)
    if len(letters) < FEWEST_LETTERS:
        return None
    words = len({word.text for word in read(folded).content} - phatic())
    if words < FEWEST_WORDS:
        return None
    whole = blake2b(letters.encode(), digest_size=_EXACT).digest()
    minima = _minima(letters[:_LONGEST])
    kept = (minima >> _HIGH).astype(np.uint8).tobytes()
    exact = int.from_bytes(whole, "little", signed=True)
    return Sketch((exact, *_bands(minima)), whole + kept, words)


def similarity(one: bytes, other: bytes) -> float:
    """Return how alike two texts are by their prints: 1.0 for the same letters, else an estimate up to 0.99.

    The estimate is of the Jaccard similarity of their 4-grams; its standard error is 0.04 at 0.7.
    """
    if one[:_EXACT] == other[:_EXACT]:
        return 1.0
    equal = np.frombuffer(one, np.uint8, offset=_EXACT) == np.frombuffer(other, np.uint8, offset=_EXACT)
    by_chance = 1 / 256
    return min(0.99, max(0.0, (float(equal.mean()) - by_chance) / (1 - by_chance)))


def _minima(letters: str) -> npt.NDArray[np.uint32]:
    """The least value of each of the hash functions over the grams of a text."""
    codes = np.frombuffer(letters.encode("utf-32-le"), np.uint32)
    count = len(codes) - _GRAM + 1
    grams = codes[:count] * _SPREAD[0]
    for place in range(1, _GRAM):
        grams += codes[place : count + place] * _SPREAD[place]
    grams ^= grams >> _HALF
    grams *= _SPREAD[0]
    if count > _MOST_GRAMS:
        grams = np.unique(grams)[:_MOST_GRAMS]
    values = grams[:, None] * _FACTORS
    values += _TERMS
    least: npt.NDArray[np.uint32] = values.min(axis=0)
    least ^= least >> _HALF
    least *= _SPREAD[1]  # the least values are all small: what is compared is the rest of them
    return least


def _bands(minima: npt.NDArray[np.uint32]) -> list[int]:
    """One number for every four of the first minima; equal ones at different places are different keys."""
    rows = minima[: BANDS * _ROWS].reshape(BANDS, _ROWS)
    mixed: list[int] = (rows * _FOLDING + _PLACES).sum(axis=1, dtype=np.uint64).view(np.int64).tolist()
    return mixed
