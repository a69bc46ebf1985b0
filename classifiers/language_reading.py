"""Text as the language model reads it: the letters that tell languages apart are kept."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Unlike the matching copy, this one keeps hamza carriers, teh marbuta and the neighbours' letters: they are evidence.
_SAME_IN_PERSIAN = {"ي": "ی", "ى": "ی", "ك": "ک"}
_DROPPED = frozenset("\u0640")
_DROPPED_CATEGORIES = frozenset(("Mn", "Me", "Cf", "Cc"))
_SPACES = frozenset("\t\n\v\f\r\x85\u200c\u2028\u2029\u115f\u1160\u3164\uffa0\u2800")
# Persian spells «رأی» and «تأیید» so; at the beginning of a word it is Arabic.
_HAMZA_INSIDE = re.compile("(?<=[ء-ی])أ")
_PLAIN = "a-z !\"#$%&'()*+,./:;<=>?@\\[\\]_\\-،؛؟«»" + "ءآابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیأؤئةإ"
_UNUSUAL = re.compile(f"[^{_PLAIN}]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
# An address begins at a blank or an @ and has parts of bounded length: else «@@@…» would take cubic time.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![^\s@])[^\s@]{1,64}@[^\s@]{1,255}\.\S+|[@#]\w+")
_MARKS_OF_AN_ADDRESS = ("@", "#", "://", "www.")
_THRICE = re.compile(r"(.)\1\1")  # far cheaper than looking for stretched letters where there are none
_ARABIC, _LATIN = "ء-ۿݐ-ݿࢠ-ࣿ", "a-zÀ-ɏḀ-ỿ"
_ARABIC_WORD, _LATIN_WORD = re.compile(f"[{_ARABIC}]+"), re.compile(f"[{_LATIN}]+")
_LATIN_RUN = re.compile(f"[{_LATIN}][^{_ARABIC}]*")
_OTHER_LETTER = re.compile(rf"[^\W\d_{_ARABIC}{_LATIN}]")
_LONGEST_WORD = 40
_MOST_CHARACTERS = 20_000  # what a longer text says further on does not change its language

# Letters no Persian keyboard has. ە ہ ھ ۀ are left out: Persian writers do produce them.
_FOREIGN = re.compile("[ٹڈڑںےۓټډړښږځڅڼېۍڀێۆڵڕڤۇۈۋۉۊۏۅٿڄڃڇڻڪڳڱڊڌڍڏٺݨݙٱٲۄ]")


class Reading(NamedTuple):
    """The words of a text by script, with their letters; `foreign` counts those that Persian does not have."""

    arabic: list[str]
    latin: list[str]
    other: str
    arabic_letters: int
    latin_letters: int
    foreign: int


def read(text: str) -> Reading:
    """Return the words of a text without addresses, names after @ and tags; takes linear time."""
    text = text[:_MOST_CHARACTERS]
    if any(mark in text for mark in _MARKS_OF_AN_ADDRESS):
        text = _ADDRESS.sub(" ", text)
    text = _UNUSUAL.sub(_fold_match, text)
    if _THRICE.search(text):
        text = _STRETCHED.sub(r"\1\1", text)
    if "أ" in text:
        text = _HAMZA_INSIDE.sub("ا", text)
    arabic = [word[:_LONGEST_WORD] for word in _ARABIC_WORD.findall(text)]
    latin = [word[:_LONGEST_WORD] for word in _LATIN_WORD.findall(text)]
    foreign = len(_FOREIGN.findall(" ".join(arabic))) if _FOREIGN.search(text) else 0
    other = "".join(_OTHER_LETTER.findall(text))
    return Reading(arabic, latin, other, sum(map(len, arabic)), sum(map(len, latin)), foreign)


def longest_latin_run(text: str) -> list[str]:
    """Return the Latin words of the longest stretch without an Arabic letter: a sentence, where names come alone."""
    runs = _LATIN_RUN.findall(_UNUSUAL.sub(_fold_match, _ADDRESS.sub(" ", text[:_MOST_CHARACTERS])))
    return max(map(_LATIN_WORD.findall, runs), key=len, default=[])


def _fold_match(match: re.Match[str]) -> str:
    return _fold_character(match[0])


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    """Return what stands for one character: character by character, so that no text takes more than linear time."""
    if character in _SPACES:
        return " "
    return "".join(map(_simplify, unicodedata.normalize("NFKC", character).casefold()))


def _simplify(character: str) -> str:
    if character in _DROPPED:
        return ""
    category = unicodedata.category(character)
    if category in _DROPPED_CATEGORIES:
        return ""
    if category[0] in "NZCPS":
        return " "
    return _SAME_IN_PERSIAN.get(character, character)
