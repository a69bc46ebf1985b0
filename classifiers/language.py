"""Which language a comment is written in, and when it is better not to say."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from math import exp
from operator import itemgetter
from typing import Any

import numpy as np

from classifiers import store
from classifiers.fold import Folded, fold
from classifiers.language_reading import Reading, longest_latin_run, read
from classifiers.language_scripts import other_script
from classifiers.language_table import Floats, ScriptModel
from classifiers.terms import Matcher, compile_terms, find

NAME = "language"
PERSIAN, FINGLISH, MIXED, NONE, UNCERTAIN = "fa", "fa-latn", "mixed", "none", "und"

_WORDS_SHOWN = 5
_LEAD_SCALE = 20.0
_QUOTED = re.compile('«[^«»]*»|"[^"]*"|“[^“”]*”')


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to call a text something else than Persian; log odds are natural and add up over the n-grams of a text.

    The values here are where choosing starts (see language_choice); a version has its own in meta.json.
    """

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
    handicap: float = 10.0
    regional_handicap: float = 20.0
    latin_words: int = 3
    latin_letters: int = 12
    latin_log_odds: float = 4.0
    latin_known: float = 0.15
    finglish_log_odds_per_gram: float = 0.4
    finglish_short: float = 12.0
    latin_ratio: float = 3.0
    mixed_run: int = 5
    mixed_share: float = 0.5


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


class LanguageModel:
    """Two script models and the order in which evidence is asked for."""

    def __init__(self, stored: store.StoredModel) -> None:
        self.version = stored.version
        self.regional = frozenset(stored.meta["regional"])
        self.arabic = _script_model(stored, "arabic")
        self.latin = _script_model(stored, "latin")
        self._latin_words = _class_words(stored)
        self.use(Thresholds(**stored.meta["thresholds"]))

    def use(self, thresholds: Thresholds) -> None:
        """Judge by other thresholds than the version's own."""
        self.thresholds = thresholds
        # The others carry a handicap, for comments on a Persian site are mostly Persian; regional languages a larger
        # one, for they share most words with Persian.
        self._handicap: Floats = np.array(
            [
                -thresholds.regional_handicap if name in self.regional else -thresholds.handicap
                for name in self.arabic.classes[1:]
            ],
            np.float32,
        )

    @cached_property
    def formulas(self) -> Matcher:
        """Arabic phrases that belong to Persian."""
        return compile_terms(_lines("religious_formulas.txt"))

    @cached_property
    def finglish_words(self) -> frozenset[str]:
        """Words that are Persian in Latin letters even when they stand alone."""
        return frozenset(_lines("finglish_words.txt"))

    def measure(self, folded: Folded) -> LanguageSignal:
        """Say which language a text is written in; never raises, takes linear time."""
        reading = read(folded.original)
        letters, latin = reading.arabic_letters, reading.latin_letters
        if reading.other and len(reading.other) > letters + latin:
            return self._other_script(reading)
        if not letters:
            return self._latin(reading) if latin else LanguageSignal(NONE, 1.0, likely=NONE)
        sentence = self._latin_sentence(folded.original, reading) if latin >= self.thresholds.latin_letters else []
        if sentence:
            shown = tuple(dict.fromkeys(map(_spelt, sentence)))[:_WORDS_SHOWN]
            return LanguageSignal(MIXED, 0.0, shown, likely=MIXED)
        return self._arabic(folded, reading)

    def _other_script(self, reading: Reading) -> LanguageSignal:
        if len(reading.other) <= self.thresholds.latin_ratio * (reading.arabic_letters + reading.latin_letters):
            return LanguageSignal(MIXED, 0.0, likely=MIXED)
        code, sure = other_script(reading.other)
        return LanguageSignal(code, 1.0, likely=code) if sure else LanguageSignal(UNCERTAIN, 0.0, likely=code)

    def _latin_sentence(self, original: str, reading: Reading) -> list[str]:
        """Return what makes a text in both scripts a mixture: a sentence in Latin letters, but not names of things."""
        limits = self.thresholds
        if reading.latin_letters > limits.latin_ratio * reading.arabic_letters:
            return reading.latin
        share = reading.latin_letters / (reading.latin_letters + reading.arabic_letters)
        if share < limits.mixed_share or len(reading.latin) < limits.mixed_run:
            return []
        run = longest_latin_run(original)
        return run if len(run) >= limits.mixed_run else []

    def _arabic(self, folded: Folded, reading: Reading) -> LanguageSignal:
        words = reading.arabic
        weighed, grams = self.arabic.weigh(words)
        odds, likely = self._odds(weighed)
        limits = self.thresholds
        foreign = reading.foreign
        if foreign >= limits.foreign_letters and foreign > limits.foreign_share * reading.arabic_letters:
            sure = odds < 0 and len(words) >= limits.foreign_words
            return self._other(words, weighed, odds, likely, sure=sure)
        if odds >= 0:
            return self._signal(PERSIAN, words, weighed, odds, likely)
        left = self._without_formulas(folded)
        if left is not None:
            if not left:
                return self._signal(PERSIAN, words, weighed, odds, likely)
            words = left
            weighed, grams = self.arabic.weigh(words)
            odds, likely = self._odds(weighed)
            if odds >= 0:
                return self._signal(PERSIAN, words, weighed, odds, likely)
        return self._doubtful(folded, words, weighed, grams)

    def _doubtful(self, folded: Folded, words: list[str], weighed: Floats, grams: int) -> LanguageSignal:
        """Judge a text whose words are not Persian as a whole: a part of it may be."""
        limits = self.thresholds
        odds, likely = self._odds(weighed)
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

    def _odds(self, weighed: Floats) -> tuple[float, str]:
        """Return the log odds of Persian against the likeliest other class, and that class.

        The class is found without the handicap: a regional language must not pass for the next best one and be refused.
        """
        others = np.add.reduce(weighed, axis=0)[1:]
        odds = -float((others + self._handicap).max())
        return odds, self.arabic.classes[int(others.argmax()) + 1]

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
        sure = sure and likely not in self.regional
        return self._signal(likely if sure else UNCERTAIN, words, weighed, odds, likely)

    def _signal(self, outcome: str, words: list[str], weighed: Floats, odds: float, likely: str) -> LanguageSignal:
        told = weighed[:, self.arabic.classes.index(likely)]
        if outcome == PERSIAN:
            return LanguageSignal(outcome, _lead(max(odds, 0.0)), _strongest(words, -told), odds, PERSIAN)
        return LanguageSignal(outcome, _lead(odds), _strongest(words, told), odds, likely)

    def _latin(self, reading: Reading) -> LanguageSignal:
        """Tell Finglish from the languages that are written in Latin letters, and both from what was never learnt."""
        words = reading.latin
        weighed, grams = self.latin.weigh(words)
        others = np.add.reduce(weighed, axis=0)[1:]
        place = int(others.argmax()) + 1
        odds = -float(others[place - 1])
        likely = FINGLISH if odds >= 0 else self.latin.classes[place]
        told = weighed[:, place] * (-1 if odds >= 0 else 1)
        if self.finglish_words.issuperset(words):
            return LanguageSignal(FINGLISH, _lead(odds), _strongest(words, abs(told)), odds, FINGLISH)
        sure = self._latin_is_sure(reading, odds, likely, grams)
        return LanguageSignal(likely if sure else UNCERTAIN, _lead(odds), _strongest(words, told), odds, likely)

    def _latin_is_sure(self, reading: Reading, odds: float, likely: str, grams: int) -> bool:
        limits = self.thresholds
        words = reading.latin
        enough = len(set(words)) >= limits.latin_words and reading.latin_letters >= limits.latin_letters
        if likely == FINGLISH:
            return odds >= (limits.latin_log_odds if enough else limits.finglish_short) and (
                odds >= limits.finglish_log_odds_per_gram * grams
            )
        known = sum(map(self._latin_words[likely].__contains__, words))
        return enough and -odds >= limits.latin_log_odds and known >= limits.latin_known * len(words)


