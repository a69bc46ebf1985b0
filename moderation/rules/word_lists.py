"""A site's own word lists as data: entries, their limits, and the content hash that names a list."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

from classifiers.text import fold
from moderation.rules.re2_syntax import PatternRefused, Refusal
from moderation.rules.site_patterns import compile_pattern

LONGEST_TERM = 100
LONGEST_NAME = 80
LONGEST_SECTION = 100
LONGEST_NOTE = 300
MOST_LISTS = 20
MOST_ENTRIES = 50_000
"""Of all lists of a rule set together."""
MOST_PATTERNS = 200
"""Of one list."""

EMPTY = Refusal("خالی است", "it is empty")
TOO_LONG = Refusal(
    f"از {LONGEST_TERM} نویسه بلندتر است", f"it is longer than {LONGEST_TERM} characters, the most for a word or phrase"
)
NO_LETTERS = Refusal(
    "هیچ حرف یا رقمی ندارد؛ برای شکلک و نشانه از الگو استفاده کنید",
    "it has no letter or digit: write emoji and signs as a pattern",
)
UNPRINTABLE = Refusal("نویسهٔ کنترلی دارد", "it has a control character or a broken one")
TOO_MANY_PATTERNS = Refusal(
    f"بیش از {MOST_PATTERNS} الگو در یک فهرست", f"more than {MOST_PATTERNS} patterns in one list"
)


class Kind(StrEnum):
    """What an entry does."""

    BLOCK = "block"
    SUSPECT = "suspect"
    ALLOW = "allow"


class ListRefused(ValueError):
    """A list that cannot be used; ``reasons`` maps a JSON pointer inside the list to what is wrong there."""

    def __init__(self, reasons: Mapping[str, Refusal]) -> None:
        super().__init__("; ".join(f"{pointer}: {reason.en}" for pointer, reason in reasons.items()))
        self.reasons = dict(reasons)


@dataclass(frozen=True, slots=True)
class SiteWord:
    """An entry: a word or phrase that is found however it is spelled, or an RE2 pattern.

    Args:
        text: the word, the phrase or the pattern.
        kind: whether it is blocked, asked about or allowed.
        pattern: whether the text is a pattern.
        section: the only section of the site in which it counts; None: everywhere.
        note: for the site's own people; moderators see it.
    """

    text: str
    kind: Kind = Kind.BLOCK
    pattern: bool = False
    section: str | None = None
    note: str = ""

    @property
    def key(self) -> tuple[str, bool, str | None]:
        """What makes two entries the same: their letters, whether they are patterns, the section."""
        return self.letters, self.pattern, section_key(self.section)

    @property
    def letters(self) -> str:
        """The pattern, or the folded letters of a word."""
        return self.text if self.pattern else "".join(filter(str.isalnum, fold(self.text).text))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, without what is as usual."""
        written = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "text"}
        usual = {"kind": Kind.BLOCK, "pattern": False, "section": None, "note": ""}
        return {"text": self.text, **{name: value for name, value in written.items() if value != usual[name]}}


def section_key(section: str | None) -> str | None:
    """A section's name as it is compared."""
    return fold(section).text.strip() if section else None


def why_refused(word: SiteWord) -> Refusal | None:
    """Say why an entry cannot be used, or None."""
    if not word.text.strip():
        return EMPTY
    if not all(map(_is_printable, (word.text, word.section or "", word.note))):
        return UNPRINTABLE
    if len(word.section or "") > LONGEST_SECTION or len(word.note) > LONGEST_NOTE:
        return Refusal(
            f"بخش (تا {LONGEST_SECTION} نویسه) یا یادداشت (تا {LONGEST_NOTE} نویسه) بلند است",
            f"its section (up to {LONGEST_SECTION} characters) or its note (up to {LONGEST_NOTE}) is too long",
        )
    return _why_pattern_refused(word.text) if word.pattern else _why_term_refused(word)


