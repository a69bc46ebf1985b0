"""Hand-written stand-ins at the three seams: classifiers, broker, HTTP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from classifiers import store
from classifiers.insult import InsultSignal
from classifiers.insult_residual import Residual
from classifiers.language import LanguageSignal
from classifiers.learn import Approved
from classifiers.relevance import ArticleText, Fingerprint, RelevanceSignal
from classifiers.semantic import SIZE, Kind, Vector
from classifiers.text import Folded
from moderation.measure import Models


@dataclass
class CountingBell:
    """A doorbell that only counts."""

    rings: Counter[str] = field(default_factory=Counter)

    def ring(self, job: str) -> None:
        self.rings[job] += 1


@dataclass
class FakeLanguage:
    """Takes everything for Persian."""

    version: str = "language-fake"

    def measure(self, folded: Folded) -> LanguageSignal:
        return LanguageSignal(outcome="fa", margin=9.0, words=())


@dataclass
class FakeInsult:
    """Finds one bad word, and breaks over another."""

    version: str = "insult-fake"

    def measure(self, folded: Folded, residual: Residual | None = None) -> InsultSignal:
        if "بشکن" in folded.original:
            raise RuntimeError("broken on purpose")
        at = folded.original.find("احمق")
        return InsultSignal(0.05, ()) if at < 0 else InsultSignal(0.99, ((at, at + 4),))


@dataclass
class FakeEncoder:
    """Knows one matter, by its words: such texts lie at one end, all others at the other. It may fail; it notes what it was asked."""

    words: tuple[str, ...] = ()
    error: Exception | None = None
    version: str = "encoder-fake"
    asked: list[str] = field(default_factory=list)

    def encode(self, text: str, *, kind: Kind = "query") -> Vector:
        self.asked.append(text)
        if self.error:
            raise self.error
        vector = np.zeros(SIZE, np.float32)
        vector[0] = 1.0 if any(word in text for word in self.words) else -1.0
        return vector


@dataclass
class FakeRelevance:
    """Judges nothing; notes which texts it kept as peers, and what it measured each text among."""

    version: str = "relevance-fake"
    kept: list[str] = field(default_factory=list)
    among: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def fingerprint(self, article: ArticleText) -> Fingerprint | None:
        return None

    def peer(self, folded: Folded) -> str:
        self.kept.append(folded.original)
        return folded.original

    def measure(
        self,
        folded: Folded,
        fingerprint: Fingerprint | None,
        parent: Folded | None = None,
        peers: Sequence[str] = (),
    ) -> RelevanceSignal:
        self.among[folded.original] = tuple(peers)
        return RelevanceSignal("not_judged", None, "short", (), None)


@cache
def packed_model() -> bytes:
    """The shipped relevance model as a site would keep its own."""
    shipped = store.load("relevance")
    titles = {name: f"title of {name}" for name in shipped.meta["background"]}
    return store.pack(shipped.arrays, shipped.meta | {"titles": titles})


@dataclass
class FakeLearner:
    """Takes no time to learn, and may fail. ``seen`` and ``approved`` are what it was given, fit by fit."""

    error: BaseException | None = None
    seen: list[list[ArticleText]] = field(default_factory=list)
    approved: list[Approved] = field(default_factory=list)

    def __call__(self, articles: Sequence[ArticleText], approved: Approved) -> tuple[bytes, dict[str, Any]]:
        self.seen.append(list(articles))
        self.approved.append(approved)
        if self.error:
            raise self.error
        return packed_model(), {"articles": len(articles)}


def fake_models() -> Models:
    """Classifiers that answer at once and always the same."""
    return Models(FakeLanguage(), FakeInsult(), FakeRelevance())
