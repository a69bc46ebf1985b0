"""Navid edits the draft of his site's rules, tries it, and is told when somebody else did so meanwhile."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser

import pytest
from flask import Flask

from moderation.db import db, transaction
from moderation.models import Role, RuleSetDraft, Site
from moderation.rule_sets import drafts
from moderation.rules.rule_set import RuleSet
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site, make_story, make_waiting

SUSPECT_AT = "/rules/no-insults/options/suspect_at"
SPAM_AT = "/rules/no-spam/options/suspect_at"


@pytest.fixture
def edna(app: Flask, site: Site) -> Visitor:
    """Another one who may change the rules."""
    return signed_in(app, make_person("edna", site, role=Role.EDITOR))


class Fields(HTMLParser):
    """What a browser would send of the form of the lab."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.inside = False
        self.open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = "data-lab" in told
        if not self.inside or ("name" not in told and tag != "option"):
            return
        if tag == "input" and (told.get("type") != "checkbox" or "checked" in told):
            self.sent[told["name"]] = told.get("value", "")
        elif tag in ("select", "textarea"):
            self.open = told["name"]
            self.sent.setdefault(self.open, "")
        elif tag == "option" and self.open and "selected" in told:
            self.sent[self.open] = told["value"]

    def handle_data(self, data: str) -> None:
        if self.open and self.lasttag == "textarea":
            self.sent[self.open] += data.removeprefix("\r\n").removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = None


def form_of(page: str) -> dict[str, str]:
    """The fields of the lab's form as they stand in a page."""
    read = Fields()
    read.feed(page)
    assert read.sent
    return read.sent


def opened(visitor: Visitor, path: str = "/admin/rules/mehr") -> dict[str, str]:
    return form_of(visitor.client.get(path).text)


def sent(visitor: Visitor, fields: Mapping[str, str], path: str = "", status: int = 303) -> str:
    answer = visitor.client.post(f"/admin/rules/mehr{path}", data=dict(fields))
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


def save(visitor: Visitor, **changes: str) -> None:
    sent(visitor, {**opened(visitor), **changes})


def test_with_one_site_the_lab_opens_at_once_and_with_two_one_is_chosen(app: Flask, navid: Visitor, site: Site) -> None:
    assert navid.client.get("/admin/rules").location == "/admin/rules/mehr"
    mina = signed_in(app, make_person("mina", site, make_site("jam").site, role=Role.EDITOR))
    page = mina.get("/admin/rules")
    assert "سایت mehr" in page
    assert "سایت jam" in page


def test_every_rule_is_there_with_its_options(navid: Visitor) -> None:
    fields = opened(navid)
    assert fields[SUSPECT_AT] == "۰٫۶"
    assert {name.split("/")[2] for name in fields if name.startswith("/rules/")} >= {"on-topic", "author-standing"}


def test_opening_and_saving_changes_nothing(navid: Visitor, site: Site) -> None:
    before = drafts.of(site.id).rules
    save(navid)
    assert drafts.of(site.id).rules == before


def test_a_change_is_kept_in_the_draft_and_marked_with_the_live_value(navid: Visitor, site: Site) -> None:
    save(navid, **{SUSPECT_AT: "۰٫۷"})
    assert drafts.of(site.id).rules.rules["no-insults"]["options"]["suspect_at"] == 0.7
    page = navid.get("/admin/rules/mehr")
    assert "در نسخهٔ زنده: ۰٫۶" in page
    assert "پیش‌نویس یک تفاوت با نسخهٔ زنده (۱) دارد." in page


def test_a_wrong_value_is_told_at_its_field_and_nothing_is_lost(navid: Visitor, site: Site) -> None:
    page = sent(navid, {**opened(navid), SUSPECT_AT: "۷", SPAM_AT: "۰٫۴"}, status=422)
    assert "عددی از ۰ تا ۱ بنویسید." in page
    fields = form_of(page)
    assert (fields[SUSPECT_AT], fields[SPAM_AT]) == ("۷", "۰٫۴")
    assert drafts.of(site.id).updated_at is None
    sent(navid, {**fields, SUSPECT_AT: "۰٫۷"})
    assert drafts.of(site.id).rules.rules["no-spam"]["options"]["suspect_at"] == 0.4


