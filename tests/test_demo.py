"""The demonstration has something for every page: each kind of finding, a wave of copies, a thread, accusations."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from moderation import demo, groups, learning, queue
from moderation.db import db
from moderation.measure import load_models
from moderation.models import Comment, Decision, FindingRow, Status
from moderation.policy import Policies
from moderation.rules import RULES
from tests.factories import make_person, make_site
from worker.screening import screen_claim


def test_the_demonstration_shows_every_kind_of_finding_a_wave_and_a_thread(app: Flask) -> None:
    site = make_site("demo").site
    make_person("sara", site)
    models = load_models()
    seeded = demo.seed_demo(site, models)
    fitting = learning.claim(site.id)
    assert fitting is not None
    assert learning.learn(fitting)
    while screen_claim(models, Policies(), app.config["NAZER"]):
        pass
    assert (seeded.waiting, queue.counts([site.id]).total) == (72, 72)
    waits = select(Comment.screening_id).where(Comment.status == Status.IN_REVIEW)
    live = FindingRow.live, FindingRow.screening_id.in_(waits)
    found = dict(db.session.execute(select(FindingRow.rule, func.count()).where(*live).group_by(FindingRow.rule)).all())
    assert set(found) == {rule.slug for rule in RULES} - {"site-words", "author-standing"}, (
        "the demonstration's site has no words of its own, and knows nobody yet"
    )
    assert found["no-slander"] >= 3
    cards = queue.waiting([site.id], limit=100).comments
    assert len(cards) == 65, "the eight that say the same are one card"
    assert max(group.others for group in groups.standing(cards).values()) == 7
    assert sum(card.parent_id is not None for card in cards) == 3
    days = {moment.date() for moment in db.session.execute(select(Decision.decided_at)).scalars()}
    assert len(days) >= 14
