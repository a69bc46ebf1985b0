"""What the corpus holds, counted, beside what it is meant to hold."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from classifiers.corpus import LABELS, SPLITS, Corpus, CorpusComment

_VEILED = re.compile("veiled|implied|sarcas|mock|iron|hidden|polite|backhand")
_DISGUISED = re.compile(
    "obf|mask|spaced|dotted|homo|misspel|stretch|tatweel|zwnj|lookalike|reversed|initial|emoji|finglish|typo"
)
_ARABIC = re.compile("[يك]")
_PLAIN = ("fa", "none")

type Asked = Callable[[CorpusComment], bool]


class Goal(NamedTuple):
    """A number that the corpus is meant to reach, and has or has not."""

    name: str
    least: float
    most: float | None
    has: float

    @property
    def met(self) -> bool:
        """Whether it is reached."""
        return self.least <= self.has and (self.most is None or self.has <= self.most)


def _tangent(one: CorpusComment) -> bool:
    """Say whether a comment under an article leaves it, or in the eyes of some moderators does."""
    topic = one.expect["on_topic"]
    unsure = topic is None and one.expect["persian"] is True
    return one.article_id is not None and (topic is False or "tangent" in one.kind or unsure)


_ASKED: Mapping[str, Asked] = {
    "without_article": lambda one: one.article_id is None,
    "acceptable": lambda one: not one.violated,
    "insults": lambda one: one.expect["insult"] is True,
    "veiled_insults": lambda one: one.expect["insult"] is True and bool(_VEILED.search(one.kind)),
    "disguised_insults": lambda one: one.expect["insult"] is True and bool(_DISGUISED.search(one.kind)),
    "threats": lambda one: one.threat,
    "slanders": lambda one: one.expect["slander"] is True,
    "spam": lambda one: one.expect["spam"] is True,
    "personal_data": lambda one: one.expect["pii"] is True,
    "not_or_not_only_persian": lambda one: one.language not in _PLAIN,
    "off_topic": lambda one: one.expect["on_topic"] is False,
    "off_topic_or_tangent": _tangent,
    "in_pairs": lambda one: one.pair is not None,
    "arabic_letters": lambda one: one.language == "fa" and bool(_ARABIC.search(one.text)),
    "at_most_4_words": lambda one: _words(one.text) <= 4,
    "at_least_50_words": lambda one: _words(one.text) >= 50,
}


def counts(corpus: Corpus) -> dict[str, Any]:
    """Return every count of the datasheet."""
    comments = corpus.comments
    lengths = sorted(_words(one.text) for one in comments)
    insults = [one for one in comments if one.expect["insult"]]
    return {
        "articles": len(corpus.articles),
        "groups": len(corpus.groups),
        "comments": len(comments),
        **{name: sum(map(asked, comments)) for name, asked in _ASKED.items()},
        "article_words": _quantiles(sorted(_words(one.text) for one in corpus.articles)),
        "comment_words": _quantiles(lengths),
        "undecided": {label: sum(one.expect[label] is None for one in _asked_for(label, comments)) for label in LABELS},
        "splits": {split: _split(corpus, split) for split in SPLITS},
        "languages": _counted(one.language for one in comments),
        "targets": _counted(one.target or "" for one in insults),
        "sections": _counted(one.section for one in corpus.articles),
        "kinds": len({one.kind for one in comments}),
    }


def goals(found: Mapping[str, Any]) -> list[Goal]:
    """Return what the corpus is meant to hold beside what it holds."""
    comments = max(1, int(found["comments"]))

    def share(name: str) -> float:
        return round(int(found[name]) / comments, 3)

    return [
        Goal("articles", 200, None, found["articles"]),
        Goal("words of the shortest article", 80, None, found["article_words"]["least"]),
        Goal("words of the longest article", 0, 200, found["article_words"]["most"]),
        Goal("comments", 10_000, None, found["comments"]),
        Goal("share without an article", 0.30, 0.37, share("without_article")),
        Goal("acceptable share", 0.55, None, share("acceptable")),
        Goal("insults", 3_000, None, found["insults"]),
        Goal("slanders", 600, None, found["slanders"]),
        Goal("adverts and floods", 700, None, found["spam"]),
        Goal("with personal data", 400, None, found["personal_data"]),
        Goal("not or not only Persian", 700, None, found["not_or_not_only_persian"]),
        Goal("off-topic or tangent", 1_500, None, found["off_topic_or_tangent"]),
        Goal("minimal pairs", 600, None, found["in_pairs"] // 2),
        Goal("median words", 10, 14, found["comment_words"]["median"]),
        Goal("share of at most 4 words", 0.15, 0.25, share("at_most_4_words")),
        Goal("share of at least 50 words", 0.07, 0.13, share("at_least_50_words")),
        Goal("share with Arabic ي or ك in Persian", 0.03, 0.07, share("arabic_letters")),
    ]


def _split(corpus: Corpus, split: str) -> dict[str, int]:
    own = [one for one in corpus.comments if one.split == split]
    return {
        "articles": sum(one.split == split for one in corpus.articles),
        "groups": sum(one.split == split for one in corpus.groups),
        "comments": len(own),
        "insults": sum(one.expect["insult"] is True for one in own),
        "slanders": sum(one.expect["slander"] is True for one in own),
        "spam": sum(one.expect["spam"] is True for one in own),
    }


def _asked_for(label: str, comments: Iterable[CorpusComment]) -> Iterable[CorpusComment]:
    return (one for one in comments if label != "on_topic" or one.article_id is not None)


def _quantiles(ordered: list[int]) -> dict[str, int]:
    places = {
        "least": 0.0,
        "tenth": 0.1,
        "quarter": 0.25,
        "median": 0.5,
        "three_quarters": 0.75,
        "nine_tenths": 0.9,
        "most": 1.0,
    }
    return {
        name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0
        for name, share in places.items()
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _words(text: str) -> int:
    return len(text.split())
