"""What is taken out of real and messy articles, held against what it should be; and the labels of real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ROOT
from training.article import Article
from training.evaluate import answer, evaluate
from training.leftovers import find
from training.model import Model
from training.readers import read

GOLDEN = ROOT / "tests" / "golden"


def gone(text: str) -> list[list[object]]:
    return [[*stretch] for stretch in find(text)]


@pytest.mark.parametrize("number", range(5))
def test_cleaning_of_the_seed_articles(shared: Path, number: int) -> None:
    golden = json.loads((GOLDEN / "seed_articles.json").read_text(encoding="utf-8"))
    path = sorted((shared / "seed_articles").glob("*.txt"))[number]
    assert gone(next(read(path)).text) == golden[path.name]


MESSY = json.loads((GOLDEN / "samples.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("id", MESSY)
def test_cleaning_of_messy_samples(samples: list[Article], id: str) -> None:
    text = next(article.text for article in samples if article.id == id)
    assert gone(text) == MESSY[id]


def test_what_is_no_mess_is_left_whole(samples: list[Article]) -> None:
    rows = (ROOT / "seeds" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    clean = {row["id"] for row in map(json.loads, rows) if not row["leftovers"]}
    taken = {
        (article.id, article.text[stretch.start : stretch.end])
        for article in samples
        if article.id in clean
        for stretch in find(article.text)
        if stretch.reason != "markup"
    }
    assert len(clean) > 300
    assert taken <= {("pas-324", "OPINION"), ("non-306", "Next week: what to do with a p-value of 0.06. (Nothing.)")}


@pytest.mark.parametrize("number", range(5))
def test_the_seed_articles_get_the_right_labels(shared: Path, model: Model, number: int) -> None:
    path = sorted((shared / "seed_articles").glob("*.txt"))[number]
    right = json.loads((shared / "seed_articles" / "labels.json").read_text(encoding="utf-8"))[path.name]
    assigned = {label.id for label in model.label(next(read(path))).labels}
    assert assigned & {"SY", "LY"} == set(right)


def test_labels_of_hand_coded_news(shared: Path, model: Model) -> None:
    judged = list(read(shared / "gold" / "dev.jsonl"))
    answers = [answer(model, article) for article in judged]
    scores = evaluate([(article.labels or frozenset(), article.unsure) for article in judged], answers)
    assert min(scores.labels["SY"].f1, scores.labels["LY"].f1) >= 0.80
