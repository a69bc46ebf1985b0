"""The card of a relevance model: what it is for, what it was made of, what it gets wrong."""

from collections.abc import Mapping
from typing import Any

_HEAD = """\
# Relevance model, version {version}

Says how far a Persian comment has to do with the article it stands under: `on_topic`, `off_topic_suspect` or `not_judged`,
with a score (a mean of z-scores: 0 is as near as to any other article, higher is nearer), the words they share, and, on a site
that has articles of its own, another article that fits clearly better.

**Intended use.** A reason shown to a moderator, never a rejection: people agree only moderately on what is off topic. Nothing
is judged for comments under five words with content, bare thanks and greetings, articles under 60 words (for the suspicion),
and where there are fewer than 50 background articles. A reply is measured against its article and its parent; the better counts.

**How it works.** Three views: TF-IDF of hashed character 3- to 5-grams (2^17) against the whole article (weight .4) and against
its title (.2), and topics (LSA) over hazm's lemmas (.4), of which a table is exported. In each view the similarity to the own
article is taken relative to the similarity to background articles (z-score, clipped to -1 … 6); the score is the weighted mean.
A text with three
words of adverts that shares at most one word with its article loses 1.3. Nothing is learnt from labels but the one threshold.

This version is fitted on the invented articles of our own corpus alone (CC BY 4.0): it is what a young site is measured by.
A site with articles of its own gets a model fitted on them, in which ours fade as its own come in.

## Data

Fitted on our corpus' articles. The threshold was set on comments under half of the commented articles of a research set (a
news site's published comments, no licence stated, not part of this project) so that at most 2 % of judged genuine comments
fall below it, then lowered (further for a young site) because our own corpus' comments share fewer words with their articles;
it was measured on the other half. The weights of the views and the clipping were chosen by AUC on all its articles: that is a
little optimistic. Genuine comments there are published ones; off-topic ones are simulated by comments of other articles,
tweets and adverts.
"""

_KNOWN = """\
## Known failures

* On a young site the model knows few words of the site's topics: it is markedly weaker than one fitted on the site.
* Comments that use none of the article's words (inference, irony, pronouns) score low; general politics under any political
  article scores high: of comments of another article in the same section most pass.
* Adverts are another rule's work: their words are often near to nothing, and so is their score.
* The two test halves share writers and years (2004 to 2015); a fifth of the articles hold most comments, so the intervals are wide.
"""


def write(version: str, metrics: Mapping[str, Any]) -> str:
    """Return the text of CARD.md."""
    titles = {"young_site": "as shipped (young site)", "site_with_its_own_articles": "fitted on the site's articles"}
    kinds = ("random", "section", "neighbour", "tweet", "spam")
    auc = ["| AUC against | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 1) + "|"]
    flagged = ["| flagged of judged | genuine | " + " | ".join(kinds) + " |", "|---" * (len(kinds) + 2) + "|"]
    for name, title in titles.items():
        one = metrics[name]
        auc.append(f"| {title} | " + " | ".join(f"{one['auc'][kind]:.3f}" for kind in kinds) + " |")
        auc.append(
            f"| {title}, all articles | " + " | ".join(f"{one['auc_all_articles'][kind]:.3f}" for kind in kinds) + " |"
        )
        found = one["flagged_of_judged"]
        flagged.append(f"| {title} | " + " | ".join(_share(found[kind]) for kind in ("true", *kinds)) + " |")
    parts = [
        _HEAD.format(version=version),
        "## Measured\n\nOn the half of the research set that set no threshold, unless said. AUCs count pairs of at least six words.\n",
        "\n".join(auc) + "\n",
        "\n".join(flagged) + "\n",
        *(_rest(title, metrics[name]) for name, title in titles.items()),
        f"In our own corpus, as shipped: {_corpus(metrics['own_corpus'])}.\n",
        f"A comment takes {metrics['milliseconds']['comment']} ms of CPU, an article {metrics['milliseconds']['article']} ms.\n",
        _KNOWN,
    ]
    return "\n".join(parts)


def _share(one: Mapping[str, Any]) -> str:
    return f"{100 * one['flagged']:.1f} % of {one['texts']}"


def _rest(title: str, one: Mapping[str, Any]) -> str:
    return (
        f"{title.capitalize()}: {100 * one['genuine_judged']:.0f} % of genuine comments are judged; bare thanks flagged: "
        f"{_share(one['phatic_flagged'])}; under five content words flagged: {one['under_5_content_words_flagged']}; "
        f"the threshold that the other half gives: {one['threshold_that_flags_2_percent_of_dev']}.\n"
    )


def _corpus(one: Mapping[str, Any]) -> str:
    return (
        f"flagged {_share(one['on_topic'])} acceptable comments, {_share(one['off_topic'])} off-topic ones, "
        f"{_share(one['off_topic_judged'])} judged off-topic ones"
    )
