"""What the answer to one question, is this article about that label, would teach; and why, in plain words.

What there is to learn from an answer is measured in three ways, each from 0 to 1:

uncertainty
    The entropy of the label's probability, in bits: 1 where it is as likely as not. Lewis, Gale: A sequential algorithm
    for training text classifiers, 1994.
disagreement
    Of a committee of two, the words and where the label is named: the Jensen-Shannon divergence of their votes, in
    bits. Seung, Opper, Sompolinsky: Query by committee, 1992; McCallum, Nigam: Employing EM and pool-based active
    learning for text classification, 1998. Where persons are divided it is 1.
novelty
    The share of the article's words, by weight, that are new: that the other articles have more often than those the
    model learned from. Words that nobody else uses are not new but rare, and teach nothing about the next article.
    Settles, Craven: An analysis of active learning strategies for sequence labeling tasks, 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import Any, NamedTuple

from training.article import Article
from training.store import Said, Stored

_SURE = 0.9  # probability from which an answer is called sure


class Opinion(NamedTuple):
    """What a model thinks of one label of an article.

    Attributes:
        label: its number.
        probability: that the article is about it.
        by_words, by_place: what the words alone, and where it is named alone, would say; None for words that nothing
            was learned of, and where it is not named.
    """

    label: int
    probability: float
    by_words: float | None
    by_place: float | None

    @property
    def disagreement(self) -> float:
        """How far words and place disagree, 0 to 1; a label that is not named has a place that says no."""
        return 0.0 if self.by_words is None else divergence(self.by_words, self.by_place or 0.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article and a label that a person could judge.

    Attributes:
        said: what persons say, where they are divided.
    """

    stored: Stored
    label: str
    opinion: Opinion
    uncertainty: float
    disagreement: float
    novelty: float
    said: Said | None = None

    @property
    def article(self) -> Article:
        """The article."""
        return self.stored.article

    @property
    def worth(self) -> float:
        """How much the answer would teach, 0 to 1: the mean of the three."""
        return (self.uncertainty + self.disagreement + self.novelty) / 3

    @property
    def reason(self) -> str:
        """Say in plain words why it is asked: the strongest reason, and others about as strong."""
        told = [(self.uncertainty, _doubt(self.opinion.probability)), (self.novelty, _news(self.novelty))]
        told.append((self.disagreement, divided(self.said) if self.said else _quarrel(self.opinion)))
        told.sort(key=lambda one: -one[0])
        return "; ".join(words for much, words in told if words and much >= told[0][0] / 2)

    def as_row(self) -> dict[str, Any]:
        """Give the candidate ready for JSON."""
        row: dict[str, Any] = {
            "article": self.article.id,
            "title": self.article.title,
            "date": self.article.date,
            "source": self.article.source,
            "label": self.label,
            "probability": round(self.opinion.probability, 4),
            "worth": round(self.worth, 4),
            "uncertainty": round(self.uncertainty, 4),
            "disagreement": round(self.disagreement, 4),
            "novelty": round(self.novelty, 4),
            "reason": self.reason,
        }
        return {**row, "said": self.said.by} if self.said else row


def entropy(probability: float) -> float:
    """Give how uncertain an answer of this probability is, in bits, 0 to 1.

    >>> entropy(0.5), round(entropy(0.9), 3), entropy(1.0)
    (1.0, 0.469, 0.0)
    """
    return sum(-p * log2(p) for p in (probability, 1 - probability) if p > 0)


def divergence(one: float, other: float) -> float:
    """Give how far two probabilities of the same answer are apart, in bits, 0 to 1.

    >>> divergence(0.3, 0.3), divergence(0.0, 1.0), round(divergence(0.1, 0.8), 3)
    (0.0, 1.0, 0.397)
    """
    return max(0.0, entropy((one + other) / 2) - (entropy(one) + entropy(other)) / 2)


def divided(said: Said) -> str:
    """Say who says what."""
    return ", ".join(f"{who} says {value}" for who, value in sorted(said.by.items()))


def _doubt(probability: float) -> str:
    said = f"({_short(probability)})"
    if 0.4 <= probability <= 0.6:
        return f"as likely as not {said}"
    sure = "surely" if max(probability, 1 - probability) > _SURE else "probably"
    return f"{sure} {'so' if probability > 0.5 else 'not'} {said}"


def _quarrel(opinion: Opinion) -> str:
    """Say how words and place disagree."""
    words, place = opinion.by_words, opinion.by_place
    if words is None:
        return ""
    say = f"the words say {'yes' if words > 0.5 else 'no'} ({_short(words)})"
    if place is None:
        return f"{say}, but nothing names it"
    return f"{say}, where it stands says {'yes' if place > 0.5 else 'no'} ({_short(place)})"


_SHARES = (
    (0.0, "hardly any"),
    (0.1, "a tenth"),
    (0.2, "a fifth"),
    (0.25, "a quarter"),
    (1 / 3, "a third"),
    (0.5, "half"),
    (2 / 3, "two thirds"),
    (0.75, "three quarters"),
    (1.0, "nearly all"),
)


def _news(novelty: float) -> str:
    share = min(_SHARES, key=lambda one: abs(one[0] - novelty))[1]
    return f"{share} of its words are new to the model"


def _short(probability: float) -> str:
    return f"{probability:.2f}".removeprefix("0")
