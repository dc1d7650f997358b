"""The questions whose answers would teach the most: stored articles and labels, in the order to ask a person.

What one answer is worth, :mod:`training.worth` says. What is alike, and labels that were asked about before, give way
to others: Carbonell, Goldstein: The use of MMR, diversity-based reranking for reordering documents, 1998.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from math import exp
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training import parallel, text
from training.article import Article
from training.kernels.hashing import Hashes
from training.kernels.judging import Judged, judge
from training.model import Model
from training.progress import Progress, unseen
from training.store import Stored
from training.worth import Candidate, Opinion, entropy

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.integer[Any]]

MOST = 20
FLOOR = 0.05  # a label of which neither the model nor one of the committee thinks so much is not asked about
REMEMBERED = 200  # articles judged, the newest, that the queue keeps away from
_FREQUENT = 2.0  # times as often as before: less is chance
_TIRING = 1 / 3  # a label that was asked about n times is worth (1 + n) to the minus this of what it was
_LEAST = 0.01  # of its worth that is left to another label of an article that is asked about
_TOGETHER = 50  # articles looked at together


def queue(
    model: Model,
    pool: Iterable[Stored],
    most: int = MOST,
    *,
    who: str | None = None,
    labels: Collection[str] | None = None,
    progress: Progress = unseen,
) -> list[Candidate]:
    """Give what to ask a person, what would teach the most first.

    Asked about are labels that an article names, or that its words speak for, of which the model thinks FLOOR or more,
    and which nobody has judged; and those on which others are divided or unsure. Near-duplicates are left out. The same
    pool gives the same queue.

    Args:
        model: it is asked what it thinks.
        pool: the articles, the newest first.
        most: how many at most.
        who: the person, who is asked nothing twice.
        labels: only about these.
        progress: wraps the articles, with the step's name.
    """
    originals = [one for one in pool if one.copy_of is None]
    looks = _looked(model, originals, progress)
    words = _Words.of(looks, int(model.about["articles"]["all"]))
    ids = model.classifier.labels
    asked = [
        (number, opinion)
        for number, (one, look) in enumerate(zip(originals, looks, strict=True))
        for opinion in look.opinions
        if (labels is None or ids[opinion.label] in labels) and _is_open(one, ids[opinion.label], opinion, who)
    ]
    candidates = [
        _candidate(originals[number], ids[opinion.label], opinion, float(words.novelty[number]))
        for number, opinion in asked
    ]
    open_again = {number for number, opinion in asked if ids[opinion.label] in originals[number].spoken}
    spoken = [number for number, one in enumerate(originals) if one.spoken and number not in open_again][:REMEMBERED]
    chosen = _varied(
        np.array([candidate.worth for candidate in candidates]),
        np.array([number for number, _ in asked], np.intp),
        np.array([opinion.label for _, opinion in asked], np.intp),
        words,
        spoken,
        most,
    )
    return [candidates[number] for number in chosen]


def look_at(model: Model, stored: Stored, label: str) -> Candidate | None:
    """Give the candidate of one article and label, whatever the model thinks of it; None for a label it has not."""
    if label not in model.classifier.labels:
        return None
    opinion = _opinion(_judged(model, stored.article), model.classifier.labels.index(label), model)
    return _candidate(stored, label, opinion, 0.0)


class _Look(NamedTuple):
    """What is seen of an article: its different terms, their idf (nan for those the model has not), and opinions."""

    terms: Hashes
    idf: Floats
    opinions: list[Opinion]


def _looked(model: Model, pool: Sequence[Stored], progress: Progress) -> list[_Look]:
    """Look at articles, some at a time, on all cores: the loops run without the GIL."""
    pieces = [pool[start : start + _TOGETHER] for start in range(0, len(pool), _TOGETHER)]
    _look(model, Article(""))  # makes what is made on first use, before threads ask for it
    with ThreadPoolExecutor(parallel.cores()) as threads:
        found = threads.map(lambda some: [_look(model, one.article) for one in some], pieces)
        return list(chain.from_iterable(progress(found, "looking")))


def _judged(model: Model, article: Article) -> Judged:
    return judge(text.read(article).searched, model.tables)


def _look(model: Model, article: Article) -> _Look:
    judged = _judged(model, article)
    terms, first = np.unique(judged.terms, return_index=True)
    columns = judged.scored.words.singles[first]
    idf = np.where(columns >= 0, model.classifier.vocabulary.idf[columns], np.nan)
    scored = judged.scored.probabilities >= FLOOR
    scored[judged.columns] = True
    opinions = [_opinion(judged, label, model) for label in np.flatnonzero(scored).tolist()]
    return _Look(terms, idf, opinions)


def _opinion(judged: Judged, label: int, model: Model) -> Opinion:
    """Give what is thought of a label. The words' vote is what the model would say if the place were undecided."""
    scored, learned = judged.scored, model.classifier.learned
    row, logit, named = learned.rows[label], float(scored.logits[label]), bool((judged.columns == label).any())
    by_place = _chance(float(scored.focus[label])) if named else None
    if row < 0:
        return Opinion(label, _chance(logit), None, by_place)
    place = float(learned.gains[row] * scored.focus[label]) if named else 0.0
    return Opinion(label, _chance(logit), _chance(logit - place), by_place)


