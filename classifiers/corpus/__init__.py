"""Our own open corpus of Persian news comments, labelled for moderation (CC BY 4.0; see README.md beside this file)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SPLITS = ("train", "dev", "test")
LABELS = ("persian", "insult", "slander", "on_topic", "spam", "pii")


class CorpusError(ValueError):
    """A line of the corpus that is not what it should be; names file, line and field."""


@dataclass(frozen=True, slots=True)
class CorpusArticle:
    """An invented news article."""

    id: str
    section: str
    title: str
    text: str
    split: str


@dataclass(frozen=True, slots=True)
class CorpusComment:
    """A comment with what a careful moderator would decide: True, False, or None where such moderators would differ."""

    id: str
    article_id: str | None
    split: str
    author: str
    text: str
    language: str
    expect: Mapping[str, bool | None]
    target: str | None
    threat: bool
    kind: str
    pair: str | None
    why: str

    @property
    def violated(self) -> tuple[str, ...]:
        """The labels that speak against publication, in the order of the policy."""
        wrong = {"persian": False, "on_topic": False}
        return tuple(label for label in LABELS if self.expect[label] is wrong.get(label, True))


@cache
def articles() -> tuple[CorpusArticle, ...]:
    """All articles. Raises CorpusError."""
    found = []
    for place, row in _rows(HERE / "articles.jsonl"):
        texts = {name: _text(row, name, place) for name in ("id", "section", "title", "text", "split")}
        _one_of(texts["split"], SPLITS, "split", place)
        found.append(CorpusArticle(**texts))
    return tuple(found)


@cache
def comments() -> tuple[CorpusComment, ...]:
    """All comments. Raises CorpusError."""
    return tuple(_comment(row, place) for place, row in _rows(HERE / "comments.jsonl"))


def _comment(row: dict[str, Any], place: str) -> CorpusComment:
    expect = row.get("expect")
    if not isinstance(expect, dict):
        raise CorpusError(f"{place}: field 'expect' must be an object")
    for label in LABELS:
        if label not in expect or expect[label] not in (True, False, None):
            raise CorpusError(f"{place}: field 'expect.{label}' must be true, false or null")
    texts = {name: _text(row, name, place) for name in ("id", "split", "author", "text", "kind", "why")}
    _one_of(texts["split"], SPLITS, "split", place)
    return CorpusComment(
        **texts,
        language=_text(expect, "language", place),
        expect={label: expect[label] for label in LABELS},
        article_id=row.get("article_id"),
        target=row.get("target"),
        threat=row.get("threat") is True,
        pair=row.get("pair"),
    )


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            place = f"{path.name}:{number}"
            try:
                row = json.loads(line.decode("utf-8"))
            except ValueError as error:
                raise CorpusError(f"{place}: no JSON in UTF-8: {error}") from None
            if not isinstance(row, dict):
                raise CorpusError(f"{place}: must be an object")
            yield place, row


def _text(row: Mapping[str, Any], name: str, place: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise CorpusError(f"{place}: field '{name}' must be a text that is not empty")
    return value


def _one_of(value: str, allowed: tuple[str, ...], name: str, place: str) -> None:
    if value not in allowed:
        raise CorpusError(f"{place}: field '{name}' must be one of {', '.join(allowed)}")
