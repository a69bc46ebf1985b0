"""Navid edits the words of his site: looks at what a word hits before it is saved, allows what it hits wrongly, and loses nothing."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from moderation import word_lists
from moderation.db import db
from moderation.models import AuditEntry, DecisionOutcome, Person, Role, RuleSetVersion, Site
from moderation.policy import lists_of
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.word_edits import mark_of
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_decided, make_person, make_site, make_waiting

NAME = "رکیک/۱"
WORDS = SiteList(NAME, (SiteWord("زاغارت", note="از حقوقی بپرسید"), SiteWord("سوسیس", Kind.SUSPECT, section="ورزش")))


@pytest.fixture
def navid_himself(site: Site) -> Person:
    return make_person("navid", site, role=Role.EDITOR)


def stored(site: Site, name: str = NAME) -> SiteList | None:
    db.session.expire_all()
    return next((one for one in lists_of(site.id) if one.name == name), None)


def entry(do: str = "save", **fields: object) -> dict[str, object]:
    """The form of an entry as the page sends it."""
    return {"name": NAME, "seen": WORDS.sha256, "was": "", "text": "شلغم", "kind": "block", "do": do, **fields}


def test_a_list_is_made_filled_renamed_and_removed(navid: Visitor, site: Site) -> None:
    assert "این سایت فهرستی ندارد" in navid.get("/admin/words")
    assert navid.post("/admin/words", site="mehr", name=NAME).status_code == 303
    empty = SiteList(NAME, ())
    assert navid.post("/admin/words/mehr/entry", **entry(seen=empty.sha256)).status_code == 303
    assert stored(site) == SiteList(NAME, (SiteWord("شلغم"),))
    seen = stored(site).sha256
    answer = navid.post("/admin/words/mehr", name=NAME, seen=seen, new_name="سبزی", kind="allow")
    assert answer.status_code == 303
    assert stored(site) is None
    assert stored(site, "سبزی") == SiteList("سبزی", (SiteWord("شلغم", Kind.ALLOW),))
    assert navid.post("/admin/words/mehr/remove", name="سبزی", seen=stored(site, "سبزی").sha256).status_code == 303
    assert lists_of(site.id) == []


def test_the_overview_says_how_many_of_which_kind_and_who_changed_them(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    assert "از خط فرمان" in navid.get("/admin/words")
    navid.post("/admin/words/mehr/entry", **entry())
    page = navid.get("/admin/words")
    assert "navid" in page
    assert "ممنوع ۲" in page
    assert "مشکوک ۱" in page


def test_every_change_is_noted_with_what_was_before(navid: Visitor, navid_himself: Person, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    navid.post("/admin/words/mehr/entry", **entry())
    noted = select(AuditEntry).where(AuditEntry.action == "word_list.changed").order_by(AuditEntry.id.desc())
    latest = db.session.execute(noted).scalars().first()
    assert (latest.action, latest.subject, latest.person_id) == ("word_list.changed", NAME, navid_himself.id)
    assert latest.before == {"name": NAME, "size": 2, "sha256": WORDS.sha256}
    assert latest.after == {"name": NAME, "size": 3, "sha256": stored(site).sha256}


def test_a_name_that_cannot_be_one_or_is_taken_is_refused_and_kept_in_the_form(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    word_lists.put_list(site.id, SiteList("دیگر", ()))
    assert "نام فهرست باید" in navid.post("/admin/words", site="mehr", name="ن" * 81).text
    taken = navid.post("/admin/words", site="mehr", name=NAME)
    assert taken.status_code == 409
    assert NAME in taken.text
    renamed = navid.post("/admin/words/mehr", name=NAME, seen=WORDS.sha256, new_name="دیگر")
    assert renamed.status_code == 422
    assert stored(site) == WORDS


def test_an_entry_is_changed_in_its_place_and_removed(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    mark = mark_of(WORDS.entries[0])
    page = navid.get(f"/admin/words/mehr/entry?name={NAME}&entry={mark}")
    assert "از حقوقی بپرسید" in page
    navid.post("/admin/words/mehr/entry", **entry(was=mark, text="زاغارتی", kind="suspect"))
    changed = stored(site)
    assert changed.entries == (SiteWord("زاغارتی", Kind.SUSPECT), WORDS.entries[1])
    removing = entry("remove", seen=changed.sha256, was=mark_of(changed.entries[0]))
    assert navid.post("/admin/words/mehr/entry", **removing).status_code == 303
    assert stored(site).entries == WORDS.entries[1:]
    navid.get(f"/admin/words/mehr/entry?name={NAME}&entry={mark}", status=404)


def test_a_second_editor_is_told_and_overwrites_nothing(app: Flask, navid: Visitor, site: Site) -> None:
    mina = signed_in(app, make_person("mina", site, role=Role.ADMIN))
    word_lists.put_list(site.id, WORDS)
    assert mina.post("/admin/words/mehr/entry", **entry(text="کلم")).status_code == 303
    late = navid.post("/admin/words/mehr/entry", **entry(text="شلغم", note="مهم"))
    assert late.status_code == 409
    assert "mina" in late.text
    assert 'value="مهم"' in late.text, "what was typed is kept"
    assert [word.text for word in stored(site).entries] == ["زاغارت", "سوسیس", "کلم"]
    (seen,) = re.findall('name="seen" value="([0-9a-f]{64})"', late.text)
    assert seen == stored(site).sha256
    assert navid.post("/admin/words/mehr/entry", **entry(text="شلغم", seen=seen)).status_code == 303
    assert [word.text for word in stored(site).entries] == ["زاغارت", "سوسیس", "کلم", "شلغم"]
    for path in ("", "/remove"):
        answer = navid.post(f"/admin/words/mehr{path}", name=NAME, seen=WORDS.sha256, new_name="نو")
        assert answer.status_code == 409
    assert len(stored(site).entries) == 4


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": "!!"}, "هیچ حرف یا رقمی ندارد"),
        ({"text": "زاغــارت"}, "این فهرست همین واژه را دارد"),
        ({"note": "ی" * 301}, "بلند است"),
        ({"text": "خر(گوش", "pattern": "1"}, "بسته نشده — نویسهٔ ۳: «\u2066(\u2069»"),
        ({"text": "شب(?=ها)", "pattern": "1"}, "نگاه به پیش و پس"),
        ({"text": "(خ{500}){500}", "pattern": "1"}, "بزرگ‌تر از حافظه"),
        ({"text": "خ*", "pattern": "1"}, "با متن خالی هم سازگار است"),
    ],
)
def test_a_wrong_entry_is_told_at_its_field(navid: Visitor, site: Site, fields: dict[str, str], told: str) -> None:
    word_lists.put_list(site.id, WORDS)
    for do in ("save", "try"):
        if do == "try" and "فهرست" in told:
            continue
        answer = navid.post("/admin/words/mehr/entry", **entry(do, **fields))
        assert answer.status_code == 422
        (said,) = re.findall(r'<p class="wrong" id="wrong-(?:text|note)">([^<]+)</p>', answer.text)
        assert told in said
    assert stored(site) == WORDS


def test_what_a_word_would_hit_is_shown_before_it_is_saved(navid: Visitor, site: Site, navid_himself: Person) -> None:
    make_decided(site, navid_himself, text="خرگوش و خر‌گوش در باغ بودند")
    make_decided(site, navid_himself, DecisionOutcome.REJECTED, text="تو خری")
    make_waiting(site, "عجب خری است")
    word_lists.put_list(site.id, WORDS)
    page = navid.post("/admin/words/mehr/entry", **entry("try", text="خر")).text
    assert "از ۳ دیدگاه آخر، ۳ دیدگاه را می‌گیرد" in page
    assert '<mark data-rule="site-words"' in page
    assert "واژهٔ بلندتر یا صرف‌شده" in page
    assert 'name="allow_also" value="خر‌گوش"' in page
    assert ">خرگوش</bdi> <small>۱</small>" in page, "what is not hit"
    assert stored(site) == WORDS, "nothing is saved"
    again = navid.post("/admin/words/mehr/entry", **entry("try", text="خر", allow_also="خر‌گوش")).text
    assert "از ۳ دیدگاه آخر، ۲ دیدگاه را می‌گیرد" in again
    assert 'name="allow" value="خر‌گوش"' in again
    navid.post("/admin/words/mehr/entry", **entry(text="خر", allow="خر‌گوش"))
    assert stored(site).entries[2:] == (SiteWord("خر"), SiteWord("خر‌گوش", Kind.ALLOW))


def test_more_comments_than_are_shown_are_counted(navid: Visitor, site: Site) -> None:
    for number in range(23):
        make_waiting(site, f"شلغم {number}")
    word_lists.put_list(site.id, WORDS)
    page = navid.post("/admin/words/mehr/entry", **entry("try")).text
    assert "۲۰ تا از ۲۳" in page
    assert page.count('<mark data-rule="site-words"') == 20


def test_personal_data_in_what_is_hit_stays_covered(navid: Visitor, site: Site) -> None:
    make_waiting(site, "شلغم بخرید ۰۹۱۲۳۴۵۶۷۸۹")
    word_lists.put_list(site.id, WORDS)
    assert '<label class="covered">' in navid.post("/admin/words/mehr/entry", **entry("try")).text


def test_an_allowed_word_shows_what_it_frees(navid: Visitor, site: Site) -> None:
    make_waiting(site, "سوسیس زاغارت بندری")
    word_lists.put_list(site.id, WORDS)
    page = navid.post("/admin/words/mehr/entry", **entry("try", text="زاغارت بندری", kind="allow")).text
    assert "از ۱ دیدگاه آخر، در ۱ دیدگاه چیزی را که فهرست‌ها می‌گیرند آزاد می‌کند" in page


def test_words_are_searched_however_they_are_spelled(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    for wanted, others in (("زاغــارت", "سوسیس"), ("حقوقي", "سوسیس"), ("ورزش", "زاغارت")):
        page = navid.get(f"/admin/words/mehr?name={NAME}&q={wanted}")
        assert "۱ تا ۱ از ۱" in page
        assert f'class="word">{others}</bdi>' not in page
    assert "چیزی یافت نشد" in navid.get(f"/admin/words/mehr?name={NAME}&q=نیست")
    assert "۱ تا ۱ از ۱" in navid.get(f"/admin/words/mehr?name={NAME}&kind=suspect")


def test_a_list_of_20000_is_paged_and_drawn_in_a_moment(navid: Visitor, site: Site) -> None:
    words = tuple(SiteWord(f"واژه {number} دراز", note="یادداشت") for number in range(20_000))
    word_lists.put_list(site.id, SiteList(NAME, words))
    assert "۱۹٬۹۰۱ تا ۲۰٬۰۰۰ از ۲۰٬۰۰۰" in navid.get(f"/admin/words/mehr?name={NAME}&page=200")
    for query in ("", "&q=۱۹۹۹۹"):
        spent = min(_spent(navid, f"/admin/words/mehr?name={NAME}{query}") for _ in range(3))
        assert spent < 0.3, f"{spent:.3f} s of computing"


def _spent(visitor: Visitor, path: str) -> float:
    start = time.process_time()
    visitor.get(path)
    return time.process_time() - start


def test_a_list_leaves_as_csv_that_no_spreadsheet_runs(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, SiteList(NAME, (SiteWord("=HYPERLINK(1)"), SiteWord("خوب", Kind.ALLOW))))
    answer = navid.client.get(f"/admin/words/mehr/export?name={NAME}")
    assert answer.mimetype == "text/csv"
    assert answer.data.decode("utf-8-sig").splitlines()[1:] == ["'=HYPERLINK(1),block,word,,", "خوب,allow,word,,"]


def test_words_are_shown_as_text(navid: Visitor, site: Site) -> None:
    word_lists.put_list(site.id, SiteList("<b>", (SiteWord("<script>alert(1)</script>"),)))
    for path in ("/admin/words", "/admin/words/mehr?name=<b>"):
        assert "<script>alert" not in navid.client.get(path).text
        assert "<b><" not in navid.client.get(path).text


def test_another_sites_words_are_out_of_reach(app: Flask, site: Site) -> None:
    word_lists.put_list(site.id, WORDS)
    before = len(db.session.execute(select(RuleSetVersion.id)).all())
    kian = signed_in(app, make_person("kian", make_site("kian").site, role=Role.ADMIN))
    assert NAME not in kian.get("/admin/words")
    mark = mark_of(WORDS.entries[0])
    for path in ("", "/export", "/entry", f"/entry?entry={mark}"):
        sign = "&" if "?" in path else "?"
        kian.get(f"/admin/words/mehr{path}{sign}name={NAME}", status=404)
    assert kian.post("/admin/words", site="mehr", name="نو").status_code == 404
    for path in ("", "/remove", "/entry", "/import"):
        sent = {"new_name": "نو", "file": (b"", "a.csv"), **entry()}
        assert kian.post(f"/admin/words/mehr{path}", **sent).status_code == 404
    kian.get(f"/admin/words/staged/{uuid.uuid4()}", status=404)
    assert len(db.session.execute(select(RuleSetVersion.id)).all()) == before + 1, "only the first of Kian's own site"


def test_a_moderator_may_not_see_words(app: Flask, site: Site) -> None:
    sara = signed_in(app, make_person("sara", site))
    sara.get("/admin/words", 403)
    assert "/admin/words" not in sara.get("/review")
    assert sara.post("/admin/words/mehr/entry", **entry()).status_code == 403
