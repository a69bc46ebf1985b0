"""What the rule of a site's own words costs a comment: without a list, with 200 words and with 20,000.

The words are those of ``benchmarks.terms``: they look like Persian and do not occur in the comments, which are those of our
corpus, folded beforehand. The patterns are 50 of two words each. Contestants take turns in each round.

    python -m benchmarks.site_words [--json] [--comments 2000] [--rounds 5]

Keys: ``long_vs_short`` (at most 3 is wanted), ``us`` a comment of each contestant (``none``: at most 40 is wanted),
``compile_20000_s`` and ``compile_20000_mib``: CPU seconds and resident memory that the long list takes in a new process.
"""

from __future__ import annotations

import gc
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import psutil

from benchmarks.printing import run
from benchmarks.rounds import Contestant, medians, ratio, take_turns
from benchmarks.terms import LONG, SHORT, terms, varied_words
from classifiers import corpus
from classifiers.text import fold
from moderation.rules.base import Signals, Subject
from moderation.rules.site_lists import NO_LISTS, CompiledList, SiteLists
from moderation.rules.site_words import SiteWords
from moderation.rules.word_lists import SiteList, SiteWord

PATTERNS = 50


def lists(words: list[str], *, pattern: bool = False) -> SiteLists:
    """Return a compiled list of these words."""
    return SiteLists((CompiledList.of(SiteList("list", tuple(SiteWord(word, pattern=pattern) for word in words))),))


def compile_cost() -> tuple[float, float]:
    """Return the CPU seconds and the resident MiB that compiling LONG words takes in a process that did nothing before."""
    words = varied_words()[:LONG]
    gc.collect()
    before = psutil.Process().memory_info().rss
    start = time.process_time()
    compiled = lists(words)
    spent = time.process_time() - start
    gc.collect()
    assert compiled
    return spent, (psutil.Process().memory_info().rss - before) / 2**20


def measure(comments: int, rounds: int) -> dict[str, Any]:
    """Return the figures named above."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        compiled, memory = fresh.submit(compile_cost).result()
    texts = [fold(one.text) for one in corpus.comments()[:comments]]
    words = terms(texts)
    sites = {
        "none": NO_LISTS,
        "short": lists(words[:: LONG // SHORT]),
        "long": lists(words),
        "patterns": lists(
            [rf"\b{a}\b.{{0,20}}\b{b}" for a, b in zip(words[:PATTERNS], words[PATTERNS:], strict=False)], pattern=True
        ),
    }
    rule = SiteWords()
    subjects = {name: [Subject(text.original, Signals(), lists=site) for text in texts] for name, site in sites.items()}
    for some in subjects.values():
        for subject, text in zip(some, texts, strict=True):
            subject.__dict__["folded"] = text  # read once for all rules, and not what is measured here
    contestants = {
        name: Contestant[int](lambda number, some=some: rule.check(some[number])) for name, some in subjects.items()
    }
    times = take_turns(contestants, [range(len(texts))] * (rounds + 1))
    return {
        "long_vs_short": ratio(times, "long", "short"),
        "us": medians(times),
        "compile_20000_s": round(compiled, 2),
        "compile_20000_mib": round(memory, 1),
    }


if __name__ == "__main__":
    run(measure, __doc__, comments=2000)
