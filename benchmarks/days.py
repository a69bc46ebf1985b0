"""What the numbers of ninety days cost: kept days with this day counted, against counting all days out of what is stored.

A site with comments of 90 days, each decided by a person, a third of them with a finding. The contestants take turns in one run.

    python -m benchmarks.days [--json] [--rows 100000] [--rounds 5] [--postgresql]

Keys: ``kept_ms``, ``raw_ms`` (medians), ``raw_vs_kept`` (their ratio), ``articles_ms`` (the page of hot articles, all of the
last day's comments waiting), ``count_a_day_ms`` (what the job does once a day), ``rows``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.databases import application
from moderation import heat, numbers
from moderation.db import db, new_id, now
from moderation.models import Article, Comment, Decision, FindingRow, Person, RuleSetVersion, Screening, Site
from moderation.numbers.counting import count, day_of
from tests.factories import make_person, make_site

_CHUNK = 5_000
_ARTICLES = 200


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--postgresql", action="store_true")
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--rounds", type=int, default=5)
    given = asked.parse_args()
    with application("numbers", postgresql=given.postgresql):
        found = _measure(given.rows, given.rounds)
    print(json.dumps(found) if given.json else "\n".join(f"{name:16} {value:.2f}" for name, value in found.items()))


def _measure(rows: int, rounds: int) -> dict[str, float]:
    site = make_site().site
    _fill(site, make_person("sara", site), rows)
    days = [day_of(now()) - timedelta(days=back) for back in range(numbers.LONGEST)]
    counting = [_timed(numbers.count_a_day) for _ in days]
    contestants: dict[str, Callable[[], object]] = {
        "kept_ms": lambda: numbers.read([site.id], numbers.LONGEST),
        "raw_ms": lambda: [count(day, [site.id]) for day in days],
        "articles_ms": lambda: heat.page([site.id], heat.Order.WAITING),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, work in contestants.items():
            db.session.rollback()
            times[name].append(_timed(work))
    found = {name: statistics.median(each) for name, each in times.items()}
    return found | {
        "raw_vs_kept": found["raw_ms"] / found["kept_ms"],
        "count_a_day_ms": statistics.median(counting),
        "rows": rows,
    }


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def _fill(site: Site, person: Person, rows: int) -> None:
    version = db.session.execute(select(RuleSetVersion.id).where(RuleSetVersion.site_id == site.id)).scalar_one()
    articles = [new_id() for _ in range(_ARTICLES)]
    told = [{"id": each, "site_id": site.id, "external_id": each.hex, "title": "خبر"} for each in articles]
    db.session.execute(insert(Article), told)
    step = timedelta(days=numbers.LONGEST) / rows
    begin = now() - timedelta(days=numbers.LONGEST)
    for chunk in itertools.batched(range(rows), _CHUNK):
        _store([_row(site, person, version, articles, (number, begin + step * number)) for number in chunk])
        db.session.commit()
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))


def _row(
    site: Site, person: Person, version: Any, articles: list[Any], at: tuple[int, Any]
) -> tuple[dict[str, Any], ...]:
    number, moment = at
    comment_id, screening_id, later = new_id(moment), new_id(moment), moment + timedelta(seconds=30 + number % 3000)
    decision_id, waits = new_id(later), now() - moment < timedelta(days=1)
    outcome, bad = ("rejected" if number % 3 == 0 else "approved"), number % 3 == 0
    comment = {
        "id": comment_id,
        "site_id": site.id,
        "article_id": articles[number % len(articles)],
        "external_id": str(number),
        "author_name": "خواننده",
        "text": "ممنون از گزارش خوبتان",
        "received_at": moment,
        "revised_at": moment,
        "status": "in_review" if waits else outcome,
        "verdict": "violation" if bad else "clean",
        "screening_id": screening_id,
        "decision_id": None if waits else decision_id,
    }
    screening = {"id": screening_id, "comment_id": comment_id, "revision": 1, "rule_set_id": version, "priority": 0}
    finding = {"screening_id": screening_id, "number": 0, "rule": "no-insults", "code": "insult", "score": 0.9}
    decision = {"id": decision_id, "comment_id": comment_id, "person_id": person.id, "revision": 1, "outcome": outcome}
    return (
        comment,
        screening | {"verdict": comment["verdict"], "signals": {}},
        finding | {"outcome": "violation", "reason": "", "reason_en": "", "spans": []} if bad else {},
        {} if waits else decision | {"decided_at": later, "effective_at": later},
    )


def _store(rows: list[tuple[dict[str, Any], ...]]) -> None:
    for place, table in enumerate((Comment, Screening, FindingRow, Decision)):
        if values := [row[place] for row in rows if row[place]]:
            db.session.execute(insert(table), values)


if __name__ == "__main__":
    main()
