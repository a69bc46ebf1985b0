"""What rules in shadow cost live traffic: screening beside a version in shadow, against screening without one, in one run.

Three sites get the same comments of our corpus: one without a shadow, one whose shadow moves one threshold, one whose shadow moves
an option of every rule. The worker's own ``screen_claim`` claims, measures, judges and stores them, site after site, in another order
each round; a fourth site reads them first, so that no contestant alone meets new words. The first round warms up.

    python -m benchmarks.shadow [--json] [--comments 400] [--rounds 9]

Keys: ``shadow_cost`` (one threshold; CPU of screening with / without, the median over rounds of the ratio within a round),
``shadow_cost_every`` (an option of every rule), ``us_none``, ``us_threshold``, ``us_every`` (microseconds a comment, medians).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from benchmarks import rule_changes
from benchmarks.databases import application
from benchmarks.decided import under_articles
from benchmarks.printing import run
from classifiers.corpus import CorpusComment
from moderation import lifecycle
from moderation.db import db
from moderation.demo import seed_articles
from moderation.learned import LearnedModels
from moderation.measure import load_models
from moderation.models import RuleSetState, RuleSetVersion
from moderation.policy import Policies, live_rule_set
from moderation.rules.rule_set import RuleSet
from moderation.settings import Settings
from moderation.wire import ArticleIn, AuthorIn, CommentIn
from tests.factories import make_site
from worker.screening import screen_claim

FIRST = "first"
SHADOWS: dict[str, Callable[[RuleSet], RuleSet] | None] = {
    FIRST: None,
    "none": None,
    "threshold": rule_changes.threshold,
    "every": rule_changes.every,
}


def measure(comments: int, rounds: int) -> dict[str, float]:
    """Return the figures named above."""
    with application("shadow", postgresql=False) as settings:
        times = _times(settings, comments, rounds)
    figures = {
        "shadow_cost": _ratio(times, "threshold"),
        "shadow_cost_every": _ratio(times, "every"),
        **{f"us_{name}": statistics.median(each) / comments * 1e6 for name, each in times.items()},
    }
    return {name: round(value, 3) for name, value in figures.items()}


def _ratio(times: dict[str, list[float]], name: str) -> float:
    return statistics.median(one / none for one, none in zip(times[name], times["none"], strict=True))


def _times(settings: Settings, comments: int, rounds: int) -> dict[str, list[float]]:
    """CPU seconds by contestant, one number a round."""
    sites = {name: _site(name, change) for name, change in SHADOWS.items()}
    models, policies, learned, lines = load_models(), Policies(), LearnedModels(), under_articles()
    names = [name for name in sites if name != FIRST]
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        chunk = [lines[(number * comments + each) % len(lines)] for each in range(comments)]
        turn = number % len(names)
        for name in (FIRST, *names[turn:], *names[:turn]):
            _receive(sites[name], chunk, number)
            begun = time.process_time()
            while screen_claim(models, policies, settings, learned):
                pass
            if number and name != FIRST:
                times[name].append(time.process_time() - begun)
    return times


def _site(slug: str, change: Callable[[RuleSet], RuleSet] | None) -> UUID:
    """A site with the corpus' articles, and with a version in shadow where there is a change."""
    site = make_site(slug).site
    seed_articles(site)
    if change is not None:
        rules = change(live_rule_set(site.id))
        version = {"content": rules.to_dict(), "digest": rules.digest, "state": RuleSetState.SHADOW}
        db.session.add(RuleSetVersion(site_id=site.id, number=2, **version))
        db.session.commit()
    return site.id


def _receive(site_id: UUID, lines: Sequence[CorpusComment], number: int) -> None:
    sent = [
        CommentIn(
            external_id=f"{number}-{line.id}",
            article=ArticleIn(external_id=line.article_id or ""),
            author=AuthorIn(name=line.author),
            text=line.text,
        )
        for line in lines
    ]
    for some in range(0, len(sent), 100):
        lifecycle.receive_many(site_id, sent[some : some + 100])


if __name__ == "__main__":
    run(measure, __doc__, comments=400)
