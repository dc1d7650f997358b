"""Themes found in a corpus by latent Dirichlet allocation (LDA), and how much of each an article has.

Blei, Ng, Jordan: Latent Dirichlet allocation. Journal of Machine Learning Research 3 (2003).

Inference is gensim's variational updates from a fixed start: the same article gets the same topics each time, alone or
among others, where gensim's starts at random. How topics are found is in :mod:`training.discovery`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from training import chronicle
from training.chronicle import Chronicle
from training.kernels import bags as kernel
from training.kernels import lda
from training.kernels.hashing import Hashes, Numbers
from training.tfidf import Vocabulary

Floats = npt.NDArray[np.floating[Any]]
Singles = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

ITERATIONS = 50
TOLERANCE = 1e-3
RELEVANCE = 0.8  # of a word for a topic: weight of how probable it is there, against how much more than elsewhere
MOSTLY = 0.5  # of a word's probability that a phrase has, from which the phrase stands for the word
SPARE = 30  # words looked at beyond those asked for, as some are part of a phrase
SHOWN = ("id", "name", "share", "quality", "trend", "junk")
"""What is told of each topic wherever topics are listed."""


@dataclass(frozen=True)
class Topics:
    """Fitted topics; everything inference needs, and what is known of each.

    Attributes:
        about: of each topic plain data: ``id``, ``name``, and as far as they are known ``renamed`` (by a person),
            ``theme`` (that it started from), ``since`` (the version that found it), ``share`` (of all articles),
            ``articles`` (that are mostly about it), ``quality`` (``npmi`` and ``distinct``, of its first words),
            ``junk`` (why nobody should look at it, None for a good one), ``trend``, ``labels`` and ``typical``.
        vocabulary: the words and phrases that make topics.
        counts: (words, topics) float32, how much of each word each topic has, its prior with it.
        word_weights: (words, topics) float32, exponentiated expected log probability of each word in each topic.
        alpha: (topics,) prior weight of each topic.
        chronicle: what the articles that they were fitted on had of them.
        retired: ids of topics that there were, never used again.
    """

    about: list[dict[str, Any]]
    vocabulary: Vocabulary
    counts: Singles
    word_weights: Singles
    alpha: Doubles
    chronicle: Chronicle = field(default_factory=lambda: chronicle.empty(0))
    retired: list[str] = field(default_factory=list)

    @cached_property
    def ids(self) -> list[str]:
        """The id of each topic."""
        return [topic["id"] for topic in self.about]

    @cached_property
    def names(self) -> list[str]:
        """The name of each topic."""
        return [topic["name"] for topic in self.about]

    @cached_property
    def junk(self) -> list[bool]:
        """Whether each topic is one that nobody should look at."""
        return [bool(topic.get("junk")) for topic in self.about]

    @cached_property
    def gains(self) -> Singles:
        """What each word weighs where it stands once in an article, (words,)."""
        return np.sqrt(self.vocabulary.idf)

    @cached_property
    def word_probabilities(self) -> Singles:
        """(topics, words); each row sums to 1."""
        return np.ascontiguousarray((self.counts / self.counts.sum(axis=0, dtype=float)).T, np.float32)

    @cached_property
    def _relevance(self) -> Doubles:
        """How well each word tells what a topic is about, (topics, words).

        Sievert, Shirley: LDAvis: A method for visualizing and interpreting topics. ACL workshop on interactive language
        learning, visualization, and interfaces, 2014.
        """
        probable = np.log(np.maximum(self.word_probabilities, 1e-30), dtype=float)
        total = self.counts.sum(axis=1, dtype=float)
        relevance: Doubles = probable - (1 - RELEVANCE) * np.log(total / total.sum())
        return relevance

    def __len__(self) -> int:
        return len(self.about)

    def bag(self, words: Hashes) -> tuple[Numbers, Singles]:
        """Give the columns of an article's known words and phrases, ascending, and what each weighs in it.

        gensim's model takes them as ``[*zip(columns.tolist(), weights.tolist())]``.

        Args:
            words: hashes of the article's words; unknown ones count for nothing.
        """
        columns, times = self.times(words)
        kernel.weigh_all(columns, times, self.gains)
        return columns, times

    def times(self, words: Hashes) -> tuple[Numbers, Singles]:
        """Give the columns of an article's known words and phrases, ascending, and how often each stands in it."""
        return kernel.bag(words, self.vocabulary.keys, self.vocabulary.values)

    def infer(self, words: Hashes) -> Doubles | None:
        """Give the share of each topic in an article, of shape (topics,), sum 1; None where no word is known."""
        columns, weights = self.bag(words)
        return self.shares(columns, weights) if len(columns) else None

    def shares(self, columns: Numbers, weights: Singles) -> Doubles:
        """Give the share of each topic in an article, of shape (topics,), sum 1, from its :meth:`bag`."""
        return lda.infer(columns, weights, self.word_weights, self.alpha, ITERATIONS, TOLERANCE)

    def top_words(self, topic: int, most: int = 10) -> list[tuple[str, float]]:
        """Give the words and phrases that tell most about a topic with their probabilities, best first.

        A phrase stands for those of its words that hardly come without it: "north korea", and not "north".
        """
        columns = self.by_relevance(topic)[: 3 * most + SPARE].tolist()
        likely = {self.vocabulary.terms[at]: float(self.word_probabilities[topic, at]) for at in columns}
        place = {term: rank for rank, term in enumerate(likely)}
        for phrase in [term for term in likely if " " in term]:
            said = [word for word in phrase.split() if place.get(word) is not None]
            mostly = [word for word in said if likely[phrase] >= MOSTLY * likely[word]]
            if said and not mostly:
                del place[phrase]  # its words say more
            for word in mostly:
                place[phrase] = min(place[phrase], place.pop(word))
        return [(term, likely[term]) for term in sorted(place, key=lambda term: place[term])[:most]]

    def by_relevance(self, topic: int) -> Numbers:
        """Give the columns of all words and phrases, those that tell most about a topic first."""
        return np.argsort(-self._relevance[topic], kind="stable").astype(np.int32)

    def number(self, id: str) -> int | None:
        """Give which topic has an id, None where none has."""
        return self.ids.index(id) if id in self.ids else None

    def renamed(self, names: Mapping[str, str]) -> Topics:
        """Give the same topics with the names that people gave some of them, by id."""
        about = [
            {**one, "name": names[one["id"]], "renamed": True} if one["id"] in names else one for one in self.about
        ]
        return replace(self, about=about)

    def shown(self, junk: bool = False) -> list[int]:
        """Give the numbers of the topics to show, the largest first; junk only when it is asked for."""
        numbers = [number for number in range(len(self)) if junk or not self.junk[number]]
        return sorted(numbers, key=lambda number: (-self.about[number].get("share", 0.0), self.ids[number]))

    def as_rows(self, most: int = 10, *, junk: bool = False) -> list[dict[str, Any]]:
        """Give topics with their first words, ready for JSON, the largest first; junk only when it is asked for."""
        return [self.as_row(topic, most) for topic in self.shown(junk)]

    def as_row(self, topic: int, most: int = 10, *, whole: bool = False) -> dict[str, Any]:
        """Give one topic with its first words, ready for JSON; ``whole`` also tells all else that is known of it."""
        about = self.about[topic]
        told = about if whole else {key: about[key] for key in SHOWN if key in about}
        words = [{"word": word, "probability": round(p, 5)} for word, p in self.top_words(topic, most)]
        return {**told, "words": words}

    def volume(self, topic: int) -> list[dict[str, Any]]:
        """Give how much of a topic there was on each day: ``date``, ``articles`` (of all topics) and ``volume``."""
        told = self.chronicle
        return [
            {"date": day.isoformat(), "articles": articles, "volume": round(volume, 3)}
            for day, articles, volume in zip(
                told.dates, told.articles.tolist(), told.volume[:, topic].tolist(), strict=True
            )
            if volume >= 0.0005
        ]