def _why_pattern_refused(pattern: str) -> Refusal | None:
    try:
        compile_pattern(pattern)
    except PatternRefused as refused:
        return refused.reason
    return None


def _why_term_refused(word: SiteWord) -> Refusal | None:
    if len(word.text) > LONGEST_TERM:
        return TOO_LONG
    return None if word.letters else NO_LETTERS


def _is_printable(text: str) -> bool:
    return text.isprintable() or not any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text)


@dataclass(frozen=True)
class SiteList:
    """A list of a site, which never changes: another content is another list."""

    name: str
    entries: tuple[SiteWord, ...]

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> SiteList:
        """Read ``{"name", "entries": [{"text", "kind"?, "pattern"?, "section"?, "note"?}]}``. Raises ListRefused."""
        reasons: dict[str, Refusal] = {}
        name, entries = content.get("name"), content.get("entries")
        if why := why_name_refused(name):
            reasons["/name"] = why
        if not isinstance(entries, list):
            raise ListRefused({**reasons, "/entries": Refusal("باید فهرست باشد", "must be a list")})
        words: list[SiteWord] = []
        for number, entry in enumerate(entries):
            word = _read(entry)
            if isinstance(word, Refusal):
                reasons[f"/entries/{number}"] = word
            elif why := why_refused(word):
                reasons[f"/entries/{number}/text"] = why
            else:
                words.append(word)
        if sum(word.pattern for word in words) > MOST_PATTERNS:
            reasons["/entries"] = TOO_MANY_PATTERNS
        if reasons:
            raise ListRefused(reasons)
        return cls(str(name), tuple(words))

    @classmethod
    def from_content(cls, content: str) -> SiteList:
        """Read what ``content`` said of a list that was checked when it was made; whether it is that is for its hash to say."""
        read = json.loads(content)
        words = (
            SiteWord(
                one["text"],
                Kind(one.get("kind", Kind.BLOCK)),
                one.get("pattern", False),
                one.get("section"),
                one.get("note", ""),
            )
            for one in read["entries"]
        )
        made = cls(read["name"], tuple(words))
        made.__dict__["content"] = content  # it need not be written again
        return made

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"name": self.name, "entries": [word.to_dict() for word in self.entries]}

    @cached_property
    def content(self) -> str:
        """The canonical JSON: equal lists have equal content."""
        return json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def sha256(self) -> str:
        """The hash of the content, by which rule sets name the list."""
        return hash_of(self.content)


def hash_of(content: str) -> str:
    """The hash of a list's content (SHA-256, hex)."""
    return hashlib.sha256(content.encode()).hexdigest()


def why_name_refused(name: object) -> Refusal | None:
    """Say why a list cannot have a name, or None."""
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not _is_printable(name):
        return Refusal(
            f"نام فهرست باید متنی از ۱ تا {LONGEST_NAME} نویسه باشد",
            f"a name of 1 to {LONGEST_NAME} characters is required",
        )
    return None


def _read(entry: object) -> SiteWord | Refusal:
    if not isinstance(entry, Mapping):
        return Refusal("باید شیء باشد", "must be an object")
    unknown = [str(name) for name in entry if name not in {item.name for item in fields(SiteWord)}]
    if unknown:
        return Refusal("فیلد ناشناخته دارد", f"unknown field {unknown[0]}")
    values = {"kind": "block", "pattern": False, "section": None, "note": "", **entry}
    if values["kind"] not in list(Kind):  # no set: it may be anything
        return Refusal("نوع باید block، suspect یا allow باشد", "its kind must be block, suspect or allow")
    texts = isinstance(values.get("text"), str) and isinstance(values["note"], str)
    if not texts or not isinstance(values["section"], str | None) or not isinstance(values["pattern"], bool):
        return Refusal("فیلدی از نوع درست نیست", "text, section and note must be texts, pattern true or false")
    return SiteWord(values["text"], Kind(values["kind"]), values["pattern"], values["section"] or None, values["note"])
