"""Where a pattern is wrong, so that whoever wrote it need not look for it."""

from __future__ import annotations

from moderation.rules.re2_syntax import PatternRefused, pieces
from moderation.rules.site_patterns import LONGEST_PATTERN, MATCHES_NOTHING, compile_pattern

type Place = tuple[int, int]
"""``[start, end)`` in characters of the pattern."""


def where_wrong(pattern: str) -> Place | None:
    """The piece with which a pattern goes wrong; None for one that is right, or wrong as a whole."""
    if len(pattern) > LONGEST_PATTERN:
        return LONGEST_PATTERN, len(pattern)
    found = pieces(pattern)
    if not found or not _is_wrong(pattern):
        return None
    right, wrong = 0, len(found) + 1  # so many pieces from the beginning are right, and so many wrong
    while wrong - right > 1:
        middle = (right + wrong) // 2
        if middle > len(found) or not _is_wrong(_closed(pattern, found[:middle])):
            right = middle
        else:
            wrong = middle
    return found[wrong - 1] if wrong <= len(found) else _open(pattern, found)


def _is_wrong(pattern: str) -> bool:
    """Whether a pattern cannot be read. One that matches nothing can be: the beginnings of right ones often do."""
    try:
        compile_pattern(pattern)
    except PatternRefused as refused:
        return refused.reason is not MATCHES_NOTHING
    return False


def _closed(pattern: str, found: list[Place]) -> str:
    return pattern[: found[-1][1]] + ")" * len(_groups(pattern, found))


def _open(pattern: str, found: list[Place]) -> Place | None:
    """The group that is not closed."""
    groups = _groups(pattern, found)
    return groups[-1] if groups else None


def _groups(pattern: str, found: list[Place]) -> list[Place]:
    """The groups that are open at the end of these pieces."""
    groups: list[Place] = []
    for start, end in found:
        piece = pattern[start:end]
        if piece.startswith("(") and not piece.endswith(")"):
            groups.append((start, end))
        elif piece == ")" and groups:
            groups.pop()
    return groups
