"""Fit a site's own relevance model and pack it for the database."""

from collections.abc import Sequence
from typing import Any

from classifiers import store
from classifiers.relevance import ArticleText
from classifiers.relevance_fitting import BACKGROUND, corpus_articles, fit_arrays


def learn(articles: Sequence[ArticleText]) -> tuple[bytes, dict[str, Any]]:
    """Return the packed model and its metrics. While the site is young, our corpus' articles stand beside its own.

    The model's JSON also holds the titles of the articles that it may call a better one, for people to read. The articles
    come newest first: when their words make too large a model, it is fitted on the newer half. A site without articles
    raises ValueError.
    """
    if not articles:
        raise ValueError("a site without articles has nothing to learn from")
    try:
        return _fit(articles)
    except store.RefusedModel:
        if len(articles) <= BACKGROUND:
            raise
        return learn(articles[: len(articles) // 2])


def _fit(articles: Sequence[ArticleText]) -> tuple[bytes, dict[str, Any]]:
    beside = _beside(articles)
    arrays, meta = fit_arrays([*articles, *beside], nameable=[article.id for article in articles])
    titles = {article.id: article.title for article in articles}
    meta["titles"] = {name: titles[name] for name in meta["nameable"]}
    metrics = {"articles": len(articles), "beside": len(beside), "background": len(meta["background"])}
    return store.pack(arrays, meta), metrics


def _beside(articles: Sequence[ArticleText]) -> list[ArticleText]:
    """Return our corpus' articles for a young site, without those that the site has itself; no site's id is like theirs."""
    known = {article.title for article in articles}
    ours = [article for article in corpus_articles() if article.title not in known]
    spare = max(0, BACKGROUND - len(articles))
    return [ArticleText(f"corpus/{article.id}", article.title, article.body) for article in ours[:spare]]
