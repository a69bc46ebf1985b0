"""Where a person may go: the sections of every page's head, and those of administration below it."""

from __future__ import annotations

from typing import NamedTuple

from flask import request, url_for
from flask_babel import lazy_gettext
from flask_login import current_user

from moderation.access import sites_of
from moderation.models import Role

_REVIEW = (
    ("dashboard.queue", lazy_gettext("صف بررسی")),
    ("dashboard.search", lazy_gettext("جست‌وجو")),
    ("dashboard.decided", lazy_gettext("تصمیم‌های اخیر")),
    ("dashboard.bulk", lazy_gettext("یک‌جا")),
    ("dashboard.articles", lazy_gettext("خبرها")),
    ("dashboard.authors", lazy_gettext("نویسندگان")),
    ("dashboard.numbers", lazy_gettext("آمار")),
)
_ADMINISTRATION = (
    (Role.EDITOR, "admin.rules", lazy_gettext("قواعد")),
    (Role.EDITOR, "admin.replays", lazy_gettext("بازپخش")),
    (Role.EDITOR, "admin.words", lazy_gettext("واژه‌ها")),
    (Role.ADMIN, "admin.models", lazy_gettext("مدل‌ها")),
    (Role.ADMIN, "admin.people", lazy_gettext("افراد")),
    (Role.ADMIN, "admin.site", lazy_gettext("تنظیمات سایت")),
    (Role.ADMIN, "admin.audit", lazy_gettext("ثبت رویدادها")),
    (Role.ADMIN, "admin.webhooks", lazy_gettext("وب‌هوک‌ها")),
    (Role.ADMIN, "admin.keys", lazy_gettext("کلیدها")),
)
_ADMIN_PATH = "/admin/"


class Place(NamedTuple):
    """A section: where it lies, what it is called, and whether the page is it ("page") or belongs to it ("true")."""

    address: str
    name: str
    current: str | None


def sections() -> list[Place]:
    """The sections that the person may open; administration is one of them, for those who have a part in it."""
    places = [_place(url_for(endpoint), str(name)) for endpoint, name in _REVIEW]
    if administration := _administration():
        here = "true" if request.path.startswith(_ADMIN_PATH) else None
        places.append(Place(administration[0].address, str(lazy_gettext("مدیریت")), here))
    return places


def admin_sections() -> list[Place]:
    """The sections of administration that the person may open; none on other pages."""
    return _administration() if request.path.startswith(_ADMIN_PATH) else []


def _administration() -> list[Place]:
    may = {role for role in (Role.EDITOR, Role.ADMIN) if sites_of(current_user.person, role)}
    return [_place(url_for(endpoint), str(name)) for role, endpoint, name in _ADMINISTRATION if role in may]


def _place(address: str, name: str) -> Place:
    if request.path == address:
        return Place(address, name, "page")
    return Place(address, name, "true" if request.path.startswith(f"{address}/") else None)
