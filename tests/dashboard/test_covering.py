"""Personal data stays covered on screen until a moderator asks for it."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from moderation import lifecycle
from moderation.highlight import Mark, highlight
from moderation.models import Person, Site
from moderation.rules.base import Signals, Subject
from moderation.rules.no_personal_data import NoPersonalData
from moderation.shown import covered
from tests.dashboard.visitor import Visitor
from tests.factories import make_waiting, sent

NUMBER = "۰۹۱۲۳۴۵۶۷۸۹"
TEXT = f"شماره‌اش {NUMBER} است، احمق"
BARE = re.compile(r'<label class="covered">.*?</label>', re.DOTALL)
CHECKBOX = '<input type="checkbox" aria-label="نمایش دادهٔ شخصی">'


def screened(site: Site, text: str = TEXT, **fields: object) -> None:
    finding = NoPersonalData().check(Subject(text, Signals()))
    assert finding is not None
    make_waiting(site, text, findings=[finding], **fields)


def test_a_card_covers_personal_data_behind_a_box_that_needs_no_script(sara: Visitor, site: Site) -> None:
    screened(site)
    page = sara.get("/review")
    assert (
        f'{CHECKBOX}<span class="cover" aria-hidden="true">•••••••••••</span><span class="bare">{NUMBER}</span>' in page
    )
    assert NUMBER not in BARE.sub("", page), "the number stands outside its cover, too"


def test_what_else_a_card_says_stays_readable(sara: Visitor, site: Site) -> None:
    screened(site)
    page = BARE.sub("…", sara.get("/review"))
    assert "شماره‌اش" in page
    assert "است، احمق" in page
    assert "شمارهٔ همراه (…۸۹)" in page


def test_a_parent_is_covered_as_well(sara: Visitor, site: Site) -> None:
    parent = sent(TEXT)
    lifecycle.receive(site.id, parent)
    make_waiting(site, "موافقم", parent_external_id=parent.external_id)
    page = sara.get("/review")
    assert NUMBER in page
    assert NUMBER not in BARE.sub("", page)


def test_a_text_that_waits_for_the_machine_is_covered_as_well(sara: Visitor, site: Site) -> None:
    receipt = lifecycle.receive(site.id, sent(TEXT))
    page = sara.get(f"/review/{receipt.comment_id}")
    assert NUMBER in page
    assert NUMBER not in BARE.sub("", page)


def test_the_bar_of_what_can_be_taken_back_tells_no_number(sara: Visitor, sara_herself: Person, site: Site) -> None:
    comment = make_waiting(site, TEXT)
    assert sara.decide(comment, "approved").status_code == 303
    page = sara.get("/review")
    assert "شماره‌اش •••••••••••" in page
    assert NUMBER not in page


@given(st.text(st.sampled_from("اب \n09۱۲"), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_exactly_what_the_covering_rule_marks_is_covered(text: str, start: int, end: int) -> None:
    marks = [Mark(start, end, "covers"), Mark(0, 5, "other")]
    segments = highlight(text, marks, covering="covers")
    assert "".join(segment.text for segment in segments) == text
    assert "".join(segment.text for segment in segments if segment.covered) == text[start:end]
    assert not any(segment.covered for segment in highlight(text, marks))


@given(st.text(max_size=60))
def test_any_text_can_be_covered(text: str) -> None:
    assert NUMBER not in covered(f"{text} {NUMBER} {text}")
