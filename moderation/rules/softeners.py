"""What keeps a sentence from stating something as fact: opinion, question, condition, denial, attribution."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from moderation.rules.reading import Sentence, plain
from moderation.rules.words import sections

_NOT = frozenset({"نیست", "نبود", "نبوده", "نمیگم", "نیس"})
_NEARLY_NEXT = 4  # a denial in the following sentence stands at its beginning: «… . دروغ است»


def softener(sentence: Sentence, following: Sentence | None = None) -> str | None:
    """The heading of softeners.txt that applies to a sentence, or None when it states a fact."""
    texts = sentence.texts
    if _denied(texts) or (following is not None and _denied(following.texts[:_NEARLY_NEXT])):
        return "denial"
    if sentence.question or _holds(texts, "question"):
        return "question"
    for heading in ("opinion", "conditional", "generic", "verdict"):
        if _holds(texts, heading):
            return heading
    if _holds(texts, "body") and _holds(texts, "speech"):
        return "attribution"
    return "hedge" if _holds(texts, "hedge") else None


def _denied(texts: Sequence[str]) -> bool:
    """Say whether a denial stands and is not taken back («دروغ نیست»)."""
    end = _find(texts, "denial")
    return end is not None and not _NOT.intersection(texts[end : end + 2])


def _holds(texts: Sequence[str], heading: str) -> bool:
    return _find(texts, heading) is not None


def _find(texts: Sequence[str], heading: str) -> int | None:
    """The end of the first phrase of a heading in some words; parts may be joined or not."""
    phrases, longest = _phrases(heading)
    for place in range(len(texts)):
        joined = ""
        for end in range(place, min(place + longest, len(texts))):
            joined += texts[end]
            if joined in phrases:
                return end + 1
    return None


@cache
def _phrases(heading: str) -> tuple[frozenset[str], int]:
    lines = sections("softeners")[heading]
    return frozenset(plain(line) for line in lines), 1 + max(len(line.replace("\u200c", " ").split()) for line in lines)
