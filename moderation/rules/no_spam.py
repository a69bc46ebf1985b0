"""The comment advertises nothing, leads nobody away and does not flood the page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from classifiers.text import Folded, Word, fold
from moderation.rules.adverts import Sign, signs
from moderation.rules.base import ACCEPT, OUTCOMES, Finding, Outcome, Rule, Span, Subject, option, persian_number
from moderation.rules.contacts import Contact, contacts
from moderation.rules.floods import KINDS, Flood, floods, markup
from moderation.rules.patterns import said
from moderation.rules.personal import Datum, numbered
from moderation.rules.reading import sentences, shown

KIND_NAMES = {
    "trade": "واژهٔ تبلیغاتی",
    "offer": "پیشنهاد فروش",
    "lure": "کشاندن به جای دیگر",
    "call": "دعوت",
    "way": "راه تماس",
    "goods": "کالا و خدمات",
}
# What a sign of each kind adds to the evidence, and how many of a kind count. A logistic regression on the corpus'
# training split, rounded; «lure» and «account» were set by hand there, emoji lower because real comments have more.
_WEIGHTS = {
    "trade": (2.9, 3),
    "offer": (2.5, 4),
    "lure": (4.0, 1),
    "call": (1.5, 2),
    "way": (2.0, 2),
    "goods": (1.25, 3),
    "talk": (-1.5, 4),
    "link": (3.2, 1),
    "handle": (4.0, 1),
    "hidden": (3.6, 1),
    "telephone": (2.7, 1),
    "account": (3.5, 1),
    "emoji": (0.7, 2),
}
_INTERCEPT = -5.7
_MOST_OF_EMOJI = _WEIGHTS["emoji"][0] * _WEIGHTS["emoji"][1]
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
_CONTACT = frozenset({"link", "handle", "hidden", "telephone"})
_WAYS = {"mobile": "telephone", "landline": "telephone", "card": "account", "iban": "account"}


@dataclass(frozen=True)
class NoSpam(Rule):
    """Objects to adverts by what speaks for one together; asks about a link or handle that stands alone."""

    slug: ClassVar[str] = "no-spam"
    title: ClassVar[str] = "بدون تبلیغ و هرزنامه"
    title_en: ClassVar[str] = "No spam"
    policy: ClassVar[str] = "پیام‌های تبلیغاتی، پیوند به جاهای دیگر و پیام‌های تکراری و بی‌محتوا منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {
        "advert": "sells, solicits or recruits",
        "link": "leads to a site that is not known",
        "contact": "leads to an account or channel",
        "solicitation": "a chain letter, or a request for help or money",
        "markup": "markup or script in the text",
        "flood": "repetition, endless words or unseen characters",
    }

    suspect_at: float = option(
        0.3,
        "از این امتیاز به بالا، مشکوک به تبلیغ",
        en="Suspect of advertising from this score on.",
        help="امتیاز از جمع نشانه‌ها به دست می‌آید: واژه‌های تبلیغاتی، پیشنهاد، دعوت، راه تماس؛ هشدار و شکایت از آن می‌کاهد.",
        limits=(0.0, 1.0),
    )
    violation_at: float = option(
        0.8,
        "اگر راه تماسی هم داده شود، از این امتیاز به بالا مغایر",
        en="Violation from this score on, where a contact is given too.",
        limits=(0.0, 1.0),
    )
    links: str = option(
        "suspect", "پیوند به سایت ناشناخته", en="What a link to a site is that is not known.", choices=OUTCOMES
    )
    handles: str = option(
        "suspect",
        "شناسهٔ کانال یا صفحه (مانند نشانی تلگرام و اینستاگرام)",
        en="What the name of an account or channel is.",
        help="پاسخ به خواننده‌ای دیگر در آغاز پیام شناسه شمرده نمی‌شود.",
        choices=OUTCOMES,
    )
    known_sites: str = option(
        "irna.ir isna.ir mehrnews.com tasnimnews.com farsnews.ir khabaronline.ir ilna.ir iribnews.ir varzesh3.com "
        "wikipedia.org gov.ir bbc.com who.int un.org ac.ir cbi.ir",
        "سایت‌هایی که پیوند به آنها آزاد است",
        en="Domains to which a link is free, with blanks between; what lies below them is free too.",
        help="نام دامنه‌ها با فاصله از هم؛ زیردامنه‌ها هم آزادند.",
    )
    markup: str = option(
        "suspect", "برچسب HTML یا BBCode در متن", en="What HTML or BBCode in the text is.", choices=OUTCOMES
    )
    solicitations: str = option(
        "suspect",
        "پیام زنجیره‌ای یا درخواست کمک",
        en="What a chain letter or a request for money is.",
        help="مانند «این پیام را برای ده نفر بفرست» و «خیّری هست کمک کند؟».",
        choices=OUTCOMES,
    )
    flood: str = option(
        "suspect",
        "تکرار بی‌پایان و نویسه‌های نادیدنی",
        en="What endless repetition and unseen characters are.",
        choices=OUTCOMES,
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to an advert first, then to a flood and markup, then to a lone link or handle."""
        tokens = [token for sentence in sentences(subject.folded) for token in sentence.tokens]
        texts = [token.text for token in tokens]
        leads = [one for one in contacts(subject.folded) if not self._is_free(one)]
        found = signs(texts)
        return (
            self._advert(subject, tokens, found, leads)
            or self._drowned(subject, texts)
            or self._led_away(subject, leads)
            or self._solicited(subject)
        )

    def _is_free(self, one: Contact) -> bool:
        """Say whether a contact is a known site, or the reader to whom a comment replies."""
        if one.kind == "link":
            return _is_known(one.text, self.known_sites)
        return one.kind == "handle" and one.start == 0 and not any(map(str.isdigit, one.text))

    def _advert(
        self, subject: Subject, tokens: Sequence[Word], found: Sequence[Sign], leads: Sequence[Contact]
    ) -> Finding | None:
        if not leads and not any(sign.kind in KIND_NAMES for sign in found):
            return None
        numbers = numbered(subject.folded)
        if _most(found, leads, numbers) < self.suspect_at:
            return None
        counts = _counts(tokens, found, (*(one.kind for one in leads), *(_WAYS.get(one.kind, "") for one in numbers)))
        counts["emoji"] = len(_EMOJI.findall(subject.text))
        if evidence(counts) < self.suspect_at:
            return None
        spans = [(tokens[sign.start].start, tokens[sign.end - 1].end) for sign in found if sign.kind in KIND_NAMES]
        spans += [(lead.start, lead.end) for lead in leads] + [(number.start, number.end) for number in numbers]
        spoken = _foremost([sign for sign in found if sign.kind in KIND_NAMES])
        named = [f"«{shown(_words(subject.folded, tokens, sign))}» ({KIND_NAMES[sign.kind]})" for sign in spoken]
        return self._sold(counts, named, tuple(sorted({subject.folded.span(*span) for span in spans})))

    def _sold(self, counts: Mapping[str, int], named: Sequence[str], spans: tuple[Span, ...]) -> Finding:
        score, contact = evidence(counts), not _CONTACT.isdisjoint(counts)
        ways = "شماره، پیوند یا شناسه برای تماس دارد؛ " if contact else ""
        return Finding(
            rule=self.slug,
            code="advert",
            outcome=Outcome.VIOLATION if named and contact and score >= self.violation_at else Outcome.SUSPECT,
            score=score,
            reason=f"پیام تبلیغاتی به نظر می‌رسد{f': {"، ".join(named)}' if named else ''}؛ {ways}امتیاز تبلیغ {persian_number(score)} "
            f"(آستانهٔ مشکوک {persian_number(self.suspect_at)}، مغایر {persian_number(self.violation_at)}).",
            reason_en=f"Reads like an advert: {_told(counts)}; score {score:.2f} (suspect at {self.suspect_at:.2f}, "
            f"violation with a contact at {self.violation_at:.2f}).",
            spans=spans,
        )

    def _drowned(self, subject: Subject, texts: Sequence[str]) -> Finding | None:
        for code, setting, found in (
            ("markup", self.markup, list(markup(subject.text))),
            ("flood", self.flood, list(floods(subject.text, texts))),
        ):
            if found and setting != ACCEPT:
                return self._flooded(code, Outcome(setting), found)
        return None

    def _flooded(self, code: str, outcome: Outcome, found: Sequence[Flood]) -> Finding:
        kinds = dict.fromkeys(one.kind for one in found)
        active = "script" in kinds
        return Finding(
            rule=self.slug,
            code=code,
            outcome=outcome,
            score=0.9 if active else 0.6,
            reason=f"در پیام {'، '.join(KINDS[kind][0] for kind in kinds)} دیده شد ({persian_number(len(found), 0)} جا).",
            reason_en=f"Found {', '.join(KINDS[kind][1] for kind in kinds)} ({len(found)}).",
            spans=tuple(sorted({(one.start, one.end) for one in found})),
        )

    def _solicited(self, subject: Subject) -> Finding | None:
        if self.solicitations == ACCEPT:
            return None
        for sentence in sentences(subject.folded):
            for one in said("solicitations", sentence.texts):
                start, end = subject.folded.span(sentence.tokens[one.start].start, sentence.tokens[one.end - 1].end)
                what = "پیام زنجیره‌ای" if one.kind == "chain" else "درخواست کمک"
                return Finding(
                    rule=self.slug,
                    code="solicitation",
                    outcome=Outcome(self.solicitations),
                    score=0.5,
                    reason=f"{what} به نظر می‌رسد: «{shown(subject.text[start:end])}».",
                    reason_en="A chain letter." if one.kind == "chain" else "Asks readers for help or money.",
                    spans=((start, end),),
                )
        return None

    def _led_away(self, subject: Subject, leads: Sequence[Contact]) -> Finding | None:
        for code, setting, kinds in (("link", self.links, ("link", "hidden")), ("contact", self.handles, ("handle",))):
            found = [one for one in leads if one.kind in kinds]
            if not found or setting == ACCEPT:
                continue
            named = "، ".join(f"«{shown(one.text)}»" for one in found[:3])
            what = "پیوند یا نشانی سایت" if code == "link" else "شناسهٔ کانال یا صفحه"
            return Finding(
                rule=self.slug,
                code=code,
                outcome=Outcome(setting),
                score=0.5,
                reason=f"پیام {what} دارد: {named}.",
                reason_en=f"Leads to {'a site that is not known' if code == 'link' else 'an account or channel'}.",
                spans=tuple(subject.folded.span(one.start, one.end) for one in found),
            )
        return None


