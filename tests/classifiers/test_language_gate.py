"""The shipped language model is as good as its card says, on what is part of the project and needs no research set."""

from collections import Counter
from typing import Any

import pytest

from classifiers import language_card, store
from classifiers.language import FINGLISH, NAME, UNCERTAIN, LanguageModel, load
from classifiers.language_evaluation import corpus_shares
from classifiers.text import fold

STRANGERS = {
    "fr": ("Cette loi est injuste et tout le monde le sait bien", "Bonjour à tous, je suis d'accord avec vous"),
    "de": ("Das Spiel war gestern wirklich sehr spannend", "Ihr habt leider keine Ahnung von diesem Land", "Vielen Dank an euch alle"),
    "es": ("Esta película me pareció muy aburrida y larga", "Los precios suben todos los días y nadie responde"),
    "it": ("Questa partita è stata davvero molto bella", "I prezzi salgono ogni giorno e nessuno risponde"),
    "pt": ("Os preços sobem todos os dias e ninguém responde", "Este jogo foi realmente muito bonito"),
    "nl": ("De prijzen stijgen elke dag en niemand geeft antwoord", "Deze wedstrijd was echt heel mooi"),
    "id": ("Harga naik setiap hari dan tidak ada yang menjawab", "Pertandingan ini benar-benar sangat bagus"),
    "sw": ("Bei zinapanda kila siku na hakuna anayejibu", "Mchezo huu ulikuwa mzuri sana kwa kweli"),
    "pl": ("Ceny rosną każdego dnia i nikt nie odpowiada", "Ten mecz był naprawdę bardzo ładny"),
    "sv": ("Priserna stiger varje dag och ingen svarar oss", "Den här matchen var verkligen mycket fin"),
    "hu": ("Az árak minden nap emelkednek és senki sem válaszol", "Ez a meccs tényleg nagyon szép volt"),
    "fi": ("Hinnat nousevat joka päivä eikä kukaan vastaa", "Tämä ottelu oli todella erittäin hieno"),
    "vi": ("Giá cả tăng mỗi ngày và không ai trả lời", "Trận đấu này thực sự rất hay"),
    "so": ("Qiimuhu maalin kasta wuu kordhayaa cidna ma jawaabto", "Ciyaartani runtii aad bay u fiicnayd"),
}  # fmt: skip


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return load()


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    found: dict[str, Any] = store.load(NAME).metrics["test"]
    return found


def test_the_test_split_of_our_corpus_ends_as_the_card_says(model: LanguageModel, card: dict[str, Any]) -> None:
    assert corpus_shares(model) == card["corpus"]


def test_no_persian_of_our_corpus_is_refused_and_hardly_any_is_left_open(card: dict[str, Any]) -> None:
    persian = card["corpus"]["fa, 4 words or more"]

    assert persian["texts"] > 1_000
    assert persian["rejected"] == 0
    assert persian["accepted"] >= 99.5


def test_a_language_that_was_never_learnt_is_seldom_guessed(model: LanguageModel) -> None:
    outcomes = Counter(model.measure(fold(text)).outcome for sentences in STRANGERS.values() for text in sentences)

    # Measured, not aimed at: 23 of 29 are left undetermined; one Indonesian, Finnish and Somali sentence is "Finglish".
    assert outcomes[UNCERTAIN] >= 23
    assert outcomes[FINGLISH] <= 3


def test_the_card_is_what_the_code_writes_of_the_stored_figures() -> None:
    stored = store.load(NAME)
    written = language_card.write(stored.version, stored.metrics, stored.meta)

    assert (store.MODELS / NAME / stored.version / "CARD.md").read_text(encoding="utf-8") == written
