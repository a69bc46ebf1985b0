"""The JSON of a site's word lists, both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from moderation.rules.re2_syntax import Refusal
from moderation.rules.site_patterns import LONGEST_PATTERN
from moderation.rules.word_lists import (
    LONGEST_NOTE,
    LONGEST_SECTION,
    LONGEST_TERM,
    MOST_ENTRIES,
    MOST_PATTERNS,
    TOO_MANY_PATTERNS,
    Kind,
    ListRefused,
    SiteList,
    SiteWord,
)
from moderation.wire import Invalid, Text, WholeNumber
from moderation.wire_answers import Answer, Moment, moment_out
from moderation.word_edits import TWICE, Difference, Overview, Page, wrong_in

_PAGE, _LONGEST_PAGE = 100, 1000
_SHOWN, _MOST_SHOWN = 20, 100
_SEEN = (
    "the sha256 of the list that you have seen, or an empty text where there was none: "
    "when another one stands there nothing is stored (409)"
)
_HASH = r"^([0-9a-f]{64})?$"

KindIn = Annotated[Kind, Field(strict=False)]
Flag = Literal["true", "false"]
"""A switch in a query."""


class WordsIn(BaseModel):
    """What a site sends: types are taken literally, unknown fields are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class EntryIn(WordsIn):
    """A word, a phrase or a pattern."""

    text: Text = Field(
        min_length=1,
        max_length=LONGEST_PATTERN,
        description=f"the word or phrase ({LONGEST_TERM} characters at most), or the RE2 pattern",
    )
    kind: KindIn = Field(
        Kind.BLOCK, description="block: a violation; suspect: a person is asked; allow: what it covers is free"
    )
    pattern: bool = Field(False, description="whether the text is an RE2 pattern")
    section: Text | None = Field(
        None,
        max_length=LONGEST_SECTION,
        description="the only section of the site in which it counts; null: everywhere",
    )
    note: Text = Field("", max_length=LONGEST_NOTE, description="for the site's own people: moderators see it")

    def word(self) -> SiteWord:
        """The entry as rules know it."""
        return SiteWord(self.text, self.kind, self.pattern, self.section or None, self.note)


class WordListIn(WordsIn):
    """A word list as ``PUT /v1/words/{name}`` takes it: all of its entries."""

    entries: list[EntryIn] = Field(max_length=MOST_ENTRIES, description="in their order")
    seen: str | None = Field(None, pattern=_HASH, description=_SEEN)


class EntriesAsked(BaseModel):
    """What is asked for of a list."""

    q: str | None = Field(
        None, max_length=100, description="letters that stand in the text, the note or the section, however spelled"
    )
    kind: Kind | None = Field(None, description="only entries of this kind")
    start: WholeNumber = Field(
        0, ge=0, le=MOST_ENTRIES, description="how many to pass over: the next of the page before"
    )
    limit: WholeNumber = Field(_PAGE, ge=1, le=_LONGEST_PAGE, description="entries of a page")


class SeenAsked(BaseModel):
    """What whoever removes a list has seen of it."""

    seen: str | None = Field(None, pattern=_HASH, description=_SEEN)


class ImportAsked(BaseModel):
    """What to do with a file."""

    kind: Kind = Field(Kind.BLOCK, description="of lines that name none")
    add: Flag = Field("false", description="add to the list instead of replacing it")
    skip_refused: Flag = Field("false", description="store the other lines where some are refused")
    dry_run: Flag = Field("false", description="only report")
    seen: str | None = Field(None, pattern=_HASH, description=_SEEN)


class EntryOut(Answer):
    """A word, a phrase or a pattern of a list."""

    text: str = Field(examples=["زاغارت"])
    kind: Kind = Field(examples=["block"])
    pattern: bool = Field(description="whether the text is an RE2 pattern", examples=[False])
    section: str | None = Field(description="the only section in which it counts", examples=[None])
    note: str = Field(examples=[""])


class WordListState(Answer):
    """A word list, without its entries."""

    name: str = Field(examples=["رکیک"])
    sha256: str = Field(description="the hash of its content, by which rule sets name it", examples=["9f86d0…"])
    size: int = Field(description="entries", examples=[120])
    patterns: int = Field(description="how many of them are patterns", examples=[3])
    block: int = Field(description="how many are blocked", examples=[90])
    suspect: int = Field(description="how many are asked about", examples=[20])
    allow: int = Field(description="how many are allowed", examples=[10])
    changed_at: Moment | None = Field(description="when it was changed last; null when that is not known")


