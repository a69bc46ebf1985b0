"""What moderators do: decide, take back, reopen."""

from __future__ import annotations

import uuid

from flask import abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from moderation import lifecycle, queue
from moderation.dashboard import desk
from moderation.dashboard.forms import DecideForm
from moderation.dashboard.reading import found_comment, show_comment
from moderation.guards import for_moderators, person, sites
from moderation.lifecycle import Conflict, Ruling
from moderation.models import Comment
from moderation.settings import Settings


@for_moderators
def decide(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Approve or reject the revision that the person saw."""
    comment = found_comment(comment_id)
    form = DecideForm()
    if not form.validate_on_submit():
        return show_comment(comment, 422, errors=[message for messages in form.errors.values() for message in messages])
    settings: Settings = current_app.config["NAZER"]
    ruling = form.ruling()
    try:
        decision = lifecycle.decide(comment, person().id, ruling, settings.undo_seconds)
    except Conflict as conflict:
        return _refused(comment_id, ruling, conflict, form)
    if decision.vote:
        flash("رأی شما ثبت شد؛ این پیام پس از رأی نفر دوم از صف بیرون می‌رود.")
    elif settings.undo_seconds == 0:
        flash("تصمیم شما ثبت و برای سایت فرستاده شد.")
    return _onward(comment, form)


@for_moderators
def undo(decision_id: uuid.UUID) -> ResponseReturnValue:
    """Take back one's own decision before it leaves the house."""
    decision = queue.decision(sites(), decision_id)
    if decision is None or decision.person_id != person().id:
        abort(404)
    try:
        lifecycle.undo(decision)
    except Conflict as conflict:
        if decision.undone_at is None:
            return show_comment(found_comment(decision.comment_id), 409, conflict=conflict.code)
    return redirect(url_for("dashboard.queue", _anchor=f"c-{decision.comment_id}"), 303)


@for_moderators
def reopen(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Put a comment whose decision the site has heard of back into the queue."""
    comment = found_comment(comment_id)
    try:
        lifecycle.reopen(comment)
    except Conflict as conflict:
        return show_comment(found_comment(comment_id), 409, conflict=conflict.code)
    flash("پیام دوباره در صف است و به سایت خبر داده می‌شود.")
    return redirect(url_for("dashboard.comment", comment_id=comment_id), 303)


def _refused(comment_id: uuid.UUID, ruling: Ruling, conflict: Conflict, form: DecideForm) -> ResponseReturnValue:
    """Say what changed meanwhile; the same decision sent twice by the same person is no conflict."""
    comment = found_comment(comment_id)
    if conflict.code == "not-in-review" and _decided_so(comment, ruling):
        return _onward(comment, form)
    return show_comment(comment, 409, conflict=conflict.code, revision_seen=ruling.revision_seen)


def _decided_so(comment: Comment, ruling: Ruling) -> bool:
    decision = comment.decision
    if decision is None or decision.person_id != person().id or comment.status != decision.outcome:
        return False
    wanted = (ruling.outcome, ruling.reason, ruling.revision_seen)
    return (decision.outcome, decision.reason, decision.revision) == wanted


def _onward(comment: Comment, form: DecideForm) -> ResponseReturnValue:
    """Back to the same page of the queue, at the next card that nobody else reads."""
    return redirect(desk.next_page(comment, form), 303)
