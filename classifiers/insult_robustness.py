"""How well disguised insults are still found, and whether disguised innocent words are taken for insults.

In each text one word alone is disguised: in an insult a word of the lexicon that stands there plainly, in a clean text any word.
The rest of the text stays, as it does when a writer hides the one word that a filter would catch.
"""

import hashlib
from collections.abc import Sequence
from random import Random
from typing import Any

from classifiers import corpus
from classifiers.insult import InsultModel
from classifiers.insult_rows import reading
from classifiers.obfuscation import KINDS, disguise
from classifiers.text import fold, words

WANTED_RECALL = 0.88
MOST_MORE_FALSE = 0.01
_SHORTEST = 3  # letters; what is left of a disguised word of two letters nobody can read
_CLEAN_TEXTS = 500

type Place = tuple[str, int, int]
"""A text with the [start, end) of the word to disguise."""


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
    for comment in sorted(corpus.comments(), key=lambda one: _digest(one.text)):
        if comment.split != split or comment.expect["insult"] is None:
            continue
        if comment.expect["insult"]:
            insults += _sure_word(comment.text)
        elif len(clean) < _CLEAN_TEXTS:
            clean += _any_word(comment.text)
    return insults, clean


def _sure_word(text: str) -> list[Place]:
    """Return the longest word or phrase of the lexicon that stands in a text in its own spelling and as itself."""
    found = [
        one.found
        for one in reading(text).finds
        if one.entry.sure and one.frame == "bare" and not one.found.disguise and one.entry.family != "finglish"
    ]
    found = [one for one in found if len(fold(text[one.start : one.end]).text.replace(" ", "")) >= _SHORTEST]
    if not found:
        return []
    longest = max(found, key=lambda one: one.end - one.start)
    return [(text, longest.start, longest.end)]


def _any_word(text: str) -> list[Place]:
    """Return one word of a text, chosen by the text itself."""
    folded = fold(text)
    fitting = [word for word in words(folded) if len(word.text) >= _SHORTEST and not word.text.isdigit()]
    if not fitting:
        return []
    word = fitting[_digest(text)[0] % len(fitting)]
    return [(text, *folded.span(word.start, word.end))]


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


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
