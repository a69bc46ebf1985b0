r"""The patterns of a site's admins in the syntax of RE2, where \w, \b, \d and \s mean Persian too.

RE2 takes linear time and knows Unicode classes, but its \w and \b are ASCII and it cannot look around. So the text that
patterns are matched with (see ``site_patterns``) has a mark, EDGE, at each end of each word. ``\b`` is that mark, and
whatever else reads a character may step over one mark before it: the edges of a pattern are exact wherever they stand.

Letters of a pattern are folded as the text is, so «ي» and «ی» are one, and so are «۵» and «5». A space, ``\s`` and a ZWNJ
each read both a space and a ZWNJ; for ``\w`` and ``\b`` a ZWNJ is inside its word, as «خر» is no word of «خر‌گوش».
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from classifiers.text import fold

EDGE = "\x01"
"""Stands at each end of each word of the text; folding drops all control characters, so no text has one of its own."""

ZWNJ = "\u200c"


class Refusal(NamedTuple):
    """Why something is refused, in Persian and in English."""

    fa: str
    en: str


class PatternRefused(ValueError):
    """A pattern that cannot be used."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.en)
        self.reason = reason


LOOK_AROUND = Refusal(
    "نگاه به پیش و پس (?=…) (?!…) (?<=…) (?<!…) ممکن نیست، چون زمان تطبیق را بی‌کران می‌کند",
    "looking around, (?=…) (?!…) (?<=…) (?<!…), is not possible: matching must take linear time",
)
BACK_REFERENCE = Refusal(
    "ارجاع به گروه پیشین، مانند \\1، ممکن نیست، چون زمان تطبیق را بی‌کران می‌کند",
    "a reference back to a group, as in \\1, is not possible: matching must take linear time",
)
NO_EDGE = Refusal("«\\B» پشتیبانی نمی‌شود؛ با \\b و \\w بنویسید", "\\B is not supported: write it with \\b and \\w")
UNFINISHED = Refusal(
    "الگو ناتمام است: قلابی بسته نشده یا «\\» در پایان آن است",
    "the pattern is not finished: a bracket is open, or it ends in a backslash",
)
NEGATED_IN_BRACKETS = Refusal(
    "«\\W»، «\\S»، «\\D»، «\\P» و [:^…:] درون قلاب پشتیبانی نمی‌شوند؛ مثلاً به جای [^\\W\\d] بنویسید [\\p{L}]",
    "\\W, \\S, \\D, \\P and [:^…:] are not supported inside brackets: write [\\p{L}] for [^\\W\\d], for example",
)
EMPTY_BRACKETS = Refusal(
    "درون قلاب تنها نشانه‌هایی است که خوانده نمی‌شوند، مانند اعراب و کشیده",
    "the brackets hold only marks that are not read, such as harakat and tatweel",
)


def _unknown(escape: str) -> Refusal:
    return Refusal(f"«{escape}» شناخته نیست", f"{escape} is unknown")


def _bad_range(written: str) -> Refusal:
    return Refusal(f"بازهٔ «{written}» درست نیست", f"the range {written} is wrong")


_TOKEN = re.compile(
    r"(?P<escape>\\(?:[pP](?:\{\^?\w+\}|[A-Z])|x\{[0-9A-Fa-f]{1,5}\}|x[0-9A-Fa-f]{2}|.))"
    r"|(?P<group>\((?:\?(?:P?<\w+>|[imsU]*(?:-[imsU]+)?[:)]|P=|<?[=!]|.)?)?)"
    r"|(?P<brackets>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])"
    r"|(?P<repeat>[*+?]|\{\d+(?:,\d*)?\})"
    r"|(?P<sign>[|)^])|(?P<end>\$)|(?P<any>\.)|(?P<literal>.)",
    re.DOTALL,
)
_IN_BRACKETS = re.compile(
    r"(?P<posix>\[:\^?\w+:\])|(?P<one>\\(?:[pP](?:\{\^?\w+\}|[A-Z])|x\{[0-9A-Fa-f]{1,5}\}|x[0-9A-Fa-f]{2}|.)|.)",
    re.DOTALL,
)
_EDGE = r"\x01"
_WORD = r"\p{L}\p{M}\p{N}_\x{200C}"
_SPACE = r" \x{200C}"
# What an escape stands for inside brackets, and which ones are everything but that.
_CLASSES = {"w": _WORD, "d": "0-9", "s": _SPACE, **dict.fromkeys("ntrfv", _SPACE)}
_NEGATED = {"W": _WORD, "D": "0-9", "S": " "}  # a ZWNJ is inside its word
_POSIX = {
    "alpha": r"\p{L}\p{M}", "alnum": r"\p{L}\p{M}\p{N}", "digit": "0-9", "space": _SPACE, "punct": r"\p{P}\p{S}",
    "word": _WORD, "lower": r"\p{Ll}",
}  # fmt: skip
_PLACES = {"A": "^", "z": rf"(?:{_EDGE}?\z)", "Z": rf"(?:{_EDGE}?\z)", "b": _EDGE}


