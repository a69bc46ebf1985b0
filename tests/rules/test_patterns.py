"""Which patterns of words are tried, and which are found."""

from __future__ import annotations

import pytest

from classifiers import corpus
from classifiers.text import fold
from moderation.rules import patterns
from moderation.rules.patterns import LISTINGS, compiled, said
from moderation.rules.reading import sentences
from moderation.rules.sieve import Sieve, Wanted

TOOK_BRIBES = (Wanted(frozenset({"رشوه", "باج"})), Wanted(frozenset({"گرفت"})))
DISHONEST = (Wanted(frozenset({"کلاهبردار"}), compound=True),)
SIEVE = Sieve([TOOK_BRIBES, DISHONEST])


@pytest.mark.parametrize(
    ("text", "passing"),
    [
        ("او رشوه گرفت", [0]),
        ("گرفت و رفت رشوه", [0]),  # the order is for the pattern itself to ask
        ("رشوه‌ها گرفت", [0]),
        ("او رشوه داد", []),
        ("گرفت و رفت", []),
        ("کلاهبردارها آمدند", [1]),
        ("کلاه بردار آمد", [1]),
        ("کلا هبردارهایی که باج گرفت", [0, 1]),
        ("کلاه آمد بردار رفت", []),
        ("", []),
    ],
)
def test_a_pattern_passes_where_all_its_words_stand(text: str, passing: list[int]) -> None:
    texts = [word for sentence in sentences(fold(text)) for word in sentence.texts]
    assert list(SIEVE.passing(texts, SIEVE.bits)) == passing


def test_no_pattern_that_is_found_is_left_out_by_the_sieve(monkeypatch: pytest.MonkeyPatch) -> None:
    comments = corpus.comments()[::40]
    spoken = [sentence.texts for comment in comments for sentence in sentences(fold(comment.text))]
    spoken += [
        sentence.texts
        for text in (
            "شهردار کلاه بردار رشوه گرفته است",
            "همین امشب قلم پاتو می‌شکنیم",
            "آقای کاشف جاسوسه و پول ما رو می‌خورد",
        )
        for sentence in sentences(fold(text))
    ]
    quick = [said(listing, texts) for listing in LISTINGS for texts in spoken]
    monkeypatch.setattr(patterns, "_possible", lambda _: compiled())
    assert quick == [said(listing, texts) for listing in LISTINGS for texts in spoken]
    assert sum(map(len, quick)) > 3
