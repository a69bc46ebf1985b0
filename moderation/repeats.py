"""Whether a text was said before, by whom and when: what worker and commands do alike with what is kept of texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from classifiers.repeats import NEAR, Sketch, similarity
from moderation.rules.base import Copy, Repeats

MOST_COPIES = 50
"""Copies of a text that are told; of one that comes ten thousand times the newest."""
KEPT = timedelta(days=7)
"""How long a text is remembered: the longest window that the rule ``no-repeats`` may ask for."""

_MOST_TEXTS = 50_000
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A text that somebody says now. ``author`` is a number that stands for one author."""

    id: str
    author: int
    at: datetime
    sketch: Sketch


@dataclass(frozen=True, slots=True)
class Known:
    """A text that was said before. ``first`` is the one that it repeats itself; one that was taken back stands no more."""

    id: str
    author: int
    at: datetime
    imprint: bytes
    first: str | None = None
    stands: bool = True


def compare(said: Said, before: Iterable[Known]) -> Repeats | None:
    """Tell which of the texts that were kept before, given in that order, say nearly the same; None when none does.

    What was taken back is no copy, though it may be the first.
    """
    near = [(known, alike) for known in before if (alike := similarity(said.sketch.imprint, known.imprint)) >= NEAR]
    standing = [(known, alike) for known, alike in near if known.stands and said.at - known.at <= KEPT]
    if not standing:
        return None
    first = near[0][0].first or near[0][0].id
    if first == said.id:  # the first one, edited and back among its own copies
        return None
    authors = {said.author: 0}
    copies = tuple(
        Copy(
            hours=round(max(said.at - known.at, timedelta(0)) / _HOUR, 2),
            similarity=round(alike, 2),
            author=authors.setdefault(known.author, len(authors)),
        )
        for known, alike in reversed(standing[-MOST_COPIES:])
    )
    return Repeats(first=first, words=said.sketch.words, copies=copies, more=len(standing) > MOST_COPIES)


@dataclass
class Seen:
    """The texts of one run, kept in memory: the last 50,000 at least, and never more than twice as many."""

    _by_key: dict[int, list[tuple[int, Known]]] = field(default_factory=dict)
    _older: dict[int, list[tuple[int, Known]]] = field(default_factory=dict)
    _count: int = 0

    def look(self, said: Said) -> Repeats | None:
        """Tell whether a text was said before, and keep it."""
        found = {
            number: known
            for keys in (self._older, self._by_key)
            for key in said.sketch.keys
            for number, known in keys.get(key, ())
        }
        repeats = compare(said, [found[number] for number in sorted(found)])
        self._keep(said, repeats.first if repeats else None)
        return repeats

    def _keep(self, said: Said, first: str | None) -> None:
        if self._count and self._count % _MOST_TEXTS == 0:
            self._older, self._by_key = self._by_key, {}
        known = Known(said.id, said.author, said.at, said.sketch.imprint, first)
        for key in said.sketch.keys:
            kept = self._by_key.setdefault(key, [])
            kept.append((self._count, known))
            if len(kept) > MOST_COPIES + 2:  # the first and the newest, one more to know that there are more
                del kept[1]
        self._count += 1
