"""The id of the request at hand: in every answer, in problem documents, and in the logs of the web and of the jobs it rang for."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-Id"
_IN_ENVIRON = "HTTP_X_REQUEST_ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,99}")
_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
_current: ContextVar[str | None] = ContextVar("nazer_request_id", default=None)


def current() -> str | None:
    """The id of the request that is being answered, or of the one that rang for the job at hand."""
    return _current.get()


def carry_on(request_id: object) -> None:
    """Work on behalf of this request; anything but a sane id means: of none."""
    _current.set(request_id if isinstance(request_id, str) and _SANE.fullmatch(request_id) else None)


class NamedRequests:
    """Gives each request its id around a WSGI application: the caller's own if it is sane, else a new one."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request. A wrapper this thin costs less than two of Flask's hooks."""
        given = environ.get(_IN_ENVIRON, "")
        request_id = given if _SANE.fullmatch(given) else secrets.token_hex(16)

        def start(status: str, headers: list[tuple[str, str]], *failed: Any) -> Any:
            return start_response(status, [*headers, (HEADER, request_id)], *failed)

        before = _current.set(request_id)
        try:
            return self._application(environ, start)
        finally:
            _current.reset(before)


class NamingRequests(logging.Formatter):
    """Log lines with the id of the request at hand, or a dash."""

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        record.request_id = current() or "-"
        return super().format(record)


def log_requests() -> None:
    """Write the logs of this process to standard error, each line with its request; does nothing where logging is set up."""
    output = logging.StreamHandler()
    output.setFormatter(NamingRequests())
    logging.basicConfig(handlers=[output])