def _most(found: Sequence[Sign], leads: Sequence[Contact], numbers: Sequence[Datum]) -> float:
    """What the evidence of a comment cannot exceed: quickly told, and enough for nearly all comments."""
    kinds = [sign.kind for sign in found if sign.kind in KIND_NAMES] + [one.kind for one in leads]
    total = sum(_WEIGHTS[kind][0] for kind in kinds) + _MOST_OF_EMOJI
    if numbers:
        total += _WEIGHTS["telephone"][0] + _WEIGHTS["account"][0]
    return _share(_INTERCEPT + total)


def evidence(counts: Mapping[str, int]) -> float:
    """How surely signs of these numbers make an advert, on 0..1."""
    total = _INTERCEPT + sum(weight * min(counts.get(kind, 0), most) for kind, (weight, most) in _WEIGHTS.items())
    return round(_share(total), 4)


def _share(total: float) -> float:
    return 1 / (1 + math.exp(-total))


def _foremost(found: Sequence[Sign]) -> list[Sign]:
    """The signs that say most, up to five."""
    order = list(KIND_NAMES)
    return sorted(found, key=lambda sign: (order.index(sign.kind), sign.start))[:5]


def _counts(tokens: Sequence[Word], found: Sequence[Sign], ways: Sequence[str]) -> dict[str, int]:
    """How many signs there are of each kind; what is said twice counts once."""
    counts: dict[str, int] = {}
    said = {(sign.kind, " ".join(token.text for token in tokens[sign.start : sign.end])) for sign in found}
    for kind in (*(kind for kind, _ in said), *ways):
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _words(folded: Folded, tokens: Sequence[Word], sign: Sign) -> str:
    start, end = folded.span(tokens[sign.start].start, tokens[sign.end - 1].end)
    return folded.original[start:end]


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()) if kind and count)


def _is_known(link: str, known_sites: str) -> bool:
    """Say whether a link leads to one of the sites or below it; only as plainly written as they are."""
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", link).split("/", 1)[0].split(":", 1)[0]
    return any(host == site or host.endswith(f".{site}") for site in _sites(known_sites))


@lru_cache(maxsize=64)
def _sites(known_sites: str) -> tuple[str, ...]:
    return tuple(fold(known_sites).text.split())
