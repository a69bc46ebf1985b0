"""Rules that are not live, tried on a text that nobody sent."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, request

from moderation import records
from moderation.api.answering import answer
from moderation.api.authorization import read, require_site
from moderation.api.drafts import known_sections, refuse_unknown_sections, refused
from moderation.api.limits import refuse_too_long
from moderation.api.operations import Example, Operation, Scope
from moderation.api.preview import too_busy
from moderation.preview import Busy, PreviewDesk, Trial
from moderation.rule_sets import drafts
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import RuleSet
from moderation.rules.word_lists import ListRefused
from moderation.settings import Settings
from moderation.wire import Invalid
from moderation.wire_preview import PreviewArticle
from moderation.wire_rule_trials import RulesTried, TryIn, tried_out

trying = Blueprint("trying", __name__)


@trying.post("/rules/try")
@Operation(
    Scope.ADMIN,
    "متنی را با پیش‌نویس قاعده‌ها، کنار قاعده‌های جاری، می‌آزماید.",
    body=TryIn,
    answers={200: RulesTried},
    problems=("busy",),
    secret=True,
    example=Example(
        body={
            "text": "این داور احمق است",
            "rule_set": {"rules": {"no-insults": {"mode": "live", "options": {"suspect_at": 0.5}}}},
        }
    ),
)
def ask() -> Response:
    """Try a text by the draft, beside the live rules.

    By the draft as it is stored, or by a `rule_set` that nobody saved; nothing is stored. Of both sides the findings with score,
    reasons and places, the verdict, and what would be decided without a person. Repeats of earlier comments are not looked for.
    When too many try at once the answer is 503.
    """
    caller = require_site()
    settings: Settings = current_app.config["NAZER"]
    request.max_content_length = settings.max_article_bytes
    sent = read(TryIn)
    refuse_too_long(sent.text)
    place = "/rule_set" if sent.rule_set is not None else ""
    desk: PreviewDesk = current_app.extensions["nazer_preview"]
    try:
        rules = _rules(caller.site_id, sent)
        by_live, by_draft = desk.compare(caller.site_id, _trial(caller.site_id, sent, rules), rules)
    except RuleSetError as error:
        raise refused(error.errors, place) from None
    except ListRefused as error:
        raise refused(
            {f"/word_lists{pointer}": reason.en for pointer, reason in error.reasons.items()}, place
        ) from None
    except Busy:
        raise too_busy("Ask again.") from None
    return answer(tried_out(by_live, by_draft))


def _rules(site_id: uuid.UUID, sent: TryIn) -> RuleSet:
    """The rules that are meant. Raises RuleSetError."""
    if sent.rule_set is None:
        return drafts.of(site_id).rules
    rules = RuleSet.from_dict(sent.rule_set)
    refuse_unknown_sections(site_id, rules)
    return rules


def _trial(site_id: uuid.UUID, sent: TryIn, rules: RuleSet) -> Trial:
    """What is to be judged. Raises Invalid for a section that is not the site's: a slip would have the whole site's rules tried."""
    if sent.section and sent.section not in {*rules.sections, *known_sections(site_id)}:
        raise Invalid([{"pointer": "/section", "detail": "no article of the site stands in it"}])
    given = sent.article or PreviewArticle()
    known = records.article(site_id, given.external_id) if given.external_id else None
    return Trial(
        sent.text,
        known,
        sent.section or (known.section if known else None),
        sent.parent_text,
        title=given.title,
        body=given.body,
        author_id=sent.author.id if sent.author else None,
        article_id=given.external_id,
    )
