"""A site that shows personal data to some of its people sends it to nobody else: on no page, in no part of one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select, update

from classifiers.text import fold
from moderation import lifecycle, site_settings, word_lists
from moderation.access import sees_personal_data
from moderation.db import db, transaction
from moderation.lifecycle import Cut, Ruling
from moderation.models import Comment, DecisionOutcome, Person, PersonalDataFor, Role, ShadowScreening, Site, Status
from moderation.rule_sets import drafts, publishing
from moderation.rules.base import ArticleContext, Finding, Signals, Subject
from moderation.rules.no_personal_data import NoPersonalData
from moderation.rules.no_spam import NoSpam
from moderation.rules.word_lists import SiteList, SiteWord
from moderation.shown import repeated, said
from moderation.wire import AuthorIn
from tests.dashboard.test_covering import BARE
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_waiting, sent
from tests.replay.past import changed, decide_many, finished

SIGN = "زنبق"
PHONE, CARD = "09194827365", "6037997359182640"
SPELLINGS = (
    "۰۹۱۹۴۸۲۷۳۶۵",
    "０９１９４８２７３６５",
    "0\u200c9\u200c1\u200b9\u200c4\u20608\u200c2\u200c7\u200c3\u200c6\u200c5",
    "۰۹۱۹ ۴۸۲ ۷۳ ۶۵",
    "+98 919 482 7365",
    "صفر نهصد و نوزده چهارصد و هشتاد و دو هفتاد و سه شصت و پنج",
    "کارت ۶۰۳۷-۹۹۷۳-۵۹۱۸-۲۶۴۰",
    "maryam.karimi@gmail.com",
    "maryam.karimi ات جیمیل دات کام",
)
NASER = AuthorIn(name="ناصر", id="u-7")
_PARTS = {number[at : at + 8] for number in (PHONE[1:], CARD) for at in range(len(number) - 7)}
_WORDS = ("maryam", "karimi", "نهصد", "(…۶۵")


def leaks(page: str) -> list[str]:
    """What a page lets out of the numbers and the address."""
    folded = fold(html.unescape(page)).text.lower()
    digits = re.sub(r"\D", "", folded)
    return [part for part in _PARTS if part in digits] + [word for word in _WORDS if word in folded or word in page]


def found_in(text: str) -> list[Finding]:
    subject = Subject(text, Signals(), ArticleContext(""))
    return [finding for rule in (NoPersonalData(), NoSpam()) if (finding := rule.check(subject))]


@dataclass
class Scene:
    """Texts that give something away, in every place that a text can have."""

    site: Site
    comments: list[Comment]
    first: Comment
    replay_id: object = None

    def addresses(self, app: Flask) -> Iterator[tuple[str, str]]:
        """Every page that can be asked for, by the name of its route, with the things of this scene in it."""
        article = self.first.article_id
        known = {
            "slug": self.site.slug,
            "author_id": "u-7",
            "number": 1,
            "article_id": article,
            "first_id": self.first.id,
        }
        known |= {"replay_id": self.replay_id}
        for route in app.url_map.iter_rules():
            if "GET" not in (route.methods or ()) or route.rule.startswith(("/v1/", "/static/")):
                continue
            for comment in self.comments if "comment_id" in route.arguments else self.comments[:1]:
                address = route.rule
                for name in route.arguments:
                    address = re.sub(f"<(?:[a-z]+:)?{name}>", str(known.get(name) or comment.id), address)
                yield route.endpoint, address
        yield from (
            ("dashboard.search", f"/search?q={SIGN}"),
            ("dashboard.queue", "/review?part=cards"),
            ("dashboard.bulk", "/bulk?by=insult-model&from=0&to=1"),
            ("dashboard.author", "/authors?id=u-7"),
            ("admin.rules_shadow", f"/admin/rules/{self.site.slug}/shadow"),
        )
        for kind in ("caught_more", "caught_less", "wrongly_held", "freed"):
            yield "admin.replay_comments", f"/admin/replays/{self.replay_id}/comments?kind={kind}&rule=no-insults"


@pytest.fixture
def scene(site: Site, sara_herself: Person) -> Scene:
    signals = Signals(language="fa", insult=0.95, models={"insult": "1"})
    told: dict[str, object] = {"signals": signals, "author": NASER}

    def waiting(text: str) -> Comment:
        return make_waiting(site, f"{SIGN} {text}", findings=found_in(f"{SIGN} {text}"), **told)

    made = [waiting(text) for text in SPELLINGS]
    first, *others = made[:3]
    named = update(Comment).where(Comment.id.in_([other.id for other in others]))
    db.session.execute(named.values(repeats_of=first.id))
    db.session.commit()
    parent = sent(f"{SIGN} {SPELLINGS[0]} و {SPELLINGS[7]}")
    lifecycle.receive(site.id, parent)
    made.append(make_waiting(site, "موافقم", parent_external_id=parent.external_id))
    made.append(waiting(f"{'متن بلند. ' * 200} {' '.join(SPELLINGS)}"))  # behind the fold
    made += [waiting(f"{'م' * gap} {SPELLINGS[0]}") for gap in (70, 140, 285)]
    decided, trimmed = (waiting(" ".join(SPELLINGS)) for _ in range(2))
    lifecycle.decide(decided, sara_herself.id, Ruling(DecisionOutcome.APPROVED, 1), 60)
    lifecycle.trim(trimmed, sara_herself.id, Cut([(0, 5)], 1), 60)
    unscreened = lifecycle.receive(site.id, sent(f"{SIGN} {' '.join(SPELLINGS)}", author=NASER)).comment_id
    made += [decided, trimmed, db.session.get_one(Comment, unscreened)]
    return Scene(site, made, first)


def shown_to(site: Site, whom: PersonalDataFor) -> None:
    site_settings.change(site.id, {"personal_data_for": str(whom)})


def test_the_scene_gives_away_what_it_should(scene: Scene) -> None:
    texts = " ".join(db.session.execute(select(Comment.text)).scalars())
    assert set(leaks(texts)) >= _PARTS | {"maryam", "karimi", "نهصد"}


def test_a_moderator_gets_none_of_it_on_any_page(app: Flask, scene: Scene, sara: Visitor) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    with_text = set()
    for name, address in scene.addresses(app):
        answer = sara.client.get(address, follow_redirects=True)
        assert not leaks(answer.text), f"{address}: {leaks(answer.text)}"
        assert answer.status_code < 500, address
        if answer.status_code == 200 and SIGN in answer.text:
            with_text.add(name.removeprefix("dashboard."))
    assert with_text >= {"queue", "comment", "group", "bulk", "search", "article", "author", "decided"}


def test_a_rule_editor_gets_none_of_it_where_only_admins_do(app: Flask, scene: Scene, sara_herself: Person) -> None:
    site = scene.site
    decide_many(site, sara_herself, 40, texts=[f"{SIGN} {told}" for told in SPELLINGS])
    scene.replay_id = finished(site, changed(site, value=0.2)).id
    draft = drafts.save(site.id, changed(site, value=0.9), edit=drafts.of(site.id).edit)
    shadow = publishing.to_shadow(site.id, edit=draft.edit, note="سایه")
    finding = {"rule": "no-insults", "code": "insult", "outcome": "suspect", "score": 0.7}
    with transaction():
        for comment in scene.comments:
            if comment.screening_id:
                row = {"rule_set_id": shadow.id, "comment_id": comment.id, "revision": 1}
                told = {"screening_id": comment.screening_id, "verdict": "suspect", "findings": [finding]}
                db.session.add(ShadowScreening(**row, **told))
    shown_to(site, PersonalDataFor.ADMINS)
    editor = signed_in(app, make_person("reza", site, role=Role.EDITOR))
    with_text = set()
    for name, address in scene.addresses(app):
        answer = editor.client.get(address, follow_redirects=True)
        assert not leaks(answer.text), f"{address}: {leaks(answer.text)}"
        if answer.status_code == 200 and SIGN in answer.text:
            with_text.add(name)
    assert with_text >= {"admin.replay_comments", "admin.rules_shadow", "dashboard.queue"}


@pytest.mark.parametrize(
    "word", [{"text": "[0-9۰-۹]{4}", "pattern": "1"}, {"text": "0919"}, {"text": "karimi"}, {"text": SIGN}]
)
def test_no_word_that_is_tried_finds_out_what_is_withheld(app: Flask, scene: Scene, word: dict[str, str]) -> None:
    shown_to(scene.site, PersonalDataFor.ADMINS)
    words = SiteList("آزمون", (SiteWord("کلم"),))
    word_lists.put_list(scene.site.id, words)
    editor = signed_in(app, make_person("reza", scene.site, role=Role.EDITOR))
    form = {"name": "آزمون", "seen": words.sha256, "was": "", "do": "try", "kind": "block", **word}
    answer = editor.post(f"/admin/words/{scene.site.slug}/entry", **form)
    assert answer.status_code == 200, answer.text
    assert not leaks(answer.text.replace(word["text"], "…"))
    assert (SIGN in answer.text) is (word["text"] == SIGN)


@pytest.mark.parametrize("role", [Role.SENIOR, Role.EDITOR, Role.ADMIN])
def test_who_may_see_it_finds_all_of_it_behind_covers(app: Flask, scene: Scene, role: Role) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    visitor = signed_in(app, make_person("mina", scene.site, role=role))
    for place in ("/review", f"/groups/{scene.first.id}", "/decided", "/authors/mehr/u-7", f"/search?q={SIGN}"):
        page = visitor.get(place)
        assert leaks(page), place
        rest = BARE.sub("", page)
        assert not [part for part in leaks(rest) if part in _PARTS], place
    assert "(…۶۵)" in visitor.get("/review"), "the end of a number in the reason"


def test_a_cover_with_nothing_beneath_has_no_box(scene: Scene, sara: Visitor) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    page = sara.get(f"/review/{scene.comments[2].id}")
    assert '<label class="covered">' not in page
    assert 'aria-label="دادهٔ شخصی که نشان داده نمی‌شود"' in page
    assert page.count("••••••••••••••••</span>") >= 1
    assert 'data-rule="no-personal-data"' in page


def test_who_may_not_see_a_text_cannot_trim_it_and_is_told_why(scene: Scene, sara: Visitor) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    comment = scene.comments[0]
    page = sara.get(f"/review/{comment.id}/trim")
    assert "این سایت آن را به نقش شما نشان نمی‌دهد" in page
    assert 'name="cut"' not in page
    answer = sara.post(f"/review/{comment.id}/trim", revision=1, cut=["0"])
    assert answer.status_code == 403
    assert "این سایت آن را به نقش شما نشان نمی‌دهد" in answer.text
    assert not leaks(answer.text)
    assert db.session.get_one(Comment, comment.id, populate_existing=True).status == Status.IN_REVIEW


def test_a_text_with_nothing_to_hide_is_trimmed_by_everybody(site: Site, sara: Visitor) -> None:
    shown_to(site, PersonalDataFor.ADMINS)
    comment = make_waiting(site, "این وزیر احمق کار خوبی کرد")
    assert 'name="cut"' in sara.get(f"/review/{comment.id}/trim")
    assert sara.post(f"/review/{comment.id}/trim", revision=1, cut=["2"]).status_code == 303


def test_who_may_see_a_text_trims_it(app: Flask, scene: Scene) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    senior = signed_in(app, make_person("mina", scene.site, role=Role.SENIOR))
    assert senior.post(f"/review/{scene.comments[0].id}/trim", revision=1, cut=["1"]).status_code == 303


def test_a_change_that_is_told_word_by_word_tells_no_number(scene: Scene, sara: Visitor) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    comment = scene.comments[0]
    lifecycle.revise(scene.site.id, comment.id, f"{SIGN} نو {SPELLINGS[3]} و {SPELLINGS[7]}")
    answer = sara.decide(comment, "approved", revision=1)
    assert answer.status_code == 409
    assert "چه تغییر کرده است" in answer.text
    assert not leaks(answer.text)


def test_a_band_of_scores_shows_its_sample_without(scene: Scene, sara: Visitor) -> None:
    shown_to(scene.site, PersonalDataFor.SENIORS)
    band = {"site": "mehr", "by": "insult-model", "from": "0", "to": "1", "outcome": "approved"}
    answer = sara.post("/bulk/band", **band)
    assert SIGN in answer.text
    assert not leaks(answer.text)


@pytest.mark.parametrize("wanted", ["0919", "۰۹۱۹۴۸۲۷۳۶۵", "maryam"])
def test_a_search_finds_out_no_number(app: Flask, scene: Scene, sara: Visitor, wanted: str) -> None:
    senior = signed_in(app, make_person("mina", scene.site, role=Role.SENIOR))
    shown_to(scene.site, PersonalDataFor.SENIORS)
    assert 'class="text"' in senior.get(f"/search?q={wanted}")
    assert 'class="text"' not in sara.get(f"/search?q={wanted}")


def test_a_rule_that_is_off_lets_nothing_out(site: Site, sara: Visitor) -> None:
    shown_to(site, PersonalDataFor.SENIORS)
    comment = make_waiting(site, f"{SIGN} {SPELLINGS[0]}")  # screened, and nothing found
    assert not leaks(sara.get(f"/review/{comment.id}"))


def test_no_reason_repeats_what_is_hidden() -> None:
    finding = Finding(
        "no-spam", "contact", "suspect", 0.9, "دارد: «karimi» و «۰۹۱۹ ۴۸۲…» (۲ مورد)؛ امتیاز ۰٫۹۰.", "", ()
    )
    told = said(finding, f"{SPELLINGS[7]}\n{SPELLINGS[0]}")
    assert told == "دارد: «••••••» و «••••••••…» (۲ مورد)؛ امتیاز ۰٫۹۰."
    assert said(finding) == finding.reason
    assert repeated("هیچ شماره‌ای در ۳ جا", PHONE) == []


@pytest.mark.parametrize(
    ("whom", "roles"),
    [
        ("everybody", set(Role)),
        ("seniors", {Role.SENIOR, Role.EDITOR, Role.ADMIN}),
        ("admins", {Role.ADMIN}),
        ("what nobody knows", {Role.ADMIN}),
    ],
)
def test_whom_each_setting_means(site: Site, whom: str, roles: set[Role]) -> None:
    people = {role: make_person(str(role), site, role=role) for role in Role}
    site.personal_data_for = whom
    assert {role for role, person in people.items() if sees_personal_data(person, site)} == roles
