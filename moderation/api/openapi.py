"""The contract of the API as an OpenAPI 3.1 document, written from the views and their models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Literal
from urllib.parse import quote, urlencode

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from moderation.api.idempotency import IDEMPOTENCY_KEY, REPLAYED
from moderation.api.operations import CSV, LINES, Described, described
from moderation.api.problems import KINDS, MEDIA_TYPE
from moderation.api.samples import Sent, samples
from moderation.rate_limits import LIMIT_HEADERS
from moderation.request_ids import HEADER
from moderation.settings import Settings
from moderation.wire_answers import ProblemDocument
from moderation.wire_events import MEANINGS, TEST, EventOut, TrialOut

type Json = dict[str, Any]
type Mode = Literal["validation", "serialization"]

_SCHEMAS = "#/components/schemas/"
_ETAG: Json = {"ETag": {"description": "send it along as If-None-Match the next time", "schema": {"type": "string"}}}
_UNCHANGED = "Unchanged since the answer whose ETag was sent along as If-None-Match."
_ABOUT = """Comment moderation for Persian sites: a site's backend sends its comments, and hears of decisions by signed webhooks
or by reading a feed.

Every request carries the site's key: `Authorization: Bearer nzr_…`. A key sees its own site alone: what belongs to another one is
as unknown as what never was. Bodies are `application/json` in UTF-8; unknown fields are ignored, types are taken literally, a
key twice in one object is refused. Moments are ISO 8601 with a zone; without one they are UTC. Errors are problem documents
(RFC 9457) with a title in English and Persian. Answers say in `RateLimit` how many requests
the key has left. `X-Request-Id` is taken from the request or made, and is in every answer.