class WordLists(Answer):
    """The word lists of the site's live rules, in their order."""

    lists: list[WordListState]


class RemovedWordList(Answer):
    """A word list that was taken out of the rules."""

    name: str = Field(examples=["رکیک"])
    size: int = Field(description="entries that it had", examples=[120])
    sha256: str = Field(description="the hash of its content", examples=["9f86d0…"])
    removed_at: Moment = Field(description="when it was removed last")
    restorable: bool = Field(
        description="whether its content is stored; it is not pruned, but of a list that stood in a rule set alone",
        examples=[True],
    )


class RemovedWordLists(Answer):
    """The word lists that were removed and whose name no list has now, the one removed last first."""

    lists: list[RemovedWordList]


class WordListPage(WordListState):
    """A word list with a page of its entries."""

    matching: int = Field(description="entries that are asked for, on all pages", examples=[1])
    entries: list[EntryOut]
    next: int | None = Field(description="start of the next page; null on the last one", examples=[None])


class RemarkOut(Answer):
    """Something about a line of a file."""

    line: int = Field(description="counted from 1", examples=[4])
    entry: str = Field(description="the beginning of what stands there", examples=["!!"])
    fa: str = Field(examples=["هیچ حرف یا رقمی ندارد"])
    en: str = Field(examples=["it has no letter or digit"])


class RemarksOut(Answer):
    """How many lines, and the first of them."""

    count: int = Field(examples=[1])
    lines: list[RemarkOut]


class WordsImported(Answer):
    """What a file holds and what became of it."""

    stored: bool = Field(
        description="whether the list was stored: not with dry_run, nor where lines are refused without skip_refused",
        examples=[True],
    )
    encoding: str = Field(description="as which the file was read", examples=["utf-8"])
    taken: int = Field(description="lines that are entries", examples=[12])
    added: int = Field(description="entries that the list did not have", examples=[10])
    changed: int = Field(description="entries that the list had otherwise", examples=[2])
    removed: int = Field(description="entries that the list has no longer", examples=[0])
    refused: RemarksOut = Field(description="lines that cannot be entries, and why")
    repeated: RemarksOut = Field(description="lines that say what another one says")
    warnings: RemarksOut = Field(description="lines that may hit innocent comments")


def words_of(sent: Sequence[EntryIn]) -> tuple[SiteWord, ...]:
    """The entries of a request. Raises Invalid that names each wrong one."""
    words = tuple(one.word() for one in sent)
    errors = []
    seen = set()
    for number, word in enumerate(words):
        wrong = {name: each.said for name, each in wrong_in(word).items()}
        if not wrong and word.key in seen:
            wrong = {"text": TWICE}
        seen.add(word.key)
        errors += [{"pointer": f"/entries/{number}/{name}", "detail": said.en} for name, said in wrong.items()]
    if sum(word.pattern for word in words) > MOST_PATTERNS:
        errors.append({"pointer": "/entries", "detail": TOO_MANY_PATTERNS.en})
    if errors:
        raise Invalid(errors)
    return words


def refused_out(refused: ListRefused) -> Invalid:
    """A list that cannot be stored."""
    return Invalid([{"pointer": pointer, "detail": reason.en} for pointer, reason in refused.reasons.items()])


def not_a_file(reason: Refusal) -> Invalid:
    """A body that is no list."""
    return Invalid([{"pointer": "", "detail": reason.en}])


def state_out(one: Overview) -> WordListState:
    """A list from afar."""
    return WordListState(**_state(one))


def _state(one: Overview) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "size": one.size,
        "patterns": one.patterns,
        **{str(kind): one.kinds.get(str(kind), 0) for kind in Kind},
        "changed_at": moment_out(one.changed.at) if one.changed else None,
    }


def page_out(one: Overview, page: Page) -> WordListPage:
    """A list with a page of its entries."""
    following = page.start + len(page.entries)
    return WordListPage(
        **_state(one),
        matching=page.matching,
        entries=[entry_out(word) for word in page.entries],
        next=following if following < page.matching else None,
    )


def imported_out(report: Mapping[str, Any], words: SiteList, differs: Difference, *, stored: bool) -> WordsImported:
    """What became of a file."""
    return WordsImported(
        stored=stored,
        taken=len(words.entries),
        added=len(differs.added),
        changed=len(differs.changed),
        removed=len(differs.removed),
        **report,
    )


def entry_out(word: SiteWord) -> EntryOut:
    """An entry."""
    return EntryOut(text=word.text, kind=word.kind, pattern=word.pattern, section=word.section, note=word.note)
