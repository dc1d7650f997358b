"""Tables for notebooks: what a model and a labelling say, as pandas DataFrames.

An offline module: nothing that serves imports it. pandas comes with the extra ``notebook``.

::

    articles    one article: its labels, what decided, its topics
    topics      the topics of a model: all of them, their words, typical articles, labels
    maps        a map of them
    times       topics over time, and two versions side by side
"""

from training.frames.articles import evidence_table, labels_table, shares_table
from training.frames.maps import drawn_table, map_table
from training.frames.times import compare_table, volume_table
from training.frames.topics import (
    articles_table,
    gensim_corpus,
    label_topics_table,
    topics_table,
    words_table,
)

__all__ = [
    "articles_table",
    "compare_table",
    "drawn_table",
    "evidence_table",
    "gensim_corpus",
    "label_topics_table",
    "labels_table",
    "map_table",
    "shares_table",
    "topics_table",
    "volume_table",
    "words_table",
]
