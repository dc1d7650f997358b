"""Hints: what goes with a label, learned from news that nobody has judged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from training.fitting import weak
from training.fitting.calibration import Floats
from training.fitting.weak import FEWEST, SURE, Hints, Named, hide

WORDS = "syria damascus regime rain bread regime_syria".split()
SYRIA, DAMASCUS, REGIME, RAIN, BREAD, PAIR = range(6)
NOTHING = np.array([], dtype=np.intp)


def learn(words: sparse.csr_matrix, focus: Floats, hidden: Sequence[npt.NDArray[np.intp]], seed: int) -> Hints:
    """Learn from log-odds of shape (articles, labels), nan where a label is not named."""
    rows, labels = np.nonzero(~np.isnan(focus))
    return weak.learn(words, Named(len(focus), rows, labels, focus[rows, labels]), hidden, seed)


def news(about: int = 40, aside: int = 40, silent: int = 40, seed: int = 3) -> tuple[sparse.csr_matrix, Floats]:
    """Make articles surely about one label, others that name it in passing, and others that do not.

    The label's own names stand in all those about it, and in those aside; 'regime' mostly in those about it; 'rain'
    and 'bread' anywhere.
    """
    random = np.random.default_rng(seed)
    kinds = np.repeat([0, 1, 2], [about, aside, silent])
    words = random.random((len(kinds), len(WORDS))) * (random.random((len(kinds), len(WORDS))) < 0.5)
    words[:, SYRIA] = kinds == 0
    words[:, REGIME] = random.random(len(kinds)) < np.array([0.8, 0.2, 0.05])[kinds]
    words[:, PAIR] = words[:, SYRIA] * words[:, REGIME]
    scores = np.array([SURE + 0.5, -SURE - 0.5, np.nan])[kinds]
    order = random.permutation(len(kinds))
    return sparse.csr_matrix(words[order]), scores[order, None]


HIDDEN = [np.array([SYRIA, DAMASCUS, PAIR])]


def test_a_word_that_goes_with_a_label_is_found_and_one_that_does_not_is_not() -> None:
    hints = learn(*news(), HIDDEN, seed=0)
    weights = hints.weights[0]
    assert hints.rows == {0: 0} and hints.weights.shape == (1, len(WORDS))
    assert weights[REGIME] > 2 and abs(weights[RAIN]) < 1.5 and abs(weights[BREAD]) < 1.5


def test_the_words_of_its_own_seeds_are_hidden_from_a_label() -> None:
    open_to_see = learn(*news(), [NOTHING], seed=0).weights[0]
    hidden = learn(*news(), HIDDEN, seed=0).weights[0]
    assert (hidden[HIDDEN[0]] == 0).all() and open_to_see[SYRIA] > hidden[REGIME]
    assert hidden[REGIME] > open_to_see[REGIME]  # which it would learn less of


def test_scores_are_log_odds_of_the_visible_words() -> None:
    words, focus = news()
    hints = learn(words, focus, HIDDEN, seed=0)
    scores = hints.scores(words)
    assert scores.keys() == {0}
    assert scores[0] == pytest.approx(words.toarray() @ hints.weights[0] + hints.biases[0])
    assert scores[0][focus[:, 0] >= SURE].mean() > 0 > scores[0][~(focus[:, 0] >= SURE)].mean()


@pytest.mark.parametrize(
    ("about", "aside", "silent", "learns"),
    [
        (FEWEST, 20, 20, True),
        (FEWEST - 1, 20, 20, False),
        (FEWEST, 0, 20, True),
        (FEWEST, 20, 0, True),
        (FEWEST, 0, 0, False),
        (0, 0, 50, False),
        (0, 0, 0, False),
    ],
    ids=["enough", "too few", "none aside", "all name it", "all are about it", "none", "no articles"],
)
def test_a_label_gets_hints_from_enough_articles(about: int, aside: int, silent: int, learns: bool) -> None:
    words, focus = news(about, aside, silent)
    hints = learn(words, focus, HIDDEN, seed=0)
    assert bool(hints.rows) is learns
    assert hints.weights.shape == (learns, len(WORDS)) and hints.biases.shape == (learns,)
    assert bool(hints.scores(words)) is learns


def test_only_what_is_sure_is_learned_from() -> None:
    words, focus = news()
    unsure = sparse.vstack([words, words[:30]], format="csr")
    doubtful = np.full((30, 1), SURE - 0.01) * np.array([1, -1] * 15)[:, None]
    more = learn(unsure, np.vstack([focus, doubtful]), HIDDEN, seed=0)
    # Articles are drawn in another order, so the last digits differ.
    assert more.weights == pytest.approx(learn(words, focus, HIDDEN, seed=0).weights, abs=1e-3)


def test_all_articles_in_doubt_beside_those_about_it_teach_nothing() -> None:
    words, focus = news(aside=0, silent=0)
    focus = np.concatenate([focus, np.zeros((40, 1))])
    assert learn(sparse.vstack([words, words], format="csr"), focus, HIDDEN, seed=0).rows == {}


def test_labels_without_hints_take_no_row() -> None:
    words, focus = news()
    nobody = np.full_like(focus, np.nan)
    hints = learn(words, np.hstack([nobody, focus, nobody, -focus]), [NOTHING, *HIDDEN, NOTHING, NOTHING], seed=0)
    assert hints.rows == {1: 0, 3: 1} and hints.scores(words).keys() == {1, 3}
    assert hints.weights[1, REGIME] < hints.weights[0, REGIME] - 1


@pytest.mark.parametrize(
    ("about", "aside", "silent", "expected"),
    [(60, 70, 200, (50, 50 + 50)), (40, 10, 200, (40, 10 + 40)), (60, 0, 20, (50, 20))],
    ids=["many of all", "few aside", "none aside"],
)
def test_many_articles_are_drawn_from(
    about: int, aside: int, silent: int, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    def watched(words: object, chosen: object, about: np.ndarray, hidden: object) -> tuple[Floats, float]:
        seen.append((int(about.sum()), int((~about).sum())))
        return np.zeros(len(WORDS)), 0.0

    monkeypatch.setattr(weak, "_learned", watched)
    monkeypatch.setattr(weak, "MOST", 50)
    learn(*news(about, aside, silent), HIDDEN, seed=0)
    assert seen == [expected]


def test_hints_are_learned_as_scikit_learn_learns_them() -> None:
    words, focus = news()
    hints = learn(words, focus, HIDDEN, seed=0)
    shown = words.toarray()
    shown[:, HIDDEN[0]] = 0.0
    theirs = LogisticRegression(C=weak.STRENGTH, solver="liblinear", tol=1e-10).fit(shown, focus[:, 0] >= SURE)
    np.testing.assert_allclose(hints.weights, theirs.coef_, rtol=0, atol=1e-4)
    np.testing.assert_allclose(hints.biases, theirs.intercept_, rtol=0, atol=1e-4)


def test_the_same_seed_draws_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weak, "MOST", 30)
    one, same, other = (learn(*news(), HIDDEN, seed) for seed in (0, 0, 1))
    assert one.weights.tobytes() == same.weights.tobytes() and one.biases.tobytes() == same.biases.tobytes()
    assert one.weights.tobytes() != other.weights.tobytes()


def test_hidden_are_all_terms_with_a_word_of_the_seeds() -> None:
    terms = ["syria", "syria said", "in syria", "said", "new york", "york", "new", "syrian"]
    hidden = hide(terms, [{"syria"}, {"new", "york"}, {"france"}, set()])
    assert [columns.tolist() for columns in hidden] == [[0, 1, 2], [4, 5, 6], [], []]
