"""The comment accuses nobody of a crime, corruption, spying or immorality as if it were a fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from moderation.rules.accusations import Said, accusations
from moderation.rules.base import Finding, Outcome, Rule, Span, Subject, option, persian_number
from moderation.rules.reading import Sentence, sentences
from moderation.rules.softeners import softener
from moderation.rules.targets import Sort, Target, targets

_SURENESS = {Sort.NAME: 0.9, Sort.ROLE: 0.8, Sort.POINTER: 0.65}
_WEAK = 0.15
_HEDGED = 0.3
_PER_WORD = 0.01  # each word between accusation and target makes it a little less sure that they belong together
_SORT_NAMES = {Sort.NAME: "نام", Sort.ROLE: "سِمَت", Sort.POINTER: "اشاره"}


class Accusation(NamedTuple):
    """A predicate and the one it is said of, with how surely."""

    score: float
    kind: str
    predicate: Span
    target: Span
    sort: Sort


@dataclass(frozen=True)
class NoSlander(Rule):
    """Objects to an accusation stated as fact near an identified target; a person always decides."""

    slug: ClassVar[str] = "no-slander"
    title: ClassVar[str] = "بدون تهمت و افترا"
    title_en: ClassVar[str] = "No slander"
    policy: ClassVar[str] = "پیام‌هایی که در آنها به کسی یا نهادی تهمت یا افترا زده شده باشد منتشر نمی‌شوند."

    violation_at: float = option(
        0.6,
        "از این امتیاز به بالا، مغایر",
        help="امتیاز از روشنی نسبت و روشنی هدف آن می‌آید: نام از سمت و سمت از اشاره روشن‌تر است.",
        limits=(0.0, 1.0),
    )
    suspect_at: float = option(0.45, "از این امتیاز به بالا، مشکوک", limits=(0.0, 1.0))
    reach: int = option(
        14,
        "بیشترین فاصلهٔ نسبت از هدف آن، به واژه",
        help="دورتر از این، نسبت و نام به هم مربوط شمرده نمی‌شوند.",
        limits=(1, 60),
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to the surest accusation of the comment."""
        found = list(self._accusations(subject))
        if not found:
            return None
        worst = max(found, key=lambda one: one.score)
        if worst.score < self.suspect_at:
            return None
        outcome = Outcome.VIOLATION if worst.score >= self.violation_at else Outcome.SUSPECT
        threshold = self.violation_at if outcome is Outcome.VIOLATION else self.suspect_at
        said, who = (subject.text[start:end] for start, end in (worst.predicate, worst.target))
        return Finding(
            rule=self.slug,
            code="accusation",
            outcome=outcome,
            score=worst.score,
            reason=(
                f"نسبتِ «{worst.kind}» با عبارت «{said}» به «{who}» ({_SORT_NAMES[worst.sort]}) داده شده و مانند واقعیت گفته شده است؛ "
                f"امتیاز {persian_number(worst.score)} (آستانه {persian_number(threshold)})."
            ),
            reason_en=(
                f"States '{said}' as a fact about '{who}' ({worst.sort}); "
                f"score {worst.score:.2f} (threshold {threshold:.2f})."
            ),
            spans=tuple(sorted({worst.predicate, worst.target})),
        )

    def _accusations(self, subject: Subject) -> Iterator[Accusation]:
        """Every accusation of the comment that has a target and is stated as fact."""
        read = sentences(subject.folded)
        for place, sentence in enumerate(read):
            said = accusations(sentence.texts)
            if not said:
                continue
            soft = softener(sentence, read[place + 1] if place + 1 < len(read) else None)
            if soft is not None and soft != "hedge":
                continue
            who = targets(sentence.texts, subject.article)
            for one in said:
                target = self._nearest(one, who)
                if target is not None:
                    yield _accusation(subject, sentence, one, target, hedged=soft == "hedge")

    def _nearest(self, said: Said, who: list[Target]) -> Target | None:
        """The surest target within reach; a weak predicate needs a name."""
        near = [target for target in who if _distance(said, target) <= self.reach]
        if said.weak:
            near = [target for target in near if target.sort is Sort.NAME]
        return max(near, key=lambda target: _SURENESS[target.sort] - _PER_WORD * _distance(said, target), default=None)


def _distance(said: Said, target: Target) -> int:
    return max(0, target.start - said.end, said.start - target.end)


def _accusation(subject: Subject, sentence: Sentence, said: Said, target: Target, *, hedged: bool) -> Accusation:
    score = _SURENESS[target.sort] - _PER_WORD * _distance(said, target)
    score -= _WEAK * said.weak + _HEDGED * hedged
    return Accusation(
        score=round(max(0.0, score), 4),
        kind=said.kind,
        predicate=_span(subject, sentence, said.start, said.end),
        target=_span(subject, sentence, target.start, target.end),
        sort=target.sort,
    )


def _span(subject: Subject, sentence: Sentence, start: int, end: int) -> Span:
    tokens = sentence.tokens
    return subject.folded.span(tokens[start].start, tokens[end - 1].end)
