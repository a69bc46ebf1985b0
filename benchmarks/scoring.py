"""What reading one comment costs, against what others would take for it: each ratio with both sides measured in this run.

    python -m benchmarks.scoring [--json] [--texts 90] [--rounds 5] [--without-bert]

CPU time of one thread, contestants in turn over the same texts, the median over rounds of the ratio within a round. Every round
has texts that were never read before: development and test comments of our corpus, under their articles.

*warm*: the memories of words were filled by the corpus' training comments (6,000) beforehand, as in a worker that has run for some
minutes, so some words are new; *known*: the same texts once more, no word is new; *cold*: every memory is emptied before each text.

Keys: ``serving_vs_sklearn_one_warm``, ``_known`` and ``_cold`` (the insult model from the raw text on; denominator: the scikit-learn
pipeline of the same weights, one text a call, which reads each text anew and finds the memory of n-grams filled in all),
``max_score_difference`` between the two, ``fold_vs_hazm`` (hazm's Normalizer with its defaults), ``all_vs_bert_int8`` and ``_cold``
(language, insult, relevance and the default rules under an article that is known; denominator: one forward pass of BERT-base, see
bert.py; how fast eight bits are depends much on the processor, so its instructions are named), ``rules_vs_measuring`` and ``_cold``
(the default rules over a comment that was just measured; denominator: that measuring), ``second_worker_mib`` (see processes.py).
Higher is better, but for the difference, the rules and the memory. ``us_…`` are microseconds a comment.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

if (
    __package__ is None
):  # started as a file: the packages lie beside this folder, whose queue.py would hide the library's
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from hazm import Normalizer
from threadpoolctl import threadpool_limits

from benchmarks import bert
from benchmarks.comments import submissions
from benchmarks.insult_pipeline import rebuild
from benchmarks.rounds import Contestant, Times, forget, medians, ratio, take_turns
from classifiers import insult, store
from classifiers.text import Folded, fold
from moderation.measure import Models, load_models, measure
from moderation.rules import RULES
from moderation.rules.base import Subject
from moderation.rules.rule_set import CompiledRuleSet, check, defaults
from moderation.rules.targets import targets
from moderation.screen import Submission, opinions

ROOT = Path(__file__).resolve().parents[1]
COMPARED = 1_000  # texts over which served scores are held against the pipeline's
_SETS = 4  # of texts that are read for the first time: by the insult model, by all, by models and rules, by each model
PASSES = 10  # forward passes of BERT a round: each takes as long as a hundred comments

type Rounds = Sequence[Sequence[Submission]]


@dataclass
class Bench:
    """Everything that is measured, loaded once."""

    rounds: Rounds
    known: Sequence[Submission]
    bert: Callable[[], float] | None
    rules: CompiledRuleSet = field(default_factory=lambda: defaults(RULES).compile(RULES))
    serving: insult.InsultModel = field(default_factory=insult.load)
    whole: Models = field(default_factory=load_models)
    stages: Models = field(default_factory=load_models)

    def __post_init__(self) -> None:
        self.pipeline = rebuild(store.load(insult.NAME))
        self.hazm = Normalizer()

    def all_of_it(self, one: Submission) -> object:
        """Measure and judge one comment as the worker does."""
        return opinions([one], [self.rules], self.whole)

    def serve(self, one: Submission) -> float:
        """Score one text as it came."""
        return self.serving.measure(fold(one.text)).score

    def pipeline_score(self, one: Submission) -> float:
        """Score one text with scikit-learn."""
        return float(self.pipeline.predict_proba([one.text])[0, 1])

    def warm_up(self, unread: Iterable[Submission]) -> None:
        """Let everybody read what has been read before, and the articles of what comes: these are known, comments are not."""
        for one in self.known:
            self.serve(one)
            self.all_of_it(one)
            measure([one.measurable], self.stages)
        self.pipeline.predict_proba([one.text for one in self.known])
        for one in unread:
            targets((), one.article)
            for models in (self.whole, self.stages):
                models.fingerprint(one.measurable.article, models.relevance)


def rivals(bench: Bench) -> dict[str, Contestant[Submission]]:
    """What the served insult model and the folding are compared with."""
    return {
        "sklearn_one": Contestant(bench.pipeline_score),
        "hazm": Contestant(lambda one: bench.hazm.normalize(one.text)),
    }


def network(bench: Bench) -> dict[str, Contestant[Submission]]:
    """What everything together is compared with."""
    run = bench.bert
    return {} if run is None else {"bert_int8": Contestant(lambda _: run(), most=PASSES)}


def warm(bench: Bench, texts: Rounds, others: Rounds) -> Times:
    """Ours with filled memories, and the rivals. Ours goes first, so that nobody has filled its memories with a round's words."""
    ours = {"serving": Contestant(bench.serve), "fold": Contestant(lambda one: fold(one.text))}
    whole = {"all": Contestant(bench.all_of_it)}
    return {
        **take_turns({**ours, **rivals(bench)}, texts, leading=1),
        **take_turns({**whole, **network(bench)}, others, leading=1),
    }


def known(bench: Bench) -> Times:
    """The insult model over the texts of `warm` once more: it remembers words, not texts."""
    return take_turns(
        {"serving": Contestant(bench.serve), "sklearn_one": Contestant(bench.pipeline_score)}, bench.rounds
    )


def cold(bench: Bench) -> Times:
    """Ours with empty memories, and the rivals."""
    ours = {
        "fold": Contestant(lambda one: fold(one.text), before=forget),
        "serving": Contestant(bench.serve, before=lambda: forget(bench.serving)),
        "all": Contestant(bench.all_of_it, before=lambda: forget(*_models(bench.whole))),
    }
    return take_turns({**ours, **rivals(bench), **network(bench)}, bench.rounds)


