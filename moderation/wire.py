"""The JSON that sites send and get, both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from moderation.db import now
from moderation.models import Commenting

_LONGEST_KEY_TOLD = 100
_DATE_AND_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_DIGITS = re.compile(r"[0-9]{1,19}")
SEEN = r"[^\s\u0000-\u001f\u007f-\u009f\ufeff]"
"""A character that is no space and no control: spelled out, since engines differ over what a space is."""
_SEEN = re.compile(SEEN)
SLOWEST_SECONDS = 86_400
_FUTURE_TOLERANCE = timedelta(minutes=10)  # clocks of sites differ


def _storable(value: str) -> str:
    """Refuse what no database column can hold."""
    if "\x00" in value:
        raise PydanticCustomError("nul", "must not contain the NUL character")
    return value


def _not_blank(value: str) -> str:
    """A comment or a name of nothing but spaces and control characters is none."""
    if not _SEEN.search(value):
        raise PydanticCustomError("blank", "must not be blank")
    return value


def _not_in_the_future(value: datetime) -> datetime:
    if value > now() + _FUTURE_TOLERANCE:
        raise PydanticCustomError("future", "must not lie in the future")
    return value


def _written_out(value: object) -> object:
    """Pydantic's reader would take seconds since 1970, and a day for its midnight."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        return value
    raise PydanticCustomError("moment", "must be a moment in ISO 8601, such as 2026-11-20T09:12:44+03:30")


def _zone_stated(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("range", "must lie between the years 1 and 9999 in UTC") from None


def _digits_alone(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise PydanticCustomError("whole_number", "must be a whole number, in digits 0 to 9")
    return value


def whole(value: object) -> object:
    """JSON has one kind of numbers: 60.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _http_url(value: object) -> object:
    return str(AnyHttpUrl(value)) if isinstance(value, str) else value


def _one_at(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise PydanticCustomError("email", "must be an e-mail address")
    return value


def _ip_address(value: str) -> str:
    """In one spelling, whatever the site's: an IPv4 address that comes as IPv6 is the same one."""
    try:
        address = ip_address(value)
    except ValueError:
        raise PydanticCustomError("ip", "must be an IPv4 or IPv6 address") from None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


_NO_NUL: JsonDict = {"pattern": r"^[^\u0000]*$"}
_SOMETHING: JsonDict = {"pattern": rf"^[^\u0000]*{SEEN}[^\u0000]*$"}

Text = Annotated[str, AfterValidator(_storable), Field(json_schema_extra=_NO_NUL)]
CommentText = Annotated[
    str, AfterValidator(_storable), AfterValidator(_not_blank), Field(min_length=1, json_schema_extra=_SOMETHING)
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1),
    AfterValidator(_storable),
    AfterValidator(_not_blank),
    Field(json_schema_extra=_SOMETHING),
]
ExternalId = Annotated[Line, Field(max_length=200, description="the site's own id")]
AnyMoment = Annotated[
    datetime,
    Field(strict=False),  # what a validator stands before is read as Python, where strict would want a datetime
    BeforeValidator(_written_out),
    AfterValidator(_zone_stated),
]
Moment = Annotated[AnyMoment, AfterValidator(_not_in_the_future)]
Url = Annotated[
    str,
    Field(max_length=2000, json_schema_extra={"format": "iri", "pattern": "^https?://"}),
    BeforeValidator(_http_url),
    AfterValidator(_storable),
]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True),
    AfterValidator(_storable),
    Field(min_length=3, max_length=254, json_schema_extra={"pattern": r"^[^\s@\u0000]+@[^\s@\u0000]+$"}),
    AfterValidator(_one_at),
]
Ip = Annotated[
    str,
    Field(max_length=45, json_schema_extra={"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}),
    AfterValidator(_ip_address),
]
WholeNumber = Annotated[int, BeforeValidator(_digits_alone)]
"""A number in a query."""


class _In(BaseModel):
    """What a site sends: types are taken literally, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class _ArticleIn(_In):
    url: Url | None = Field(None, description="where the article can be read")
    body: Text | None = Field(None, max_length=200_000, description="its text, without the furniture of the page")
    section: Line | None = Field(None, max_length=100, description="the part of the site in which it stands")
    published_at: Moment | None = Field(None, description="when readers could see it first")


class ArticleBody(_ArticleIn):
    """An article as ``PUT /v1/articles/{external_id}`` takes it."""

    title: Line = Field(max_length=1000, description="the headline")
    comments: Commenting | None = Field(
        None,
        strict=False,
        description="open; closed: new comments are refused; strict: people decide each one, and soon",
    )
    slow_mode_seconds: Annotated[int, Field(ge=0, le=SLOWEST_SECONDS), BeforeValidator(whole)] | None = Field(
        None,
        description="an author may send one comment in so many seconds under this article; 0 sets no pace",
    )


class ArticleIn(_ArticleIn):
    """The article of a comment: its id at least; what else comes along creates or updates it."""

    external_id: ExternalId
    title: Line | None = Field(None, max_length=1000, description="needed when the article is not known yet")


class AuthorIn(_In):
    """Who wrote the comment. Of the two addresses a keyed hash is kept, and never themselves."""

    name: Line = Field(max_length=200, description="as the site shows it")
    id: ExternalId | None = Field(None, description="the site's id of the author")
    email: Email | None = Field(None, description="the reader's e-mail address; kept as a keyed hash alone")
    ip: Ip | None = Field(
        None, description="the network address that the comment came from; kept as a keyed hash alone"
    )


class TextIn(_In):
    """A new text of a comment."""

    text: CommentText = Field(description="as the reader wrote it, without markup: it is shown as it is")


class CommentIn(TextIn):
    """A comment as ``POST /v1/comments`` takes it."""

    external_id: ExternalId = Field(description="the site's id of the comment; makes the request repeatable")
    article: ArticleIn = Field(description="what the comment stands under")
    author: AuthorIn = Field(description="who wrote it")
    parent_external_id: ExternalId | None = Field(
        None, description="the comment that this one answers, under the same article; an unknown one is passed over"
    )
    submitted_at: Moment | None = Field(None, description="when the reader pressed the button")


class Invalid(Exception):
    """A body that is JSON but not what is asked for; ``errors`` names each wrong field."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{item['pointer']}: {item['detail']}" for item in errors))
        self.errors = errors


