"""What the forms of word lists send, read; and what is wrong with it, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from moderation.dates import digits
from moderation.db import db
from moderation.guards import sites
from moderation.languages import ENGLISH, language
from moderation.models import Site
from moderation.rules.re2_syntax import Refusal
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.word_edits import Wrong, list_named

_MOST_ALLOWED = 50  # words that are allowed along with one entry
KINDS = {
    Kind.BLOCK: lazy_gettext("ممنوع"),
    Kind.SUSPECT: lazy_gettext("مشکوک"),
    Kind.ALLOW: lazy_gettext("مجاز"),
}


@dataclass(frozen=True, slots=True)
class EntryForm:
    """An entry as it was sent. ``seen`` is the hash of the list that the person saw, ``was`` the short name of the entry that is
    changed ("" for a new one), ``allowing`` what would be allowed along with it."""

    seen: str
    was: str
    entry: SiteWord
    allowing: tuple[str, ...]

    @classmethod
    def read(cls) -> EntryForm:
        """The form of this request."""
        sent = request.form
        entry = SiteWord(
            field("text"),
            kind_of(sent.get("kind", "")) or Kind.BLOCK,
            sent.get("pattern") == "1",
            field("section") or None,
            field("note"),
        )
        more = [field("allow_also")] if sent.get("allow_also") else []
        dropped = sent.get("allow_no_more")
        allowing = dict.fromkeys([*sent.getlist("allow"), *more])
        kept = tuple(text for text in allowing if text != dropped and "\x00" not in text)
        return cls(sent.get("seen", ""), sent.get("was", ""), entry, kept[:_MOST_ALLOWED])


def field(name: str) -> str:
    """A field of the form without what stands around it."""
    return request.form.get(name, "").replace("\x00", "").strip()


def kind_of(raw: str) -> Kind | None:
    """A kind of entries, None for what is none."""
    return Kind(raw) if raw in list(Kind) else None


def site_of(slug: str) -> Site:
    """One of the person's sites; 404 for any other."""
    found = select(Site).where(Site.slug == slug, Site.id.in_(sites()))
    site = db.session.execute(found).scalar_one_or_none()
    if site is None:
        abort(404)
    return site


def list_of(site: Site, name: str) -> SiteList:
    """A list of a site; 404 where it has none of that name."""
    found = list_named(site.id, name)
    if found is None:
        abort(404)
    return found


def said(refusal: Refusal) -> str:
    """Why something is refused, in the language of the page."""
    return refusal.en if language() == ENGLISH else refusal.fa


def told(wrong: Mapping[str, Wrong], entry: SiteWord) -> dict[str, str]:
    """What is wrong with each field; of a pattern also where."""
    sentences = {}
    for name, each in wrong.items():
        if each.place:
            start, end = each.place
            sentences[name] = gettext(
                "%(why)s — نویسهٔ %(place)s: «%(piece)s»",
                why=said(each.said),
                place=digits(start + 1),
                piece=f"\u2066{entry.text[start:end][:20]}\u2069",  # a bracket is not turned around
            )
        else:
            sentences[name] = said(each.said)
    return sentences
