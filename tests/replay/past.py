"""Decisions of people as they lie in the database after weeks: measured, screened by the live rules, decided."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from moderation import lifecycle, replay
from moderation.db import db, new_id, now
from moderation.lifecycle import Past, Screened
from moderation.models import Article, DecisionOutcome, Person, Replay, RuleSetVersion, Site
from moderation.policy import Policies, live_rule_set
from moderation.rules.base import ArticleContext, Signals, Subject
from moderation.rules.options import with_option
from moderation.rules.rule_set import RuleSet, check, judge, live
from moderation.wire import ArticleBody

TEXTS = (
    "ممنون از گزارش خوبتان",
    "تو احمق هستی و هیچ نمی‌فهمی",
    "برای خرید ارزان به کانال ما بیایید @arzan_kala",
    "شماره من ۰۹۱۲۱۲۳۴۵۶۷ است زنگ بزنید",
    "رئیس بانک رشوه گرفته و دزد است",
    "قیمت نان دوباره بالا رفت و کسی پاسخگو نیست",
    "این بازی خیلی خوب بود، آفرین به بچه‌ها",
    "خاک بر سر این مسئولان بی‌شعور",
)
SECTION = "ورزش"


@dataclass(frozen=True, slots=True)
class Told:
    """One past decision as a test sees it."""

    comment_id: uuid.UUID
    subject: Subject
    approved: bool
    reason: str | None


def articles(site: Site) -> list[Article]:
    """Two articles, the second in a section."""
    for number, section in enumerate((None, SECTION)):
        body = ArticleBody(title=f"خبر {number} بانک", body="متن خبر دربارهٔ بانک و ورزش.", section=section)
        lifecycle.register_article(site.id, f"r-{number}", body)
    found = select(Article).where(Article.site_id == site.id).order_by(Article.external_id)
    return list(db.session.execute(found).scalars())


def decide_many(site: Site, person: Person, count: int, *, seed: int = 7, texts: Sequence[str] = TEXTS) -> list[Told]:
    """So many decided comments of the last days, the newest first, with signals drawn at random."""
    draw = random.Random(seed)
    version, rules = Policies().live([site.id])[site.id]
    assert rules is not None
    under = articles(site)
    told, past = [], []
    for number in range(count):
        article = under[number % len(under)]
        context = ArticleContext(article.title, article.body or "", article.section)
        subject = Subject(f"{draw.choice(texts)} {number}", _signals(draw), context)
        here = rules.under(article.section)
        findings = check(subject, here)
        counting = live(findings, here)
        moment = now() - timedelta(days=10) + timedelta(minutes=number)
        shadow = [each for each in findings if each not in counting]
        signals = subject.signals.to_dict()
        screened = Screened(new_id(moment), 1, version, judge(counting), signals, counting, shadow)
        reason = draw.choice((None, None, "no-insults", "no-spam", "on-topic"))
        outcome = DecisionOutcome.REJECTED if reason else DecisionOutcome.APPROVED
        place = {"external_id": f"past-{number}", "article_id": article.id, "author_name": "خواننده"}
        times = {"received_at": moment, "decided_at": moment}
        past.append(Past(**place, **times, text=subject.text, outcome=outcome, reason=reason, screened=screened))
        told.append(Told(screened.comment_id, subject, reason is None, reason))
    assert lifecycle.remember(site.id, person.id, past) == count
    return told[::-1]


def _signals(draw: random.Random) -> Signals:
    outcome = draw.choice(("on_topic", "off_topic_suspect"))
    return Signals(
        language=draw.choice(("fa", "fa", "fa", "en", "fa-latn", "und")),
        language_margin=0.9,
        insult=round(draw.random(), 3),
        relevance=round(draw.uniform(-2, 2), 3),
        relevance_outcome=outcome,
        models={"insult": "test"},
    )


def changed(site: Site, slug: str = "no-insults", option: str = "suspect_at", value: object = 0.3) -> RuleSet:
    """The site's live rules with one option changed."""
    return with_option(live_rule_set(site.id), slug, option, value)


def publish(site: Site, rules: RuleSet) -> RuleSetVersion:
    """Make rules live at once."""
    number = max(db.session.execute(select(RuleSetVersion.number).where(RuleSetVersion.site_id == site.id)).scalars())
    version = RuleSetVersion(site_id=site.id, number=number + 1, content=rules.to_dict(), digest=rules.digest)
    db.session.add(version)
    db.session.commit()
    return version


def finished(site: Site, rules: RuleSet, *, last: int = 5_000) -> Replay:
    """A replay from its start to its end."""
    started = replay.start(site.id, rules, last=last)
    while replay.work():
        pass
    found = replay.of(site.id, started.id)
    assert found is not None
    return found


def slowly(told: Sequence[Told], before: RuleSet, after: RuleSet) -> dict[str, dict[str, set[uuid.UUID]]]:
    """What a replay shall say, computed the long way: every rule over every comment, on both sides; by slug and kind, "" for all."""
    from moderation.rules import RULES

    sides = before.compile(RULES), after.compile(RULES)
    found: dict[str, dict[str, set[uuid.UUID]]] = {}
    for one in told:
        section = one.subject.article.section if one.subject.article else None
        said = []
        for side in sides:
            here = side.under(section)
            subject = replace(one.subject, lists=here.lists)
            said.append({finding.rule for finding in live(check(subject, here), here)})
        objected = [(slug, slug in said[0], slug in said[1]) for slug in said[0] | said[1]]
        for slug, was, will in [*objected, ("", bool(said[0]), bool(said[1]))]:
            if was is not will:
                kind = (
                    ("wrongly_held" if will else "freed")
                    if one.approved
                    else ("caught_more" if will else "caught_less")
                )
                found.setdefault(slug, {}).setdefault(kind, set()).add(one.comment_id)
    return found
