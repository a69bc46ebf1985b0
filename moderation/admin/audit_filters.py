"""Which entries of the audit a request asks for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from moderation import dates
from moderation.actors import Channel
from moderation.admin.audit_words import saying
from moderation.audit_trail import Wanted

_LONGEST = 200
_NAMES = ("person", "action", "subject", "channel", "since", "until", "q")
_WRONG_DAY = _("روز را مانند ۱۴۰۵/۰۹/۰۷ بنویسید.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were sent, what they mean, and what is wrong with which."""

    fields: dict[str, str]
    wanted: Wanted
    errors: dict[str, Any] = field(default_factory=dict)


def asked(told: Mapping[str, str]) -> Asked:
    """Read the filters of a page or of an export."""
    sent = {name: told.get(name, "").replace("\x00", "").strip()[:_LONGEST] for name in _NAMES}
    days = {name: dates.day_said(sent[name]) for name in ("since", "until") if sent[name]}
    since, until = (dates.midnight(day) if day else None for day in (days.get("since"), days.get("until")))
    wanted = Wanted(
        person=_uuid(sent["person"]),
        action=sent["action"] or None,
        subject=sent["subject"] or None,
        channel=Channel(sent["channel"]) if sent["channel"] in set(Channel) else None,
        since=since,
        until=until + timedelta(days=1) if until else None,
        said=sent["q"] or None,
        actions=saying(sent["q"]) if sent["q"] else (),
    )
    errors = {name: _WRONG_DAY for name, day in days.items() if day is None}
    return Asked({name: value for name, value in sent.items() if value}, wanted, errors)


def _uuid(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        return uuid.UUID(int=0)  # nobody: a filter that cannot be read must not show everything
