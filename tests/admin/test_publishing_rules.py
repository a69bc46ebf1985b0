"""Navid publishes a draft, for good or for a time, tries it in shadow, and goes back to an older version."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from flask import Flask

from moderation.admin.rule_publishing import moment_typed
from moderation.db import db, now, transaction
from moderation.models import RuleSetDraft, RuleSetState, RuleSetVersion, ShadowScreening, Site
from moderation.rule_sets import drafts, versions
from moderation.rules.rule_set import RuleSet
from tests.admin.test_lab import SUSPECT_AT, save
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_waiting

LAB = "/admin/rules/mehr"


@pytest.fixture
def drafted(navid: Visitor) -> Visitor:
    """Navid, who has drafted another threshold."""
    save(navid, **{SUSPECT_AT: "۰٫۷"})
    return navid


def publish(visitor: Visitor, site: Site, status: int = 303, **fields: object) -> str:
    edit = drafts.of(site.id).edit
    answer = visitor.post(
        f"{LAB}/publish", **{"edit": edit, "note": "آزمون", "how": "live", "confirmed": "1", **fields}
    )
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


def threshold(site: Site) -> float:
    """What is live."""
    return float(versions.live(site.id).content["rules"]["no-insults"]["options"]["suspect_at"])


def test_the_page_tells_the_difference_in_words(drafted: Visitor) -> None:
    page = drafted.get(f"{LAB}/publish")
    assert "از این امتیاز به بالا، مشکوک" in page
    assert "<bdi>۰٫۶</bdi></del>" in page
    assert "<bdi>۰٫۷</bdi></ins>" in page
    assert "هنوز روی تصمیم‌های گذشته بازپخش نشده است" in page


def test_there_is_nothing_to_publish_of_a_draft_that_is_live(navid: Visitor) -> None:
    page = navid.get(f"{LAB}/publish")
    assert "چیزی برای انتشار نیست" in page
    assert 'name="how"' not in page


def test_a_published_draft_is_a_version_with_author_and_note(drafted: Visitor, site: Site) -> None:
    publish(drafted, site, note="آستانهٔ توهین بالاتر رفت")
    assert threshold(site) == 0.7
    page = drafted.get(f"{LAB}/versions")
    assert "نسخهٔ ۲" in page
    assert "آستانهٔ توهین بالاتر رفت" in page
    assert "<bdi>navid</bdi>" in page
    one = drafted.get(f"{LAB}/versions/2")
    assert "نسبت به نسخهٔ ۱" in one
    assert "<bdi>۰٫۷</bdi></ins>" in one
    assert "بازگرداندن" not in one


def test_what_nothing_speaks_for_must_be_confirmed(drafted: Visitor, site: Site) -> None:
    page = publish(drafted, site, 409, confirmed="")
    assert "هیچ بازپخش پایان‌یافته‌ای" in page
    assert "آزمون" in page
    assert threshold(site) == 0.6


def test_a_note_is_needed(drafted: Visitor, site: Site) -> None:
    for note in (" ", "x" * 1001):
        page = publish(drafted, site, 422, note=note)
        assert "یادداشتی از ۱ تا ۱۰۰۰ نویسه" in page
    assert threshold(site) == 0.6


@pytest.mark.parametrize(("lasts", "hours"), [("6", 6), ("24", 24), ("72", 72)])
def test_rules_may_hold_for_a_time(drafted: Visitor, site: Site, lasts: str, hours: int) -> None:
    publish(drafted, site, lasts=lasts)
    until = versions.live(site.id).until
    assert until is not None
    assert abs(until - now() - timedelta(hours=hours)) < timedelta(minutes=5)
    assert "تا " in drafted.get(f"{LAB}/versions")


def test_an_end_may_be_typed_and_must_lie_ahead(drafted: Visitor, site: Site) -> None:
    for typed in ("دیروز", "1399/01/01 10:00", ""):
        page = publish(drafted, site, 422, lasts="until", until=typed)
        assert "زمانی در آینده بنویسید" in page
    publish(drafted, site, lasts="until", until="۱۴۹۰/۰۱/۰۱ ۱۸:۳۰")
    until = versions.live(site.id).until
    assert until is not None
    assert until.isoformat() == "2111-03-21T15:00:00+00:00"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("۱۴۰۵/۰۹/۱۵ ۱۸:۰۰", "2026-12-06T18:00:00+03:30"),
        ("1405-9-15، 18:00", "2026-12-06T18:00:00+03:30"),
        ("2026-12-06T18:00", "2026-12-06T18:00:00+03:30"),
        ("1405/13/01 10:00", None),
        ("2026-02-30 10:00", None),
        ("18:00", None),
    ],
)
def test_moments_are_read_in_both_calendars(typed: str, meant: str | None) -> None:
    found = moment_typed(typed)
    assert (found.isoformat() if found else None) == meant


def test_a_draft_that_changed_meanwhile_is_not_published(drafted: Visitor, site: Site) -> None:
    page = publish(drafted, site, 409, edit=drafts.of(site.id).edit - 1)
    assert "در این میان پیش‌نویس عوض شده است" in page
    assert threshold(site) == 0.6


def test_an_older_version_comes_back_as_a_new_one(drafted: Visitor, site: Site) -> None:
    publish(drafted, site)
    page = drafted.get(f"{LAB}/versions/1")
    assert "<bdi>۰٫۶</bdi></ins>" in page
    assert drafted.post(f"{LAB}/versions/1/restore", note=" ").status_code == 422
    assert drafted.post(f"{LAB}/versions/1/restore", note="بد بود").status_code == 303
    assert (threshold(site), versions.live(site.id).number) == (0.6, 3)
    assert drafted.post(f"{LAB}/versions/9/restore", note="x").status_code == 404
    drafted.get(f"{LAB}/versions/99999999999", 404)


def test_a_version_that_cannot_be_read_blanks_no_page(drafted: Visitor, site: Site) -> None:
    publish(drafted, site)
    for number, content in enumerate(({}, {"rules": 7}, {"rules": {"no-insults": 3}}), start=3):
        with transaction():
            bad = RuleSetVersion(
                site_id=site.id, number=number, state=RuleSetState.RETIRED, content=content, digest="x"
            )
            db.session.add(bad)
        assert "خوانده نمی‌شود" in drafted.get(f"{LAB}/versions/{number}")
    drafted.get(f"{LAB}/versions")
    drafted.get(LAB)


def test_a_shadow_is_compared_promoted_and_ended(drafted: Visitor, site: Site) -> None:
    assert "چیزی در سایه نیست" in drafted.get(f"{LAB}/shadow")
    publish(drafted, site, how="shadow")
    assert threshold(site) == 0.6
    assert "هنوز پیامی از سایه نگذشته است" in drafted.get(f"{LAB}/shadow")
    comment = make_waiting(site, "پیامی که سایه به آن ایراد گرفت")
    shadow = versions.in_shadow(site.id)
    assert shadow is not None
    with transaction():
        said = {"rule": "no-insults", "code": "insult", "outcome": "suspect", "score": 0.7}
        db.session.add(
            ShadowScreening(
                rule_set_id=shadow.id,
                comment_id=comment.id,
                revision=1,
                screening_id=comment.screening_id,
                verdict="suspect",
                findings=[said],
            )
        )
    page = drafted.get(f"{LAB}/shadow")
    assert "پیامی که سایه به آن ایراد گرفت" in page
    assert "زنده: بدون ایراد، سایه: مشکوک" in page
    assert drafted.post(f"{LAB}/shadow/promote", note="").status_code == 422
    assert drafted.post(f"{LAB}/shadow/promote", note="خوب بود").status_code == 409
    assert drafted.post(f"{LAB}/shadow/promote", note="خوب بود", confirmed="1").status_code == 303
    assert threshold(site) == 0.7
    assert drafted.post(f"{LAB}/shadow/promote", note="خوب بود", confirmed="1").status_code == 409


def test_a_shadow_can_be_ended(drafted: Visitor, site: Site) -> None:
    publish(drafted, site, how="shadow")
    assert drafted.post(f"{LAB}/shadow/end").status_code == 303
    assert versions.in_shadow(site.id) is None
    assert "چیزی در سایه نبود" in html.unescape(
        drafted.client.post(f"{LAB}/shadow/end", data={"csrf_token": drafted.token()}, follow_redirects=True).text
    )


def test_a_draft_that_does_not_compile_is_not_published(drafted: Visitor, site: Site) -> None:
    row = versions.live(site.id)
    assert row.number == 1
    with transaction():
        draft = db.session.get_one(RuleSetDraft, site.id)
        draft.content = RuleSet({"no-insults": {"options": {"suspect_at": 7}}}).to_dict()
        db.session.add(draft)
    assert "/rules/no-insults/options/suspect_at" in publish(drafted, site, 422)
    assert versions.live(site.id).number == 1


def test_the_page_of_a_comment_names_its_version_to_those_who_may_read_it(
    app: Flask, navid: Visitor, site: Site
) -> None:
    comment = make_waiting(site)
    assert f'href="{LAB}/versions/1">بررسی‌شده با نسخهٔ ۱ قواعد' in navid.get(f"/review/{comment.id}")
    sara = signed_in(app, make_person("sara", site))
    assert "قواعد</a>" not in sara.get(f"/review/{comment.id}")


def test_the_budget_is_a_share_in_percent(drafted: Visitor, site: Site) -> None:
    assert drafted.post(f"{LAB}/budget", percent="۳٫۵").status_code == 303
    db.session.refresh(site)
    assert site.held_budget == 0.035
    for wrong in ("", "۱۰۱", "-1", "nan"):
        assert drafted.post(f"{LAB}/budget", percent=wrong).status_code == 422
