"""What the language model gets right on the research set's test part, by language and length."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from classifiers import corpus, data
from classifiers.fold import fold
from classifiers.language import FINGLISH, MIXED, NONE, PERSIAN, UNCERTAIN, LanguageModel, load

OUTCOMES = ("accepted", "mixed", "uncertain", "finglish", "rejected")
_NAMED = {PERSIAN: "accepted", NONE: "accepted", MIXED: "mixed", UNCERTAIN: "uncertain", FINGLISH: "finglish"}


def evaluate(folder: Path) -> dict[str, Any]:
    """Return the metrics of the newest shipped version."""
    return measure_all(load(), folder)


def measure_all(model: LanguageModel, folder: Path) -> dict[str, Any]:
    """Return the share of each outcome by language, length and kind on the test part, and on tweets it never saw."""
    by_length: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    persian: dict[str, Counter[str]] = defaultdict(Counter)
    finglish: Counter[str] = Counter()
    for row in data.rows(folder / "language" / "test.jsonl"):
        outcome = outcome_of(model, row["text"])
        count = len(row["text"].split())
        length = "6 words or more" if count >= 6 else "4 or 5 words" if count >= 4 else "1 to 3 words"
        by_length[row["language"]][length][outcome] += 1
        if row["language"] == FINGLISH:
            finglish[outcome] += 1
        if row["language"] == PERSIAN and count >= 4:
            persian["all"][outcome] += 1
            persian[row["kind"]][outcome] += 1
    return {
        "by_language_and_length": {
            language: {length: shares(counts) for length, counts in sorted(lengths.items())}
            for language, lengths in sorted(by_length.items())
        },
        "persian_of_4_words_or_more": {kind: shares(counts) for kind, counts in sorted(persian.items())},
        "finglish": shares(finglish),
        "corpus": corpus_shares(model),
        "tweets": shares(Counter(outcome_of(model, text) for text in tweets(folder))),
        "microseconds_a_text": speed(model, folder),
    }


def corpus_shares(model: LanguageModel) -> dict[str, dict[str, float]]:
    """Return the share of each outcome on our corpus' test split, which is part of the project, by language."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for comment in corpus.comments():
        if comment.split == "test":
            name = comment.language
            if name == PERSIAN:
                name = "fa, 4 words or more" if len(comment.text.split()) >= 4 else "fa, 1 to 3 words"
            found[name][outcome_of(model, comment.text)] += 1
    return {name: shares(counts) for name, counts in sorted(found.items())}


def outcome_of(model: LanguageModel, text: str) -> str:
    """Return what a site would do with a text: another language's code is a rejection."""
    return _NAMED.get(model.measure(fold(text)).outcome, "rejected")


def shares(counts: Counter[str]) -> dict[str, float]:
    """Return each outcome in percent, and the number of texts."""
    total = sum(counts.values())
    return {"texts": total, **{outcome: round(100 * counts[outcome] / total, 3) for outcome in OUTCOMES if total}}


def tweets(folder: Path) -> Iterable[str]:
    """Yield the texts of the toxicity sets: informal Persian from another platform, though not every one is Persian."""
    for name in ("phate", "pars_off"):
        for row in data.rows(folder / "toxicity" / f"{name}.jsonl"):
            yield row["text"]


def speed(model: LanguageModel, folder: Path, *, texts: int = 500, rounds: int = 3) -> float:
    """Return the CPU microseconds of measuring one folded informal Persian text, the best of a few rounds."""
    rows = data.rows(folder / "language" / "test.jsonl")
    folded = [fold(row["text"]) for row in rows if row["kind"] == "fa_informal"][:texts]
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text in folded:
            model.measure(text)
        best = min(best, time.process_time() - start)
    return round(best / len(folded) * 1e6, 1)
