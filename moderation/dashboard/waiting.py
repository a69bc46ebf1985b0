"""What somebody is told who has tried too often."""

from __future__ import annotations

from flask_babel import gettext

from moderation.dates import count
from moderation.people.throttling import Wait


def told_to_wait(wait: Wait) -> str:
    """How long to wait, in the language of the page."""
    if wait.seconds < 90:
        return str(
            gettext("چند بار پیاپی نادرست بود. %(number)s ثانیهٔ دیگر دوباره بکوشید.", number=count(wait.seconds))
        )
    minutes = count(-(-wait.seconds // 60))
    return str(gettext("چند بار پیاپی نادرست بود. %(number)s دقیقهٔ دیگر دوباره بکوشید.", number=minutes))
