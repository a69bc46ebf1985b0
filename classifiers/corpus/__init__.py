"""Our own open corpus of Persian news comments, labelled for moderation (CC BY 4.0; see README.md beside this file)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SPLITS = ("train", "dev", "test")
LABELS = ("persian", "insult", "slander", "on_topic", "spam", "pii")
TARGETS = ("person", "official", "group", "author", "reader", "site")
LANGUAGES = frozenset(
    {
        *("fa", "fa-latn", "mixed", "none"),  # Persian, Finglish, two languages of one weight, nothing to tell by
        *("ar", "az", "azb", "bal", "bn", "bqi", "ckb", "de", "en", "es", "fr", "glk", "he", "hi", "hy", "it", "ja"),
        *("ka", "kmr", "ko", "ku", "lrc", "mzn", "nl", "ps", "pt", "ru", "sv", "tg", "tk", "tr", "ur", "uz", "zh"),
    }
)
READ = ("language", *LABELS, "target", "threat")
"""What a reader says of a comment, first and second alike."""

type Label = str | bool | None
type Row = Mapping[str, Any]


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
class CorpusGroup:
    """Comments that stand under no article but under the same invented post; `setting` says under which."""

    id: str
    setting: str
    split: str


@dataclass(frozen=True, slots=True)
class CorpusComment:
    """A comment with what a careful moderator would decide: True, False, or None where such moderators would differ.

    It stands under an article or in a group, never both; without an article `on_topic` is None. `first` holds the first reader's
    labels where they were not the ones settled on, `note` how two readings that differed were settled.
    """

    id: str
    article_id: str | None
    group: str | None
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
    first: Mapping[str, Label]
    note: str | None

    @property
    def under(self) -> str:
        """The article or the group: what must not be torn apart by a split."""
        return self.article_id or self.group or ""

    @property
    def violated(self) -> tuple[str, ...]:
        """The labels that speak against publication, in the order of the policy."""
        wrong = {"persian": False, "on_topic": False}
        return tuple(label for label in LABELS if self.expect[label] is wrong.get(label, True))

    @property
    def settled(self) -> dict[str, Label]:
        """Everything that a reader says of a comment, as it was settled."""
        return {"language": self.language, **self.expect, "target": self.target, "threat": self.threat}

    @property
    def first_reading(self) -> dict[str, Label]:
        """The same as the first reader gave it."""
        return self.settled | dict(self.first)


@dataclass(frozen=True, slots=True)
class Corpus:
    """All of it; `second` holds the second reader's labels by the id of the comment."""

    articles: tuple[CorpusArticle, ...]
    groups: tuple[CorpusGroup, ...]
    comments: tuple[CorpusComment, ...]
    second: Mapping[str, Mapping[str, Label]]


@cache
def corpus() -> Corpus:
    """The corpus beside this file. Raises CorpusError."""
    return read(HERE)


def articles() -> tuple[CorpusArticle, ...]:
    """All articles. Raises CorpusError."""
    return corpus().articles


def comments() -> tuple[CorpusComment, ...]:
    """All comments. Raises CorpusError."""
    return corpus().comments


def read(folder: Path) -> Corpus:
    """A corpus in a folder. Raises CorpusError at the first thing that is wrong."""
    return Corpus(
        articles=tuple(CorpusArticle(**_texts(row, CorpusArticle, at)) for at, row in _rows(folder / "articles.jsonl")),
        groups=tuple(CorpusGroup(**_texts(row, CorpusGroup, at)) for at, row in _rows(folder / "groups.jsonl")),
        comments=tuple(_comment(row, at) for at, row in _rows(folder / "comments.jsonl")),
        second=_second(folder / "second.jsonl"),
    )


def _texts(row: Row, made: type, at: str) -> dict[str, str]:
    names = tuple(made.__annotations__)
    _only(row, names, "", at)
    _one_of(row.get("split"), SPLITS, "split", at)
    return {name: _text(row.get(name), name, at) for name in names}


_REQUIRED = (
    "id",
    "article_id",
    "group",
    "split",
    "author",
    "text",
    "expect",
    "target",
    "threat",
    "kind",
    "pair",
    "why",
)


