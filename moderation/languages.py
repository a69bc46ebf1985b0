"""The languages in which people see Nazer: Persian, in which the pages are written, and English, from a catalogue."""

from __future__ import annotations

from flask import Flask, has_request_context, request, session
from flask_babel import Babel
from flask_login import current_user

PERSIAN, ENGLISH = "fa", "en"
LANGUAGES = {PERSIAN: "فارسی", ENGLISH: "English"}


def register_languages(app: Flask) -> None:
    """Give templates ``_`` and ``ngettext``, the language and its direction."""
    Babel(app, default_locale=PERSIAN, locale_selector=language, default_translation_directories="translations")
    app.jinja_env.globals.update(languages=LANGUAGES, language=language, direction=direction)


def language() -> str:
    """The language of the person who is asking; of somebody who has not signed in, the one that the address or the session names."""
    if not has_request_context():
        return PERSIAN
    if current_user and current_user.is_authenticated:
        chosen = current_user.person.language
    else:
        chosen = request.args.get("language") or session.get("language")
    return chosen if chosen in LANGUAGES else PERSIAN


def direction() -> str:
    """In which direction the pages of that language are read."""
    return "ltr" if language() == ENGLISH else "rtl"
