"""The benchmarks of replaying and of rules in shadow run, and each ratio has a denominator of the same run; no target is tested."""

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


def figures_of(*command: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", *command, "--json"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def test_every_ratio_is_of_the_same_run() -> None:
    figures = figures_of("benchmarks.replay", "--comments", "40", "--rounds", "1")
    for key, ours in RATIOS.items():
        assert figures[key] == pytest.approx(figures["us_live"] / figures[ours]), key
    assert figures["decisions"] == 40


def test_one_replay_over_many_decisions_is_measured_in_a_process_of_its_own() -> None:
    figures = figures_of("benchmarks.replay", "--decisions", "1100", "--rounds", "1")
    assert figures["decisions"] == 1100
    assert 0 < figures["idle_mib"] <= figures["peak_mib"]
    assert 0 < figures["longest_write_ms"] < 1000 * figures["seconds"]
    assert figures["live_batches"] > 0


def test_the_cost_of_a_shadow_is_a_ratio_within_each_round() -> None:
    figures = figures_of("benchmarks.shadow", "--comments", "20", "--rounds", "1")
    for name in ("threshold", "every"):
        key = "shadow_cost" if name == "threshold" else "shadow_cost_every"
        assert figures[key] == pytest.approx(figures[f"us_{name}"] / figures["us_none"], abs=0.002)
