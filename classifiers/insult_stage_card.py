"""The section of an insult model's card on its semantic stage: what it adds, set by set, and for how many milliseconds."""

from collections.abc import Mapping
from typing import Any

from classifiers.insult_card_tables import SETS
from classifiers.insult_fairness import MOST_RATIO
from classifiers.insult_robustness import MOST_MORE_FALSE, WANTED_RECALL
from classifiers.insult_stage import LONGEST

type Metrics = Mapping[str, Any]

_ABSENT = """\
## The semantic stage

The extra `nazer[semantic]` was not installed where this version was fitted: it has no such stage.
"""

_HEAD = """\
## The semantic stage

Where the extra `nazer[semantic]` is installed, comments of at most {longest} characters with a score from {ask_from} to {ask_below} get a
second one: logistic regression on the logit of the first and on the sentence vector of {encoder}, fitted on {comments}
training comments of our corpus with the scores that they have from folds without their article, and calibrated on those in the band
(Platt). The second score stays inside the band: none passes a comment that was sure without it. Longer texts gained nothing. The
words shown are those of the model alone. Where the encoder is absent, fails or is another version, the first score stands; the
signals name the encoder that took part. Every figure outside this section is of the model without the stage.

A comment that is asked about takes {asked_median} ms of CPU (median of {asked}), the {texts} test comments of our corpus {with_mean} ms
each on average; without the stage the median is {without_median} ms: all in one run, folding left out.

Without and with it, at the same thresholds; {cut} is the lowest score that has a precision of {precision} on development articles and
folds with the stage. "AUC gained" is the 95 % interval over texts drawn anew: where it holds 0, nothing is shown to be gained.
"""

_SIDE = """\
In the band the mean score of the corpus' test comments is {mean_score_of_asked} with the stage, and {insults_of_asked} of them are insults.
Disguised words at score .5: recall of {wanted} for {reached} of {kinds} kinds (without the stage {reached_before}), at most {most} more
clean texts flagged for {clean} of {kinds} ({clean_before}). Clean texts with harsh but civil words are flagged {ratio} times as often as
others from {cut:.2f} (without the stage {ratio_before}; wanted: at most {most_ratio}).
"""

_CHOICE = """\
Strength and band were chosen by the log loss of the development comments, {before:.4f} without the stage: first the strength, with the
widest band ({losses}); then, of the bands that keep {kept} of the most that any of them gains, the one that asks about fewest.
"""


def semantic(metrics: Metrics) -> str:
    """Return the section by all metrics of a card; two lines for a version without the stage."""
    measured = metrics.get("semantic")
    if measured is None:
        return _ABSENT
    first = measured["thresholds"][0]
    about = {**measured["band"], **measured["cost"], "longest": LONGEST, "comments": measured["choice"]["comments"]}
    head = _HEAD.format(**about, precision=first["precision_wanted"], cut=first["score"])
    return "\n".join([head, _sets(measured, first["score"]), _side(measured, metrics), _choice(measured["choice"])])


def _sets(measured: Metrics, cut: float) -> str:
    lines = [
        f"| set | asked | stage | F1 at .5 | AUC | AUC gained | precision from {cut:.2f} | recall | clean flagged |",
        "|---" * 9 + "|",
    ]
    for name, title in SETS.items():
        one = measured["sets"][name]
        for when, place in (("before", f"{title} | {one['asked']:.3f} | without"), ("after", "| | with")):
            at = one[when]["at_thresholds"][0]
            gained = "{:+.4f} to {:+.4f}".format(*one["auc_gain"]) if when == "after" else ""
            lines.append(
                f"| {place} | {one[when]['f1']:.3f} | {one[when]['auc']:.3f} | {gained} "
                f"| {at['precision']:.3f} | {at['recall']:.3f} | {at['clean_flagged']:.4f} |"
            )
    return "\n".join(lines) + "\n"


def _side(measured: Metrics, metrics: Metrics) -> str:
    """Return how well the probabilities fit, and what disguises and civil words say, without the stage and with it."""
    kinds = measured["robustness"]["kinds"]
    before = metrics["robustness"]["kinds"]
    return _SIDE.format(
        **{name: measured["sets"]["corpus_test"][name] for name in ("mean_score_of_asked", "insults_of_asked")},
        wanted=WANTED_RECALL,
        most=MOST_MORE_FALSE,
        kinds=len(kinds),
        reached=_reached(kinds),
        reached_before=_reached(before),
        clean=_clean(kinds),
        clean_before=_clean(before),
        ratio=measured["fairness"]["ratio"],
        ratio_before=metrics["fairness"][1]["any"]["ratio"],
        cut=measured["thresholds"][0]["score"],
        most_ratio=MOST_RATIO,
    )


def _reached(kinds: Metrics) -> int:
    return sum(one["recall"] >= WANTED_RECALL for one in kinds.values())


def _clean(kinds: Metrics) -> int:
    return sum(one["more_false"] <= MOST_MORE_FALSE for one in kinds.values())


def _choice(choice: Metrics) -> str:
    losses = ", ".join(f"{loss:.4f} at {strength}" for strength, loss in choice["losses"].items())
    rows = [
        f"| {line['ask_from']} to {line['ask_below']} | {line['asked']:.3f} | {line['loss']:.4f} |"
        for line in choice["bands"]
    ]
    head = _CHOICE.format(before=choice["loss_before"], losses=losses, kept=choice["kept"])
    return "\n".join([head, "| band | asked | log loss |", "|---" * 3 + "|", *rows, ""])
