"""The classifier: equal to scikit-learn, honest out of fold, words only where they help."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.making import WORDS, corpus, example, packed, spelling, words
from training import fitting
from training.article import Article
from training.classifier import UNNAMED, Classifier, Example, Floats
from training.fitting import Fitted, trial
from training.fitting.calibration import FLAT, THRESHOLDS, Bools, sigmoid
from training.fitting.decision import decide
from training.fitting.folds import FOLDS, folds
from training.fitting.parts import fit_focus
from training.fitting.table import Table, table_of
from training.fitting.vocabulary import values, vocabulary_of
from training.fitting.words import UNNAMED_EXAMPLES, learn
from training.focus import FEATURES, FocusModel, places
from training.model import Model
from training.text import Reading, hashed, read
from training.tfidf import Vocabulary, words_table

LY_SY = {"LY": ["libya"], "SY": ["syria"]}
FR_LY_SY = {"FR": ["france"], **LY_SY}
LY_MU_SY = {"MU": ["music"], **LY_SY}


def relabelled(which: int, labels: str, number: int, one: Example) -> Example:
    return replace(one, labels=frozenset(labels.split())) if number == which else one


def f1(probabilities: Floats, truth: Bools, threshold: float) -> float:
    assigned = probabilities >= threshold
    return float(2 * (assigned & truth).sum() / (assigned.sum() + truth.sum()))


def fit(examples: list[Example], labels: dict[str, list[str]], **options: Any) -> Fitted:
    return fitting.fit(packed(examples), labels, spelling(), **options)


def table_for(examples: list[Example]) -> Table:
    return table_of(examples, ["LY", "SY"], values(vocabulary_of(packed(examples), spelling()), packed(examples)))


def made(model: Model, reading: Reading) -> Example:
    mentions = model.finder.find(reading)
    return Example.read(reading, mentions, places(reading, mentions), model.stop_words)


@pytest.fixture(scope="module")
def examples(trained: Model, samples: list[Article]) -> list[Example]:
    return [made(trained, read(article)) for article in samples[::9]]


def test_an_example_keeps_terms_only_and_says_where_they_stand(trained: Model) -> None:
    reading = read(Article("In 2012 the Syrian army took 3 villages near Damascus."))
    mentions = trained.finder.find(reading)
    known = {"key": "k", "labels": frozenset({"SY"}), "corpus": "c"}
    made = Example.read(reading, mentions, places(reading, mentions), words_table({"in", "the", "near"}), **known)
    assert [reading.words[token] for token in made.tokens] == ["syrian", "army", "took", "villages", "damascus"]
    assert made.terms.tolist() == [hashed(reading.words[token]) for token in made.tokens]
    assert made.named == ["SY"] and made.focus.shape == (1, len(FEATURES))
    assert [made.of[column] for column in made.columns] == made.named and made.of == trained.classifier.labels
    assert (made.key, made.labels, made.corpus) == ("k", frozenset({"SY"}), "c")


def test_probabilities_and_scores_are_those_of_the_logits(trained: Model, examples: list[Example]) -> None:
    for one in examples:
        scores = trained.classifier.predict(one)
        np.testing.assert_allclose(scores.probabilities, sigmoid(scores.logits))
        named = [trained.classifier.labels.index(label) for label in one.named]
        assert (np.delete(scores.focus, named) == UNNAMED).all()
        focus = trained.classifier.focus
        np.testing.assert_allclose(scores.focus[named], focus.score(one.focus))
        np.testing.assert_allclose(focus.score(one.focus), focus.effects(one.focus).sum(axis=1) + focus.bias)


def test_scores_equal_those_of_numpy(worded: Model, examples: list[Example]) -> None:
    fitted = worded.classifier
    of = [fitted.labels.index(label) for label in fitted.rows]
    for one in examples:
        scores = fitted.predict(one)
        dense = np.zeros(len(fitted.vocabulary))
        dense[scores.words.columns] = scores.words.values
        starts = np.where(np.isin(of, one.columns), fitted.gains * scores.focus[of] + fitted.biases, fitted.unnamed)
        logits = scores.focus.copy()
        logits[of] = np.where(np.isnan(starts), UNNAMED, dense @ fitted.weights + starts)
        np.testing.assert_allclose(scores.logits, logits, rtol=0, atol=1e-5)


HAND = Classifier(
    labels=["FR", "LY", "MU", "SY"],
    focus=FocusModel(np.zeros((22, 1)), np.stack([np.arange(22) == 0, np.zeros(22)], axis=1), -1.0, np.zeros(22)),
    vocabulary=Vocabulary.of(["bread", "fuel", "bread fuel"], np.array([1.0, 1.0, 2.0])),
    rows={"LY": 0, "MU": 1, "SY": 2},
    weights=np.array([[1.0, 0.0, 0.5], [0.0, 6.0, 0.5], [0.0, 0.0, 0.5]], dtype=np.float32),
    gains=np.array([1.0, 0.5, 2.0]),
    biases=np.array([0.0, 0.25, -1.0]),
    unnamed=np.array([np.nan, -3.0, np.nan]),
    thresholds=np.full(4, 0.5),
    judged=frozenset({"LY", "MU"}),
)


@pytest.mark.parametrize(
    ("terms", "named", "logits"),
    [
        ("", {}, [UNNAMED, UNNAMED, -3, UNNAMED]),
        ("fuel", {}, [UNNAMED, UNNAMED, -3 + 6, UNNAMED]),
        ("bread", {"FR": 3}, [3 - 1, UNNAMED, -3, UNNAMED]),
        ("bread", {"LY": 3}, [UNNAMED, 1 + (3 - 1), -3, UNNAMED]),
        ("fuel", {"MU": 5}, [UNNAMED, UNNAMED, 6 + 0.5 * (5 - 1) + 0.25, UNNAMED]),
        ("fuel clinic", {"LY": 1, "SY": 2}, [UNNAMED, 0, -3 + 6, 0.5 + 2 * (2 - 1) - 1]),
        ("bread fuel", {"SY": 1}, [UNNAMED, UNNAMED, -3 + 6 / 6**0.5, 0.5 * 4 / 6**0.5 - 1]),
    ],
    ids=["nothing", "words alone", "by focus", "named", "named, with words", "two named", "a pair of words"],
)
def test_predicting_is_one_sum(terms: str, named: dict[str, float], logits: list[float]) -> None:
    one = example(0, terms, named, None, of=HAND.labels)
    one.focus[:, 1:] = 0.0  # all but the first feature
    assert HAND.predict(one).logits == pytest.approx(logits)


def test_what_decides_about_a_label_is_said() -> None:
    said = [HAND.method(label) for label in HAND.labels]
    assert said == ["focus", "words and focus", "words and focus", "focus and words of unjudged news"]


def test_an_article_without_words_or_mentions_is_about_nothing(trained: Model) -> None:
    scores = trained.classifier.predict(example(0, "", {}, None))
    assert np.isfinite(scores.logits).all()
    assert (scores.probabilities < trained.classifier.thresholds).all()


def test_a_label_without_a_labelled_article_is_learnt_from_the_others() -> None:
    three = sorted(FR_LY_SY)
    fitted = fit(corpus(of=three), FR_LY_SY).classifier
    about = fitted.predict(example(900, "bread", {"FR": 3.0}, None, of=three)).probabilities
    passing = fitted.predict(example(901, "bread", {"FR": 0.0}, None, of=three)).probabilities
    unnamed = fitted.predict(example(902, "bread", {}, None, of=three)).probabilities
    assert fitted.labels == three == ["FR", "LY", "SY"] and fitted.method("FR") == "focus"
    assert about[0] > fitted.thresholds[0] > passing[0] > unnamed[0]


@pytest.mark.parametrize("which", [0, 7, 31])
def test_an_article_has_no_say_in_what_models_answer_to_it_out_of_fold(
    which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Scores are compared, before calibration: that of a fold is learned from answers to the other folds, and models
    # that gave those have seen the article.
    monkeypatch.setattr(trial, "STRENGTHS", (10.0,))  # which one is chosen depends on all answers, this one's too
    answers, fitted = {}, {}
    for labels in ("LY", "SY", ""):
        articles = corpus(partial(relabelled, which, labels))
        tried = trial.attempt(table_for(articles), 20)
        answers[labels] = tried.shared[which].tobytes(), tried.words[which].tobytes()
        assert np.isfinite(tried.shared[which]).all() and np.isfinite(tried.words[which]).all()
        fitted[labels] = fit(articles, LY_SY).classifier.predict(articles[which]).probabilities.tobytes()
    assert len(set(answers.values())) == 1
    assert len(set(fitted.values())) == 3  # what was fitted on the article does change with its label


def folded(articles: list[Example], which: int) -> list[bool]:
    found = folds(articles)
    return [bool(fold == found[which]) for fold in found]


@pytest.mark.parametrize("which", [0, 7, 31])
def test_calibration_is_learned_from_other_folds(which: int) -> None:
    articles = corpus()
    table = table_for(articles)
    tried = replace(trial.attempt(table, 20), candidates=[])  # whether words are kept depends on all answers
    turned = table.truth ^ np.array(folded(articles, which))[:, None]
    before, after = (decide(one, tried, None).probabilities for one in (table, replace(table, truth=turned)))
    same = (before == after).all(axis=1)
    assert same[folded(articles, which)].all() and not same.all()


@pytest.mark.parametrize("which", range(0, 60, 12))
def test_through_calibration_an_article_hardly_moves_its_own_probability(which: int) -> None:
    key = corpus()[which].key
    given = [
        fit(corpus(partial(relabelled, which, labels)), LY_SY, min_examples=1000).out_of_fold[key]
        for labels in ("LY", "SY")
    ]
    assert np.abs(given[0] - given[1]).max() < 0.05


def test_an_absurd_label_does_not_come_back_out_of_fold() -> None:
    articles = [*corpus(), example(900, "zebra giraffe " * 4, {"LY": 0.0, "SY": 3.0}, "LY")]
    articles += [example(901, "zebra giraffe", {}, "")]  # so that the words count
    fitted = fit(articles, LY_SY)
    seen = fitted.classifier.predict(articles[60]).probabilities[0]
    assert fitted.out_of_fold[articles[60].key][0] < 0.2 < seen


def test_judged_articles_have_an_answer_out_of_fold_and_no_others() -> None:
    articles = [*corpus(), example(900, "bread fuel", {"SY": 1.0}, None)]
    out_of_fold = fit(articles, LY_SY).out_of_fold
    assert out_of_fold.keys() == {one.key for one in articles[:60]}
    assert all(answer.shape == (2,) and (answer >= 0).all() and (answer <= 1).all() for answer in out_of_fold.values())


def test_few_unjudged_articles_teach_words_and_nothing_of_labels() -> None:
    once = [*corpus(), example(901, "zebra bread", {}, "")]
    fitted = fit([*once, example(900, "zebra giraffe", {"SY": 3.0}, None)], LY_SY).classifier
    alone = fit(once, LY_SY).classifier
    assert {*fitted.vocabulary.terms} - {*alone.vocabulary.terms} == {"zebra"}  # as it is in two articles now
    assert fitted.focus.slopes == pytest.approx(alone.focus.slopes)
    assert fitted.rows == alone.rows and fitted.judged == alone.judged


@pytest.mark.parametrize(("least", "has_words"), [(30, {"LY", "SY"}), (31, {"SY"})])
def test_a_label_gets_words_of_its_own_from_enough_examples(least: int, has_words: set[str]) -> None:
    articles = [*corpus(), example(900, " ".join(WORDS[:8]), {"SY": 1.0}, "SY")]
    fitted = fit(articles, LY_SY, min_examples=least)
    kept, fallen = fitted.choices["words"], fitted.choices["fallen_back"]
    assert {*kept, *fallen} == has_words
    assert fitted.reference["classifiers"].keys() == set(kept) == set(fitted.classifier.judged)


def music(count: int) -> list[Example]:
    """Make articles that name nothing, every other one about MU."""
    return [
        example(900 + n, "waltz violin" if n % 2 else "goal keeper", {}, "MU" if n % 2 else "", of=sorted(LY_MU_SY))
        for n in range(count)
    ]


def test_words_alone_find_a_label_that_nobody_names() -> None:
    fitted = fit([*corpus(of=sorted(LY_MU_SY)), *music(80)], LY_MU_SY).classifier
    played, kicked = (
        fitted.predict(example(990, terms, {}, None)).probabilities[1] for terms in ("waltz violin", "goal keeper")
    )
    assert fitted.method("MU") == "words and focus"
    assert played >= fitted.thresholds[1] > kicked


@pytest.mark.parametrize(("unnamed", "alone"), [(UNNAMED_EXAMPLES - 1, False), (UNNAMED_EXAMPLES, True)])
def test_words_alone_decide_only_after_enough_articles_that_do_not_name_the_label(unnamed: int, alone: bool) -> None:
    silent = [example(900 + n, "waltz violin " * 2, {"LY": 0.5}, "SY") for n in range(unnamed)]
    articles = [*corpus(), *silent]
    table = table_for(articles)
    everything = np.ones(len(articles), dtype=bool)
    focus = fit_focus(table, everything).score(table.features)
    made = learn(1, table, focus[None], everything[None], (10.0,), False).words(table.words, 0, 10.0)
    assert bool(np.isnan(made.unnamed)) is not alone
    assert np.isfinite([made.gain, made.bias]).all() and made.gain > 0


def test_a_label_that_words_alone_can_not_assign_never_is_where_nobody_names_it() -> None:
    fitted = fit(corpus(), LY_SY).classifier
    assert np.isnan(fitted.unnamed).all() and fitted.rows.keys() == {"LY", "SY"}
    for terms in (WORDS[:3], WORDS[9:], WORDS):
        logits = fitted.predict(example(990, " ".join(terms), {}, None)).logits
        assert (logits == UNNAMED).all()


def test_a_label_with_barely_enough_examples_is_not_assigned_to_everything() -> None:
    articles = [*corpus(of=sorted(LY_MU_SY)), *music(40)]
    fitted = fit(articles, LY_MU_SY, min_examples=20).classifier  # fewer than 20 in each fold's rest
    wrong = [one for one in articles[:60] if fitted.predict(one).probabilities[1] >= fitted.thresholds[1]]
    assert not wrong


def misleading() -> list[Example]:
    """Make articles that focus nearly tells apart, and whose words mean the opposite in the next fold."""
    rng = np.random.default_rng(3)
    bare = [example(number, "", {}, None) for number in range(400)]
    of = folds(bare)
    made = []
    for fold in range(FOLDS):
        for place, number in enumerate(np.flatnonzero(of == fold)[:16]):
            about = place % 2 == 0
            word = f"w{'abcde'[fold]}" if about else f"w{'eabcd'[fold]}"
            strength = 1 + 0.4 * about + float(rng.uniform(-0.22, 0.22))
            made.append(example(int(number), f"{word} {word}x", {"SY": strength}, "SY" if about else "", of=["SY"]))
    return made


def test_a_label_whose_words_do_not_help_falls_back_to_focus() -> None:
    articles = misleading()
    fitted, by_focus = (fit(articles, {"SY": ["syria"]}, min_examples=least) for least in (5, 1000))
    fallen = fitted.choices["fallen_back"]["SY"]
    assert fallen["f1_by_words"] < fallen["f1_by_focus"]
    assert not fitted.classifier.rows and fitted.classifier.weights.shape[1] == 0
    assert fitted.choices["words"] == [] and fitted.reference["classifiers"] == {}
    for one in articles:
        scores = fitted.classifier.predict(one)
        np.testing.assert_allclose(scores.probabilities, sigmoid(scores.focus))
        assert fitted.out_of_fold[one.key] == by_focus.out_of_fold[one.key]


def test_what_is_unsure_teaches_nothing() -> None:
    def unsure(labels: str, number: int, one: Example) -> Example:
        return one if number % 10 else example(number, " ".join(words(one)), {"SY": 1.0}, labels, unsure="SY")

    yes, no = (fit(corpus(partial(unsure, labels)), LY_SY).classifier for labels in ("SY", ""))
    for one in corpus():
        assert yes.predict(one).logits.tobytes() == no.predict(one).logits.tobytes()
    assert yes.thresholds.tobytes() == no.thresholds.tobytes()


def test_thresholds_are_nearly_the_best_out_of_fold() -> None:
    articles = corpus()
    truth = np.array([[label in (one.labels or ()) for label in ("LY", "SY")] for one in articles])
    fitted = fit(articles, LY_SY, min_examples=1000)
    answers = np.array([fitted.out_of_fold[one.key] for one in articles])
    thresholds = fitted.classifier.thresholds
    assert thresholds[0] == thresholds[1]  # labels without words share theirs
    best = max(f1(answers, truth, threshold) for threshold in THRESHOLDS)
    assert best < 1  # some articles are hard, or this test could not fail
    assert best - FLAT - 1e-9 <= f1(answers, truth, thresholds[0])
    nearer = THRESHOLDS[np.abs(THRESHOLDS - 0.5) < abs(thresholds[0] - 0.5) - 1e-9]
    assert all(f1(answers, truth, threshold) < best - FLAT for threshold in nearer)


def test_thresholds_that_reach_a_precision_cost_recall() -> None:
    articles = corpus()
    truth = np.array([[label in (one.labels or ()) for label in ("LY", "SY")] for one in articles])
    assigned = []
    for target in (0.6, 0.95):
        fitted = fit(articles, LY_SY, min_examples=1000, target_precision=target)
        answers = np.array([fitted.out_of_fold[one.key] for one in articles])
        chosen = answers >= fitted.classifier.thresholds
        assert truth[chosen].mean() >= target
        assigned.append(chosen.sum())
    assert assigned[0] > assigned[1] > 0
