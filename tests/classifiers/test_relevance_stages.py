"""What stands beside the plain relevance model: the semantic stage, a site's own threshold, its size."""

import io

import numpy as np
import pytest

from classifiers import corpus
from classifiers.relevance import ArticleText, Choice, Limits, RelevanceModel, load
from classifiers.relevance_calibration import calibrate
from classifiers.relevance_fitting import Arrays, corpus_articles, fit_arrays, fit_site
from classifiers.semantic import SIZE, Kind, Vector
from classifiers.text import fold

WEIGHTS = {"words": 0.4, "title": 0.2, "gram_topics": 0.4}
ASKED = Choice(WEIGHTS, semantic=0.5, ask_from=-1.0, ask_below=0.5)


class Meanings:
    """Knows two matters: what holds «نان» or «سفره», and the rest."""

    version = "meanings"

    def __init__(self) -> None:
        self.asked: list[Kind] = []

    def encode(self, text: str, *, kind: Kind = "query") -> Vector:
        self.asked.append(kind)
        vector = np.full(SIZE, 0.01, np.float32)
        vector[int("نان" in text or "سفره" in text)] = 1.0
        return vector / np.linalg.norm(vector)


BREAD = ArticleText("bread", "قیمت نان گران شد", "نانوایان می‌گویند آرد گران شده است و نان سنگک دو برابر شد. " * 12)
ABOUT_BREAD = "سفره‌ها هر روز کوچکتر میشود و هیچکس فکری به حال بیچارگان نمیکند"
ABOUT_NOTHING = "برای پسرم گوشی هوشمند خریدم ولی باتریش زود خالی میشود و گارانتی ندارد"


@pytest.fixture(scope="module")
def fitted() -> tuple[Arrays, dict[str, object]]:
    return fit_arrays([BREAD, *corpus_articles()[:80]], Limits(), ASKED, nameable=["bread"], encoder=Meanings())


def test_an_uncertain_comment_that_means_the_same_comes_nearer(fitted: tuple[Arrays, dict[str, object]]) -> None:
    plain, asking = RelevanceModel("x", *fitted), RelevanceModel("x", *fitted, Meanings())
    alone = plain.measure(fold(ABOUT_BREAD), plain.fingerprint(BREAD)).score
    together = asking.measure(fold(ABOUT_BREAD), asking.fingerprint(BREAD)).score
    other = asking.measure(fold(ABOUT_NOTHING), asking.fingerprint(BREAD)).score

    assert alone is not None
    assert together is not None
    assert other is not None
    assert together > alone + 1
    assert other < together


def test_a_sure_comment_costs_no_encoding(fitted: tuple[Arrays, dict[str, object]]) -> None:
    encoder = Meanings()
    model = RelevanceModel("x", *fitted, encoder)
    fingerprint = model.fingerprint(BREAD)
    encoder.asked.clear()

    model.measure(fold("نان سنگک گران شد چون آرد نانوایان گران شده است"), fingerprint)

    assert encoder.asked == []


def test_an_encoder_of_another_version_is_not_asked(fitted: tuple[Arrays, dict[str, object]]) -> None:
    encoder = Meanings()
    encoder.version = "another"
    model = RelevanceModel("x", *fitted, encoder)

    model.measure(fold(ABOUT_BREAD), model.fingerprint(BREAD))

    assert model.encoder is None
    assert encoder.asked == []


def test_a_model_fitted_without_the_stage_is_served_beside_an_encoder() -> None:
    model = RelevanceModel("x", *fit_arrays(corpus_articles()[:60], Limits(), ASKED), Meanings())

    assert model.measure(fold(ABOUT_BREAD), model.fingerprint(BREAD)).score is not None


def approved(count: int) -> list[tuple[str, ArticleText]]:
    by_name = {article.id: article for article in corpus_articles()}
    found = [
        (comment.text, by_name[comment.article_id])
        for comment in corpus.comments()
        if comment.article_id and comment.expect["on_topic"] and not comment.violated
    ]
    return found[:count]


def test_a_sites_threshold_flags_at_most_two_percent_of_what_was_approved() -> None:
    model = load()
    comments = approved(1_000)
    limits = calibrate(model, comments)
    by_name = {article.id: model.fingerprint(article) for _, article in comments}
    signals = [model.measure(fold(text), by_name[article.id]) for text, article in comments]
    judged = [one.score for one in signals if one.outcome != "not_judged" and one.score is not None]

    assert limits.suspect_below != model.limits.suspect_below
    assert 0 < np.mean(np.array(judged) < limits.suspect_below) <= 0.02


def test_few_approved_comments_leave_the_limits_as_they_are() -> None:
    model = load()

    assert calibrate(model, approved(150)) == model.limits
    assert calibrate(model, []) == model.limits


def test_a_sites_model_is_at_most_eight_megabytes() -> None:
    site = [
        ArticleText(f"{turn}-{one.id}", one.title, f"{one.body} {other.body}")
        for turn in range(5)
        for one, other in zip(corpus_articles(), corpus_articles()[turn + 1 :], strict=False)
    ]
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **fit_site(site)[0])

    assert len(site) > 900
    assert len(packed.getvalue()) <= 8_000_000
