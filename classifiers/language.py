"""Which language a comment is written in, and when it is better not to say."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers import store
from classifiers.fold import Folded, fold
from classifiers.language_reading import Reading, read
from classifiers.terms import Matcher, compile_terms, find

NAME = "language"
PERSIAN, FINGLISH, MIXED, NONE, UNCERTAIN = "fa", "fa-latn", "mixed", "none", "und"
SHORTEST, LONGEST = 2, 4  # letters in an n-gram, the edges of a word counted as letters

type Floats = npt.NDArray[np.float32]

_WORDS_SHOWN = 5
_LEAD_SCALE = 20.0
_QUOTED = re.compile('«[^«»]*»|"[^"]*"|“[^“”]*”')
_TAJIK = frozenset("ғӣқӯҳҷ")
_RUSSIAN = re.compile("[а-яё]+")
_SCRIPTS = {
    "HEBREW": "he", "ARMENIAN": "hy", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh",
    "DEVANAGARI": "hi", "GREEK": "el", "THAI": "th", "GEORGIAN": "ka",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to call a text something else than Persian; log odds are natural and add up over the n-grams of a text."""

    words: int = 4
    grams: int = 25
    log_odds: float = -30.0
    log_odds_per_gram: float = -0.25
    window_words: int = 6
    window_persian: float = 6.0
    window_mixed: float = 12.0
    window_doubt: float = 4.0
    foreign_letters: int = 2
    foreign_share: float = 0.03
    foreign_words: int = 3
    own_words: int = 3
    own_doubt: float = -10.0
    latin_words: int = 3
    latin_letters: int = 12
    latin_log_odds: float = 4.0
    handicap: float = 10.0
    regional_handicap: float = 20.0
    latin_ratio: float = 3.0


@dataclass(frozen=True, slots=True)
class LanguageSignal:
    """What was measured of one text.

    `outcome` is `fa`, `fa-latn` (Persian in Latin letters), `mixed` (Persian beside another language), `none` (no
    letters), `und` (undetermined: a person looks) or the code of another language, given only with confidence.
    `margin`, 0..1, is how far the outcome leads its rival (1 - e^-1 at 20 nats); `log_odds` is Persian against the best
    other class of its script. `words` are the folded words that spoke most for the outcome. `likely` is the best class
    even where the outcome is undetermined.
    """

    outcome: str
    margin: float
    words: tuple[str, ...] = ()
    log_odds: float = 0.0
    likely: str = UNCERTAIN


class ScriptModel:
    """Naive Bayes over character n-grams as one table: how much each speaks for a class against the first."""

    def __init__(self, grams: list[str], weights: npt.NDArray[np.int16], scale: float, classes: list[str]) -> None:
        self.classes = classes
        self._ids = {gram: row for row, gram in enumerate(grams, start=1)}
        # Row 0 weighs nothing: every word begins with it, so that no word is without a row.
        self._weights: Floats = np.zeros((len(grams) + 1, len(classes)), np.float32)
        self._weights[1:] = weights.astype(np.float32) * np.float32(scale)

    def weigh(self, words: list[str]) -> tuple[Floats, int]:
        """Return the log odds of each class against the first, a row a word, and the number of n-grams known."""
        rows: list[int] = []
        starts: list[int] = []
        known = self._ids
        for word in words:
            starts.append(len(rows))
            rows.append(0)
            padded = f" {word} "
            length = len(padded)
            for size in range(SHORTEST, LONGEST + 1):
                for start in range(length - size + 1):
                    row = known.get(padded[start : start + size])
                    if row is not None:
                        rows.append(row)
        weighed: Floats = np.add.reduceat(self._weights[rows], starts, axis=0)
        return weighed, len(rows) - len(words)


