"""The service most people write first: TF-IDF, logistic regression a label, gensim's topics, behind Flask.

One program for both measurements: ``python -m bench.peers.hand_made`` answers in process, ``create_app`` is what
gunicorn serves.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import joblib
from flask import Flask, request
from gensim.corpora import Dictionary
from gensim.models import LdaModel
from gensim.utils import simple_preprocess
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline

from bench.peers import worker

MODEL = "HAND_MADE_MODEL"  # the environment variable that names what gunicorn serves


@dataclass(frozen=True)
class HandMade:
    """All that was fitted."""

    labels: list[str]
    pipeline: Any
    dictionary: Any
    lda: Any

    def prepare(self, text: str) -> str:
        """Take the text as it is."""
        return text

    def label(self, prepared: str) -> list[str]:
        """Score labels and topics, give the labels of a probability of one half or more."""
        chances, _ = self.scores(prepared)
        return [label for label, chance in chances.items() if chance >= 0.5]

    def scores(self, text: str) -> tuple[dict[str, float], list[tuple[int, float]]]:
        """Give a probability a label, and shares of topics."""
        [chances] = self.pipeline.predict_proba([text]).tolist()
        return dict(zip(self.labels, chances, strict=True)), self.topics(text)

    def topics(self, text: str) -> list[tuple[int, float]]:
        """Give shares of topics."""
        bag = self.dictionary.doc2bow(simple_preprocess(text))
        return [(topic, float(share)) for topic, share in self.lda.get_document_topics(bag)]

    def save(self, path: str) -> None:
        """Keep what was learned."""
        joblib.dump((self.labels, self.pipeline, self.dictionary, self.lda), path)


def learn(articles: Sequence[worker.Row], labels: Sequence[str], topics: int, passes: int = 1) -> HandMade:
    """Fit labels and topics on articles."""
    texts = [article["text"] for article in articles]
    truth = [[label in article["labels"] for label in labels] for article in articles]
    steps = [
        ("tfidf", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)),
        ("classify", OneVsRestClassifier(LogisticRegression(class_weight="balanced"))),
    ]
    words = [simple_preprocess(text) for text in texts]
    dictionary = Dictionary(words)
    dictionary.filter_extremes(no_below=5, no_above=0.5)
    bags = [dictionary.doc2bow(of) for of in words]
    lda = LdaModel(bags, id2word=dictionary, num_topics=topics, passes=passes, random_state=0)
    return HandMade(list(labels), Pipeline(steps).fit(texts, truth), dictionary, lda)


def create_app() -> Flask:
    """Make the service."""
    model, app = HandMade(*joblib.load(os.environ[MODEL])), Flask(__name__)

    @app.post("/label")
    def label() -> dict[str, Any]:
        chances, topics = model.scores(request.get_json()["text"])
        assigned = [{"id": id, "probability": chance} for id, chance in chances.items() if chance >= 0.5]
        return {"labels": assigned, "topics": [{"id": id, "weight": share} for id, share in topics]}

    return app


if __name__ == "__main__":
    worker.serve(learn)
