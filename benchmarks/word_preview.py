"""How long it takes to see what new words would have hit in a site's last 5,000 comments, from the database to the whole look.

The comments are those of our corpus, in a fresh SQLite database, half of them approved and a quarter rejected by a person, beside
lists of 20,000 words (``benchmarks.terms``) of which one in a hundred is allowed.

    python -m benchmarks.word_preview [--json] [--comments 5000] [--rounds 5]

Keys: CPU seconds (median) of each look: ``word``, ``often`` (a word that many comments hold), ``pattern``, ``allowed_first`` (an
allowed word that many comments hold, when this process has not compiled the site's lists), ``allowed_none_first`` (one that no
comment holds) and ``allowed``; ``file`` of 20,000 new words; at most 2 is wanted of ``word``, ``often`` and ``pattern``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

import flask_migrate
from sqlalchemy import insert

from benchmarks.printing import run
from benchmarks.terms import LONG, varied_words
from classifiers import corpus
from moderation import word_lists
from moderation.app import core_context
from moderation.db import db, new_id, now, transaction
from moderation.models import Article, Comment, Decision, Role, Status
from moderation.onboarding import add_person, add_site
from moderation.policy import Policies
from moderation.rules.word_lists import Kind, SiteList, SiteWord
from moderation.settings import Mode, read_settings
from moderation.word_preview.looking import Look, look

_SECRET = "a-secret-of-the-benchmarks-0123456789"
_OUTCOMES = {0: Status.APPROVED, 1: Status.APPROVED, 2: Status.REJECTED}


def fill(comments: int) -> UUID:
    """A site with so many comments, most of them decided by a person, and 20,000 listed words."""
    site = add_site("mehr", "مهر").site
    sara = add_person("sara", "sara@nazer.example", "a long enough password", roles={site.id: Role.MODERATOR})
    article, moment = Article(site_id=site.id, external_id="a-1", title="خبر"), now()
    rows, decisions = [], []
    for number, one in enumerate(corpus.comments()[:comments]):
        status, decided = _OUTCOMES.get(number % 4, Status.IN_REVIEW), number % 4 in _OUTCOMES
        row = {"id": new_id(), "site_id": site.id, "external_id": f"c-{number}", "author_name": "خواننده"}
        row |= {"text": one.text, "status": status, "verdict": "clean", "decision_id": new_id() if decided else None}
        rows.append(row)
        if decided:
            decision = {"id": row["decision_id"], "comment_id": row["id"], "person_id": sara.id, "revision": 1}
            decisions.append(decision | {"outcome": status, "decided_at": moment, "effective_at": moment})
    with transaction():
        db.session.add(article)
        db.session.flush()
        db.session.execute(insert(Comment), [row | {"article_id": article.id} for row in rows])
        db.session.execute(insert(Decision), decisions)
    words = [SiteWord(word, Kind.ALLOW if number % 100 == 0 else Kind.BLOCK) for number, word in enumerate(_words(0))]
    word_lists.put_list(site.id, SiteList("words", tuple(words)))
    return site.id


def _words(first: int) -> list[str]:
    return varied_words()[first : first + LONG]


def seconds(work: Callable[[], Look], rounds: int) -> float:
    """The CPU seconds of some work, the median of so many rounds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return round(median(times), 3)


def measure(comments: int, rounds: int) -> dict[str, float]:
    """Return the figures named above."""
    with TemporaryDirectory() as folder:
        settings = read_settings(mode=Mode.EMBEDDED, data_dir=Path(folder), secret_key=_SECRET)
        with core_context(settings):
            flask_migrate.upgrade()
            site_id, policies = fill(comments), Policies()
            tries = {
                "word": SiteWord("خر"),
                "often": SiteWord("است"),
                "pattern": SiteWord(r"\bخر\w*", pattern=True),
                "allowed": SiteWord("خوب", Kind.ALLOW),
            }
            held, nowhere = SiteWord("خوب", Kind.ALLOW), SiteWord("خرگوش ارغوانی", Kind.ALLOW)
            figures = {"allowed_first": seconds(lambda: look(site_id, [held], Policies()), rounds)}
            figures["allowed_none_first"] = seconds(lambda: look(site_id, [nowhere], Policies()), rounds)
            for name, word in tries.items():
                figures[name] = seconds(lambda word=word: look(site_id, [word], policies), rounds)
            new = [SiteWord(f"{word} نو") for word in _words(0)]
            figures["file"] = seconds(lambda: look(site_id, new, policies), 1)
            return figures


if __name__ == "__main__":
    run(measure, __doc__, comments=5000)
