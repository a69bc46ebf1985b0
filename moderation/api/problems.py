"""Errors of the API as problem documents (RFC 9457), in English and Persian."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from moderation.wire import Invalid, NotJson

_PERSIAN = {
    400: "درخواست خوانا نیست",
    401: "کلید دسترسی لازم است",
    403: "این کلید اجازه‌ی این کار را ندارد",
    404: "پیدا نشد",
    405: "این نشانی این روش را نمی‌پذیرد",
    409: "با وضع کنونی سازگار نیست",
    413: "درخواست بیش از اندازه بزرگ است",
    415: "درخواست باید JSON باشد",
    422: "برخی از فیلدها درست نیستند",
    500: "خطای داخلی",
    503: "سرویس اکنون در دسترس نیست",
}


class Problem(Exception):
    """An error to be told to the caller as a problem document; ``members`` are its extra members."""

    def __init__(self, status: int, detail: str, *, code: str | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code, self.members = status, detail, code, members


def respond(status: int, detail: str, *, code: str | None = None, **members: Any) -> Response:
    """Build a problem document."""
    document = {
        "type": f"urn:nazer:problem:{code}" if code else "about:blank",
        "title": HTTPStatus(status).phrase,
        "title_fa": _PERSIAN.get(status, ""),
        "status": status,
        "detail": detail,
        "instance": request.path,
        **members,
    }
    response = Response(json.dumps(document, ensure_ascii=False), status, mimetype="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="nazer"'
    return response


def register_problems(app: Flask) -> None:
    """Answer what the API itself raises with problem documents."""
    app.register_error_handler(
        Problem, lambda error: respond(error.status, error.detail, code=error.code, **error.members)
    )
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(
        NotJson, lambda error: respond(400, f"The body is not valid JSON: {error}", code="not-json")
    )


def _invalid(error: Invalid) -> Response:
    return respond(422, "Some fields are missing or wrong; see 'errors'.", code="invalid", errors=error.errors)


def http_problem(error: HTTPException) -> Response:
    """A problem document for an error of the framework: an unknown address, a body that is too large."""
    answer = respond(error.code or 500, error.description or "")
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def unexpected_problem() -> Response:
    """A problem document for a fault of ours; it tells nothing of it."""
    return respond(500, "Something went wrong on our side; nothing was stored.", code="internal")
