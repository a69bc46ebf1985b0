"""The page of comments that say nearly the same: compared with the first, and decided once."""

from __future__ import annotations

import uuid

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from moderation import groups, queue
from moderation.dashboard import history
from moderation.dashboard.cards import card
from moderation.dashboard.differences import Difference, difference
from moderation.dashboard.forms import REASONS
from moderation.db import new_id, now
from moderation.guards import for_moderators, person, sees_personal_data, sites
from moderation.highlight import Clipped
from moderation.models import Comment
from moderation.shown import compared

_WAITING = 200
_OTHERS = 50


@for_moderators
def group_page(first_id: uuid.UUID) -> ResponseReturnValue:
    """All that say nearly the same as one comment, the waiting ones to be decided at once."""
    first = queue.find(sites(), first_id)
    if first is None:
        abort(404)
    waiting = groups.members(sites(), first.id, waiting=True, limit=_WAITING)
    bare = sees_personal_data(first.site_id)
    others = groups.members(sites(), first.id, waiting=False, limit=_OTHERS)
    return render_template(
        "dashboard/group.html",
        first=card(first, person()),
        standing=groups.standing([first]).get(first.id),
        waiting=[_compared(first, comment, bare=bare) for comment in waiting],
        others=[_compared(first, comment, bare=bare) for comment in others],
        bulk_id=new_id(),
        undoable=history.undoable(person().id, sites()),
        reasons=REASONS,
        now=now(),
    )


def _compared(first: Comment, comment: Comment, *, bare: bool) -> tuple[Comment, Difference, Clipped]:
    told = difference(first.text, comment.text)
    return comment, told, compared(comment.text, told.marks, bare=bare)