def _comment(row: Row, at: str) -> CorpusComment:
    _only(row, (*_REQUIRED, "first", "note"), "", at)
    for name in _REQUIRED:
        if name not in row:
            raise CorpusError(f"{at}: field '{name}' is missing")
    _one_of(row["split"], SPLITS, "split", at)
    expect, first = _object(row["expect"], "expect", at), _object(row.get("first", {}), "first", at)
    _only(expect, ("language", *LABELS), "expect.", at)
    _labels({"target": row["target"], "threat": row["threat"], **expect}, "expect.", at)
    _some_labels(first, "first.", at)
    article_id, group = (_text_or_none(row[name], name, at) for name in ("article_id", "group"))
    if (article_id is None) == (group is None):
        raise CorpusError(f"{at}: one of the fields 'article_id' and 'group' must be null, the other not")
    if group is not None and expect["on_topic"] is not None:
        raise CorpusError(f"{at}: field 'expect.on_topic' must be null without an article")
    return CorpusComment(
        **{name: _text(row[name], name, at) for name in ("id", "split", "author", "text", "kind", "why")},
        article_id=article_id,
        group=group,
        language=expect["language"],
        expect={label: expect[label] for label in LABELS},
        target=row["target"],
        threat=row["threat"],
        pair=_text_or_none(row["pair"], "pair", at),
        first=first,
        note=_text_or_none(row.get("note"), "note", at),
    )


def _second(path: Path) -> dict[str, Mapping[str, Label]]:
    found: dict[str, Mapping[str, Label]] = {}
    for at, row in _rows(path):
        _only(row, ("id", "second"), "", at)
        name, labels = _text(row.get("id"), "id", at), _object(row.get("second"), "second", at)
        if name in found:
            raise CorpusError(f"{at}: field 'id': {name} was read a second time already")
        _labels(labels, "second.", at)
        found[name] = labels
    return found


def _labels(labels: Row, where: str, at: str) -> None:
    """Refuse what is not a whole reading."""
    for label in READ:
        if label not in labels:
            raise CorpusError(f"{at}: field '{where}{label}' is missing")
    _some_labels(labels, where, at)
    if (labels["target"] is not None) != (labels["insult"] is True):
        raise CorpusError(f"{at}: field 'target' must say whom an insult is aimed at, and be null without one")
    if labels["threat"] and labels["insult"] is not True:
        raise CorpusError(f"{at}: field 'threat' must be false where nobody is insulted")


def _some_labels(labels: Row, where: str, at: str) -> None:
    _only(labels, READ, where, at)
    for label, value in labels.items():
        good, wanted = _VALUES.get(label, _THREE)
        if not good(value):
            raise CorpusError(f"{at}: field '{where}{label}' must be {wanted}")


_THREE: tuple[Callable[[object], bool], str] = (
    lambda value: value is None or isinstance(value, bool),
    "true, false or null",
)
_VALUES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "language": (lambda value: isinstance(value, str) and value in LANGUAGES, "a language that is known"),
    "target": (lambda value: value is None or value in TARGETS, f"null or one of {', '.join(TARGETS)}"),
    "threat": (lambda value: isinstance(value, bool), "true or false"),
}


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.is_file():
        raise CorpusError(f"{path.name} is missing")
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            at = f"{path.name}:{number}"
            try:
                row = json.loads(line.decode("utf-8"))
            except ValueError as error:
                raise CorpusError(f"{at}: no JSON in UTF-8: {error}") from None
            yield at, _object(row, "", at)


def _object(value: object, name: str, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CorpusError(f"{at}: " + (f"field '{name}' must be an object" if name else "must be an object"))
    return value


def _only(row: Row, known: tuple[str, ...], where: str, at: str) -> None:
    for name in row:
        if name not in known:
            raise CorpusError(f"{at}: field '{where}{name}' is not known")


def _text(value: object, name: str, at: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CorpusError(f"{at}: field '{name}' must be a text that is not empty")
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        raise CorpusError(f"{at}: field '{name}' holds half a character, which UTF-8 has no form for")
    return value


def _text_or_none(value: object, name: str, at: str) -> str | None:
    return None if value is None else _text(value, name, at)


def _one_of(value: object, allowed: tuple[str, ...], name: str, at: str) -> None:
    if value not in allowed:
        raise CorpusError(f"{at}: field '{name}' must be one of {', '.join(allowed)}")
