"""What replaying a decision costs, against screening a comment live: per core, in one process, in one run.

Comments of our corpus are received, screened by the worker's own ``screen_claim`` (claim, measure, judge, store) with the shipped
models, and decided as the corpus labels them; then those decisions are replayed. The contestants take turns, round after round;
the first round warms up and is not counted. ``changed`` replays a new threshold of ``no-insults``, ``topic`` one of ``on-topic``,
``choice`` another answer to an option of ``no-insults`` (the rule runs twice over every comment), ``every`` a rule set in which an
option of every rule is another one. A replay is the whole job: reading, judging, curves, counts, progress.

    python -m benchmarks.replay [--json] [--comments 800] [--rounds 4] [--database postgresql]

With ``--decisions 100000`` it measures instead what one replay over so many takes: see ``benchmarks.replay_many``.

Keys: ``replay_vs_live`` (rate of ``changed`` / live rate), ``replay_all_rules_vs_live`` (``every`` / live), ``replay_topic_vs_live``,
``replay_choice_vs_live``; ``us_live``, ``us_changed``, ``us_topic``, ``us_choice``, ``us_every`` (microseconds of CPU a comment,
medians of the rounds; on PostgreSQL of wall time, as the server works, too), ``decisions`` (of a round).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import insert, select, update

from benchmarks import replay_many, rule_changes
from benchmarks.databases import application
from benchmarks.decided import reason, under_articles
from classifiers.corpus import CorpusComment
from moderation import lifecycle, replay
from moderation.db import db, new_id, now
from moderation.demo import seed_articles
from moderation.learned import LearnedModels
from moderation.measure import load_models
from moderation.models import Comment, Decision, Person, ReplayState, Site, Status
from moderation.policy import Policies, live_rule_set
from moderation.rules.rule_set import RuleSet
from moderation.settings import Settings
from moderation.wire import ArticleIn, AuthorIn, CommentIn
from tests.factories import make_person, make_site
from worker.screening import screen_claim


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--json", action="store_true", help="one line of JSON")
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--decisions", type=int, help="measure one replay over so many")
    asked.add_argument("--comments", type=int, default=800)
    asked.add_argument("--rounds", type=int, default=4)
    given = asked.parse_args()
    postgresql = given.database == "postgresql"
    if given.decisions:
        found = replay_many.measure(given.decisions, given.rounds, postgresql=postgresql)
    else:
        clock = time.perf_counter if postgresql else time.process_time
        with application("replay", postgresql=postgresql) as settings:
            found = _measure(settings, clock, given.comments, given.rounds)
    print(json.dumps(found) if given.json else "\n".join(f"{name:26} {value:.2f}" for name, value in found.items()))


def _measure(settings: Settings, clock: Callable[[], float], comments: int, rounds: int) -> dict[str, float]:
    site = make_site().site
    person = make_person("sara", site)
    seed_articles(site)
    lines = under_articles()
    models, policies, learned = load_models(), Policies(), LearnedModels()
    rules = live_rule_set(site.id)
    tried = {
        "changed": rule_changes.threshold(rules),
        "topic": rule_changes.topic(rules),
        "choice": rule_changes.choice(rules),
        "every": rule_changes.every(rules),
    }
    times: dict[str, list[float]] = {name: [] for name in ("live", *tried)}
    for number in range(rounds + 1):
        chunk = lines[number * comments : (number + 1) * comments]
        sent = [_sent(line) for line in chunk]
        for some in range(0, len(sent), 100):
            lifecycle.receive_many(site.id, sent[some : some + 100])
        times["live"].append(
            _timed(clock, lambda: _until_idle(lambda: screen_claim(models, policies, settings, learned)))
        )
        _decide(site, person, chunk)
        for name, draft in tried.items():
            times[name].append(_timed(clock, lambda draft=draft: _replay(site, draft, comments)))
    us = {f"us_{name}": statistics.median(each[1:]) / comments * 1e6 for name, each in times.items()}
    return {
        "replay_vs_live": us["us_live"] / us["us_changed"],
        "replay_all_rules_vs_live": us["us_live"] / us["us_every"],
        "replay_topic_vs_live": us["us_live"] / us["us_topic"],
        "replay_choice_vs_live": us["us_live"] / us["us_choice"],
        **us,
        "decisions": comments,
    }


def _timed(clock: Callable[[], float], work: Callable[[], object]) -> float:
    start = clock()
    work()
    return clock() - start


def _until_idle(work: Callable[[], int]) -> None:
    while work():
        pass


def _sent(line: CorpusComment) -> CommentIn:
    article, author = ArticleIn(external_id=line.article_id or ""), AuthorIn(name=line.author)
    return CommentIn(external_id=line.id, article=article, author=author, text=line.text)


def _decide(site: Site, person: Person, lines: Sequence[CorpusComment]) -> None:
    """Decide the comments as the corpus labels them, past the screens: how people decide is not measured here."""
    here = Comment.site_id == site.id, Comment.external_id.in_([line.id for line in lines])
    ids = {row.external_id: row.id for row in db.session.execute(select(Comment.external_id, Comment.id).where(*here))}
    decisions, changes = [], []
    for line in lines:
        violated = reason(line)
        outcome = str(Status.REJECTED if violated else Status.APPROVED)
        decision = _decision(ids[line.id], person, outcome, violated)
        decisions.append(decision)
        changes.append({"id": ids[line.id], "status": outcome, "decision_id": decision["id"]})
    db.session.execute(insert(Decision), decisions)
    db.session.execute(update(Comment), changes)
    db.session.commit()


def _decision(comment_id: uuid.UUID, person: Person, outcome: str, violated: str | None) -> dict[str, object]:
    moment = now() - timedelta(seconds=60)
    told = {"id": new_id(), "comment_id": comment_id, "person_id": person.id, "revision": 1}
    return {**told, "outcome": outcome, "reason": violated, "decided_at": moment, "effective_at": moment}


def _replay(site: Site, draft: RuleSet, last: int) -> None:
    """From the request to the result, as the job does it."""
    started = replay.start(site.id, draft, last=last)
    _until_idle(replay.work)
    found = replay.of(site.id, started.id)
    assert found is not None
    assert found.state == ReplayState.DONE
    assert found.done == last


if __name__ == "__main__":
    main()
