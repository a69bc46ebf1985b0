"""Characters that a reader cannot see: which ones there are in a text, and which of them have no business there."""

from __future__ import annotations

import re
from unicodedata import category

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)
_ZWNJ, _ZWJ, _HEH = "\u200c", "\u200d", "\u0647"
_NAMES = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u200b": "ZWSP",
    _ZWNJ: "ZWNJ",
    _ZWJ: "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}
_PICTURES = frozenset({"So", "Sk", "Sm"})


def unseen(text: str) -> dict[int, str]:
    """The short name (``ZWSP``, ``U+2064``) of each unseen character by its place.

    What good writing needs is left out: the half-space inside Persian words, the joiner inside emoji.
    """
    places = (match.start() for match in _UNSEEN.finditer(text))
    return {place: _name(text[place]) for place in places if not _ordinary(text, place)}


def _name(character: str) -> str:
    return _NAMES.get(character, f"U+{ord(character):04X}")


def _ordinary(text: str, place: int) -> bool:
    character, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if character == _ZWNJ:
        # one between every two letters is how a word is hidden from filters, not how it is written
        scattered = _ZWNJ in (text[max(place - 2, 0) : place - 1], text[place + 2 : place + 3])
        return _is_written(before) and _is_written(after) and not scattered
    if character == _ZWJ:
        return before == _HEH or (_is_picture(before) and _is_picture(after))
    if "\ufe00" <= character <= "\ufe0f":  # chooses the picture or the sign of what stands before it
        return _is_picture(before) or (before.isascii() and bool(before) and before in "0123456789#*")
    return False


def _is_written(character: str) -> bool:
    return bool(character) and category(character)[0] in "LMN"


def _is_picture(character: str) -> bool:
    return bool(character) and (
        category(character) in _PICTURES or "\ufe00" <= character <= "\ufe0f" or character == "\u203c"
    )
