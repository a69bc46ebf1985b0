"""A decision over a text that changed meanwhile is refused, and what changed is shown word by word."""

from __future__ import annotations

import time

from sqlalchemy import update

from moderation import lifecycle
from moderation.dashboard.differences import differences
from moderation.db import db
from moderation.models import Comment, Site, Status
from tests.dashboard.visitor import Visitor
from tests.factories import make_waiting


def told(before: str, after: str) -> list[tuple[str, str]]:
    """The runs as kind and text."""
    return [
        (change.kind, "".join(segment.text for segment in change.segments)) for change in differences(before, after)
    ]


def test_words_that_went_and_words_that_came_are_told_apart() -> None:
    assert told("او مرد خوبی است", "او مرد بدی است") == [
        ("kept", "او مرد "),
        ("gone", "خوبی"),
        ("new", "بدی"),
        ("kept", " است"),
    ]


def test_a_sign_that_nobody_sees_is_a_change_and_is_named() -> None:
    changes = differences("سلام دنیا", "سلام دن\u200bیا")
    assert [segment.unseen for change in changes if change.kind == "new" for segment in change.segments] == [
        None,
        "ZWSP",
        None,
    ]


def test_personal_data_stays_covered() -> None:
    shown = "".join(text for _, text in told("زنگ بزن ۰۹۱۲۳۴۵۶۷۸۹", "زنگ بزن به ۰۹۱۲۳۴۵۶۷۸۹"))
    assert "۰۹۱۲" not in shown


def test_hostile_texts_cost_little() -> None:
    start = time.monotonic()
    for before, after in (
        ("ا " * 2900, "ب ا " * 1400),
        ("x" * 65_000, "y" * 65_000),
        ("a b c d " * 300, "d c b a " * 300),
    ):
        differences(before, after)
    assert differences("ا " * 30_000, "ب") == ()
    assert time.monotonic() - start < 5


def test_the_refusal_shows_what_changed(sara: Visitor, site: Site) -> None:
    comment = make_waiting(site, "این خبر درست است")
    lifecycle.revise(site.id, comment.id, "این خبر دروغ است")
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(status=Status.IN_REVIEW))
    db.session.commit()
    page = sara.decide(comment, "approved", revision=1).text
    assert "چه تغییر کرده است" in page
    assert "درست</del>" in page
    assert "دروغ</ins>" in page
