"""What a long word list costs, compared with a short one: 200 and 20,000 terms over the same comments.

The terms are everyday words with one letter changed for another, a fifth of them followed by a second word: 20,000 that look
like Persian. Those found in the comments are left out, so that searching is compared and not the reporting of finds. The
200 are an even sample of the 20,000. The texts are the comments of our corpus, folded beforehand. Rounds are interleaved,
CPU time of this process, the median of them counts.

    python -m benchmarks.terms [--json] [--comments 3000] [--rounds 5]

Keys: ``terms_20000_vs_200`` (at most 3 is wanted), ``us_per_comment`` and ``finds`` of both, ``compile_20000_s``,
``compile_20000_mib`` (resident memory that the long matcher added), ``lexicon_us_per_comment``, ``fold_us_per_comment``.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from random import Random
from typing import Any

import psutil

from benchmarks.disguises import lexicon_matcher
from benchmarks.printing import run
from classifiers import corpus
from classifiers.reading_words import everyday_words
from classifiers.text import Folded, Matcher, compile_terms, find, fold

LONG, SHORT, SPARE = 20_000, 200, 5_000
PHRASES = 0.2
LETTERS = "ابپتجچخدرزسشفقکگلمنوهی"


def varied_words(*, seed: int = 11) -> list[str]:
    """Return LONG + SPARE distinct words and pairs of words that look like Persian."""
    known = sorted(word for word in everyday_words() if len(word) >= 4)
    rng = Random(seed)
    made: dict[str, None] = {}
    while len(made) < LONG + SPARE:
        word = rng.choice(known)
        place = rng.randrange(len(word))
        varied = word[:place] + rng.choice(LETTERS) + word[place + 1 :]
        made[varied + (" " + rng.choice(known) if rng.random() < PHRASES else "")] = None
    return list(made)


def terms(texts: Sequence[Folded]) -> list[str]:
    """Return LONG of these words that do not occur in the texts."""
    made = dict.fromkeys(varied_words())
    matcher = compile_terms(made)
    while found := {one.term for text in texts for one in find(text, matcher)}:
        for term in found:
            del made[term]
        matcher = compile_terms(made)
    return list(made)[:LONG]


def cpu_seconds(work: Callable[[], Any]) -> float:
    """Return the CPU time of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def search(texts: Sequence[Folded], matcher: Matcher) -> int:
    """Find the terms of a matcher in all texts; return how many there are."""
    return sum(len(find(text, matcher)) for text in texts)


def compile_cost() -> tuple[float, float]:
    """Return the CPU seconds and the resident MiB that compiling LONG terms takes in a process that did nothing before."""
    made = varied_words()[:LONG]
    gc.collect()
    before = psutil.Process().memory_info().rss
    start = time.process_time()
    matcher = compile_terms(made)
    compiled = time.process_time() - start
    gc.collect()
    assert matcher.terms > LONG / 2
    return compiled, (psutil.Process().memory_info().rss - before) / 2**20


def measure(comments: int, rounds: int) -> dict[str, Any]:
    """Return the figures named above."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        compiled, memory = fresh.submit(compile_cost).result()
    originals = [one.text for one in corpus.comments()[:comments]]
    texts = [fold(text) for text in originals]
    long_list = terms(texts)
    matchers = {"200": compile_terms(long_list[:: LONG // SHORT])}
    matchers["20000"] = compile_terms(long_list)
    matchers["lexicon"] = lexicon_matcher()
    finds = {name: search(texts, matcher) for name, matcher in matchers.items()}  # warms up as well
    spent: dict[str, list[float]] = {name: [] for name in (*matchers, "fold")}
    for _ in range(rounds):
        for name, matcher in matchers.items():
            spent[name].append(cpu_seconds(lambda matcher=matcher: search(texts, matcher)))
        spent["fold"].append(cpu_seconds(lambda: [fold(text) for text in originals]))
    each = {name: round(1e6 * statistics.median(times) / len(texts), 1) for name, times in spent.items()}
    return {
        "terms_20000_vs_200": round(each["20000"] / each["200"], 2),
        "us_per_comment": {name: each[name] for name in ("200", "20000")},
        "finds": {name: finds[name] for name in ("200", "20000")},
        "compile_20000_s": round(compiled, 2),
        "compile_20000_mib": round(memory, 1),
        "lexicon_us_per_comment": each["lexicon"],
        "fold_us_per_comment": each["fold"],
    }


if __name__ == "__main__":
    run(measure, __doc__, comments=3000)
