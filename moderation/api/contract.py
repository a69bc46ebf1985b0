"""The contract of the API for everybody: ``GET /v1/openapi.json`` for programs, ``GET /docs`` for people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, json, render_template, request
from markupsafe import Markup, escape

from moderation.api.openapi import document, resolved
from moderation.api.problems import KINDS
from moderation.api.samples import LANGUAGES
from moderation.guards import open_to_everybody

contract = Blueprint("contract", __name__)

_PERSIAN = re.compile(r"[\u0600-\u06ff]")


@contract.get("/v1/openapi.json")
@open_to_everybody
def openapi() -> Response:
    """Tell what the API takes and answers, as an OpenAPI 3.1 document; it needs no key."""
    written = document(current_app, _address())
    return Response(json.dumps(written, ensure_ascii=False, sort_keys=False), mimetype="application/json")


@contract.get("/docs")
@open_to_everybody
def docs() -> str:
    """Show the document as a page, with examples for the address at which it was opened."""
    written = document(current_app, _address())
    return render_template(
        "docs/page.html",
        document=written,
        address=_address(),
        languages={lang: label for lang, (label, _) in LANGUAGES.items()},
        kinds=KINDS,
        prose=prose,
        rows=lambda schema: list(rows(schema, written["components"]["schemas"])),
        pretty=lambda value: json.dumps(value, ensure_ascii=False, indent=2, sort_keys=False),
    )


def _address() -> str:
    return request.host_url.rstrip("/")


def prose(text: str) -> Markup:
    """Paragraphs of a description, Persian ones from right to left; what stands between backticks is code."""
    return Markup("").join(_paragraph(part) for part in text.split("\n\n") if part.strip())


def _paragraph(text: str) -> Markup:
    pieces = text.split("`")
    line = Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )
    if _PERSIAN.match(text.strip()):
        return Markup('<p lang="fa" dir="rtl">{}</p>').format(line)
    return Markup("<p>{}</p>").format(line)


@dataclass(frozen=True, slots=True)
class Row:
    """A field as the page shows it."""

    name: str
    kind: str
    required: bool
    description: str


def rows(schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "") -> Iterator[Row]:
    """The fields of an object, those of objects inside it by their path: ``article.title``."""
    whole = resolved(schema, schemas)
    needed = whole.get("required", ())
    for name, field in sorted(whole.get("properties", {}).items(), key=lambda item: item[0] not in needed):
        bare, nullable = _without_null(field, schemas)
        inner = resolved(bare.get("items", {}), schemas) if bare.get("type") == "array" else bare
        suffix = "[]" if inner is not bare else ""
        yield Row(
            name=f"{prefix}{name}{suffix}",
            kind=_kind(bare) + (" or null" if nullable else ""),
            required=name in needed,
            description=field.get("description") or bare.get("description", ""),
        )
        yield from rows(inner, schemas, f"{prefix}{name}{suffix}.")


def _without_null(field: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    choices = [resolved(choice, schemas) for choice in field.get("anyOf", ())]
    rest = [choice for choice in choices if choice.get("type") != "null"]
    if len(rest) == 1:
        return rest[0], len(choices) > 1
    return resolved(field, schemas), False


def _kind(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return " | ".join(str(value) for value in field["enum"])
    kind = {"date-time": "moment", "uuid": "UUID", "iri": "URL"}.get(field.get("format", ""), field.get("type", "any"))
    if "maxLength" in field:
        kind += f", at most {field['maxLength']:,}"
    if "maximum" in field:
        kind += f", {field.get('minimum', 0):,} to {field['maximum']:,}"
    if field.get("default") is not None:
        kind += f", {field['default']} unless told"
    return str(kind)
