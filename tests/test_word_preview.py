"""What new words would have hit: the same as the rule says, in which spelling, and what should rather be allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from classifiers import corpus
from moderation import lifecycle, word_lists
from moderation.db import db
from moderation.models import DecisionOutcome, Person, RuleSetVersion, Site
from moderation.policy import Policies, live_rule_set, with_lists
from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Mode, Signals, Subject
from moderation.rules.rule_set import RuleSet, check
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.word_preview.looking import Look, look
from moderation.word_preview.recent import Counts, Fate
from tests.factories import make_comment, make_decided, make_person, make_site, make_waiting, sent

APPROVED, REJECTED = DecisionOutcome.APPROVED, DecisionOutcome.REJECTED


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def sara(site: Site) -> Person:
    return make_person("sara", site)


def seen(site: Site, *words: SiteWord, beside: Sequence[SiteWord] = (), last: int = 5000) -> Look:
    return look(site.id, words, Policies(), beside=beside, last=last)


def make_live(site: Site, rules: dict[str, dict[str, object]]) -> None:
    """Another version of the site's rules."""
    content = RuleSet(rules)
    number = db.session.execute(select(func.count()).select_from(RuleSetVersion)).scalar_one() + 1
    db.session.add(RuleSetVersion(site_id=site.id, number=number, content=content.to_dict(), digest=content.digest))
    db.session.commit()


def texts(told: Look) -> set[str]:
    return {hit.comment.text for hit in told.trial.hits}


@pytest.mark.parametrize(
    "words",
    [
        (SiteWord("خر"),),
        (SiteWord("دزد", Kind.SUSPECT), SiteWord("دزدی", Kind.ALLOW)),
        (SiteWord(r"\bمی\w+ند\b", pattern=True),),
        (SiteWord("دروغ گو"), SiteWord("دولت", section="سیاست")),
    ],
)
def test_it_is_what_the_rule_itself_says(site: Site, words: Sequence[SiteWord]) -> None:
    stored = [make_comment(site, one.text) for one in corpus.comments()[:150]]
    word_lists.put_list(site.id, SiteList("مجاز", (SiteWord("دولتی", Kind.ALLOW),)))
    told = seen(site, *words)
    word_lists.put_list(site.id, SiteList("تازه", tuple(words)))
    compiled = replace(live_rule_set(site.id), word_lists=with_lists(site.id).word_lists).compile(RULES)
    found = {}
    for comment in stored:
        subject = Subject(comment.text, Signals(), ArticleContext("", section=None))
        spans = [one.spans for one in check(subject, compiled) if one.rule == "site-words"]
        found |= {comment.id: list(spans[0])} if spans else {}
    assert {hit.comment.id: hit.spans for hit in told.trial.hits} == found
    assert found or len(words) > 1


def test_a_word_counts_in_its_section_alone(site: Site) -> None:
    for number, section in enumerate(("ورزش", "سیاست")):
        article = sent().article.model_copy(update={"external_id": f"a-{number}", "section": section})
        make_comment(site, f"شلغم {section}", article=article)
    assert texts(seen(site, SiteWord("شلغم", section="ورزش"))) == {"شلغم ورزش"}


def test_a_site_that_ignores_disguises_is_told_so(site: Site) -> None:
    make_comment(site, "ز.ا.غ.ا.ر.ت")
    assert [form.how for form in seen(site, SiteWord("زاغارت")).forms] == ["split"]
    make_live(site, {"site-words": {"mode": "shadow", "options": {"disguised": "ignore"}}})
    told = seen(site, SiteWord("زاغارت"))
    assert (told.trial.counts.total, told.trial.mode) == (0, Mode.SHADOW)
    make_live(site, {"site-words": {"mode": "off"}})
    assert seen(site, SiteWord("زاغارت")).trial.mode is Mode.OFF


def test_comments_are_counted_by_what_became_of_them(site: Site, sara: Person) -> None:
    for outcome, count in ((APPROVED, 3), (REJECTED, 2)):
        for number in range(count):
            make_decided(site, sara, outcome, text=f"شلغم {outcome} {number}")
    make_waiting(site, "شلغم در صف")
    make_comment(site, "شلغم تازه")
    make_comment(site, "هویج")
    told = seen(site, SiteWord("شلغم"))
    assert told.trial.counts == Counts(approved=3, rejected=2, waiting=2)
    assert len(told.trial.looked_at) == 8
    assert [len(told.hits(fate)) for fate in Fate] == [3, 2, 2]
    assert told.entries == [(SiteWord("شلغم"), Counts(3, 2, 2))]


