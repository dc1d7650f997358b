"""What goes with a label, learned from news that nobody has judged.

Where seeds and focus leave no doubt they label an article themselves: a weak label. Classifiers trained on those learn
the people, places and groups around a country that no seed lists. The words of a label's own seeds are hidden from its
classifier, which would else learn nothing but them. How far to trust these hints is learned from judged articles.

Mintz, Bills, Snow, Jurafsky: Distant supervision for relation extraction without labeled data, 2009.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.fitting import threads
from training.kernels import columns, logistic

Floats = npt.NDArray[np.floating[Any]]

SURE = 2.2  # log-odds of focus (a probability of .9) beyond which an article is, or is not, about a label
FEWEST = 30  # weak examples of a label from which it gets hints
MOST = 2000  # weak examples of either kind; more teach hardly more
STRENGTH = 10.0


@dataclass(frozen=True, slots=True)
class Hints:
    """Weights of words for the labels that enough unjudged articles are surely about.

    Attributes:
        rows: numbers of those labels, and their rows in the other two.
        weights: of shape (rows, terms), of TF-IDF values.
        biases: of shape (rows,).
    """

    rows: Mapping[int, int]
    weights: Floats
    biases: Floats

    def scores(self, words: Any) -> dict[int, Floats]:
        """Give the log-odds of each hinted label for a sparse matrix of TF-IDF values; of shape (articles,) each."""
        if not self.rows:
            return {}
        scores = words @ self.weights.T + self.biases
        return {label: scores[:, row] for label, row in self.rows.items()}


def learn(words: Any, focus: Floats, hidden: Sequence[npt.NDArray[np.intp]], seed: int) -> Hints:
    """Learn hints from unjudged articles.

    Args:
        words: sparse matrix of TF-IDF values, of shape (articles, terms).
        focus: log-odds by focus of each label in each article, of shape (articles, labels); nan where it is not named.
        hidden: for each label the columns of its own seeds' words.
        seed: of the choice among articles where there are more than MOST.
    """
    random = np.random.default_rng(seed)
    examples = {label: _examples(scores, random) for label, scores in enumerate(focus.T)}
    labels = [label for label, chosen in examples.items() if len(chosen)]

    def learned(label: int) -> tuple[Floats, float]:
        chosen = examples[label]
        return _learned(words, chosen, focus[chosen, label] >= SURE, hidden[label])

    found = threads.each(learned, labels, lambda label: len(examples[label]))
    weights = np.array([weights for weights, _ in found]).reshape(len(found), words.shape[1])
    return Hints({label: row for row, label in enumerate(labels)}, weights, np.array([bias for _, bias in found]))


def _examples(scores: Floats, random: np.random.Generator) -> npt.NDArray[np.intp]:
    """Give the weak examples of a label by its scores, (articles,); none where there are too few."""
    about, aside, unnamed = (np.flatnonzero(which) for which in (scores >= SURE, scores <= -SURE, np.isnan(scores)))
    if len(about) < FEWEST or not len(aside) + len(unnamed):
        return np.empty(0, dtype=np.intp)
    about, aside = (random.permutation(which)[:MOST] for which in (about, aside))
    unnamed = random.permutation(unnamed)[: max(len(about), len(aside))]
    return np.sort(np.concatenate([about, aside, unnamed]))


def _learned(
    words: Any, chosen: npt.NDArray[np.intp], about: npt.NDArray[np.bool_], hidden: npt.NDArray[np.intp]
) -> tuple[Floats, float]:
    """Give the weights of words and the bias that tell the chosen articles ``about`` a label from the others."""
    shown = np.ones(words.shape[1], dtype=bool)
    shown[hidden] = False
    sparse = words.indptr, words.indices, words.data, chosen
    found = logistic.solve(
        columns.gathered(*sparse, shown),
        logistic.Problems(
            dense=np.ones((1, len(chosen), 1)),
            penalties=np.ones(1),
            truth=about[:, None],
            costs=np.full((len(chosen), 1), STRENGTH),
        ),
    )
    return columns.weights_of(*sparse, shown, found.shares[:, 0]), float(found.weights[0, 0])


def hide(terms: Sequence[str], seeds: Sequence[Collection[str]]) -> list[npt.NDArray[np.intp]]:
    """Give for each label the columns of all terms that have a word of its seeds in them."""
    of: dict[str, set[int]] = defaultdict(set)
    for column, term in enumerate(terms):
        for word in term.split():
            of[word].add(column)
    none: set[int] = set()
    return [np.array(sorted(set().union(*(of.get(word, none) for word in words))), dtype=np.intp) for words in seeds]
