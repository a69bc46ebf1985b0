"""Set the language model's thresholds on texts that are neither learnt from nor tested on, by one written procedure.

Thresholds are set one after the other, twice over: each takes the value of its grid that costs least (the first of
equal ones). The cost is a mean over kinds of text. A text of another language of 6 words or more costs 1 when it is left
undetermined and 2 when it is accepted; a regional language 1 when it is refused and 0.1 when it is accepted; a mixture of
Persian and a sentence in Latin letters 1 when it is not called one. Genuine Persian of 4 words or more costs 2 when it is
not accepted (1 where a verse is most of it), and what refuses more than MOST_REFUSED of all of it is out of the question.
Persian comes as it is, misspelt, glued, with a product and with a verse in it, and most of it stands before a model that
never saw its source. The limits for Latin letters are then set by shares of held-out texts, for nothing here is in the
languages that they are to keep out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from classifiers.fold import Folded, fold
from classifiers.language import FINGLISH, MIXED, PERSIAN, UNCERTAIN, LanguageModel, Thresholds
from classifiers.language_reading import read
from classifiers.language_texts import LATIN_CLASSES, QURAN, REGIONAL, Labelled, distorted

GRIDS: Mapping[str, tuple[float, ...]] = {
    "handicap": (10.0, 15.0, 20.0, 30.0, 40.0),
    "regional_handicap": (10.0, 20.0, 30.0, 40.0),
    "log_odds": (-60.0, -40.0, -30.0, -20.0, -10.0),
    "log_odds_per_gram": (-0.35, -0.3, -0.25, -0.2, -0.15, -0.1),
    "window_persian": (2.0, 4.0, 6.0, 8.0, 12.0),
    "window_mixed": (8.0, 12.0, 16.0, 24.0),
    "window_doubt": (0.0, 2.0, 4.0, 6.0),
    "own_doubt": (-20.0, -10.0, -5.0, 0.0),
    "foreign_letters": (3, 2, 1),
    "foreign_share": (0.1, 0.05, 0.03, 0.02),
    "mixed_run": (8, 7, 6, 5, 4),
    "mixed_share": (0.7, 0.6, 0.5, 0.4),
}
ROUNDS = 2
SHARES: Mapping[str, tuple[float, ...]] = {
    "latin_known": (0.0, 0.05, 0.1, 0.15, 0.2, 0.25),
    "finglish_log_odds_per_gram": (0.0, 0.2, 0.4, 0.5, 0.6, 0.7),
}
MOST_LOST = (
    0.003  # of the held-out texts of 6 words or more of a Latin class may a limit leave undetermined, or one text
)
MOST_TAKEN = 0.2  # percent of short pieces of a Latin language that may be called Finglish
SHORT = (4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0)
_MOST_PERSIAN, _MOST_OTHERS = 2_500, 150  # texts a kind
_MOST_MADE = 150  # texts with a verse or a product, most of which are worth measuring by any thresholds
_FEWEST_PERSIAN = 4  # words of a Persian text that must not be refused
_FEWEST = 6  # words of a text of another language that should be told
_LATIN_SENTENCE = 5  # words
MOST_REFUSED = 0.0002  # of genuine Persian; the aim is 0.0005 on texts of other sources
_OUT_OF_THE_QUESTION = 1000.0
_LEFT, _VERSE_LEFT = 2.0, 1.0
# Whatever is Persian by these is Persian by any thresholds of the grids, and need not be measured again and again.
_STRICTEST: Mapping[str, Any] = {
    "handicap": 0.0, "regional_handicap": 0.0, "window_persian": float("inf"), "foreign_letters": 1,
    "foreign_share": 0.0, "mixed_run": 4, "mixed_share": 0.3, "latin_ratio": 0.3,
}  # fmt: skip


class Part(NamedTuple):
    """Texts and a model that did not learn them."""

    name: str
    model: LanguageModel
    rows: Sequence[Labelled]


class _Case(NamedTuple):
    model: LanguageModel
    text: Folded


class _Kind(NamedTuple):
    """Texts of one kind; `total` counts also those that are accepted by any thresholds."""

    language: str
    cases: list[_Case]
    total: int


def choose(parts: Sequence[Part]) -> tuple[Thresholds, dict[str, Any]]:
    """Return the thresholds, and what every value of every grid cost in the last round (see the top of this file).

    The first part holds texts of all languages, Latin ones among them.
    """
    kinds = _kinds(parts)
    chosen = Thresholds()
    costs: dict[str, list[dict[str, float]]] = {}
    for _ in range(ROUNDS):
        for name, grid in GRIDS.items():
            tried = [_with(chosen, {name: value}) for value in grid]
            found = [_cost(kinds, candidate) for candidate in tried]
            costs[name] = [{"value": value, "cost": round(cost, 4)} for value, cost in zip(grid, found, strict=True)]
            chosen = tried[found.index(min(found))]
    chosen, latin = _choose_latin(parts[0], chosen)
    shares = {name: _shares(kind, chosen) for name, kind in sorted(kinds.items())}
    return chosen, {"costs": costs, "latin": latin, "kinds": shares}


def _kinds(parts: Iterable[Part]) -> dict[str, _Kind]:
    texts: dict[str, list[_Case]] = defaultdict(list)
    languages: dict[str, str] = {}
    verses: list[str] = []
    for part in parts:
        verses = verses or [row.text for row in part.rows if row.source == QURAN]
        for row in part.rows:
            for kind, text in _shapes(row, verses):
                name = f"{part.name}: {kind}"
                languages[name] = row.language
                if len(texts[name]) < _most(row.language, kind):
                    texts[name].append(_Case(part.model, fold(text)))
    return {
        name: _Kind(languages[name], _hard(cases) if languages[name] == PERSIAN else cases, len(cases))
        for name, cases in texts.items()
    }


def _shapes(row: Labelled, verses: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Yield the texts that a row gives, each with its kind: several of a Persian one, none of one that is too short."""
    count = len(row.text.split())
    if row.language == PERSIAN:
        if count >= _FEWEST_PERSIAN:
            for shape, text in distorted(row.text, verses):
                yield f"{row.source} {shape}", text
    elif row.language == MIXED:
        if len(read(row.text).latin) >= _LATIN_SENTENCE:
            yield MIXED, row.text
    elif count >= _FEWEST and row.language not in LATIN_CLASSES:
        yield row.language, row.text


