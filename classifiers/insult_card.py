"""The card of an insult model: what it is for, what it was made of, what it gets wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from classifiers import insult_card_tables, insult_stage_card
from classifiers.insult import OPEN
from classifiers.insult_card_tables import SETS

_HEAD = """\
# Insult model{kind}, version {version}

Says how surely a Persian comment insults somebody: a person in the news, an official, a group, the author, another reader,
the site. The score is a probability, calibrated on comments under articles that were not fitted on (about a quarter of them
insults). It also says which words carried the score.

**Intended use.** One signal of the rule "no insults" of a comment section: it orders and marks comments for people. Wrongly
flagging harsh but civil criticism is the costliest error, so flag from a threshold below, not from .5. It does not know
slander, it does not read the article, and it is not meant for rating people.

**How it works.** Logistic regression (scikit-learn) on hashed TF-IDF of character 2- to 5-grams inside words (2^18), of words
and pairs of words (2^18), and on finds of the insult lexicon by family, each in its frame (denied, reported, about oneself,
addressed). Disguised words are read as the word that was meant; offices, trades and forms of address («وزیر», «آقای») as one and the
same word, because who is reviled most says nothing of how it is said. Three in ten texts are fitted on once more as a cut of a few
words (of a clean text any, of an insult around a word of the lexicon), three in ten of our own with one word in disguise, an innocent
one in a clean text. Texts from elsewhere have a second set of weights of their
own while fitting (Daumé 2007). Clean texts with words of criticism weigh up to three times as much as others. Platt scaling by
five folds over articles. Served as float16 arrays; equal to the scikit-learn pipeline to 1e-6.

## Data

* Our own corpus, training articles and groups only, weight 3 (CC BY 4.0, beside this model in `corpus/`).
{data}
"""

_TWEETS = """\
* PHATE, training part of 7,055 tweets (github.com/Zahra-D/Phate): no licence stated.
* Pars-OFF, training part of 10,561 tweets (github.com/KamyarDarvishi/Pars-OFF): no licence stated, "please cite".
* The lexicon in `words/`, from lists under MIT, Apache-2.0 and CC BY 4.0 named there, with much of our own.

The tweets are not part of this project; the arrays hold statistics of them. Mentions, links and hashtags are left out. Strength,
block weights and the domain scheme were chosen by cross-validation over articles of the corpus. The
lexicon was written after reading the policy examples, counting words in the training parts of the tweets and reading errors
on the corpus' training articles, so the policy figures and the folds are a little optimistic.
"""

_FREE = """\
* The lexicon in `words/`, from lists under MIT, Apache-2.0 and CC BY 4.0 named there, with much of our own: features, and
  each sure entry as an insult.
* 3,000 Persian sentences of Mozilla Common Voice (CC0) without a sure entry, as no insults; nobody labelled them.

No text or label of a set without a licence was fitted on: all is under CC BY 4.0, CC0, MIT or Apache-2.0. The
lexicon was sorted after reading the policy examples, counting words in the training parts of two sets of tweets and reading
errors on the corpus' training articles; the settings are those of the other insult model, chosen by cross-validation over
articles of the corpus. PHATE and Pars-OFF, measured below, are a domain that this model never saw.
"""

_KNOWN = """\
## Known failures

* Sarcasm, implied insults and praise that means its opposite; insults by emoji alone; new disguises.
* Tweets call more things offensive than our policy does (any vulgar word, hatred of a government): at a threshold chosen on news
  comments recall on tweets is low and precision is high. Their figures at score .5 are in the table for comparison only.
* Veiled insults, about half of those in our corpus, are mostly missed.
* Reported and condemned insults that name the word are often flagged; literal animals rarely.
* Corpus, dev and test come from the same few writers, who know what the classifier does; other readers will differ.
* No dialect, no other language; Finglish by the words of the lexicon alone.
"""


def write(name: str, version: str, metrics: Mapping[str, Any]) -> str:
    """Return the text of CARD.md."""
    kind, sources = (" from freely licensed texts", _FREE) if name == OPEN else ("", _TWEETS)
    lines = ["| set | texts | insults | F1 | macro F1 | AUC |", "|---|---|---|---|---|---|"]
    for key, title in SETS.items():
        one = metrics[key]
        lines.append(
            f"| {title} | {one['texts']} | {one['insults']} | {one['f1']:.3f} | {one['macro_f1']:.3f} | {one['auc']:.3f} |"
        )
    parts = [
        _HEAD.format(kind=kind, version=version, data=sources),
        "## Measured\n\nF1 at score .5.\n",
        "\n".join(lines) + "\n",
        f"One comment takes {metrics['milliseconds_a_comment']} ms of CPU, folding included.\n",
        "## Thresholds\n\nThe lowest score that has the wanted precision on the development articles and, each scored by a fold that",
        "left its article out, the training articles together; recall there, then what it gives elsewhere.\n",
        _thresholds(metrics),
        insult_card_tables.fairness(metrics["fairness"]),
        insult_card_tables.robustness(metrics["robustness"]),
        insult_stage_card.semantic(metrics),
        insult_card_tables.recipe(metrics.get("recipe")),
        _KNOWN,
    ]
    return "\n".join(parts)


def _thresholds(metrics: Mapping[str, Any]) -> str:
    lines = ["| wanted precision | score | set | precision | recall | clean flagged |", "|---|---|---|---|---|---|"]
    table: Sequence[Mapping[str, float]] = metrics["thresholds"]
    for number, line in enumerate(table):
        lines.append(
            f"| {line['precision_wanted']:.2f} | {line['score']} | development and folds | | {line['recall']} | |"
        )
        for name in ("corpus_test", "policy", "phate", "pars_off"):
            one = metrics[name]["at_thresholds"][number]
            lines.append(
                f"| | | {SETS[name]} | {one['precision']:.3f} | {one['recall']:.3f} | {one['clean_flagged']:.4f} |"
            )
    return "\n".join(lines) + "\n"
