"""Training classifiers on articles, against TfidfVectorizer and OneVsRestClassifier: python -m bench.training FILE.

Both learn the same labels from the same articles and answer the same held-out ones, so that speed is not bought with
quality. Our loops are also given the very problems of the peer, on its TF-IDF values. Where the file has no labels, an
article's are the countries with a fifth of its mentions: words hardly tell that and mentions do, so then only the
like-for-like rows say something about quality.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from bench.report import Section
from bench.setting import Setting
from training import corpus, seeds
from training.classifier import Example
from training.corpus import Corpus
from training.examples import Examples
from training.fitting import fit, threads
from training.fitting.calibration import Bools, Floats
from training.fitting.folds import folds
from training.fitting.gathering import gathered
from training.fitting.vocabulary import values, vocabulary_of
from training.focus import FEATURES
from training.kernels import columns, logistic
from training.mentions import Finder
from training.progress import unseen
from training.readers import Skips
from training.settings import Settings, default_seeds
from training.spelling import Spelling
from training.tfidf import Vocabulary

SHARE = 0.2  # of an article's mentions, from which it is about a country where nobody has judged it
FEWEST = 10  # articles about a label that is learned
TOGETHER = 32  # labels solved side by side
TOLERANCE = 1e-3  # of the gradient: the loss comes out below that of scikit-learn at its default
HELD = 0  # the fold that is held out
ARTICLES = 8_000  # in a run of all measurements, which has to end; the peer takes minutes for more
HEADS = ("what", "seconds", "times as fast", "micro F1")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds that one way took, how many times less that is than the peer's, and micro F1 on held-out articles."""

    way: str
    seconds: float
    ratio: float | None
    micro: float | None


def measure(setting: Setting) -> Section:
    """Measure for the page."""
    rows = list(compare(*prepared(setting.file, default_seeds(), ARTICLES)))
    return Section("training", HEADS, [cells(row) for row in rows], [f"The first {ARTICLES:,} articles at most."])


def prepared(file: Path, folder: Path, articles: int | None) -> tuple[Corpus, seeds.Seeds]:
    """Read the first articles of a file with the seeds of a folder; have loops compiled and the peer's processes up."""
    known = seeds.load(folder)
    read = corpus.read(Settings(folder, (file,)), known, Finder.of(known), unseen, Skips())
    few = vectorizer_for(100).fit_transform(texts(read.examples[:100]))
    some = np.arange(100)[:, None] % 5 == np.arange(5)
    one_vs_rest(few, some)
    OneVsRestClassifier(LogisticRegression(), n_jobs=2).fit(few, some)
    its = [number for number, one in enumerate(read.examples) if one.corpus == str(file)][:articles]
    return replace(read, examples=read.examples.those(its) if its else read.examples), known


def compare(read: Corpus, known: seeds.Seeds) -> Iterator[Row]:
    """Train on all folds but one with each way, and answer that one."""
    labels = {id: label.words for id, label in known.labels.items()}
    examples = judged(read.examples)
    held = folds(examples) == HELD
    taught, asked = examples.those(~held), examples.those(held)
    ids = [id for id in sorted(labels) if FEWEST <= sum(id in (one.labels or ()) for one in taught) < len(taught)]
    truth, expected = _truth(taught, ids), _truth(asked, ids)
    vectorizer = vectorizer_for(len(taught))
    words, reading = timed(lambda: vectorizer.fit_transform(texts(taught)))
    others = vectorizer.transform(texts(asked))
    yield Row(f"TfidfVectorizer, {len(taught):,} articles", reading, None, None)
    theirs, fitting = timed(lambda: OneVsRestClassifier(LogisticRegression(), n_jobs=2).fit(words, truth))
    yield Row(f"OneVsRestClassifier, {len(ids)} labels", fitting, 1.0, micro(theirs.predict(others), expected))
    weights, same = timed(lambda: one_vs_rest(words, truth))
    yield Row(
        f"the same by our loops, loss {_loss(words, truth, weights) / _loss(words, truth, _weights(theirs)):.5f} times",
        same,
        fitting / same,
        micro(others @ weights[:, :-1].T + weights[:, -1] > 0, expected),
    )
    yield Row("TfidfVectorizer and OneVsRestClassifier", reading + fitting, 1.0, None)
    yield _like_for_like(taught, asked, read.spelling, truth, expected, reading + fitting)
    classifier, whole = timed(lambda: fit(taught, labels, read.spelling).classifier)
    said = [classifier.predict(one).probabilities >= classifier.thresholds for one in asked]
    found = np.array(said)[:, [classifier.labels.index(id) for id in ids]]
    yield Row("ours: words, focus, folds, thresholds", whole, (reading + fitting) / whole, micro(found, expected))


