"""How good topics are: coherence, diversity, perplexity on articles held out, and which are junk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
import numpy.typing as npt

from training.kernels.hashing import table
from training.kernels.windows import together
from training.spool import Ragged
from training.tfidf import hash_of
from training.topics import Doubles, Topics

FIRST = 10  # words of a topic that are looked at
WINDOW = 10  # words that stand near each other
TEXTS = 10_000  # looked at for coherence, evenly spread
_EPSILON = 1e-12  # lest the logarithm of no windows be taken; gensim's

INCOHERENT = 0.03  # NPMI below which the words of a topic do not belong together
INDISTINCT = 0.3  # part of its first words that is the topic's own, below which it is another once more
MAIN = 0.3  # share of a topic from which an article is mostly about it
FEWEST = 5  # articles that are mostly about it, below which a topic is about nothing


@dataclass(frozen=True, slots=True)
class Quality:
    """How good topics are.

    Attributes:
        npmi: (topics,) coherence of each one's FIRST words, from -1 to 1.
        distinct: (topics,) the part of these words that is among no other topic's.
        diversity: the share of different words among all of them.
        perplexity: on articles held out; None where there were none.
    """

    npmi: Doubles
    distinct: Doubles
    diversity: float
    perplexity: float | None


def measured(topics: Topics, texts: Ragged, held: Ragged) -> Quality:
    """Measure topics by the texts they were found in, and by others that were held out.

    Args:
        topics: to measure.
        texts: hashes of words, as :func:`training.discovery.bags.bags_of` takes them; some TEXTS of them count.
        held: likewise.
    """
    words = [first_words(topics, topic) for topic in range(len(topics))]
    often: dict[str, int] = {}
    for one in (word for its in words for word in its):
        often[one] = often.get(one, 0) + 1
    distinct = np.array([np.mean([often[word] == 1 for word in its]) if its else 0.0 for its in words])
    diversity = len(often) / max(1, sum(often.values()))
    return Quality(
        coherence(words, texts[:: max(1, len(texts) // TEXTS)]), distinct, diversity, perplexity(topics, held)
    )


def first_words(topics: Topics, topic: int) -> list[str]:
    """Give the FIRST single words that tell most about a topic."""
    found = (topics.vocabulary.terms[column] for column in topics.by_relevance(topic))
    return list(islice((word for word in found if " " not in word), FIRST))


def coherence(words: Sequence[Sequence[str]], texts: Ragged) -> Doubles:
    """Give the coherence of each list of words, (lists,): gensim's ``c_npmi`` with windows of WINDOW words.

    Windows are counted as these authors mean it. gensim's own counter forgets a word that stands twice in a window as
    soon as the first of the two leaves it, so that its figures are a little lower; they are equal where none does.

    Bouma: Normalized (pointwise) mutual information in collocation extraction. GSCL 2009. Roeder, Both, Hinneburg:
    Exploring the space of topic coherence measures. WSDM 2015.
    """
    different = sorted({word for its in words for word in its})
    number = {word: place for place, word in enumerate(different)}
    counts = np.zeros((len(different), len(different)))
    known = table(np.array([hash_of(word) for word in different], np.uint64))
    windows = together(texts.starts, texts.values, np.asarray(texts.rows, np.int32), *known, WINDOW, counts)
    chance = counts / max(1, windows)
    alone = np.diag(chance)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log((chance + _EPSILON) / np.outer(alone, alone)) / -np.log(chance + _EPSILON)
    npmi = np.where(np.isfinite(npmi), npmi, 0.0)
    pairs = ([npmi[number[a], number[b]] for a, b in combinations(its, 2)] for its in words)
    return np.array([np.mean(its) if its else 0.0 for its in pairs])


def perplexity(topics: Topics, held: Ragged) -> float | None:
    """Give the perplexity of words of articles that were held out: e to what each costs, in nats.

    An article's topics are inferred from its first half and asked about its second: Wallach, Murray, Salakhutdinov,
    Mimno: Evaluation methods for topic models. ICML 2009. What topics say of words is turned back from weights to how
    often they stand, so that models that weigh words in another way can be compared.
    """
    total: npt.NDArray[np.float64] = (topics.counts / topics.gains[:, None]).sum(axis=0, dtype=float)
    cost = count = 0.0
    for words in held:
        known, weights = topics.bag(words[: len(words) // 2])
        asked, times = topics.times(words[len(words) // 2 :])
        if len(known) and len(asked):
            theta = topics.shares(known, weights) / total
            chances = (topics.counts[asked] / topics.gains[asked, None]) @ theta
            cost -= float(times @ np.log(chances))
            count += float(times.sum())
    return float(np.exp(cost / count)) if count else None


def junk(quality: Quality, topic: int, articles: int, pinned: bool) -> str | None:
    """Say why nobody should look at a topic, None for a good one.

    Args:
        quality: of all topics.
        topic: which.
        articles: how many are mostly about it.
        pinned: whether a person asked for it; then only that hardly an article is about it counts.
    """
    if articles < FEWEST:
        return "hardly an article is mostly about it"
    if pinned:
        return None
    if quality.npmi[topic] < INCOHERENT:
        return "its words seldom stand together"
    if quality.distinct[topic] < INDISTINCT:
        return "its words are those of other topics"
    return None
