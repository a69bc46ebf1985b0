"""What new words hit, made ready for a page: the comments with highlights, personal data covered, and of how many they are."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext

from moderation.guards import sees_personal_data
from moderation.highlight import Clipped, Mark
from moderation.preview import Busy, PreviewDesk
from moderation.rules.site_words import SiteWords
from moderation.rules.word_lists import Kind, SiteWord
from moderation.shown import covered, marked, private
from moderation.word_preview.looking import Look, look_through
from moderation.word_preview.recent import Fate, Recent, last_comments
from moderation.word_preview.trial import Hit

SHOWN = 20
"""Comments, forms and words of each kind that a page shows."""
_SECONDS = 20.0  # that a look waits for its turn

FATES = {
    Fate.APPROVED: lazy_gettext("تأییدشده"),
    Fate.WAITING: lazy_gettext("در صف"),
    Fate.REJECTED: lazy_gettext("ردشده"),
}
WAYS = {
    "own": lazy_gettext("خود واژه"),
    "longer": lazy_gettext("واژهٔ بلندتر یا صرف‌شده"),
    "spelling": lazy_gettext("املای هم‌آوا"),
    "split": lazy_gettext("حروف جدا"),
    "masked": lazy_gettext("نشانه به جای حرف"),
    "joined": lazy_gettext("چسبیده به واژهٔ پیش"),
    "latin": lazy_gettext("حروف لاتین"),
    "mixed": lazy_gettext("نیمه‌لاتین"),
}


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A comment to read."""

    id: uuid.UUID
    text: Clipped


@dataclass(frozen=True, slots=True)
class ShownLook:
    """A look; ``groups`` are the first comments of each fate with how many there are."""

    look: Look
    groups: Sequence[tuple[Fate, Sequence[ShownHit], int]]

    @property
    def frees(self) -> bool:
        """Whether allowed words alone were tried."""
        return all(word.kind is Kind.ALLOW for word in self.look.trial.words)


def looked_at(site_id: uuid.UUID, words: Sequence[SiteWord], beside: Iterable[str] = ()) -> dict[str, Any]:
    """What a page says of words on the last comments: looked at in this process's turn, or ``busy`` when too many look at once.

    To somebody who may not see personal data, words tell nothing of it, not even that they are there: a pattern could ask for it.
    """
    desk: PreviewDesk = current_app.extensions["nazer_preview"]
    said: dict[str, Any] = {"look": None, "fates": FATES, "ways": WAYS}
    if not words:
        return said
    allowing = [SiteWord(text, Kind.ALLOW) for text in beside]
    bare = sees_personal_data(site_id)
    try:
        with desk.in_turn(_SECONDS) as policies:
            told = look_through(site_id, words, _comments(site_id, bare), policies, beside=allowing)
    except Busy:
        return said | {"busy": True}
    groups = [(fate, told.hits(fate)) for fate in FATES]
    return said | {"look": ShownLook(told, [(fate, _shown(hits, bare), len(hits)) for fate, hits in groups])}


def _comments(site_id: uuid.UUID, bare: bool) -> list[Recent]:
    """The last comments of a site, with what the person may know of their texts."""
    found = last_comments(site_id)
    return found if bare else [replace(comment, text=covered(comment.text)) for comment in found]


def _shown(hits: Sequence[Hit], bare: bool) -> list[ShownHit]:
    return [_to_read(hit, bare) for hit in hits[:SHOWN]]


def _to_read(hit: Hit, bare: bool) -> ShownHit:
    text = hit.comment.text
    marks = [Mark(start, end, SiteWords.slug) for start, end in hit.spans]
    return ShownHit(hit.comment.id, marked(text, [*marks, *private(text)], bare=bare))
