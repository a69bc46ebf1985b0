"""What the corpus buys: the table's figures, the rows that each model is fitted on, and the model of free texts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from classifiers import corpus, insult, store
from classifiers.corpus_table import FITTED_ON, figures, measure, written
from classifiers.insult_rows import free, own, research
from classifiers.text import fold

CLEAN = ["هوا امروز آفتابی است", "قطار ساعت هفت راه می‌افتد", "کتاب را روی میز گذاشت", "باران تا صبح بارید"]
RUDE = ["احمق بی‌شعور", "خفه شو کثافت", "مردک بی‌شرف", "گمشو الاغ"]

pytestmark = pytest.mark.timeout(400)  # a minute and a half of computing, more on a busy machine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Research sets of a few lines."""
    tweets = [{"text": text, "label": 1} for text in RUDE] + [{"text": text, "label": 0} for text in CLEAN]
    split = [row | {"split": name} for name in ("train", "test") for row in tweets]
    language = [{"text": text, "language": "fa", "source": "cv_fa"} for text in [*CLEAN, "او گفت احمق نباش"]]
    language += [{"text": "good morning", "language": "en", "source": "cv_en"}]
    policy = [
        {"text": text, "expect": {"insult": rude}} for text, rude in ((RUDE[0], True), (CLEAN[0], False), ("؟", None))
    ]
    for name, rows in {
        "toxicity/phate": split, "toxicity/pars_off": split, "language/train": language, "policy/examples": policy,
    }.items():  # fmt: skip
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return tmp_path


def test_recall_is_read_where_no_more_than_the_allowed_share_of_clean_texts_is_flagged() -> None:
    labels = np.array([False] * 100 + [True] * 10)
    margins = np.concatenate([np.arange(100) / 100 - 1, [-0.035] * 4 + [-0.015] * 3 + [0.5] * 3])

    found = figures(margins, labels)

    assert (found["texts"], found["insults"]) == (110, 10)
    assert found["recall_at_2"] == 0.6
    assert found["recall_at_4"] == 1.0
    assert found["f1"] == pytest.approx(2 * 3 / (3 + 10), abs=0.001)
    assert 0.95 < found["auc"] < 1.0
    assert 0.0 < found["auc_half_interval"] < 0.1


def test_the_table_has_a_line_for_each_way_of_fitting_and_each_test(folder: Path) -> None:
    lines = measure(folder)

    assert len(lines) == len(FITTED_ON) * 4
    assert {line["texts"] for line in lines if line["tested_on"].startswith("policy")} == {2}
    sizes = {line["fitted_on"][:3]: line["texts_fitted_on"] for line in lines}
    assert sizes["(a)"] == 16
    assert sizes["(c)"] == sizes["(a)"] + sizes["(b)"]
    assert written(lines).count("\n| ") == 1 + len(lines)


def test_test_comments_are_never_fitted_on() -> None:
    held = {comment.text for comment in corpus.comments() if comment.split != "train"}

    assert held.isdisjoint(example.text for example in own())


def test_comments_that_stand_together_are_one_group_and_open_labels_are_left_out() -> None:
    groups = {example.group for example in own()}

    assert {one.id for one in (*corpus.corpus().articles, *corpus.corpus().groups) if one.split == "train"} == groups
    assert len(own()) == sum(one.expect["insult"] is not None for one in corpus.comments() if one.split == "train")


def test_free_texts_are_entries_and_clean_sentences_and_no_tweets(folder: Path) -> None:
    rows = free(folder)
    sentences = [row for row in rows if row.source == "common_voice"]

    assert sorted(row.text for row in sentences) == sorted(CLEAN)
    assert not any(row.label for row in sentences)
    assert all(row.label for row in rows if row.source == "lexicon")
    assert {row.source for row in rows}.isdisjoint(row.source for row in research(folder))


def test_the_model_of_free_texts_is_shipped_with_a_card_that_names_no_tweets_as_data() -> None:
    model = insult.load(name=insult.OPEN)
    card = (store.MODELS / insult.OPEN / model.version / "CARD.md").read_text(encoding="utf-8")

    assert model.measure(fold("مرتیکه احمق بی‌شعور")).score > 0.8
    assert model.measure(fold("به نظر من این تصمیم درست نیست")).score < 0.3
    assert "no licence stated" not in card
    assert "CC0" in card
