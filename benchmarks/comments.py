"""The comments of our corpus as a site submits them, in an order that is shuffled once for all."""

from __future__ import annotations

import random

from classifiers import corpus
from moderation.rules.base import ArticleContext
from moderation.screen import Submission


def submissions(*splits: str) -> list[Submission]:
    """Return the comments of some splits that stand under an article, with it."""
    articles = {article.id: article for article in corpus.articles()}
    found = [
        Submission(comment.text, article.id, ArticleContext(article.title, article.text, article.section))
        for comment in corpus.comments()
        if comment.split in splits and (article := articles.get(comment.article_id or "")) is not None
    ]
    random.Random(0).shuffle(found)
    return found
