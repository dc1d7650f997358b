"""Tables for notebooks: what a model and a labelling say, as pandas DataFrames.

An offline module: nothing that serves imports it. pandas comes with the extra ``notebook``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.model import Labelling, Model

if TYPE_CHECKING:
    from pandas import DataFrame


def topics_table(model: Model, most: int = 10) -> DataFrame:
    """Give the ``most`` most probable words of each topic: topic, name, rank (from 1), word, probability."""
    from pandas import DataFrame

    topics = model.topics
    rows = [
        (id, name, rank, word, probability)
        for topic, (id, name) in enumerate(zip(topics.ids, topics.names, strict=True))
        for rank, (word, probability) in enumerate(topics.top_words(topic, most), 1)
    ]
    return DataFrame(rows, columns=["topic", "name", "rank", "word", "probability"])


def labels_table(labelling: Labelling) -> DataFrame:
    """Give the labels of an article, by id: label (its name), probability, assigned."""
    from pandas import DataFrame

    rows = [(label.id, label.name, label.probability, label.assigned) for label in labelling.labels]
    return DataFrame(rows, columns=["id", "label", "probability", "assigned"]).set_index("id")


def evidence_table(labelling: Labelling) -> DataFrame:
    """Give what decided for each label, by label and rank (from 1): text, kind, weight, field, start, end.

    The columns are those of :class:`training.explain.Evidence`; a label without evidence has no row.
    """
    from pandas import DataFrame

    rows = [
        (label.name, rank, found.text, found.kind, found.weight, found.field, found.start, found.end)
        for label in labelling.labels
        for rank, found in enumerate(label.evidence or (), 1)
    ]
    columns = ["label", "rank", "text", "kind", "weight", "field", "start", "end"]
    return DataFrame(rows, columns=columns).set_index(["label", "rank"])


def shares_table(labelling: Labelling) -> DataFrame:
    """Give the topics of an article, by topic, the largest first: name, share (of the article, 0 to 1)."""
    from pandas import DataFrame

    rows = [(topic.id, topic.name, topic.weight) for topic in labelling.topics]
    return DataFrame(rows, columns=["topic", "name", "share"]).set_index("topic")
