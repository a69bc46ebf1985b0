"""The comment insults, curses and threatens nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from moderation.rules.base import ACCEPT, OUTCOMES, Finding, Outcome, Over, Rule, Span, Subject, option, persian_number
from moderation.rules.insult_words import WordFind, exclamations, holds_an_entry, threats, word_finds
from moderation.rules.reading import shown

FAMILY_NAMES = {
    "vulgar": "رکیک",
    "family": "ناموسی",
    "stupidity": "نسبت نادانی",
    "contempt": "تحقیر",
    "animal": "تشبیه به حیوان",
    "dehumanise": "نفی انسانیت",
    "sexist": "توهین جنسیتی",
    "ethnic": "توهین قومی",
    "religion": "توهین به باور و مقدسات",
    "political": "برچسب سیاسی",
    "curse": "نفرین",
    "threat": "تهدید",
    "finglish": "توهین با حروف لاتین",
}


_TOLD = {
    "threat": "پیام تهدید در خود دارد",
    "curse": "پیام نفرین در خود دارد",
    "slur": "پیام به گروهی از مردم توهین می‌کند",
    "profanity": "پیام دشنامی بی‌مخاطب در خود دارد",
}
_TOLD_EN = {
    "threat": "A threat",
    "curse": "A curse",
    "slur": "An insult at a group",
    "profanity": "A swear word at no person",
}
_AT_GROUPS = frozenset({"ethnic", "religion", "sexist"})


@dataclass(frozen=True)
class NoInsults(Rule):
    """Objects by the model's score and by the lexicon; asks where they disagree or an insult is only spoken of."""

    slug: ClassVar[str] = "no-insults"
    title: ClassVar[str] = "بدون توهین"
    title_en: ClassVar[str] = "No insults"
    reads_lists: ClassVar[bool] = True
    policy: ClassVar[str] = "پیام‌هایی که در آنها به کسی یا گروهی توهین شده باشد منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {
        "threat": "a threat; always at the top of the queue",
        "curse": "a curse or a death wish",
        "slur": "an insult at a group: its origin, its belief, its sex",
        "insult": "abusive wording at a person or a group",
        "profanity": "a swear word at no person, as an exclamation",
    }

    suspect_at: float = option(
        0.6,
        "از این امتیاز به بالا، مشکوک",
        en="Suspect from this score of the model on.",
        help="امتیاز مدل، از صفر (بی‌گمان توهین نیست) تا یک (بی‌گمان توهین است).",
        limits=(0.0, 1.0),
        over=Over("insult"),
    )
    violation_at: float = option(
        0.6,
        "اگر واژهٔ توهین‌آمیز هم یافت شود، از این امتیاز به بالا مغایر",
        en="Violation from this score on, where the lexicon finds a word too; the model alone is a suspicion.",
        limits=(0.0, 1.0),
        over=Over("insult", flags=False),
    )
    words: bool = option(True, "واژه‌های توهین‌آمیز هم جست‌وجو شوند", en="Whether the lexicon is searched too.")
    words_at: float = option(
        0.4,
        "واژهٔ یافته‌شده تنها از این امتیاز به بالا نشان شود",
        en="A word of the lexicon counts from this score of the model on: it keeps innocent uses quiet. A hidden word always counts.",
        help="جلوی نشان شدن واژه‌هایی را می‌گیرد که به گفتهٔ مدل در این جمله توهین نیستند.",
        limits=(0.0, 1.0),
        over=Over("insult", flags=False),
    )
    threat: str = option(
        "violation",
        "تهدید",
        en="What a threat is; either way it goes to the top of the queue.",
        help="تهدید در هر دو حالت به بالای صف می‌رود.",
        choices=OUTCOMES[1:],
    )
    insult: str = option(
        "violation",
        "توهین به شخص",
        en="What an insult at a person is, where model and word agree.",
        help="جایی که مدل و واژه هم‌نظرند؛ جز آن همیشه پرسش است.",
        choices=OUTCOMES[1:],
    )
    slur: str = option(
        "violation",
        "توهین به گروه (قوم، باور، جنسیت)",
        en="What an insult at a group is: an origin, a belief, a sex.",
        choices=OUTCOMES[1:],
    )
    curse: str = option("violation", "نفرین و آرزوی مرگ", en="What a curse or a death wish is.", choices=OUTCOMES)
    profanity: str = option(
        "suspect",
        "دشنام بی‌مخاطب",
        en="What a swear word at no person is.",
        help="واژهٔ رکیکی که به کسی گفته نشده است: «گند بزنن این ترافیک رو».",
        choices=OUTCOMES,
    )
    site_allows: bool = option(
        True,
        "واژه‌های مجاز سایت توهین شمرده نشوند",
        en="Whether the words that the site allows (`site-words`) are no insults; a threat is never allowed.",
        help="واژه‌هایی که در فهرست‌های سایت مجازند، اینجا هم نشان نمی‌شوند؛ تهدید هرگز مجاز نمی‌شود.",
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to a threat first, else to what model and words say together."""
        found = [*word_finds(subject), *threats(subject)]
        if not self.words:
            found = [one for one in found if one.family == "threat"]
        if self.site_allows and subject.lists and (found or subject.signals.insult_spans):
            found, freed = _without_allowed(found, subject)
            if freed:
                return None
        bare = [one for one in found if not one.framed]
        if threatening := [one for one in bare if one.family == "threat"]:
            return self._found(subject, "threat", Outcome(self.threat), threatening, least=0.8)
        outcome = self._outcome(subject.signals.insult, bare, subject)
        if outcome is None:
            return None
        exclaimed = () if any(not one.exclaimed for one in bare) else bare or exclamations(subject)
        code = "profanity" if exclaimed else _code(bare)
        setting = getattr(self, code)
        if setting == ACCEPT:
            return None
        outcome = outcome if setting == Outcome.VIOLATION else Outcome.SUSPECT
        return self._found(subject, code, outcome, exclaimed or found, least=0.5 if bare else 0.0)

    def _outcome(self, score: float | None, bare: Sequence[WordFind], subject: Subject) -> Outcome | None:
        """What the model and the words together amount to: a violation when they agree, else a question."""
        if score is None:
            return Outcome.SUSPECT if bare else None
        if bare and score >= self.violation_at:
            return Outcome.VIOLATION
        if bare and (score >= self.words_at or any(one.hidden for one in bare)):
            return Outcome.SUSPECT
        if not score >= self.suspect_at:  # what is not a number neither
            return None
        # a single word that no list knows says more about the texts that the model was fitted on than about its writer
        return Outcome.SUSPECT if len(subject.words) > 1 or holds_an_entry(subject) else None

    def _found(
        self, subject: Subject, code: str, outcome: Outcome, finds: Sequence[WordFind], *, least: float
    ) -> Finding:
        score = subject.signals.insult
        return Finding(
            rule=self.slug,
            code=code,
            outcome=outcome,
            score=round(max(score or 0.0, least), 4),
            reason=self._reason(code, score, finds),
            reason_en=self._reason_en(code, score, finds),
            spans=_spans(subject, finds),
        )

    def _reason(self, code: str, score: float | None, finds: Sequence[WordFind]) -> str:
        named = "، ".join(f"«{shown(one.written)}» ({FAMILY_NAMES[one.family]})" for one in finds[:4])
        told = _TOLD.get(code, "پیام توهین‌آمیز به نظر می‌رسد")
        parts = [f"{told}: {named}" if finds else told]
        if finds and all(one.framed for one in finds):
            parts.append("این واژه‌ها شاید نقل، نکوهش یا دربارهٔ خود نویسنده باشند")
        if score is not None:
            parts.append(
                f"امتیاز توهین {persian_number(score)} "
                f"(آستانهٔ مشکوک {persian_number(self.suspect_at)}، مغایر {persian_number(self.violation_at)})"
            )
        return "؛ ".join(parts) + "."

    def _reason_en(self, code: str, score: float | None, finds: Sequence[WordFind]) -> str:
        told = _TOLD_EN.get(code, "Insulting wording")
        families = ", ".join(dict.fromkeys(one.family for one in finds))
        measured = (
            "not scored"
            if score is None
            else f"score {score:.2f} (suspect at {self.suspect_at:.2f}, violation at {self.violation_at:.2f})"
        )
        return f"{told}{f' ({families})' if families else ''}; {measured}."


def _without_allowed(finds: Sequence[WordFind], subject: Subject) -> tuple[list[WordFind], bool]:
    """Leave out what the site allows; say whether that was all that speaks for an insult, of what the model points at too."""
    allowed = subject.lists.allowed(subject.folded, subject.article.section if subject.article else None)
    kept = [one for one in finds if one.family == "threat" or not allowed.covers(*one.span)]
    pointed = [span for span in subject.signals.insult_spans if not allowed.covers(*span)]
    return kept, not kept and not pointed


def _code(bare: Sequence[WordFind]) -> str:
    """What a comment is that somebody may be insulted by, after the families of its words."""
    families = {one.family for one in bare}
    if families == {"curse"}:
        return "curse"
    return "slur" if families and families <= _AT_GROUPS else "insult"


def _spans(subject: Subject, finds: Sequence[WordFind]) -> tuple[Span, ...]:
    """The words found, then what the model points at beside them."""
    spans = [one.span for one in finds]
    length = len(subject.text)
    for start, end in subject.signals.insult_spans:
        if 0 <= start < end <= length and not any(start < right and left < end for left, right in spans):
            spans.append((start, end))
    return tuple(sorted(spans))
