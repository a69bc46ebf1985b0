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
    """Return recall and false positives at `threshold`, plain and by kind of disguise, on the corpus' texts of a split.

    `more_false` is the share of clean texts flagged less the share of the very same texts without the disguise.
    """
    insults, clean = places(split)
    kinds = {}
    for kind in KINDS:
        changed, _ = _disguised(insults, kind)
        innocent, before = _disguised(clean, kind)
        kinds[kind] = {
            "texts": len(changed),
            "recall": round(_flagged(model, changed, threshold), 4),
            "more_false": round(_flagged(model, innocent, threshold) - _flagged(model, before, threshold), 4),
        }
    plain = [text for text, _, _ in insults], [text for text, _, _ in clean]
    return {
        "threshold": threshold,
        "texts": len(insults),
        "clean": len(clean),
        "plain": {
            name: round(_flagged(model, texts, threshold), 4)
            for name, texts in zip(("recall", "false"), plain, strict=True)
        },
        "kinds": kinds,
    }


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


def _disguised(chosen: Sequence[Place], kind: str) -> tuple[list[str], list[str]]:
    """Return the texts that a kind of disguise changes, disguised and as they were."""
    pairs = [
        (disguise(text, start, end, kind, Random(f"{kind} {text}")), text)  # noqa: S311  # chance, not secrecy
        for text, start, end in chosen
    ]
    changed = [(new, text) for new, text in pairs if new != text]
    return [new for new, _ in changed], [text for _, text in changed]


def _flagged(model: InsultModel, texts: Sequence[str], threshold: float) -> float:
    return sum(model.measure(fold(text)).score >= threshold for text in texts) / max(len(texts), 1)
