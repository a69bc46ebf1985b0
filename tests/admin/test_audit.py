"""Navid reads who did what at his sites, narrows it, and takes it along; nobody else does, and nobody changes it."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from moderation import actors, audit, audit_trail, dates, keys, lifecycle, standing
from moderation.actors import Actor, Channel
from moderation.admin.audit_words import SENTENCES
from moderation.audit_trail import Wanted
from moderation.db import db, now, transaction
from moderation.lifecycle import Change
from moderation.models import AuditEntry, Commenting, Decision, DecisionOutcome, Person, Role, Scope, Site
from moderation.wire import ArticleBody
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_decided, make_person, make_site, make_waiting


def test_entries_and_decisions_are_one_list_newest_first(site: Site, navid_himself: Person) -> None:
    make_decided(site, navid_himself)
    keys.give(site.id, "سرور وب", [Scope.READ])
    comment, decision = make_decided(site, navid_himself, DecisionOutcome.REJECTED)
    found = audit_trail.page([site.id], Wanted())
    told = ["decision.rejected", "key.given", "decision.approved", "person.added", "site.added"]
    assert [entry.action for entry in found] == told
    assert (found[0].id, found[0].subject, found[0].person) == (decision.id, str(comment.id), "navid")
    assert found[0].after == {"reason": "no-insults"}
    assert found[1].after == {"name": "سرور وب", "scopes": ["read"]}


def test_pages_follow_one_another_without_a_gap(site: Site, navid_himself: Person) -> None:
    for number in range(4):
        make_decided(site, navid_himself)
        keys.give(site.id, f"k{number}", [Scope.READ])
    whole = [entry.id for entry in audit_trail.page([site.id], Wanted())]
    pages: list[uuid.UUID] = []
    while found := audit_trail.page([site.id], Wanted(), before=pages[-1] if pages else None, limit=2):
        pages += [entry.id for entry in found]
    assert pages == whole
    assert len(whole) == 10
    assert [entry.id for some in audit_trail.every([site.id], Wanted()) for entry in some] == whole


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(action="key"), ["key.given"]),
        (Wanted(action="decision"), ["decision.undone", "decision.rejected", "decision.approved"]),
        (Wanted(action="decision.rejected"), ["decision.rejected"]),
        (Wanted(channel=Channel.API), ["key.given"]),
        (Wanted(channel=Channel.PAGES), ["decision.rejected", "decision.approved"]),
        (Wanted(said="سرور"), ["key.given"]),
        (Wanted(said="no-insults"), ["decision.undone", "decision.rejected"]),
        (Wanted(said="x%_\\"), []),
        (Wanted(until=now() - timedelta(days=1)), []),
        (Wanted(since=now() + timedelta(days=1)), []),
        (Wanted(person=uuid.UUID(int=0)), []),
        (Wanted(subject="mehr"), ["site.added"]),
        (Wanted(subject="no id"), []),
    ],
)
def test_filters_narrow_the_list(site: Site, navid_himself: Person, wanted: Wanted, expected: list[str]) -> None:
    make_decided(site, navid_himself)
    actors.act_as(Actor(Channel.API, address="192.0.2.9"))
    keys.give(site.id, "سرور وب", [Scope.READ])
    actors.nobody()
    _, decision = make_decided(site, navid_himself, DecisionOutcome.REJECTED, undo_seconds=60)
    lifecycle.undo(decision)
    assert [entry.action for entry in audit_trail.page([site.id], wanted)] == expected


def test_the_page_says_who_when_from_where_and_what_was_before(navid: Visitor, site: Site) -> None:
    article = lifecycle.register_article(site.id, "a-1", ArticleBody(title="خبر"))
    navid.post(f"/articles/{article.id}", comments="closed")
    page = navid.get("/admin/audit")
    told = page.partition("دیدگاه‌های یک خبر بسته شد")[2].partition("</li>")[0]
    assert "<bdi>navid</bdi>" in told
    assert "127.0.0.1" in told
    assert dates.jalali(now())[:12] in told
    assert "<del>" in told
    assert ">open</bdi></del>" in told
    assert ">closed</bdi></ins>" in told


def test_what_nobody_has_a_sentence_for_is_shown_by_its_code_and_as_text(navid: Visitor, site: Site) -> None:
    with transaction():
        audit.note("odd.<b>thing", site.id, "<script>", before={"x": [1]}, after={"x": {"<i>": None}})
        audit.note("comment.odd", site.id, "no id at all", after={"until": "2026-19-39T29:59:59+00:00", "n": [1, {}]})
    page = navid.client.get("/admin/audit")
    assert page.status_code == 200
    assert "odd.&lt;b&gt;thing" in page.text
    assert "<script>" not in page.text


def test_a_day_that_is_none_is_named_and_shows_nothing(navid: Visitor) -> None:
    page = navid.get("/admin/audit?since=1405/13/01", 422)
    assert "روز را مانند" in page
    assert "سایت افزوده شد" not in page
    today = dates.digits(1405)
    assert "سایت افزوده شد" in navid.get(f"/admin/audit?since={today}/۰۱/۰۱&until=2999-01-01")


def test_a_persons_name_or_a_broken_filter_shows_no_more_than_it_says(navid: Visitor) -> None:
    assert "سایت افزوده شد" not in navid.get("/admin/audit?person=nobody")
    assert "سایت افزوده شد" not in navid.get("/admin/audit?action=nothing")


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_what_the_filters_find_is_taken_along_and_that_is_an_entry(
    navid: Visitor, site: Site, navid_himself: Person, format_: str
) -> None:
    keys.give(site.id, '=HYPERLINK("x")', [Scope.READ])
    with transaction():
        audit.note("key.given", site.id, "=1+1", after={"name": "x"})
    answer = navid.post("/admin/audit/export", format=format_, action="key", q="")
    assert answer.status_code == 200
    if format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert rows[0]["subject"][:5] == "'=1+1"
    else:
        rows = [json.loads(line) for line in answer.text.splitlines()]
        assert rows[1]["after"]["name"] == '=HYPERLINK("x")'
    assert [row["action"] for row in rows] == ["key.given", "key.given"]
    entry = audit_trail.page([site.id], Wanted(action="audit"))[0]
    assert (entry.person_id, entry.after) == (navid_himself.id, {"action": "key", "format": format_})


def test_kian_and_sara_read_nothing_of_it(app: Flask, site: Site, navid_himself: Person) -> None:
    make_decided(site, navid_himself)
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    kian.get("/admin/audit?site=mehr", 404)
    assert "navid" not in kian.get("/admin/audit")
    assert kian.post("/admin/audit/export", site="mehr").status_code == 404
    assert "navid" not in kian.post("/admin/audit/export", format="jsonl").text
    sara = signed_in(app, make_person("sara", site, role=Role.SENIOR))
    sara.get("/admin/audit", 403)


def test_an_author_is_named_by_a_keyed_hash(site: Site, navid_himself: Person) -> None:
    standing.decide(site.id, "u-52", standing.Wish("blocked", note="کیان کیانی"), navid_himself.id)
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "author.blocked")).scalar_one()
    assert entry.subject is not None
    assert (len(entry.subject), "u-52" in entry.subject) == (32, False)
    assert "کیان" not in str(entry.after)


@pytest.mark.parametrize(
    "change",
    [
        *(update(Decision).values({name: None}) for name in ("person_id",)),
        update(Decision).values(outcome="approved"),
        update(Decision).values(reason="other"),
        update(Decision).values(decided_at=now()),
        update(Decision).values(note="something else"),
        delete(Decision),
    ],
)
def test_the_database_refuses_to_change_or_remove_a_decision(site: Site, navid_himself: Person, change: object) -> None:
    _, decision = make_decided(site, navid_himself, DecisionOutcome.REJECTED)
    with pytest.raises(DatabaseError, match="never changed"), transaction():
        db.session.execute(change, execution_options={"synchronize_session": False})
    db.session.refresh(decision)
    assert (decision.outcome, decision.reason, decision.person_id) == ("rejected", "no-insults", navid_himself.id)


def test_an_addresss_time_may_be_over_and_nothing_else_is_forgotten(site: Site) -> None:
    actors.act_as(Actor(Channel.API, address="192.0.2.9"))
    with transaction():
        audit.note("key.given", site.id, "x")
    with transaction():
        db.session.execute(update(AuditEntry).values(address=None))
    with pytest.raises(DatabaseError, match="never changed"), transaction():
        db.session.execute(update(AuditEntry).values(address="192.0.2.1"))
    with pytest.raises(DatabaseError, match="never changed"), transaction():
        db.session.execute(update(AuditEntry).values(after={"name": "y"}))


def test_a_page_of_the_audit_walks_indexes(site: Site, navid_himself: Person) -> None:
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    for table in ("audit_entry", "decision"):
        asked = f"{explain} SELECT * FROM {table} WHERE site_id = :site ORDER BY id DESC LIMIT 50"
        plan = "\n".join(str(row) for row in db.session.execute(text(asked), {"site": site.id.hex}))
        assert f"ix_{table}_of_site" in plan, plan
        assert "sort" not in plan.lower().replace("b-tree", ""), plan


ACTION = re.compile(r"[a-z]+(?:[_-][a-z]+)*\.[a-z]+(?:[_-][a-z]+)*")
NO_ACTIONS = {"admin", "dashboard", "common_passwords", "common_passwords_fa"}
"""What has the shape of an action in those files, and is a page or a file."""


def test_every_action_that_is_noted_has_a_sentence() -> None:
    noted = set()
    for path in (Path(__file__).parents[2] / "moderation").rglob("*.py"):
        written = path.read_text(encoding="utf-8")
        if path.parent.name != "versions" and ("audit.note(" in written or "people" in str(path)):
            words = (node.value for node in ast.walk(ast.parse(written)) if isinstance(node, ast.Constant))
            noted |= {word for word in words if isinstance(word, str) and ACTION.fullmatch(word)}
    actions = {word for word in noted if word.partition(".")[0] not in NO_ACTIONS} - {"comment.rescreen"}
    assert len(actions) > 40
    assert actions <= set(SENTENCES), actions - set(SENTENCES)


def test_every_kind_of_change_is_noted(site: Site, navid_himself: Person) -> None:
    waiting, other = make_waiting(site), make_waiting(site)
    make_person("sara", site)
    lifecycle.escalate(waiting, navid_himself.id, 1)
    lifecycle.withdraw(site.id, other.id)
    lifecycle.withdraw(site.id, other.id)
    published, _ = make_decided(site, navid_himself)
    lifecycle.reopen(published)
    lifecycle.screen_again(site.id)
    article = lifecycle.register_article(site.id, "a-9", ArticleBody(title="خبر"))
    lifecycle.change_article(article.id, Change(comments=Commenting.CLOSED), navid_himself.id)
    lifecycle.change_article(article.id, Change(comments=Commenting.OPEN), navid_himself.id)
    noted = sorted(db.session.execute(select(AuditEntry.action)).scalars())
    assert noted == [
        "article.closed",
        "article.opened",
        "comment.escalated",
        "comment.reopened",
        "comment.withdrawn",
        *(["person.added"] * 2),
        "queue.screened_again",
        "site.added",
    ]
    assert set(noted) <= set(SENTENCES)


def test_what_is_of_no_site_is_on_no_page_in_no_export_and_in_no_answer(navid: Visitor, site: Site) -> None:
    with transaction():
        audit.note("password.changed", None, "of-no-site")
    assert "of-no-site" in [entry.subject for entry in audit_trail.page([None], Wanted())]
    assert "of-no-site" not in [entry.subject for entry in audit_trail.page([site.id], Wanted())]
    assert "of-no-site" not in navid.get("/admin/audit")
    assert "of-no-site" not in navid.post("/admin/audit/export").text
