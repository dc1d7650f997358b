"""Themes found in a corpus by latent Dirichlet allocation (LDA), and how much of each an article has.

Blei, Ng, Jordan: Latent Dirichlet allocation. Journal of Machine Learning Research 3 (2003).

gensim fits. Inference is our own, the same variational updates from a fixed start: the same article gets the same
topics each time, alone or among others, where gensim's starts at random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.errors import InputError

Floats = npt.NDArray[np.floating[Any]]

ITERATIONS = 50
TOLERANCE = 1e-3
ALPHA, ETA = 0.1, 0.01  # Dirichlet priors of topics in articles and of words in topics
PULL = 0.5  # a theme's words are credited beforehand with half of what an average topic's words amount to
NAMED_BY = 3  # words in a topic's name
FEW = 2000  # articles; fewer can't tell themes from chance, so only the words of given themes are looked at


@dataclass(frozen=True, slots=True)
class Topics:
    """Fitted topics; everything inference needs.

    Attributes:
        ids: one per topic.
        names: one per topic: the theme it started from, else its most probable words.
        vocabulary: words and their columns.
        word_weights: (topics, words) exponentiated expected log probability of each word in each topic.
        word_probabilities: (topics, words); each row sums to 1.
        alpha: (topics,) prior weight of each topic.
    """

    ids: list[str]
    names: list[str]
    vocabulary: Mapping[str, int]
    word_weights: Floats
    word_probabilities: Floats
    alpha: Floats

    def infer(self, words: Sequence[str]) -> Floats:
        """Give the share of each topic in an article, of shape (topics,), sum 1; unknown words count for nothing."""
        counts = Counter(column for word in words if (column := self.vocabulary.get(word)) is not None)
        columns = np.array(sorted(counts), dtype=np.intp)
        times = np.array([counts[column] for column in columns], dtype=float)
        beta = self.word_weights[:, columns]
        gamma = np.ones(len(self.ids))
        for _ in range(ITERATIONS):
            before = gamma
            theta = _exp_expected_log(gamma)
            gamma = self.alpha + theta * (beta @ (times / (theta @ beta + 1e-100)))
            if np.abs(gamma - before).mean() < TOLERANCE:
                break
        share: Floats = gamma / gamma.sum()
        return share

    def top_words(self, topic: int, most: int = 10) -> list[tuple[str, float]]:
        """Give the most probable words of a topic with their probabilities, best first."""
        words = list(self.vocabulary)
        best = np.argsort(-self.word_probabilities[topic], kind="stable")[:most]
        return [(words[column], float(self.word_probabilities[topic, column])) for column in best]

    def as_rows(self, most: int = 10) -> list[dict[str, Any]]:
        """Give all topics with their most probable words, ready for JSON."""
        return [
            {
                "id": id,
                "name": name,
                "words": [{"word": word, "probability": round(p, 5)} for word, p in self.top_words(topic, most)],
            }
            for topic, (id, name) in enumerate(zip(self.ids, self.names, strict=True))
        ]


def fit(
    texts: Sequence[Sequence[str]],
    *,
    topics: int,
    stop_words: Collection[str],
    themes: Mapping[str, Collection[str]],
    passes: int,
    seed: int,
) -> tuple[Topics, Any]:
    """Fit LDA on lists of words.

    Args:
        texts: the words of each article.
        topics: how many to find; the first of them start from ``themes``, the others from nothing.
        stop_words: words left out.
        themes: names of themes and words that belong to them, whose prior weight in the theme's topic is raised.
        passes: times to go over all articles.
        seed: of the random start.

    Returns:
        The topics, and gensim's ``LdaModel`` they were taken from, for notebooks.
    """
    from gensim.models import LdaModel

    dictionary, bags = _bags(texts, stop_words, themes)
    names = list(themes)[:topics]
    prior = np.full((topics, len(dictionary)), ETA)
    for topic, name in enumerate(names):
        known = [dictionary.token2id[word] for word in themes[name] if word in dictionary.token2id]
        prior[topic, known] += PULL * dictionary.num_pos / (topics * max(1, len(known)))
    lda = LdaModel(
        id2word=dictionary,
        num_topics=topics,
        passes=passes,
        alpha=ALPHA,
        eta=prior,
        random_state=seed,
        chunksize=2000,
        eval_every=None,
        dtype=np.float64,
    )
    lda.sync_state()  # else gensim's first round looks at random numbers alone, not at the prior
    lda.update(bags)
    width = len(str(topics))
    fitted = Topics(
        ids=[f"t{number:0{width}}" for number in range(1, topics + 1)],
        names=names,
        vocabulary={dictionary[column]: column for column in range(len(dictionary))},
        word_weights=np.ascontiguousarray(lda.expElogbeta),
        word_probabilities=np.ascontiguousarray(lda.get_topics()),
        alpha=np.asarray(lda.alpha, dtype=float),
    )
    names += [", ".join(word for word, _ in fitted.top_words(t, NAMED_BY)) for t in range(len(names), topics)]
    return fitted, lda


def _bags(
    texts: Sequence[Sequence[str]], stop_words: Collection[str], themes: Mapping[str, Collection[str]]
) -> tuple[Any, list[list[tuple[int, int]]]]:
    """Give gensim's dictionary of the words that count, and the articles as bags of them."""
    from gensim.corpora import Dictionary

    content = [[w for w in text if len(w) > 2 and w.isalpha() and w not in stop_words] for text in texts]
    if themes and len(content) < FEW:
        themed = {word for words in themes.values() for word in words}
        content = [[word for word in text if word in themed] for text in content]
    dictionary = Dictionary(content)
    dictionary.filter_extremes(no_below=max(2, len(content) // 1000), no_above=0.3)
    bags = [bag for bag in map(dictionary.doc2bow, content) if bag]
    if not bags:
        raise InputError("no word stands in enough articles to find topics; add articles with --corpus")
    return dictionary, bags


def _exp_expected_log(gamma: Floats) -> Floats:
    """Give exp(E[log theta]) for theta ~ Dirichlet(gamma)."""
    from scipy.special import psi

    weights: Floats = np.exp(psi(gamma) - psi(gamma.sum()))
    return weights
