"""The classifier: equal to scikit-learn, honest out of fold, words only where they help."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.article import Article
from training.classifier import FOLDS, Example, Floats, fit, is_term
from training.focus import FEATURES
from training.mentions import Finder
from training.model import Model
from training.text import read

WORDS = "bread fuel clinic bridge harvest court ledger quartet striker mask tunnel ballot".split()


def sigmoid(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-logits)))


def central(strength: float) -> Floats:
    """Give focus features that say, the more the greater `strength`, that a label is what the article is about."""
    row = np.zeros(len(FEATURES))
    row[FEATURES.index("in headline")] = row[FEATURES.index("share")] = strength
    return row


def example(number: int, terms: str, named: dict[str, float], labels: str | None, unsure: str = "") -> Example:
    return Example(
        terms.split(),
        list(range(len(terms.split()))),
        list(named),
        np.array([central(strength) for strength in named.values()]).reshape(len(named), len(FEATURES)),
        hashlib.sha256(str(number).encode()).hexdigest()[:24],
        None if labels is None else frozenset(labels.split()),
        frozenset(unsure.split()),
    )


def corpus(change: Callable[[int, Example], Example] = lambda _, one: one, count: int = 60) -> list[Example]:
    """Make articles about SY and LY in turn: focus tells them apart with some noise, words do too."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        label, other = ("SY", "LY") if number % 2 else ("LY", "SY")
        words = " ".join(rng.choice(WORDS[:9] if number % 2 else WORDS[3:], 6))
        focus = {label: float(rng.uniform(1, 3)), other: float(rng.uniform(0, 2))}
        made.append(change(number, example(number, words, dict(sorted(focus.items())), label)))
    return made


def relabelled(which: int, labels: str, number: int, one: Example) -> Example:
    return replace(one, labels=frozenset(labels.split())) if number == which else one


def f1(probabilities: Floats, truth: Floats, threshold: float) -> float:
    assigned = probabilities >= threshold
    return float(2 * (assigned & (truth > 0)).sum() / (assigned.sum() + truth.sum()))


@pytest.fixture(scope="module")
def examples(trained: Model, samples: list[Article]) -> list[Example]:
    finder = trained.finder
    readings = [read(article) for article in samples[::9]]
    return [Example.of(reading, finder.find(reading), trained.seeds.stop_words) for reading in readings]


def reference_tfidf(model: Model, terms: list[str]) -> Floats:
    assert model.reference is not None
    return np.asarray(model.reference["vectorizer"].transform([" ".join(terms)]).toarray()[0])


def our_tfidf(model: Model, terms: list[str]) -> Floats:
    dense = np.zeros(len(model.classifier.vocabulary))
    columns, values = model.classifier.tfidf(terms)
    dense[columns] = values
    return dense


@pytest.mark.parametrize(
    ("word", "counts"),
    [("syria", True), ("u.s.", True), ("été", True), ("a", False), ("2011", False), ("b52", False), (".", False)],
)
def test_a_term_has_two_letters_or_more_and_no_digits(word: str, counts: bool) -> None:
    assert is_term(word) is counts


def test_an_example_keeps_terms_only_and_says_where_they_stand(trained: Model) -> None:
    reading = read(Article("In 2012 the Syrian army took 3 villages near Damascus.", labels=frozenset({"SY"})))
    made = Example.of(reading, Finder(trained.seeds).find(reading), {"in", "the", "near"})
    assert made.terms == ["syrian", "army", "took", "villages", "damascus"]
    assert [reading.tokens.words[token] for token in made.tokens] == made.terms
    assert made.named == ["SY"] and made.focus.shape == (1, len(FEATURES))
    assert made.labels == frozenset({"SY"})


def test_an_article_is_in_the_same_fold_whatever_is_said_of_it() -> None:
    article = Article("Rain fell on the hills.", title="Rain")
    said = [article, replace(article, labels=frozenset({"SY"})), replace(article, labels=frozenset(), id="a1")]
    assert len({Example.of(read(one), [], ()).fold for one in said}) == 1
    assert {one.fold for one in corpus()} == set(range(FOLDS))


def test_tfidf_of_the_samples_equals_scikit_learn(trained: Model, examples: list[Example]) -> None:
    for one in examples:
        np.testing.assert_allclose(
            our_tfidf(trained, one.terms), reference_tfidf(trained, one.terms), rtol=0, atol=1e-9
        )


