"""What a rule is: the subject it reads, the signals it may use, the finding it returns.

Everything here is pure: no Flask, no SQL, no models, no clock. The same subject and options give the same answer,
so a past decision can be replayed under another rule set without loading a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from classifiers.text import Folded, Word, fold, words
from moderation.rules.site_lists import NO_LISTS, SiteLists

Span = tuple[int, int]
"""``[start, end)`` in code points of the original text."""


class Outcome(StrEnum):
    """How serious a finding is."""

    SUSPECT = "suspect"
    VIOLATION = "violation"


class Verdict(StrEnum):
    """What all findings of a comment say together."""

    CLEAN = "clean"
    SUSPECT = "suspect"
    VIOLATION = "violation"


class Mode(StrEnum):
    """Whether a rule's findings count."""

    OFF = "off"
    SHADOW = "shadow"
    LIVE = "live"


class Copy(NamedTuple):
    """An earlier comment that says nearly the same: hours ago, similarity 0..1, and whose (0: the same author's, 1, 2, …: others')."""

    hours: float
    similarity: float
    author: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """Earlier comments of the site that say nearly the same, the newest first.

    Args:
        first: id of the one that said it first.
        words: how many different words the text has, greeting, thanks and the like not counted.
        copies: one at least; the newest ones when there are ``more``.
        more: whether there are more than are told.
    """

    first: str
    words: int
    copies: tuple[Copy, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Signals:
    """What the classifiers measured of one text, with the version of each model.

    Scores are 0..1, higher = surer of the objection; ``relevance`` is a z-like number, higher = more related.
    ``None`` means "not measured"; a model that raised is named in ``failed``.
    """

    language: str | None = None
    language_margin: float | None = None
    language_words: tuple[str, ...] = ()
    insult: float | None = None
    insult_spans: tuple[Span, ...] = ()
    relevance: float | None = None
    relevance_outcome: str = "not_judged"
    relevance_why: str | None = None
    relevance_words: tuple[str, ...] = ()
    better_article: str | None = None
    better_title: str | None = None
    repeats: Repeats | None = None
    failed: tuple[str, ...] = ()
    models: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as stored with a screening."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What a rule may know of the article a comment stands under."""

    title: str
    body: str = ""
    section: str | None = None

    @property
    def lead(self) -> str:
        """The first paragraph of the body."""
        return self.body.strip().split("\n", 1)[0]


class Trust(StrEnum):
    """What people decided of an author."""

    TRUSTED = "trusted"
    BLOCKED = "blocked"


class Standing(NamedTuple):
    """An author's standing at a site while it holds: by whom it was decided (a person's name; ``by_key``: that of a key of the
    site), and until when, in words of each language."""

    trust: Trust
    by: str = ""
    until: str | None = None
    until_en: str | None = None
    by_key: bool = False


@dataclass(frozen=True)
class Subject:
    """One comment as a rule sees it; ``lists`` are the site's own words, which :func:`rule_set.check` adds."""

    text: str
    signals: Signals
    article: ArticleContext | None = None
    parent_text: str | None = None
    lists: SiteLists = NO_LISTS
    standing: Standing | None = None

    @cached_property
    def folded(self) -> Folded:
        """The matching copy of the text, with its way back to the original."""
        return fold(self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the folded text."""
        return words(self.folded)


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection of one rule, with its reason in words.

    Args:
        rule: slug of the rule.
        code: stable code of the reason, unique within the rule.
        outcome: suspect or violation.
        score: 0..1, higher = surer of the objection.
        reason: a Persian sentence with the number and the threshold in it.
        reason_en: the same in English, for the API.
        spans: where, ``[start, end)`` in code points of the original text.
        about: id of the other comment that the objection is about, as the signals name it.
    """

    rule: str
    code: str
    outcome: Outcome
    score: float
    reason: str
    reason_en: str
    spans: tuple[Span, ...] = ()
    about: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "outcome": str(self.outcome), "spans": [list(span) for span in self.spans]}


@dataclass(frozen=True)
class Rule:
    """One sentence of the comment policy, executable. A subclass's fields are its options (see :func:`option`)."""

    slug: ClassVar[str]
    title: ClassVar[str]
    policy: ClassVar[str]
    title_en: ClassVar[str]
    codes: ClassVar[Mapping[str, str]]
    """Every code that a finding of this rule may have, with its meaning in English."""
    decides: ClassVar[bool] = True
    """Whether a site may let this rule reject by itself."""
    reads_lists: ClassVar[bool] = False
    """Whether the site's own words change what this rule says."""

    def check(self, subject: Subject) -> Finding | None:
        """Return this rule's objection to the subject, or None."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that an option may take, with its label in Persian and in English."""

    value: str
    label: str
    en: str


@dataclass(frozen=True, slots=True)
class Over:
    """The measured number that a threshold is compared with, and with nothing else: ``signal >= option``.

    So two thresholds on one side of the number make a rule say the same, but for its sentences and, where the rule never decides
    by itself, its score.

    Args:
        signal: a field of :class:`Signals`, a number or None.
        below: whether the rule objects below the threshold instead of from it on.
        flags: whether the threshold by itself makes the rule object; one that only makes an objection graver does not.
        where: of which comments the threshold may decide anything, by their signals; None: of all.
    """

    signal: str
    below: bool = False
    flags: bool = True
    where: Callable[[Signals], bool] | None = None


ACCEPT = "accept"
OUTCOMES = (
    Choice(ACCEPT, "پذیرفته شود", "accepted"),
    Choice("suspect", "از ناظر پرسیده شود", "asked about"),
    Choice("violation", "مغایر شمرده شود", "a violation"),
)
"""What a site may have a rule make of something; options that cannot be accepted leave the first one out."""


def option(  # noqa: PLR0913 -- what a form and a page need to know of an option, by keyword
    default: Any,
    label: str,
    *,
    en: str = "",
    help: str = "",
    limits: tuple[float, float] | None = None,
    choices: tuple[Choice, ...] = (),
    over: Over | None = None,
) -> Any:
    """A rule's option: a dataclass field that carries its label and limits, so that a form can be drawn from it.

    Args:
        default: what holds where a site says nothing.
        label: what it is, in Persian; ``help`` says more where that is needed.
        en: the same in English, as one sentence.
        limits: the least and the greatest number.
        choices: the values that it may take.
        over: what it is a threshold over, for an option that is compared with a measured number.
    """
    told = {"label": label, "en": en, "help": help, "limits": limits, "choices": choices, "over": over}
    return field(default=default, metadata=told)


def persian_number(value: float, digits: int = 2) -> str:
    """A number as a Persian reader writes it: ``0.83`` -> ``۰٫۸۳``."""
    return f"{value:.{digits}f}".translate(_PERSIAN)


_PERSIAN = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
