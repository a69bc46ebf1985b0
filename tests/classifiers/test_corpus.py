"""The corpus: its loader names what is wrong, its checks find what they are for, and what is shipped is sound."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import corpus
from classifiers.corpus import CorpusError, read
from classifiers.corpus_agreement import agreement, kappa
from classifiers.corpus_checks import CHECKS, close_to
from classifiers.corpus_counts import counts, goals
from classifiers.corpus_duplicates import NEAR, grams, near_duplicates
from classifiers.corpus_evaluation import READABLE, evaluate, failed, written
from classifiers.corpus_split import split_of

type Row = dict[str, Any]
type Change = Callable[[Row], object]

OK = {
    "language": "fa",
    "persian": True,
    "insult": False,
    "slander": False,
    "on_topic": True,
    "spam": False,
    "pii": False,
}


def an_article(name: str = "n001", **changes: object) -> Row:
    return {"id": name, "section": "اقتصادی", "title": "عنوان", "text": "متن خبر", "split": split_of(name)} | changes


def a_comment(name: str, text: str, **changes: object) -> Row:
    under = name.split("-")[0]
    place = {"article_id": None, "group": under} if under.startswith("g") else {"article_id": under, "group": None}
    expect = OK | ({"on_topic": None} if under.startswith("g") else {})
    return {
        "id": name, **place, "split": split_of(under), "author": "علی", "text": text, "expect": expect,
        "target": None, "threat": False, "kind": "clean-short", "pair": None, "why": "short",
    } | changes  # fmt: skip


def a_reading(**changes: object) -> Row:
    return OK | {"target": None, "threat": False} | changes


class Folder:
    """A corpus on disk that a test may spoil before it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.articles = [an_article(), an_article("n002")]
        self.groups = [{"id": "g001", "setting": "under a photo", "split": split_of("g001")}]
        self.comments = [
            a_comment("n001-01", "بالاخره یکی پیگیر این جاده شد"),
            a_comment("n001-02", "مدیر این اداره خیلی زحمت کشید", pair="n001-03"),
            a_comment("n001-03", "مدیر این اداره خیلی احمق است", pair="n001-02", target="official", expect=OK | {"insult": True}),
            a_comment("n002-01", "نان گران شد و کسی پاسخ نداد"),
            a_comment("g001-01", "چه عکس قشنگی"),
        ]  # fmt: skip
        self.second: list[Row] = []

    def write(self) -> Path:
        for name in ("articles", "groups", "comments", "second"):
            rows = "".join(json.dumps(row) + "\n" for row in getattr(self, name))
            (self.path / f"{name}.jsonl").write_text(rows, encoding="utf-8")
        return self.path

    def wrong(self, check: str) -> list[str]:
        """What one check finds."""
        return CHECKS[check](read(self.write()))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# The loader


def _set(*names: str, to: object) -> Change:
    def change(row: Row) -> None:
        for name in names[:-1]:
            row = row[name]
        row[names[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda row: row.pop("why"), "'why'"),
        (_set("text", to=" "), "'text'"),
        (_set("text", to="نیمه \ud83d"), "'text'"),
        (_set("text", to=7), "'text'"),
        (_set("split", to="validation"), "'split'"),
        (_set("expect", to="ok"), "'expect'"),
        (_set("expect", "spam", to="yes"), "'expect.spam'"),
        (_set("expect", "spam", to=1), "'expect.spam'"),
        (_set("expect", "rude", to=True), "'expect.rude'"),
        (_set("expect", "language", to="xx"), "'expect.language'"),
        (_set("expect", "language", to=["fa"]), "'expect.language'"),
        (_set("target", to="dog"), "'expect.target'"),
        (_set("target", to="person"), "'target'"),
        (_set("threat", to=True), "'threat'"),
        (_set("threat", to=None), "'expect.threat'"),
        (_set("group", to="g001"), "'article_id' and 'group'"),
        (_set("article_id", to=None), "'article_id' and 'group'"),
        (_set("mood", to="angry"), "'mood'"),
        (_set("first", to={"insult": "no"}), "'first.insult'"),
        (_set("pair", to=3), "'pair'"),
    ],
)
def test_whatever_is_wrong_with_a_comment_is_named_with_file_line_and_field(
    folder: Folder, change: Change, field: str
) -> None:
    change(folder.comments[1])

    with pytest.raises(CorpusError) as error:
        read(folder.write())

    assert str(error.value).startswith("comments.jsonl:2: ")
    assert field in str(error.value)


