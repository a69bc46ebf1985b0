"""The labelled texts that the insult models learn from, by where they come from and what their licence says."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifiers import corpus, data, words
from classifiers.insult_reading import Reader, Reading
from classifiers.text import fold

RESEARCH = ("phate", "pars_off")
OWN = "corpus"
_SENTENCES = 3_000
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


@cache
def reading(text: str) -> Reading:
    """Return what the model reads in a text; remembered while fitting."""
    return _reader().read(fold(text))


@cache
def _reader() -> Reader:
    return Reader()
