"""What moderators do: decide, ask for a second opinion, take back, reopen."""

from __future__ import annotations

import uuid

from flask import abort, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation import lifecycle, queue
from moderation.dashboard import desk, history
from moderation.dashboard.differences import differences
from moderation.dashboard.forms import DecideForm, SeenForm
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
        return wrong(comment, form)
    settings: Settings = current_app.config["NAZER"]
    ruling = form.ruling()
    try:
        decision = lifecycle.decide(comment, person().id, ruling, settings.undo_seconds)
    except Conflict as conflict:
        if conflict.code == "not-in-review" and _decided_so(found_comment(comment_id), ruling):
            return onward(comment, form)  # the same decision sent twice by the same person is no conflict
        return refused(comment_id, conflict, ruling.revision_seen)
    if decision.vote:
        flash(gettext("رأی شما ثبت شد؛ این پیام پس از رأی نفر دوم از صف بیرون می‌رود."))
    elif decision.effective_at <= decision.decided_at:
        flash(gettext("تصمیم شما ثبت و برای سایت فرستاده شد."))
    return onward(comment, form)


@for_moderators
def escalate(comment_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for a second opinion on the revision that the person saw."""
    comment = found_comment(comment_id)
    form = SeenForm()
    if not form.validate_on_submit():
        return wrong(comment, form)
    try:
        lifecycle.escalate(comment, person().id, form.revision.data, form.note.data)
    except Conflict as conflict:
        return refused(comment_id, conflict, form.revision.data)
    flash(gettext("نظر دوم خواسته شد: این پیام با رأی همسان دو نفر تصمیم‌گیری می‌شود."))
    return onward(comment, form)


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
    flash(gettext("پیام دوباره در صف است و به سایت خبر داده می‌شود."))
    return redirect(url_for("dashboard.comment", comment_id=comment_id), 303)


def wrong(comment: Comment, form: SeenForm) -> ResponseReturnValue:
    """Say what is wrong with a form; nothing is decided."""
    return show_comment(comment, 422, errors=[message for messages in form.errors.values() for message in messages])


def refused(comment_id: uuid.UUID, conflict: Conflict, revision_seen: int) -> ResponseReturnValue:
    """Say what changed meanwhile: in the text, word by word, when it is another one."""
    comment = found_comment(comment_id)
    before = history.text_of(comment, revision_seen) if revision_seen < comment.revision else None
    changes = differences(before, comment.text) if before and not comment.erased_at else ()
    return show_comment(comment, 409, conflict=conflict.code, revision_seen=revision_seen, changes=changes)


def _decided_so(comment: Comment, ruling: Ruling) -> bool:
    decision = comment.decision
    if decision is None or decision.person_id != person().id or comment.status != decision.outcome:
        return False
    wanted = (ruling.outcome, ruling.reason, ruling.revision_seen)
    return (decision.outcome, decision.reason, decision.revision) == wanted


def onward(comment: Comment, form: SeenForm) -> ResponseReturnValue:
    """Back to the same page of the queue, at the next card that nobody else reads."""
    return redirect(desk.next_page(comment, form), 303)
