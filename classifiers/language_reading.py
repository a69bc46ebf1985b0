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
_WORD = re.compile(r"(?P<arabic>[ء-ۿݐ-ݿࢠ-ࣿ]+)|(?P<latin>[a-zÀ-ɏḀ-ỿ]+)|(?P<other>[^\W\d_])")
_LONGEST_WORD = 40
_MOST_CHARACTERS = 20_000  # what a longer text says further on does not change its language

# Letters no Persian keyboard has. ە ہ ھ ۀ are left out: Persian writers do produce them.
_FOREIGN = frozenset("ٹڈڑںےۓټډړښږځڅڼېۍڀێۆڵڕڤۇۈۋۉۊۏۅٿڄڃڇڻڪڳڱڊڌڍڏٺݨݙٱٲۄ")


class Reading(NamedTuple):
    """The words of a text by script; `foreign` counts Arabic-script letters that Persian does not have."""

    arabic: list[str]
    latin: list[str]
    other: str
    foreign: int

    @property
    def arabic_letters(self) -> int:
        return sum(map(len, self.arabic))

    @property
    def latin_letters(self) -> int:
        return sum(map(len, self.latin))


def read(text: str) -> Reading:
    """Return the words of a text without addresses, names after @ and tags."""
    text = _ADDRESS.sub(" ", text[:_MOST_CHARACTERS])
    text = _STRETCHED.sub(r"\1\1", _UNUSUAL.sub(_fold_match, text))
    text = _HAMZA_INSIDE.sub("ا", text)
    arabic: list[str] = []
    latin: list[str] = []
    other: list[str] = []
    kinds = {"arabic": arabic, "latin": latin, "other": other}
    for match in _WORD.finditer(text):
        kinds[match.lastgroup or "other"].append(match[0][:_LONGEST_WORD])
    foreign = sum(letter in _FOREIGN for word in arabic for letter in word)
    return Reading(arabic, latin, "".join(other), foreign)


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
