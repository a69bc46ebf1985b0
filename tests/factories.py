"""Sites, people and comments with sensible defaults; each function stores what it makes and returns it.

The cast: Sara moderates, Navid administers, Kian belongs to another site and must see nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from moderation import keys, lifecycle, onboarding
from moderation.db import db
from moderation.lifecycle import Outcome, Ruling, Screened
from moderation.models import Comment, Decision, DecisionOutcome, Person, Role, Scope, Site
from moderation.onboarding import SiteCredentials
from moderation.rule_sets import versions
from moderation.rules.base import Finding, Signals
from moderation.rules.base import Outcome as Seriousness
from moderation.rules.rule_set import ByItself, judge
from moderation.wire import ArticleBody, ArticleIn, AuthorIn, CommentIn

PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def make_site(slug: str = "mehr", *, webhook: str | None = None) -> SiteCredentials:
    """A site with a key that may do everything; the same slug again is refused."""
    return onboarding.add_site(slug, f"سایت {slug}", webhook=webhook, scopes=tuple(Scope))


def make_key(site: Site, *scopes: Scope, name: str = "another") -> str:
    """A further key of a site, with these scopes alone."""
    return keys.give(site.id, name, scopes).key


def make_articles(site: Site, count: int, *, first: int = 1) -> None:
    """Articles of a site, each of other words than the others."""
    for number in range(first, first + count):
        title = f"گزارش شماره‌ی {number} از بندر"
        body = " ".join(f"کشتی{number + other} در اسکله‌ی {other} پهلو گرفت." for other in range(30))
        lifecycle.register_article(site.id, f"n-{number}", ArticleBody(title=title, body=body))


def make_person(name: str, *sites: Site, role: Role = Role.MODERATOR) -> Person:
    """Somebody with a role at some sites; signs in with PASSWORD."""
    return onboarding.add_person(name, f"{name}@nazer.example", PASSWORD, roles={site.id: role for site in sites})


def sent(text: str = "ممنون از گزارش خوبتان", **fields: object) -> CommentIn:
    """A comment as a site's backend sends it."""
    article = fields.pop("article", None) or ArticleIn(
        external_id="a-1", title="دیدار دو وزیر در تهران", body="دو وزیر درباره‌ی گذرگاه مرزی گفت‌وگو کردند."
    )
    values = {"external_id": f"c-{next(_numbers)}", "author": AuthorIn(name="خواننده"), **fields}
    return CommentIn(text=text, article=article, **values)


def make_comment(site: Site, text: str = "ممنون از گزارش خوبتان", **fields: object) -> Comment:
    """A pending comment."""
    receipt = lifecycle.receive(site.id, sent(text, **fields))
    assert receipt.outcome is Outcome.STORED
    return db.session.get_one(Comment, receipt.comment_id, populate_existing=True)


def make_finding(rule: str = "no-insults", code: str = "insult", score: float = 0.9, **fields: object) -> Finding:
    """An objection."""
    values = {
        "outcome": Seriousness.VIOLATION,
        "reason": "واژه‌ی «احمق» توهین است؛ امتیاز ۰٫۹۰ (آستانه ۰٫۵۰).",
        "reason_en": "The word is an insult.",
        **fields,
    }
    return Finding(rule=rule, code=code, score=score, **values)


def make_waiting(
    site: Site,
    text: str = "ممنون از گزارش خوبتان",
    *,
    findings: Sequence[Finding] = (),
    signals: Signals | None = None,
    by_itself: ByItself | None = None,
    **fields: object,
) -> Comment:
    """A comment in review, screened with these findings; the site has been told that it waits, or what the rules decided."""
    comment = make_comment(site, text, **fields)
    screen(comment, findings=findings, signals=signals, by_itself=by_itself)
    lifecycle.publish()
    return db.session.get_one(Comment, comment.id, populate_existing=True)


def screen(
    comment: Comment,
    *,
    findings: Sequence[Finding] = (),
    signals: Signals | None = None,
    by_itself: ByItself | None = None,
    again: bool = False,
) -> None:
    """Screen a comment as if the rules had found this of it; ``again`` where it stands."""
    claim = lifecycle.claim(1000, 60, again=again)
    version = versions.live(comment.site_id).id
    measured = (signals or Signals(language="fa", insult=0.1, models={"language": "1"})).to_dict()
    results = [
        Screened(item.id, item.revision, version, judge(findings), measured, findings, by_itself=by_itself)
        for item in claim.comments
        if item.id == comment.id
    ]
    lifecycle.screened(claim.token, results)


def make_automatic(site: Site, reason: str | None = None) -> Comment:
    """A comment that the rules have decided without a person: rejected for a reason, or approved."""
    return make_waiting(site, findings=[make_finding(reason)] if reason else (), by_itself=ByItself(reason))


def make_decided(
    site: Site,
    person: Person,
    outcome: DecisionOutcome = DecisionOutcome.APPROVED,
    *,
    undo_seconds: float = 0,
    text: str = "خوب بود",
) -> tuple[Comment, Decision]:
    """A comment and the decision over it, published when its undo window is over."""
    comment = make_waiting(site, text)
    reason = "no-insults" if outcome is DecisionOutcome.REJECTED else None
    decision = lifecycle.decide(comment, person.id, Ruling(outcome, comment.revision, reason), undo_seconds)
    lifecycle.publish()
    return db.session.get_one(Comment, comment.id, populate_existing=True), decision


def make_story(number: int) -> ArticleIn:
    """One of many articles, as a site's backend sends it with a comment."""
    return ArticleIn(external_id=f"story-{number}", title=f"خبر {number}", body="متن خبر")


def make_approved(site: Site, person: Person, *texts: str, under: int = 1, publish: bool = True) -> list[Comment]:
    """Comments under one article that were approved and, if they are published, let out."""
    comments = []
    for said in texts:
        comment = make_waiting(site, said, article=make_story(under))
        lifecycle.decide(comment, person.id, Ruling(DecisionOutcome.APPROVED, comment.revision), 0 if publish else 60)
        comments.append(comment)
    lifecycle.publish()
    return [db.session.get_one(Comment, comment.id, populate_existing=True) for comment in comments]
