"""The id of the request at hand: in every answer, in problem documents, and in the logs of the web and of the jobs it rang for."""

from __future__ import annotations

import logging
import re

from flask import Flask, Response, g, has_app_context, request

from moderation.db import new_id

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,99}")
_FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"


def current() -> str | None:
    """The id of the request that is being answered, or of the one that rang for the job at hand."""
    found: str | None = g.get("request_id") if has_app_context() else None
    return found


def carry_on(request_id: object) -> None:
    """Work on behalf of this request. Call inside an application context; anything but a sane id is passed over."""
    g.request_id = request_id if isinstance(request_id, str) and _SANE.fullmatch(request_id) else None


def register_request_ids(app: Flask) -> None:
    """Give each request its id: the caller's own if it is sane, else a new one. Register it before whatever may refuse."""
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    carry_on(request.headers.get(HEADER))
    g.request_id = g.request_id or new_id().hex


def _tell(response: Response) -> Response:
    response.headers[HEADER] = current() or ""
    return response


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
