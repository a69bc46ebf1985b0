"""How much private memory a worker's second process takes, with everything loaded before the fork as worker/app.py does.

    python -m benchmarks.processes [3000]

Loads the models, freezes the collector, forks as Celery's prefork pool does, and lets the child measure and judge comments. What
the child has for itself (Private_Clean + Private_Dirty of /proc/self/smaps_rollup) is what one more process costs. Linux only.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

from benchmarks.comments import submissions
from moderation.rules import RULES
from moderation.rules.rule_set import defaults
from moderation.screen import opinions, warm_up
from worker import tasks

ROLLUP = Path("/proc/self/smaps_rollup")
FEW = 300


def private_mib() -> float:
    """Return the memory of this process that no other shares, in MiB."""
    sizes = [line.split()[1] for line in ROLLUP.read_text().splitlines() if line.startswith("Private_")]
    return sum(map(int, sizes)) / 1024


def measure(many: int) -> dict[str, float]:
    """Return MiB: of the first process alone, of the second one when it is new, after a few comments and after `many`."""
    comments = submissions("train")[:many]
    models, *_ = tasks.preload()
    warm_up(models)
    gc.collect()
    gc.freeze()
    alone = private_mib()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        new = private_mib()
        rules = defaults(RULES).compile(RULES)
        found = []
        for first, last in ((0, min(FEW, many)), (FEW, many)):
            for comment in comments[first:last]:
                opinions([comment], [rules], models)
            found.append(private_mib())
        os.write(writing, json.dumps([new, *found]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        new, few, later = json.load(told)
    os.waitpid(child, 0)
    return {
        "first_worker_mib": round(alone, 1),
        "second_worker_new_mib": round(new, 1),
        "second_worker_mib": round(few, 1),
        f"second_worker_after_{many}_mib": round(later, 1),
    }


if __name__ == "__main__":
    if not ROLLUP.exists():
        sys.exit("there is no /proc/self/smaps_rollup here")
    print(json.dumps(measure(int(sys.argv[1]) if sys.argv[1:] else 3_000)))
