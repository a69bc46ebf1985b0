"""Signals and findings as they are stored, read back: a past decision is replayed without measuring anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from moderation.rules.base import Copy, Finding, Outcome, Repeats, Signals

_NAMES = frozenset(each.name for each in fields(Signals))
_WORDS = ("language_words", "relevance_words", "failed")


def signals_of(stored: Mapping[str, Any]) -> Signals:
    """The signals out of :meth:`Signals.to_dict`, after JSON; what is not known any more is left out.

    Raises TypeError, ValueError, KeyError or AttributeError for what never was the signals of a comment.
    """
    found = {name: value for name, value in stored.items() if name in _NAMES}
    for name in _WORDS:
        if words := found.get(name):
            found[name] = tuple(map(str, words))
        else:
            found[name] = ()
    found["insult_spans"] = tuple([(int(start), int(end)) for start, end in found.get("insult_spans") or ()])
    if repeats := found.get("repeats"):
        copies = tuple([Copy(*copy) for copy in repeats["copies"]])
        found["repeats"] = Repeats(repeats["first"], repeats["words"], copies, bool(repeats.get("more")))
    for name in ("insult", "relevance", "language_margin"):
        if (number := found.get(name)) is not None:
            found[name] = float(number)
    return Signals(**found)


def finding_of(rule: str, code: str, outcome: str, score: float) -> Finding:
    """A stored finding as far as verdicts need it: without its sentences."""
    return Finding(rule, code, Outcome(outcome), score, "", "")
