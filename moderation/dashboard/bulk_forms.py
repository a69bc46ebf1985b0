"""The form that decides many comments at once, and what is said of what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress

from flask import request
from flask_babel import gettext as _

from moderation import dates
from moderation.dashboard.forms import DecideForm
from moderation.lifecycle import MOST_AT_ONCE, Many, Ruling
from moderation.models import DecisionOutcome

_LARGEST = 2**31 - 1


class BulkForm(DecideForm):
    """A decision over the comments ``chosen`` (each ``id:revision``), of which some (``looked``, ids) were looked at."""

    revision = None
    after = None
    onward = None

    def seen(self) -> dict[uuid.UUID, int]:
        """The chosen comments with the revision that the person saw; what is no such pair is left out."""
        pairs = (raw.partition(":") for raw in request.form.getlist("chosen")[:MOST_AT_ONCE])
        seen = {}
        for comment_id, _colon, revision in pairs:
            with suppress(ValueError):
                seen[uuid.UUID(comment_id)] = min(max(int(revision[:10]), 0), _LARGEST)
        return seen

    def looked(self) -> set[uuid.UUID]:
        """The comments that the person says to have looked at."""
        looked = set()
        for raw in request.form.getlist("looked"):
            with suppress(ValueError):
                looked.add(uuid.UUID(raw))
        return looked

    def bulk_id(self) -> uuid.UUID | None:
        """The id under which the page offered the bulk: the same form sent twice is one bulk."""
        try:
            return uuid.UUID(request.form.get("bulk", ""))
        except ValueError:
            return None

    def ruling(self) -> Ruling:
        """What the person wants of each."""
        outcome = DecisionOutcome(self.outcome.data)
        reason = self.reason.data if outcome is DecisionOutcome.REJECTED else None
        return Ruling(outcome, 0, reason=reason, note=self.note.data or None)

    def told_errors(self) -> list[str]:
        """What is wrong with the form, as sentences."""
        return [message for messages in self.errors.values() for message in messages]


def told(done: Many) -> Iterator[str]:
    """What became of a bulk, as sentences."""
    if done.voted:
        voted = dates.count(done.voted)
        yield _("رأی شما دربارهٔ %(number)s پیام ثبت شد؛ آن‌ها پس از رأی نفر دوم از صف بیرون می‌روند.", number=voted)
    sentences = {
        "accusation": _("%(number)s پیام تهمت دارد و یک‌جا تأیید نمی‌شود؛ آن‌ها را یکی‌یکی ببینید."),
        "revised": _("متن %(number)s پیام در این میان تغییر کرده است؛ دوباره بخوانیدشان."),
        "pending": _("%(number)s پیام در این میان تغییر کرده و دوباره در دست ماشین است."),
        "withdrawn": _("%(number)s پیام را سایت در این میان پس گرفته است."),
        "voted-already": _("دربارهٔ %(number)s پیام پیش‌تر رأی داده‌اید؛ رأی دوم باید از کس دیگری باشد."),
        "decided": _("%(number)s پیام در این میان تصمیم گرفته شده بود."),
    }
    left = dict(done.left)
    left["decided"] = left.pop("approved", 0) + left.pop("rejected", 0)
    for kind, number in left.items():
        if number and kind in sentences:
            yield sentences[kind] % {"number": dates.count(number)}
    if not done.decided and not done.voted:
        yield _("تصمیمی ثبت نشد.")
