"""Try it: a comment that nobody sent, judged by the draft as the form says it, beside what the live rules say."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from moderation.admin.lab_page import Sheet, draw, sent_sheet
from moderation.admin.rule_sites import article_named, site_of
from moderation.dates import count
from moderation.guards import for_rule_editors
from moderation.highlight import Clipped
from moderation.models import Article, Site
from moderation.preview import Busy, PreviewDesk, Trial
from moderation.rules.base import Verdict
from moderation.rules.compiling import RuleSetError
from moderation.rules.rule_set import ByItself
from moderation.rules.word_lists import ListRefused
from moderation.screen import Opinion
from moderation.settings import Settings
from moderation.shown import Told, marked, marks, told


@dataclass(frozen=True, slots=True)
class Side:
    """What one rule set says: the text with its highlights, the findings that count, those that are only noted."""

    text: Clipped
    verdict: Verdict
    told: tuple[Told, ...]
    shadow: tuple[Told, ...]
    by_itself: ByItself | None


@dataclass(frozen=True, slots=True)
class Tried:
    """The answer: both sides, or why there is none. ``article`` is what the words that were given named."""

    problem: str | None = None
    status: int = 200
    draft: Side | None = None
    live: Side | None = None
    article: Article | None = None


@for_rule_editors
def try_it(slug: str) -> ResponseReturnValue:
    """Judge the text of the form; with ``?part=1`` only the answer, for the script of the page."""
    site = site_of(slug)
    sent = sent_sheet(site)
    answer = _tried(site, sent)
    if request.args.get("part"):
        return render_template("admin/tried.html", tried=answer)
    return draw(site, sent, answer.status, tried=answer, trial=request.form)


def _tried(site: Site, sent: Sheet) -> Tried:
    text = request.form.get("text", "")
    settings: Settings = current_app.config["NAZER"]
    most = settings.max_comment_chars
    if not text.strip():
        return Tried(gettext("متنی بنویسید یا بچسبانید."), 422)
    if len(text) > most:
        return Tried(gettext("متن بلندتر از %(number)s نویسه است.", number=count(most)), 422)
    if not sent.form.validate():
        return Tried(gettext("نخست مقدارهای نادرست قاعده‌ها را درست کنید."), 422)
    named = request.form.get("article", "").strip()
    article = article_named(site.id, named) if named else None
    if named and article is None:
        return Tried(gettext("خبری با این شناسه یا عنوان یافت نشد."), 422)
    return _judged(site, sent, text, article)


def _judged(site: Site, sent: Sheet, text: str, article: Article | None) -> Tried:
    desk: PreviewDesk = current_app.extensions["nazer_preview"]
    section = article.section if article else sent.form.section
    trial = Trial(text, article, section, request.form.get("parent", "").strip() or None)
    try:
        by_live, by_draft = desk.compare(site.id, trial, sent.form.rules())
    except Busy:
        return Tried(gettext("ماشین سرگرم است؛ چند لحظه دیگر دوباره بیازمایید."), 503)
    except (RuleSetError, ListRefused):
        return Tried(gettext("این پیش‌نویس پذیرفتنی نیست؛ صفحه را تازه کنید تا جای نادرست دیده شود."), 422)
    return Tried(draft=_side(text, by_draft), live=_side(text, by_live), article=article)


def _side(text: str, said: Opinion) -> Side:
    return Side(
        marked(text, [mark for finding in said.findings for mark in marks(finding)], bare=True),  # the person wrote it
        said.judgement.verdict,
        tuple(told(finding) for finding in said.findings),
        tuple(told(finding) for finding in said.shadow),
        said.by_itself,
    )
