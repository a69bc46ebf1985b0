"""What the page of a queue costs over a million waiting comments, against the same page over ten thousand.

Both queues lie in databases of one kind on one machine and are asked in turn, through the application: signing in, the whole
page with 25 cards and the counts of all tabs, over HTTP without a network. The lists alone, without drawing the page, are
told besides, as are the parts of the queue that filters show, what a decision takes, and searching.

    python -m benchmarks.queue [--rows 1000000] [--rounds 15] [--databases sqlite] [--json]

Keys, for each of ``sqlite`` and ``postgresql``: ``page_ratio_…`` (medians, large / small; lower is better), ``lists_ratio_…``
(the statements of the page alone), ``filtered_ratio_…`` (the worst of the filtered pages) with ``filtered_worst_…``,
``page_ms_…`` and ``page_ms_small_…``, ``decision_ms_p50_…`` and ``decision_ms_p95_…`` (the request that decides; the
large queue), ``news_ms_…``, ``search_often_ms_…``, ``search_rare_ms_…``, ``filled_s_…``.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

if __package__ is None:  # started as a file
    sys.path[0] = str(
        Path(__file__).parents[1]
    )  # instead of this folder, where this file would hide the library's queue

from flask import Flask
from sqlalchemy import select

from benchmarks.queue_filling import ARTICLE, fill
from moderation import leases, queue
from moderation.app import create_app
from moderation.db import db, now
from moderation.models import Comment, Person, Site
from moderation.queue import Filters
from moderation.settings import Mode, Settings, read_settings
from tests.conftest import migrate
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site
from tests.fakes import CountingBell
from tests.servers import PostgreSQL

SMALL = 10_000
KINDS = ("postgresql", "sqlite")
SECRET = "a-secret-of-the-benchmark-0123456789"
FILTERED = (
    "verdict=clean",
    "verdict=violation",
    "rule=no-spam",
    "language=en",
    "section=بخش 3",
    f"article={ARTICLE.hex}",
    "author=name:خواننده 7",
    "older=72&order=age",
    "lane=escalated",
    "order=age",
    "verdict=suspect&section=بخش 3",
)


@dataclass
class Queue:
    """A queue of some length, with somebody in front of it."""

    app: Flask
    sara: Visitor
    site: Site
    person: Person
    seconds: float

    def timed(self, work: Callable[[Queue], object]) -> float:
        """Milliseconds of something that is done here."""
        with self.app.app_context():
            started = time.perf_counter()
            work(self)
            return (time.perf_counter() - started) * 1000


@contextmanager
def opened(settings: Settings, rows: int) -> Iterator[Queue]:
    """A fresh database with so many comments in review."""
    migrate(settings)
    app = create_app(settings, bell=CountingBell())
    with app.app_context():
        site = make_site().site
        person = make_person("sara", site)
        started = time.perf_counter()
        fill(site.id, rows)
        seconds = time.perf_counter() - started
        sara = signed_in(app, person)
        db.session.remove()
    yield Queue(app, sara, site, person, seconds)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def page(query: str = "") -> Callable[[Queue], object]:
    """The whole page."""
    return lambda at: at.sara.get(f"/review?{query}")


def lists(at: Queue) -> None:
    """The statements of the page that depend on how much waits."""
    sites = [at.site.id]
    queue.waiting(sites, Filters(), limit=25)
    queue.counts(sites)
    queue.pending(sites)
    leases.held(sites)


def compare(small: Queue, large: Queue, work: Callable[[Queue], object], rounds: int) -> tuple[float, float]:
    """Median milliseconds of both, in turn; the first round warms up and is not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for at, found in zip((small, large), times, strict=True):
            took = at.timed(work)
            if number:
                found.append(took)
    return statistics.median(times[0]), statistics.median(times[1])


