"""The benchmark of replaying runs, and each ratio has a denominator measured in the same run; its targets are not tested here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(300)  # models are loaded and comments screened: half a minute, more on a busy machine
ROOT = Path(__file__).parents[1]
RATIOS = {
    "replay_vs_live": "us_changed",
    "replay_all_rules_vs_live": "us_every",
    "replay_topic_vs_live": "us_topic",
    "replay_choice_vs_live": "us_choice",
}


def test_every_ratio_is_of_the_same_run() -> None:
    command = [sys.executable, "-m", "benchmarks.replay", "--json", "--comments", "40", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    for key, ours in RATIOS.items():
        assert figures[key] == pytest.approx(figures["us_live"] / figures[ours]), key
    assert figures["decisions"] == 40
