"""How well disguised insults are still found, and whether disguised innocent words are taken for insults.

In each text one word alone is disguised: in an insult a word of the lexicon that stands there plainly, in a clean text any word.
The rest of the text stays, as it does when a writer hides the one word that a filter would catch.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from classifiers import corpus
from classifiers.insult import InsultModel
from classifiers.insult_variants import Place, any_word, digest, sure_word
from classifiers.obfuscation import KINDS, disguise
from classifiers.text import fold

WANTED_RECALL = 0.88
MOST_MORE_FALSE = 0.01
_CLEAN_TEXTS = 500


def measure(model: InsultModel, *, threshold: float, split: str = "test") -> dict[str, Any]:
    """Return recall and false positives at `threshold`, plain and by kind of disguise, on the corpus' texts of a split."""
    insults, clean = places(split)
    plain = {"recall": _flagged(model, insults, threshold), "false": _flagged(model, clean, threshold)}
    kinds = {}
    for kind in KINDS:
        changed, innocent = _disguised(insults, kind), _disguised(clean, kind)
        kinds[kind] = {
            "texts": len(changed),
            "recall": _flagged(model, changed, threshold),
            "false": _flagged(model, innocent, threshold),
        }
    return {"threshold": threshold, "texts": len(insults), "clean": len(clean), "plain": plain, "kinds": kinds}


def places(split: str) -> tuple[list[Place], list[Place]]:
    """Return the insults with a plain word of the lexicon in them, and a sample of clean texts with some word in them."""
    insults: list[Place] = []
    clean: list[Place] = []
    for comment in sorted(corpus.comments(), key=lambda one: digest(one.text)):
        if comment.split != split or comment.expect["insult"] is None:
            continue
        if comment.expect["insult"]:
            insults += sure_word(comment.text)
        elif len(clean) < _CLEAN_TEXTS:
            clean += any_word(comment.text)
    return insults, clean


def _disguised(chosen: Sequence[Place], kind: str) -> list[Place]:
    """Return the texts that a kind of disguise changes, disguised."""
    made = [
        (disguise(text, start, end, kind, Random(f"{kind} {text}")), start, end)  # noqa: S311  # chance, not secrecy
        for text, start, end in chosen
    ]
    return [new for new, (text, _, _) in zip(made, chosen, strict=True) if new[0] != text]


def _flagged(model: InsultModel, chosen: Sequence[Place], threshold: float) -> float:
    flagged = sum(model.measure(fold(text)).score >= threshold for text, _, _ in chosen)
    return round(flagged / max(len(chosen), 1), 4)
