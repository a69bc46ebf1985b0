"""What may stand between the letters of a term, and what then is no term any more."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from classifiers.fold import Folded
from classifiers.fold_table import ZWNJ
from classifiers.reading_words import everyday_words
from classifiers.term_entries import Entry

_FIRST_PIECE, _LAST_PIECE = re.compile(r"[^\W_]+"), re.compile(r"[^\W_]+$")
_LETTER_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_])([\W_]+)\Z")
_SENTENCE_MARKS = frozenset('.!?؟;؛,،:…"«»()[]')
_HONEST = frozenset(".,/-:،؛;؟?!_()[]«»\"'…")  # what stands between two words of a writer who forgot the space
_AND = "و"
_OUTSIDE = frozenset("وی")  # «و» and the ezafe «ی» before a word that is spelled out are none of its letters
_ALONE = frozenset("ویشمتاه")  # letters that stand alone in ordinary comments
_WIDEST = 4  # characters between two letters
_ENOUGH = 2  # letters of a phrase that stand in their words, when another word of it is in two


class Passage(NamedTuple):
    """A stretch [start, end) of the folded text that may be a term; `tail` is the end of its last word.

    `places` are those of its letters, a doubled one once.
    """

    text: str
    start: int
    end: int
    tail: int
    places: Sequence[int]

    @property
    def length(self) -> int:
        """Return how many letters it has."""
        return len(self.places)

    @property
    def written(self) -> str:
        """Return the passage as it stands in the text."""
        return self.text[self.start : self.end]

    def pieces(self, place: int) -> tuple[str, str]:
        """Return the pieces of words before and after the gap that follows so many letters, with the ending."""
        until, onward = self.places[place - 1] + 1, self.places[place]
        before = _LAST_PIECE.search(self.text[self.start : until])
        after = _FIRST_PIECE.match(self.text[onward : self.tail])
        return before[0] if before else "", after[0] if after else ""

    def is_plain(self, entry: Entry) -> bool:
        """Say whether it is the term letter for letter, without an ending."""
        return self.tail == self.end and "".join(filter(str.isalnum, self.written)) == entry.letters


def gaps(folded: Folded, skeleton: str, places: Sequence[int]) -> dict[int, str]:
    """Return what stands between the letters of a passage, by the number of letters before it; a ZWNJ alone is no gap."""
    if places[-1] - places[0] == len(places) - 1:
        return {}
    found = {}
    for count, (place, following) in enumerate(pairwise(places), start=1):
        between = skeleton[place + 1 : following].lstrip(skeleton[place])
        if " " in between and not (between == " " and folded.original[folded.offsets[following - 1]] == ZWNJ):
            found[count] = folded.text[following - len(between) : following]
    return found


def breaks_off(written: str) -> bool:
    """Say whether a sentence or clause ends inside a passage: a mark with white space beside it."""
    if " " not in written or _SENTENCE_MARKS.isdisjoint(written):
        return False
    return any(
        mark in _SENTENCE_MARKS and " " in written[max(0, place - 1) : place + 2] for place, mark in enumerate(written)
    )


def is_spelled_out(passage: Passage, between: Mapping[int, str], entry: Entry) -> bool:
    """Say whether a term is written letter by letter, or is in two, or is cut by a sign inside a word of it.

    `between` holds the gaps. A short word in two is read when one of the pieces is no word that people use: «نا کس» stays
    innocent and «کثا فت» does not. The same is asked of a word of three letters that an ordinary mark cuts («ک.یر»).
    """
    if any(len(gap) > _WIDEST for gap in between.values()):
        return False
    length = passage.length
    unexpected = [place for place in between if place not in entry.joints]
    if len(between) >= (length - 2 if length >= 5 else max(2, length - 1)):
        return not (_is_amid_letters(passage, between) or _ends_in_a_word(passage, between))
    if len(unexpected) != 1:
        return length >= 4 and not any(" " in between[place] for place in unexpected)
    (place,) = unexpected
    if " " in between[place]:
        return length >= 3 and between[place] == " " and _is_one_in_two(passage, place, entry)
    if length >= 4 or not _HONEST.issuperset(between[place]):
        return True
    return length == 3 and not _are_words(passage.pieces(place))


def _is_amid_letters(passage: Passage, between: Mapping[int, str]) -> bool:
    """Say whether the letter before is spelled out alike: «ت ک و ن» is تکون."""
    before = _LETTER_BEFORE.search(passage.text, max(0, passage.start - _WIDEST - 2), passage.start)
    return before is not None and before[1] not in _OUTSIDE and before[2] == next(iter(between.values()))


def _ends_in_a_word(passage: Passage, between: Mapping[int, str]) -> bool:
    """Say whether the last letter begins a word of its own: the ا of «است» after «ش ر ف» is none of شرفا.

    A piece of two letters is more often the last letter with an ending: «ت ر س وی» is «ترسوی», not «وی».
    """
    last = passage.length - 1
    word = passage.pieces(last)[1] if last in between else ""
    return len(word) > 2 and word in everyday_words()


def _is_one_in_two(passage: Passage, place: int, entry: Entry) -> bool:
    pieces = passage.pieces(place)
    if _AND in pieces:
        return False
    if not _are_words(pieces):
        return True
    # Words that people use, but together they are a phrase or a long term in its own spelling and nothing more:
    # «به گ ا رفتیم», «حرام زاده».
    if not passage.is_plain(entry):
        return False
    if entry.joints:
        joints = [0, *sorted(entry.joints), passage.length]
        following = bisect_right(joints, place)
        return passage.length - (joints[following] - joints[following - 1]) >= _ENOUGH
    return passage.length >= 6 and 2 <= place <= passage.length - 2


def _are_words(pieces: Sequence[str]) -> bool:
    """Say whether people use each of the pieces as a word by itself."""
    return all(piece in (everyday_words() if len(piece) > 1 else _ALONE) for piece in pieces)
