"""The comment accuses nobody of a crime, corruption, spying or immorality as if it were a fact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from moderation.rules.base import Finding, Outcome, Rule, Span, Subject, option, persian_number
from moderation.rules.cues import KIND_NAMES, Cue, cues, weight
from moderation.rules.patterns import Said, Strength, said
from moderation.rules.reading import Sentence, sentences, shown
from moderation.rules.softeners import softener
from moderation.rules.targets import Sort, Target, targets

_SURENESS = {Sort.NAME: 0.9, Sort.MENTION: 0.85, Sort.ROLE: 0.8, Sort.UNKNOWN: 0.7, Sort.POINTER: 0.65}
_NAMED = (Sort.NAME, Sort.MENTION, Sort.UNKNOWN)
_UNSURE = {Strength.PLAIN: 0.0, Strength.WEAK: 0.15, Strength.EPITHET: 0.35}
_HEDGED = 0.35
_BESIDE = 1  # words that may stand between a name and what it is called
_PER_WORD = 0.01  # each word between accusation and target makes it a little less sure that they belong together
_SORT_NAMES = {
    Sort.NAME: "نام",
    Sort.MENTION: "نام‌برده در خبر",
    Sort.ROLE: "سِمَت",
    Sort.UNKNOWN: "گویا نام",
    Sort.POINTER: "اشاره",
}


class Accusation(NamedTuple):
    """What is said of whom in a sentence, with how surely; ``kinds`` are those of a predicate or of the signs."""

    score: float
    code: str
    kinds: tuple[str, ...]
    predicates: tuple[Span, ...]
    target: Span
    sort: Sort


@dataclass(frozen=True)
class NoSlander(Rule):
    """Objects to an accusation stated as fact near an identified target; a person always decides."""

    slug: ClassVar[str] = "no-slander"
    title: ClassVar[str] = "بدون تهمت و افترا"
    title_en: ClassVar[str] = "No slander"
    policy: ClassVar[str] = "پیام‌هایی که در آنها به کسی یا نهادی تهمت یا افترا زده شده باشد منتشر نمی‌شوند."
    decides: ClassVar[bool] = False
    codes: ClassVar[Mapping[str, str]] = {
        "accusation": "a crime, corruption or immorality stated as fact near an identified target",
        "implied-accusation": "several signs beside a name that name no crime together; never more than suspect",
    }

    violation_at: float = option(
        0.6,
        "از این امتیاز به بالا، مغایر",
        en="Violation from this score on; the score is that of the target's clearness: a name above a role, a role above a pointer.",
        help="امتیاز از روشنی نسبت و روشنی هدف آن می‌آید: نام از سمت و سمت از اشاره روشن‌تر است.",
        limits=(0.0, 1.0),
    )
    suspect_at: float = option(
        0.45, "از این امتیاز به بالا، مشکوک", en="Suspect from this score on.", limits=(0.0, 1.0)
    )
    reach: int = option(
        14,
        "بیشترین فاصلهٔ نسبت از هدف آن، به واژه",
        en="Farthest distance between accusation and target, in words.",
        help="دورتر از این، نسبت و نام به هم مربوط شمرده نمی‌شوند.",
        limits=(1, 60),
    )
    hints: bool = option(
        True,
        "ادعایی که نام جرم در آن نیست هم نشان شود",
        en="Whether several signs beside a name that name no crime together count; never more than suspect.",
        help="چند نشانه کنار یک نام، مانند «پول»، «پسرش» و «ویلا»؛ هرگز بیش از مشکوک نمی‌شود.",
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to the surest accusation of the comment."""
        found = [one for one in self._accusations(subject) if one.score >= self.suspect_at]
        if not found:
            return None
        worst = max(found, key=lambda one: (one.code == "accusation", one.score))
        sure = worst.code == "accusation" and worst.score >= self.violation_at
        threshold = self.violation_at if sure else self.suspect_at
        return Finding(
            rule=self.slug,
            code=worst.code,
            outcome=Outcome.VIOLATION if sure else Outcome.SUSPECT,
            score=worst.score,
            reason=_reason(subject, worst, threshold),
            reason_en=_reason_en(subject, worst, threshold),
            spans=tuple(sorted({*worst.predicates, worst.target})),
        )

    def _accusations(self, subject: Subject) -> Iterator[Accusation]:
        """Every accusation of the comment that has a target and is stated as fact."""
        read = sentences(subject.folded)
        for place, sentence in enumerate(read):
            stated = said("accusations", sentence.texts)
            hinted = cues(sentence.texts) if self.hints else ()
            if not stated and weight(hinted) is None:
                continue
            soft = softener(sentence, read[place + 1] if place + 1 < len(read) else None)
            if soft is not None and soft != "hedge":
                continue
            who = targets(sentence.texts, subject.article)
            for one in stated:
                target = self._nearest(one, who)
                if target is not None:
                    yield _stated(subject, sentence, one, target, hedged=soft == "hedge")
            name = next((target for target in who if target.sort in _NAMED), None)
            if name is not None and soft is None:
                yield from _hinted(subject, sentence, hinted, name)

    def _nearest(self, one: Said, who: list[Target]) -> Target | None:
        """The surest target within reach; a weak predicate needs a name."""
        reach = _BESIDE if one.strength is Strength.EPITHET else self.reach
        near = [target for target in who if _distance(one, target) <= reach]
        if one.strength is not Strength.PLAIN:
            near = [target for target in near if target.sort in _NAMED]
        return max(near, key=lambda target: _SURENESS[target.sort] - _PER_WORD * _distance(one, target), default=None)


