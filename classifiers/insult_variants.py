"""Texts made from labelled ones: cuts of a few words, and words in disguise, so that neither length nor disguise is the lesson."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from classifiers.insult_reading import Reading
from classifiers.insult_rows import OWN, Example, reading
from classifiers.obfuscation import KINDS, disguise
from classifiers.text import fold, words

_LONG_ENOUGH_TO_CUT = 4  # words
_SHORTEST = 3  # letters; what is left of a disguised word of two letters nobody can read

type Place = tuple[str, int, int]
"""A text with the [start, end) of the word to disguise."""


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


def disguised(examples: Sequence[Example], *, share: float, seed: int = 0) -> Iterator[Example]:
    """Yield a share of our own comments with one word in disguise: of an insult a word of the lexicon, of a clean text any.

    Innocent words are disguised as often as others in the same ways, so that a dot between letters says nothing by itself.
    """
    rng = Random(seed)  # noqa: S311  # chance, not secrecy
    kinds = sorted(KINDS)
    for example in examples:
        if example.source != OWN or rng.random() >= share:
            continue
        for text, start, end in (sure_word if example.label else any_word)(example.text):
            changed = disguise(text, start, end, rng.choice(kinds), rng)
            if changed != text:
                yield replace(example, text=changed)


def sure_word(text: str) -> list[Place]:
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


def any_word(text: str) -> list[Place]:
    """Return one word of a text, chosen by the text itself."""
    folded = fold(text)
    fitting = [word for word in words(folded) if len(word.text) >= _SHORTEST and not word.text.isdigit()]
    if not fitting:
        return []
    word = fitting[digest(text)[0] % len(fitting)]
    return [(text, *folded.span(word.start, word.end))]


def digest(text: str) -> bytes:
    """Return a number that depends on nothing but the text, to choose by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
