"""Versions of a site's insult model, as a fit would leave them."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from classifiers import insult, insult_residual
from classifiers.insult_reading import FEATURES
from classifiers.insult_residual import BUCKETS, Residual
from classifiers.text import fold
from moderation import residuals
from moderation.db import db
from moderation.models import LearnedModel, LearnedState, Site

TEXT = "این شلغمک باید برود"
"""What a made residual scores higher than the shipped model does."""


def residual_that_knows(text: str = TEXT, base: str | None = None) -> Residual:
    """A residual by which a text scores higher."""
    model = insult.load()
    ids, values, _ = model.features(fold(text))
    coef = np.zeros(2 * BUCKETS)
    coef[insult_residual.folded_ids(ids, 1 << insult.CHARACTER_BITS)] = values
    return Residual(base or model.version, coef, np.zeros(len(FEATURES)), np.zeros(2), 1 << insult.CHARACTER_BITS)


def at(cut: float, precision: float, recall: float, flagged: int, missed: int) -> dict[str, Any]:
    """What a threshold catches and flags."""
    counted = {"insults": 40, "approved": 260, "approved_flagged": flagged, "insults_missed": missed}
    return {"cut": cut, "precision": precision, "recall": recall, **counted}


AT = [at(0.6, 0.8, 0.7, 7, 12), at(0.9, 0.95, 0.5, 1, 20)]
SHIPPED, BETTER = {"auc": 0.921, "at": AT}, {"auc": 0.934, "at": AT}
DATA = {
    "given": {"insults": 150, "approved": 950},
    "fitted_on": {"insults": 95, "approved": 605},
    "judged_by": {"insults": 40, "approved": 260},
    "from": "2026-10-01T08:00:00+00:00",
    "cut": "2026-11-10T08:00:00+00:00",
    "to": "2026-11-27T08:00:00+00:00",
    "people": 3,
    "largest_share": 0.45,
    "authors": 700,
    "left_out": {"repeated": 80, "author": 15},
    "left_out_people": 0,
}
HELD = {
    "shipped": SHIPPED,
    "now": SHIPPED,
    "after": BETTER,
    "auc_gain": {"by": 0.013, "low": 0.004, "high": 0.021},
    "thresholds": [{"precision_wanted": 0.9, "score": 0.81, "recall": 0.55}],
}


def card(refused: tuple[str, ...] = ()) -> dict[str, Any]:
    """A card as a fit writes it."""
    return {
        "base": residuals.shipped(),
        "against": "shipped",
        "live": None,
        "cuts": [0.6, 0.9],
        "size": 150_000,
        "norm": 7.5,
        "data": DATA,
        "held": HELD,
        "shipped_examples": {"texts": 1843, "now": SHIPPED, "after": SHIPPED},
        "refused": list(refused),
        "fitted_at": "2026-11-28T08:00:00+00:00",
        "ms": 9000,
    }


def make_candidate(site: Site, *, refused: tuple[str, ...] = ()) -> LearnedModel:
    """A candidate of a site, the next of its versions."""
    blob = insult_residual.pack(residual_that_knows())
    number = max((row.number for row in residuals.of_site(site.id)), default=0) + 1
    live = next((row.number for row in residuals.of_site(site.id) if row.state == LearnedState.LIVE), None)
    row = LearnedModel(
        site_id=site.id,
        name=residuals.INSULT,
        number=number,
        state=LearnedState.CANDIDATE,
        blob=blob,
        size=len(blob),
        sha256=hashlib.sha256(blob).hexdigest(),
        decisions=1000,
        metrics=card(refused) | {"live": live},
    )
    db.session.add(row)
    db.session.commit()
    return row