class NotJson(Exception):
    """A body that is no JSON at all."""


class RepeatedKey(Exception):
    """A body with a key twice in one object: its readers could disagree on which one counts. Says the key, quoted."""


def parse[Model: BaseModel](kind: type[Model], body: bytes) -> Model:
    """Read a request body. Raises NotJson, RepeatedKey, or Invalid with a JSON pointer (RFC 6901) for each wrong field."""
    try:
        _refuse_repeated_keys(body)
        return kind.model_validate_json(body)
    except ValidationError as error:
        wrong = error
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)) from None
    first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        raise NotJson(first["msg"])
    raise Invalid(errors_of(wrong))


def errors_of(error: ValidationError) -> list[dict[str, str]]:
    """Each wrong field by its JSON pointer, and what is wrong with it."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return [{"pointer": _pointer(problem["loc"]), "detail": problem["msg"]} for problem in problems]


def _object(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) == len(pairs):
        return
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise RepeatedKey(json.dumps(key[:_LONGEST_KEY_TOLD]))
        seen.add(key)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


_KEYS = json.JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=_no_number)


def _refuse_repeated_keys(body: bytes) -> None:
    """What pydantic's reader lets pass: it takes the last of repeated keys, and NaN where nobody looks."""
    _KEYS.decode(body.decode("utf-8"))


def parse_query[Model: BaseModel](kind: type[Model], given: Mapping[str, Sequence[str]]) -> Model:
    """Read query parameters; unknown ones are ignored. Raises Invalid that names each wrong or repeated one as ``?name``."""
    known = {name: values for name, values in given.items() if name in kind.model_fields}
    wrong = [
        {"pointer": f"?{name}", "detail": "must be given once"} for name, values in known.items() if len(values) > 1
    ]
    try:
        read = kind.model_validate_strings({name: values[0] for name, values in known.items()})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        wrong += [{"pointer": f"?{problem['loc'][0]}", "detail": problem["msg"]} for problem in problems]
    if wrong:
        raise Invalid(wrong)
    return read


def _pointer(location: tuple[int | str, ...]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