@pytest.mark.parametrize(
    ("line", "words"), [(b'{"id": "n\xff"}\n', "UTF-8"), (b"{,}\n", "JSON"), (b"[]\n", "object"), (b"\n", "JSON")]
)
def test_a_line_that_is_no_json_in_utf8_is_named(folder: Folder, line: bytes, words: str) -> None:
    path = folder.write() / "articles.jsonl"
    path.write_bytes(path.read_bytes() + line)

    with pytest.raises(CorpusError, match=rf"^articles.jsonl:3: .*{words}"):
        read(folder.path)


@pytest.mark.parametrize(("name", "field"), [("articles", "title"), ("groups", "setting")])
def test_articles_and_groups_are_read_as_strictly(folder: Folder, name: str, field: str) -> None:
    del getattr(folder, name)[0][field]

    with pytest.raises(CorpusError, match=rf"^{name}.jsonl:1: field '{field}'"):
        read(folder.write())


def test_a_second_reading_is_whole_and_there_is_one_a_comment(folder: Folder) -> None:
    folder.second = [{"id": "n001-01", "second": a_reading()}] * 2
    with pytest.raises(CorpusError, match=r"^second.jsonl:2: field 'id'"):
        read(folder.write())

    folder.second = [{"id": "n001-01", "second": {"insult": False}}]
    with pytest.raises(CorpusError, match=r"^second.jsonl:1: field 'second.language' is missing"):
        read(folder.write())


def test_a_file_that_is_missing_is_named(folder: Folder) -> None:
    (folder.write() / "groups.jsonl").unlink()

    with pytest.raises(CorpusError, match=r"groups.jsonl is missing"):
        read(folder.path)


# The checks


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_corpus_passes_every_check(folder: Folder, check: str) -> None:
    assert folder.wrong(check) == []


def test_an_id_that_is_used_twice_is_found(folder: Folder) -> None:
    folder.comments.append(a_comment("n002-01", "یک حرف دیگر با همان نشانی"))

    assert folder.wrong("ids are unique") == ["n002-01: 2 times"]


def test_a_comment_under_an_article_that_is_not_there_is_found(folder: Folder) -> None:
    folder.comments.append(a_comment("n009-01", "زیر خبری که نیست"))

    assert folder.wrong("comments stand under what is there") == ["n009-01: n009"]


def test_pairs_with_one_or_three_members_are_found(folder: Folder) -> None:
    folder.comments[3]["pair"] = "n002-09"
    folder.comments[0]["pair"] = "n001-02"

    assert folder.wrong("pairs have two members") == [
        "n001-01: its twin n001-02 names n001-03",
        "n002-01: its twin n002-09 is not there",
    ]


def test_a_pair_across_splits_is_found(folder: Folder) -> None:
    other = next(f"n{number:03}" for number in range(2, 99) if split_of(f"n{number:03}") != split_of("n001"))
    folder.articles.append(an_article(other))
    folder.comments.append(a_comment(f"{other}-01", "همین حرف جای دیگر", pair="n001-01"))
    folder.comments[0]["pair"] = f"{other}-01"

    assert len(folder.wrong("pairs lie in one split")) == 2


def test_a_comment_that_leaked_into_another_split_is_found(folder: Folder) -> None:
    folder.comments[0]["split"] = next(split for split in corpus.SPLITS if split != split_of("n001"))

    assert len(folder.wrong("splits go by article and group")) == 1


def test_near_duplicates_are_found_in_other_spellings_and_a_declared_pair_is_exempt(folder: Folder) -> None:
    folder.comments.append(a_comment("g001-02", "نان گران شد و كسي  پاسخ نداد."))

    (found,) = folder.wrong("no near-duplicates")

    assert found.startswith("g001-02 is 0.")
    assert found.endswith(" like n002-01")


@pytest.mark.parametrize(
    ("changes", "second", "found"),
    [
        ({}, a_reading(), False),
        ({}, a_reading(spam=None), True),
        ({"note": "sells nothing"}, a_reading(spam=None), False),
        ({"note": "sells nothing"}, a_reading(), True),
        ({"first": {"slander": True}, "note": "a question"}, a_reading(), False),
        ({"first": {"slander": False}, "note": "a question"}, a_reading(), True),
        ({"first": {"slander": True}}, None, True),
    ],
)
def test_readings_that_differ_are_settled_with_a_note_and_others_have_none(
    folder: Folder, changes: Row, second: Row | None, *, found: bool
) -> None:
    folder.comments[0].update(changes)
    folder.second = [{"id": "n001-01", "second": second}] if second else []

    assert bool(folder.wrong("second readings are settled")) is found


def test_lines_close_to_some_other_set_are_found(folder: Folder) -> None:
    found = close_to(read(folder.write()), ["چه عکس قشنگی!", "بالاخره یکی", "چیز دیگری که اینجا نیست"])

    assert [line.split()[0] for line in found] == ["g001-01"]


