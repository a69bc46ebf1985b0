"""Hand-written stand-ins at the three seams: classifiers, broker, HTTP."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class CountingBell:
    """A doorbell that only counts."""

    rings: Counter[str] = field(default_factory=Counter)

    def ring(self, job: str) -> None:
        self.rings[job] += 1
