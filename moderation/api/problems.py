"""Errors of the API as problem documents (RFC 9457), in English and Persian."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from werkzeug.exceptions import HTTPException

from moderation import request_ids
from moderation.wire import Invalid, NotJson, RepeatedKey
from moderation.wire_answers import ProblemDocument

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5
_OF_A_PATH = "/:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: ``urn:nazer:problem:<code>`` has one status and one title in each language."""

    status: int
    title: str
    title_fa: str


KINDS: Mapping[str, Kind] = {
    "not-json": Kind(400, "The body is not JSON", "بدنهٔ درخواست JSON درستی نیست"),
    "repeated-key": Kind(400, "A key appears twice in one object", "یک کلید در یک شیء دو بار آمده است"),
    "not-utf-8": Kind(400, "The address is not UTF-8", "نشانی به UTF-8 نوشته نشده است"),
    "idempotency-key-wrong": Kind(400, "The Idempotency-Key cannot be used", "Idempotency-Key درست نیست"),
    "key-missing": Kind(401, "An API key is needed", "کلید دسترسی لازم است"),
    "key-unknown": Kind(401, "The API key is not valid", "این کلید دسترسی معتبر نیست"),
    "scope-missing": Kind(403, "The API key has not the scope for this", "این کلید اجازهٔ این کار را ندارد"),
    "no-such-address": Kind(404, "Nothing lies at this address", "در این نشانی چیزی نیست"),
    "no-such-comment": Kind(404, "This site has no such comment", "این سایت چنین دیدگاهی ندارد"),
    "no-such-author": Kind(404, "This site has no such author", "این سایت چنین نویسنده‌ای ندارد"),
    "no-such-key": Kind(404, "This site has no such key", "این سایت چنین کلیدی ندارد"),
    "no-such-article": Kind(404, "This site has no such article", "این سایت چنین خبری ندارد"),
    "no-such-word-list": Kind(404, "This site has no such word list", "این سایت چنین فهرست واژه‌ای ندارد"),
    "no-such-webhook": Kind(404, "This site has no such webhook", "این سایت چنین وب‌هوکی ندارد"),
    "no-such-delivery": Kind(404, "This site has no such delivery", "این سایت چنین ارسالی ندارد"),
    "no-such-version": Kind(404, "This site has no such version of its rules", "قاعده‌های این سایت چنین نسخه‌ای ندارند"),
    "no-shadow": Kind(404, "No rules run in shadow at this site", "در این سایت قاعده‌ای در سایه اجرا نمی‌شود"),
    "no-such-model": Kind(404, "This site has no such version of a model", "این سایت چنین نسخه‌ای از مدل ندارد"),
    "no-such-person": Kind(404, "Nobody with that id works at the site", "چنین کسی در این سایت کار نمی‌کند"),
    "no-such-invitation": Kind(404, "The site has no such invitation", "این سایت چنین دعوتی ندارد"),
    "no-such-replay": Kind(404, "This site has no such replay", "این سایت چنین بازپخشی ندارد"),
    "no-such-curve": Kind(404, "The replay has no such curve", "این بازپخش چنین منحنی‌ای ندارد"),
    "no-such-method": Kind(405, "The address does not take this method", "این نشانی این روش را نمی‌پذیرد"),
    "key-name-taken": Kind(409, "A living key has this name", "کلید زندهٔ دیگری این نام را دارد"),
    "too-many-keys": Kind(409, "The site has too many living keys", "شمار کلیدهای زندهٔ سایت به اندازه رسیده است"),
    "key-ends": Kind(409, "The key has ended or is being replaced", "این کلید پایان یافته یا رو به پایان است"),
    "last-admin": Kind(409, "The site would have no admin", "این تنها مدیر سایت است"),
    "works-here": Kind(409, "The person works at the site already", "این فرد از پیش در این سایت کار می‌کند"),
    "works-elsewhere": Kind(409, "The person works at another site, too", "این فرد در سایت دیگری هم کار می‌کند"),
    "too-many-invitations": Kind(
        409, "The site has too many open invitations", "شمار دعوت‌های باز سایت به اندازه رسیده است"
    ),
    "too-many-replays": Kind(409, "Too many replays are not finished", "بازپخش‌های ناتمام بیش از اندازه‌اند"),
    "replay-unfinished": Kind(409, "The replay has no result", "این بازپخش نتیجه‌ای ندارد"),
    "too-few-decisions": Kind(409, "Too few decisions for a goal", "تصمیم‌ها برای هدف کم‌اند"),
    "goal-out-of-reach": Kind(409, "No threshold reaches the goal", "هیچ آستانه‌ای به این هدف نمی‌رسد"),
    "external-id-taken": Kind(409, "The external_id is taken", "این شناسه از آنِ دیدگاه دیگری است"),
    "fit-at-work": Kind(409, "A fit is asked for or at work already", "آموختن از پیش در صف یا در حال انجام است"),
    "not-a-candidate": Kind(409, "The version is no candidate", "این نسخه نامزد نیست"),
    "not-better": Kind(409, "The candidate may not be promoted", "این نامزد بهتر نیست و به کار گرفته نمی‌شود"),
    "live-changed": Kind(409, "Another version is live by now", "نسخهٔ دیگری به کار است؛ دوباره بیاموزید"),
    "other-base": Kind(409, "The version corrects another shipped model", "این نسخه از آنِ مدل همراه دیگری است"),
    "never-live": Kind(409, "The version was never live", "این نسخه هرگز به کار نبوده است"),
    "nothing-live": Kind(409, "The shipped model alone measures already", "هم‌اکنون مدل همراه به‌تنهایی به کار است"),
    "withdrawn": Kind(409, "The comment was withdrawn or erased", "این دیدگاه پس گرفته یا پاک شده است"),
    "idempotency-key-in-flight": Kind(
        409, "The same request is being answered", "همین درخواست هم‌اکنون در حال انجام است"
    ),
    "article-closed": Kind(409, "The article takes no new comments", "دیدگاه‌های این خبر بسته است"),
    "webhook-taken": Kind(409, "The URL is a webhook of the site already", "این نشانی از پیش وب‌هوک همین سایت است"),
    "too-many-webhooks": Kind(409, "The site has too many webhooks", "شمار وب‌هوک‌های سایت به بیشینه رسیده است"),
    "word-list-changed": Kind(409, "The word list was changed meanwhile", "این فهرست واژه در این میان عوض شده است"),
    "webhook-off": Kind(409, "The webhook is switched off", "این وب‌هوک خاموش است"),
    "draft-changed": Kind(409, "The draft was changed meanwhile", "پیش‌نویس در این میان تغییر کرده است"),
    "unproven": Kind(409, "No replay speaks for these rules", "این قاعده‌ها هنوز روی تصمیم‌های گذشته آزموده نشده‌اند"),
    "over-budget": Kind(
        409, "Too many approved comments would be held", "دیدگاه‌های تأییدشدهٔ بیش از اندازه‌ای نگه داشته می‌شوند"
    ),
    "too-large": Kind(413, "The body is too large", "درخواست بیش از اندازه بزرگ است"),
    "not-json-type": Kind(415, "The body must be application/json", "نوع محتوا باید application/json باشد"),
    "not-lines-type": Kind(415, "The body must be application/x-ndjson", "نوع محتوا باید application/x-ndjson باشد"),
    "not-csv-type": Kind(415, "The body must be text/csv", "نوع محتوا باید text/csv باشد"),
    "invalid": Kind(422, "Some fields are missing or wrong", "برخی از فیلدها درست نیستند"),
    "idempotency-key-reused": Kind(
        422,
        "The Idempotency-Key was used for another request",
        "این Idempotency-Key برای درخواست دیگری به کار رفته است",
    ),
    "too-many-requests": Kind(429, "Too many requests with this key", "درخواست‌های این کلید بیش از اندازه پی‌درپی‌اند"),
    "slow-mode": Kind(429, "The author has to wait under this article", "نویسنده باید زیر این خبر کمی صبر کند"),
    "internal": Kind(500, "Something went wrong on our side", "خطایی در سامانه رخ داد"),
    "busy": Kind(503, "Too many previews at once", "پیش‌بینی‌های هم‌زمان بیش از اندازه‌اند"),
    "unavailable": Kind(503, "Not available at the moment", "سرویس اکنون در دسترس نیست"),
}
"""Every kind of problem that the API answers with. An operation names those of its own; the others follow from what it reads."""

