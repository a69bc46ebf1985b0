"""Word lists as CSV, in and out, as spreadsheets write and read them.

Columns: entry, kind (block, suspect, allow), type (word, pattern), section, note; only the first is needed. A first line with
the names of columns, English or Persian, may put them in another order. Separators are ``,``, ``;`` or a tab; encodings UTF-8,
UTF-16 and Windows-1256. What a spreadsheet would take for a formula is written with an apostrophe before it and read
without.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from classifiers.reading_words import everyday_words
from moderation.rules.re2_syntax import Refusal
from moderation.rules.word_lists import (
    MOST_ENTRIES,
    MOST_PATTERNS,
    TOO_MANY_PATTERNS,
    Kind,
    SiteWord,
    why_refused,
)

LARGEST_FILE = 16 * 1024 * 1024
"""Bytes."""
_PATTERNS_TRIED = 5 * MOST_PATTERNS  # each is compiled, which takes time
COLUMNS = ("entry", "kind", "type", "section", "note")

_NAMES = {
    "entry": "entry", "text": "entry", "word": "entry", "term": "entry", "واژه": "entry", "کلمه": "entry", "عبارت": "entry",
    "kind": "kind", "نوع": "kind", "وضعیت": "kind",
    "type": "type", "pattern": "type", "گونه": "type",
    "section": "section", "بخش": "section", "سرویس": "section",
    "note": "note", "یادداشت": "note", "توضیح": "note",
}  # fmt: skip
_KINDS = {
    **{str(kind): kind for kind in Kind},
    "blocked": Kind.BLOCK, "ممنوع": Kind.BLOCK, "مسدود": Kind.BLOCK,
    "مشکوک": Kind.SUSPECT, "allowed": Kind.ALLOW, "مجاز": Kind.ALLOW,
}  # fmt: skip
_NAMES_OF_KINDS = {Kind.BLOCK: "ممنوع", Kind.SUSPECT: "مشکوک", Kind.ALLOW: "مجاز"}
_TYPES = {
    "": False, "word": False, "term": False, "phrase": False, "واژه": False, "عبارت": False,
    "pattern": True, "regex": True, "re2": True, "الگو": True,
}  # fmt: skip
_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # how Excel is told
_AROUND = " \t\r\n\u00a0\u200c\u200e\u200f\ufeff"  # stands around a cell and is no part of it

UNKNOWN_KIND = Refusal(
    "نوع باید ممنوع (block)، مشکوک (suspect) یا مجاز (allow) باشد", "its kind must be block, suspect or allow"
)
UNKNOWN_TYPE = Refusal("گونه باید واژه (word) یا الگو (pattern) باشد", "its type must be word or pattern")
SHORT = Refusal(
    "یک یا دو حرفی است و شاید در جمله‌های بی‌گناه هم بیاید", "has one or two letters: innocent sentences may hold it"
)
EVERYDAY = Refusal("واژه‌ای روزمره است", "is an everyday word")

TOO_LARGE = Refusal(
    f"پرونده از {LARGEST_FILE // 2**20} مبی‌بایت بزرگ‌تر است", f"the file has more than {LARGEST_FILE // 2**20} MiB"
)
NO_TEXT = Refusal(
    "پرونده متن نیست؛ فهرست را در برنامهٔ صفحه‌گسترده به صورت CSV (UTF-8) ذخیره کنید",
    "the file is no text: save the list as CSV (UTF-8) in your spreadsheet",
)
TOO_MANY_LINES = Refusal(
    f"پرونده بیش از {MOST_ENTRIES} سطر دارد، بیش از آنچه همهٔ فهرست‌های یک سایت جا دارند",
    f"the file has more than {MOST_ENTRIES} lines, which is what all lists of a site hold together",
)


class Remark(NamedTuple):
    """Something about a line of the file, in Persian and in English."""

    line: int
    entry: str
    said: Refusal


@dataclass
class Report:
    """What a file holds: its entries, what was refused and why, what stands there twice, and what may surprise."""

    encoding: str = "utf-8"
    words: list[SiteWord] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    repeated: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


class NotReadable(ValueError):
    """A file that is no list at all; ``reason`` says why in both languages."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.en)
        self.reason = reason


