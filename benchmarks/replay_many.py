"""A replay over very many decisions: what it takes, and what those notice who wait beside it.

Decisions are made from our corpus (``benchmarks.decided``) and replayed with one threshold changed, in a process that a background
worker would run in. Then the same again beside live comments, which are claimed, screened and stored four at a time: by turns two
seconds with the replay and two without, twice a round. Then replays are cancelled at work, and the pages that show the first one are read.

    python -m benchmarks.replay --decisions 100000 [--rounds 4] [--database postgresql] [--json]

Keys: ``seconds``, ``cpu_seconds``, ``comments_s``, ``comments_cpu_s`` (a second of CPU) and ``peak_mib`` of the process,
``idle_mib`` (its peak before it worked); ``last_fifth_ratio`` (CPU of the last fifth of the pages / of the first: does it grow?);
``progress_off`` (at most, how far the share of pages that was told lay from the share of the CPU time, 0..1);
``longest_write_ms``; ``tally_kib`` (the counts on the way, at most), ``result_kib``;
``live_p95_ratio`` (p95 of claiming and screening, with / without), ``live_p50_ratio``, ``live_ms_p95``;
``cancel_s`` (the worst of three); ``page_ms`` and ``comments_page_ms`` (medians; of the comments the slowest kind), and the CPU of
each (``page_cpu_ms``, ``comments_page_cpu_ms``); ``filled_s``.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from flask import current_app

from benchmarks import rule_changes
from benchmarks.databases import application
from benchmarks.decided import MEASURED, fill, under_articles
from moderation import lifecycle, replay
from moderation.db import db
from moderation.learned import LearnedModels
from moderation.measure import Models, load_models
from moderation.models import Person, Replay, ReplayState, Role, Site
from moderation.policy import Policies, live_rule_set
from moderation.replay.asking import UNFINISHED
from moderation.replay.tally import KINDS
from moderation.settings import Settings
from moderation.wire import ArticleIn, AuthorIn, CommentIn
from tests.dashboard.visitor import signed_in
from tests.factories import make_person, make_site
from worker.screening import screen_claim
from worker.tasks import SLICE

_ROOT = Path(__file__).parents[1]
_LIVE_SECONDS = 2.0
_LIVE_AT_ONCE = 4
_REST_SECONDS = 0.02
_POLL_SECONDS = 0.1


@dataclass
class Worker:
    """The process that replays."""

    process: subprocess.Popen[str]
    idle_mib: float = 0.0

    def begin(self, seconds: float) -> None:
        """Have it work for so long."""
        self._tell(seconds)

    def step_back(self) -> None:
        """Have it step back for others, as a background worker does: alone it is measured without, as other work may be going on."""
        self._tell("nice")

    def _tell(self, line: object) -> None:
        assert self.process.stdin is not None
        print(line, file=self.process.stdin, flush=True)

    def is_busy(self, seconds: float) -> bool:
        """Whether it still works after so many seconds; when it has done before, it is told then."""
        return not select.select([self.process.stdout], [], [], seconds)[0]

    def end(self) -> dict[str, Any]:
        """Wait until it has; what it took."""
        assert self.process.stdout is not None
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


@contextmanager
def started(settings: Settings) -> Iterator[Worker]:
    """A background worker's process over the same database, until the end."""
    with TemporaryDirectory() as folder:
        told = {
            "NAZER_MODE": "embedded",
            "NAZER_DATA_DIR": folder,
            "NAZER_SECRET_KEY": settings.secret_key.get_secret_value(),
        }
        told["NAZER_DATABASE_URL"] = settings.database_url
        command = [sys.executable, "-m", "benchmarks.replay_worker"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, cwd=_ROOT, env=os.environ | told, **pipes) as process:
            worker = Worker(process)
            worker.idle_mib = worker.end()["peak_mib"]  # it has loaded what it needs
            yield worker
            assert process.stdin is not None
            process.stdin.close()


@dataclass
class Place:
    """A site with its decisions, and who replays there."""

    site: Site
    navid: Person
    worker: Worker

    def start(self, decisions: int) -> Replay:
        """Ask for a replay of one changed threshold."""
        return replay.start(self.site.id, rule_changes.threshold(live_rule_set(self.site.id)), last=decisions)


def measure(decisions: int, rounds: int, *, postgresql: bool) -> dict[str, float]:
    """Return the figures named above."""
    with application("many", postgresql=postgresql) as settings:
        site, models = make_site().site, load_models()
        navid = make_person("navid", site, role=Role.ADMIN)
        begun = time.perf_counter()
        fill(site, make_person("sara", site), decisions, models)
        figures = {"filled_s": time.perf_counter() - begun}
        print(f"filled in {figures['filled_s']:.0f} s", file=sys.stderr, flush=True)
        with started(settings) as worker:
            place = Place(site, navid, worker)
            found, shown = _alone(place, decisions)
            figures |= found
            print(json.dumps(figures), file=sys.stderr, flush=True)
            worker.step_back()
            figures |= _beside(place, decisions, rounds, (models, settings))
            figures |= _cancelled(place, decisions)
        return {name: round(value, 3) for name, value in (figures | _pages(place, shown)).items()}