def _chance(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _is_open(stored: Stored, label: str, opinion: Opinion, who: str | None) -> bool:
    """Whether this is to be asked: nobody has settled it, the person has not spoken, and there is something to ask."""
    if said := stored.spoken.get(label):
        return (said.disputed or said.value == "unsure") and who not in said.by
    article = stored.article
    if article.labels is not None and label not in article.untold([label]) - article.unsure:
        return False
    return max(opinion.probability, opinion.by_words or 0.0, opinion.by_place or 0.0) >= FLOOR


def _candidate(stored: Stored, label: str, opinion: Opinion, novelty: float) -> Candidate:
    said = stored.spoken.get(label)
    said = said if said and said.disputed else None
    disagreement = 1.0 if said else opinion.disagreement
    return Candidate(stored, label, opinion, entropy(opinion.probability), disagreement, novelty, said)


@dataclass(frozen=True, slots=True)
class _Words:
    """The different words of all articles, one after the other.

    Attributes:
        rows: of which article each is.
        numbers: which word it is.
        weights: what it weighs, of length 1 for each article together.
        novelty: (articles,) the share of their weight that is new.
    """

    rows: Ints
    numbers: Ints
    weights: Floats
    novelty: Floats

    @classmethod
    def of(cls, looks: Sequence[_Look], learned_from: int) -> _Words:
        """Put words together; ``learned_from`` is the number of articles of which the model's idf was made."""
        rows = np.repeat(np.arange(len(looks)), [len(look.terms) for look in looks])
        hashes = np.concatenate([np.empty(0, np.uint64), *(look.terms for look in looks)])
        idf = np.concatenate([np.empty(0), *(look.idf for look in looks)])
        idf = np.where(np.isnan(idf), np.log(1 + learned_from) + 1, idf)
        _, numbers, times = np.unique(hashes, return_inverse=True, return_counts=True)
        others = (times[numbers] - 1) / max(1, len(looks) - 1)
        before = np.exp(1 - idf)  # the share of the model's articles that had it
        new = 1 - np.minimum(1, _FREQUENT * before / np.maximum(others, 1e-12))
        shares = np.bincount(rows, new * idf, len(looks)) / np.maximum(np.bincount(rows, idf, len(looks)), 1e-12)
        lengths = np.sqrt(np.bincount(rows, idf**2, len(looks)))
        return cls(rows, numbers, idf / lengths[rows], shares)

    def alike(self, article: int) -> Floats:
        """Give how much all articles are like one, (articles,), by the cosine of their words."""
        mine = slice(*np.searchsorted(self.rows, [article, article + 1]))
        weights = np.zeros(int(self.numbers.max(initial=0)) + 1)
        weights[self.numbers[mine]] = self.weights[mine]
        return np.bincount(self.rows, self.weights * weights[self.numbers], len(self.novelty)).astype(np.float64)


def _varied(worths: Floats, articles: Ints, labels: Ints, words: _Words, spoken: list[int], most: int) -> list[int]:
    """Choose one after the other what is worth most and like nothing chosen before; give the numbers chosen.

    Args:
        worths, articles, labels: of each candidate.
        words: of the articles.
        spoken: articles that were asked about before.
        most: how many to choose.
    """
    alike = np.max([np.zeros(len(words.novelty)), *map(words.alike, spoken)], axis=0)
    left, asked = worths.copy(), np.zeros(int(labels.max(initial=0)) + 1)
    chosen: list[int] = []
    while len(chosen) < min(most, len(worths)):
        values = left * np.maximum(1 - alike[articles], _LEAST) / (1 + asked[labels]) ** _TIRING
        best = int(np.argmax(values))
        chosen.append(best)
        left[best] = -1.0
        asked[labels[best]] += 1
        alike = np.maximum(alike, words.alike(int(articles[best])))
    return chosen
