"""One comment, measured and judged: what worker, commands and demonstration do alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from classifiers.relevance import ArticleText
from moderation.measure import NOTHING_LEARNT, Learnt, Measurable, Models, Peers, measure
from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Finding, Repeats, Signals, Standing, Subject, Trust, Verdict
from moderation.rules.rule_set import (
    ByItself,
    CompiledRuleSet,
    Judgement,
    check,
    check_beside,
    decided,
    defaults,
    judge,
    live,
)

STRICT_LIFT = 100
"""How much sooner people see a comment under a strict article: one lane of the queue."""
_WARMING = (
    "این پل را دیر ساختند ولی خوب است، ممنون از خبر",
    "شهردار احمق و بی ش ر ف رشوه گرفته و باید محاکمه شود",
    "salam, in khabar kheili khoob bood",
    "هذا الخبر غير صحيح ولا يمكن أن نصدق كل ما يكتب",
)


@dataclass(frozen=True, slots=True)
class Submission:
    """A comment's text with the article it stands under (by the site's own id), the comment that it answers, the article's
    approved comments, what the site has learnt, whether it was said before, what could not be asked (``failed``), and its author's
    standing. Under a ``strict`` article people decide, and sooner."""

    text: str
    article_id: str | None = None
    article: ArticleContext | None = None
    parent_text: str | None = None
    peers: Peers | None = None
    learnt: Learnt = NOTHING_LEARNT
    repeats: Repeats | None = None
    failed: tuple[str, ...] = ()
    strict: bool = False
    standing: Standing | None = None

    @property
    def measurable(self) -> Measurable:
        """The form that the classifiers take."""
        under = None
        if self.article is not None:
            under = ArticleText(self.article_id or "", self.article.title, self.article.body)
        return Measurable(self.text, under, self.parent_text, self.peers, self.learnt)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the machine says: signals, findings that count, findings of rules in shadow, the judgement over the first, and what
    they decide where the site lets them."""

    signals: Signals
    findings: Sequence[Finding]
    shadow: Sequence[Finding]
    judgement: Judgement
    by_itself: ByItself | None = None


def opinions(batch: Sequence[Submission], rules: Sequence[CompiledRuleSet], models: Models) -> list[Opinion]:
    """Measure a batch and judge each comment by its rules (one compiled rule set a comment)."""
    # one after the other: what measuring has read of a comment is still at hand for its rules
    return [
        judged(item, measure([item.measurable], models)[0], compiled)
        for item, compiled in zip(batch, rules, strict=True)
    ]


def judged(item: Submission, measured: Signals, rules: CompiledRuleSet) -> Opinion:
    """Judge what was measured of a comment by some rules."""
    signals = replace(measured, repeats=item.repeats, failed=measured.failed + item.failed)
    findings = check(Subject(item.text, signals, item.article, item.parent_text, standing=item.standing), rules)
    counting = live(findings, rules)
    shadow = [finding for finding in findings if finding not in counting]
    trusted = item.standing is not None and item.standing.trust is Trust.TRUSTED
    judgement = judge(counting, trusted=trusted)
    if item.strict:
        return Opinion(signals, counting, shadow, replace(judgement, priority=judgement.priority + STRICT_LIFT))
    return Opinion(signals, counting, shadow, judgement, decided(counting, rules, trusted=trusted))


@dataclass(frozen=True, slots=True)
class Aside:
    """What another rule set says of a text that was measured already: its findings that would count, and their verdict."""

    verdict: Verdict
    findings: Sequence[Finding]


def aside(item: Submission, said: Opinion, rules: CompiledRuleSet, shadow: CompiledRuleSet) -> Aside:
    """Judge by another rule set a text of which ``rules`` have said their opinion: nothing is measured anew, and only what
    differs is run."""
    subject = Subject(item.text, said.signals, item.article, item.parent_text, standing=item.standing)
    found = check_beside(subject, shadow, rules, [*said.findings, *said.shadow])
    counting = live(found, shadow)
    return Aside(judge(counting).verdict, counting)


def warm_up(models: Models) -> None:
    """Judge a few texts before processes fork: what reading and rules make on first use is then shared by them."""
    rules = defaults(RULES).compile(RULES)
    article = ArticleContext(title="شهردار از کار پل تازه گفت", body="کار پل تازه از بهار آغاز می‌شود. " * 20)
    for text in _WARMING:
        opinions([Submission(text, article_id="warm-up", article=article, parent_text=_WARMING[0])], [rules], models)
