"""The page on which a moderator marks what is cut out of a comment before it is published."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import lifecycle
from moderation.dashboard.cards import personal
from moderation.dashboard.deciding import onward, refused, wrong
from moderation.dashboard.forms import SeenForm
from moderation.dashboard.reading import found_comment
from moderation.guards import for_moderators, person, sees_personal_data
from moderation.highlight import Segment, highlight
from moderation.lifecycle import Conflict, Cut, NothingLeft
from moderation.models import Comment, Status
from moderation.settings import Settings
from moderation.shown import beneath
from moderation.unseen import unseen

_WORD = re.compile(r"\S+")
_SENTENCE = re.compile(r"[^\s.!?؟؛…\n][^.!?؟؛…\n]*[.!?؟؛…]*")
_MOST = 500  # boxes on a page: a longer text is cut by sentences


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a sentence that can be cut out, ``[start, end)`` of the text."""

    start: int
    end: int
    segments: tuple[Segment, ...]


def pieces(text: str) -> list[Piece]:
    """The words of a text; its sentences when there are too many; of a text too long even for that, only the first ones."""
    for pattern in (_WORD, _SENTENCE):
        spans = [match.span() for match in pattern.finditer(text)]
        if len(spans) <= _MOST:
            break
    return [Piece(start, end, _shown(text[start:end])) for start, end in spans[:_MOST]]


def _shown(text: str) -> tuple[Segment, ...]:
    return highlight(text, (), unseen(text))


@for_moderators
def trim_page(comment_id: uuid.UUID) -> ResponseReturnValue:
    """The text in pieces, each with a box; to somebody who may not see all of it, why there are none."""
    comment = found_comment(comment_id)
    if comment.status != Status.IN_REVIEW or comment.erased_at:
        return redirect(url_for("dashboard.comment", comment_id=comment_id), 303)
    return _draw(comment)


@for_moderators
def trim(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Cut out what was marked, and approve the rest."""
    comment = found_comment(comment_id)
    form = SeenForm()
    if not form.validate_on_submit():
        return wrong(comment, form)
    if _is_withheld(comment):
        return _draw(comment), 403
    marked = {int(number) for number in request.form.getlist("cut") if re.fullmatch("[0-9]{1,4}", number)}
    spans = [(piece.start, piece.end) for number, piece in enumerate(pieces(comment.text)) if number in marked]
    settings: Settings = current_app.config["NAZER"]
    try:
        cut = Cut(spans, form.revision.data, form.note.data)
        lifecycle.trim(comment, person().id, cut, settings.undo_seconds)
    except Conflict as conflict:
        return refused(comment_id, conflict, form.revision.data)
    except NothingLeft:
        return _draw(comment, problem=gettext("دست‌کم یک واژه را نشان کنید، و چیزی برای انتشار بگذارید.")), 422
    flash(gettext("متن بریده‌شده تأیید شد؛ متن پیشین در پیشینهٔ پیام می‌ماند."))
    return onward(comment, form)


def _is_withheld(comment: Comment) -> bool:
    """Whether there is something in the text that the person may not see: nobody publishes what they have not read."""
    return not sees_personal_data(comment.site_id) and bool(beneath(comment.text, personal(comment)))


def _draw(comment: Comment, problem: str | None = None) -> str:
    shown = None if _is_withheld(comment) else pieces(comment.text)
    return render_template("dashboard/trim.html", comment=comment, pieces=shown, problem=problem)
