"""What people judge changes the next model: twenty corrections mend a systematic error, and spoil nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.conftest import SEEDS
from tests.newsroom import basin, racing
from training import minhash, text
from training.article import Article
from training.collect import collected
from training.evaluate import Evaluation, evaluate, out_of_fold
from training.model import Model
from training.settings import Settings
from training.store import Judgment, Store
from training.store.judgments import Value
from training.train import train

CORRECTIONS = 20


class Kind(NamedTuple):
    """Articles that the default model gets wrong, and what is right."""

    write: Callable[[int], Article]
    label: str
    value: Value


KINDS = [Kind(racing, "SY", "no"), Kind(basin, "LY", "yes")]


@pytest.fixture(scope="module", params=KINDS, ids=["named, but not meant", "meant, but not named"])
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture(scope="module")
def corrected(kind: Kind, trained: Model) -> list[Article]:
    """The first articles of a kind on which the default model is wrong."""
    written = map(kind.write, range(0, 400, 2))
    return [article for article in written if is_wrong(trained, article, kind)][:CORRECTIONS]


@pytest.fixture(scope="module")
def held_out(kind: Kind) -> list[Article]:
    """Articles of the kind that have not a sentence in common with those."""
    return [kind.write(number) for number in range(1, 101, 2)]


@pytest.fixture(scope="module")
def taught(kind: Kind, corrected: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Model:
    """The model of the night after one person corrected twenty articles, each in one label."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite3'}") as store:
        ids = [added.id for added in store.articles.add(corrected)]
        for id in ids:
            store.judgments.add([Judgment(id, kind.label, kind.value, "ann")])
        with collected(Settings(SEEDS, topics=2, passes=1), store) as (settings, found):
            assert found.judged == CORRECTIONS
            return train(settings)


def is_wrong(model: Model, article: Article, kind: Kind) -> bool:
    assigned = {label.id for label in model.label(article, evidence=False).labels}
    return (kind.label in assigned) is (kind.value == "no")


def share_wrong(model: Model, articles: list[Article], kind: Kind) -> float:
    return sum(is_wrong(model, article, kind) for article in articles) / len(articles)


def ordinary(model: Model, samples: list[Article]) -> Evaluation:
    """Score the answers that models gave to the samples when they had not seen them."""
    truths = [(article.labels or frozenset(), article.unsure) for article in samples]
    return evaluate(truths, [out_of_fold(model, text.digest(article)) for article in samples])


def test_the_articles_are_different(corrected: list[Article], held_out: list[Article]) -> None:
    signed = [minhash.signature(text.read(article).tokens.hashes) or [] for article in (*corrected, *held_out)]
    assert all(len(one) == minhash.HASHES for one in signed)
    copies = [
        (one, other)
        for one in range(len(corrected))
        for other in range(len(corrected), len(signed))
        if sum(a == b for a, b in zip(signed[one], signed[other], strict=True)) >= minhash.HASHES / 3
    ]
    assert not copies


def test_before_the_default_model_is_wrong(
    trained: Model, kind: Kind, corrected: list[Article], held_out: list[Article]
) -> None:
    assert len(corrected) == CORRECTIONS
    assert share_wrong(trained, held_out, kind) >= 0.9


def test_after_twenty_judgments_the_next_model_is_right(taught: Model, kind: Kind, held_out: list[Article]) -> None:
    assert share_wrong(taught, held_out, kind) <= 0.15


def test_what_was_right_stays_right(trained: Model, taught: Model, kind: Kind, samples: list[Article]) -> None:
    before, after = ordinary(trained, samples), ordinary(taught, samples)
    assert after.micro.f1 >= before.micro.f1 - 0.01
    assert after.labels[kind.label].f1 >= before.labels[kind.label].f1 - 0.01
