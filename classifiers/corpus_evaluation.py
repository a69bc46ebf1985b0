"""Measure the corpus: what it holds, whether it is sound, how far its readers agree, and what it buys."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from classifiers import corpus, data
from classifiers.corpus import Corpus, CorpusError
from classifiers.corpus_agreement import agreement
from classifiers.corpus_checks import CHECKS, close_to
from classifiers.corpus_counts import counts, goals
from classifiers.named import Named

# The table alone needs scikit-learn.
_TABLE = Named[Any]({name: f"classifiers.corpus_table:{name}" for name in ("measure", "written")})
_SHOWN = 20
APART = "apart from the policy examples"
READABLE = "every row can be read"


def evaluate(folder: Path | None = None, *, own: Path = corpus.HERE, table: bool = False) -> dict[str, Any]:
    """Return counts, goals, checks and agreement; with `table` what the corpus buys, which needs the research sets.

    `folder` is that of the research sets: with it the corpus is compared with the policy examples too. A corpus that cannot be
    read is a failed check, and all that there is.
    """
    try:
        found = corpus.read(own)
    except CorpusError as error:
        return {"checks": {READABLE: [str(error)]}}
    holds = counts(found)
    figures: dict[str, Any] = {
        "counts": holds,
        "goals": [goal._asdict() | {"met": goal.met} for goal in goals(holds)],
        "checks": _checks(found, folder),
        "agreement": agreement(found),
    }
    if table:
        if folder is None:
            folder = data.folder()
        figures["table"] = _TABLE["measure"](folder)
    return figures


def failed(figures: Mapping[str, Any]) -> bool:
    """Say whether a check found anything."""
    return any(figures["checks"].values())


def _checks(found: Corpus, folder: Path | None) -> dict[str, list[str]]:
    wrong = {READABLE: list[str]()} | {name: check(found) for name, check in CHECKS.items()}
    examples = folder / "policy" / "examples.jsonl" if folder else None
    if examples and examples.is_file():
        wrong[APART] = close_to(found, [row["text"] for row in data.rows(examples)])
    return wrong


def written(figures: Mapping[str, Any]) -> str:
    """Return the figures as the Markdown of the datasheet."""
    parts = [_checks_written(figures["checks"])]
    if "counts" in figures:
        parts = [_counts_written(figures), *parts, _agreement_written(figures["agreement"])]
    if "table" in figures:
        parts.append(_TABLE["written"](figures["table"]))
    return "\n".join(parts)


def _counts_written(figures: Mapping[str, Any]) -> str:
    holds = figures["counts"]
    lines = ["## Counts\n"]
    lines += _table(
        ("what", "wanted", "there", ""),
        [(one["name"], _wanted(one), _number(one["has"]), "" if one["met"] else "short") for one in figures["goals"]],
    )
    names = tuple(next(iter(holds["splits"].values())))
    lines += _table(("split", *names), [(split, *one.values()) for split, one in holds["splits"].items()])
    of_insults = ("veiled_insults", "disguised_insults", "threats")
    lines.append("Of the insults: " + _listed({name.replace("_", " "): holds[name] for name in of_insults}) + ".\n")
    for name, title in (
        ("targets", "Insults are aimed at"),
        ("languages", "Languages"),
        ("undecided", "Left open (null)"),
        ("comment_words", "Words of a comment"),
        ("sections", "Articles by section"),
    ):
        lines.append(f"{title}: {_listed(holds[name])}.\n")
    lines.append(f"{holds['kinds']} kinds; {holds['groups']} groups without an article.\n")
    return "\n".join(lines)


def _checks_written(checks: Mapping[str, Sequence[str]]) -> str:
    lines = ["## Checks\n"]
    for name, wrong in checks.items():
        lines.append(f"* {name}: " + (f"FAILED, {len(wrong)}" if wrong else "passed"))
        lines += [f"  * {one}" for one in wrong[:_SHOWN]]
    return "\n".join(lines) + "\n"


def _agreement_written(found: Mapping[str, Any]) -> str:
    lines = ["## Agreement of two readers\n", f"{found['read_twice']} of {found['comments']} comments were read twice"]
    lines[-1] += (
        f"; {found['differed']} readings differed somewhere, {found['first_label_changed']} first labels were changed.\n"
    )
    lines += _table(
        ("label", "Cohen's κ", "same", "lines with both sure", "null, first reader", "null, second reader"),
        [
            (label, *(_number(one[name]) for name in ("kappa", "same", "lines", "null_first", "null_second")))
            for label, one in found["labels"].items()
        ],
    )
    if found["hardest_kinds"]:
        hardest = {f"`{one['kind']}` ({one['lines']})": one["differed"] for one in found["hardest_kinds"]}
        lines.append(f"Kinds on which they differed most (lines): {_listed(hardest)}.\n")
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), ""]


def _wanted(goal: Mapping[str, Any]) -> str:
    if goal["most"] is None:
        return f"≥ {_number(goal['least'])}"
    return f"≤ {_number(goal['most'])}" if not goal["least"] else f"{_number(goal['least'])}–{_number(goal['most'])}"


def _listed(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in found.items())


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