def _alone(place: Place, decisions: int) -> tuple[dict[str, float], uuid.UUID]:
    """A whole replay and what it took; nothing else is done here meanwhile but asking how far it is."""
    row, pieces, tally = place.start(decisions), [], 0.0
    begun = time.perf_counter()
    while (state := _state(row.id)).state in UNFINISHED:
        place.worker.begin(SLICE)
        while place.worker.is_busy(_POLL_SECONDS):
            tally = max(tally, _state(row.id).tally)
        pieces.append(place.worker.end())
    seconds = time.perf_counter() - begun
    assert (state.state, state.done) == (ReplayState.DONE, decisions)
    pages = [moment for piece in pieces for moment in piece["pages_cpu"]]
    fifth = max(len(pages) // 5, 1)
    figures = {
        "decisions": decisions,
        "seconds": seconds,
        "cpu_seconds": pages[-1] - pages[0],
        "comments_s": decisions / seconds,
        "comments_cpu_s": decisions / (pages[-1] - pages[0]),
        "peak_mib": pieces[-1]["peak_mib"],
        "idle_mib": place.worker.idle_mib,
        "last_fifth_ratio": (pages[-2] - pages[-2 - fifth]) / (pages[1 + fifth] - pages[1]),
        "progress_off": max(
            abs((moment - pages[0]) / (pages[-1] - pages[0]) - number / (len(pages) - 1))
            for number, moment in enumerate(pages)
        ),
        "longest_write_ms": max(piece["longest_write"] for piece in pieces) * 1000,
        "tally_kib": tally / 1024,
        "result_kib": state.result / 1024,
    }
    return figures, row.id


def _state(replay_id: uuid.UUID) -> Any:
    sizes = (sa.func.length(sa.cast(each, sa.Text)).label(name) for name, each in _JSON.items())
    found = sa.select(Replay.state, Replay.done, *sizes).where(Replay.id == replay_id)
    row = db.session.execute(found).one()
    db.session.commit()
    return row


_JSON = {"tally": Replay.tally, "result": Replay.result}


def _beside(place: Place, decisions: int, rounds: int, bench: tuple[Models, Settings]) -> dict[str, float]:
    """Live comments, with a replay at work and without, by turns."""
    (models, settings), policies, learned, lines = bench, Policies(), LearnedModels(), _live()

    def batch() -> float:
        lifecycle.receive_many(place.site.id, list(itertools.islice(lines, _LIVE_AT_ONCE)))
        begun = time.perf_counter()
        assert screen_claim(models, policies, settings, learned) == _LIVE_AT_ONCE
        return (time.perf_counter() - begun) * 1000

    for _ in range(20):  # what is new to this process is not counted
        batch()
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * rounds):
        for replaying in (True, False) if number % 2 else (False, True):
            if replaying:
                if not db.session.execute(sa.select(replay.waiting())).scalar_one():
                    place.start(decisions)
                place.worker.begin(_LIVE_SECONDS)
            stop = time.perf_counter() + _LIVE_SECONDS
            while time.perf_counter() < stop:
                times[replaying].append(batch())
                time.sleep(_REST_SECONDS)
            if replaying:
                assert place.worker.end()["worked"]
    found = {replaying: statistics.quantiles(each, n=20) for replaying, each in times.items()}
    return {
        "live_p95_ratio": found[True][18] / found[False][18],
        "live_p50_ratio": found[True][9] / found[False][9],
        "live_ms_p95": found[True][18],
        "live_batches": len(times[True]),
    }


def _live() -> Iterator[CommentIn]:
    """Comments of the corpus that were not decided, for ever."""
    new = under_articles()[MEASURED:]
    for number, line in enumerate(itertools.cycle(new)):
        article = ArticleIn(external_id=line.article_id or "")
        text = f"{line.text} {'👍' * (number // len(new))}"
        yield CommentIn(external_id=f"live-{number}", article=article, author=AuthorIn(name=line.author), text=text)


def _cancelled(place: Place, decisions: int) -> dict[str, float]:
    """How long a replay at work goes on after it was cancelled."""
    _clear(place)
    took = []
    for _ in range(3):
        row = place.start(decisions)
        place.worker.begin(60.0)
        while not _state(row.id).done:
            time.sleep(0.01)
        replay.cancel(place.site.id, row.id)
        begun = time.perf_counter()
        assert place.worker.end()["worked"]
        took.append(time.perf_counter() - begun)
    return {"cancel_s": max(took)}


def _clear(place: Place) -> None:
    """Cancel what is not finished."""
    for row in replay.listed([place.site.id]):
        replay.cancel(place.site.id, row.id)


def _pages(place: Place, replay_id: uuid.UUID) -> dict[str, float]:
    """Milliseconds of the pages that show a result, and the comments behind it."""
    navid, address = signed_in(current_app, place.navid), f"/admin/replays/{replay_id}"  # type: ignore[arg-type]

    def ms(path: str) -> tuple[float, float]:
        times = []
        for _ in range(6):
            begun, spent = time.perf_counter(), time.process_time()
            navid.get(path)
            times.append(((time.perf_counter() - begun) * 1000, (time.process_time() - spent) * 1000))
        wall, cpu = zip(*times[1:], strict=True)
        return statistics.median(wall), statistics.median(cpu)

    page, comments = ms(address), max(ms(f"{address}/comments?kind={kind}") for kind in KINDS)
    return {
        "page_ms": page[0],
        "page_cpu_ms": page[1],
        "comments_page_ms": comments[0],
        "comments_page_cpu_ms": comments[1],
    }
