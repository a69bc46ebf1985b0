"""Previews: what the machine would say of a text, before it is sent."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.limits import refuse_too_long
from moderation.api.operations import Example, Operation, Scope
from moderation.api.problems import Problem
from moderation.preview import Busy, Closed, PreviewDesk
from moderation.settings import Settings
from moderation.wire_preview import Preview, PreviewIn, preview_out

preview = Blueprint("preview", __name__)

_RETRY_SECONDS = 1


@preview.post("/preview")
@Operation(
    Scope.SUBMIT,
    "می‌گوید که با متنی، پیش از فرستادن، چه خواهد شد.",
    body=PreviewIn,
    answers={200: Preview},
    problems=("article-closed", "busy"),
    secret=True,
    example=Example(
        body={"text": "salam, barname-ye mahalle-ye ma koja montasher mishe?", "article": {"external_id": "a-17"}}
    ),
)
def ask() -> Response:
    """Ask what would become of a text before it is sent.

    Synchronous, by the site's live rules, and nothing is stored. Show `to_reader` beside the comment box and let the reader
    send it all the same: a person decides. Repeats of earlier comments are not looked for. When too many ask at once the
    answer is 503 at once: let the comment be sent without a preview.
    """
    caller = require_site()
    settings: Settings = current_app.config["NAZER"]
    request.max_content_length = settings.max_article_bytes
    sent = read(PreviewIn)
    refuse_too_long(sent.text)
    desk: PreviewDesk = current_app.extensions["nazer_preview"]
    try:
        said = desk.preview(caller.site_id, sent)
    except Closed:
        raise Problem(409, "This article takes no new comments.", code="article-closed") from None
    except Busy:
        raise too_busy("Submit the comment without one, or ask again.") from None
    found = [(finding.rule, finding.code, finding.outcome) for finding in said.findings]
    return answer(preview_out(found, said.judgement, said.by_itself))


def too_busy(advice: str) -> Problem:
    """Too many texts are being tried."""
    return Problem(
        503,
        f"Too many previews at once. {advice}",
        code="busy",
        headers={"Retry-After": str(_RETRY_SECONDS)},
    )