ناظر دیدگاه‌های خوانندگان را می‌سنجد، به صف بررسی می‌فرستد و تصمیم را به سایت خبر می‌دهد."""

_HEADERS: Json = {
    "IdempotentReplayed": {
        "description": "true: the answer that the same request had before",
        "schema": {"type": "string", "const": "true"},
    },
    "RequestId": {"description": "the request's id, which is in our logs", "schema": {"type": "string"}},
    "RateLimitPolicy": {
        "description": "the limit of the key: q requests in w seconds",
        "schema": {"type": "string", "examples": ['"key";q=6000;w=60']},
    },
    "RateLimit": {
        "description": "what is left of it: r requests, until a new window begins in t seconds",
        "schema": {"type": "string", "examples": ['"key";r=5990;t=42']},
    },
}

_IDEMPOTENCY_KEY: Json = {
    "type": "string",
    "pattern": "^[A-Za-z0-9._:+/=-]{1,200}$",
    "description": "a name of the request, such as a UUID: sent again with the same one within a day, it gets the answer that it had",
}


def document(app: Flask, address: str = "/") -> Json:
    """The whole document, of an application that has the API registered.

    ``address`` is where the service is reached. Limits are those of the application's settings, or of their defaults.
    """
    operations = list(described(app))
    refs, schemas = _schemas(operations, app.config.get("NAZER"))
    paths: Json = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, refs, schemas) | {
            "x-codeSamples": samples(_example_request(each, address))
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Nazer · ناظر",
            "version": version("nazer"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address}],
        "security": [{"key": []}],
        "tags": _tags(app, operations),
        "paths": paths,
        "webhooks": {str(name): {"post": _webhook(str(name), refs, schemas)} for name in MEANINGS},
        "components": {
            "schemas": schemas,
            "headers": _HEADERS,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The site's API key. Each operation names the scope that the key needs.",
                }
            },
        },
    }


def resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with what it refers to; what stands beside the reference counts more."""
    if "$ref" not in schema:
        return schema
    return {**schemas[schema["$ref"].removeprefix(_SCHEMAS)], **{k: v for k, v in schema.items() if k != "$ref"}}


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """An example of a schema, put together from those of its fields."""
    schema = resolved(schema, schemas)
    for known in ("const", "default"):
        if known in schema:
            return schema[known]
    if "examples" in schema:
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        return example_of(choice, schemas)
    if schema.get("type") == "object":
        return {name: example_of(field, schemas) for name, field in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    return None


def _schemas(operations: Sequence[Described], settings: Settings | None) -> tuple[dict[type[BaseModel], Json], Json]:
    """Where the schema of each model lies, and all schemas by name."""
    wanted: dict[tuple[type[BaseModel], Mode], None] = {}
    for each in (item.operation for item in operations):
        wanted |= {(each.body, "validation"): None} if each.body else {}
        wanted |= {(model, "serialization"): None for model in each.answers.values()}
    wanted |= {(model, "serialization"): None for model in (EventOut, TrialOut, ProblemDocument)}
    keys, definitions = models_json_schema(list(wanted), ref_template=f"{_SCHEMAS}{{model}}")
    schemas: Json = definitions["$defs"]
    if settings:
        for name in ("CommentIn", "TextIn", "PreviewIn", "PastIn", "TryIn"):
            schemas[name]["properties"]["text"]["maxLength"] = settings.max_comment_chars
    return {model: keys[model, mode] for model, mode in wanted}, schemas


def _tags(app: Flask, operations: Sequence[Described]) -> list[Json]:
    """A tag for each blueprint, described by the caption of its file."""
    captions: dict[str, str] = {}
    for each in operations:
        view = app.view_functions[each.name.replace("-", ".", 1)]
        captions.setdefault(each.tag, (view.__globals__["__doc__"] or "").partition("\n")[0])
    return [{"name": name, "description": caption} for name, caption in captions.items()]


def _operation(each: Described, refs: Mapping[type[BaseModel], Json], schemas: Json) -> Json:
    told = each.operation
    found: Json = {
        "operationId": each.name,
        "tags": [each.tag],
        "summary": each.summary,
        "description": "\n\n".join(part for part in (each.details, told.title_fa) if part),
        "x-summary-fa": told.title_fa,
        "security": [{"key": [str(told.scope)]}],
        "x-scope": str(told.scope),
        "parameters": list(_parameters(each)),
        "responses": _responses(each, refs, schemas),
    }
    if told.body:
        content: Json = {"schema": refs[told.body]}
        if told.example.body is not None:
            content["example"] = told.example.body
        if told.example.lines is not None:
            content["example"] = told.example.lines[0]
        kind = LINES if told.lines_in else "application/json"
        found["requestBody"] = {"required": True, "content": {kind: content}}
    elif told.csv_in:
        file = {"schema": {"type": "string", "description": "a CSV file"}, "example": told.example.text}
        found["requestBody"] = {"required": True, "content": {CSV: file}}
    return found


def _example_request(each: Described, address: str) -> Sent:
    given = each.operation.example
    path = each.path.format_map({name: quote(value, safe="") for name, value in given.path.items()})
    query = f"?{urlencode(given.query)}" if given.query else ""
    place = f"{address.rstrip('/')}{path}{query}"
    return Sent(each.method, place, given.body, given.lines, given.text, told_in_lines=each.operation.lines_out)


def _parameters(each: Described) -> Iterator[Json]:
    given = each.operation.example
    for name, schema in each.operation.path.items():
        told = {"example": given.path[name]} if name in given.path else {}
        yield _parameter(name, "path", schema, required=True) | told
    if each.repeatable:
        yield _parameter(IDEMPOTENCY_KEY, "header", _IDEMPOTENCY_KEY, required=False)
    if each.operation.query:
        model = each.operation.query.model_json_schema()
        for name, schema in model["properties"].items():
            shown: dict[str, Any] = {"example": given.query[name]} if name in given.query else {}
            written = _of_query(schema, model.get("$defs", {}))
            yield _parameter(name, "query", written, required=name in model.get("required", ())) | shown


def _of_query(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter may be left out, but cannot be null; what it refers to is written out."""
    said = {name: value for name, value in schema.items() if name not in ("anyOf", "default", "$ref")}
    chosen = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), schema)
    if "$ref" in chosen:
        chosen = defs[chosen["$ref"].rpartition("/")[2]]
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    return {**{name: value for name, value in chosen.items() if name != "default"}, **said, **default}


def _parameter(name: str, place: str, schema: Mapping[str, Any], *, required: bool) -> Json:
    bare = {key: value for key, value in schema.items() if key not in ("description", "title")}
    return {"name": name, "in": place, "required": required, "description": schema["description"], "schema": bare}


def _responses(each: Described, refs: Mapping[type[BaseModel], Json], schemas: Json) -> Json:
    kind = LINES if each.operation.lines_out else "application/json"
    answers = {
        str(status): {
            "description": _caption(schemas, refs[model]),
            "headers": _headers(location=each.operation.located, limited=True, repeatable=each.repeatable)
            | (_ETAG if each.operation.tagged else {}),
            "content": {kind: {"schema": refs[model], "example": example_of(refs[model], schemas)}},
        }
        for status, model in each.operation.answers.items()
    }
    problems = {
        str(status): _problem(status, codes, refs)
        for status, codes in each.operation.by_status(repeatable=each.repeatable).items()
    }
    unchanged = {"304": {"description": _UNCHANGED, "headers": _headers() | _ETAG}} if each.operation.tagged else {}
    return answers | unchanged | problems


def _problem(status: int, codes: Sequence[str], refs: Mapping[type[BaseModel], Json]) -> Json:
    types = [f"urn:nazer:problem:{code}" for code in codes]
    narrowed = {"properties": {"status": {"const": status}, "type": {"enum": types}}}
    return {
        "description": "\n".join(f"* `{code}`: {KINDS[code].title}. {KINDS[code].title_fa}" for code in codes),
        "headers": _headers(
            retry=status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE),
            limited=status == HTTPStatus.TOO_MANY_REQUESTS,
        ),
        "content": {MEDIA_TYPE: {"schema": {"allOf": [refs[ProblemDocument], narrowed]}}},
    }


def _headers(*, location: bool = False, retry: bool = False, limited: bool = False, repeatable: bool = False) -> Json:
    found: Json = {HEADER: {"$ref": "#/components/headers/RequestId"}}
    if limited:
        found |= {name: {"$ref": f"#/components/headers/{name.replace('-', '')}"} for name in LIMIT_HEADERS}
    if repeatable:
        found[REPLAYED] = {"$ref": "#/components/headers/IdempotentReplayed"}
    if location:
        found["Location"] = {"description": "where to ask for its state", "schema": {"type": "string"}}
    if retry:
        found["Retry-After"] = {"description": "seconds to wait", "schema": {"type": "integer"}}
    return found


def _webhook(name: str, refs: Mapping[type[BaseModel], Json], schemas: Json) -> Json:
    header: Json = {"in": "header", "required": True, "schema": {"type": "string"}}
    ref = refs[TrialOut if name == TEST else EventOut]
    schema = {"allOf": [ref, {"properties": {"type": {"const": name}}}]}
    return {
        "operationId": f"webhook-{name}",
        "summary": MEANINGS[name],
        "description": "Signed as Standard Webhooks describes it.",
        "security": [],
        "parameters": [
            header | {"name": "webhook-id", "description": "the event's id: keep those of the last days"},
            header | {"name": "webhook-timestamp", "description": "seconds since 1970"},
            header | {"name": "webhook-signature", "description": 'v1,<HMAC-SHA256 in Base64 of "id.timestamp.body">'},
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example_of(ref, schemas) | {"type": name}}},
        },
        "responses": {
            "2XX": {"description": "Taken. Answer first, work later."},
            "default": {"description": "Not taken: it is sent again by the schedule."},
        },
    }


def _caption(schemas: Json, ref: Json) -> str:
    text: str = schemas[ref["$ref"].removeprefix(_SCHEMAS)].get("description", "")
    return text