def _most(language: str, kind: str) -> int:
    if language != PERSIAN:
        return _MOST_OTHERS
    return _MOST_MADE if kind.endswith(("verse", "product")) else _MOST_PERSIAN


def _hard(cases: Iterable[_Case]) -> list[_Case]:
    found = []
    for case in cases:
        before = case.model.thresholds
        case.model.use(_with(before, _STRICTEST))
        if case.model.measure(case.text).outcome != PERSIAN:
            found.append(case)
        case.model.use(before)
    return found


def _cost(kinds: Mapping[str, _Kind], thresholds: Thresholds) -> float:
    """Return what thresholds cost: see the top of this file."""
    persian, others = [], []
    texts, refused = 0, 0.0
    for name, kind in kinds.items():
        share = {outcome: percent / 100 for outcome, percent in _shares(kind, thresholds).items()}
        if name.endswith("verse"):
            persian.append(_VERSE_LEFT * (1 - share["accepted"]))
        elif kind.language == PERSIAN:
            persian.append(_LEFT * (1 - share["accepted"]))
            texts, refused = texts + kind.total, refused + share["refused"] * kind.total
        elif kind.language == MIXED:
            others.append(1 - share[MIXED])
        elif kind.language in REGIONAL:
            others.append(share["refused"] + 0.1 * share["accepted"])
        else:
            others.append(share["undetermined"] + 2 * (share["accepted"] + share[MIXED]))
    too_many = max(0.0, refused / texts - MOST_REFUSED)
    return sum(persian) / len(persian) + sum(others) / len(others) + _OUT_OF_THE_QUESTION * too_many


def _shares(kind: _Kind, thresholds: Thresholds) -> dict[str, float]:
    """Return how the texts of a kind end, in percent."""
    counts = Counter({PERSIAN: kind.total - len(kind.cases)})
    for model in {id(case.model): case.model for case in kind.cases}.values():
        model.use(thresholds)
    for case in kind.cases:
        counts[case.model.measure(case.text).outcome] += 1
    share = {name: 100 * counts[name] / kind.total for name in (PERSIAN, MIXED, UNCERTAIN)}
    refused = 100 - sum(share.values())
    return {
        "texts": kind.total,
        "accepted": share[PERSIAN],
        MIXED: share[MIXED],
        "undetermined": share[UNCERTAIN],
        "refused": max(0.0, round(refused, 9)),
    }


def _choose_latin(part: Part, chosen: Thresholds) -> tuple[Thresholds, dict[str, list[dict[str, float]]]]:
    """Set the limits for Latin letters on held-out texts, and return the share that each value lost or took."""
    model = part.model
    whole: dict[str, list[Folded]] = defaultdict(list)
    pieces: list[Folded] = []
    for row in part.rows:
        words = row.text.split()
        if row.language in LATIN_CLASSES and len(words) >= _FEWEST:
            whole[row.language].append(fold(row.text))
        if row.language in LATIN_CLASSES[1:]:
            pieces += [fold(" ".join(words[at : at + 1 + at % 3])) for at in range(0, len(words), 3)]
    told: dict[str, list[dict[str, float]]] = {}
    for name, grid in SHARES.items():
        model.use(_with(chosen, dict.fromkeys(SHARES, 0.0)))
        before = {language: _named(model, texts, language) for language, texts in whole.items()}
        told[name] = []
        for value in grid:
            model.use(_with(chosen, dict.fromkeys(SHARES, 0.0) | {name: value}))
            lost = {language: before[language] - _named(model, texts, language) for language, texts in whole.items()}
            most = max(count / len(whole[language]) for language, count in lost.items())
            allowed = all(count <= max(1, MOST_LOST * len(whole[language])) for language, count in lost.items())
            told[name].append({"value": value, "percent_lost": round(100 * most, 3), "allowed": float(allowed)})
        kept = max(line["value"] for line in told[name] if line["allowed"])
        chosen = _with(chosen, {name: kept})
    told["finglish_short"] = []
    for value in SHORT:
        model.use(replace(chosen, finglish_short=value))
        taken = sum(model.measure(text).outcome == FINGLISH for text in pieces)
        told["finglish_short"].append({"value": value, "percent_taken": round(100 * taken / len(pieces), 3)})
    enough = [line["value"] for line in told["finglish_short"] if line["percent_taken"] <= MOST_TAKEN]
    return replace(chosen, finglish_short=enough[0] if enough else SHORT[-1]), told


def _named(model: LanguageModel, texts: Sequence[Folded], language: str) -> int:
    return sum(model.measure(text).outcome == language for text in texts)


def _with(thresholds: Thresholds, values: Mapping[str, float]) -> Thresholds:
    changed: dict[str, Any] = dict(values)
    return replace(thresholds, **changed)
