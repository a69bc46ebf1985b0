"""Fit a site's own relevance model and pack it for the database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from classifiers import semantic, store
from classifiers.learn import Approved
from classifiers.progress import step
from classifiers.relevance import ArticleText, RelevanceModel
from classifiers.relevance_calibration import calibrate
from classifiers.relevance_fitting import BACKGROUND, GROWN, fit_site
from classifiers.semantic import Encoder

SLOWLY = (
    500  # approved comments that set the threshold through the slow stage: at some tenths of a second each, no more
)


def learn(articles: Sequence[ArticleText], approved: Approved = ()) -> tuple[bytes, dict[str, Any]]:
    """Return the packed model and its metrics. While the site is young, our corpus' articles stand beside its own.

    The model's JSON also holds the titles of the articles that it may call a better one, for people to read. The articles
    come newest first: when their words make too large a model, it is fitted on the newer half. A grown site's threshold is
    set from its approved comments, the newest first, where enough of them can be judged. A site without articles raises
    ValueError.
    """
    if not articles:
        raise ValueError("a site without articles has nothing to learn from")
    try:
        return _fit(articles, approved, semantic.load())
    except store.RefusedModel:
        if len(articles) <= BACKGROUND:
            raise
        return learn(articles[: len(articles) // 2], approved)


def _fit(articles: Sequence[ArticleText], approved: Approved, encoder: Encoder | None) -> tuple[bytes, dict[str, Any]]:
    arrays, meta = fit_site(articles, encoder)
    titles = {article.id: article.title for article in articles}
    meta["titles"] = {name: titles[name] for name in meta["nameable"]}
    store.pack(arrays, meta)  # one that is too large is refused before anything is measured with it
    model = RelevanceModel(meta["version"], arrays, meta, encoder)
    if len(articles) >= GROWN:
        step(f"setting the threshold from {len(approved)} approved comments", 0.8)
        meta["limits"] = asdict(calibrate(model, approved[:SLOWLY] if model.encoder else approved))
    return store.pack(arrays, meta), {
        "articles": len(articles),
        "beside": meta["articles"] - len(articles),
        "background": len(meta["background"]),
        "approved": len(approved),
        "suspect_below": meta["limits"]["suspect_below"],
        "encoder": meta["encoder"],
    }
