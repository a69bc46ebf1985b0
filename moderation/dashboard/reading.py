"""Pages that are read: the queue, one comment, what was decided."""

from __future__ import annotations

import uuid

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import groups, queue
from moderation.dashboard import history
from moderation.dashboard.cards import card, cards, read
from moderation.dashboard.forms import REASONS
from moderation.db import now
from moderation.guards import for_moderators, person, sites
from moderation.models import Comment, Status

_PAGE = 25  # a card is tall: more of them only make the page slow


@for_moderators
def home() -> ResponseReturnValue:
    """The queue is where people work."""
    return redirect(url_for("dashboard.queue"))


@for_moderators
def queue_page() -> ResponseReturnValue:
    """The comments that wait, the most urgent first."""
    after = queue.Cursor.parse(request.args.get("after", ""))
    page = queue.waiting(sites(), after=after, limit=_PAGE)
    return render_template(
        "dashboard/queue.html",
        cards=cards(page.comments, person().id, history.votes(page.comments), groups.standing(page.comments)),
        after=after,
        following=page.following,
        load=queue.load(sites()),
        undoable=history.undoable(person().id, sites()),
        reasons=REASONS,
        several_sites=len(sites()) > 1,
        now=now(),
    )


@for_moderators
def comment_page(comment_id: uuid.UUID) -> ResponseReturnValue:
    """One comment, whatever its status, with its history."""
    return show_comment(found_comment(comment_id))


@for_moderators
def decided_page() -> ResponseReturnValue:
    """The comments decided last."""
    return render_template(
        "dashboard/decided.html",
        cards=cards(queue.decided(sites()), person().id),
        undoable=history.undoable(person().id, sites()),
        reasons=dict(REASONS),
        several_sites=len(sites()) > 1,
        now=now(),
    )


def found_comment(comment_id: uuid.UUID) -> Comment:
    """The comment, or 404 when the person's sites have none such."""
    comment = queue.find(sites(), comment_id)
    if comment is None:
        abort(404)
    return comment


def show_comment(comment: Comment, status: int = 200, **more: object) -> ResponseReturnValue:
    """The page of one comment; ``conflict`` and ``errors`` are told on top of it."""
    decided = comment.status in (Status.APPROVED, Status.REJECTED)
    page = render_template(
        "dashboard/comment.html",
        card=card(comment, person().id, history.votes([comment]), groups.standing([comment]).get(comment.id)),
        decisions=history.decisions(comment),
        revisions=[(revision, read(revision.text)) for revision in history.revisions(comment)],
        published=decided and comment.decision_id == comment.published_decision_id,
        undoable=history.undoable(person().id, sites()),
        reasons=REASONS,
        several_sites=len(sites()) > 1,
        now=now(),
        **more,
    )
    return page, status
