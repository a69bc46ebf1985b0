"""Words tried on comments as the rule itself would read them, with the allowed words and the options of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from uuid import UUID

from moderation.policy import Policies, lists_of, live_rule_set
from moderation.rules import RULES
from moderation.rules.base import ArticleContext, Mode, Signals, Subject
from moderation.rules.listed import compiled_list
from moderation.rules.site_lists import NO_LISTS, Objection, SiteLists
from moderation.rules.site_words import SiteWords
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.word_preview.recent import Counts, Recent

type RuleOfSection = Callable[[str | None], SiteWords]


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment in which words were found, and where."""

    comment: Recent
    found: tuple[Objection, ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The places, ``[start, end)`` in code points of the text, in order."""
        return sorted({(one.start, one.end) for one in self.found})


@dataclass(frozen=True, slots=True)
class Trial:
    """What words would have done: ``hits`` are comments in which blocked and suspect ones are, ``freed`` those in which the site's
    lists find what new allowed ones cover. ``mode`` is that of the rule."""

    words: tuple[SiteWord, ...]
    looked_at: tuple[Recent, ...] = field(repr=False)
    hits: tuple[Hit, ...] = field(repr=False)
    freed: tuple[Hit, ...] = field(repr=False)
    mode: Mode = Mode.LIVE

    @property
    def counts(self) -> Counts:
        """The comments that are hit."""
        return counted(self.hits)

    @property
    def unseen(self) -> int:
        """The comments that are hit and to which no rule objected."""
        return sum(hit.comment.clean for hit in self.hits)


def counted(hits: Iterable[Hit]) -> Counts:
    """How many comments are hit, by what became of them."""
    return Counts.of(hit.comment.fate for hit in hits)


def try_words(
    site_id: UUID,
    words: Sequence[SiteWord],
    comments: Sequence[Recent],
    policies: Policies,
    *,
    beside: Iterable[SiteWord] = (),
) -> Trial:
    """Try words on comments. ``beside`` are words that would be allowed along with them, whose own effect is not asked for.

    Reads the site's live rules. Raises ListRefused for a pattern that cannot be used.
    """
    mode, rule = _rule(site_id)
    allowing = tuple(word for word in words if word.kind is Kind.ALLOW)
    objecting = tuple(word for word in words if word.kind is not Kind.ALLOW)
    hits: tuple[Hit, ...] = ()
    if objecting:
        tried = SiteList("", (*objecting, *allowing, *beside))
        hits = _hits(comments, SiteLists((compiled_list(tried), compiled_list(_allowed(site_id)))), rule)
    freed = _freed(site_id, allowing, comments, policies, rule) if allowing else ()
    return Trial(tuple(words), tuple(comments), hits, freed, mode)


def _rule(site_id: UUID) -> tuple[Mode, RuleOfSection]:
    """How the live rules have the rule for each section; where it is off, as it would be with its defaults."""
    compiled = replace(live_rule_set(site_id), word_lists=()).compile(RULES)

    @cache
    def of_section(section: str | None) -> SiteWords:
        rules = (item.rule for item in compiled.under(section).rules)
        return next((rule for rule in rules if isinstance(rule, SiteWords)), SiteWords())

    modes = (item.mode for item in compiled.rules if isinstance(item.rule, SiteWords))
    return next(modes, Mode.OFF), of_section


def _allowed(site_id: UUID) -> SiteList:
    """What the site allows already, on whatever list."""
    entries = [word for one in lists_of(site_id) for word in one.entries if word.kind is Kind.ALLOW]
    return SiteList("", tuple(entries))


def _hits(comments: Iterable[Recent], lists: SiteLists, rule: RuleOfSection) -> tuple[Hit, ...]:
    found = ((comment, _objections(comment, lists, rule)) for comment in comments)
    return tuple(Hit(comment, tuple(objections)) for comment, objections in found if objections)


def _objections(comment: Recent, lists: SiteLists, rule: RuleOfSection) -> list[Objection]:
    return rule(comment.section).objections(replace(_subject(comment), lists=lists))


def _subject(comment: Recent) -> Subject:
    return Subject(comment.text, Signals(), ArticleContext("", section=comment.section))


def _freed(
    site_id: UUID, allowing: Sequence[SiteWord], comments: Iterable[Recent], policies: Policies, rule: RuleOfSection
) -> tuple[Hit, ...]:
    """The comments in which the site's lists find what the words cover, and what the site allows already does not."""
    new = SiteLists((compiled_list(SiteList("", tuple(allowing))),))
    covered = ((comment, new.allowed(_subject(comment).folded, comment.section)) for comment in comments)
    held = [(comment, allowed) for comment, allowed in covered if allowed]
    if not held:
        return ()  # the site's lists need not be compiled where this process does not have them
    live = policies.live([site_id])[site_id][1]
    lists = SiteLists(tuple(replace(one, allowing={}) for one in live.lists.lists)) if live else NO_LISTS
    keys = {word.key for word in allowing}
    known = tuple(word for word in _allowed(site_id).entries if word.key not in keys)
    others = SiteLists((compiled_list(SiteList("", known)),))
    freed = []
    for comment, allowed in held:
        found = [one for one in _objections(comment, lists, rule) if allowed.covers(one.start, one.end)]
        if found:
            already = others.allowed(_subject(comment).folded, comment.section)
            found = [one for one in found if not already.covers(one.start, one.end)]
        if found:
            freed.append(Hit(comment, tuple(found)))
    return tuple(freed)
