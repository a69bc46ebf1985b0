"""The benchmark of reading runs, and each ratio has a denominator measured in the same run; its targets are not tested here."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rounds import Contestant, forget, medians, ratio, take_turns
from classifiers.grams import GramTable, hashed, word_grams

pytestmark = pytest.mark.timeout(300)  # the small run takes half a minute of CPU time, more on a busy machine
ROOT = Path(__file__).parents[1]
SMALL = ("--json", "--rounds", "1", "--texts", "20", "--before", "100")
DENOMINATORS = {
    "serving_vs_sklearn_one_warm": ("us_warm", "sklearn_one", "serving"),
    "serving_vs_sklearn_one_known": ("us_known", "sklearn_one", "serving"),
    "serving_vs_sklearn_one_cold": ("us_cold", "sklearn_one", "serving"),
    "fold_vs_hazm": ("us_warm", "hazm", "fold"),
}
STAGES = {"fold", "language", "insult", "relevance", "rules", "all"}


def _printed(*command: str) -> Any:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def figures() -> Any:
    """A small run, started as a file."""
    return _printed("benchmarks/scoring.py", *SMALL, "--without-bert")


def test_every_ratio_has_a_denominator_of_the_same_run(figures: Any) -> None:
    for key, (state, denominator, ours) in DENOMINATORS.items():
        times = figures[state]
        assert figures[key] == pytest.approx(times[denominator] / times[ours], rel=0.02), key


def test_every_stage_is_timed_warm_and_cold(figures: Any) -> None:
    for state in ("us_warm", "us_cold"):
        assert set(figures[state]) >= STAGES
        assert all(microseconds > 0 for microseconds in figures[state].values())


def test_what_is_served_is_what_scikit_learn_says(figures: Any) -> None:
    assert 0 <= figures["max_score_difference"] <= 1e-6


def test_a_second_worker_is_weighed_after_it_has_worked(figures: Any) -> None:
    assert 0 < figures["second_worker_new_mib"] < figures["second_worker_mib"] <= figures["second_worker_after_50_mib"]
    assert figures["second_worker_mib"] < figures["first_worker_mib"]


def test_a_network_that_was_not_run_is_no_number_but_a_reason(figures: Any) -> None:
    assert figures["all_vs_bert_int8"] is None
    assert figures["bert_int8_why_not"]
    assert "bert_int8" not in figures["us_warm"]


def test_without_onnx_the_reason_names_the_extra() -> None:
    program = (
        "import json, sys; sys.modules['onnx'] = None; from benchmarks import bert; print(json.dumps(bert.missing()))"
    )
    assert "extra 'bench'" in _printed("-c", program)


def test_contestants_take_turns_and_the_first_round_is_not_counted() -> None:
    turns: list[str] = []

    def contestant(name: str, factor: int) -> Contestant[int]:
        return Contestant(lambda item: (turns.append(f"{name}{item}"), _spend(factor))[0])

    times = take_turns({"slow": contestant("slow", 8), "fast": contestant("fast", 1)}, [[0], [1], [2]])
    assert turns == ["slow0", "fast0", "fast1", "slow1", "slow2", "fast2"]
    assert [len(one) for one in times.values()] == [2, 2]
    assert ratio(times, "slow", "fast") > 2
    assert medians(times)["slow"] > medians(times)["fast"]


def _spend(milliseconds: int) -> None:
    until = time.process_time() + milliseconds / 1000
    while time.process_time() < until:
        pass


def test_what_is_done_before_an_item_is_not_timed() -> None:
    prepared = Contestant[int](lambda _: None, before=lambda: _spend(5))
    assert take_turns({"prepared": prepared}, [[0], [0, 0]])["prepared"][0] < 2_500


def test_a_dear_contestant_takes_fewer_items() -> None:
    taken: list[int] = []
    take_turns({"dear": Contestant(taken.append, most=2)}, [[1, 2, 3], [4, 5, 6]])
    assert taken == [1, 2, 4, 5]


def test_forgetting_empties_the_memories_within_a_model() -> None:
    class Model:
        def __init__(self) -> None:
            self.grams = GramTable(2, 3, 18)

    model = Model()
    model.grams.of_words(["سلام"])
    assert model.grams.knows("سلام")
    forget(model)
    assert not model.grams.knows("سلام")


def test_hashes_are_those_that_shipped_models_were_fitted_on() -> None:
    ids, counts = word_grams(["این", "خبر", "خبر", "این", "خبر"], 18)
    expected = Counter(
        hashed(text, 18) for text in ("این", "خبر", "خبر", "این", "خبر", "این خبر", "خبر خبر", "خبر این", "این خبر")
    )
    assert dict(zip(ids.tolist(), counts.tolist(), strict=True)) == expected
    assert ids.tolist() == sorted(expected)
