"""What the sites have learnt, as a worker reads it: live models, and the approved comments of articles."""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Uuid, bindparam, func, select, text

from classifiers import insult, insult_residual, semantic, store
from classifiers.relevance import ArticleText, RelevanceModel
from classifiers.text import fold
from moderation.db import db
from moderation.measure import NOTHING_LEARNT, Learnt, Peer, Peers
from moderation.models import Comment, LearnedModel, LearnedState
from moderation.models.comment import STANDS_APPROVED

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


@dataclass(frozen=True, slots=True)
class Live:
    """The live versions of a site's models."""

    relevance: LiveModel | None = None
    insult: LiveModel | None = None


@dataclass
class LearnedModels:
    """The sites' models of a process, the ones used last; each is read from the database once."""

    _known: dict[uuid.UUID, tuple[Learnt, int]] = field(default_factory=dict)

    def live(self, sites: Iterable[uuid.UUID]) -> dict[uuid.UUID, Live]:
        """The live versions of each site that has any; for every claim, so that a new one takes effect at once."""
        row = LearnedModel
        asked = select(row.site_id, row.name, row.id, row.number, row.sha256).where(
            row.site_id.in_(set(sites)), row.name.in_(_READ), row.state == LearnedState.LIVE
        )
        found: dict[uuid.UUID, Live] = {}
        for one in db.session.execute(asked):
            version = LiveModel(one.id, one.number, one.sha256 or "")
            found[one.site_id] = replace(found.get(one.site_id, Live()), **{one.name: version})
        return found

    def take(self, live: Live | None) -> Learnt:
        """The models of live versions. One that is refused or broken is logged once; then the shipped one measures alone."""
        if live is None:
            return NOTHING_LEARNT
        learnt = self._one("relevance", live.relevance)
        own = self._one("insult", live.insult)
        if own is NOTHING_LEARNT:
            return learnt
        kept = ("residual", "residual_version", "residual_refused")
        return replace(learnt, **{name: getattr(own, name) for name in kept})

    def _one(self, name: str, live: LiveModel | None) -> Learnt:
        if live is None:
            return NOTHING_LEARNT
        if live.id in self._known:
            self._known[live.id] = self._known.pop(live.id)  # last used goes last
        else:
            self._known[live.id] = _load(name, live)
            while len(self._known) > 1 and sum(size for _, size in self._known.values()) > KEPT_BYTES:
                del self._known[next(iter(self._known))]
        return self._known[live.id][0]


def _load(name: str, live: LiveModel) -> tuple[Learnt, int]:
    blob = db.session.execute(
        select(LearnedModel.blob).where(
            LearnedModel.id == live.id, func.length(LearnedModel.blob) <= store.LARGEST_BLOB
        )
    ).scalar_one_or_none()
    db.session.commit()  # measuring runs outside any transaction, a reading one included
    try:
        if blob is None or hashlib.sha256(blob).hexdigest() != live.sha256:
            raise store.RefusedModel("it is missing, too large, or not the one that was saved")
        return _READ[name](live, blob)
    except Exception:  # the promise: a broken model of a site costs it nothing but its own measure
        log.exception("the %s model %s (%s) is refused; the shipped one measures", name, live.version, live.id)
        return Learnt(residual_refused=live.version) if name == "insult" else Learnt(refused=live.version), 0


def _read_relevance(live: LiveModel, blob: bytes) -> tuple[Learnt, int]:
    arrays, meta = store.unpack(blob)
    encoder = (
        semantic.load() if meta.get("encoder") else None
    )  # it takes memory: only where the model was fitted with it
    model = RelevanceModel(live.version, arrays, meta, encoder)
    model.measure(fold(_PROBE.body), model.fingerprint(_PROBE), fold(_PROBE.title))  # whether its parts fit together
    return Learnt(model, titles=_titles(meta)), sum(array.nbytes for array in arrays.values())


def _read_residual(live: LiveModel, blob: bytes) -> tuple[Learnt, int]:
    residual = insult_residual.unpack(blob)
    if residual.base != store.newest(insult.NAME):
        raise store.RefusedModel(f"it corrects version {residual.base} of the shipped model, which is not the one here")
    return Learnt(residual=residual, residual_version=live.version), residual.coef.nbytes


_READ: Mapping[str, Callable[[LiveModel, bytes], tuple[Learnt, int]]] = {
    "relevance": _read_relevance,
    "insult": _read_residual,
}


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
