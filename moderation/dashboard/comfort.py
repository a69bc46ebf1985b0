"""How a person wants to see the pages: language, light or dark, strong words blurred."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh
from sqlalchemy import update

from moderation.dashboard.forms import ComfortForm
from moderation.db import db, transaction
from moderation.guards import for_moderators, person
from moderation.models import Person


@for_moderators
def comfort() -> ResponseReturnValue:
    """Show the person's wishes, and keep them."""
    me = person()
    form = ComfortForm(obj=me)
    if not form.is_submitted():
        return render_template("dashboard/comfort.html", form=form)
    if not form.validate():
        return render_template("dashboard/comfort.html", form=form), 422
    wishes = {"language": form.language.data, "theme": form.theme.data, "blur": form.blur.data}
    with transaction():
        kept = update(Person).where(Person.id == me.id).values(**wishes)
        db.session.execute(kept, execution_options={"synchronize_session": "fetch"})
    db.session.refresh(me)
    refresh()  # the notice is said in the language that was chosen
    flash(gettext("تنظیمات شما ذخیره شد."))
    return redirect(url_for("dashboard.comfort"), 303)
