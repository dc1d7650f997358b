"""What one would use instead: rules on mentions, words around seeds, words of labelled articles.

All get what Foreign Desk has made of the articles: cleaned words, mentions, TF-IDF values. So what is compared is the
decision alone, and the peers do better than they would on raw text.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.svm import LinearSVC

from bench.task import Said, Task
from training import parallel
from training.classifier import UNNAMED
from training.fitting.calibration import Bools, Floats
from training.fitting.parts import fit_focus
from training.fitting.table import Table
from training.focus import FEATURES

MANY = 2000  # judged articles from which processes are worth starting
SHARE = 0.2  # of all mentions
STEADY = 1.0  # times that every word is counted with every label beforehand
FOUND_IN = 2  # articles that a word must stand in


def most_named(task: Task) -> Said:
    """Assign the country named most often, all of them if several are.

    D'Ignazio, Bhargava, Zuckerman, Beck: CLIFF-CLAVIN, determining geographic focus for news articles, 2014.
    """
    return Said(_where(task.table, _feature(task.table, "is top") > 0))


def fifth_of_mentions(task: Task) -> Said:
    """Assign every country with a fifth of all mentions."""
    return Said(_where(task.table, _feature(task.table, "share") >= SHARE))


def any_mention(task: Task) -> Said:
    """Assign every country that is named."""
    return Said(_where(task.table, np.ones(len(task.table.rows), dtype=bool)))


def word_association(task: Task) -> Said:
    """Assign the one country whose articles use the article's words most, as against all others' articles.

    Watanabe: Newsmap, a semi-supervised approach to geographical news classification, 2018. A country's articles are
    those that name it, so it needs no labels and learns from unjudged articles too, and from those it is asked about.
    """
    everything = [*task.examples, *task.unjudged]
    vectorizer = CountVectorizer(analyzer=list, min_df=FOUND_IN)
    counts = vectorizer.fit_transform([one.terms.tolist() for one in everything])
    ids = task.labels
    columns = {id: column for column, id in enumerate(ids)}
    names = np.zeros((len(everything), len(ids)))
    for row, one in enumerate(everything):
        names[row, [columns[id] for id in one.named]] = 1.0
    within = (counts.T @ names).T + STEADY  # (labels, terms)
    without = np.asarray(counts.sum(axis=0)) + 2 * STEADY - within
    scores = np.log(within / within.sum(axis=1, keepdims=True)) - np.log(without / without.sum(axis=1, keepdims=True))
    scores[names.sum(axis=0) == 0] = -np.inf
    said = np.stack([_likeliest(counts[row], scores) for row in range(len(task.examples))])
    return Said(said)


def words_alone(task: Task) -> Said:
    """Assign by a linear support vector machine a label, over TF-IDF values of words and pairs of words."""
    return _machines(task, with_focus=False)


def words_and_focus(task: Task) -> Said:
    """Assign by the same machines, which see one more column: the label's focus score."""
    return _machines(task, with_focus=True)


def _feature(table: Table, name: str) -> Floats:
    return table.features[:, FEATURES.index(name)]


def _where(table: Table, pairs: Bools) -> Bools:
    """Spread answers to (pairs,) over (articles, labels)."""
    assigned = np.zeros(table.truth.shape, dtype=bool)
    assigned[table.rows[pairs], table.columns[pairs]] = True
    return assigned


def _likeliest(counts: Any, scores: Floats) -> Bools:
    """Give the label of the best score of one article's words, of shape (labels,); none where no word speaks for it."""
    of = (scores[:, counts.indices] @ counts.data) if counts.nnz else np.zeros(len(scores))
    return np.asarray((np.arange(len(scores)) == of.argmax()) & (of.max() > 0))


def _machines(task: Task, *, with_focus: bool) -> Said:
    assigned = np.zeros(task.table.truth.shape, dtype=bool)
    done = parallel.each(_answered, task.splits, task.table, with_focus, when=len(task.examples) >= MANY)
    for (_, held), answers in zip(task.splits, done, strict=True):
        assigned[held] = answers
    return Said(assigned)


def _answered(split: tuple[Bools, Bools], table: Table, with_focus: bool) -> Bools:
    from scipy import sparse

    rest, held = split
    if not held.any():
        return np.zeros((0, table.truth.shape[1]), dtype=bool)
    focus = table.focus(fit_focus(table, rest)) if with_focus else None
    answers = np.zeros((held.sum(), table.truth.shape[1]), dtype=bool)
    for label in np.flatnonzero((table.truth & table.known)[rest].any(axis=0)):
        use = rest & table.known[:, label]
        if table.truth[use, label].all():
            continue
        values = table.words
        if focus is not None:
            column = np.nan_to_num(focus[:, label], nan=UNNAMED) / 4  # larger ones keep it from converging
            values = sparse.hstack([values, column[:, None]], format="csr")
        machine = LinearSVC(random_state=0).fit(values[use], table.truth[use, label])
        answers[:, label] = machine.predict(values[held])
    return answers
