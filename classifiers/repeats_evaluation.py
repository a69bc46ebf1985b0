"""Measure what is kept of texts: which copies with small edits are found, and which distinct comments are taken for copies."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from classifiers import corpus
from classifiers.repeats import NEAR, Sketch, similarity, sketch
from classifiers.text import fold

_LETTERS = "ابپتجدرزسشعفکگلمنوهی"
_ADDED = ("واقعا", "دوستان", "مردم", "امروز", "همین")
_SIGNS = str.maketrans(dict.fromkeys("،.؛!؟«»"))
_SEED = 5


class Line(NamedTuple):
    """A comment; two that are each other's twin differ by a word or two on purpose."""

    id: str
    text: str
    twin: str | None = None


def evaluate(folder: Path) -> dict[str, Any]:
    """Return the figures of each split of the corpus and of the policy examples (`folder` is that of the research sets)."""
    sets = {
        split: [Line(one.id, one.text, one.pair) for one in corpus.comments() if one.split == split]
        for split in corpus.SPLITS
    }
    sets["policy"] = _examples(folder / "policy" / "examples.jsonl")
    return {"near": NEAR} | {name: {"found": found(lines), "joined": joined(lines)} for name, lines in sets.items()}


def found(lines: Sequence[Line]) -> dict[str, float]:
    """Return for each kind of edit the share of copies that are found, of the comments of which anything is kept."""
    picked = random.Random(_SEED)  # noqa: S311 -- the same edits every time
    originals = [(line.text, made) for line in lines if (made := _sketch(line.text)) and len(line.text.split()) > 2]
    return {
        kind: round(sum(_meet(made, _sketch(edit(text, picked))) for text, made in originals) / len(originals), 4)
        for kind, edit in EDITS.items()
    }


def joined(lines: Sequence[Line]) -> dict[str, Any]:
    """Return how many distinct comments are taken for a copy of an earlier one, twins apart, and how many were compared."""
    by_key: dict[int, list[tuple[Line, Sketch]]] = defaultdict(list)
    kept = compared = twins = 0
    pairs = []
    for line in lines:
        if (made := _sketch(line.text)) is None:
            continue
        kept += 1
        before = {other.id: (other, its) for key in made.keys for other, its in by_key[key]}
        compared += len(before)
        near = [other for other, its in before.values() if similarity(made.imprint, its.imprint) >= NEAR]
        alike = [other for other in near if line.id not in (other.id, other.twin) and other.id != line.twin]
        twins += bool(near) and not alike
        pairs += [(other.id, line.id) for other in alike[:1]]
        for key in made.keys:
            by_key[key].append((line, made))
    return {
        "comments": len(lines),
        "kept": kept,
        "compared": compared,
        "twins": twins,
        "distinct": len(pairs),
        "pairs": pairs,
    }


def _sketch(text: str) -> Sketch | None:
    return sketch(fold(text))


def _meet(one: Sketch, other: Sketch | None) -> bool:
    if other is None or not {*one.keys} & {*other.keys}:
        return False
    return similarity(one.imprint, other.imprint) >= NEAR


def _examples(path: Path) -> list[Line]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Line(row["id"], row["text"], row.get("pair")) for row in rows]


def _one_letter(text: str, picked: random.Random) -> str:
    at = picked.choice([place for place, letter in enumerate(text) if letter.isalpha()])
    return text[:at] + picked.choice(_LETTERS) + text[at + 1 :]


def _a_word_less(text: str, picked: random.Random) -> str:
    words = text.split()
    del words[picked.randrange(len(words))]
    return " ".join(words)


def _a_word_more(text: str, picked: random.Random) -> str:
    words = text.split()
    words.insert(picked.randrange(len(words) + 1), picked.choice(_ADDED))
    return " ".join(words)


def _another_word(text: str, picked: random.Random) -> str:
    words = text.split()
    words[picked.randrange(len(words))] = picked.choice(_ADDED)
    return " ".join(words)


EDITS: Mapping[str, Callable[[str, random.Random], str]] = {
    "signs and pictures": lambda text, _: text.translate(_SIGNS) + " 🌹🌹",
    "a number behind": lambda text, picked: f"{text} {picked.randrange(1000)}",
    "a greeting before": lambda text, _: "سلام. " + text,
    "a plea behind": lambda text, _: text + " لطفا منتشر کنید",
    "another letter": _one_letter,
    "two other letters": lambda text, picked: _one_letter(_one_letter(text, picked), picked),
    "a word more": _a_word_more,
    "a word less": _a_word_less,
    "another word": _another_word,
}
"""Copies as somebody makes them who types again, or who does not want them to be found."""