def load(version: str | None = None) -> LanguageModel:
    """Load a shipped version, the newest when none is named."""
    return LanguageModel(store.load(NAME, version))


def _script_model(stored: store.StoredModel, script: str) -> ScriptModel:
    grams = stored.arrays[f"{script}_grams"].tobytes().decode("utf-8").split("\n")
    meta: dict[str, Any] = stored.meta[script]
    return ScriptModel(grams, stored.arrays[f"{script}_weights"], meta["scale"], meta["classes"])


def _class_words(stored: store.StoredModel) -> dict[str, frozenset[str]]:
    """Return the words of each Latin class that occur in it again and again."""
    words = stored.arrays["latin_words"].tobytes().decode("utf-8").split("\n")
    classes = stored.meta["latin"]["classes"]
    return {name: frozenset(of.split(" ")) for name, of in zip(classes, words, strict=True)}


def _lines(name: str) -> list[str]:
    text = resources.files("classifiers").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _lead(odds: float) -> float:
    return round(1.0 - exp(-abs(odds) / _LEAD_SCALE), 4)


def _strongest(words: list[str], weights: Floats) -> tuple[str, ...]:
    """Return the few different words that weigh most, as the matching copy spells them."""
    weighed = sorted(zip(weights.tolist(), words, strict=True), key=itemgetter(0), reverse=True)[: 2 * _WORDS_SHOWN]
    shown = dict.fromkeys(_spelt(word) for weight, word in weighed if weight > 0)
    return tuple(shown)[:_WORDS_SHOWN]


@lru_cache(maxsize=4096)
def _spelt(word: str) -> str:
    return fold(word).text
