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
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training import spool
from training.fitting import threads
from training.fitting.gathering import gathered
from training.kernels import columns, logistic
from training.progress import Progress, unseen

Floats = npt.NDArray[np.floating[Any]]

SURE = 2.2  # log-odds of focus (a probability of .9) beyond which an article is, or is not, about a label
FEWEST = 30  # weak examples of a label from which it gets hints
MOST = 2000  # weak examples of either kind; more teach hardly more
STRENGTH = 10.0


class Named(NamedTuple):
    """Which labels articles name, and how central these are.

    Attributes:
        articles: how many there are.
        rows, labels: (pairs,) numbers of an article, and of a label that it names.
        scores: (pairs,) log-odds by focus.
    """

    articles: int
    rows: npt.NDArray[np.integer[Any]]
    labels: npt.NDArray[np.integer[Any]]
    scores: Floats

    def of(self, label: int) -> Floats:
        """Give the log-odds of a label in each article, (articles,); nan where it is not named."""
        pairs = np.flatnonzero(self.labels == label)
        scores = np.full(self.articles, np.nan)
        scores[self.rows[pairs]] = self.scores[pairs]
        return scores


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
        scores = spool.empty((len(self.rows), words.shape[0]))
        for row in self.rows.values():
            scores[row] = words @ self.weights[row] + self.biases[row]
        return {label: scores[row] for label, row in self.rows.items()}


def learn(
    words: Any,
    focus: Named,
    hidden: Sequence[npt.NDArray[np.intp]],
    seed: int,
    progress: Progress = unseen,
) -> Hints:
    """Learn hints from unjudged articles.

    Args:
        words: sparse matrix of TF-IDF values, of shape (articles, terms).
        focus: log-odds by focus of the labels that each article names.
        hidden: for each label the columns of its own seeds' words.
        seed: of the choice among articles where there are more than MOST.
        progress: wraps the labels, with the step's name.
    """
    random = np.random.default_rng(seed)
    chosen = {label: _examples(focus.of(label), random) for label in range(len(hidden))}
    labels = [label for label, (rows, _) in chosen.items() if len(rows)]
    weights, biases = spool.empty((len(labels), words.shape[1])), np.zeros(len(labels))

    def learned(row: int) -> None:
        weights[row], biases[row] = _learned(words, *chosen[labels[row]], hidden[labels[row]])

    size = [len(chosen[label][0]) for label in labels]
    threads.each(learned, range(len(labels)), size.__getitem__, lambda order: progress(order, "hints"))
    return Hints({label: row for row, label in enumerate(labels)}, weights, biases)


def _examples(scores: Floats, random: np.random.Generator) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Give the weak examples of a label by its scores, (articles,), and which are about it; none if there are few."""
    about, aside, unnamed = (np.flatnonzero(which) for which in (scores >= SURE, scores <= -SURE, np.isnan(scores)))
    if len(about) < FEWEST or not len(aside) + len(unnamed):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=bool)
    about, aside = (random.permutation(which)[:MOST] for which in (about, aside))
    unnamed = random.permutation(unnamed)[: max(len(about), len(aside))]
    chosen = np.sort(np.concatenate([about, aside, unnamed]))
    return chosen, scores[chosen] >= SURE


def _learned(
    words: Any, chosen: npt.NDArray[np.intp], about: npt.NDArray[np.bool_], hidden: npt.NDArray[np.intp]
) -> tuple[Floats, float]:
    """Give the weights of words and the bias that tell the chosen articles ``about`` a label from the others."""
    shown = np.ones(words.shape[1], dtype=bool)
    shown[hidden] = False
    found = logistic.solve(
        gathered(words, chosen, shown),
        logistic.Problems(
            dense=np.ones((1, len(chosen), 1)),
            penalties=np.ones(1),
            truth=about[:, None],
            costs=np.full((len(chosen), 1), STRENGTH),
        ),
    )
    sparse = words.indptr, words.indices, words.data, chosen, shown
    return columns.weights_of(*sparse, found.shares[:, 0]), float(found.weights[0, 0])


def hide(terms: Sequence[str], seeds: Sequence[Collection[str]]) -> list[npt.NDArray[np.intp]]:
    """Give for each label the columns of all terms that have a word of its seeds in them."""
    of: dict[str, set[int]] = defaultdict(set)
    for column, term in enumerate(terms):
        for word in term.split():
            of[word].add(column)
    none: set[int] = set()
    return [np.array(sorted(set().union(*(of.get(word, none) for word in words))), dtype=np.intp) for words in seeds]