# Near-duplicates


@given(st.lists(st.text(alphabet="ابپ ", max_size=14), max_size=12), st.integers(0, 4))
def test_near_duplicates_are_those_that_comparing_all_with_all_finds(texts: list[str], older: int) -> None:
    sets = [grams(text) for text in texts]
    wanted = [
        (left, right)
        for left in range(len(texts))
        for right in range(max(left + 1, older), len(texts))
        if len(sets[left] & sets[right]) / len(sets[left] | sets[right]) >= NEAR
    ]

    assert [(near.left, near.right) for near in near_duplicates(texts, older=older)] == wanted


# Agreement


def test_kappa_is_that_of_the_textbook() -> None:
    pairs: list[tuple[corpus.Label, corpus.Label]] = (
        [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    )

    assert kappa(pairs) == pytest.approx(0.4)  # Cohen 1960: (.7 - .5) / (1 - .5)
    assert kappa([(True, True)] * 3) is None


def test_agreement_compares_the_two_readings_and_not_what_was_settled(folder: Folder) -> None:
    folder.comments[0].update({"first": {"slander": True}, "note": "a question"})
    folder.second = [{"id": row["id"], "second": a_reading()} for row in (folder.comments[0], folder.comments[3])]

    found = agreement(read(folder.write()))

    assert (found["read_twice"], found["differed"], found["first_label_changed"]) == (2, 1, 1)
    assert found["labels"]["slander"] == {
        "lines": 2, "kappa": 0.0, "same": 0.5, "null_first": 0.0, "null_second": 0.0,
    }  # fmt: skip
    assert found["labels"]["insult"]["same"] == 1.0


def test_null_is_left_out_of_kappa_and_counted(folder: Folder) -> None:
    folder.comments[0]["expect"] = OK | {"pii": None}
    folder.second = [
        {"id": row["id"], "second": a_reading(spam=None)} for row in (folder.comments[0], folder.comments[3])
    ]
    for row in (folder.comments[0], folder.comments[3]):
        row["note"] = "no advert"

    labels = agreement(read(folder.write()))["labels"]

    assert (labels["pii"]["lines"], labels["pii"]["null_first"], labels["pii"]["null_second"]) == (1, 0.5, 0.0)
    assert (labels["spam"]["lines"], labels["spam"]["kappa"], labels["spam"]["null_second"]) == (0, None, 1.0)


# The evaluation


def test_a_corpus_that_cannot_be_read_is_a_failed_check(folder: Folder) -> None:
    (folder.write() / "comments.jsonl").write_bytes(b"\xff\n")

    figures = evaluate(own=folder.path)

    assert failed(figures)
    assert "comments.jsonl:1" in figures["checks"][READABLE][0]
    assert "FAILED" in written(figures)


def test_counts_are_those_of_the_rows(folder: Folder) -> None:
    found = counts(read(folder.write()))

    assert (found["articles"], found["comments"], found["without_article"]) == (2, 5, 1)
    assert (found["insults"], found["acceptable"], found["in_pairs"]) == (1, 4, 2)
    assert (found["targets"], found["languages"]) == ({"official": 1}, {"fa": 5})
    assert [goal.met for goal in goals(found) if goal.name == "comments"] == [False]
    assert [goal.met for goal in goals(found) if goal.name == "acceptable share"] == [True]


def test_the_policy_examples_are_compared_where_they_are_there(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "examples.jsonl").write_text(json.dumps({"text": "چه عکس قشنگی"}), encoding="utf-8")

    assert evaluate(tmp_path, own=folder.write())["checks"]["apart from the policy examples"] != []
    assert not failed(evaluate(own=folder.path))


# What is shipped


@pytest.fixture(scope="module")
def shipped() -> Row:
    return evaluate()


def test_the_shipped_corpus_passes_every_check(shipped: Row) -> None:
    assert {name: wrong for name, wrong in shipped["checks"].items() if wrong} == {}


def test_most_shipped_comments_are_acceptable_and_every_rule_has_some_to_find(shipped: Row) -> None:
    found = shipped["counts"]

    assert found["acceptable"] > found["comments"] / 2
    assert all(found["splits"][split][what] for split in corpus.SPLITS for what in ("insults", "slanders", "spam"))


@pytest.mark.parametrize(
    ("under", "split"), [("n001", "train"), ("n003", "test"), ("n041", "dev"), ("g001", "train"), ("g007", "test")]
)
def test_the_split_of_an_article_never_moves(under: str, split: str) -> None:
    assert split_of(under) == split
