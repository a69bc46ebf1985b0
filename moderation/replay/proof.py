"""What was proven of rules before they are published: the newest finished replay of these very rules."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from moderation.db import db
from moderation.models import Replay, ReplayState
from moderation.replay import results


@dataclass(frozen=True, slots=True)
class Proof:
    """A finished replay in numbers: of so many decisions, ``approved`` of them approvals, compared with the live version ``base``.

    Rejected comments that would be objected to newly (``caught_more``) or no more (``caught_less``), approved ones newly
    (``wrongly_held``) or no more (``freed``).
    """

    replay_id: uuid.UUID
    base: int
    finished_at: datetime
    decisions: int
    approved: int
    caught_more: int
    wrongly_held: int
    caught_less: int
    freed: int


def proof(site_id: uuid.UUID, digest: str) -> Proof | None:
    """What the newest finished replay of the rules with this digest says; None when there is none."""
    found = (
        select(Replay)
        .where(Replay.site_id == site_id, Replay.digest == digest, Replay.state == ReplayState.DONE)
        .order_by(Replay.id.desc())
        .limit(1)
        .options(undefer(Replay.result))
    )
    row = db.session.execute(found).scalar_one_or_none()
    if row is None or row.result is None or row.finished_at is None:
        return None
    told = results.read(row.result)
    whole = told.whole
    changes = (whole.caught_more, whole.wrongly_held, whole.caught_less, whole.freed)
    return Proof(row.id, row.base, row.finished_at, told.replayed, told.approved, *changes)
