"""What a model says of one article, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.model import Labelling

if TYPE_CHECKING:
    from pandas import DataFrame


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
