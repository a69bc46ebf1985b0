"""Entries of the audit to be taken along: as CSV for spreadsheets, or as lines of JSON."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from moderation.audit_trail import Entry

HEADS = ("at", "site", "channel", "person", "key", "address", "action", "subject", "before", "after")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which spreadsheets know UTF-8


def row(entry: Entry, slugs: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """An entry by the names of HEADS; ``slugs`` are those of the sites, an entry of none has none."""
    site = slugs.get(entry.site_id) if entry.site_id else None
    told = {"site": site, "at": entry.at.isoformat()}
    return {name: told.get(name, getattr(entry, name, None)) for name in HEADS}


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A line of JSON for each."""
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A line of heads, then one for each."""
    yield _MARK + _line(HEADS)
    for row in rows:
        yield _line([_cell(row[name]) for name in HEADS])


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    said = "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{said}" if said.startswith(_FORMULA) else said


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
