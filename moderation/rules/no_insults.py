"""The comment insults, curses and threatens nobody."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from classifiers import words as lexicon
from classifiers.text import Find, Word, words
from classifiers.words.finding import by_term, sure_finds
from moderation.rules.base import Choice, Finding, Outcome, Rule, Span, Subject, option, persian_number
from moderation.rules.patterns import said
from moderation.rules.reading import sentences, shown

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


_TOLD = {"threat": "پیام تهدید در خود دارد", "curse": "پیام نفرین در خود دارد"}
_AROUND = 3  # words on each side in which a frame is looked for: what the insult model looks at
_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"]*\"")


class WordFind(NamedTuple):
    """A lexicon entry in the comment; a framed one is denied, reported or turned on the writer himself."""

    written: str
    family: str
    span: Span
    framed: bool


@dataclass(frozen=True)
class NoInsults(Rule):
    """Objects by the model's score and by the lexicon; asks where they disagree or an insult is only spoken of."""

    slug: ClassVar[str] = "no-insults"
    title: ClassVar[str] = "بدون توهین"
    title_en: ClassVar[str] = "No insults"
    policy: ClassVar[str] = "پیام‌هایی که در آنها به کسی یا گروهی توهین شده باشد منتشر نمی‌شوند."
    codes: ClassVar[Mapping[str, str]] = {
        "threat": "a threat; always at the top of the queue",
        "curse": "a curse or a death wish",
        "insult": "abusive wording at a person or a group",
    }

    suspect_at: float = option(
        0.6,
        "از این امتیاز به بالا، مشکوک",
        help="امتیاز مدل، از صفر (بی‌گمان توهین نیست) تا یک (بی‌گمان توهین است).",
        limits=(0.0, 1.0),
    )
    violation_at: float = option(0.6, "اگر واژهٔ توهین‌آمیز هم یافت شود، از این امتیاز به بالا مغایر", limits=(0.0, 1.0))
    words: bool = option(True, "واژه‌های توهین‌آمیز هم جست‌وجو شوند")
    words_at: float = option(
        0.4,
        "واژهٔ یافته‌شده تنها از این امتیاز به بالا نشان شود",
        help="جلوی نشان شدن واژه‌هایی را می‌گیرد که به گفتهٔ مدل در این جمله توهین نیستند.",
        limits=(0.0, 1.0),
    )
    threat: str = option(
        "violation",
        "تهدید",
        help="تهدید در هر دو حالت به بالای صف می‌رود.",
        choices=(Choice("suspect", "از ناظر پرسیده شود"), Choice("violation", "مغایر شمرده شود")),
    )
    site_allows: bool = option(
        True,
        "واژه‌های مجاز سایت توهین شمرده نشوند",
        help="واژه‌هایی که در فهرست‌های سایت مجازند، اینجا هم نشان نمی‌شوند؛ تهدید هرگز مجاز نمی‌شود.",
    )

    def check(self, subject: Subject) -> Finding | None:
        """Object to a threat first, else to what model and words say together."""
        finds = [*_word_finds(subject), *_threats(subject)]
        if not self.words:
            finds = [one for one in finds if one.family == "threat"]
        if self.site_allows and subject.lists and (finds or subject.signals.insult_spans):
            finds, freed = _without_allowed(finds, subject)
            if freed:
                return None
        bare = [one for one in finds if not one.framed]
        threats = [one for one in bare if one.family == "threat"]
        if threats:
            return self._found(subject, "threat", Outcome(self.threat), threats, least=0.8)
        outcome = self._outcome(subject.signals.insult, bare, subject)
        if outcome is None:
            return None
        curse = bool(bare) and all(one.family == "curse" for one in bare)
        return self._found(subject, "curse" if curse else "insult", outcome, finds, least=0.5 if bare else 0.0)

    def _outcome(self, score: float | None, bare: Sequence[WordFind], subject: Subject) -> Outcome | None:
        """What the model and the words together amount to: a violation when they agree, else a question."""
        if score is None:
            return Outcome.SUSPECT if bare else None
        if bare and score >= self.violation_at:
            return Outcome.VIOLATION
        if bare and score >= self.words_at:
            return Outcome.SUSPECT
        # a single word that no list knows says more about the texts that the model was fitted on than about its writer
        return Outcome.SUSPECT if score >= self.suspect_at and len(subject.words) > 1 else None

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
        told = {"threat": "A threat", "curse": "A curse"}.get(code, "Insulting wording")
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


def _word_finds(subject: Subject) -> tuple[WordFind, ...]:
    """The lexicon's finds in a comment, by place."""
    found = sure_finds(subject.folded)
    if not found:
        return ()
    spoken = words(subject.folded, joined=True)
    quotations = [match.span() for match in _QUOTED.finditer(subject.text)]
    return tuple(
        WordFind(
            written=subject.text[one.start : one.end],
            family=by_term()[one.term].family,
            span=(one.start, one.end),
            framed=_is_framed(one, subject, spoken)
            or any(start <= one.start and one.end <= end for start, end in quotations),
        )
        for one in found
    )


def _threats(subject: Subject) -> Iterator[WordFind]:
    """The threats that are sentences and no entries: «قلم پاتو می‌شکنیم»."""
    quotations = [match.span() for match in _QUOTED.finditer(subject.text)]
    for sentence in sentences(subject.folded):
        for one in said("threats", sentence.texts):
            start, end = subject.folded.span(sentence.tokens[one.start].start, sentence.tokens[one.end - 1].end)
            quoted = any(left <= start and end <= right for left, right in quotations)
            yield WordFind(subject.text[start:end], "threat", (start, end), framed=quoted)


def _is_framed(found: Find, subject: Subject, spoken: Sequence[Word]) -> bool:
    """Say whether the words around a find deny it, report it or turn it on the writer."""
    span = subject.folded.span
    # looked up, not run through: a comment may hold thousands of finds
    until = bisect_right(spoken, found.start, key=lambda word: span(word.start, word.end)[1])
    onward = bisect_left(spoken, found.end, key=lambda word: span(word.start, word.end)[0])
    before = [word.text for word in spoken[max(0, until - _AROUND) : until]]
    after = [word.text for word in spoken[onward : onward + _AROUND]]
    return bool(
        lexicon.frame("negated").intersection(after[:2] + before[-1:])
        or lexicon.frame("self").intersection(after[:1] + before[-1:])
        or lexicon.frame("reported").intersection(before + after)
    )


def _spans(subject: Subject, finds: Sequence[WordFind]) -> tuple[Span, ...]:
    """The words found, then what the model points at beside them."""
    spans = [one.span for one in finds]
    length = len(subject.text)
    for start, end in subject.signals.insult_spans:
        if 0 <= start < end <= length and not any(start < right and left < end for left, right in spans):
            spans.append((start, end))
    return tuple(sorted(spans))
