"""What a finished replay of a rule set found, as publishing asks for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


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
    return None
