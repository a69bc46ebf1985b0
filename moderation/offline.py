"""Screen lines of a file without a service: the same models, the same rules, nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from classifiers.relevance import ArticleText
from classifiers.repeats import sketch
from classifiers.text import fold
from moderation.measure import Models
from moderation.repeats import Said, Seen
from moderation.rules.base import ArticleContext, Repeats
from moderation.rules.rule_set import CompiledRuleSet
from moderation.screen import Submission, opinions

_ONE_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


class ArticlesError(ValueError):
    """An articles file that cannot be read; the message names the line and the field."""


def read_articles(lines: Iterable[bytes]) -> dict[str, ArticleContext]:
    """Read ``{"page_id" | "id" | "external_id", "title", "text" | "body", "section"?}`` lines. Raises ArticlesError."""
    found: dict[str, ArticleContext] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _object(line)
        if isinstance(row, str):
            raise ArticlesError(f"line {number}: {row}")
        key = _first(row, "page_id", "id", "external_id")
        if not isinstance(key, str | int) or isinstance(key, bool) or key == "":
            raise ArticlesError(f"line {number}: field 'page_id', 'id' or 'external_id' is missing")
        title, body, section = row.get("title"), _first(row, "text", "body") or "", row.get("section")
        if not isinstance(title, str) or not title.strip():
            raise ArticlesError(f"line {number}: field 'title' must be a text that is not empty")
        if not isinstance(body, str) or not isinstance(section, str | None):
            raise ArticlesError(f"line {number}: fields 'text' and 'section' must be texts")
        found[str(key)] = ArticleContext(title=title, body=body, section=section)
    return found


@dataclass(frozen=True)
class Desk:
    """What lines are screened with, and the texts of the lines before."""

    models: Models
    rules: CompiledRuleSet
    articles: dict[str, ArticleContext]
    _seen: Seen = field(default_factory=Seen)
    _authors: dict[str, int] = field(default_factory=dict)

    def screen(self, lines: Iterable[bytes]) -> Iterator[str]:
        """One line of JSON for every line, in the same order; a broken line gets an ``error`` and stops nothing."""
        for number, line in enumerate(lines, 1):
            # lone surrogates are legal in a text here and written back as the escapes that they came as
            yield json.dumps(self._screen_line(line, number), ensure_ascii=not _encodable(line), separators=(",", ":"))

    def _screen_line(self, line: bytes, number: int) -> dict[str, Any]:
        row = _object(line)
        if isinstance(row, str):
            return {"id": None, "line": number, "error": row}
        key = row.get("id")
        text = row.get("text")
        article_id = _first(row, "article_id", "page_id")
        if not isinstance(text, str):
            return {"id": key, "line": number, "error": "field 'text' must be a text"}
        if not self.articles:
            article_id = None  # no articles file was given: judged without one
        if article_id is not None and str(article_id) not in self.articles:
            return {"id": key, "line": number, "error": f"no article {article_id!r} in the articles file"}
        key_of_article = None if article_id is None else str(article_id)
        article = self.articles[key_of_article] if key_of_article is not None else None
        try:
            repeats = self._repeats(str(number if key is None else key), text, row.get("author"))
            return {"id": key, **self._judge(Submission(text, key_of_article, article, repeats=repeats))}
        except Exception as error:  # one line must never stop the rest
            return {"id": key, "line": number, "error": f"{type(error).__name__}: {error}"}

    def _repeats(self, key: str, text: str, author: object) -> Repeats | None:
        """Which lines before say nearly the same. Lines are of one moment; those that name no author count as one author's."""
        kept = sketch(fold(text))
        if kept is None:
            return None
        number = self._authors.setdefault(str(author), len(self._authors))
        return self._seen.look(Said(key, number, _ONE_MOMENT, kept))

    def _judge(self, submission: Submission) -> dict[str, Any]:
        opinion = opinions([submission], [self.rules], self.models)[0]
        return {
            "verdict": str(opinion.judgement.verdict),
            "priority": opinion.judgement.priority,
            "findings": [finding.to_dict() for finding in opinion.findings],
            "signals": opinion.signals.to_dict(),
        }


def background(articles: dict[str, ArticleContext]) -> Sequence[ArticleText]:
    """The articles that the relevance model is fitted on."""
    return [ArticleText(key, article.title, article.body) for key, article in articles.items()]


def _object(line: bytes) -> dict[str, Any] | str:
    """The object on a line, or what is wrong with it."""
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return f"not UTF-8: byte {error.start}"
    except (ValueError, RecursionError) as error:
        return f"not JSON: {getattr(error, 'msg', error)}"
    return row if isinstance(row, dict) else "must be a JSON object"


def _first(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _encodable(line: bytes) -> bool:
    """Whether everything on the line can be written as UTF-8: an escaped lone surrogate cannot."""
    return b"\\ud" not in line.lower()