def test_only_the_last_comments_are_looked_at_and_no_erased_ones(site: Site) -> None:
    made = [make_comment(site, f"شلغم {number}") for number in range(4)]
    make_comment(make_site("kian").site, "شلغم کیان")
    lifecycle.erase(site.id, made[3].id)
    lifecycle.withdraw(site.id, made[2].id)
    assert texts(seen(site, SiteWord("شلغم"))) == {"شلغم 0", "شلغم 1"}
    assert texts(seen(site, SiteWord("شلغم"), last=1)) == {"شلغم 1"}


def test_each_way_of_writing_is_told(site: Site) -> None:
    for text in ("کلاش", "کلاش‌ها", "کلاشی", "ک.ل.ا.ش", "کــلاش", "کلاش و کلاش"):
        make_comment(site, text)
    told = {form.written: (form.how, form.counts.total) for form in seen(site, SiteWord("کلاش")).forms}
    assert told == {"کلاش": ("own", 3), "کلاش‌ها": ("longer", 1), "کلاشی": ("longer", 1), "ک.ل.ا.ش": ("split", 1)}


def test_what_people_approved_is_offered_to_be_allowed_and_what_they_rejected_is_not(site: Site, sara: Person) -> None:
    for text, outcome in (
        ("خر‌گوش دیدم", APPROVED),
        ("خر‌گوش سفید", APPROVED),
        ("خری", REJECTED),
        ("خری هم", APPROVED),
        ("خر", APPROVED),
    ):
        make_decided(site, sara, outcome, text=text)
    make_waiting(site, "خره")
    told = seen(site, SiteWord("خر"))
    assert [(one.text, one.counts) for one in told.suggestions] == [("خر‌گوش", Counts(approved=2))]
    freed = seen(site, SiteWord("خر"), beside=[SiteWord("خر‌گوش", Kind.ALLOW)])
    assert texts(told) - texts(freed) == {"خر‌گوش دیدم", "خر‌گوش سفید"}
    assert freed.suggestions == []


def test_words_that_only_hold_the_letters_are_told_as_left_alone(site: Site, sara: Person) -> None:
    make_decided(site, sara, text="خرگوش و خرید و خرگوش، خر")
    make_decided(site, sara, text="خرگوشِ دوم")
    make_decided(site, sara, REJECTED, text="خراب")
    told = seen(site, SiteWord("خر"))
    assert [(one.text, one.comments) for one in told.passing] == [("خرگوش", 2), ("خرید", 1)]


def test_an_allowed_word_frees_what_nothing_else_frees(site: Site) -> None:
    for text in ("زاغارت بندری", "زاغارت تنها", "سوسیس بندری"):
        make_comment(site, text)
    words = (SiteWord("زاغارت"), SiteWord("سوسیس"), SiteWord("سوسیس بندری", Kind.ALLOW))
    word_lists.put_list(site.id, SiteList("n", words))
    freed = {hit.comment.text for hit in seen(site, SiteWord("زاغارت بندری", Kind.ALLOW)).trial.freed}
    assert freed == {"زاغارت بندری"}
    assert {hit.comment.text for hit in seen(site, SiteWord("سوسیس بندری", Kind.ALLOW)).trial.freed} == {
        "سوسیس بندری"
    }, "what it frees already"
    assert seen(site, SiteWord("بندری", Kind.ALLOW)).trial.freed == ()


def test_lists_are_not_compiled_for_an_allowed_word_that_no_comment_holds(site: Site) -> None:
    word_lists.put_list(site.id, SiteList("ours", (SiteWord("زاغارت"),)))
    make_comment(site, "زاغارت‌فروش محله")
    policies = Policies()
    assert not look(site.id, [SiteWord("خرگوش", Kind.ALLOW)], policies).trial.freed
    assert not policies._compiled
    assert look(site.id, [SiteWord("زاغارت‌فروش", Kind.ALLOW)], policies).trial.freed
    assert policies._compiled


def test_hostile_texts_stop_no_look(site: Site) -> None:
    for text in ("\u200c" * 50 + "خر" + "\u200c", "خ" * 5000, "\u202eخر\u202c", "‌خر‌", "a\u0301" * 100 + " خر"):
        make_comment(site, text)
    told = seen(site, SiteWord("خر"), SiteWord(r"خ+", pattern=True))
    assert told.trial.counts.total >= 3
    assert isinstance(told.trial.hits[0].comment.text, str)
    assert told.forms
