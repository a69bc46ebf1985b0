"""The languages in which people see Nazer: Persian, in which the pages are written, and English, from a catalogue."""

from __future__ import annotations

from flask import Flask, session
from flask_babel import Babel

PERSIAN, ENGLISH = "fa", "en"
LANGUAGES = {PERSIAN: "فارسی", ENGLISH: "English"}


def register_languages(app: Flask) -> None:
    """Give templates ``_`` and ``ngettext``."""
    Babel(app, default_locale=PERSIAN, locale_selector=language, default_translation_directories="translations")


def language() -> str:
    """The language of the person who is asking."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else PERSIAN