def decide_one_after_the_other(at: Queue, times: int) -> list[float]:
    """Milliseconds of each of so many decisions, at the cards that the answers lead to."""
    took = []
    with at.app.app_context():
        token = at.sara.token()
        comment_id = queue.keys([at.site.id], Filters(), limit=1)[0]
        for _ in range(times):
            fields = {"csrf_token": token, "outcome": "approved", "revision": 1}
            started = time.perf_counter()
            answer = at.sara.client.post(f"/review/{comment_id}", data=fields)
            took.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 303, answer.text
            comment_id = answer.location.partition("#c-")[2]
        decided = select(Comment.id).where(Comment.decision_id.is_not(None))
        assert len(db.session.execute(decided).all()) == times
        db.session.remove()
    return took[1:]


def figures(kind: str, small: Queue, large: Queue, rounds: int) -> dict[str, float | str]:
    """All that is measured of one kind of database."""
    base, full = compare(small, large, page(), rounds)
    base_lists, full_lists = compare(small, large, lists, rounds)
    filtered = {query: compare(small, large, page(query), max(rounds // 3, 3)) for query in FILTERED}
    ratios = {query: large / small for query, (small, large) in filtered.items()}
    worst = max(ratios, key=lambda query: ratios[query])
    drawn = now().isoformat().replace("+", "%2B")
    others = {
        "news_ms": f"/review/news?since={drawn}",
        "search_often_ms": "/search?q=خبر",
        "search_rare_ms": "/search?q=یگانه",
    }
    timed = {
        name: compare(large, large, lambda at, path=path: at.sara.get(path), 5)[1] for name, path in others.items()
    }
    decisions = sorted(decide_one_after_the_other(large, 101))
    found: dict[str, float | str] = {
        "page_ratio": round(full / base, 2),
        "lists_ratio": round(full_lists / base_lists, 2),
        "filtered_ratio": round(ratios[worst], 2),
        "filtered_worst": worst,
        "page_ms": round(full, 1),
        "page_ms_small": round(base, 1),
        "lists_ms": round(full_lists, 1),
        "lists_ms_small": round(base_lists, 1),
        "decision_ms_p50": round(statistics.median(decisions), 1),
        "decision_ms_p95": round(decisions[94], 1),
        **{name: round(took, 1) for name, took in timed.items()},
        "filled_s": round(large.seconds, 1),
    }
    return {f"{name}_{kind}": value for name, value in found.items()}


def measure(kinds: Sequence[str], rows: int, rounds: int) -> dict[str, float | str]:
    """Fill both queues on both databases, one kind after the other, and ask."""
    found: dict[str, float | str] = {"rows": rows, "rows_small": SMALL}
    for kind in kinds:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            server = stack.enter_context(PostgreSQL.started()) if kind == "postgresql" else None
            queues = []
            for name, wanted in (("small", SMALL), ("large", rows)):
                (folder / name).mkdir()
                address = {"database_url": server.create(name)} if server else {}
                settings = read_settings(
                    mode=Mode.EMBEDDED, data_dir=folder / name, secret_key=SECRET, undo_seconds=600, **address
                )
                queues.append(stack.enter_context(opened(settings, wanted)))
            filled = ", ".join(f"{one.seconds:.0f} s" for one in queues)
            print(f"{kind}: filled in {filled}", file=sys.stderr, flush=True)
            of_kind = figures(kind, *queues, rounds)
            print(of_kind, file=sys.stderr, flush=True)
            found |= of_kind
    return found


def main() -> None:
    """Measure as the command line says, and print the figures, a line each or as JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--json", action="store_true", help="one line of JSON")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--databases", nargs="+", choices=KINDS, default=KINDS)
    chosen = options.parse_args()
    found = measure(chosen.databases, chosen.rows, chosen.rounds)
    if chosen.json:
        print(json.dumps(found, ensure_ascii=False))
        return
    width = max(map(len, found))
    for name, value in found.items():
        print(f"{name:{width}} {value}")


if __name__ == "__main__":
    main()
