"""Measure the rules as a whole: what they flag of comments that must be published, and miss of those that must not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers import corpus, data, relevance_training
from classifiers.progress import step
from classifiers.relevance import ArticleText
from moderation.measure import Models, load_models
from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Finding, Outcome
from moderation.rules.rule_set import CompiledRuleSet, defaults
from moderation.screen import Submission, opinions

RULE_OF = {
    "persian": "persian-only",
    "insult": "no-insults",
    "slander": "no-slander",
    "on_topic": "on-topic",
    "spam": "no-spam",
    "pii": "no-personal-data",
}
"""The rule that answers for a label of the examples."""
_WRONG = {"persian": False, "on_topic": False}
_OBFUSCATION = "obfuscation"
_STEP = 200  # comments between two steps of a progress bar


@dataclass(frozen=True, slots=True)
class Example:
    """A comment with what a careful moderator would decide; a label is None where such moderators would differ."""

    id: str
    kind: str
    text: str
    article_id: str | None
    article: ArticleContext | None
    expect: Mapping[str, bool | None]
    pair: str | None
    obfuscated: bool

    @property
    def violated(self) -> frozenset[str]:
        """The labels that speak against publication."""
        return frozenset(label for label in RULE_OF if self.expect[label] is _WRONG.get(label, True))


@dataclass(frozen=True, slots=True)
class Judged:
    """An example with the live findings of a rule set."""

    example: Example
    findings: Sequence[Finding]

    @property
    def flagged(self) -> frozenset[str]:
        """Slugs of the rules that object."""
        return frozenset(finding.rule for finding in self.findings)

    @property
    def right(self) -> bool:
        """Whether it is flagged exactly if it must not be published."""
        return bool(self.findings) == bool(self.example.violated)


def examples(folder: Path) -> list[Example]:
    """The policy examples of the research sets. Raises MissingDataError."""
    rows = data.rows(folder / "policy" / "articles.jsonl")
    articles = {row["page_id"]: ArticleContext(row["title"], row["text"], row["section"]) for row in rows}
    return [
        Example(
            id=row["id"],
            kind=f"{row['group']}: {row['functionality']}",
            text=row["text"],
            article_id=row["page_id"],
            article=articles.get(row["page_id"]),
            expect={label: row["expect"][label] for label in RULE_OF},
            pair=row["pair"],
            obfuscated=row["group"] == _OBFUSCATION,
        )
        for row in data.rows(folder / "policy" / "examples.jsonl")
    ]


def corpus_examples(split: str) -> list[Example]:
    """A split of our own corpus."""
    articles = {one.id: ArticleContext(one.title, one.text, one.section) for one in corpus.articles()}
    return [
        Example(
            id=one.id,
            kind=one.kind,
            text=one.text,
            article_id=one.article_id,
            article=articles.get(one.article_id or ""),
            expect=one.expect,
            pair=one.pair,
            obfuscated=one.kind.startswith("obf"),
        )
        for one in corpus.comments()
        if one.split == split
    ]


def judged(found: Sequence[Example], models: Models, rules: CompiledRuleSet) -> list[Judged]:
    """Judge each example under its article."""
    answers = []
    for number, one in enumerate(found):
        if number % _STEP == 0:
            step(f"judging comment {number} of {len(found)}", number / len(found))
        (opinion,) = opinions([Submission(one.text, one.article_id, one.article)], [rules], models)
        answers.append(Judged(one, opinion.findings))
    return answers


def evaluate(folder: Path | None, *, split: str = "test") -> dict[str, Any]:
    """Return the figures of the default rules on our corpus' split and, with the research sets' folder, on the policy examples.

    The relevance model is the one that a young site has; for the policy examples it is fitted on their articles, as
    ``nazer screen --articles`` does.
    """
    rules = defaults(RULES).compile(RULES)
    models = load_models()
    found = {f"corpus {split}": figures(judged(corpus_examples(split), models, rules))}
    if folder is not None:
        rows = examples(folder)
        models.relevance = relevance_training.fit(_articles_of(rows))
        found = {"policy examples": figures(judged(rows, models, rules))} | found
    return found


def _articles_of(rows: Iterable[Example]) -> list[ArticleText]:
    known = {one.article_id: one.article for one in rows if one.article_id and one.article}
    return [ArticleText(name, article.title, article.body) for name, article in known.items()]


def figures(answers: Sequence[Judged]) -> dict[str, Any]:
    """Return false flags first, then misses, recall by label, pairs and kinds; every rate with its counts."""
    acceptable = [one for one in answers if not one.example.violated]
    violating = [one for one in answers if one.example.violated]
    return {
        "acceptable_flagged": _share(acceptable, lambda one: bool(one.findings)),
        "acceptable_wrongly_flagged": _share(acceptable, _wrongly_flagged),
        "acceptable_called_violation": _share(acceptable, _called_violation),
        "acceptable_flagged_by": {rule: _share(acceptable, _flagged_by(rule)) for rule in RULE_OF.values()},
        "violating_unflagged": _share(violating, lambda one: not one.findings),
        "recall": {label: _recall(violating, label) for label in RULE_OF}
        | {_OBFUSCATION: _share([one for one in violating if one.example.obfuscated], lambda one: bool(one.findings))},
        "wrong_by_rule": {label: _wrong(answers, label) for label in RULE_OF},
        "pairs": _pairs(answers),
        "kinds": _kinds(answers),
    }


def _share(among: Sequence[Judged], counts: Callable[[Judged], bool]) -> dict[str, Any]:
    hits = sum(counts(one) for one in among)
    return {"share": round(hits / len(among), 4) if among else None, "count": hits, "of": len(among)}


def _wrongly_flagged(one: Judged) -> bool:
    """Whether a rule objects although careful moderators agree that it should not."""
    labels = {RULE_OF[label]: value for label, value in one.example.expect.items()}
    return any(labels.get(rule) is not None for rule in one.flagged)


def _called_violation(one: Judged) -> bool:
    return any(finding.outcome is Outcome.VIOLATION for finding in one.findings)


def _flagged_by(rule: str) -> Callable[[Judged], bool]:
    return lambda one: rule in one.flagged


def _recall(violating: Sequence[Judged], label: str) -> dict[str, Any]:
    """Comments with a label that the label's own rule flags."""
    return _share([one for one in violating if label in one.example.violated], _flagged_by(RULE_OF[label]))


def _wrong(answers: Sequence[Judged], label: str) -> dict[str, Any]:
    """Comments that a rule flags although its own label says that they are fine, whatever else is wrong with them."""
    fine = [one for one in answers if one.example.expect[label] is not None and label not in one.example.violated]
    return _share(fine, _flagged_by(RULE_OF[label]))


def _pairs(answers: Sequence[Judged]) -> dict[str, Any]:
    """Minimal pairs of which both members are judged right."""
    by_id = {one.example.id: one for one in answers}
    pairs = {
        frozenset((one.example.id, one.example.pair))
        for one in answers
        if one.example.pair and one.example.pair in by_id
    }
    right = sum(all(by_id[name].right for name in pair) for pair in pairs)
    return {"share": round(right / len(pairs), 4) if pairs else None, "count": right, "of": len(pairs)}


def _kinds(answers: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    kinds: dict[str, list[Judged]] = defaultdict(list)
    for one in answers:
        kinds[one.example.kind].append(one)
    return {kind: _share(ones, lambda one: one.right) for kind, ones in sorted(kinds.items())}
