"""A site's own words as the screening worker uses them: read by hash, compiled once, held within bounds."""

from __future__ import annotations

import gc
import json

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation import policy, word_lists
from moderation.db import db
from moderation.models import Comment, RuleSetVersion, Site, WordList
from moderation.policy import Policies, live_rule_set
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.settings import Settings
from tests.factories import make_comment, make_site, sent
from tests.fakes import fake_models
from tests.statements import statements
from worker.screening import screen_claim

LIST = SiteList(
    "رکیک", (SiteWord("زاغارت"), SiteWord("سوسیس", Kind.SUSPECT), SiteWord(r"\bوام\s?فوری\b", pattern=True))
)


def codes(comment: Comment) -> list[tuple[str, str]]:
    found = db.session.get_one(Comment, comment.id, populate_existing=True).screening.findings
    return [(finding.rule, finding.code) for finding in found]


def compiled(policies: Policies, site: Site) -> object:
    rules = policies.live([site.id])[site.id][1]
    assert rules is not None
    return rules.lists.lists[0]


def test_a_sites_words_are_stored_and_found_in_its_comments_alone(app: Flask, settings: Settings) -> None:
    mehr, kian = make_site("mehr").site, make_site("kian").site
    word_lists.put_list(mehr.id, LIST)
    theirs = make_comment(kian, "زاغارت")
    ours = [make_comment(mehr, text) for text in ("زاغارت!", "سوسیس", "وام‌فوری می‌دهم", "سلام")]
    screen_claim(fake_models(), Policies(), settings)
    expected = [
        [("site-words", "blocked-word")],
        [("site-words", "suspect-word")],
        [("site-words", "blocked-word")],
        [],
    ]
    assert [codes(comment) for comment in ours] == expected
    assert codes(theirs) == []
    assert db.session.execute(select(WordList.content)).scalar_one() == LIST.content


def test_an_imported_list_takes_effect_with_the_next_batch(app: Flask, settings: Settings) -> None:
    site, policies = make_site().site, Policies()
    before = make_comment(site, "زاغارت")
    screen_claim(fake_models(), policies, settings)
    word_lists.put_list(site.id, LIST)
    after = make_comment(site, "زاغارت")
    screen_claim(fake_models(), policies, settings)
    assert (codes(before), codes(after)) == ([], [("site-words", "blocked-word")])


def test_a_word_counts_in_its_section_alone(app: Flask, settings: Settings) -> None:
    site = make_site().site
    word_lists.put_list(site.id, SiteList("n", (SiteWord("زاغارت", section="ورزش"),)))
    article = sent().article
    sport = article.model_copy(update={"external_id": "a-2", "section": "ورزش "})
    inside, outside = make_comment(site, "زاغارت", article=sport), make_comment(site, "زاغارت")
    screen_claim(fake_models(), Policies(), settings)
    assert (codes(inside), codes(outside)) == ([("site-words", "blocked-word")], [])


def test_what_a_site_allows_is_no_insult_there(app: Flask, settings: Settings) -> None:
    mehr, kian = make_site("mehr").site, make_site("kian").site
    word_lists.put_list(mehr.id, SiteList("مجاز", (SiteWord("احمق", Kind.ALLOW),)))
    allowed, not_allowed = make_comment(mehr, "تو احمق هستی"), make_comment(kian, "تو احمق هستی")
    screen_claim(fake_models(), Policies(), settings)
    assert (codes(allowed), codes(not_allowed)) == ([], [("no-insults", "insult")])


def test_a_list_is_compiled_once_for_all_versions_that_name_it(app: Flask) -> None:
    site, policies = make_site().site, Policies()
    word_lists.put_list(site.id, LIST)
    first = compiled(policies, site)
    word_lists.put_list(site.id, SiteList("another", (SiteWord("شلغم"),)))
    assert compiled(policies, site) is first
    assert compiled(Policies(), site) is not first, "another process has its own"
    with statements() as asked:
        policies.live([site.id])
    assert len(asked) == 1, "what is compiled is not read again"


def test_a_process_keeps_no_more_words_than_its_bound(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "KEPT_WORDS", 4)
    policies = Policies()
    sites = [make_site(f"site-{number}").site for number in range(4)]
    for site in sites:
        word_lists.put_list(site.id, LIST)
        policies.live([site.id])
    gc.collect()
    assert len(policies._lists) == 1
    assert policies.live([sites[0].id])[sites[0].id][1] is not None, "a list that was let go comes back"


@pytest.mark.parametrize("harm", ["changed", "gone", "of another site"])
def test_a_list_that_is_not_what_the_rules_name_holds_the_sites_comments_for_people(
    harm: str, app: Flask, settings: Settings
) -> None:
    site, other = make_site("mehr").site, make_site("kian").site
    word_lists.put_list(site.id, LIST)
    content = {"name": "رکیک", "entries": []} if harm == "changed" else LIST.to_dict()
    values = {
        "changed": {"content": json.dumps(content)},
        "gone": {"sha256": "0" * 64},
        "of another site": {"site_id": other.id},
    }[harm]
    db.session.execute(update(WordList).values(**values))
    db.session.commit()
    comment, theirs = make_comment(site, "سلام"), make_comment(other, "سلام")
    screen_claim(fake_models(), Policies(), settings)
    assert codes(comment) == [("service", "screening-failed")]
    assert codes(theirs) == []


def test_older_versions_keep_their_lists(app: Flask) -> None:
    site = make_site().site
    before = word_lists.put_list(site.id, LIST)
    word_lists.remove_list(site.id, LIST.name)
    assert live_rule_set(site.id).word_lists == ()
    assert before is not None
    old = db.session.get_one(RuleSetVersion, before.id)
    assert old.content["word_lists"] == [{"sha256": LIST.sha256}]
    numbers = db.session.execute(select(RuleSetVersion.number).order_by(RuleSetVersion.number)).scalars()
    assert list(numbers) == [1, 2, 3]
