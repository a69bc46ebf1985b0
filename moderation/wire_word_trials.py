"""The JSON of words that are tried, both ways."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from moderation.rules.base import Mode
from moderation.rules.word_lists import MOST_ENTRIES
from moderation.wire_answers import Answer, OurId
from moderation.wire_words import EntryIn, EntryOut, WordsIn, entry_out
from moderation.word_preview.looking import Look
from moderation.word_preview.recent import LAST, Counts, Fate
from moderation.word_preview.trial import Hit

_SHOWN, _MOST_SHOWN = 20, 100


class WordsTriedIn(WordsIn):
    """Words to try on what readers wrote last."""

    entries: list[EntryIn] = Field(min_length=1, max_length=MOST_ENTRIES, description="what would be put on a list")
    last: Annotated[int, Field(ge=1, le=LAST)] = Field(
        LAST, description="so many of the newest comments are looked through"
    )
    shown: Annotated[int, Field(ge=0, le=_MOST_SHOWN)] = Field(
        _SHOWN, description="so many of each kind are told one by one"
    )


class CountsOut(Answer):
    """Comments by what became of them."""

    approved: int = Field(examples=[3])
    rejected: int = Field(examples=[9])
    waiting: int = Field(examples=[1])


class FormOut(CountsOut):
    """A way in which the words are written in the comments."""

    written: str = Field(description="the whole word", examples=["زاغارت‌ها"])
    how: str = Field(
        description="own, longer (a part of a longer word), or the disguise: spelling, split, masked, joined, latin, mixed",
        examples=["longer"],
    )


class SuggestionOut(CountsOut):
    """A whole word that is hit although people approved comments with it: allowed, it would free these comments."""

    text: str = Field(examples=["زاغارت بندری"])


class PassingOut(Answer):
    """A whole word with the same letters in it that is left alone."""

    text: str = Field(examples=["زاغارتیان"])
    comments: int = Field(description="approved comments in which it stands", examples=[2])


class HittingOut(CountsOut):
    """A word that hits something."""

    entry: EntryOut


class HitOut(Answer):
    """A comment in which words were found."""

    id: OurId
    became: Fate = Field(description="what became of it", examples=["rejected"])
    text: str = Field(examples=["این زاغارت است"])
    spans: list[tuple[int, int]] = Field(description="[start, end) in code points of the text", examples=[[[4, 10]]])


class WordsTried(Answer):
    """What words would have done to the last comments. Of forms, suggestions, passing, entries and comments the first are told."""

    looked_at: int = Field(description="comments that were looked through", examples=[5000])
    mode: Mode = Field(description="of the rule site-words at the site: live, shadow or off", examples=["live"])
    hit: CountsOut = Field(description="comments in which blocked and suspect ones of the words are")
    unseen: int = Field(description="how many of them no rule objected to", examples=[4])
    freed: CountsOut = Field(description="comments in which allowed ones of the words free what the site's lists find")
    forms_in_all: int = Field(examples=[1])
    forms: list[FormOut] = Field(description="how the words are written, the most frequent first")
    suggestions_in_all: int = Field(examples=[1])
    suggestions: list[SuggestionOut] = Field(description="whole words that should rather be allowed")
    passing_in_all: int = Field(examples=[1])
    passing: list[PassingOut] = Field(description="of a single word: words that hold its letters and are left alone")
    entries_in_all: int = Field(examples=[1])
    entries: list[HittingOut] = Field(
        description="the words that hit anything, those with most approved comments first"
    )
    comments: list[HitOut] = Field(description="the newest of each fate")


def tried_out(told: Look, shown: int) -> WordsTried:
    """A look at words."""
    trial = told.trial
    return WordsTried(
        looked_at=len(trial.looked_at),
        mode=trial.mode,
        hit=CountsOut(**trial.counts._asdict()),
        unseen=trial.unseen,
        freed=CountsOut(**Counts.of(hit.comment.fate for hit in trial.freed)._asdict()),
        forms_in_all=len(told.forms),
        forms=[FormOut(written=one.written, how=one.how, **one.counts._asdict()) for one in told.forms[:shown]],
        suggestions_in_all=len(told.suggestions),
        suggestions=[SuggestionOut(text=one.text, **one.counts._asdict()) for one in told.suggestions[:shown]],
        passing_in_all=len(told.passing),
        passing=[PassingOut(text=one.text, comments=one.comments) for one in told.passing[:shown]],
        entries_in_all=len(told.entries),
        entries=[HittingOut(entry=entry_out(word), **counts._asdict()) for word, counts in told.entries[:shown]],
        comments=[_hit(hit) for fate in Fate for hit in told.hits(fate)[:shown]],
    )


def _hit(hit: Hit) -> HitOut:
    return HitOut(id=hit.comment.id, became=hit.comment.fate, text=hit.comment.text, spans=hit.spans)
