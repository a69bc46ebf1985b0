"""A site's past and its rules of today: import what was decided before, have what waits screened again."""

from __future__ import annotations

from itertools import batched

from flask import Blueprint, Response, current_app, request

from moderation import lifecycle
from moderation.api.answering import answer
from moderation.api.authorization import require_site
from moderation.api.operations import LINES, Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.importing import CHUNK, Import
from moderation.settings import Settings
from moderation.wire import Invalid
from moderation.wire_many import Imported, PastIn, ScreenedAgain

history = Blueprint("history", __name__)

_MOST_LINES = 5_000
_PAST = [
    {
        "external_id": "old-1",
        "article": {"external_id": "a-3", "title": "پل تازهٔ رودآباد باز شد"},
        "author": {"name": "مریم", "id": "u-7"},
        "text": "دست همه درد نکند، راهمان نیم ساعت کوتاه‌تر شد.",
        "outcome": "approved",
        "decided_at": "2026-10-02T11:20:00+03:30",
    },
    {
        "external_id": "old-2",
        "article": {"external_id": "a-3"},
        "author": {"name": "ناشناس"},
        "text": "هر که این پل را ساخته بی‌شعور است.",
        "outcome": "rejected",
        "reason": "no-insults",
        "decided_at": "2026-10-02T11:24:00+03:30",
    },
]


@history.post("/import")
@Operation(
    Scope.ADMIN,
    "گذشتهٔ سایت را، دیدگاه‌ها با تصمیم‌هایشان، می‌پذیرد.",
    body=PastIn,
    lines_in=True,
    answers={200: Imported},
    problems=("invalid",),
    example=Example(lines=_PAST),
)
def take() -> Response:
    """Import a site's history: comments with what was decided before.

    A line of JSON for each comment, 5,000 lines at most. Each line is taken or refused for itself, and the first wrong ones
    are told. Send the same lines again after an error: what is known by its `external_id` stays as it is. No event is sent for
    an imported comment. The machine screens them in the background, when nothing newer waits, so that thresholds, replays and
    learning have something to stand on; until then they are unscreened.
    """
    caller = require_site()
    settings: Settings = current_app.config["NAZER"]
    request.max_content_length = settings.max_batch_bytes
    if request.mimetype != LINES:
        raise Problem(415, f"Send the body as 'Content-Type: {LINES}', one JSON object a line.", code="not-lines-type")
    lines = request.get_data(cache=False).split(b"\n")
    if not any(line.strip() for line in lines) or len(lines) > _MOST_LINES + 1:
        raise Invalid([{"pointer": "", "detail": f"must have 1 to {_MOST_LINES:,} lines"}])
    import_ = Import(caller.site_id, settings.max_comment_chars)
    for chunk in batched(lines, CHUNK):
        import_.take(chunk)
    import_.note()
    return answer(import_.told)


@history.post("/rescreen")
@Operation(
    Scope.ADMIN,
    "دیدگاه‌های در صف بررسی را با قاعده‌های امروز دوباره می‌سنجد.",
    answers={202: ScreenedAgain},
)
def rescreen() -> Response:
    """Have what waits for a person screened again, by the rules that are live now.

    In the background, when nothing newer waits. Each comment stays in the queue whatever the rules say now; its findings and
    its place are those of the latest screening. Again is the same.
    """
    caller = require_site()
    return answer(ScreenedAgain(comments=lifecycle.screen_again(caller.site_id)), 202)
