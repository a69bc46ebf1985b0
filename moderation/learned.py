"""What the sites have learnt, as a worker reads it: live models, and the approved comments of articles."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Uuid, bindparam, func, select, text

from classifiers import semantic, store
from classifiers.relevance import ArticleText, RelevanceModel
from classifiers.text import fold
from moderation.db import db
from moderation.measure import NOTHING_LEARNT, Learnt, Peer, Peers
from moderation.models import Comment, LearnedModel, LearnedState
from moderation.models.comment import STANDS_APPROVED

RELEVANCE = "relevance"
KEPT_BYTES = 64 * 1024 * 1024
"""Unpacked models that a process keeps; in use each takes about three times as much."""
MOST_PEERS = 30

_PROBE = ArticleText(
    "probe", "خبری برای آزمون", "این متن می‌پرسد که مدل ذخیره‌شده درست خوانده شده است و اندازه می‌گیرد یا نه."
)

# From the 30th newest on: a window over all comments of an article that thousands write under would read them all.
_APPROVED = (
    text(
        f"""
        SELECT comment.article_id, comment.id, comment.revision, comment.text
          FROM article JOIN comment ON comment.article_id = article.id
         WHERE article.id IN :articles AND {STANDS_APPROVED}
           AND comment.id >= COALESCE(
               (SELECT newer.id FROM comment AS newer
                 WHERE newer.article_id = article.id AND newer.status = 'approved'
                   AND newer.published_decision_id = newer.decision_id AND newer.erased_at IS NULL
                 ORDER BY newer.id DESC LIMIT 1 OFFSET {MOST_PEERS - 1}), :nobody)
         ORDER BY comment.article_id, comment.id
        """  # noqa: S608 -- constants of our own
    )
    .bindparams(bindparam("articles", expanding=True, type_=Uuid()), bindparam("nobody", type_=Uuid()))
    .columns(Comment.article_id, Comment.id, Comment.revision, Comment.text)
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveModel:
    """Which version of a site's model is live; the model itself is loaded when it is wanted."""

    id: uuid.UUID
    number: int
    sha256: str

    @property
    def version(self) -> str:
        """Its name in the signals; no two sites' models have the same."""
        return f"site-{self.number}-{self.sha256[:8]}"


@dataclass
class LearnedModels:
    """The sites' models of a process, the ones used last; each is read from the database once."""

    _known: dict[uuid.UUID, tuple[Learnt, int]] = field(default_factory=dict)

    def live(self, sites: Iterable[uuid.UUID]) -> dict[uuid.UUID, LiveModel]:
        """The live version of each site that has one; for every claim, so that a new one takes effect at once."""
        found = select(LearnedModel.site_id, LearnedModel.id, LearnedModel.number, LearnedModel.sha256).where(
            LearnedModel.site_id.in_(set(sites)),
            LearnedModel.name == RELEVANCE,
            LearnedModel.state == LearnedState.LIVE,
        )
        return {row.site_id: LiveModel(row.id, row.number, row.sha256 or "") for row in db.session.execute(found)}

    def take(self, live: LiveModel | None) -> Learnt:
        """The model of a live version. One that is refused or broken is logged once; then the shipped model measures."""
        if live is None:
            return NOTHING_LEARNT
        if live.id in self._known:
            self._known[live.id] = self._known.pop(live.id)  # last used goes last
        else:
            self._known[live.id] = _load(live)
            while len(self._known) > 1 and sum(size for _, size in self._known.values()) > KEPT_BYTES:
                del self._known[next(iter(self._known))]
        return self._known[live.id][0]


def _load(live: LiveModel) -> tuple[Learnt, int]:
    blob = db.session.execute(
        select(LearnedModel.blob).where(
            LearnedModel.id == live.id, func.length(LearnedModel.blob) <= store.LARGEST_BLOB
        )
    ).scalar_one_or_none()
    db.session.commit()  # measuring runs outside any transaction, a reading one included
    try:
        return _read(live, blob)
    except Exception:  # the promise: a broken model of a site costs it nothing but its own measure
        log.exception("the relevance model %s (%s) is refused; the shipped one measures", live.version, live.id)
        return Learnt(refused=live.version), 0


def _read(live: LiveModel, blob: bytes | None) -> tuple[Learnt, int]:
    if blob is None or hashlib.sha256(blob).hexdigest() != live.sha256:
        raise store.RefusedModel("it is missing, too large, or not the one that was saved")
    arrays, meta = store.unpack(blob)
    encoder = (
        semantic.load() if meta.get("encoder") else None
    )  # it takes memory: only where the model was fitted with it
    model = RelevanceModel(live.version, arrays, meta, encoder)
    model.measure(fold(_PROBE.body), model.fingerprint(_PROBE), fold(_PROBE.title))  # whether its parts fit together
    return Learnt(model, titles=_titles(meta)), sum(array.nbytes for array in arrays.values())


def _titles(meta: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(title) for name, title in dict(meta.get("titles", {})).items()}


def approved_peers(articles: Collection[uuid.UUID]) -> dict[uuid.UUID, Peers]:
    """The newest approved comments of each article, at most MOST_PEERS, as the site shows them now; one query.

    Only what was decided and let out and still stands: nothing pending, reopened, withdrawn or erased.
    """
    rows = db.session.execute(_APPROVED, {"articles": list(articles), "nobody": uuid.UUID(int=0)})
    found: dict[uuid.UUID, list[Peer]] = {}
    for row in rows:
        found.setdefault(row.article_id, []).append(Peer(row.id, row.revision, row.text))
    return {article_id: Peers(article_id, tuple(comments)) for article_id, comments in found.items()}