_BY_STATUS = {404: "no-such-address", 405: "no-such-method", 413: "too-large", 500: "internal", 503: "unavailable"}
_PERSIAN = {
    400: "درخواست خوانا نیست",
    401: "کلید دسترسی لازم است",
    403: "این کلید اجازهٔ این کار را ندارد",
    409: "با وضع کنونی سازگار نیست",
    429: "درخواست‌ها بیش از اندازه پی‌درپی‌اند",
}
"""Titles of HTTP's own errors, which have no kind."""


class Problem(Exception):
    """An error to be told to the caller as a problem document; ``members`` are its extra members."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.code = status, detail, code
        self.headers, self.members = headers or {}, members


def document(status: int, detail: str, *, code: str | None = None, **members: Any) -> ProblemDocument:
    """What is told of a problem."""
    code = code or _BY_STATUS.get(status)
    kind = KINDS.get(code or "") or Kind(status, HTTPStatus(status).phrase, _PERSIAN.get(status, "درخواست انجام نشد"))
    return ProblemDocument(
        type=f"urn:nazer:problem:{code}" if code else "about:blank",
        title=kind.title,
        title_fa=kind.title_fa,
        status=status,
        detail=detail,
        instance=quote(request.path, safe=_OF_A_PATH),
        request_id=request_ids.current() or "",
        **members,
    )


def respond(status: int, detail: str, *, code: str | None = None, **members: Any) -> Response:
    """Build a problem document."""
    told = document(status, detail, code=code, **members)
    response = Response(told.model_dump_json(exclude_none=True), status, mimetype=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="nazer"'
    return response


def register_problems(app: Flask) -> None:
    """Answer what the API itself raises with problem documents."""
    app.register_error_handler(Problem, _told)
    app.register_error_handler(
        Invalid,
        lambda error: respond(422, f"{KINDS['invalid'].title}; see 'errors'.", code="invalid", errors=error.errors),
    )
    app.register_error_handler(
        NotJson, lambda error: respond(400, f"The body is not valid JSON: {error}", code="not-json")
    )
    app.register_error_handler(
        RepeatedKey, lambda error: respond(400, f"The key {error} appears twice in one object.", code="repeated-key")
    )


def _told(error: Problem) -> Response:
    answer = respond(error.status, error.detail, code=error.code, **error.members)
    answer.headers.extend(error.headers)
    return answer


def is_api(path: str) -> bool:
    """Whether an address belongs to the API, which answers with problem documents."""
    return path == "/v1" or path.startswith("/v1/")


def http_problem(error: HTTPException) -> Response:
    """A problem document for an error of the framework: an unknown address, a body that is too large."""
    answer = respond(error.code or 500, error.description or "")
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def unexpected_problem(error: Exception) -> Response:
    """A problem document for a fault of ours, which tells nothing of it; a database that is away is worth another try."""
    if isinstance(error, OperationalError | NoFreeConnection):
        answer = respond(503, "The database does not answer. Send the request again: nothing is stored twice.")
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return respond(500, "Something went wrong on our side; nothing was stored.")
