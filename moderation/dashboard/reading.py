"""Pages that are read: the queue, one comment, what was decided."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import leases, queue
from moderation.dashboard import desk, filtering, history
from moderation.dashboard.cards import Around, cards
from moderation.dashboard.forms import REASONS
from moderation.db import now
from moderation.guards import for_moderators, person, sees_personal_data, sites
from moderation.models import Comment, Status
from moderation.queue import Filters
from moderation.shown import read


@for_moderators
def home() -> ResponseReturnValue:
    """The queue is where people work."""
    return redirect(url_for("dashboard.queue"))


@for_moderators
def queue_page() -> ResponseReturnValue:
    """The comments that wait, the most urgent first; or the part of them that the filters find."""
    drawn = now()
    filters = Filters.parse(request.args)
    after = queue.Cursor.parse(request.args.get("after", ""))
    page = queue.waiting(sites(), filters, after=after, limit=desk.CARDS)
    shown = {
        "cards": cards(page.comments, person(), Around.of(page.comments)),
        "after": after,
        "following": page.following,
        "filters": filters,
        "filtered": urlencode(filters.query),
        "reasons": REASONS,
        "several_sites": len(sites()) > 1,
    }
    if request.args.get("part") == "cards":  # more cards for a page that is there already
        return render_template("dashboard/queue_cards.html", read_by=desk.read_by_others(), **shown)
    counts = queue.counts(sites())
    return render_template(
        "dashboard/queue.html",
        read_by=desk.settle(page.comments),
        counts=counts,
        matching=counts.of(filters),
        pending=queue.pending(sites()),
        bar=filtering.bar(filters, counts),
        saved=filtering.saved(),
        undoable=history.undoable(person().id, sites()),
        drawn=drawn,
        now=now(),
        **shown,
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
        cards=cards(queue.decided(sites()), person()),
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
    if comment.status == Status.IN_REVIEW:
        leases.take(person().id, comment.id)
    decided = comment.status in (Status.APPROVED, Status.REJECTED)
    bare = sees_personal_data(comment.site_id)
    (shown,) = cards([comment], person(), Around.of([comment]))
    page = render_template(
        "dashboard/comment.html",
        card=shown,
        decisions=history.decisions(comment),
        escalations=history.escalations(comment),
        revisions=[(revision, read(revision.text, bare=bare)) for revision in history.revisions(comment)],
        published=decided and comment.decision_id == comment.published_decision_id,
        undoable=history.undoable(person().id, sites()),
        reasons=REASONS,
        several_sites=len(sites()) > 1,
        reader=desk.read_by_others().get(comment.id),
        now=now(),
        **more,
    )
    return page, status
