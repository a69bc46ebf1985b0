"""Where a comment leads its readers: links, domains, handles, also when they are spelled out or taken apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from classifiers.text import Folded

_ENDINGS = (
    "com|ir|org|net|shop|xyz|online|site|store|app|apk|info|biz|club|live|top|link|win|vip|pro|dev|tv|io|me|fun|bet|"
    "casino|click|space|website|cc|co|icu|art|news|blog|page|gg|ws|example|ru|uk|tr|de|ai|to|us"
)
_SPOKEN_ENDINGS = (
    "کام|ای ?ار|نت|ارگ|شاپ|بت|وین|فان|انلاین|سایت|استور|کلاب|اینفو|مارکت|ای ?او|ایو|بیز|تی ?وی|اپ|لایو|زون|"
    "کازینو|لینک|خرید|بلاگ|ایکس ?وای"
)
_URL = re.compile(r"(?:https?|hxxps?|ftp)\s?:\s?/\s?/\s?\S+|\bwww\s?\.\s?\S+")
_DOMAIN = re.compile(
    rf"(?<![a-z0-9@._-])[a-z0-9][a-z0-9-]{{0,40}}(?:\.[a-z0-9-]{{1,40}}){{0,3}}"
    rf"(?: ?[.] ?|\[\.\]|\(\.\)| ?\[?\(?(?:dot|نقطه|دات)\)?\]? ?)(?:{_ENDINGS})(?![a-z0-9_@])"
)
_SPOKEN = re.compile(
    rf"(?<![^\W_])(?:دات|نقطه|dot|[(\[]نقطه[)\]])[ :،»)\]]{{0,2}}(?:(?:{_SPOKEN_ENDINGS})(?![^\W_])|[a-z]{{2,8}}(?![^\W_])(?! [a-z]))"
)
_SPOKEN_JOINED = re.compile(r"[^\W_]دات(?:کام|بت|ایار|شاپ|نت)(?![^\W\d_])|[a-z]{3,} (?:دات|نقطه)(?! [آ-ی])")
_SPELLED_HANDLE = re.compile(
    r"(?<![^\W_])(?:زیر ?خط(?! ?فقر)|خط ?زیر|خط (?:تیره|پایین)|اندرلاین|اندر ?اسکور|اندرسکور|underline|underscore)(?![^\W_])"
)
_NEXT_DOT = re.compile(r"(?:بعدش?|سپس) (?:یه )?(?:نقطه|دات)(?![^\W_])|، ?نقطه ?،")
_HANDLE = re.compile(r"(?<![a-z0-9._@])@ ?[a-z][a-z0-9_.]{2,40}")
_BARE_HANDLE = re.compile(r"(?<![a-z0-9_@.#])[a-z][a-z0-9]*(?:[_.][a-z0-9]+)*_[a-z0-9]+(?![a-z0-9_@])")
_SHORT_LINK = re.compile(r"(?<![a-z0-9])(?:t|wa|telegram|instagram|rubika|eitaa|ble) ?\. ?(?:me|com|ir|do) ?/ ?\S+")
_LATIN = re.compile(r"[a-z]{2}")
_HINTS = ("دات", "نقطه", "خط", "اندر", "dot", "score", "line")
_ACCOUNT = re.compile(r"(?<![^\W_])(?:ات|ای ?دی|ربات|کانال|پیج|تلگرام|اینستا\w*|id)(?![^\W_])")


class Contact(NamedTuple):
    """A way to somewhere at folded [start, end): a "link", a "handle", or a "hidden" one that no machine should see."""

    kind: str
    start: int
    end: int
    text: str


@lru_cache(maxsize=8)
def contacts(folded: Folded) -> tuple[Contact, ...]:
    """The links and handles of a text, by place; of those that overlap the first stands."""
    text = folded.text
    found: list[Contact] = []
    if _LATIN.search(text):
        for pattern, kind in _WRITTEN:
            found += [Contact(kind, match.start(), match.end(), match[0]) for match in pattern.finditer(text)]
    if any(hint in text for hint in _HINTS):
        spelled = (_SPELLED_HANDLE,) if _ACCOUNT.search(text) else ()
        for pattern in (_SPOKEN, _SPOKEN_JOINED, _NEXT_DOT, *spelled):
            found += [Contact("hidden", match.start(), match.end(), match[0]) for match in pattern.finditer(text)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Contact] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


_WRITTEN = (
    (_URL, "link"),
    (_SHORT_LINK, "handle"),
    (_DOMAIN, "link"),
    (_HANDLE, "handle"),
    (_BARE_HANDLE, "handle"),
)
