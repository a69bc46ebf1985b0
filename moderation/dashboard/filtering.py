"""The tabs and filters of the queue, and those that a person keeps under a name."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from moderation import saved_filters
from moderation.dashboard import desk
from moderation.dashboard.forms import SaveFilterForm
from moderation.dates import digits
from moderation.guards import for_moderators, person
from moderation.pages import rule_title
from moderation.queue import Counts, Filters, Option, Order

_ALL = lazy_gettext("همه")
_GROUPS = {
    "site": lazy_gettext("سایت"),
    "section": lazy_gettext("بخش"),
    "rule": lazy_gettext("قاعده"),
    "language": lazy_gettext("زبان"),
    "older": lazy_gettext("سن پیام"),
    "article": lazy_gettext("خبر"),
    "author": lazy_gettext("نویسنده"),
}
_NAMES: dict[str, dict[str, LazyString | str]] = {
    "lane": {"needs-two": lazy_gettext("رأی دوم"), "escalated": lazy_gettext("ارجاع‌شده")},
    "verdict": {
        "violation": lazy_gettext("مغایر"),
        "suspect": lazy_gettext("مشکوک"),
        "clean": lazy_gettext("بدون ایراد"),
    },
    "language": {
        "fa": lazy_gettext("فارسی"),
        "fa-latn": lazy_gettext("فینگلیش"),
        "mixed": lazy_gettext("آمیخته"),
        "none": lazy_gettext("بی‌زبان"),
    },
}
_ORDERS = {Order.PRIORITY: lazy_gettext("مهم‌ترین"), Order.AGE: lazy_gettext("قدیمی‌ترین")}


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another part of the queue; ``n`` is how many wait there, None where nobody counts."""

    name: str
    query: dict[str, str]
    current: bool = False
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Values of one filter."""

    name: str
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Everything that the page offers to choose from. ``asked`` takes away what is set; ``query`` is what is set."""

    tabs: tuple[Link, ...]
    groups: tuple[Group, ...]
    orders: tuple[Link, ...]
    asked: tuple[Link, ...]
    query: str


def bar(filters: Filters, counts: Counts) -> Bar:
    """What to offer beside these filters; values for which nothing waits are left out unless they are set."""
    plain = Filters(order=filters.order)
    tabs = [Link(str(_ALL), plain.query, not filters.asked, counts.total)]
    for name in ("lane", "verdict"):
        tabs += [link for link in _links(name, filters, counts) if link.n or link.current or name == "lane"]
    groups = (Group(name, str(title), tuple(_links(name, filters, counts))) for name, title in _GROUPS.items())
    orders = (
        Link(str(name), filters.having(order=order).query, filters.order is order) for order, name in _ORDERS.items()
    )
    asked = (Link(_name_of(name, value, counts), filters.without(name).query) for name, value in filters.asked)
    several = tuple(group for group in groups if group.links and (group.name != "site" or len(group.links) > 1))
    return Bar(tuple(tabs), several, tuple(orders), tuple(asked), urlencode(filters.query))


def _links(name: str, filters: Filters, counts: Counts) -> Iterator[Link]:
    chosen = filters.query.get(name)
    for option in counts.options.get(name, ()):
        current = option.value == chosen
        if option.n or current or name == "lane":
            wanted = filters.without(name) if current else filters.having(**{name: option.value})
            yield Link(_name(name, option), wanted.query, current, option.n)


def _name(name: str, option: Option) -> str:
    if name == "older":
        return str(gettext("بیش از %(hours)s ساعت", hours=digits(option.value)))
    if name == "rule":
        return rule_title(option.value)
    return str(_NAMES.get(name, {}).get(option.value, option.name))


def _name_of(name: str, value: str, counts: Counts) -> str:
    """A filter that is set, whether or not anything waits behind it."""
    known = next((option for option in counts.options.get(name, ()) if option.value == value), None)
    label = _name(name, known or Option(value, value.partition(":")[2] if name == "author" else value, 0))
    return f"{_GROUPS[name]}: {label}" if name in _GROUPS else label


@for_moderators
def save() -> ResponseReturnValue:
    """Keep the filter that is in use under a name; the same name again means this one."""
    form = SaveFilterForm()
    filters = Filters.parse(dict(parse_qsl(form.query.data or "")))
    if form.validate_on_submit() and form.name.data and filters.query:
        if not saved_filters.save(person().id, form.name.data, urlencode(filters.query)):
            flash(gettext("بیش از این نمی‌توان صافی نگه داشت."))
    else:
        flash(gettext("برای نگه داشتن صافی، نامی کوتاه بنویسید."))
    return redirect(desk.queue_url(filters), 303)


@for_moderators
def remove(filter_id: uuid.UUID) -> ResponseReturnValue:
    """Forget a filter of one's own."""
    saved_filters.remove(person().id, filter_id)
    return redirect(url_for("dashboard.queue"), 303)


def saved() -> list[tuple[uuid.UUID, Link]]:
    """The filters that the person keeps, each with its id."""
    return [
        (kept.id, Link(kept.name, Filters.parse(dict(parse_qsl(kept.query))).query))
        for kept in saved_filters.of(person().id)
    ]
