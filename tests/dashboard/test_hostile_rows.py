"""Whatever lies in a row, the page of the queue is shown, and what is hostile stays text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, update

from moderation import lifecycle
from moderation.db import db
from moderation.models import Article, Comment, FindingRow, Screening, Site, Status
from moderation.wire import ArticleIn
from tests.dashboard.visitor import Visitor
from tests.factories import make_comment, make_waiting

HARMLESS = "پیام سالم"
TEXTS = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}",
    "zalgo": "س" + "\u0336\u0335\u0334" * 2000 + "لام",
    "64 kB": "متن بلند. " * 6_500,
    "one word of 64 kB": "ا" * 65_000,
    "lines": "\n" * 30_000 + "x\r\n\u2028y",
    "bidi": "\u202eabc\u2066\u2067\u202c" * 50,
    "invisible": "\u200b\u200c\u200d\ufeff\u2060\u00ad\U000e0041" * 200,
    "white": "\u200b\u200c\u2060",
    "controls": "ا" + "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "beyond the plane": "👩‍👩‍👧‍👦🏴‍☠️" * 100 + "\U0010ffff",
}
SIGNALS: list[Any] = [{}, [], "x", None, 7, {"models": ["a"], "language": 3}, {"models": {"insult": None}}]
SPANS: list[Any] = [[], [[5, 2]], [[-9, 99]], [[0]], [["a", "b"]], "x", {}, None, 3, [None], [[0, 1, 2]], [[0.5, 2]]]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_hostile_text_hides_no_other_comment(sara: Visitor, site: Site, text: str) -> None:
    make_waiting(site, HARMLESS)
    comment = make_waiting(site, text)
    for path in ("/review", f"/review/{comment.id}"):
        answer = sara.client.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
    assert HARMLESS in sara.get("/review")


def test_direction_controls_are_named_instead_of_obeyed(sara: Visitor, site: Site) -> None:
    make_waiting(site, "abc\u202edef\u200b\u200b\u200bghi")
    page = sara.get("/review")
    assert "\u202e" not in page
    assert "RLO</span>def" in page
    assert "ZWSP×۳</span>ghi" in page


def test_signals_of_any_shape_are_shown_or_left_out(sara: Visitor, site: Site) -> None:
    for signals in SIGNALS:
        comment = make_waiting(site, HARMLESS)
        db.session.execute(update(Screening).where(Screening.comment_id == comment.id).values(signals=signals))
        db.session.commit()
    assert sara.get("/review").count(HARMLESS) == len(SIGNALS)


def test_spans_of_any_shape_are_highlighted_or_left_out(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, HARMLESS)
    rows = [
        {
            "screening_id": comment.screening_id,
            "number": number,
            "rule": "no-insults",
            "code": "x",
            "outcome": "odd" * number if number < 5 else "violation",
            "live": True,
            "score": [0.5, -3.0, 7.0, 1e300][number % 4],
            "reason": "",
            "reason_en": "",
            "spans": spans,
        }
        for number, spans in enumerate(SPANS)
    ]
    db.session.execute(insert(FindingRow), rows)
    db.session.commit()
    assert HARMLESS.split()[0] in sara.get("/review")


def test_a_comment_without_screening_is_shown(sara: Visitor, site: Site) -> None:
    comment = make_comment(site, HARMLESS)
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(status=Status.IN_REVIEW))
    db.session.commit()
    page = sara.get("/review")
    assert HARMLESS in page
    assert "بررسی‌نشده" in page


def test_an_erased_comment_says_that_it_is_erased(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "متنی که باید برود")
    sara.decide(comment, "rejected", reason="other", note="یادداشتی که باید برود")
    lifecycle.erase(site.id, comment.id)
    for path in (f"/review/{comment.id}", "/decided", "/review"):
        page = sara.get(path)
        assert "باید برود" not in page
    assert "متن این پیام پاک شده است" in sara.get(f"/review/{comment.id}")


def test_an_erased_parent_says_that_it_is_erased(sara: Visitor, site: Site) -> None:
    parent = make_waiting(site, "پیام نخست", external_id="parent")
    make_waiting(site, "پاسخ", parent_external_id="parent")
    lifecycle.erase(site.id, parent.id)
    page = sara.get("/review")
    assert "متن این پیام پاک شده است" in page
    assert "پیام نخست" not in page


@pytest.mark.parametrize("year", [1, 500, 1700, 9999])
def test_a_date_of_any_year_is_shown(sara: Visitor, site: Site, year: int) -> None:
    comment = make_waiting(site, HARMLESS)
    odd = datetime(year, 1, 1, tzinfo=UTC) if year > 1 else datetime(year, 1, 2, tzinfo=UTC)
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(submitted_at=odd, received_at=odd))
    db.session.commit()
    assert HARMLESS in sara.get("/review")


def test_a_link_of_an_article_is_only_followed_to_the_web(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, article=ArticleIn(external_id="a", title="<b>عنوان</b>", body=""))
    db.session.execute(
        update(Article).where(Article.id == comment.article_id).values(url="javascript:alert(1)", section="<i>")
    )
    db.session.commit()
    answer = sara.client.get("/review").text
    assert "javascript:" not in answer
    assert "<b>عنوان" not in answer
