"""The draft of a site's rules: one, checked, and never written over by somebody who has not seen it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from moderation import actors, word_lists
from moderation.actors import Actor, Channel
from moderation.db import db
from moderation.models import AuditEntry, Person, Site, WordList
from moderation.policy import live_rule_set
from moderation.rule_sets import drafts, publishing
from moderation.rule_sets.refusals import Conflict
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet
from moderation.rules.word_lists import SiteList, SiteWord
from tests.factories import make_person, make_site
from tests.rule_sets.changing import draft, publish, with_options


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site("mehr").site


@pytest.fixture
def navid(site: Site) -> Person:
    return make_person("navid", site)


def test_without_a_draft_one_begins_from_the_live_rules(site: Site) -> None:
    found = drafts.of(site.id)
    assert (found.edit, found.base, found.updated_at) == (0, 1, None)
    assert found.rules == live_rule_set(site.id)


def test_a_draft_says_who_saved_it_and_the_record_says_what_changed(site: Site, navid: Person) -> None:
    actors.act_as(Actor(Channel.PAGES, person_id=navid.id))
    saved = draft(site.id, suspect_at=0.45)
    actors.nobody()
    assert (saved.edit, saved.base, saved.person_id) == (1, 1, navid.id)
    assert live_rule_set(site.id).rules["no-insults"]["options"]["suspect_at"] == 0.6
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "draft.saved")).scalar_one()
    assert entry.person_id == navid.id
    assert entry.before == {"/rules/no-insults/options/suspect_at": 0.6}
    assert entry.after == {"/rules/no-insults/options/suspect_at": 0.45}


def test_the_second_editor_is_told_and_nothing_is_overwritten(site: Site) -> None:
    seen = drafts.of(site.id)
    draft(site.id, suspect_at=0.45)
    with pytest.raises(Conflict) as conflict:
        drafts.save(site.id, with_options(seen.rules, "no-insults", suspect_at=0.9), edit=seen.edit)
    assert conflict.value.draft.rules.rules["no-insults"]["options"]["suspect_at"] == 0.45
    assert drafts.of(site.id).rules.rules["no-insults"]["options"]["suspect_at"] == 0.45


def test_an_editor_who_read_rules_that_are_live_no_more_is_told(site: Site) -> None:
    seen = drafts.of(site.id)
    draft(site.id, suspect_at=0.45)
    publish(site.id)
    with pytest.raises(Conflict):
        drafts.save(site.id, seen.rules, edit=seen.edit)
    again = drafts.of(site.id)
    publishing.roll_back(site.id, 1, note="back")
    with pytest.raises(Conflict):
        drafts.save(site.id, again.rules, edit=again.edit)


def test_a_discarded_draft_is_gone_and_its_edit_never_comes_again(site: Site) -> None:
    saved = draft(site.id, suspect_at=0.45)
    with pytest.raises(Conflict):
        drafts.discard(site.id, edit=saved.edit + 1)
    drafts.discard(site.id, edit=saved.edit)
    found = drafts.of(site.id)
    assert found.updated_at is None
    assert found.rules == live_rule_set(site.id)
    assert draft(site.id, suspect_at=0.5).edit > saved.edit
    with pytest.raises(Conflict):
        drafts.save(site.id, saved.rules, edit=saved.edit)


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"rules": {"no-such/rule": {}}}, "/rules/no-such~1rule"),
        ({"rules": {"no-insults": {"options": {"suspect_at": 2}}}}, "/rules/no-insults/options/suspect_at"),
        ({"rules": {"no-insults": {"options": {"colour": 2}}}}, "/rules/no-insults/options/colour"),
        ({"rules": {"no-insults": {"mode": []}}}, "/rules/no-insults/mode"),
        ({"rules": {"no-insults": {"made": "live"}}}, "/rules/no-insults/made"),
        ({"rules": {"no-spam": {"options": {"known_sites": "a\0"}}}}, "/rules/no-spam/options/known_sites"),
        ({"rules": {"no-slander": {"rejects_at": 0.5}}}, "/rules/no-slander/rejects_at"),
        (
            {"rules": {}, "sections": {"ورزش": {"on-topic": {"options": {"suspect_below": "x"}}}}},
            "/sections/ورزش/on-topic/options/suspect_below",
        ),
        ({"rules": {}, "sections": {"a\0": {"on-topic": {"mode": "off"}}}}, "/sections/a\0"),
        ({"rules": {}, "word_lists": [{"sha256": "0" * 64}]}, "/word_lists/0/sha256"),
        ({"rules": {}, "word_lists": [{"sha256": "\0"}]}, "/word_lists/0/sha256"),
        ({"rules": {}, "word_lists": [{"name": "n", "entries": [{"text": " "}]}]}, "/word_lists/0/entries/0/text"),
    ],
)
def test_rules_that_do_not_compile_are_refused_field_by_field(
    site: Site, content: dict[str, object], pointer: str
) -> None:
    with pytest.raises(RuleSetError) as refused:
        drafts.save(site.id, RuleSet.from_dict(content), edit=0)
    assert list(refused.value.errors) == [pointer]
    assert drafts.of(site.id).updated_at is None


def test_a_list_that_comes_inside_the_rules_is_stored_once_by_its_hash(site: Site) -> None:
    words = SiteList("رکیک", (SiteWord("زاغارت"),))
    for _ in range(2):
        before = drafts.of(site.id)
        rules = replace(before.rules, word_lists=(words.to_dict(),))
        saved = drafts.save(site.id, rules, edit=before.edit)
    assert saved.rules.word_lists == ({"sha256": words.sha256},)
    assert db.session.execute(select(WordList.content)).scalars().all() == [words.content]


def test_a_list_of_another_site_is_unknown(site: Site) -> None:
    words = SiteList("رکیک", (SiteWord("زاغارت"),))
    word_lists.put_list(make_site("kian").site.id, words)
    with pytest.raises(RuleSetError):
        drafts.save(site.id, RuleSet({}, ({"sha256": words.sha256},)), edit=0)


def test_words_that_are_listed_meanwhile_are_in_the_draft_and_stay_when_it_is_published(site: Site) -> None:
    saved = draft(site.id, suspect_at=0.45)
    words = SiteList("رکیک", (SiteWord("زاغارت"),))
    word_lists.put_list(site.id, words, note="a new word")
    assert drafts.of(site.id).edit == saved.edit
    assert drafts.of(site.id).rules.word_lists == ({"sha256": words.sha256},)
    publish(site.id)
    assert live_rule_set(site.id).word_lists == ({"sha256": words.sha256},)
    assert live_rule_set(site.id).rules["no-insults"]["options"]["suspect_at"] == 0.45


def test_a_site_has_no_part_in_another_sites_draft(site: Site) -> None:
    draft(site.id, suspect_at=0.45)
    kian = make_site("kian").site
    assert drafts.of(kian.id).edit == 0
    assert drafts.of(kian.id).rules.rules["no-insults"]["options"]["suspect_at"] == 0.6
