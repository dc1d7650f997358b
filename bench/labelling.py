"""Labelling one article after the other in one process, against the usual hand-made service's work.

The peer is what most people write first: a TfidfVectorizer, a OneVsRestClassifier of logistic regressions for Syria and
Libya alone, and gensim's get_document_topics. Ours cleans the text, finds seeds and scores every country besides.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gensim.corpora import Dictionary
from gensim.models import LdaModel
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from training.article import Article
from training.readers import read
from training.settings import Settings, default_seeds
from training.train import train


def measure(rounds: int) -> Iterator[tuple[str, float, str]]:
    """Give a row for each way to label: its name, microseconds an article, and its speed against the peer's."""
    seeds = default_seeds()
    articles = [article for article in read(seeds / "articles.jsonl") if article.labels is not None]
    model = train(Settings(Path(seeds)))
    ways: dict[str, Callable[[Article], object]] = {
        "hand-made: TF-IDF + logistic regression (2 labels) + gensim": _hand_made(articles, len(model.topics.ids)),
        "ours, all labels and topics": lambda article: model.label(article, evidence=False),
        "ours, with evidence": lambda article: model.label(article),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, label in ways.items():
            start = time.perf_counter()
            for article in articles:
                label(article)
            seconds[name].append((time.perf_counter() - start) / len(articles))
    peer = statistics.median(seconds[next(iter(ways))])
    for name, times in seconds.items():
        median = statistics.median(times)
        yield name, 1e6 * median, f"{peer / median:.2f} times the speed"


def _hand_made(articles: list[Article], topics: int) -> Callable[[Article], object]:
    texts = [article.text for article in articles]
    truth = [[label in (article.labels or ()) for label in ("SY", "LY")] for article in articles]
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    classifier = OneVsRestClassifier(LogisticRegression()).fit(vectorizer.fit_transform(texts), truth)
    words = [text.lower().split() for text in texts]
    dictionary = Dictionary(words)
    lda = LdaModel([dictionary.doc2bow(text) for text in words], id2word=dictionary, num_topics=topics, random_state=0)

    def label(article: Article) -> object:
        bag = dictionary.doc2bow(article.text.lower().split())
        return classifier.predict_proba(vectorizer.transform([article.text])), lda.get_document_topics(bag)

    return label