def test_two_people_at_once_overwrite_nothing_and_lose_nothing(navid: Visitor, edna: Visitor, site: Site) -> None:
    mine = {**opened(edna), SUSPECT_AT: "۰٫۸"}
    save(navid, **{SPAM_AT: "۰٫۴"})
    page = sent(edna, mine, status=409)
    assert "تغییرهای navid" in page
    kept = drafts.of(site.id).rules.rules
    assert (kept["no-spam"]["options"]["suspect_at"], kept["no-insults"]["options"]["suspect_at"]) == (0.4, 0.6)
    both = form_of(page)
    assert (both[SUSPECT_AT], both[SPAM_AT]) == ("۰٫۸", "۰٫۴")
    assert "هر دو تغییر داده‌اید" not in page
    sent(edna, both)
    kept = drafts.of(site.id).rules.rules
    assert (kept["no-spam"]["options"]["suspect_at"], kept["no-insults"]["options"]["suspect_at"]) == (0.4, 0.8)


def test_two_changes_of_one_field_are_pointed_out(navid: Visitor, edna: Visitor, site: Site) -> None:
    mine = {**opened(edna), SUSPECT_AT: "۰٫۸"}
    save(navid, **{SUSPECT_AT: "۰٫۵"})
    page = sent(edna, mine, status=409)
    assert page.count("هر دو تغییر داده‌اید") == 2
    assert form_of(page)[SUSPECT_AT] == "۰٫۸"


@pytest.mark.parametrize("began", ["", "[", "[" * 20_000, '{"rules": 7}', '{"rules": {"no-insults": 3}}'])
def test_a_conflict_is_told_whatever_the_form_carries(navid: Visitor, edna: Visitor, began: str) -> None:
    mine = {**opened(edna), SUSPECT_AT: "۰٫۸", "began": began}
    save(navid, **{SPAM_AT: "۰٫۴"})
    assert form_of(sent(edna, mine, status=409))[SUSPECT_AT] == "۰٫۸"


def test_a_section_says_only_what_is_different_there(navid: Visitor, site: Site) -> None:
    make_waiting(site, article=make_story(1).model_copy(update={"section": "ورزش"}))
    assert "<option>ورزش</option>" in navid.get("/admin/rules/mehr")
    fields = opened(navid, "/admin/rules/mehr?section=ورزش")
    there = SUSPECT_AT.replace("/rules/", "/sections/ورزش/")
    sent(navid, {**fields, there: "۰٫۹"})
    assert drafts.of(site.id).rules.sections == {"ورزش": {"no-insults": {"options": {"suspect_at": 0.9}}}}
    page = navid.get("/admin/rules/mehr?section=ورزش")
    assert "در همهٔ سایت: ۰٫۶" in page
    sent(navid, {**opened(navid, "/admin/rules/mehr?section=ورزش")}, "/section")
    assert drafts.of(site.id).rules.sections == {}
    navid.get("/admin/rules/mehr?section=ناشناس", 404)


def test_a_preset_tells_what_it_changes_and_moves_the_draft(navid: Visitor, site: Site) -> None:
    assert "سخت‌گیر" in navid.get("/admin/rules/mehr")
    sent(navid, {**opened(navid), "preset": "strict"}, "/preset")
    assert drafts.of(site.id).rules.rules["no-insults"]["options"]["suspect_at"] == 0.4
    sent(navid, {**opened(navid), "preset": "none"}, "/preset", 404)


def test_a_discarded_draft_is_the_live_rules_again(navid: Visitor, edna: Visitor, site: Site) -> None:
    before = drafts.of(site.id).rules
    save(navid, **{SUSPECT_AT: "۰٫۷"})
    stale = drafts.of(site.id).edit - 1
    assert "چیزی دور ریخته نشد" in sent(edna, {**opened(edna), "edit": str(stale)}, "/discard", 409)
    sent(edna, opened(edna), "/discard")
    assert drafts.of(site.id).rules == before


