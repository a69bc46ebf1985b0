"""Searching everything that the person's sites ever received."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from moderation import queue, search
from moderation.access import sees_personal_data
from moderation.dashboard import history
from moderation.dashboard.cards import cards
from moderation.guards import for_moderators, person, sites
from moderation.models import Comment
from moderation.shown import covered

_RESULTS = 25
_DIGITS = 18  # of a number: it fits any database's integer


@for_moderators
def search_page() -> ResponseReturnValue:
    """The comments in which the wanted words stand, the newest first, whatever became of them."""
    wanted = request.args.get("q", "").replace("\x00", "").strip()[:200]
    found = search.find(sites(), wanted, before=_number(request.args.get("before", "")), limit=_RESULTS + 1)
    page = found[:_RESULTS]
    comments = [each for each in queue.these([comment_id for _, comment_id in page]) if _is_told(each, wanted)]
    return render_template(
        "dashboard/search.html",
        wanted=wanted,
        cards=cards(comments, person()),
        by_earlier={each.id for each in comments if not search.says(wanted, each.author_name, each.text)},
        before=page[-1][0] if len(found) > _RESULTS else None,
        several_sites=len(sites()) > 1,
    )


def _is_told(comment: Comment, wanted: str) -> bool:
    """Whether the words stand in what the person may see: a number that is withheld cannot be found out by guessing at it."""
    if sees_personal_data(person(), comment.site):
        return True
    seen = [covered(text) for text in (comment.text, *(revision.text for revision in history.revisions(comment)))]
    return search.says(wanted, comment.author_name, *seen)


def _number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS else None