class LanguageModel:
    """Two script models and the order in which evidence is asked for."""

    def __init__(self, stored: store.StoredModel) -> None:
        self.version = stored.version
        self.thresholds = Thresholds(**stored.meta["thresholds"])
        self.regional = frozenset(stored.meta["regional"])
        self.arabic = _script_model(stored, "arabic")
        self.latin = _script_model(stored, "latin")
        self._handicap = self._handicaps()

    @cached_property
    def formulas(self) -> Matcher:
        """Arabic phrases that belong to Persian."""
        text = resources.files("classifiers").joinpath("religious_formulas.txt").read_text(encoding="utf-8")
        return compile_terms(line for line in text.splitlines() if line and not line.startswith("#"))

    def measure(self, folded: Folded) -> LanguageSignal:
        """Say which language a text is written in; never raises, takes linear time."""
        reading = read(folded.original)
        letters, latin = reading.arabic_letters, reading.latin_letters
        if not (letters or latin or reading.other):
            return LanguageSignal(NONE, 1.0, likely=NONE)
        if len(reading.other) > self.thresholds.latin_ratio * (letters + latin):
            return _other_script(reading)
        if len(reading.other) > letters + latin:
            return LanguageSignal(MIXED, 0.0, likely=MIXED)
        if not letters:
            return self._latin(reading)
        if latin > self.thresholds.latin_ratio * letters and latin >= self.thresholds.latin_letters:
            return LanguageSignal(MIXED, 0.0, likely=MIXED)
        return self._arabic(folded, reading)

    def _arabic(self, folded: Folded, reading: Reading) -> LanguageSignal:
        weighed, grams = self.arabic.weigh(reading.arabic)
        odds, likely = self._odds(weighed)
        limits = self.thresholds
        foreign = reading.foreign
        if foreign >= limits.foreign_letters and foreign > limits.foreign_share * reading.arabic_letters:
            sure = odds < 0 and len(reading.arabic) >= limits.foreign_words
            return self._other(reading.arabic, weighed, odds, likely, sure=sure)
        if odds >= 0:
            return self._signal(PERSIAN, reading.arabic, weighed, odds, PERSIAN)
        left = self._without_formulas(folded)
        if left is not None:
            if not left:
                return self._signal(PERSIAN, reading.arabic, weighed, odds, PERSIAN)
            weighed, grams = self.arabic.weigh(left)
            odds, likely = self._odds(weighed)
            if odds >= 0:
                return self._signal(PERSIAN, left, weighed, odds, PERSIAN)
        words = reading.arabic if left is None else left
        best_window = self._best_window(weighed)
        quoted = likely == "ar" or likely in self.regional  # a verse, a saying: the comment is Persian
        if quoted and best_window > limits.window_persian:
            return self._signal(PERSIAN, words, weighed, odds, likely)
        if best_window > limits.window_mixed:
            return self._signal(MIXED, words, weighed, odds, likely)
        own = self._own_odds(folded.original)
        if own is not None and own >= 0:
            return self._signal(PERSIAN, words, weighed, odds, likely)
        sure = (
            best_window <= limits.window_doubt
            and (own is None or own < limits.own_doubt)
            and len(set(words)) >= limits.words
            and grams >= limits.grams
            and odds < limits.log_odds
            and odds < limits.log_odds_per_gram * grams
        )
        return self._other(words, weighed, odds, likely, sure=sure)

    def _handicaps(self) -> Floats:
        limits = self.thresholds
        return np.array(
            [0.0]
            + [
                -limits.regional_handicap if name in self.regional else -limits.handicap
                for name in self.arabic.classes[1:]
            ],
            np.float32,
        )

    def _odds(self, weighed: Floats) -> tuple[float, str]:
        """Return the log odds of Persian against the likeliest other class, and that class.

        The others carry a handicap, for comments on a Persian site are mostly Persian; regional languages a larger one,
        for they share most words with Persian.
        """
        total = weighed.sum(axis=0)
        odds, _ = _against_first(total + self._handicap, self.arabic.classes)
        # Without the handicap: a regional language must not pass for the next best one and be refused.
        return odds, _against_first(total, self.arabic.classes)[1]

    def _without_formulas(self, folded: Folded) -> list[str] | None:
        """Return the Arabic-script words outside religious formulas, None when the text has no such formula."""
        finds = find(folded, self.formulas)
        if not finds:
            return None
        pieces = []
        done = 0
        for formula in finds:
            pieces.append(folded.original[done : formula.start])
            done = formula.end
        pieces.append(folded.original[done:])
        return read(" ".join(pieces)).arabic

    def _own_odds(self, original: str) -> float | None:
        """Return the log odds of what stands outside quotation marks: a verse there is not the writer's."""
        own = _QUOTED.sub(" ", original)
        words = read(own).arabic if own != original else []
        return self._odds(self.arabic.weigh(words)[0])[0] if len(words) >= self.thresholds.own_words else None

    def _best_window(self, weighed: Floats) -> float:
        """Return the log odds for Persian of the most Persian run of a few words."""
        size = self.thresholds.window_words
        if len(weighed) < self.thresholds.words:
            return -np.inf
        if len(weighed) <= size:
            return float(-weighed.sum(axis=0)[1:].max())
        sums = np.vstack([np.zeros_like(weighed[:1]), weighed.cumsum(axis=0)])
        return float((-(sums[size:] - sums[:-size])[:, 1:].max(axis=1)).max())

    def _other(self, words: list[str], weighed: Floats, odds: float, likely: str, *, sure: bool) -> LanguageSignal:
        if sure and likely not in self.regional and likely != PERSIAN:
            return self._signal(likely, words, weighed, odds, likely)
        return self._signal(UNCERTAIN, words, weighed, odds, likely)

    def _signal(self, outcome: str, words: list[str], weighed: Floats, odds: float, likely: str) -> LanguageSignal:
        if outcome == PERSIAN:  # the common case, and nobody asks why
            return LanguageSignal(outcome, _lead(max(odds, 0.0)), (), odds, likely)
        column = self.arabic.classes.index(likely)
        return LanguageSignal(outcome, _lead(odds), _strongest(words, weighed[:, column]), odds, likely)

    def _latin(self, reading: Reading) -> LanguageSignal:
        """Tell Finglish from the languages that are written in Latin letters."""
        limits = self.thresholds
        weighed, _ = self.latin.weigh(reading.latin)
        classes = self.latin.classes
        odds, other = _against_first(weighed.sum(axis=0), classes)
        likely = FINGLISH if odds >= 0 else other
        enough = len(set(reading.latin)) >= limits.latin_words and reading.latin_letters >= limits.latin_letters
        outcome = likely if enough and abs(odds) >= limits.latin_log_odds else UNCERTAIN
        column = weighed[:, classes.index(other)] * (-1 if odds >= 0 else 1)
        return LanguageSignal(outcome, _lead(odds), _strongest(reading.latin, column), odds, likely)


