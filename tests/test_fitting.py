"""Fitting: everything is chosen on articles not seen, and what was fitted in parts predicts as one sum."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tests import making
from tests.making import WORDS, corpus, packed, spelling, words
from training import fitting, parallel
from training.classifier import UNNAMED, Classifier, Example, Floats
from training.errors import InputError
from training.fitting import Fitted, threads, trial, weak
from training.fitting.calibration import Bools, sigmoid
from training.fitting.decision import Decided
from training.fitting.folds import FOLDS
from training.fitting.parts import SAY, Shared, fit_focus, fit_shared, says
from training.fitting.table import TEMPERED, Table, table_of
from training.fitting.vocabulary import as_vectorizer, values, vocabulary_of
from training.fitting.weak import Hints
from training.fitting.words import UNNAMED_EXAMPLES, Learned, Words, learn
from training.tfidf import Vocabulary

SEEDS = {"FR": ["france"], "LY": ["libya"], "MU": ["music"], "SY": ["syria"], "TN": ["tunisia"]}
GOES_WITH = {"FR": "strike", "LY": "militia", "SY": "regime"}
PLACES = sorted(GOES_WITH)
example = partial(making.example, of=sorted(SEEDS))


def fit(examples: list[Example], labels: Mapping[str, Collection[str]], **options: Any) -> Fitted:
    return fitting.fit(packed(examples), labels, spelling(), **options)


def article(number: int, about: str, passing: str, strength: float, word: str, judged: bool) -> Example:
    """Make an article about one label that names another in passing, with a word and some that mean nothing."""
    random = np.random.default_rng(number)
    all_ = [*random.choice(WORDS, 5), word, *(SEEDS[label][0] for label in (about, passing))]
    named = {about: strength + float(random.uniform(-0.5, 0.5)), passing: 1 + float(random.uniform(-0.5, 0.5))}
    terms = " ".join(random.permutation(all_))
    return example(number, terms, dict(sorted(named.items())), about if judged else None)


def judged(count: int = 60, helps: bool = True, places: Sequence[str] = ("LY", "SY"), first: int = 0) -> list[Example]:
    """Make judged articles that focus hardly tells apart; their words do, unless ``helps`` is false."""
    made = []
    for number in range(first, first + count):
        about = places[number % len(places)]
        passing = PLACES[(PLACES.index(about) + 1 + number // len(places) % 2) % 3]
        shown = about if helps else PLACES[(7 * number + number // 5) % 3]
        made.append(article(number, about, passing, 1.4, GOES_WITH[shown], judged=True))
    return made


def unjudged(count: int = 150) -> list[Example]:
    """Make unjudged articles that focus leaves no doubt about, each with the word that goes with its label."""
    return [
        article(5000 + n, PLACES[n % 3], PLACES[(n + 1 + n // 3 % 2) % 3], 9.0, GOES_WITH[PLACES[n % 3]], judged=False)
        for n in range(count)
    ]


def music(count: int) -> list[Example]:
    """Make judged articles that name nothing, every other one about MU."""
    return [
        example(900 + n, "waltz violin cello" if n % 2 else "goal keeper pitch", {}, "MU" if n % 2 else "")
        for n in range(count)
    ]


@dataclass
class Seen:
    """What a fit was put together from."""

    ids: list[str]
    vocabulary: Vocabulary
    hints: Hints
    shared: Shared
    words: dict[int, Words]
    decided: Decided
    fitted: Fitted


def taken_apart(examples: list[Example], **options: Any) -> Seen:
    """Fit, and give the parts too."""
    given: list[tuple[Any, ...]] = []
    assemble = fitting._assemble

    def watched(*pieces: Any) -> Classifier:
        given.append(pieces)
        return assemble(*pieces)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "_assemble", watched)
        fitted = fit(examples, SEEDS, **options)
    [(ids, vocabulary, hints, shared, words, decided)] = given
    return Seen(ids, vocabulary, hints, shared, words, decided, fitted)


def table_for(examples: list[Example]) -> Table:
    return table_of(examples, sorted(SEEDS), values(vocabulary_of(packed(examples), spelling()), packed(examples)))


def everything(of: Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.ones(len(of.weights), dtype=bool)


def learned(label: int, of: Table, which: Bools, strength: float = 10.0, trusted: bool = False) -> Learned:
    """Fit the words of one label on some of the articles."""
    focus = fit_focus(of, everything(of)).score(of.features)
    return learn(label, of, focus[None], which[None], (strength,), trusted)


def sum_of_parts(seen: Seen, examples: list[Example]) -> Floats:
    """Give calibrated log-odds, of shape (examples, labels), as each part alone says them."""
    values = as_vectorizer(seen.vocabulary).transform([" ".join(words(one)) for one in examples])
    of = replace(table_of(examples, seen.ids, values), hints=seen.hints.scores(values))
    focus, scores = of.focus(seen.shared.focus), seen.shared.scores(of)
    scale, shift = seen.decided.shared_scale
    logits = scale * scores + shift
    for label in seen.decided.kept:
        scale, shift = seen.decided.words_scale
        hints = of.hints.get(label, 0.0)
        logits[:, label] = scale * seen.words[label].scores(values, focus[:, label], hints) + shift
    return np.where(np.isnan(logits), UNNAMED, logits)


MIXES: dict[str, tuple[list[Example], dict[str, Any], dict[str, str]]] = {
    "words, hints and focus": (
        judged() + unjudged(),
        {},
        {"FR": "focus and words of unjudged news", "LY": "words and focus", "SY": "words and focus", "TN": "focus"},
    ),
    "hints and focus": (
        judged() + unjudged(),
        {"min_examples": 1000},
        dict.fromkeys(PLACES, "focus and words of unjudged news") | {"TN": "focus"},
    ),
    "words alone too": (judged() + unjudged() + music(80), {}, {"MU": "words and focus", "SY": "words and focus"}),
    "words alone, with hints": (
        judged() + unjudged() + music(40) + [example(700 + n, "regime said bread", {}, "SY") for n in range(20)],
        {},
        {"SY": "words and focus"},
    ),
    "no hints": (judged() + music(80), {}, {"FR": "focus", "MU": "words and focus", "SY": "words and focus"}),
    "hints not trusted": (judged(helps=False) + unjudged(), {"min_examples": 1000}, {"FR": "focus", "SY": "focus"}),
    "focus": (judged(), {"min_examples": 1000}, {"FR": "focus", "SY": "focus"}),
}


@pytest.mark.parametrize(("examples", "options", "methods"), MIXES.values(), ids=MIXES)
def test_a_classifier_says_what_its_parts_say_together(
    examples: list[Example], options: dict[str, Any], methods: dict[str, str]
) -> None:
    seen = taken_apart(examples, **options)
    made = seen.fitted.classifier
    assert {label: made.method(label) for label in methods} == methods
    new = [
        *judged(20, first=300),
        *music(4),
        example(991, "regime said", {}, ""),
        example(990, "regime strike", {"TN": 2.0}, ""),
        *unjudged(9),
    ]
    logits = np.array([made.predict(one).logits for one in new])
    np.testing.assert_allclose(logits, sum_of_parts(seen, new), rtol=0, atol=1e-5)
    assert made.weights.dtype == np.float32
    assert (seen.decided.shared_scale, seen.decided.words_scale) != ((1, 0), (1, 0)), "calibration counts too"


def test_focus_is_shown_as_calibrated() -> None:
    seen = taken_apart(judged() + unjudged())
    scale, shift = seen.decided.shared_scale
    one = judged(1, first=300)[0]
    scores = seen.fitted.classifier.predict(one)
    columns = [seen.ids.index(label) for label in one.named]
    assert scores.focus[columns] == pytest.approx(scale * seen.shared.focus.score(one.focus) + shift)


def test_probabilities_out_of_fold_are_neither_too_sure_nor_too_doubtful() -> None:
    examples = corpus(count=240)
    found = fit(examples, {"LY": [], "SY": []}, min_examples=1000).out_of_fold
    given = np.array([found[one.key] for one in examples])
    truth = np.array([[label in (one.labels or ()) for label in ("LY", "SY")] for one in examples])
    for low, high in ((0.0, 0.3), (0.3, 0.7), (0.7, 1.0)):
        here = (given >= low) & (given < high)
        assert here.sum() > 30 and truth[here].mean() == pytest.approx(given[here].mean(), abs=0.12)


@pytest.mark.parametrize("helps", [True, False])
def test_hints_are_trusted_where_they_lower_the_loss(helps: bool) -> None:
    seen = taken_apart(judged(helps=helps) + unjudged(), min_examples=1000)
    choices = seen.fitted.choices
    assert choices["hints"] == {"labels": PLACES, "trusted": helps}
    assert (choices["log_loss"]["focus and hints"] < choices["log_loss"]["focus"]) is helps
    assert bool(seen.shared.trust) is helps and bool(seen.fitted.classifier.rows) is helps


def test_hints_help_a_label_that_nobody_judged() -> None:
    fitted = fit(judged() + unjudged(), SEEDS).classifier
    column = fitted.labels.index("FR")
    about, ballot, against = (
        [fitted.predict(article(n, "FR", "LY", 1.2, word, False)).probabilities[column] for n in range(700, 720)]
        for word in ("strike", "ballot", "militia")
    )
    assert np.mean(about) > 0.9 and np.mean(ballot) < 0.5 and np.mean(against) < np.mean(ballot)


def test_hints_that_speak_against_their_label_are_not_believed() -> None:
    base = table_for(judged())
    against = {label: np.where(base.truth[:, label], -1.0, 1.0) for label in (1, 3)}
    for sign, believed in ((1, False), (-1, True)):
        of = replace(base, hints={label: sign * hints for label, hints in against.items()})
        shared = fit_shared(of, everything(of), trusted=True)
        assert bool(shared.trust) is believed
        assert fit_shared(of, everything(of), trusted=False).trust is None
        if not believed:
            np.testing.assert_array_equal(shared.scores(of), of.focus(shared.focus))


def test_judged_articles_outweigh_weak_labels() -> None:
    """News calls those in power a regime where it is about Syria; whoever judged these articles found it was not."""
    contradicting = [article(n, "SY", "LY", 1.0, "regime" if n % 2 else "harbour", judged=True) for n in range(80)]
    contradicting = [
        one if "harbour" in words(one) else replace(one, labels=frozenset({"LY"})) for one in contradicting
    ]
    clear = [article(n, *(("LY", "FR"), ("FR", "LY"))[n % 2], 4.0, "harbour", judged=True) for n in range(200, 300)]
    seen = taken_apart(contradicting + clear + unjudged())
    column = seen.ids.index("SY")
    regime = seen.vocabulary.terms.index("regime")
    assert seen.hints.weights[seen.hints.rows[column], regime] > 1
    assert "SY" in seen.fitted.classifier.judged
    said = [
        seen.fitted.classifier.predict(example(990, f"bread {word}", {"SY": 1.0}, None)).probabilities[column]
        for word in ("regime", "harbour")
    ]
    assert said[0] < 0.3 < 0.7 < said[1]


@pytest.mark.parametrize(("count", "hinted"), [(weak.FEWEST - 1, False), (3 * weak.FEWEST, True)])
def test_hints_take_enough_unjudged_articles(count: int, hinted: bool) -> None:
    seen = taken_apart(judged() + unjudged(count))
    assert bool(seen.hints.rows) is hinted
    assert seen.fitted.choices["hints"] == {"labels": PLACES if hinted else [], "trusted": hinted}


def test_a_label_learns_no_hints_from_its_own_names() -> None:
    seen = taken_apart(judged() + unjudged())
    for label, row in seen.hints.rows.items():
        terms = seen.vocabulary.terms
        own = [column for column, term in enumerate(terms) if SEEDS[seen.ids[label]][0] in term.split()]
        assert own and (seen.hints.weights[row, own] == 0).all()
        assert seen.hints.weights[row, terms.index(GOES_WITH[seen.ids[label]])] > 1


def test_large_corpora_do_not_drown_small_ones() -> None:
    examples = [replace(one, corpus="large" if n < 64 else "small") for n, one in enumerate(judged(72))]
    weights = table_for(examples).weights
    assert weights.mean() == pytest.approx(1)
    assert weights[0] / weights[71] == pytest.approx((8 / 64) ** TEMPERED) == pytest.approx(0.5)
    assert len(set(weights[:64])) == len(set(weights[64:])) == 1
    assert table_for(judged()).weights == pytest.approx(1)


def test_unjudged_articles_do_not_make_a_corpus_large() -> None:
    mixed = [replace(one, corpus="mixed") for one in judged(8) + unjudged()]
    seen: list[Floats] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "attempt", lambda of, *told: seen.append(of.weights) or trial.attempt(of, *told))  # type: ignore[func-returns-value]
        fit([*(replace(one, corpus="other") for one in judged(64, first=100)), *mixed], SEEDS)
    assert seen[0][71] / seen[0][0] == pytest.approx(2)


def test_a_small_corpus_is_heard_against_a_large_one() -> None:
    def said(corpora: tuple[str, str]) -> float:
        yes = [replace(article(n, "SY", "LY", 1.0, "harbour", True), corpus=corpora[0]) for n in range(20)]
        no = [
            replace(article(n, "SY", "LY", 1.0, "harbour", True), corpus=corpora[1], labels=frozenset({"LY"}))
            for n in range(100, 220)
        ]
        fitted = fit(judged() + yes + no, SEEDS, min_examples=10).classifier
        scores = fitted.predict(example(990, "harbour", {"SY": 1.0}, None))
        return float(scores.probabilities[fitted.labels.index("SY")])

    assert said(("small", "large")) > said(("one", "one")) + 0.05


def test_choices_are_plain_and_say_what_was_tried() -> None:
    choices = fit(judged() + unjudged() + music(80), SEEDS).choices
    assert json.loads(json.dumps(choices)) == choices
    words = {f"words, strength {strength:g}": strength for strength in trial.STRENGTHS}
    assert choices["log_loss"].keys() == {"focus", "focus and hints", *words}
    assert choices["strength"] == words[min(words, key=choices["log_loss"].__getitem__)]
    assert set(choices["words"]) | choices["fallen_back"].keys() == {"LY", "MU", "SY"}


def test_losses_are_those_of_the_answers_that_were_given() -> None:
    of = table_for(judged())
    tried = trial.attempt(of, 20)
    assert tried.candidates == [1, 3] and np.isnan(tried.words[:, [0, 2, 4]]).all()
    assert not tried.trusted and tried.losses["focus"] == tried.losses["focus and hints"]
    assert 0 < tried.losses[f"words, strength {tried.strength:g}"] < tried.losses["focus"] < np.log(2)


def test_what_is_chosen_is_what_lost_least(monkeypatch: pytest.MonkeyPatch) -> None:
    of = table_for(judged(80, helps=False))
    monkeypatch.setattr(trial, "STRENGTHS", (1e-4, 1e4))  # words that mean nothing: the less they count the better
    tried = trial.attempt(of, 20)
    assert tried.strength == min((1e-4, 1e4), key=lambda strength: tried.losses[f"words, strength {strength:g}"])
    model = fit_focus(of, of.folds != 2)
    alone = trial.try_words(of, [1, 3], [model], (of.folds != 2)[None], False)
    number = trial.STRENGTHS.index(tried.strength)
    for label, found in alone.items():
        held = of.folds[found.rows] == 2
        np.testing.assert_allclose(tried.words[found.rows, label][held], found.scores[0, number, held], atol=1e-6)


@pytest.mark.parametrize("fold", [0, 3])
def test_a_fold_is_answered_by_models_of_the_others(fold: int) -> None:
    of = table_for(judged())
    turned = replace(of, truth=of.truth ^ (of.folds == fold)[:, None])
    one, other = trial.attempt(of, 20), trial.attempt(turned, 20)
    parts = np.array([of.folds != number for number in range(FOLDS)])
    held, elsewhere = of.folds == fold, of.folds == (fold + 1) % FOLDS
    np.testing.assert_array_equal(one.shared[held], other.shared[held])
    assert not np.array_equal(one.shared[elsewhere], other.shared[elsewhere], equal_nan=True)
    answers = []
    for made in (of, turned):
        models = [fit_focus(made, which) for which in parts]
        answers.append(trial._answers(made, trial.try_words(made, [1, 3], models, parts, False), 1))
    np.testing.assert_allclose(answers[0][held], answers[1][held], rtol=0, atol=1e-9)
    assert np.nanmax(np.abs(answers[0][elsewhere] - answers[1][elsewhere])) > 0.01


def test_final_words_are_those_of_all_articles() -> None:
    of = table_for(judged())
    tried = trial.attempt(of, 20)
    for label, found in tried.learned.items():
        alone = learned(label, of, everything(of), tried.strength).words(of.words, 0, tried.strength)
        made = found.words(of.words, trial.EVERYTHING, tried.strength)
        np.testing.assert_allclose(made.weights, alone.weights, rtol=0, atol=1e-4)
        assert (made.bias, made.gain) == pytest.approx((alone.bias, alone.gain), abs=1e-4)


def test_words_that_can_not_be_learned_say_what_focus_says() -> None:
    of = table_for(judged())
    focus = of.focus(fit_focus(of, everything(of)))
    for label, which in ((3, of.truth[:, 3]), (3, ~of.truth[:, 3]), (0, everything(of))):
        found = learned(label, of, which)
        made = found.words(of.words, 0, 10.0)
        np.testing.assert_array_equal(made.scores(of.words, focus[:, label], 0.0), focus[:, label])
        np.testing.assert_array_equal(found.scores[0, 0], focus[found.rows, label])
        assert made.estimator is None


LEARNING = {
    "words alone": (2, judged() + music(40), {}),
    "those that name it": (3, judged() + music(40), {}),
    "hints": (3, judged() + music(40), {3: 0.5}),
    "unsure of some": (
        3,
        [replace(one, unsure=frozenset({"SY"} if n % 5 == 0 else ())) for n, one in enumerate(judged())],
        {},
    ),
}


@pytest.mark.parametrize(("label", "examples", "hints"), LEARNING.values(), ids=LEARNING)
def test_words_are_learned_as_scikit_learn_learns_them(
    label: int, examples: list[Example], hints: dict[int, float]
) -> None:
    """Words, focus and marks side by side as columns, the intercept held back as liblinear does."""
    of = table_for([replace(one, corpus="ab"[n % 3 == 0]) for n, one in enumerate(examples)])
    of = replace(of, hints={label: np.sin(np.arange(len(examples))) * by for label, by in hints.items()})
    score = of.focus(fit_focus(of, everything(of)))[:, label]
    named, which = ~np.isnan(score), np.arange(len(examples)) % 5 > 0
    columns = [np.where(named, 2 * np.nan_to_num(score), 0), np.where(named, 0, 4), *of.hints.values()]
    seen = np.hstack([of.words.toarray(), np.stack(columns, axis=1)])
    use = which & of.known[:, label] & (named | (label == 2))
    theirs = LogisticRegression(C=3.0, solver="liblinear", tol=1e-10, max_iter=10_000)
    theirs.fit(seen[use], of.truth[use, label], of.weights[use])
    found = learned(label, of, which, 3.0, trusted=bool(hints))
    made = found.words(of.words, 0, 3.0)
    np.testing.assert_allclose(made.estimator.coef_, theirs.coef_, rtol=0, atol=1e-4)
    np.testing.assert_allclose(made.estimator.intercept_, theirs.intercept_, rtol=0, atol=1e-4)
    ours = made.scores(of.words, score, of.hints.get(label, 0.0))
    here = np.isfinite(ours)
    assert (here == (named | (label == 2))).all()
    np.testing.assert_allclose(ours[here], made.estimator.decision_function(seen)[here], rtol=0, atol=1e-9)
    np.testing.assert_allclose(ours[found.rows], found.scores[0, 0], rtol=0, atol=1e-4)


@pytest.mark.parametrize("cores", [1, 3])
def test_threads_answer_the_same(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    of = table_for(judged())
    here = trial.attempt(of, 20)
    monkeypatch.setattr(parallel, "cores", lambda: cores)
    there = trial.attempt(of, 20)
    assert here.losses == there.losses
    assert here.words.tobytes() == there.words.tobytes() and here.shared.tobytes() == there.shared.tobytes()
    assert threads.each(str, [3, 1, 2], lambda number: number) == ["3", "1", "2"]


TOO_LITTLE = {
    "no label is named": (music(40), "no labelled article names any label"),
    "every named label is right": (
        [example(n, "bread fuel", {"SY": 1.0 + n / 50}, "SY") for n in range(40)],
        "both as their subject and in passing",
    ),
    "no named label is right": (
        [example(n, "bread fuel", {"SY": 1.0 + n / 50}, "") for n in range(40)],
        "both as their subject and in passing",
    ),
    "no word is shared": (
        [example(n, f"w{chr(97 + n)}", {"SY": 1.0 + n / 50}, "SY" * (n % 2)) for n in range(20)],
        "no word is in two articles",
    ),
}


@pytest.mark.parametrize(("examples", "message"), TOO_LITTLE.values(), ids=TOO_LITTLE)
def test_too_little_to_learn_from_is_said(examples: list[Example], message: str) -> None:
    with pytest.raises(InputError, match=message):
        fit(examples, SEEDS)


def test_the_same_again_is_the_same_and_the_seed_counts_only_where_articles_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    examples = judged() + unjudged()
    monkeypatch.setattr(weak, "MOST", 20)
    one, same, other = (fit(examples, SEEDS, seed=seed) for seed in (0, 0, 1))
    assert one.classifier.weights.tobytes() == same.classifier.weights.tobytes()
    assert one.choices == same.choices
    assert one.classifier.weights.tobytes() != other.classifier.weights.tobytes()
    alone = [fit(judged(), SEEDS, seed=seed).classifier.weights.tobytes() for seed in (0, 1)]
    assert alone[0] == alone[1]


def test_precision_that_is_asked_for_is_reached_out_of_fold() -> None:
    examples = judged(120)
    thresholds = {}
    for target in (None, 0.97):
        fitted = fit(examples, SEEDS, min_examples=1000, target_precision=target)
        given = np.array([fitted.out_of_fold[one.key] for one in examples])
        truth = np.array([[label in (one.labels or ()) for label in fitted.classifier.labels] for one in examples])
        assigned = given >= fitted.classifier.thresholds
        thresholds[target] = fitted.classifier.thresholds[0]
    assert truth[assigned].mean() >= 0.97 and assigned.any()
    assert thresholds[0.97] > thresholds[None]


def test_sure_means_a_probability_of_nine_tenths() -> None:
    assert sigmoid(np.array(weak.SURE)) == pytest.approx(0.9, abs=0.005) and UNNAMED_EXAMPLES > 1


# judgments of single labels


def asked(label: str, value: bool, numbers: range) -> list[Example]:
    """Make articles of which one label alone was judged."""
    others = frozenset(SEEDS) - {label}
    made = judged(len(numbers), first=numbers.start)
    return [replace(one, labels=frozenset({label} if value else ()), unsure=others) for one in made]


@pytest.mark.parametrize(
    "single, bounds",
    [
        ([], {}),
        (asked("SY", False, range(60, 80)), {"SY": SAY}),
        (asked("FR", False, range(60, 80)), {"FR": 1.0}),
        (asked("SY", False, range(60, 80)) + asked("FR", False, range(80, 140)), {"SY": SAY * 80 / 20, "FR": 1.0}),
        (asked("SY", False, range(60, 62)) + asked("FR", False, range(80, 140)), {"SY": 1.0, "FR": 1.0}),
    ],
    ids=["none", "all of one label", "of one without words of its own", "a quarter", "few"],
)
def test_judgments_of_one_label_have_a_bounded_say_in_what_all_share(
    single: list[Example], bounds: Mapping[str, float]
) -> None:
    whole = judged(60)
    of = table_for([*whole, *single])
    counted = says(of, of.rows, of.columns)
    assert set(counted[of.rows < len(whole)]) == {1.0}
    for label, bound in bounds.items():
        mine = counted[(of.rows >= len(whole)) & (of.columns == sorted(SEEDS).index(label))]
        assert len(mine)
        assert mine == pytest.approx(bound)


def test_one_labels_trouble_is_mended_by_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, single = judged(60), asked("SY", False, range(61, 121, 2))
    bounded = table_for([*whole, *single])
    model = fit_focus(bounded, everything(bounded))
    alone = fit_focus(table_for(whole), np.ones(60, dtype=bool))
    monkeypatch.setattr("training.fitting.parts.SAY", 1.0)
    unbounded = fit_focus(bounded, everything(bounded))
    features = bounded.features[bounded.rows < 60]
    shift = [float(np.abs(made.score(features) - alone.score(features)).mean()) for made in (model, unbounded)]
    assert shift[0] < shift[1] / 2
