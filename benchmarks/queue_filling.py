"""A queue of any length, made by the database itself: comments of two weeks that were screened and wait for a person."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import Index, Uuid, bindparam, select, text

from moderation import tallies
from moderation.db import Base, Instant, db, now
from moderation.models import Article, Comment, RuleSetVersion, Screening, Searchable, Waiting, WaitingRule

ARTICLES = 200
SECTIONS = 12
ARTICLE = uuid.UUID(int=7)
_DAYS = 14

_INDEXES: list[Index] = [
    index
    for table in (Comment, Screening, Searchable, Waiting, WaitingRule)
    for index in sorted(Base.metadata.tables[table.__tablename__].indexes, key=lambda index: str(index.name))
]

_SPELLING = {
    "sqlite": {
        "numbers": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)",
        "from": "n",
        "id": "printf('%012x70008000%012x', :begin + i * {step}, i + {kind})",
        "article": "printf('%032x', i % {articles})",
        "moment": "strftime('%Y-%m-%d %H\\:%M\\:%f000', (:begin + i * {step}) / 1000.0, 'unixepoch')",
        "json": "{}",
    },
    "postgresql": {
        "numbers": "",
        "from": "generate_series(CAST(1 AS bigint), :rows) AS n(i)",
        "id": "CAST(lpad(to_hex(CAST(:begin + i * {step} AS bigint)), 12, '0') || '70008000'"
        " || lpad(to_hex(i + {kind}), 12, '0') AS uuid)",
        "article": "CAST(lpad(to_hex(i % {articles}), 32, '0') AS uuid)",
        "moment": "to_timestamp((:begin + i * {step}) / 1000.0)",
        "json": "CAST({} AS jsonb)",
    },
}
_PRIORITY = "(i * 7919) % 190"
_VERDICT = f"CASE WHEN {_PRIORITY} >= 150 THEN 'violation' WHEN {_PRIORITY} >= 60 THEN 'suspect' ELSE 'clean' END"
_SIGNALS = (
    'CASE WHEN i % 50 = 0 THEN \'{"language"\\: "en"}\' WHEN i % 30 = 1 THEN \'{"language"\\: "fa-latn"}\''
    ' ELSE \'{"language"\\: "fa"}\' END'
)
_AUTHOR = "'خواننده ' || CASE WHEN i % 100 = 7 THEN 7 ELSE i % 50000 END"  # one who writes much among many
_WORDS = "'خبر شماره ' || i || ' درباره شهر ' || (i % 997) || CASE WHEN i % 40000 = 9 THEN ' یگانه' ELSE '' END"


def fill(site_id: uuid.UUID, rows: int) -> None:
    """Put so many comments into the queue of a site; the newest came a moment ago."""
    moment = now()
    begin = int((moment - timedelta(days=_DAYS)).timestamp() * 1000)
    version = db.session.execute(select(RuleSetVersion.id).where(RuleSetVersion.site_id == site_id)).scalar_one()
    db.session.add_all(
        Article(
            id=uuid.UUID(int=number),
            site_id=site_id,
            external_id=f"a-{number}",
            title=f"خبر {number}",
            body="متن خبر",
            section=f"بخش {number % SECTIONS}",
        )
        for number in range(ARTICLES)
    )
    db.session.commit()
    values = {"rows": rows, "begin": begin, "site": site_id, "version": version, "now": moment}
    with db.engine.connect().execution_options(nazer_write=True) as connection:
        with connection.begin():
            for index in _INDEXES:
                index.drop(connection)
        for statement in _statements(connection.dialect.name, _DAYS * 86_400_000 // rows):
            with connection.begin():
                typed = {"site": Uuid(), "version": Uuid(), "now": Instant()}
                names = [bindparam(name, type_=kind) for name, kind in typed.items() if f":{name}" in statement]
                bound = text(statement).bindparams(*names)
                connection.execute(bound, {name: values[name] for name in bound.compile().params})
        with connection.begin():
            tallies.rebuild(connection)
        with connection.begin():
            for index in _INDEXES:  # sorted at once, which takes a tenth of the time
                index.create(connection)
    if db.engine.dialect.name == "postgresql":  # as its autovacuum does within a minute
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _statements(dialect: str, step: int) -> list[str]:
    spelling = _SPELLING[dialect]
    comment, screening = (spelling["id"].format(step=step, kind=kind) for kind in (0, 1 << 40))
    moment, article = spelling["moment"].format(step=step), spelling["article"].format(articles=ARTICLES)
    signals = spelling["json"].format(_SIGNALS)
    spans = spelling["json"].format("'[]'")
    head, rows = spelling["numbers"], spelling["from"]
    return [
        "INSERT INTO comment (id, site_id, article_id, external_id, author_name, text, revision, revised_at, received_at,"
        f" status, verdict, priority, escalated, screening_id, attempts) {head} SELECT {comment}, :site, {article},"
        f" 'c-' || i, {_AUTHOR}, {_WORDS}, 1, {moment}, {moment}, 'in_review', {_VERDICT}, {_PRIORITY},"
        f" i % 200 = 3, {screening}, 1 FROM {rows}",
        "INSERT INTO screening (id, comment_id, revision, rule_set_id, verdict, priority, signals, created_at)"
        f" {head} SELECT {screening}, {comment}, 1, :version, {_VERDICT}, {_PRIORITY}, {signals}, {moment} FROM {rows}",
        "INSERT INTO finding (screening_id, number, rule, code, outcome, live, score, reason, reason_en, spans)"
        f" {head} SELECT {screening}, 0, CASE WHEN {_PRIORITY} >= 150 THEN 'no-insults' ELSE 'no-spam' END, 'insult',"
        f" {_VERDICT}, {'TRUE' if dialect == 'postgresql' else '1'}, 0.9, 'دلیل', 'a reason', {spans} FROM {rows}"
        f" WHERE {_PRIORITY} >= 60",
        f"INSERT INTO searchable (comment_id, site_id, folded) {head} SELECT {comment}, :site,"
        f" {_AUTHOR} || ' ' || {_WORDS} FROM {rows}",
    ]
