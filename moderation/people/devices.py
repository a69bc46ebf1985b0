"""A browser in a few words, out of what it says of itself."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone|iPod"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def device(user_agent: str) -> str:
    """``Firefox, Windows``: names that need no translation; empty for what we do not know."""
    said = user_agent[:500]
    found = [next((name for name, mark in known if re.search(mark, said)), "") for known in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found))
