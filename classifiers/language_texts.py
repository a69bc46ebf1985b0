"""The labelled texts that the language model learns from, and those kept out of learning to set its thresholds."""

import hashlib
import random
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from classifiers import corpus, data
from classifiers.language import FINGLISH, MIXED, PERSIAN

REGIONAL = ("bqi", "glk", "lrc", "luz", "mzn")  # near to Persian: never rejected without a person
ARABIC_CLASSES = ("ar", "azb", "ckb", "pnb", "ps", "sd", "skr", "ug", "ur", *REGIONAL)
LATIN_CLASSES = (FINGLISH, "en", "tr", "az", "kmr")
LEARNT = frozenset((PERSIAN, *ARABIC_CLASSES, *LATIN_CLASSES)).difference(REGIONAL)  # of our corpus
OWN = "corpus"  # the source of what is our own
QURAN = "quran"
_NOT_PERSIAN = frozenset({"5b141c9563aaecfa"})  # Sorani among the Persian of a source, by the beginning of its hash
_MERGED = {"arz": "ar"}
_SENTENCE = re.compile(r"[^.!؟?\n]+")
_PRODUCTS = (
    "Samsung Galaxy A52", "iPhone 13 Pro Max", "Samsung Galaxy S23 Ultra 5G", "USB-C", "Windows 11", "BMW X6",
    "Asus ROG Strix Scar 17", "Sony PlayStation 5 Slim Digital Edition", "Apple MacBook Pro M2 Max",
)  # fmt: skip


class Labelled(NamedTuple):
    """A text, its language and where it comes from."""

    text: str
    language: str
    source: str


def learnt(path: Path, *, without: Collection[str] = ()) -> Iterator[Labelled]:
    """Yield what is learnt from: the research set's training part but for its held-out tenth, and our corpus' train split.

    `without` names sources to leave out, for a look at texts of a kind that was not learnt.
    """
    for row in _research(path):
        if row.source not in without and not in_development(row.text):
            yield row
    if OWN not in without:
        yield from _own_comments("train")
        yield from _own_sentences()


def held_out(path: Path) -> Iterator[Labelled]:
    """Yield the held-out tenth of the research set's training part, and the comments of our corpus' dev split."""
    yield from (row for row in _research(path) if in_development(row.text))
    yield from _own_comments("dev")
    for split in ("train", "dev"):
        yield from _own_comments(split, MIXED)


def of_sources(path: Path, sources: Collection[str]) -> Iterator[Labelled]:
    """Yield all texts of a few sources, for a model that was fitted without them."""
    yield from (row for row in _research(path) if row.source in sources)
    if OWN in sources:
        yield from _own_comments("train")


def in_development(text: str) -> bool:
    """Say whether a training text is held out to set thresholds: one in ten, by its hash."""
    return _digest(text)[0] < 26


def distorted(text: str, verses: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield a Persian text in the shapes that comments have, each with the name of its kind; the same at each call.

    Arabic ي and ك, emoji and digits are read away (language_reading), so they make no kind of their own.
    """
    draw = random.Random(_digest(text))  # noqa: S311 - seeded by the text, so that each call yields the same
    words = text.split()
    yield "as it is", text
    yield "misspelt", " ".join(_misspelt(word, draw) for word in words)
    yield "glued", "".join(word + draw.choice(("", " ", " ")) for word in words)
    yield "product", " ".join((*words[:2], draw.choice(_PRODUCTS), *words[2:]))
    yield "verse", " ".join(draw.sample((text, draw.choice(verses)), 2))


def _misspelt(word: str, draw: random.Random) -> str:
    """Lose, double or swap a letter in one long word of three."""
    if len(word) < 4 or draw.random() > 1 / 3:
        return word
    at = draw.randrange(1, len(word) - 1)
    return draw.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] * 2 + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def _research(path: Path) -> Iterator[Labelled]:
    for row in data.rows(path):
        if _digest(row["text"]).hex()[:16] in _NOT_PERSIAN:
            continue
        yield Labelled(row["text"], _MERGED.get(row["language"], row["language"]), row["source"])


def _own_comments(split: str, *languages: str) -> Iterator[Labelled]:
    for comment in corpus.comments():
        if comment.split == split and comment.language in (languages or LEARNT):
            yield Labelled(comment.text, comment.language, OWN)


def _own_sentences() -> Iterator[Labelled]:
    for article in corpus.articles():
        if article.split == "train":
            for sentence in _SENTENCE.findall(f"{article.title}\n{article.text}"):
                if sentence.strip():
                    yield Labelled(sentence.strip(), PERSIAN, OWN)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
