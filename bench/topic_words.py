"""Words that topics are found in, the same for every way, and how good the topics are that a way found in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel

from training import text
from training.article import Article
from training.discovery.bags import Bags, bags_of
from training.discovery.phrases import MOST
from training.discovery.quality import FIRST, first_words, perplexity
from training.kernels.hashing import BREAK, Hashes, Numbers
from training.seeds import Seeds
from training.spelling import Spelling
from training.spool import Ragged
from training.topics import Singles, Topics

Lists = list[list[str]]
"""The words of each article, or the first words of each topic."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of articles as a training run has them.

    Attributes:
        whole: hashes of words, with a BREAK where stop words and short ones stand between them.
        content: the words without those that make no topics, which is what coherence is measured in.
        spelling: of all words.
        left_out: words that make no topics.
    """

    whole: Ragged
    content: Lists
    spelling: Spelling
    left_out: Collection[str]

    @classmethod
    def of(cls, articles: Iterable[Article], known: Seeds) -> Words:
        """Read articles."""
        left_out = known.topicless
        whole = words_of(articles, known.stop_words)
        content = [[word for word in words if word and word not in left_out] for words in whole]
        hashes = {word: text.hashed(word) if word else int(BREAK) for word in set(chain.from_iterable(whole))}
        packed = Ragged.packed([[hashes[word] for word in words] for words in whole], np.uint64)
        return cls(packed, content, Spelling.packed({hash: word for word, hash in hashes.items() if word}), left_out)

    def bags(self, most_phrases: int = MOST) -> Bags:
        """Count them as a training run does; without phrases the words are those that every way is given."""
        return bags_of(self.whole, self.spelling, self.left_out, {}, most_phrases)


@dataclass(frozen=True, slots=True)
class Shown:
    """How good the words are that topics are shown by: coherence (c_npmi) and the share of different ones.

    Coherence is left to gensim, whose window forgets a word that leaves it though the word stands in it once more.
    """

    coherence: float
    diversity: float

    @classmethod
    def of(cls, shown: Lists, texts: Lists) -> Shown:
        """Measure the first words of each topic."""
        different = len(set(chain.from_iterable(shown)))
        model = CoherenceModel(
            topics=shown, texts=texts, dictionary=Dictionary(texts), coherence="c_npmi", topn=FIRST, processes=1
        )
        return cls(float(model.get_coherence()), different / sum(map(len, shown)))

    @property
    def cells(self) -> tuple[str, str]:
        """Give both as they stand in a table."""
        return f"{self.coherence:.3f}", f"{self.diversity:.2f}"


@dataclass(frozen=True, slots=True)
class Judged:
    """How good topics are, by their most probable words, by their most relevant ones, and on articles held out."""

    probable: Shown
    relevant: Shown
    perplexity: float | None

    @classmethod
    def of(cls, topics: Topics, texts: Lists, held: Ragged | None) -> Judged:
        """Judge topics; ``held`` is None for those that say nothing of how probable a word is."""
        relevant = [first_words(topics, topic) for topic in range(len(topics))]
        told = perplexity(topics, held) if held is not None else None
        return cls(Shown.of(probable(topics), texts), Shown.of(relevant, texts), told)


class Plain(Topics):
    """Topics of a way that counts words and weighs none; those of the vocabulary have an idf of 1."""

    def bag(self, words: Hashes) -> tuple[Numbers, Singles]:
        """Give how often each word stands in an article."""
        return self.times(words)


def words_of(articles: Iterable[Article], stop_words: Collection[str]) -> Lists:
    """Give the words of each article, and "" in the place of stop words and of what is short or no word."""
    read = (text.read(article).words for article in articles)
    return [
        [word if len(word) > 2 and word.isalpha() and word not in stop_words else "" for word in words]
        for words in read
    ]


def probable(topics: Topics) -> Lists:
    """Give the single words that are most probable in each topic."""
    terms = list(topics.vocabulary.terms)
    ranked = np.argsort(-topics.word_probabilities, axis=1, kind="stable")
    words = ((terms[column] for column in columns) for columns in ranked)
    return [list(islice((word for word in its if " " not in word), FIRST)) for its in words]
