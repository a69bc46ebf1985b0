"""One claim of comments, measured and judged. A batch that fails is run one by one; who fails again and again reaches a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from classifiers.repeats import sketch
from classifiers.text import fold
from moderation import lifecycle, standing
from moderation.db import db, now
from moderation.learned import LearnedModels, Live, approved_peers
from moderation.lifecycle import Beside, Claim, Screened
from moderation.measure import Learnt, Models, Peers
from moderation.models import Comment, Commenting
from moderation.policy import InForce, Policies, in_force
from moderation.rules.base import ArticleContext, Repeats, Signals, Standing
from moderation.rules.failures import screening_failed
from moderation.rules.rule_set import CompiledRuleSet, judge
from moderation.screen import Opinion, Submission, aside, opinions
from moderation.settings import Settings

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


_by_site = attrgetter("site_id")


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a batch is screened with: versions of rules and live models by site, approved comments by article, the standing of
    authors, what was said before by comment (None: it could not be asked)."""

    models: Models
    policies: Policies
    rules: Mapping[UUID, InForce]
    learned: LearnedModels
    live: Mapping[UUID, Live]
    peers: Mapping[UUID, Peers]
    standing: Mapping[tuple[UUID, str], Standing]
    moment: datetime
    repeats: Mapping[UUID, Repeats] | None = None


def screen_claim(models: Models, policies: Policies, settings: Settings, learned: LearnedModels | None = None) -> int:
    """Claim a batch, screen it and bring it back. Returns how many comments were claimed.

    ``learned`` remembers the sites' models from one batch to the next.
    """
    claim = lifecycle.claim(settings.claim_batch, settings.claim_seconds)
    if not claim.comments:  # nothing new waits
        claim = lifecycle.claim(settings.claim_batch, settings.claim_seconds, again=True)
    if not claim.comments:
        return 0
    bench = _bench(claim, models, policies, learned or LearnedModels())
    fresh = [comment for comment in claim.comments if comment.attempts <= settings.max_attempts]
    hopeless = [
        comment for comment in claim.comments if comment not in fresh
    ]  # they have killed their worker again and again
    bench = replace(bench, repeats=_repeats(fresh))
    db.session.commit()  # measuring runs outside any transaction, a reading one included
    results = [_unscreened(comment, bench, comment.attempts) for comment in hopeless]
    try:
        results += _screen(fresh, bench)
    except Exception:
        log.exception("a batch of %d failed; trying one by one", len(fresh))
        results += _one_by_one(claim, fresh, bench, settings)
    lifecycle.screened(claim.token, results, settings.undo_seconds)
    return len(claim.comments)


def _bench(claim: Claim, models: Models, policies: Policies, learned: LearnedModels) -> _Bench:
    """Four queries, however large the batch is; models and rules that are new to this process are loaded besides."""
    sites = {comment.site_id for comment in claim.comments}
    peers = approved_peers({comment.article_id for comment in claim.comments})
    moment = now()
    known = standing.living(((comment.site_id, comment.author_external_id) for comment in claim.comments), moment)
    return _Bench(models, policies, in_force(sites), learned, learned.live(sites), peers, known, moment)


def _repeats(comments: Sequence[Comment]) -> dict[UUID, Repeats] | None:
    """Which comments say what was said before; kept before it is compared, so that copies find each other."""
    try:
        found = ((comment.id, sketch(fold(comment.text))) for comment in comments)
        sketches = {comment_id: kept for comment_id, kept in found if kept}
        return lifecycle.find_repeats(comments, sketches, lifecycle.keep_prints(comments, sketches))
    except Exception:  # the promise: what cannot be asked holds comments for people, it never loses them
        db.session.rollback()
        log.exception("whether %d comments were said before could not be asked", len(comments))
        return None


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
    """Site by site, so that the rules and models of many sites need not be held at once."""
    sites = groupby(sorted(comments, key=_by_site), key=_by_site)
    return [screened for site_id, group in sites for screened in _screen_site(site_id, list(group), bench)]


def _screen_site(site_id: UUID, comments: list[Comment], bench: _Bench) -> list[Screened]:
    version = bench.rules[site_id]
    rules = bench.policies.compiled(version.live)
    shadow = _in_shadow(version, bench.policies)
    learnt = bench.learned.take(bench.live.get(site_id))
    db.session.commit()  # what was new to this process is read: measuring runs outside any transaction
    if rules is None:
        return [_unscreened(comment, bench, comment.attempts) for comment in comments]
    batch = [_submission(comment, learnt, bench) for comment in comments]
    return [
        _screened(comment, item, rules.under(comment.article.section), (version, shadow, bench))
        for comment, item in zip(comments, batch, strict=True)
    ]


def _screened(
    comment: Comment,
    item: Submission,
    rules: CompiledRuleSet,
    beside: tuple[InForce, CompiledRuleSet | None, _Bench],
) -> Screened:
    """Screen a comment, by what is in shadow as well: what was read of its text is still at hand then."""
    version, shadow, bench = beside
    (opinion,) = opinions([item], [rules], bench.models)
    return Screened(
        comment.id,
        comment.revision,
        version.live,
        opinion.judgement,
        opinion.signals.to_dict(),
        opinion.findings,
        opinion.shadow,
        UUID(opinion.signals.repeats.first) if opinion.signals.repeats else None,
        opinion.by_itself,
        _beside(version.shadow, shadow, item, (opinion, rules)) if shadow and version.shadow else None,
    )


def _in_shadow(version: InForce, policies: Policies) -> CompiledRuleSet | None:
    """The rules that run beside the live ones. Whatever is wrong with them, nobody's comment waits for it."""
    if version.shadow is None:
        return None
    try:
        return policies.compiled(version.shadow)
    except Exception:
        db.session.rollback()
        log.exception("rule set %s runs in shadow and cannot be read", version.shadow)
        return None


def _beside(
    shadow_id: UUID, shadow: CompiledRuleSet, item: Submission, live: tuple[Opinion, CompiledRuleSet]
) -> Beside | None:
    """What the rules in shadow say of a comment, beside the opinion that the live rules have said."""
    try:
        under = shadow.under(item.article.section if item.article else None)
        said = aside(item, *live, under)
    except Exception:
        log.exception("rule set %s runs in shadow and could not judge a comment", shadow_id)
        return None
    return Beside(shadow_id, said.verdict, said.findings)


def _submission(comment: Comment, learnt: Learnt, bench: _Bench) -> Submission:
    article = comment.article
    peers = bench.peers.get(comment.article_id)
    return Submission(
        comment.text,
        article.external_id,
        ArticleContext(article.title, article.body or "", article.section),
        comment.parent.text if comment.parent else None,
        peers.without(comment.id) if peers else None,
        learnt,
        bench.repeats.get(comment.id) if bench.repeats is not None else None,
        ("repeats",) if bench.repeats is None else (),
        strict=article.commenting(bench.moment) == Commenting.STRICT,
        standing=bench.standing.get((comment.site_id, comment.author_external_id or "")),
    )


def _unscreened(comment: Comment, bench: _Bench, attempts: int) -> Screened:
    """A comment that reaches a person without the machine's opinion, marked as such."""
    findings = [screening_failed(attempts)]
    return Screened(
        comment.id, comment.revision, bench.rules[comment.site_id].live, judge(findings), Signals().to_dict(), findings
    )