def judged(bench: Bench, rounds: Rounds, *, is_cold: bool) -> Times:
    """A comment's measuring, and right after it the rules, as in a worker: what measuring has read is still at hand."""
    times: Times = {"measuring": [], "rules": []}
    for number, items in enumerate(rounds):
        gc.collect()
        measuring = judging = 0
        for one in items:
            if is_cold:
                forget(*_models(bench.whole))
            started = time.process_time_ns()
            signals = measure([one.measurable], bench.whole)[0]
            measured = time.process_time_ns()
            check(Subject(one.text, signals, one.article, one.parent_text), bench.rules)
            judging += time.process_time_ns() - measured
            measuring += measured - started
        if number:
            times["measuring"].append(measuring / len(items) / 1000)
            times["rules"].append(judging / len(items) / 1000)
    return times


def stages(bench: Bench, rounds: Rounds, *, is_cold: bool) -> Times:
    """Each part of a comment's measuring by itself, the matching copy made beforehand."""
    models = bench.stages
    read = {id(one): fold(one.text) for items in rounds for one in items}

    def fresh(one: Submission) -> Folded:
        return replace(read[id(one)])  # a copy: it remembers no words that another stage has read

    def contestant(run: Callable[[Submission], object], *parts: object) -> Contestant[Submission]:
        return Contestant(run, before=(lambda: forget(*parts)) if is_cold else None)

    return take_turns(
        {
            "language": contestant(lambda one: models.language.measure(fresh(one)), models.language),
            "insult": contestant(lambda one: models.insult.measure(fresh(one)), models.insult),
            "relevance": contestant(
                lambda one: models.relevance.measure(
                    fresh(one), models.fingerprint(one.measurable.article, models.relevance)
                ),
                models.relevance,
            ),
        },
        rounds,
    )


def _models(models: Models) -> tuple[object, ...]:
    return models.language, models.insult, models.relevance


def largest_difference(bench: Bench) -> float:
    """Return the largest difference between a served score and the pipeline's."""
    read = {one.text: one for one in [*(one for items in bench.rounds for one in items), *bench.known]}
    compared = list(read.values())[:COMPARED]
    return max(abs(bench.serve(one) - bench.pipeline_score(one)) for one in compared)


def second_worker(many: int) -> dict[str, Any]:
    """Measure memory in a process of its own, which has loaded nothing but what a worker loads."""
    command = [sys.executable, "-m", "benchmarks.processes", str(many // 2)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        return {"second_worker_mib": None, "second_worker_why_not": done.stderr.strip().splitlines()[-1]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def instructions() -> str:
    """Name the vector instructions of the processor that products of eight bits profit from."""
    cpu = Path("/proc/cpuinfo")
    flags = re.search(r"^flags\s*:(.*)$", cpu.read_text(), re.MULTILINE) if cpu.exists() else None
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8")
    return " ".join(name for name in wanted if flags and name in flags[1].split()) or "unknown"


def compare(texts: int, rounds: int, *, before: int, without_bert: str | None) -> dict[str, Any]:
    """Measure everything after `before` comments were read; `without_bert` says why the network is left out."""
    unread = submissions("dev", "test")
    whole = (rounds + 1) * texts
    if _SETS * whole > len(unread):
        raise SystemExit(
            f"{_SETS} × (rounds + 1) × texts may be {len(unread)} at most: nothing is read before it is timed"
        )
    sets = [
        [unread[start : start + texts] for start in range(first, first + whole, texts)]
        for first in range(0, _SETS * whole, whole)
    ]
    run = None if without_bert else bert.rival()
    bench = Bench(sets[0], submissions("train")[:before], run)
    bench.warm_up(one for rounds_ in sets for items in rounds_ for one in items)
    figures = {
        "warm": warm(bench, sets[0], sets[1])
        | judged(bench, sets[2], is_cold=False)
        | stages(bench, sets[3], is_cold=False),
        "known": known(bench),
    }
    figures["cold"] = cold(bench) | judged(bench, sets[2], is_cold=True) | stages(bench, sets[3], is_cold=True)
    return {
        **_ratios(figures, without_bert),
        "max_score_difference": largest_difference(bench),
        **second_worker(before),
        **{f"us_{state}": medians(times) for state, times in figures.items()},
        "rounds": rounds,
        "texts_a_round": texts,
        "instructions": instructions(),
    }


def _ratios(figures: Mapping[str, Times], without_bert: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"fold_vs_hazm": ratio(figures["warm"], "hazm", "fold")}
    for state in ("warm", "known", "cold"):
        found[f"serving_vs_sklearn_one_{state}"] = ratio(figures[state], "sklearn_one", "serving")
    for key, state in (("rules_vs_measuring", "warm"), ("rules_vs_measuring_cold", "cold")):
        found[key] = ratio(figures[state], "rules", "measuring")
    for key, state in (("all_vs_bert_int8", "warm"), ("all_vs_bert_int8_cold", "cold")):
        found[key] = None if without_bert else ratio(figures[state], "bert_int8", "all")
    return found | ({"bert_int8_why_not": without_bert} if without_bert else {})


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--texts", type=int, default=90, help="comments a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", type=int, default=6_000, help="comments read beforehand")
    parser.add_argument(
        "--without-bert", action="store_true", help="leave out the network, which takes longest to build"
    )
    arguments = parser.parse_args()
    why_not = "left out by --without-bert" if arguments.without_bert else bert.missing()
    with threadpool_limits(1):
        figures = compare(arguments.texts, arguments.rounds, before=arguments.before, without_bert=why_not)
    print(
        json.dumps(figures) if arguments.json else "\n".join(f"{name:<32} {value}" for name, value in figures.items())
    )


if __name__ == "__main__":
    main()