def load(version: str | None = None) -> LanguageModel:
    """Load a shipped version, the newest when none is named."""
    return LanguageModel(store.load(NAME, version))


def _script_model(stored: store.StoredModel, script: str) -> ScriptModel:
    grams = stored.arrays[f"{script}_grams"].tobytes().decode("utf-8").split("\n")
    meta: dict[str, Any] = stored.meta[script]
    return ScriptModel(grams, stored.arrays[f"{script}_weights"], meta["scale"], meta["classes"])


def _against_first(total: Floats, classes: list[str]) -> tuple[float, str]:
    """Return the log odds of the first class against the best other one, and that one."""
    best = int(total[1:].argmax()) + 1
    return float(-total[best]), classes[best]


def _lead(odds: float) -> float:
    return round(1.0 - float(np.exp(-abs(odds) / _LEAD_SCALE)), 4)


def _strongest(words: list[str], weights: Floats) -> tuple[str, ...]:
    """Return the few different words that weigh most, as the matching copy spells them."""
    order = np.argsort(-weights, kind="stable")[: 2 * _WORDS_SHOWN]
    shown = dict.fromkeys(fold(words[place]).text for place in order if weights[place] > 0)
    return tuple(shown)[:_WORDS_SHOWN]


def _other_script(reading: Reading) -> LanguageSignal:
    """Name the language of a script that is neither Arabic nor Latin."""
    letters = reading.other
    name = unicodedata.name(letters[0], "").split(" ")[0]
    if name == "CYRILLIC":
        if not _TAJIK.isdisjoint(letters):
            return LanguageSignal(UNCERTAIN, 0.0, likely="tg")  # Tajik is Persian: a person decides
        code = "ru" if _RUSSIAN.fullmatch(letters) else "und-cyrl"
    else:
        code = "ja" if any("\u3041" <= letter <= "\u30ff" for letter in letters) else _SCRIPTS.get(name, UNCERTAIN)
    if len(letters) < 4:
        return LanguageSignal(UNCERTAIN, 0.0, likely=code)
    return LanguageSignal(code, 1.0, likely=code)
