"""The tables of an insult model's card: words that must not be held against a text, disguises, the recipe."""

from collections.abc import Mapping, Sequence
from typing import Any

from classifiers.insult_fairness import FEWEST, MOST_RATIO
from classifiers.insult_robustness import MOST_MORE_FALSE, WANTED_RECALL

type Metrics = Mapping[str, Any]

SETS = {
    "corpus_dev": "our corpus, development articles",
    "corpus_test": "our corpus, test articles",
    "phate": "PHATE, official test",
    "pars_off": "Pars-OFF, official test",
    "policy": "policy examples",
}
"""The sets that a model is judged by, as cards name them."""


def fairness(cuts: Sequence[Metrics]) -> str:
    """Return how often clean texts with harsh but civil words are flagged, against how often such texts are at all."""
    head = f"""\
## Harsh but civil words, and peoples

Clean texts of the corpus' test articles and of both official tests, pooled: the share flagged of those that hold a word, and its ratio
to the share flagged of all clean texts of the same sets. Wanted: at most {MOST_RATIO}. Words in fewer than {FEWEST} texts say little.
"""
    titles = " | ".join(f"flagged at {cut['threshold']:.2f} | ratio" for cut in cuts)
    lines = [f"| clean texts with | texts | {titles} |", "|---" * (2 + 2 * len(cuts)) + "|"]
    for name in ("any", *cuts[0]["words"]):
        rates = [cut["any"] if name == "any" else cut["words"][name] for cut in cuts]
        if rates[0]["texts"]:
            cells = " | ".join(f"{rate['flagged']:.3f} | {_number(rate['ratio'])}" for rate in rates)
            lines.append(f"| {'any of them' if name == 'any' else name} | {rates[0]['texts']} | {cells} |")
    return head + "\n" + "\n".join(lines) + "\n"


def robustness(measured: Metrics) -> str:
    """Return recall and added false positives by kind of disguise, and how many kinds reach what is wanted."""
    plain, kinds = measured["plain"], measured["kinds"]
    reached = sum(one["recall"] >= WANTED_RECALL for one in kinds.values())
    clean = sum(one["more_false"] <= MOST_MORE_FALSE for one in kinds.values())
    head = f"""\
## Disguised words

Of {measured["texts"]} insults in the corpus' test articles the one word of the lexicon is disguised and the rest left as it is; of
{measured["clean"]} clean texts some word. At score {measured["threshold"]} recall of the plain texts is {plain["recall"]:.3f}, and
{plain["false"]:.3f} of the clean ones are flagged. Recall of {WANTED_RECALL} is reached for {reached} of {len(kinds)} kinds; at most
{MOST_MORE_FALSE} more clean texts are flagged for {clean} of {len(kinds)}.
"""
    lines = ["| disguise | texts changed | recall | more clean texts flagged |", "|---|---|---|---|"]
    for kind, one in kinds.items():
        lines.append(f"| {kind} | {one['texts']} | {one['recall']:.3f} | {one['more_false']:+.4f} |")
    return head + "\n" + "\n".join(lines) + "\n"


def recipe(measured: Metrics | None) -> str:
    """Return what the recipe gives on each research set's own split; nothing for a model that has none."""
    if measured is None:
        return ""
    head = """\
## The recipe on the research sets' own splits

Not the model of this folder: the same folding and lexicon fitted on each set's own training part (with its validation part) and judged
on its official test, to be held against published figures (`nazer evaluate insult-recipe`). Naive-Bayes-weighted n-grams with logistic
regression and a support vector machine over latent dimensions, joined; settings and threshold by cross-validation on the training part.
"""
    lines = [
        "| set | fitted on | test F1 | test macro F1 | test AUC | F1, macro F1 in validation | published |",
        "|---" * 7 + "|",
    ]
    for name, one in measured.items():
        test, validation = one["test"], one["validation"]
        published = ", ".join(f"{metric.replace('_', ' ')} {value:.3f}" for metric, value in one["published"].items())
        lines.append(
            f"| {name} | {one['fitted_on']} | {test['f1']:.3f} | {test['macro_f1']:.3f} | {test['auc']:.3f} "
            f"| {validation['f1']:.3f}, {validation['macro_f1']:.3f} | {published} |"
        )
    return head + "\n" + "\n".join(lines) + "\n"


def _number(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"
