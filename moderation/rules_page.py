"""The generated blocks of docs/rules.md: each rule's policy, codes and options, and the figures of all rules.

A block stands between ``<!-- rule: <slug> -->`` (or ``<!-- figures -->``) and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import Field, fields

from moderation.rules.base import Rule

_BLOCK = re.compile(r"(<!-- (?P<name>rule: [a-z-]+|figures) -->\n).*?(<!-- end -->)", re.DOTALL)


class PageError(ValueError):
    """A page whose blocks do not fit the rules."""


def with_rules(page: str, catalogue: Sequence[type[Rule]]) -> str:
    """Return the page with every rule's block written anew. Raises PageError when a rule has none, or a block no rule."""
    written = {f"rule: {rule.slug}": block(rule) for rule in catalogue}
    named = [match["name"] for match in _BLOCK.finditer(page) if match["name"] != "figures"]
    if sorted(named) != sorted(written):
        raise PageError(f"the page has blocks of {sorted(named)}, the rules are {sorted(written)}")
    return _BLOCK.sub(
        lambda match: match[1] + written[match["name"]] + match[3] if match["name"] in written else match[0], page
    )


def with_figures(page: str, tables: str) -> str:
    """Return the page with the block of figures written anew."""
    return _BLOCK.sub(
        lambda match: f"{match[1]}\n{tables}\n{match[3]}" if match["name"] == "figures" else match[0], page
    )


def figures_of(page: str) -> str:
    """Return the tables that the page shows."""
    found = next((match for match in _BLOCK.finditer(page) if match["name"] == "figures"), None)
    if found is None:
        raise PageError("the page has no block of figures")
    return found[0].split("-->\n", 1)[1].rsplit("<!--", 1)[0].strip()


def block(rule: type[Rule]) -> str:
    """Return what the page says of a rule: its sentence of the policy, its codes, its options."""
    return "\n".join([f"\n> {rule.policy}\n", *_codes(rule), "", *_options(rule), ""])


def _codes(rule: type[Rule]) -> Iterator[str]:
    yield "| Code | |"
    yield "|---|---|"
    for code, meaning in rule.codes.items():
        yield f"| `{code}` | {meaning} |"


def _options(rule: type[Rule]) -> Iterator[str]:
    yield "| Option | Default | Takes | |"
    yield "|---|---|---|---|"
    for item in fields(rule):
        yield f"| `{item.name}` | {_value(item.default)} | {_takes(item)} | {item.metadata['en']} |"


def _takes(item: Field[object]) -> str:
    if choices := item.metadata["choices"]:
        return ", ".join(_value(choice.value) for choice in choices)
    if limits := item.metadata["limits"]:
        return f"{limits[0]:g} to {limits[1]:g}"
    return "`true`, `false`" if isinstance(item.default, bool) else "a text"


def _value(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
