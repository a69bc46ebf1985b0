"""What the machine would say of a text that nobody has sent yet: measured in the web process, and nothing is stored."""

from __future__ import annotations

import functools
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import select, text

from moderation import records, standing
from moderation.db import db, now
from moderation.learned import LearnedModels, approved_peers
from moderation.measure import Learnt, Models, load_models, measure
from moderation.models import Article, Comment, Commenting
from moderation.models.comment import STANDS_APPROVED
from moderation.policy import Policies
from moderation.rules.base import ArticleContext, Signals
from moderation.rules.failures import screening_failed
from moderation.rules.rule_set import RuleSet, judge
from moderation.screen import Opinion, Submission, judged, opinions, warm_up
from moderation.wire_preview import PreviewArticle, PreviewIn


class Busy(Exception):
    """Too many previews at once: this one would have to wait."""


class Closed(Exception):
    """The article takes no new comments."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A text to try rules on: under an article, or only in a section, perhaps in answer to another text, perhaps by an author.

    ``title`` and ``body`` go before those of a known article, and stand for one that is not known (``article_id`` is then the
    site's id of it). ``strict`` says that people decide under it.
    """

    text: str
    article: Article | None = None
    section: str | None = None
    parent_text: str | None = None
    title: str | None = None
    body: str | None = None
    author_id: str | None = None
    article_id: str | None = None
    strict: bool = False


@functools.cache
def preload() -> Models:
    """The models of this process, warmed up; loaded once, at the first preview or before the web server forks."""
    models = load_models()
    warm_up(models)
    return models


@dataclass
class PreviewDesk:
    """Previews of one web process, one after the other: Python computes on one thread, and what models remember is shared.

    ``slots`` may be on their way at once, so that threads are left for comments; one waits ``seconds`` for its turn at most.
    """

    slots: int
    seconds: float
    models: Models | None = None
    _policies: Policies = field(default_factory=Policies)
    _learned: LearnedModels = field(default_factory=LearnedModels)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _free: threading.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._free = threading.BoundedSemaphore(self.slots)

    @contextmanager
    def in_turn(self, seconds: float) -> Iterator[Policies]:
        """Have the turn for something else that computes long, with the rules that are compiled here. Raises Busy after waiting so long."""
        if not self._turn.acquire(timeout=seconds):
            raise Busy
        try:
            yield self._policies
        finally:
            self._turn.release()

    def preview(self, site_id: uuid.UUID, sent: PreviewIn) -> Opinion:
        """Judge a text by the site's live rules. Raises Busy or Closed."""
        with self._a_turn():
            rules = self._policies.live([site_id])[site_id][1]
            trial = _sent(site_id, sent)
            submission = _tried(site_id, trial, self._learnt(site_id))
            db.session.rollback()  # measuring runs outside any transaction, a reading one included
            if rules is None:
                return _unscreened()
            return opinions([submission], [rules.under(trial.section)], self._models())[0]

    def compare(self, site_id: uuid.UUID, trial: Trial, draft: RuleSet) -> tuple[Opinion, Opinion]:
        """Judge a text by the site's live rules, and by a draft. Raises Busy, RuleSetError and ListRefused."""
        with self._a_turn():
            drafted = self._policies.compile(site_id, draft)
            rules = self._policies.live([site_id])[site_id][1]
            submission = _tried(site_id, trial, self._learnt(site_id))
            db.session.rollback()
            measured = measure([submission.measurable], self._models())[0]
            by_live = judged(submission, measured, rules.under(trial.section)) if rules else _unscreened()
            return by_live, judged(submission, measured, drafted.under(trial.section))

    def _models(self) -> Models:
        if self.models is None:
            self.models = preload()
        return self.models

    def _learnt(self, site_id: uuid.UUID) -> Learnt:
        return self._learned.take(self._learned.live([site_id]).get(site_id))

    @contextmanager
    def _a_turn(self) -> Iterator[None]:
        if not self._free.acquire(blocking=False):
            raise Busy
        try:
            if not self._turn.acquire(timeout=self.seconds):
                raise Busy
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._free.release()


def _unscreened() -> Opinion:
    """What is said where the live rules cannot be compiled: a person reads the comment without the machine."""
    findings = [screening_failed(0)]
    return Opinion(Signals(), findings, (), judge(findings))


def _tried(site_id: uuid.UUID, trial: Trial, learnt: Learnt) -> Submission:
    under, author = trial.article, trial.author_id
    title, body = trial.title, trial.body
    if under:
        title, body = title or under.title, body or under.body
    return Submission(
        trial.text,
        under.external_id if under else trial.article_id,
        ArticleContext(title, body or "", trial.section) if title else None,
        trial.parent_text,
        approved_peers({under.id}).get(under.id) if under else None,
        learnt,
        strict=trial.strict,
        standing=standing.living([(site_id, author)], now()).get((site_id, author)) if author else None,
    )


def _sent(site_id: uuid.UUID, sent: PreviewIn) -> Trial:
    """What a site asks. Raises Closed."""
    given = sent.article or PreviewArticle()
    known = _article(site_id, given.external_id) if given.external_id else None
    return Trial(
        sent.text,
        known,
        known.section if known else None,
        _published_text(known, sent.parent_external_id) if known and sent.parent_external_id else None,
        title=given.title,
        body=given.body,
        author_id=sent.author.id if sent.author else None,
        article_id=given.external_id,
        strict=bool(known and known.commenting(now()) == Commenting.STRICT),
    )


def _article(site_id: uuid.UUID, external_id: str) -> Article | None:
    found = records.article(site_id, external_id)
    if found and found.comments == Commenting.CLOSED:
        raise Closed
    return found


def _published_text(article: Article, external_id: str) -> str | None:
    """What every reader can read already; whether another comment exists is not to be learnt here."""
    found = select(Comment.text).where(
        Comment.site_id == article.site_id,
        Comment.external_id == external_id,
        Comment.article_id == article.id,
        text(STANDS_APPROVED),
    )
    return db.session.execute(found).scalar_one_or_none()