def _like_for_like(
    taught: Examples, asked: Examples, spelling: Spelling, truth: Bools, expected: Bools, theirs: float
) -> Row:
    """Do all that the peer does, TF-IDF and a logistic regression a label, by our loops."""

    def learned() -> tuple[Vocabulary, Floats]:
        vocabulary = vocabulary_of(taught, spelling)
        return vocabulary, one_vs_rest(values(vocabulary, taught), truth)

    (vocabulary, weights), took = timed(learned)
    said = values(vocabulary, asked) @ weights[:, :-1].T + weights[:, -1] > 0
    return Row("both by our loops", took, theirs / took, micro(said, expected))


def vectorizer_for(articles: int) -> TfidfVectorizer:
    """Give the peer's vectoriser, which counts the terms that ours counts."""
    return TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=max(2, articles // 4000),
        max_features=150_000,
        lowercase=False,
        token_pattern=r"\S+",
    )


def texts(examples: Sequence[Example]) -> list[str]:
    """Give the terms of examples as texts."""
    return [" ".join(map(str, one.terms.tolist())) for one in examples]


def one_vs_rest(words: Any, truth: Bools) -> Floats:
    """Fit one logistic regression a label on all articles, the intercept free: (labels, terms + 1), intercepts last."""
    rows, everything = np.arange(words.shape[0]), np.ones(words.shape[1], dtype=bool)
    sparse, taken = (words.indptr, words.indices, words.data, rows), gathered(words, rows)

    def solved(first: int) -> Floats:
        about = truth[:, first : first + TOGETHER]
        dense, costs = np.ones((1, *about.shape)), np.ones(about.shape)
        found = logistic.solve(taken, logistic.Problems(dense, np.zeros(1), about, costs), TOLERANCE)
        shares = [np.ascontiguousarray(part) for part in found.shares.T]
        weights = np.array([columns.weights_of(*sparse, everything, part) for part in shares])
        return np.hstack([weights, found.weights.T])

    return np.concatenate(threads.each(solved, range(0, truth.shape[1], TOGETHER)))


def judged(examples: Examples) -> Examples:
    """Give the judged examples; where there are none, all of them, judged by their mentions."""
    if examples.judged.any():
        return examples.those(examples.judged)
    return Examples.packed([replace(one, labels=frozenset(_named_often(one))) for one in examples], examples.of)


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Give a result and the seconds it took."""
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def micro(said: Any, truth: Bools) -> float:
    """Give micro F1."""
    said = np.asarray(said, dtype=bool)
    return float(2 * (said & truth).sum() / max(1, said.sum() + truth.sum()))


def cells(row: Row) -> list[str]:
    """Give one line of the table.

    >>> cells(Row("ours", 2.0, 8.0, 0.9))
    ['ours', '2.0', '8.0', '0.900']
    """
    found = ("" if value is None else form % value for value, form in ((row.ratio, "%.1f"), (row.micro, "%.3f")))
    return [row.way, f"{row.seconds:.1f}", *found]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.training", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="articles, labelled or not")
    parser.add_argument("--articles", metavar="N", type=int, help="the first N of them; all by default")
    parser.add_argument("--seeds", metavar="DIR", type=Path, default=default_seeds())
    told = parser.parse_args(arguments)
    rows = compare(*prepared(told.file, told.seeds, told.articles))
    print(Section("training", HEADS, [cells(row) for row in rows]).markdown())


def _named_often(one: Example) -> Iterator[str]:
    share = one.focus[:, FEATURES.index("share")]
    return (id for id, part in zip(one.named, share.tolist(), strict=True) if part >= SHARE)


def _truth(examples: Sequence[Example], ids: Sequence[str]) -> Bools:
    return np.array([[id in (one.labels or ()) for id in ids] for one in examples])


def _weights(classifier: OneVsRestClassifier) -> Floats:
    return np.array([np.append(one.coef_[0], one.intercept_[0]) for one in classifier.estimators_])


def _loss(words: Any, truth: Bools, weights: Floats) -> float:
    margins = np.where(truth, -1, 1) * (words @ weights[:, :-1].T + weights[:, -1])
    return float(np.logaddexp(0, margins).sum() + (weights[:, :-1] ** 2).sum() / 2)


if __name__ == "__main__":
    main()