def translate(pattern: str) -> str:
    """Return the RE2 pattern for a marked text. Raises PatternRefused for what RE2 cannot do or we do not read."""
    parts = [_RULES[match.lastgroup or "literal"](match[0]) for match in _TOKEN.finditer(pattern)]
    return re.sub(r"(?:\\x01){2,}", lambda _: _EDGE, "".join(parts))


def pieces(pattern: str) -> list[tuple[int, int]]:
    """Where each piece that is read as one begins and ends: a letter, an escape, brackets, a repetition, a parenthesis."""
    return [match.span() for match in _TOKEN.finditer(pattern)]


def _atom(expression: str) -> str:
    """What reads one character, and an edge before it."""
    return f"(?:{_EDGE}?{expression})"


def _literal(character: str) -> str:
    if character in "[\\":
        raise PatternRefused(UNFINISHED)
    return _letters(character)


def _letters(character: str) -> str:
    """A character as it stands in a folded text: as none, one or several."""
    read = "".join(_atom(f"[{_SPACE}]" if one == " " else _quoted(one)) for one in fold(character).text)
    return read if len(fold(character).text) == 1 else f"(?:{read})"


def _quoted(character: str) -> str:
    return character if not character.isascii() or character.isalnum() else f"\\{character}"


def _group(token: str) -> str:
    if token in ("(?=", "(?!", "(?<=", "(?<!"):
        raise PatternRefused(LOOK_AROUND)
    if token == "(?P=":  # noqa: S105 -- a token of a pattern
        raise PatternRefused(BACK_REFERENCE)
    return token


def _escape(token: str) -> str:
    name = token[1]
    if name in _PLACES:
        return _PLACES[name]
    if name in _CLASSES:
        return _atom(f"[{_CLASSES[name]}]")
    if name in _NEGATED:
        return _atom(f"[^{_NEGATED[name]}{_EDGE}]")
    if name in "pP":
        negated = (name == "P") is not token.startswith("{^", 2)
        return _atom(f"[{'^' if negated else ''}\\p{token[2:].replace('^', '')}{_EDGE if negated else ''}]")
    if name == "B":
        raise PatternRefused(NO_EDGE)
    return _letters(_escaped(token))


def _escaped(token: str) -> str:
    """The character that an escape names."""
    name = token[1]
    if name == "x" and len(token) > 2:
        return chr(int(token[2:].strip("{}"), 16))
    if name.isdigit() or name in "kg":
        raise PatternRefused(BACK_REFERENCE)
    if name.isascii() and name.isalpha():
        raise PatternRefused(_unknown(token))
    return name


def _brackets(token: str) -> str:
    inside = token[1:-1]
    negated = inside.startswith("^")
    items = "".join(_items(inside[negated:]))
    if not items:
        raise PatternRefused(EMPTY_BRACKETS)
    return _atom(f"[{'^' if negated else ''}{items}{_EDGE if negated else ''}]")


def _items(inside: str) -> Iterator[str]:
    """What stands between brackets, piece by piece: a class, a range, a letter."""
    place = 0
    while place < len(inside):
        match = _IN_BRACKETS.match(inside, place)
        assert match is not None
        place = match.end()
        token = match[0]
        if match.lastgroup == "posix":
            yield _posix(token)
        elif token[0] == "\\" and (token[1] in _CLASSES or token[1] in "pPWDSB"):
            yield _class_in_brackets(token)
        elif inside.startswith("-", place) and place + 1 < len(inside):
            last = _IN_BRACKETS.match(inside, place + 1)
            assert last is not None
            yield _range(token, last[0])
            place = last.end()
        else:
            yield "".join(_member(one) for one in fold(_bracketed(token)).text)


def _posix(token: str) -> str:
    name = token[2:-2]
    if name.startswith("^"):
        raise PatternRefused(NEGATED_IN_BRACKETS)
    if name not in _POSIX:
        raise PatternRefused(_unknown(token))
    return _POSIX[name]


def _class_in_brackets(token: str) -> str:
    if token[1] in "WDSPB" or token.startswith("\\p{^"):
        raise PatternRefused(NEGATED_IN_BRACKETS)
    return token if token[1] == "p" else _CLASSES[token[1]]


def _bracketed(token: str) -> str:
    return _escaped(token) if token[0] == "\\" else token


def _range(first: str, last: str) -> str:
    ends = [fold(_bracketed(token)).text for token in (first, last)]
    if any(len(end) != 1 for end in ends) or ends[0] > ends[1]:
        raise PatternRefused(_bad_range(f"{first}-{last}"))
    return "-".join(f"\\x{{{ord(end):x}}}" for end in ends)


def _member(character: str) -> str:
    return _SPACE if character == " " else f"\\x{{{ord(character):x}}}"


_RULES: dict[str, Callable[[str], str]] = {
    "escape": _escape,
    "group": _group,
    "brackets": _brackets,
    "repeat": str,
    "sign": str,
    "end": lambda _: f"(?:{_EDGE}?$)",
    "any": lambda _: _atom(f"[^{_EDGE}]"),
    "literal": _literal,
}