def test_a_draft_that_does_not_compile_says_why_at_the_field(navid: Visitor, site: Site) -> None:
    save(navid, **{SUSPECT_AT: "۰٫۷"})
    row = db.session.get_one(RuleSetDraft, site.id)
    with transaction():
        row.content = RuleSet({"no-insults": {"options": {"suspect_at": 7}}}).to_dict()
        db.session.add(row)
    page = navid.get("/admin/rules/mehr")
    assert "عددی از ۰ تا ۱ بنویسید." in page
    page = navid.get("/admin/rules/mehr/publish")
    assert "/rules/no-insults/options/suspect_at" in page


def test_trying_shows_what_the_unsaved_draft_says_beside_the_live_rules(navid: Visitor, site: Site) -> None:
    fields = {**opened(navid), "text": "مدیر این بانک یک احمق بی‌شعور است", "/rules/no-insults/mode": "off"}
    part = sent(navid, fields, "/try?part=1", 200)
    by_draft, by_live = part.split("نسخهٔ زنده")
    assert 'mark data-rule="no-insults"' not in by_draft
    assert 'mark data-rule="no-insults"' in by_live
    whole = sent(navid, fields, "/try", 200)
    again = form_of(whole)
    assert (again["text"], again["/rules/no-insults/mode"]) == (fields["text"], "off")
    assert drafts.of(site.id).updated_at is None


def test_a_comment_is_tried_under_an_article_and_its_section(navid: Visitor, site: Site) -> None:
    make_waiting(site, article=make_story(1).model_copy(update={"section": "ورزش"}))
    there = "/sections/ورزش/no-insults/mode"
    sent(navid, {**opened(navid, "/admin/rules/mehr?section=ورزش"), there: "off"})
    fields = {**opened(navid), "text": "احمق بی‌شعور"}
    assert "<mark" in sent(navid, fields, "/try?part=1", 200).split("نسخهٔ زنده")[0]
    for article in ("story-1", "خبر 1", "بر 1"):
        part = sent(navid, {**fields, "article": article}, "/try?part=1", 200)
        assert "خبر 1" in part
        assert "<mark" not in part.split("نسخهٔ زنده")[0], article
    assert "یافت نشد" in sent(navid, {**fields, "article": "هیچ"}, "/try?part=1", 200)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"text": " "}, "متنی بنویسید"),
        ({"text": "x" * 20_000}, "متن بلندتر از"),
        ({"text": "سلام", SUSPECT_AT: "۷"}, "نخست مقدارهای نادرست"),
    ],
)
def test_what_cannot_be_tried_says_why(navid: Visitor, change: dict[str, str], told: str) -> None:
    fields = {**opened(navid), **change}
    assert told in sent(navid, fields, "/try?part=1", 200)
    assert told in sent(navid, fields, "/try", 422)


def test_markup_in_what_was_typed_stays_text(navid: Visitor) -> None:
    fields = {**opened(navid), "text": "<script>alert(1)</script>", "/rules/no-spam/options/known_sites": '"><script>'}
    answer = navid.client.post("/admin/rules/mehr/try", data=fields)
    assert "<script>alert" not in answer.text
    assert '"><script>' not in answer.text


def test_kian_finds_nothing_and_a_moderator_may_not(app: Flask, site: Site) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site, role=Role.ADMIN))
    sara = signed_in(app, make_person("sara", site, role=Role.SENIOR))
    routes = [route for route in app.url_map.iter_rules() if route.rule.startswith("/admin/rules/<slug>")]
    assert len(routes) > 10
    for route in routes:
        path = re.sub("<int:[^>]+>", "1", route.rule.replace("<slug>", "mehr"))
        for visitor, status in ((kian, 404), (sara, 403)):
            answer = visitor.client.get(path) if "GET" in route.methods else visitor.post(path)
            assert answer.status_code == status, (path, answer.status)
    assert "/admin/rules" not in sara.get("/review")
    assert drafts.of(site.id).updated_at is None


def test_a_form_without_its_token_changes_nothing(navid: Visitor, site: Site) -> None:
    fields = opened(navid)
    del fields["csrf_token"]
    sent(navid, {**fields, SUSPECT_AT: "۰٫۷"}, status=400)
    assert drafts.of(site.id).updated_at is None
