"""The audit of a person's sites: who did what, when and from where; looked through, and taken along."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from moderation import audit, audit_export, audit_trail, dates
from moderation.admin import audit_words
from moderation.admin.audit_filters import Asked, asked
from moderation.audit_trail import PAGE
from moderation.db import db, transaction
from moderation.guards import for_admins, sites
from moderation.models import Site

_MOMENT = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d{6})?\+00:00")


@for_admins
def audit_page() -> ResponseReturnValue:
    """The entries of the person's sites, newest first; filters narrow them."""
    known, chosen = _sites(request.args.get("site", ""))
    filters, before = asked(request.args), _cursor(request.args.get("before", ""))
    ids = [site.id for site in chosen]
    found = [] if filters.errors else audit_trail.page(ids, filters.wanted, before=before, limit=PAGE + 1)
    page = render_template(
        "admin/audit.html",
        entries=found[:PAGE],
        following=found[PAGE - 1].id if len(found) > PAGE else None,
        filters=filters,
        sites={site.id: site for site in known},
        chosen=chosen[0] if len(chosen) == 1 and len(known) > 1 else None,
        people=audit_trail.people(ids),
        words=audit_words,
        told=_told,
    )
    return page, 422 if filters.errors else 200


@for_admins
def export() -> ResponseReturnValue:
    """Everything that the filters find, as CSV or as lines of JSON; that it was taken along is an entry, too."""
    known, chosen = _sites(request.form.get("site", ""))
    filters, lines = asked(request.form), request.form.get("format") == "jsonl"
    if filters.errors:
        abort(422)
    with transaction():
        for site in chosen:
            audit.note("audit.exported", site.id, after=_kinds(filters) | {"format": "jsonl" if lines else "csv"})
    names = {site.id: site.slug for site in known}
    found = audit_trail.every(list(_ids(chosen)), filters.wanted)
    rows = (audit_export.row(entry, names) for some in found for entry in some)
    body, kind = (
        (audit_export.json_lines(rows), "application/x-ndjson") if lines else (audit_export.csv_lines(rows), "text/csv")
    )
    answer = Response(stream_with_context(body), mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="nazer-audit.{"jsonl" if lines else "csv"}"'
    return answer


ROUTES = (
    ("/audit", "GET", "audit", audit_page),
    ("/audit/export", "POST", "export_audit", export),
)


def _ids(chosen: Sequence[Site]) -> Iterator[uuid.UUID]:
    return (site.id for site in chosen)


def _kinds(filters: Asked) -> dict[str, Any]:
    """What was looked for, but for what somebody typed: that may be a reader's name."""
    chosen = {name: value for name, value in filters.fields.items() if name not in ("q", "subject", "action")}
    known = filters.wanted.action in {**audit_words.KINDS, **audit_words.SENTENCES}
    return chosen | ({"action": filters.wanted.action} if known else {})


def _sites(slug: str) -> tuple[Sequence[Site], Sequence[Site]]:
    """The sites that may be chosen and those that are; 404 for one that is not the person's to administer."""
    known = db.session.execute(select(Site).where(Site.id.in_(sites())).order_by(Site.name)).scalars().all()
    chosen = [site for site in known if site.slug == slug]
    if slug and not chosen:
        abort(404)
    return known, chosen or known


def _cursor(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None


def _told(value: object) -> str:
    """A value of an entry on a page."""
    if value is None or value in ([], {}):
        return "—"
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return "، ".join(map(_told, value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        with suppress(ValueError):  # it only looks like one
            return dates.jalali(datetime.fromisoformat(value))
    return dates.digits(value) if isinstance(value, int | float) else str(value)
