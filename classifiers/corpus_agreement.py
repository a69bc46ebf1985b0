"""How far two readers of the corpus agree: Cohen's κ per label, and the kinds on which they differ."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from classifiers.corpus import LABELS, Corpus, CorpusComment, Label

_FEWEST = 10  # a kind with fewer lines says nothing

type Reading = Mapping[str, Label]


def agreement(corpus: Corpus) -> dict[str, Any]:
    """Return how much was read twice, κ and null shares per label, and the kinds that were hardest."""
    read = [(comment, corpus.second[comment.id]) for comment in corpus.comments if comment.id in corpus.second]
    changed = sum(bool(comment.first) for comment, _ in read)
    return {
        "comments": len(corpus.comments),
        "read_twice": len(read),
        "differed": sum(comment.first_reading != dict(second) for comment, second in read),
        "first_label_changed": changed,
        "labels": {label: _label(label, read) for label in (*LABELS, "threat", "target", "language")} if read else {},
        "hardest_kinds": _kinds(read),
    }


def kappa(pairs: Sequence[tuple[Label, Label]]) -> float | None:
    """Return Cohen's κ of two readers' values; None where both always gave the same one and nothing could differ."""
    if not pairs:
        return None
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    seen = sum(one == other for one, other in pairs) / len(pairs)
    chance = sum(left[value] * right[value] for value in left) / len(pairs) ** 2
    return (seen - chance) / (1 - chance) if chance < 1 else None


def _label(label: str, read: Iterable[tuple[CorpusComment, Reading]]) -> dict[str, Any]:
    """Return κ over the lines on which both readers committed themselves, and how often each did not."""
    pairs = [(comment.first_reading[label], second[label]) for comment, second in read if _asked(label, comment)]
    both = [pair for pair in pairs if None not in pair]
    value = kappa(both)
    return {
        "lines": len(both),
        "kappa": None if value is None else round(value, 3),
        "same": round(sum(one == other for one, other in both) / len(both), 3) if both else None,
        "null_first": round(sum(one is None for one, _ in pairs) / len(pairs), 4) if pairs else None,
        "null_second": round(sum(other is None for _, other in pairs) / len(pairs), 4) if pairs else None,
    }


def _asked(label: str, comment: CorpusComment) -> bool:
    """Say whether a label can be given at all: no article, no topic."""
    return label != "on_topic" or comment.article_id is not None


def _kinds(read: Iterable[tuple[CorpusComment, Reading]]) -> list[dict[str, Any]]:
    """Return the ten kinds on which the two readings of a moderation label differed most often."""
    lines: dict[str, list[bool]] = defaultdict(list)
    for comment, second in read:
        lines[comment.kind].append(any(comment.first_reading[label] != second[label] for label in LABELS))
    shares = [(sum(found) / len(found), kind, len(found)) for kind, found in lines.items() if len(found) >= _FEWEST]
    hardest = sorted(shares, key=lambda one: (-one[0], one[1]))[:10]
    return [{"kind": kind, "lines": count, "differed": round(share, 3)} for share, kind, count in hardest if share]