def _distance(one: Said, target: Target) -> int:
    return max(0, target.start - one.end, one.start - target.end)


def _stated(subject: Subject, sentence: Sentence, one: Said, target: Target, *, hedged: bool) -> Accusation:
    """An accusation in words."""
    score = _SURENESS[target.sort] - _PER_WORD * _distance(one, target)
    score -= _UNSURE[one.strength] + _HEDGED * hedged
    return Accusation(
        score=round(max(0.0, score), 4),
        code="accusation",
        kinds=(one.kind,),
        predicates=(_span(subject, sentence, one.start, one.end),),
        target=_span(subject, sentence, target.start, target.end),
        sort=target.sort,
    )


def _hinted(subject: Subject, sentence: Sentence, found: Sequence[Cue], target: Target) -> Iterator[Accusation]:
    """An accusation that several signs beside a name amount to."""
    beside = [cue for cue in found if cue.end <= target.start or cue.start >= target.end]
    score = weight(beside)
    if score is not None:
        yield Accusation(
            score=score,
            code="implied-accusation",
            kinds=tuple(KIND_NAMES[cue.kind] for cue in beside),
            predicates=tuple(_span(subject, sentence, cue.start, cue.end) for cue in beside),
            target=_span(subject, sentence, target.start, target.end),
            sort=target.sort,
        )


def _reason(subject: Subject, accusation: Accusation, threshold: float) -> str:
    told = "، ".join(f"«{shown(subject.text[start:end])}»" for start, end in accusation.predicates)
    start, end = accusation.target
    who = f"«{shown(subject.text[start:end])}»"
    measured = f"امتیاز {persian_number(accusation.score)} (آستانه {persian_number(threshold)})."
    if accusation.code == "accusation":
        return (
            f"با عبارت {told} نسبت «{accusation.kinds[0]}» به {who} ({_SORT_NAMES[accusation.sort]}) داده شده "
            f"و مانند واقعیت گفته شده است؛ {measured}"
        )
    return f"کنار نام {who} چند نشانهٔ اتهام آمده است: {told} ({'، '.join(accusation.kinds)})؛ {measured}"


def _reason_en(subject: Subject, accusation: Accusation, threshold: float) -> str:
    told = ", ".join(f"'{shown(subject.text[start:end])}'" for start, end in accusation.predicates)
    start, end = accusation.target
    how = "States as a fact" if accusation.code == "accusation" else "Hints at a wrong"
    return (
        f"{how} about '{shown(subject.text[start:end])}' ({accusation.sort}): {told}; "
        f"score {accusation.score:.2f} (threshold {threshold:.2f})."
    )


def _span(subject: Subject, sentence: Sentence, start: int, end: int) -> Span:
    tokens = sentence.tokens
    return subject.folded.span(tokens[start].start, tokens[end - 1].end)
