"""What drowns a page instead of saying something: repetition, endless words, unseen characters, and markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_LONGEST_RUN = 30  # of one character: nobody stretches a cheer so far
_LONGEST_WORD = 120
_MOST_EMOJI = 40
_MOST_UNSEEN = 12
_REPEATED = re.compile(rf"(\S)\1{{{_LONGEST_RUN - 1},}}", re.DOTALL)
_ENDLESS = re.compile(rf"[^\W_]{{{_LONGEST_WORD},}}")
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]")
_STACKED = re.compile("[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u20d0-\u20ff]{6,}")
_SCATTERED = re.compile("(?:\\w\u200c){8,}")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_TAG = re.compile(
    r"<\s{0,3}/?\s{0,3}(?:script|iframe|object|embed|form|input|style|link|meta|svg|img|video|audio|a|base)\b"
    r"|\bjavascript\s{0,3}:|\[(?:url|img|link)\b|<\?php|\bon(?:error|load|click|mouseover)\s{0,3}=|\{\{.{0,40}\}\}|<!--",
    re.IGNORECASE,
)
_PLAIN_TAG = re.compile(r"</?(?:b|i|u|p|br|div|span|font|center|h[1-6]|table|strong|em|marquee)\b[^<>]{0,200}>|\[/?(?:b|i|u|color|size|center)\b[^\]\[]{0,40}\]", re.IGNORECASE)

_LEAST_WORDS = 10
_LONGEST_PHRASE = 6
_ENOUGH_OF_IT = 0.6
_LEAST_TIMES = 4


class Flood(NamedTuple):
    """A flood or markup at [start, end) of the original; `kind` names it."""

    kind: str
    start: int
    end: int


KINDS = {
    "script": ("کد یا برچسب فعال", "active markup"),
    "markup": ("برچسب صفحه‌آرایی", "formatting markup"),
    "run": ("تکرار یک نویسه", "one character again and again"),
    "word": ("واژه‌ای بی‌پایان", "an endless word"),
    "unseen": ("انبوه نویسه‌های نادیدنی", "many unseen characters"),
    "emoji": ("انبوه شکلک", "a flood of emoji"),
    "repeated": ("تکرار چندبارهٔ یک واژه یا جمله", "the same words again and again"),
}


def markup(text: str) -> Iterator[Flood]:
    """The tags and scripts of a text."""
    if "<" in text or "[" in text or "{" in text or ":" in text or "=" in text:
        yield from (Flood("script", *match.span()) for match in _TAG.finditer(text))
        yield from (Flood("markup", *match.span()) for match in _PLAIN_TAG.finditer(text))


def floods(text: str, words: Sequence[str]) -> Iterator[Flood]:
    """What floods a text, of whose folded words some are given."""
    if len(text) < _LONGEST_RUN:
        return
    for pattern, kind in ((_REPEATED, "run"), (_ENDLESS, "word")):
        if (match := pattern.search(text)) is not None:
            yield Flood(kind, *match.span())
    if not text.isascii() and (unseen := _unseen(text)) is not None:
        yield unseen
    emoji = _EMOJI.findall(text)
    if len(emoji) >= _MOST_EMOJI and len(emoji) * 2 > len(text.replace(" ", "")):
        yield Flood("emoji", 0, len(text))
    if is_repeated(words):
        yield Flood("repeated", 0, len(text))


def _unseen(text: str) -> Flood | None:
    for pattern in (_STACKED, _SCATTERED):
        if (match := pattern.search(text)) is not None:
            return Flood("unseen", *match.span())
    found = list(_UNSEEN.finditer(text))
    if len(found) >= _MOST_UNSEEN:
        return Flood("unseen", found[0].start(), found[-1].end())
    return None


def is_repeated(words: Sequence[str]) -> bool:
    """Say whether most of a text is one word or phrase of up to six words, at least four times."""
    if len(words) < _LEAST_WORDS or len(set(words)) * 2 > len(words):
        return False
    for period in range(1, _LONGEST_PHRASE + 1):
        same = sum(map(str.__eq__, words, words[period:]))
        if same >= _ENOUGH_OF_IT * (len(words) - period) and same >= (_LEAST_TIMES - 1) * period:
            return True
    return False
