"""How an endpoint declares itself: an ``Operation`` over its view, from which document, page, examples and tests are made.

@comments.post("/comments")
@Operation(
    Scope.SUBMIT,
    "دیدگاهی را می‌پذیرد",
    body=CommentIn,
    answers={202: CommentReceipt, 200: CommentState},
    problems=("external-id-taken",),
    example=Example(body={"external_id": "c-1001", …}),
)
def submit() -> Response:
    \"\"\"Submit a comment.  (the summary; further paragraphs are the description)\"\"\"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from pydantic import BaseModel

from moderation.api.problems import KINDS
from moderation.models import Scope as Scope
from moderation.wire import SEEN

LINES = "application/x-ndjson"
CSV = "text/csv"
PREFIX = "/v1"
REPEATABLE = frozenset({"POST", "PATCH"})
"""Methods whose requests may be marked with an Idempotency-Key; the others are repeatable by themselves."""

AUTHOR_ID: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "pattern": rf"^(?!/)[^\n\u0000]*{SEEN}[^\n\u0000]*$",
    "description": "the site's own id of the author, as it came with the comments; it may contain slashes",
}
COMMENT_ID: Mapping[str, Any] = {
    "type": "string",
    "format": "uuid",
    "description": "our id of the comment, from the answer to its submission",
}
KEY_ID: Mapping[str, Any] = {"type": "string", "format": "uuid", "description": "the key's id, from the list of keys"}
LIST_NAME: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 80,
    "pattern": rf"^(?!/)[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*{SEEN}[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$",
    "description": "the list's name; it may contain slashes, but not begin with one",
}
REPLAY_ID: Mapping[str, Any] = {
    "type": "string",
    "format": "uuid",
    "description": "the replay's id, from the answer when it was started",
}
WEBHOOK_ID: Mapping[str, Any] = {
    "type": "string",
    "format": "uuid",
    "description": "the webhook's id, from the answer when it was added",
}
DELIVERY_ID: Mapping[str, Any] = {
    "type": "string",
    "format": "uuid",
    "description": "the delivery's id, from the webhook's list of deliveries",
}
VERSION: Mapping[str, Any] = {
    "type": "integer",
    "minimum": 1,
    "maximum": 2_147_483_647,
    "description": "the version's number",
}
ARTICLE_ID: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 200,
    "pattern": rf"^(?!/)[^\n\u0000]*{SEEN}[^\n\u0000]*$",
    "description": "the site's own id of the article; it may contain slashes, but not begin with one",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A request that works, from which the examples in every language are written."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | float] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    lines: Sequence[Mapping[str, Any]] | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What a view of the API takes and answers; put it over the view, below its route.

    ``answers`` maps each status of success to the model of its body, ``problems`` are the codes (``problems.KINDS``) that are
    this operation's own: those of keys, bodies and fields follow by themselves. ``located`` answers have a Location, ``tagged``
    ones an ETag, and 304 where it still holds. With ``lines_in`` the body is a line of JSON for each ``body``, with ``lines_out``
    the answer is one for each model of ``answers`` (NDJSON), with ``csv_in`` the body is a CSV file. ``secret`` answers hold what
    is shown once or stored nowhere: they are never kept, and an Idempotency-Key is passed over.
    Raises KeyError at import for a code that is no kind of problem.
    """

    scope: Scope
    title_fa: str
    answers: Mapping[int, type[BaseModel]]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    path: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    located: bool = False
    secret: bool = False
    tagged: bool = False
    lines_in: bool = False
    lines_out: bool = False
    csv_in: bool = False
    example: Example = field(default_factory=Example)

    def __call__[View: Callable[..., Any]](self, view: View) -> View:
        """Attach this description to a view."""
        self.by_status()
        view.operation = self  # type: ignore[attr-defined]
        return view

    def by_status(self, *, repeatable: bool = False) -> dict[int, list[str]]:
        """The codes of all problems that it may answer with, by their status; those of repeated requests where they may be."""
        codes = ["not-utf-8", "key-missing", "key-unknown", "scope-missing", "too-many-requests", *self.problems]
        if self.body and self.lines_in:
            codes += ["too-large", "not-lines-type"]
        elif self.body:
            codes += ["not-json", "repeated-key", "too-large", "not-json-type"]
        elif self.csv_in:
            codes += ["too-large", "not-csv-type"]
        if self.path:
            codes.append("no-such-address")
        if self.body or self.query:
            codes.append("invalid")
        if repeatable:
            codes += ["idempotency-key-wrong", "idempotency-key-in-flight", "idempotency-key-reused"]
        found: dict[int, list[str]] = {}
        for code in [*codes, "internal", "unavailable"]:
            found.setdefault(KINDS[code].status, []).append(code)
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Described:
    """An operation with its place."""

    name: str
    method: str
    path: str
    tag: str
    summary: str
    details: str
    operation: Operation

    @property
    def repeatable(self) -> bool:
        """Whether its requests may be marked with an Idempotency-Key."""
        return self.method in REPEATABLE and not (
            self.operation.secret or self.operation.lines_in or self.operation.csv_in
        )


def described(app: Flask) -> Iterator[Described]:
    """Every operation of the API, in the order of registration. Raises LookupError for a view that does not declare itself."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(f"{PREFIX}/"):
            continue
        view = app.view_functions[rule.endpoint]
        if getattr(view, "guard", None) == "everybody":
            continue  # the document itself
        if not hasattr(view, "operation"):
            raise LookupError(f"the view of {rule.rule} has no Operation")
        summary, _, details = (view.__doc__ or "").partition("\n")
        tag, _, name = rule.endpoint.rpartition(".")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Described(
                name=f"{tag}-{name}",
                method=method,
                path=re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule),
                tag=tag,
                summary=summary.rstrip("."),
                details=" ".join(details.split()),
                operation=view.operation,
            )
