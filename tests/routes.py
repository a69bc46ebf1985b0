"""Routes compiled once for all applications of a run: an application has some two hundred, and each test makes an application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

type Builder = Callable[..., tuple[str, str]]


def remember_compiled(patch: pytest.MonkeyPatch) -> None:
    """Have Werkzeug take over the function that it compiled for an equal rule: it reads all else from the rule it is bound to."""
    compile_builder: Callable[[Rule, bool], Builder] = Rule._compile_builder  # type: ignore[attr-defined]
    known: dict[tuple[object, ...], Builder] = {}

    def remembered(rule: Any, append_unknown: bool = True) -> Builder:
        key = (rule.rule, str(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    patch.setattr(Rule, "_compile_builder", remembered)
