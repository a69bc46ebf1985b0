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
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_STACKED = re.compile("[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u06d6-\u06dc\u20d0-\u20ff]{6,}")
_LEAST_SCATTERED = 8
_SCATTERED = re.compile(f"(?:\\w\u200c){{{_LEAST_SCATTERED},}}")
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_RARE = re.compile(
    "[^\u0000-\u007f\u00ab\u00bb\u060c-\u064a\u0660-\u06d5\u200c]"
)  # where there is none, no one need look
_ZWNJ = "\u200c"
_STEP = 10  # every tenth character: two equal neighbours are in every long run and in few other texts
_TAG = re.compile(
    r"<\s{0,3}/?\s{0,3}(?:script|iframe|object|embed|form|input|style|link|meta|svg|img|video|audio|a|base)\b"
    r"|\bjavascript\s{0,3}:|\[(?:url|img|link)\b|<\?php|\bon(?:error|load|click|mouseover)\s{0,3}=|\{\{.{0,40}\}\}|<!--",
    re.IGNORECASE,
)
_PLAIN_TAG = re.compile(
    r"</?(?:b|i|u|p|br|div|span|font|center|h[1-6]|table|strong|em|marquee)(?:\s{1,3}[a-z-]{1,20}\s?=[^<>]{0,200})?\s?/?>|\[/?(?:b|i|u|color|size|center)\b[^\]\[]{0,40}\]",
    re.IGNORECASE,
)

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
    sample = text[::_STEP]
    if any(map(str.__eq__, sample, sample[1:])) and (run := _REPEATED.search(text)) is not None:
        yield Flood("run", *run.span())
    if (
        len(text) >= _LONGEST_WORD
        and max(map(len, text.split()), default=0) >= _LONGEST_WORD
        and (word := _ENDLESS.search(text)) is not None
    ):
        yield Flood("word", *word.span())
    if _RARE.search(text) or text.count(_ZWNJ) >= _LEAST_SCATTERED:
        yield from _unusual(text)
    if is_repeated(words):
        yield Flood("repeated", 0, len(text))


def _unusual(text: str) -> Iterator[Flood]:
    """Floods of characters that Persian is not written in: unseen ones, marks on marks, emoji."""
    for pattern in (_STACKED, _SCATTERED):
        if (match := pattern.search(text)) is not None:
            yield Flood("unseen", *match.span())
            return
    unseen = list(_UNSEEN.finditer(text))
    if len(unseen) >= _MOST_UNSEEN:
        yield Flood("unseen", unseen[0].start(), unseen[-1].end())
    emoji = len(_EMOJI.findall(text))
    if emoji >= _MOST_EMOJI and emoji * 2 > len(text.replace(" ", "")):
        yield Flood("emoji", 0, len(text))


def is_repeated(words: Sequence[str]) -> bool:
    """Say whether most of a text is one word or phrase of up to six words, at least four times."""
    if len(words) < _LEAST_WORDS or len(set(words)) * 2 > len(words):
        return False
    for period in range(1, _LONGEST_PHRASE + 1):
        same = sum(map(str.__eq__, words, words[period:]))
        if same >= _ENOUGH_OF_IT * (len(words) - period) and same >= (_LEAST_TIMES - 1) * period:
            return True
    return False
