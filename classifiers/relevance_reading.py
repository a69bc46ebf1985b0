"""What the relevance model reads in a text: its words, those with content, and their lemmas from a table."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from classifiers.text import Folded, Word, fold, words

_LISTS = Path(__file__).parent / "words" / "relevance"
SHORTEST_CONTENT = 2
_FEWEST_LEFT = 2  # letters of a word without its ending

# Endings and beginnings taken off a form that the lemma table does not know, longest first. A comment writes colloquial forms
# that no article has; what is found this way is a form of the table all the same.
_ENDINGS = frozenset((
    "هایشان", "هایتان", "هایمان", "هاشون", "هامون", "هاتون", "هایش", "هایت", "هایم", "های", "هایی", "هاش", "هام", "هات",
    "شان", "مان", "تان", "شون", "مون", "تون", "ترین", "اند", "ها", "ات", "ان", "اش", "ام", "ای", "یی", "تر", "ا", "ی",
    "م", "ت", "ش", "ه", "و", "ن", "د",
))  # fmt: skip
_LONGEST_ENDING = max(map(len, _ENDINGS))
_BEGINNINGS = ("نمی", "می", "ن", "ب")


class Reading(NamedTuple):
    """All words of a text, folded, and those with content."""

    words: tuple[str, ...]
    content: tuple[Word, ...]

    @property
    def is_phatic(self) -> bool:
        """Say whether nothing but thanks, greeting, praise, prayer or bare reaction is left of a text."""
        return sum(one.text not in phatic() for one in self.content) <= 1

    @property
    def is_about_the_page(self) -> bool:
        """Say whether a text speaks to the newsroom or of other comments: that is never off topic."""
        return not newsroom().isdisjoint(self.words)

    @property
    def adverts(self) -> int:
        """Return how many different words of adverts a text holds."""
        return len(advert().intersection(self.words))


def read(folded: Folded) -> Reading:
    """Read a text; numbers and addresses have no content."""
    found = words(folded, joined=True)
    empty = stopwords()
    content = [
        word for word in found if word[0] not in empty and len(word[0]) >= SHORTEST_CONTENT and not word[0].isdigit()
    ]
    return Reading(tuple([word[0] for word in found]), tuple(content))


def lemma_of(word: str, table: Mapping[str, int]) -> int | None:
    """Return the number of a word's lemma, trying it without light endings and verb beginnings; None for an unknown word."""
    known = table.get(word)
    if known is not None:
        return known
    for length in range(_LONGEST_ENDING, 0, -1):
        if word[-length:] in _ENDINGS and len(word) - length >= _FEWEST_LEFT + (length == 1):
            known = table.get(word[:-length])
            if known is not None:
                return known
    for beginning in _BEGINNINGS:
        if word.startswith(beginning) and len(word) - len(beginning) > _FEWEST_LEFT:
            known = table.get(word[len(beginning) :])
            if known is not None:
                return known
    return None


@cache
def stopwords() -> frozenset[str]:
    """Return the words that say nothing of a topic."""
    return _listed("stopwords.txt")


@cache
def phatic() -> frozenset[str]:
    """Return the words of thanks, greeting, praise, prayer and bare reaction."""
    return _listed("phatic.txt") | stopwords()


@cache
def advert() -> frozenset[str]:
    """Return words of adverts and solicitation."""
    return _listed("advert.txt")


@cache
def newsroom() -> frozenset[str]:
    """Return the words by which a comment speaks to the newsroom or of other comments."""
    return _listed("newsroom.txt")


def _listed(name: str) -> frozenset[str]:
    lines = (_LISTS / name).read_text(encoding="utf-8").splitlines()
    return frozenset(
        "".join(word.text for word in words(fold(line), joined=True)) for line in lines if not line.startswith("#")
    ) - {""}
