"""What must hold across the rows of the corpus: each check returns what breaks it, by id."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from classifiers.corpus import Corpus, CorpusComment
from classifiers.corpus_duplicates import near_duplicates
from classifiers.corpus_split import split_of

type Check = Callable[[Corpus], list[str]]


def duplicate_ids(corpus: Corpus) -> list[str]:
    """Every article, group and comment has an id of its own."""
    found = Counter(one.id for many in (corpus.articles, corpus.groups, corpus.comments) for one in many)
    return [f"{name}: {count} times" for name, count in found.items() if count > 1]


def unknown_places(corpus: Corpus) -> list[str]:
    """Every comment stands under an article or in a group that is there."""
    known = {one.id for one in corpus.articles}, {one.id for one in corpus.groups}
    return [
        f"{one.id}: {one.under}"
        for one in corpus.comments
        if one.under not in (known[0] if one.article_id is not None else known[1])
    ]


def pairs(corpus: Corpus) -> list[str]:
    """A pair has two members that name each other."""
    twins = {one.id: one.pair for one in corpus.comments}
    return [
        f"{one.id}: {_why_no_pair(one.pair, twins)}"
        for one in corpus.comments
        if one.pair is not None and (one.pair == one.id or twins.get(one.pair) != one.id)
    ]


def _why_no_pair(pair: str, twins: Mapping[str, str | None]) -> str:
    if pair not in twins:
        return f"its twin {pair} is not there"
    return f"its twin {pair} names {twins[pair]}"


def splits(corpus: Corpus) -> list[str]:
    """An article, a group and all that stands under them are in the one split that their id gives."""
    wanted = [(one.id, one.id, one.split) for many in (corpus.articles, corpus.groups) for one in many]
    wanted += [(one.id, one.under, one.split) for one in corpus.comments]
    return [f"{name}: {split}, not {split_of(under)}" for name, under, split in wanted if split != split_of(under)]


def pairs_in_one_split(corpus: Corpus) -> list[str]:
    """Both members of a pair are in one split."""
    split = {one.id: one.split for one in corpus.comments}
    return [
        f"{one.id}: {one.split}, its twin {one.pair}: {split[one.pair]}"
        for one in corpus.comments
        if one.pair in split and split[one.pair] != one.split
    ]


def near_duplicate_lines(corpus: Corpus) -> list[str]:
    """No two comments say nearly the same, but for the two of a pair."""
    lines = corpus.comments
    return [
        f"{lines[near.right].id} is {near.similarity:.2f} like {lines[near.left].id}"
        for near in near_duplicates([one.text for one in lines])
        if lines[near.left].pair != lines[near.right].id
    ]


def second_readings(corpus: Corpus) -> list[str]:
    """What was read a second time is there; where readings differ a note says how they were settled, where not there is none."""
    comments = {one.id: one for one in corpus.comments}
    wrong = [f"{name}: read a second time, but not there" for name in corpus.second if name not in comments]
    for one in corpus.comments:
        second = corpus.second.get(one.id)
        differed = second is not None and dict(second) != one.first_reading
        if differed and one.note is None:
            wrong.append(f"{one.id}: two readings differ, and no note says how they were settled")
        if not differed and (one.first or one.note):
            wrong.append(f"{one.id}: a settled disagreement without one")
        wrong += [f"{one.id}: field 'first.{label}' is what was settled" for label in _idle(one)]
    return wrong


def _idle(one: CorpusComment) -> Iterable[str]:
    return [label for label, value in one.first.items() if one.settled[label] == value]


CHECKS: Mapping[str, Check] = {
    "ids are unique": duplicate_ids,
    "comments stand under what is there": unknown_places,
    "pairs have two members": pairs,
    "pairs lie in one split": pairs_in_one_split,
    "splits go by article and group": splits,
    "no near-duplicates": near_duplicate_lines,
    "second readings are settled": second_readings,
}


def close_to(corpus: Corpus, texts: Sequence[str]) -> list[str]:
    """Return the comments that are nearly one of some other texts."""
    lines = corpus.comments
    found = near_duplicates([*texts, *(one.text for one in lines)], older=len(texts))
    return [
        f"{lines[near.right - len(texts)].id} is {near.similarity:.2f} like «{texts[near.left][:60]}»"
        for near in found
        if near.left < len(texts)
    ]
