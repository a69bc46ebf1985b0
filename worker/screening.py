"""One claim of comments, measured and judged. A batch that fails is run one by one; who fails again and again reaches a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from moderation import lifecycle
from moderation.db import db
from moderation.lifecycle import Claim, Screened
from moderation.measure import Models
from moderation.models import Comment
from moderation.policy import Policies
from moderation.rules.base import ArticleContext, Signals
from moderation.rules.rule_set import CompiledRuleSet, judge, screening_failed
from moderation.screen import Submission, opinions
from moderation.settings import Settings

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a batch is screened with."""

    models: Models
    rules: Mapping[UUID, tuple[UUID, CompiledRuleSet | None]]

    def can_screen(self, comment: Comment, max_attempts: int) -> bool:
        """Whether the site's rules can be applied, and the comment has not killed its worker again and again."""
        return comment.attempts <= max_attempts and self.rules[comment.site_id][1] is not None


def screen_claim(models: Models, policies: Policies, settings: Settings) -> int:
    """Claim a batch, screen it and bring it back. Returns how many comments were claimed."""
    claim = lifecycle.claim(settings.claim_batch, settings.claim_seconds)
    if not claim.comments:
        return 0
    bench = _Bench(models, policies.live(comment.site_id for comment in claim.comments))
    db.session.commit()  # measuring runs outside any transaction, a reading one included
    fresh = [comment for comment in claim.comments if bench.can_screen(comment, settings.max_attempts)]
    hopeless = [comment for comment in claim.comments if comment not in fresh]
    results = [_unscreened(comment, bench, comment.attempts) for comment in hopeless]
    try:
        results += _screen(fresh, bench)
    except Exception:
        log.exception("a batch of %d failed; trying one by one", len(fresh))
        results += _one_by_one(claim, fresh, bench, settings)
    lifecycle.screened(claim.token, results)
    return len(claim.comments)


def _one_by_one(claim: Claim, comments: list[Comment], bench: _Bench, settings: Settings) -> list[Screened]:
    results = []
    for comment in comments:
        try:
            results += _screen([comment], bench)
        except Exception:
            log.exception("comment %s could not be screened (attempt %d)", comment.id, comment.attempts)
            if comment.attempts >= settings.max_attempts:
                results.append(_unscreened(comment, bench, comment.attempts))
            else:
                lifecycle.give_back(claim.token, comment.id, RETRY_SECONDS)
    return results


def _screen(comments: list[Comment], bench: _Bench) -> list[Screened]:
    rules = [(version, compiled) for version, compiled in (bench.rules[item.site_id] for item in comments) if compiled]
    said = opinions([_submission(comment) for comment in comments], [compiled for _, compiled in rules], bench.models)
    return [
        Screened(
            comment.id,
            comment.revision,
            version,
            opinion.judgement,
            opinion.signals.to_dict(),
            opinion.findings,
            opinion.shadow,
        )
        for comment, opinion, (version, _) in zip(comments, said, rules, strict=True)
    ]


def _submission(comment: Comment) -> Submission:
    article = comment.article
    return Submission(
        comment.text,
        str(article.id),
        ArticleContext(article.title, article.body or "", article.section),
        comment.parent.text if comment.parent else None,
    )


def _unscreened(comment: Comment, bench: _Bench, attempts: int) -> Screened:
    """A comment that reaches a person without the machine's opinion, marked as such."""
    findings = [screening_failed(attempts)]
    return Screened(
        comment.id, comment.revision, bench.rules[comment.site_id][0], judge(findings), Signals().to_dict(), findings
    )
