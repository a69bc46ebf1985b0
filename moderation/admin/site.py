"""The settings of one of a person's sites."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from moderation import site_settings
from moderation.admin.site_forms import SiteForm
from moderation.db import db
from moderation.guards import for_admins, sites
from moderation.models import Site
from moderation.settings import Settings


@for_admins
def site_page() -> ResponseReturnValue:
    """The settings of one site; of the first where the address names none."""
    return _draw(chosen(request.args.get("site", "")))


@for_admins
def change() -> ResponseReturnValue:
    """Change them; what is wrong is named field by field, and nothing is lost of what was typed."""
    site, form = chosen(request.form.get("site", "")), SiteForm()
    if not form.validate_on_submit():
        return _draw(site, form)
    site_settings.change(site.id, form.values())
    flash(gettext("تنظیمات سایت ذخیره شد."))
    return redirect(url_for("admin.site", site=site.slug), 303)


ROUTES = (
    ("/site", "GET", "site", site_page),
    ("/site", "POST", "change_site", change),
)


def chosen(slug: str) -> Site:
    """The site of that name, or the first one where none is named; 404 for one that the person does not administer."""
    known = known_sites()
    return next((site for site in known if site.slug == slug or not slug), None) or abort(404)


def known_sites() -> list[Site]:
    """The sites that the person administers, by name."""
    found = select(Site).where(Site.id.in_(sites())).order_by(Site.name, Site.id)
    return list(db.session.execute(found, execution_options={"populate_existing": True}).scalars())


def _draw(site: Site, form: SiteForm | None = None) -> ResponseReturnValue:
    wrong: dict[str, Any] = form.errors if form else {}
    settings: Settings = current_app.config["NAZER"]
    page = render_template(
        "admin/site.html",
        site=site,
        known=known_sites(),
        form=form or SiteForm.of(site),
        usual={"undo_seconds": settings.undo_seconds, "keep_deliveries_days": settings.delivery_keep_days},
    )
    return page, 422 if wrong else 200


def site_of(slug: str) -> Site:
    """One of the sites that the person administers; 404 for any other."""
    return next((site for site in known_sites() if site.slug == slug), None) or abort(404)
