"""Hand-written stand-ins at the three seams: classifiers, broker, HTTP."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from classifiers.insult import InsultSignal
from classifiers.language import LanguageSignal
from classifiers.relevance import ArticleText, Fingerprint, RelevanceSignal
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

    def measure(self, folded: Folded) -> InsultSignal:
        if "بشکن" in folded.original:
            raise RuntimeError("broken on purpose")
        at = folded.original.find("احمق")
        return InsultSignal(0.05, ()) if at < 0 else InsultSignal(0.99, ((at, at + 4),))


@dataclass
class FakeRelevance:
    """Judges nothing."""

    version: str = "relevance-fake"

    def fingerprint(self, article: ArticleText) -> Fingerprint | None:
        return None

    def measure(self, folded: Folded, fingerprint: Fingerprint | None, parent: Folded | None = None) -> RelevanceSignal:
        return RelevanceSignal("not_judged", None, "short", (), None)


def fake_models() -> Models:
    """Classifiers that answer at once and always the same."""
    return Models(FakeLanguage(), FakeInsult(), FakeRelevance())
