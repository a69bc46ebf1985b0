"""The labelled texts that the insult models learn from, by where they come from and what their licence says."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from classifiers import corpus, data, words
from classifiers.insult_reading import Reader, Reading
from classifiers.text import fold

RESEARCH = ("phate", "pars_off")
OWN = "corpus"
_SENTENCES = 3_000
_LONG_ENOUGH_TO_CUT = 4
_COMMON_VOICE = "cv_fa"


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text; `source` is "corpus" for our own, `group` what it stands under there."""

    text: str
    label: bool
    source: str
    split: str
    group: str = ""


def research(folder: Path, split: str = "train") -> list[Example]:
    """Return the research tweets of a split; their sources state no licence."""
    return [
        Example(row["text"], bool(row["label"]), source, split)
        for source in RESEARCH
        for row in data.rows(folder / "toxicity" / f"{source}.jsonl")
        if row["split"] == split
    ]


def own(split: str = "train") -> list[Example]:
    """Return the comments of our corpus of a split (CC BY 4.0), but for those on which moderators would differ."""
    return [
        Example(comment.text, label, OWN, split, comment.under)
        for comment in corpus.comments()
        if comment.split == split and (label := comment.expect["insult"]) is not None
    ]


def free(folder: Path) -> list[Example]:
    """Return what else is licensed freely: the lexicon's entries as insults, sentences of Common Voice (CC0) as none.

    The sentences were read aloud by volunteers and are labelled by nobody: those that hold an entry are left out.
    """
    entries = [Example(entry.term, True, "lexicon", "train") for entry in words.entries() if entry.sure]
    rows = data.rows(folder / "language" / "train.jsonl")
    texts = {row["text"] for row in rows if row["source"] == _COMMON_VOICE and row["language"] == "fa"}
    sample = sorted(texts, key=lambda text: hashlib.sha256(text.encode("utf-8")).digest())
    clean = [text for text in sample if not any(found.entry.sure for found in reading(text).finds)]
    return [*entries, *(Example(text, False, "common_voice", "train") for text in clean[:_SENTENCES])]


def short_spans(examples: Sequence[Example], *, share: float, seed: int = 0) -> list[Example]:
    """Return a few words cut out of texts, as comments of three words are: `share` of them clean, as many with an insult.

    A cut of a clean text is clean. A cut of an insult is one only around a find of a sure entry in no softening frame, so only
    such cuts are made; where the rest of an insult is, nobody knows.
    """
    rng = Random(seed)  # noqa: S311  # chance, not secrecy
    cuts = []
    for example in examples:
        if rng.random() < share:
            cut = _cut(example, reading(example.text), rng)
            if cut is not None:
                cuts.append(replace(example, text=cut))
    return cuts


def _cut(example: Example, read: Reading, rng: Random) -> str | None:
    """Return one to three words of a clean text, or a sure insult with up to two words on each side."""
    tokens = read.tokens
    if example.label:
        found = [one.found for one in read.finds if one.entry.sure and one.frame == "bare"]
        if not found:
            return None
        chosen = rng.choice(found)
        inside = [place for place, token in enumerate(tokens) if token.start < chosen.end and chosen.start < token.end]
        if not inside:  # it stands in a hashtag, which is not read
            return None
        first, last = max(0, inside[0] - rng.randint(0, 2)), min(len(tokens) - 1, inside[-1] + rng.randint(0, 2))
    elif len(tokens) < _LONG_ENOUGH_TO_CUT:
        return None
    else:
        length = rng.randint(1, 3)
        first = rng.randint(0, len(tokens) - length)
        last = first + length - 1
    return example.text[tokens[first].start : tokens[last].end]


@cache
def reading(text: str) -> Reading:
    """Return what the model reads in a text; remembered while fitting."""
    return _reader().read(fold(text))


@cache
def _reader() -> Reader:
    return Reader()
