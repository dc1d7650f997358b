"""The topics of a model, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from training import text
from training.article import Article
from training.errors import InputError
from training.model import Model
from training.topics import Topics

if TYPE_CHECKING:
    from pandas import DataFrame

NAMED = 5  # words that stand for a topic in a table of topics


def topics_table(model: Model, junk: bool = False) -> DataFrame:
    """Give the topics, by id, the largest first.

    Columns: name, words (the first few), share (of all articles), articles (that are mostly about it), npmi
    (coherence of its first words, from -1 to 1), distinct (the part of these that are no other topic's), trend
    ("emerging", "fading", or missing), junk (why nobody should look at it; missing for a good one).

    Args:
        model: whose topics.
        junk: whether those that nobody should look at are given too.
    """
    from pandas import DataFrame

    topics = model.topics
    rows = []
    for number in topics.shown(junk):
        about = topics.about[number]
        words = ", ".join(word for word, _ in topics.top_words(number, NAMED))
        quality = about.get("quality", {})
        row = {"id": about["id"], "name": about["name"], "words": words}
        row |= {key: about.get(key) for key in ("share", "articles")}
        row |= {key: quality.get(key) for key in ("npmi", "distinct")}
        rows.append(row | {key: about.get(key) for key in ("trend", "junk")})
    columns = ["id", "name", "words", "share", "articles", "npmi", "distinct", "trend", "junk"]
    return DataFrame(rows, columns=columns).set_index("id")


def words_table(model: Model, topic_id: str | None = None, most: int = 10, junk: bool = False) -> DataFrame:
    """Give the words and phrases that tell most about each topic, best first, the largest topic first.

    Columns: topic (its id), name, rank (from 1), word, probability (of the word in the topic).

    Args:
        model: whose topics.
        topic_id: the one topic to look at; all of them when it is not said.
        most: words of each topic, at most.
        junk: see :func:`topics_table`.

    Raises:
        InputError: no topic has that id.
    """
    from pandas import DataFrame

    topics = model.topics
    numbers = topics.shown(junk) if topic_id is None else [number_of(topics, topic_id)]
    rows = [
        (topics.ids[number], topics.names[number], rank, word, probability)
        for number in numbers
        for rank, (word, probability) in enumerate(topics.top_words(number, most), 1)
    ]
    return DataFrame(rows, columns=["topic", "name", "rank", "word", "probability"])


def articles_table(model: Model, topic_id: str) -> DataFrame:
    """Give articles that are most about a topic, the most typical first.

    Columns: id, title (or how it begins), date (as it came in), source, share (of the article that is the topic's).

    Raises:
        InputError: no topic has that id.
    """
    from pandas import DataFrame

    about = model.topics.about[number_of(model.topics, topic_id)]
    return DataFrame(about.get("typical", []), columns=["id", "title", "date", "source", "share"])


def label_topics_table(model: Model, most: int = 15, junk: bool = False) -> DataFrame:
    """Give how much of each topic there is in the articles of each label, for the labels that most articles have.

    Columns: id and label (the label's id and name), articles (of the sample that the model keeps, with the label),
    topic (its id), name, share (of these articles), times (that share by that of all articles in the sample).

    Args:
        model: whose topics.
        most: labels, at most.
        junk: see :func:`topics_table`.
    """
    from pandas import DataFrame

    topics, told, labels = model.topics, model.topics.chronicle, model.seeds.labels
    average = told.shares.mean(axis=0, dtype=float) if len(told.shares) else np.ones(len(topics))
    rows = []
    for row in np.argsort(-told.labelled, kind="stable")[:most].tolist():
        count, id = int(told.labelled[row]), model.classifier.labels[row]
        for number in topics.shown(junk) if count else ():
            share = float(told.label_volume[row, number]) / count
            times = share / max(float(average[number]), 1e-12)
            rows.append((id, labels[id].name, count, topics.ids[number], topics.names[number], share, times))
    return DataFrame(rows, columns=["id", "label", "articles", "topic", "name", "share", "times"])


def gensim_corpus(model: Model, articles: Iterable[Article]) -> list[list[tuple[int, float]]]:
    """Give articles as gensim takes them: of each the numbers of the words it has and what they weigh.

    With gensim's ``LdaModel`` of the same version this is all that gensim, or pyLDAvis, asks for.
    """
    bags = (model.topics.bag(text.read(article).tokens.hashes) for article in articles)
    return [[*zip(columns.tolist(), weights.tolist(), strict=True)] for columns, weights in bags]


def number_of(topics: Topics, id: str) -> int:
    """Give which topic has an id.

    Raises:
        InputError: none has.
    """
    number = topics.number(id)
    if number is None:
        raise InputError(f"no topic has the id {id!r}; there are {', '.join(sorted(topics.ids))}")
    return number