def read_words(content: bytes, kind: Kind = Kind.BLOCK, known: Iterable[SiteWord] = ()) -> Report:
    """Read a list, line by line; ``kind`` is that of lines that name none, ``known`` are entries that it is added to.

    Raises NotReadable for a file that is too large, no text, or has more lines than any list.
    """
    encoding, text = _decoded(content)
    report = Report(encoding, list(known))
    seen = {word.key: (0, word.kind) for word in report.words}
    patterns = sum(word.pattern for word in report.words)
    tried = 0
    for number, (line, cells) in enumerate(_rows(text)):
        if number == MOST_ENTRIES:
            raise NotReadable(TOO_MANY_LINES)
        word = _word(cells, kind)
        tried += isinstance(word, SiteWord) and word.pattern
        refused = word if isinstance(word, Refusal) else _why_refused(word, tried)
        if isinstance(word, Refusal) or refused:
            report.refused.append(Remark(line, cells["entry"], refused or UNKNOWN_KIND))
            continue
        first, before = seen.setdefault(word.key, (line, word.kind))
        patterns += word.pattern and first == line
        if first != line:  # what says the same twice is left out, what says something else is refused
            remarks = report.repeated if before is word.kind else report.refused
            remarks.append(Remark(line, word.text, _stands_already(first, before)))
        elif word.pattern and patterns > MOST_PATTERNS:
            report.refused.append(Remark(line, word.text, TOO_MANY_PATTERNS))
        else:
            report.words.append(word)
            report.warnings += [Remark(line, word.text, warning) for warning in _warnings(word)]
    return report


def _why_refused(word: SiteWord, patterns: int) -> Refusal | None:
    return TOO_MANY_PATTERNS if word.pattern and patterns > _PATTERNS_TRIED else why_refused(word)


def _stands_already(line: int, kind: Kind) -> Refusal:
    named = _NAMES_OF_KINDS[kind]
    if not line:
        return Refusal(f"در فهرست هست ({named})", f"is in the list already ({kind})")
    return Refusal(f"در سطر {line} هم هست ({named})", f"stands in line {line} already ({kind})")


def _warnings(word: SiteWord) -> Iterator[Refusal]:
    """What an admin may not have thought of: entries that everyday sentences are full of."""
    if word.pattern or word.kind is Kind.ALLOW:
        return
    if len(word.letters) <= 2:
        yield SHORT
    elif word.letters in everyday_words():
        yield EVERYDAY


def _word(cells: dict[str, str], usual: Kind) -> SiteWord | Refusal:
    kind = _KINDS.get(cells["kind"].casefold()) if cells["kind"] else usual
    pattern = _TYPES.get(cells["type"].casefold())
    if kind is None:
        return UNKNOWN_KIND
    if pattern is None:
        return UNKNOWN_TYPE
    return SiteWord(cells["entry"], kind, pattern, cells["section"] or None, cells["note"])


def _decoded(content: bytes) -> tuple[str, str]:
    """The file's encoding and text."""
    if len(content) > LARGEST_FILE:
        raise NotReadable(TOO_LARGE)
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "windows-1256", content.decode("windows-1256")
    if "\0" in text:
        raise NotReadable(NO_TEXT)
    return encoding, text


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines that hold something, each with its number and its cells by column."""
    lines = _lines(text)
    first = next(lines, None)
    if first is None:
        return
    named = _header(first[1])
    columns: Sequence[str | None] = named or COLUMNS
    if named is None:
        lines = chain([first], lines)
    for line, cells in lines:
        found = dict.fromkeys(COLUMNS, "")
        found.update((name, cell) for name, cell in zip(columns, cells, strict=False) if name)
        yield line, found


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the number of the line on which it begins."""
    said = _SEPARATOR_LINE.match(text)
    before = 1 if said else 0
    body = text[said.end() :] if said else text
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=said[1] if said else _delimiter(body))
    line = 1 + before
    try:
        for row in reader:
            cells = [_unquoted(" ".join(cell.splitlines()).strip(_AROUND)) for cell in row]
            if any(cells):
                yield line, cells
            line = reader.line_num + 1 + before
    except csv.Error as error:
        raise NotReadable(Refusal(f"سطر {line} خوانا نیست ({error})", f"line {line}: {error}")) from None


def _delimiter(text: str) -> str:
    """What parts the cells of the first line: the sign that it has most often."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(cells: Sequence[str]) -> list[str | None] | None:
    """The columns that the first line names, None when it names none; columns that we do not know are left out.

    A single name beside other cells is the type of an entry («word») and no header, and no header names a kind.
    """
    named = [_NAMES.get(cell.casefold()) for cell in cells]
    known = sum(name is not None for name in named)
    if "entry" not in named or known < min(2, sum(map(bool, cells))):
        return None
    if any(cell.casefold() in _KINDS for cell in cells):
        return None
    return [name if name not in named[:place] else None for place, name in enumerate(named)]


def _unquoted(cell: str) -> str:
    return cell[1:] if _QUOTED_FORMULA.match(cell) else cell


def _quoted(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if _FORMULA.match(cell) or _QUOTED_FORMULA.match(cell) else cell


def write_words(words: Iterable[SiteWord]) -> bytes:
    """A list as CSV: UTF-8 with the mark by which spreadsheets know it, one entry a line under the names of the columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for word in words:
        cells = (word.text, str(word.kind), "pattern" if word.pattern else "word", word.section or "", word.note)
        writer.writerow(map(_quoted, cells))
    return out.getvalue().encode("utf-8-sig")
