"""The word lists that a rule set names or holds, compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moderation.rules.re2_syntax import PatternRefused, Refusal
from moderation.rules.site_lists import CompiledList, SiteLists
from moderation.rules.word_lists import MOST_ENTRIES, MOST_LISTS, ListRefused, SiteList

_FIELDS = frozenset({"name", "entries", "sha256"})
UNKNOWN = Refusal("سایت چنین فهرستی ندارد", "the site has no such list")
CHANGED = Refusal("با محتوای فهرست سازگار نیست", "is not the hash of this list")
TWICE = Refusal("دو فهرست یک نام دارند", "two lists have the same name")
TOO_MANY = Refusal(
    f"بیش از {MOST_LISTS} فهرست یا {MOST_ENTRIES} واژه",
    f"more than {MOST_LISTS} lists or {MOST_ENTRIES} entries in all",
)


def hashes(word_lists: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The hashes of the lists that are only named."""
    return tuple(str(one["sha256"]) for one in word_lists if "entries" not in one and "sha256" in one)


def compile_lists(word_lists: Sequence[Mapping[str, Any]], known: Mapping[str, CompiledList]) -> SiteLists:
    """Take the lists that are named from those that are known, and compile those that are held.

    Raises ListRefused whose pointers begin with the number of the list.
    """
    reasons: dict[str, Refusal] = {}
    compiled: list[CompiledList] = []
    if len(word_lists) > MOST_LISTS:
        raise ListRefused({"": TOO_MANY})
    for number, one in enumerate(word_lists):
        try:
            compiled.append(_one(one, known))
        except ListRefused as refused:
            reasons.update({f"/{number}{pointer}": reason for pointer, reason in refused.reasons.items()})
    names = [one.name for one in compiled]
    if len(set(names)) < len(names):
        reasons[""] = TWICE
    if sum(one.size for one in compiled) > MOST_ENTRIES:
        reasons[""] = TOO_MANY
    if reasons:
        raise ListRefused(reasons)
    return SiteLists(tuple(compiled))


def _one(content: Mapping[str, Any], known: Mapping[str, CompiledList]) -> CompiledList:
    if unknown := [str(name) for name in content if name not in _FIELDS]:
        raise ListRefused({f"/{unknown[0]}": Refusal("فیلد ناشناخته", "unknown field")})
    if "entries" not in content:
        named = known.get(str(content.get("sha256")))
        if named is None:
            raise ListRefused({"/sha256": UNKNOWN})
        return named
    held = SiteList.from_dict(content)
    if content.get("sha256", held.sha256) != held.sha256:
        raise ListRefused({"/sha256": CHANGED})
    return compiled_list(held)


def compiled_list(words: SiteList) -> CompiledList:
    """Compile a list. Raises ListRefused."""
    try:
        return CompiledList.of(words)
    except PatternRefused as refused:
        raise ListRefused({"/entries": refused.reason}) from None
