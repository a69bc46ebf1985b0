"""The figures of the rules as Markdown: what docs/rules.md shows and ``nazer evaluate policy`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_ROWS = (
    ("acceptable comments flagged by any rule", ("acceptable_flagged",), "≤ 4 %"),
    ("… where careful moderators agree that it should not", ("acceptable_wrongly_flagged",), ""),
    ("… called a violation", ("acceptable_called_violation",), ""),
    ("violating comments that no rule flags", ("violating_unflagged",), "≤ 15 %"),
    ("insults found by `no-insults`", ("recall", "insult"), "≥ 85 %"),
    ("obfuscated ones found", ("recall", "obfuscation"), "≥ 90 %"),
    ("slander found by `no-slander`", ("recall", "slander"), "≥ 75 %"),
    ("not Persian found by `persian-only`", ("recall", "persian"), "≥ 95 %"),
    ("adverts found by `no-spam`", ("recall", "spam"), "≥ 85 %"),
    ("personal data found by `no-personal-data`", ("recall", "pii"), "≥ 95 %"),
    ("off-topic found by `on-topic`", ("recall", "on_topic"), ""),
    ("minimal pairs with both members right", ("pairs",), "≥ 75 %"),
)


def written(figures: Mapping[str, Any]) -> str:
    """Return the tables: all figures, then what each rule flags of acceptable comments, then the kinds that go wrong most."""
    sets = list(figures)
    parts = [
        _table(("", *sets, "wanted"), _main(figures)),
        "Of acceptable comments each rule flags:\n",
        _table(("rule", *sets), _by_rule(figures)),
    ]
    return "\n".join(parts)


def _main(figures: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for title, path, wanted in _ROWS:
        yield (title, *(_told(_at(one, path)) for one in figures.values()), wanted)


def _by_rule(figures: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    rules = next(iter(figures.values()))["acceptable_flagged_by"]
    for rule in rules:
        yield (f"`{rule}`", *(_told(one["acceptable_flagged_by"][rule]) for one in figures.values()))


def _at(found: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any]:
    for name in path:
        found = found[name]
    return found


def _told(share: Mapping[str, Any]) -> str:
    """A share with its counts: «3.3 % (4 of 120)»."""
    if share["share"] is None:
        return "–"
    return f"{100 * share['share']:.1f} % ({share['count']} of {share['of']})"


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
