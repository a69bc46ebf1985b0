"""The SQL that derives ``waiting``, ``waiting_rule`` and their counts from comments, for both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_COLUMNS = (
    "comment_id, site_id, article_id, section, verdict, language, author, priority, received_at, escalated, needs_two,"
    " entered_at"
)
_FOLLOWED = ("section", "verdict", "language", "author", "priority", "received_at", "escalated", "needs_two")
_VOTES = "SELECT 1 FROM decision AS v WHERE v.comment_id = {c}.id AND v.revision = {c}.revision AND v.vote AND v.undone_at IS NULL"


@dataclass(frozen=True, slots=True)
class Trigger:
    """What happens after a change of a table's rows (``NEW``, ``OLD``), when the condition holds."""

    name: str
    event: str
    table: str
    does: tuple[str, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the databases spell differently: ``{}`` stands for a column, ``differ`` compares two that may be null."""

    name: str
    language: str
    plain_id: str
    hour: str
    now: str
    differ: str

    def created(self) -> Iterator[str]:
        """Statements that create the triggers."""
        for trigger in _triggers(self):
            yield from self._one(trigger)

    def dropped(self) -> Iterator[str]:
        """Statements that drop the triggers, wherever they are."""
        for trigger in _triggers(self):
            if self.name == "sqlite":
                yield f"DROP TRIGGER IF EXISTS {trigger.name}"
            else:
                yield f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE"

    def rebuilt(self) -> Iterator[str]:
        """Statements that fill the tables anew."""
        if self.name == "postgresql":
            yield "LOCK TABLE waiting, waiting_rule, tally, tally_change IN ACCESS EXCLUSIVE MODE"
        for table in ("waiting_rule", "waiting", "tally_change", "tally"):
            yield f"DELETE FROM {table}"
        yield f"INSERT INTO waiting ({_COLUMNS}) {self.waits('c')} FROM comment AS c {_JOINS} WHERE c.status = 'in_review'"
        yield (
            "INSERT INTO waiting_rule (comment_id, rule, site_id, priority) SELECT DISTINCT c.id, f.rule, c.site_id, c.priority"
            " FROM comment AS c JOIN finding AS f ON f.screening_id = c.screening_id"
            " WHERE c.status = 'in_review' AND f.live"
        )
        for facet, value, holds in self.facets("waiting"):
            yield (
                f"INSERT INTO tally (site_id, facet, value, n) SELECT site_id, '{facet}', {value}, COUNT(*) FROM waiting"
                f" WHERE {holds} GROUP BY 1, 3"
            )
        yield "INSERT INTO tally (site_id, facet, value, n) SELECT site_id, 'rule', rule, COUNT(*) FROM waiting_rule GROUP BY site_id, rule"

    def waits(self, comment: str) -> str:
        """The row of ``waiting`` for a comment, its ``article`` and its ``screening``."""
        author = "COALESCE('id:' || {c}.author_external_id, 'name:' || {c}.author_name)"
        columns = (
            "{c}.id, {c}.site_id, {c}.article_id, article.section, {c}.verdict, "
            f"SUBSTR({self.language}, 1, 20), {author}, {{c}}.priority, {{c}}.received_at, {{c}}.escalated,"
            f" NOT {{c}}.escalated AND EXISTS ({_VOTES}), {self.now}"
        )
        return "SELECT " + columns.format(c=comment)

    def facets(self, row: str) -> Iterator[tuple[str, str, str]]:
        """Of a row of ``waiting``: each facet, its value, and when it has one."""
        yield "all", "''", "1 = 1"
        yield "article", self.plain_id.format(f"{row}.article_id"), "1 = 1"
        for column in ("section", "verdict", "language"):
            yield column, f"{row}.{column}", f"{row}.{column} IS NOT NULL"
        yield "author", f"{row}.author", "1 = 1"
        yield "hour", self.hour.format(f"{row}.received_at"), "1 = 1"
        yield "lane", "'escalated'", f"{row}.escalated"
        yield "lane", "'needs-two'", f"{row}.needs_two"

    def counted(self, row: str, n: int) -> str:
        """Append the changes that a row of ``waiting`` means, each of ``n``."""
        each = (
            f"SELECT {row}.site_id, '{facet}', {value}, {n} WHERE {holds}" for facet, value, holds in self.facets(row)
        )
        return "INSERT INTO tally_change (site_id, facet, value, n) " + " UNION ALL ".join(each)

    def _one(self, trigger: Trigger) -> Iterator[str]:
        when = f"WHEN ({trigger.when})" if trigger.when else ""
        head = f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW {when}"
        body = " ".join(f"{statement};" for statement in trigger.does)
        if self.name == "sqlite":
            yield f"{head} BEGIN {body} END"
            return
        yield (
            f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $body$ BEGIN {body} RETURN NULL; END $body$"
        )
        yield f"{head} EXECUTE FUNCTION {trigger.name}()"


_JOINS = "JOIN article ON article.id = c.article_id LEFT JOIN screening ON screening.id = c.screening_id"

SQLS = {
    dialect.name: dialect
    for dialect in (
        Dialect(
            "sqlite",
            language="json_extract(screening.signals, '$.language')",
            plain_id="{}",
            hour="SUBSTR({}, 1, 13)",
            now="strftime('%Y-%m-%d %H\\:%M\\:%f000', 'now')",
            differ="{} IS NOT {}",
        ),
        Dialect(
            "postgresql",
            language="(screening.signals ->> 'language')",
            plain_id="REPLACE(CAST({} AS text), '-', '')",
            hour="TO_CHAR({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')",
            now="clock_timestamp()",
            differ="{} IS DISTINCT FROM {}",
        ),
    )
}


def _triggers(sql: Dialect) -> tuple[Trigger, ...]:
    columns = (
        "status, revision, screening_id, verdict, priority, escalated, received_at, author_name, author_external_id"
    )
    here = "OLD.status = 'in_review' OR NEW.status = 'in_review'"
    section = "UPDATE waiting SET section = NEW.section WHERE site_id = NEW.site_id AND article_id = NEW.id"
    moved = sql.differ.format("OLD.section", "NEW.section")
    less, more = sql.counted("OLD", -1), sql.counted("NEW", 1)
    rule = "INSERT INTO tally_change (site_id, facet, value, n) VALUES ({0}.site_id, 'rule', {0}.rule, {1})"
    return (
        Trigger("waiting_follows_comment", f"UPDATE OF {columns}", "comment", _comment_moved(sql), here),
        Trigger("waiting_follows_vote", "INSERT", "decision", _VOTED, "NEW.vote"),
        Trigger("waiting_follows_undone_vote", "UPDATE OF undone_at", "decision", _VOTED, "NEW.vote"),
        Trigger("waiting_follows_section", "UPDATE OF section", "article", (section,), moved),
        Trigger("tally_waiting_more", "INSERT", "waiting", (more,)),
        Trigger("tally_waiting_less", "DELETE", "waiting", (less,)),
        Trigger("tally_waiting_other", "UPDATE", "waiting", (less, more)),
        Trigger("tally_rule_more", "INSERT", "waiting_rule", (rule.format("NEW", 1),)),
        Trigger("tally_rule_less", "DELETE", "waiting_rule", (rule.format("OLD", -1),)),
    )


_VOTED = (
    "UPDATE waiting SET needs_two = NOT escalated AND EXISTS (SELECT 1 FROM decision AS v"
    " JOIN comment AS c ON c.id = v.comment_id AND c.revision = v.revision"
    " WHERE v.comment_id = NEW.comment_id AND v.vote AND v.undone_at IS NULL) WHERE comment_id = NEW.comment_id",
    "DELETE FROM lease WHERE comment_id = NEW.comment_id",
)


def _comment_moved(sql: Dialect) -> tuple[str, ...]:
    gone = "comment_id = NEW.id AND NEW.status <> 'in_review'"
    other = sql.differ.format("OLD.screening_id", "NEW.screening_id")
    followed = ", ".join(f"{column} = excluded.{column}" for column in _FOLLOWED)
    return (
        f"DELETE FROM lease WHERE {gone}",
        f"DELETE FROM waiting_rule WHERE comment_id = NEW.id AND (NEW.status <> 'in_review' OR {other})",
        f"DELETE FROM waiting WHERE {gone}",
        f"INSERT INTO waiting ({_COLUMNS}) {sql.waits('NEW')}"
        " FROM article LEFT JOIN screening ON screening.id = NEW.screening_id"
        " WHERE article.id = NEW.article_id AND NEW.status = 'in_review'"
        f" ON CONFLICT (comment_id) DO UPDATE SET {followed}",
        "INSERT INTO waiting_rule (comment_id, rule, site_id, priority)"
        " SELECT DISTINCT NEW.id, finding.rule, NEW.site_id, NEW.priority FROM finding"
        " WHERE finding.screening_id = NEW.screening_id AND finding.live AND NEW.status = 'in_review'"
        " ON CONFLICT (comment_id, rule) DO NOTHING",
    )
