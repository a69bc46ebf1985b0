"""The lexicon found in a text: one matcher, and one search for the model and the rule that ask for the same comment."""

from functools import cache, lru_cache

from classifiers.text import Find, Folded, Matcher, compile_terms, find
from classifiers.words import Entry, allowed, entries


@cache
def by_term() -> dict[str, Entry]:
    """Return every entry by its term."""
    return {entry.term: entry for entry in entries()}


@cache
def _matcher(*, sure: bool) -> Matcher:
    """Return the matcher of all entries, or of those that insult in any company; some milliseconds each."""
    return compile_terms((entry.term for entry in entries() if entry.sure or not sure), allow=allowed())


@lru_cache(maxsize=8)
def _anything(folded: Folded) -> tuple[Find, ...]:
    return tuple(find(folded, _matcher(sure=False)))


def finds(folded: Folded) -> list[Find]:
    """Return the finds of all entries by place."""
    return _meant(_anything(folded))


def sure_finds(folded: Folded) -> list[Find]:
    """Return the finds of the entries that insult in any company, by place.

    An entry that is not sure may overlap one that is, so where one was found they are looked for by themselves.
    """
    found = _anything(folded)
    if not all(by_term()[one.term].sure for one in found):
        found = _sure(folded)
    return _meant(found)


@lru_cache(maxsize=8)
def _sure(folded: Folded) -> tuple[Find, ...]:
    return tuple(find(folded, _matcher(sure=True)))


def _meant(found: tuple[Find, ...]) -> list[Find]:
    """Leave out the entries that insult in no other spelling and stand in one."""
    return [one for one in found if not (one.disguise and by_term()[one.term].exact)]
