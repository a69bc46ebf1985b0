"""The answer to somebody who lost a race, or came too late."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.models import Comment


@dataclass
class Conflict(Exception):
    """The change was refused and nothing was written; ``comment`` is as it stands now."""

    code: str
    comment: Comment

    def __str__(self) -> str:
        return f"{self.code} (comment {self.comment.id} is {self.comment.status}, revision {self.comment.revision})"