@given(words=st.lists(st.sampled_from(["syria", "damascus", "the", "said", "libya", "oil", "qqq", "u.s.", "été"])))
@settings(max_examples=50, deadline=None)
def test_tfidf_of_any_words_equals_scikit_learn(trained: Model, words: list[str]) -> None:
    ours = our_tfidf(trained, words)
    np.testing.assert_allclose(ours, reference_tfidf(trained, words), rtol=0, atol=1e-9)
    assert np.linalg.norm(ours) == pytest.approx(1 if ours.any() else 0)


def test_probabilities_of_the_samples_equal_scikit_learn(trained: Model, examples: list[Example]) -> None:
    from scipy import sparse

    assert trained.reference is not None and {"SY", "LY"} <= trained.reference["classifiers"].keys()
    fitted = trained.classifier
    for one in examples:
        scores = fitted.predict(one)
        words = trained.reference["vectorizer"].transform([" ".join(one.terms)])
        for column, label in enumerate(fitted.labels):
            if label in fitted.rows:
                seen = sparse.hstack([words, [[scores.focus[column]]]])
                expected = trained.reference["classifiers"][label].predict_proba(seen)[0, 1]
            else:
                expected = sigmoid(scores.focus[column])
            assert scores.probabilities[column] == pytest.approx(expected, rel=0, abs=1e-9)


def test_an_article_without_words_or_mentions_is_about_nothing(trained: Model) -> None:
    scores = trained.classifier.predict(example(0, "", {}, None))
    assert np.isfinite(scores.logits).all()
    assert (scores.probabilities < trained.classifier.thresholds).all()


def test_a_label_without_a_labelled_article_is_learnt_from_the_others() -> None:
    fitted, _, _ = fit(corpus(), ["FR", "LY", "SY"])
    about = fitted.predict(example(900, "bread", {"FR": 3.0}, None)).probabilities
    passing = fitted.predict(example(901, "bread", {"FR": 0.0}, None)).probabilities
    unnamed = fitted.predict(example(902, "bread", {}, None)).probabilities
    assert fitted.labels == ["FR", "LY", "SY"]
    assert about[0] > fitted.thresholds[0] > passing[0] > unnamed[0]


@pytest.mark.parametrize("which", [0, 7, 31])
def test_an_article_has_no_say_in_its_own_answer_out_of_fold(which: int) -> None:
    articles = corpus()
    key = articles[which].key
    answers, fitted = {}, {}
    for labels in ("LY", "SY", ""):
        model, out_of_fold, _ = fit(corpus(partial(relabelled, which, labels)), ["LY", "SY"])
        answers[labels] = out_of_fold[key].tobytes()
        fitted[labels] = model.predict(articles[which]).probabilities.tobytes()
    assert len(set(answers.values())) == 1
    assert len(set(fitted.values())) == 3  # what was fitted on the article does change with its label


def test_an_absurd_label_does_not_come_back_out_of_fold() -> None:
    articles = [*corpus(), example(900, "zebra giraffe " * 4, {"LY": 0.0, "SY": 3.0}, "LY")]
    articles += [example(901, "zebra giraffe", {}, "")]  # so that the words count
    fitted, out_of_fold, _ = fit(articles, ["LY", "SY"])
    seen, unseen = fitted.predict(articles[60]).probabilities[0], out_of_fold[articles[60].key][0]
    assert unseen < 0.2 < seen


def test_judged_articles_have_an_answer_out_of_fold_and_no_others() -> None:
    articles = [*corpus(), example(900, "bread fuel", {"SY": 1.0}, None)]
    _, out_of_fold, _ = fit(articles, ["LY", "SY"])
    assert out_of_fold.keys() == {one.key for one in articles[:60]}
    assert all(answer.shape == (2,) and (answer >= 0).all() and (answer <= 1).all() for answer in out_of_fold.values())


def test_unjudged_articles_teach_nothing() -> None:
    once = [*corpus(), example(901, "zebra bread", {}, "")]
    fitted, _, _ = fit([*once, example(900, "zebra giraffe", {"SY": 3.0}, None)], ["LY", "SY"])
    alone, _, _ = fit(once, ["LY", "SY"])
    assert fitted.vocabulary == alone.vocabulary and "zebra" not in fitted.vocabulary
    assert fitted.weights.tobytes() == alone.weights.tobytes()
    assert fitted.focus.slopes.tobytes() == alone.focus.slopes.tobytes()


@pytest.mark.parametrize(("least", "has_words"), [(30, {"LY", "SY"}), (31, {"SY"})])
def test_a_label_gets_words_of_its_own_from_enough_examples(least: int, has_words: set[str]) -> None:
    articles = [*corpus(), example(900, " ".join(WORDS[:8]), {"SY": 1.0}, "SY")]
    assert fit(articles, ["LY", "SY"], min_examples=least)[2]["classifiers"].keys() == has_words


