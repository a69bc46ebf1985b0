"""Everything that is kept of one author, as lines of JSON: for the reader who asks for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from moderation import records, standing
from moderation.db import db
from moderation.models import AuthorStanding, Comment, Decision, Revision, Screening
from moderation.wire_answers import comment_out, moment_out
from moderation.wire_many import (
    EarlierText,
    ExportedComment,
    ExportedDecision,
    ExportedFinding,
    ExportedScreening,
    StandingTold,
)

_PAGE = 200


def lines(site_id: uuid.UUID, author_id: str) -> Iterator[str]:
    """A line for each comment that came with this author's id, oldest first. Whoever reads slowly holds no transaction."""
    after: uuid.UUID | None = None
    standings = _standings(site_id, author_id)
    while found := records.of_author(site_id, author_id, after=after, limit=_PAGE):
        around = _Around([comment.id for comment in found])
        db.session.rollback()
        for comment in found:
            yield around.exported(comment, standings).model_dump_json() + "\n"
        after = found[-1].id


def record(site_id: uuid.UUID, comment_id: uuid.UUID) -> ExportedComment | None:
    """The same of one comment, whoever wrote it; None when the site has none such."""
    found = select(Comment.id).where(Comment.site_id == site_id, Comment.id == comment_id)
    if db.session.execute(found).scalar_one_or_none() is None:
        return None
    comment = records.one(site_id, comment_id)
    author_id = comment.author_external_id
    return _Around([comment_id]).exported(comment, _standings(site_id, author_id) if author_id else [])


class _Around:
    """What belongs to some comments, each kind read at once."""

    def __init__(self, ids: Sequence[uuid.UUID]) -> None:
        self._earlier: Mapping[uuid.UUID, Sequence[Revision]] = records.earlier_texts(ids)
        decided = select(Decision).where(Decision.comment_id.in_(ids)).order_by(Decision.comment_id, Decision.id)
        said = select(Screening).where(Screening.comment_id.in_(ids)).order_by(Screening.comment_id, Screening.id)
        screenings = db.session.execute(said.options(selectinload(Screening.findings))).scalars()
        decisions = db.session.execute(decided).scalars()
        self._decisions = {key: list(group) for key, group in groupby(decisions, key=lambda row: row.comment_id)}
        self._screenings = {key: list(group) for key, group in groupby(screenings, key=lambda row: row.comment_id)}

    def exported(self, comment: Comment, standings: list[StandingTold]) -> ExportedComment:
        earlier = self._earlier.get(comment.id, ())
        return ExportedComment(
            **comment_out(comment).model_dump(),
            text=comment.text,
            author_name=comment.author_name,
            author_id=comment.author_external_id or "",
            author_email_hash=comment.author_email_hash,
            author_ip_hash=comment.author_ip_hash,
            submitted_at=moment_out(comment.submitted_at) if comment.submitted_at else None,
            earlier_texts=[EarlierText(text=each.text, written_at=moment_out(each.created_at)) for each in earlier],
            screenings=[_screening(each) for each in self._screenings.get(comment.id, ())],
            decisions=[_decision(each) for each in self._decisions.get(comment.id, ())],
            author_standings=standings,
        )


def _screening(row: Screening) -> ExportedScreening:
    findings = [
        ExportedFinding(rule=each.rule, code=each.code, score=each.score, reason=each.reason, reason_en=each.reason_en)
        for each in row.findings
    ]
    told = {"revision": row.revision, "verdict": row.verdict, "screened_at": moment_out(row.created_at)}
    return ExportedScreening(**told, signals=row.signals, findings=findings)


def _decision(row: Decision) -> ExportedDecision:
    return ExportedDecision(
        outcome=row.outcome,
        reason=row.reason,
        revision=row.revision,
        by="site" if row.imported else "person" if row.person_id else "rules",
        text=row.trimmed_text,
        decided_at=moment_out(row.decided_at),
        undone=row.undone_at is not None,
    )


def _standings(site_id: uuid.UUID, author_id: str) -> list[StandingTold]:
    return [_standing(decided) for decided in reversed(standing.history(site_id, author_id))]


def _standing(decided: AuthorStanding) -> StandingTold:
    until = moment_out(decided.until) if decided.until else None
    by = "key" if decided.key_id else "person"
    return StandingTold(standing=decided.standing, decided_at=moment_out(decided.decided_at), until=until, by=by)
