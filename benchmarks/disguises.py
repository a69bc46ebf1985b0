"""How many disguised insults are found, kind by kind, and what reading disguises costs on innocent texts.

Every sure entry of the lexicon is placed in a neutral sentence, disguised once in each way, and looked for. `found` counts
a find that lies in the disguised word; `exact` one whose span is the disguised word to the letter. Innocent texts are the
comments without an insult of our corpus' dev and test parts and, where NAZER_DATA is there, the test texts in Persian,
English, Turkish, Azerbaijani, Kurmanji and Finglish, of which none went into the matcher's lists of words: what is found
there by a disguise is shown per thousand texts. Some of these finds are right: the texts were not read for insults. Two
caveats: three readings were narrowed after a look at finds in these very texts, so the figures flatter a little; and the
disguises and the matcher are of one hand, so the recall says what is read of these kinds and not what writers will invent.

    python -m benchmarks.disguises [--json]

Keys: ``found`` and ``exact`` (per kind, by letters in the term: "4+", "3", "2"), ``false_per_1000`` (per text set and disguise).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from random import Random

from classifiers import corpus, data, words
from classifiers.obfuscation import KINDS, disguise
from classifiers.text import Find, Matcher, compile_terms, find, fold

BEFORE, AFTER = "دیروز ", " نوشته شد"
type Recall = dict[str, dict[str, float]]


def sure_entries() -> dict[str, words.Entry]:
    """Return the entries that a rule may find, by term."""
    return {entry.term: entry for entry in words.entries() if entry.sure}


def lexicon_matcher() -> Matcher:
    """Return the matcher that the no-insults rule uses."""
    return compile_terms(sure_entries(), allow=words.allowed())


def found_in(text: str, matcher: Matcher, entries: Mapping[str, words.Entry]) -> list[Find]:
    """Return the finds of a text as the rule counts them."""
    return [one for one in find(fold(text), matcher) if not (entries[one.term].exact and one.disguise)]


def recall(terms: Iterable[str], matcher: Matcher, *, seed: int = 7) -> tuple[Recall, Recall]:
    """Return the shares found and found to the letter, by kind and length, of terms disguised once in each way."""
    entries = sure_entries()
    found: dict[str, Counter[str]] = defaultdict(Counter)
    exact: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    start = len(BEFORE)
    for term in terms:
        length = band(term)
        total[length] += 1
        for kind in KINDS:
            text = disguise(BEFORE + term + AFTER, start, start + len(term), kind, Random(f"{seed} {kind} {term}"))
            end = len(text) - len(AFTER)
            finds = [one for one in found_in(text, matcher, entries) if start <= one.start and one.end <= end]
            found[kind][length] += bool(finds)
            exact[kind][length] += any((one.start, one.end) == (start, end) for one in finds)
    return _shares(found, total), _shares(exact, total)


def band(term: str) -> str:
    """Return the length of a term in letters: "2", "3" or "4+"."""
    letters = sum(character.isalnum() for character in fold(term).text)
    return "4+" if letters >= 4 else str(letters)


def _shares(counts: Mapping[str, Counter[str]], total: Counter[str]) -> Recall:
    return {
        kind: {length: round(counted[length] / total[length], 4) for length in sorted(total)}
        for kind, counted in counts.items()
    }


def innocent() -> dict[str, list[str]]:
    """Return texts without an insult, by name of the set."""
    comments = [one for one in corpus.comments() if one.split != "train"]
    sets = {"corpus": [one.text for one in comments if one.expect["insult"] is False]}
    try:
        rows = list(data.rows(data.folder() / "language" / "test.jsonl"))
    except data.MissingDataError:
        return sets
    for language in ("fa", "en", "tr", "az", "kmr", "fa-latn"):
        sets[language] = [row["text"] for row in rows if row["language"] == language]
    return {name: texts for name, texts in sets.items() if texts}


def false_finds(sets: Mapping[str, Iterable[str]], matcher: Matcher) -> dict[str, dict[str, float]]:
    """Return the finds per thousand texts by set and disguise ("" is a term's own spelling)."""
    entries = sure_entries()
    shown: dict[str, dict[str, float]] = {}
    for name, texts in sets.items():
        texts = list(texts)
        counted = Counter(one.disguise for text in texts for one in found_in(text, matcher, entries))
        shown[f"{name} ({len(texts)})"] = {
            how: round(1000 * count / len(texts), 2) for how, count in sorted(counted.items())
        }
    return shown


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--json", action="store_true")
    as_json = options.parse_args().json
    matcher = lexicon_matcher()
    found, exact = recall(sure_entries(), matcher)
    false = false_finds(innocent(), matcher)
    if as_json:
        print(json.dumps({"found": found, "exact": exact, "false_per_1000": false}, ensure_ascii=False))
        return
    lengths = sorted(next(iter(found.values())))
    print("kind".ljust(20), *(f"{length + ' found':>10}{'exact':>8}" for length in lengths))
    for kind in KINDS:
        print(kind.ljust(20), *(f"{found[kind][one]:>10.3f}{exact[kind][one]:>8.3f}" for one in lengths))
    for name, counts in false.items():
        print(f"{name}: false finds per 1,000 texts", counts)


if __name__ == "__main__":
    main()