def music(count: int) -> list[Example]:
    """Make articles that name nothing, every other one about MU."""
    return [
        example(900 + n, "waltz violin" if n % 2 else "goal keeper", {}, "MU" if n % 2 else "") for n in range(count)
    ]


def test_words_alone_find_a_label_that_nobody_names() -> None:
    fitted, _, _ = fit([*corpus(), *music(80)], ["LY", "MU", "SY"])
    played, kicked = (
        fitted.predict(example(990, words, {}, None)).probabilities[1] for words in ("waltz violin", "goal keeper")
    )
    assert "MU" in fitted.rows
    assert played >= fitted.thresholds[1] > kicked


def test_a_label_with_barely_enough_examples_is_not_assigned_to_everything() -> None:
    articles = [*corpus(), *music(40)]
    fitted, _, _ = fit(articles, ["LY", "MU", "SY"], min_examples=20)  # fewer than 20 in each fold's rest
    wrong = [one for one in articles[:60] if fitted.predict(one).probabilities[1] >= fitted.thresholds[1]]
    assert not wrong


def misleading() -> list[Example]:
    """Make articles that focus nearly tells apart, and whose words mean the opposite in the next fold."""
    rng = np.random.default_rng(3)
    made = []
    for fold in range(FOLDS):
        numbers = [n for n in range(1000 * fold, 1000 * fold + 400) if example(n, "", {}, None).fold == fold][:16]
        for place, number in enumerate(numbers):
            about = place % 2 == 0
            word = f"w{'abcde'[fold]}" if about else f"w{'eabcd'[fold]}"
            strength = 1 + 0.4 * about + float(rng.uniform(-0.22, 0.22))
            made.append(example(number, f"{word} {word}x", {"SY": strength}, "SY" if about else ""))
    return made


def test_a_label_whose_words_do_not_help_falls_back_to_focus() -> None:
    articles = misleading()
    fitted, out_of_fold, reference = fit(articles, ["SY"], min_examples=5)
    _, by_focus, _ = fit(articles, ["SY"], min_examples=1000)
    assert "SY" in reference["classifiers"] and not fitted.rows and len(fitted.weights) == 0
    for one in articles:
        scores = fitted.predict(one)
        np.testing.assert_allclose(scores.probabilities, sigmoid(scores.focus))
        assert out_of_fold[one.key] == by_focus[one.key]


def test_what_is_unsure_teaches_nothing() -> None:
    def unsure(labels: str, number: int, one: Example) -> Example:
        return one if number % 10 else example(number, " ".join(one.terms), {"SY": 1.0}, labels, unsure="SY")

    yes, _, _ = fit(corpus(partial(unsure, "SY")), ["LY", "SY"])
    no, _, _ = fit(corpus(partial(unsure, "")), ["LY", "SY"])
    for one in corpus():
        assert yes.predict(one).logits.tobytes() == no.predict(one).logits.tobytes()
    assert yes.thresholds.tobytes() == no.thresholds.tobytes()


def test_thresholds_are_the_best_out_of_fold() -> None:
    articles = corpus()
    truth = np.array([[label in (one.labels or ()) for label in ("LY", "SY")] for one in articles], dtype=float)
    fitted, out_of_fold, _ = fit(articles, ["LY", "SY"])
    answers = np.array([out_of_fold[one.key] for one in articles])
    assert fitted.rows.keys() == {"LY", "SY"}
    for column in range(2):
        best = max(f1(answers[:, column], truth[:, column], threshold) for threshold in answers[:, column])
        assert best < 1  # some articles are hard, or this test could not fail
        assert f1(answers[:, column], truth[:, column], fitted.thresholds[column]) == pytest.approx(best)


def test_labels_without_words_share_the_best_threshold() -> None:
    articles = corpus()
    truth = np.array([[label in (one.labels or ()) for label in ("LY", "SY")] for one in articles], dtype=float)
    fitted, out_of_fold, _ = fit(articles, ["LY", "SY"], min_examples=1000)
    answers = np.array([out_of_fold[one.key] for one in articles])
    assert fitted.thresholds[0] == fitted.thresholds[1]
    best = max(f1(answers, truth, threshold) for threshold in answers.ravel())
    assert best < 1
    assert f1(answers, truth, fitted.thresholds[0]) == pytest.approx(best)
