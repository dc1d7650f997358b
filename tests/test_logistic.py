"""Logistic regressions side by side: each is scikit-learn's, whatever stands beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from training import spool
from training.fitting.gathering import gathered
from training.kernels import columns, logistic, sums
from training.kernels.columns import Columns, Floats
from training.kernels.logistic import Point, Problems

ROWS, TERMS = 120, 300
EVERYTHING = np.ones(TERMS, dtype=bool)


def words(seed: int = 0, rows: int = ROWS) -> sparse.csr_matrix:
    """Make rows of length 1 with some terms that many have, and many that few have."""
    random = np.random.default_rng(seed)
    chance = 1 / (1 + np.arange(TERMS) / 3)
    values = random.exponential(size=(rows, TERMS)) * (random.random((rows, TERMS)) < chance)
    return sparse.csr_matrix(values / np.maximum(1e-9, np.linalg.norm(values, axis=1, keepdims=True)))


def taken(matrix: sparse.csr_matrix, chosen: Any = None, shown: Any = EVERYTHING) -> Columns:
    chosen = np.arange(matrix.shape[0]) if chosen is None else chosen
    return gathered(matrix, chosen, shown)


def weights(matrix: sparse.csr_matrix, point: Point, problem: int) -> Floats:
    chosen, shares = np.arange(matrix.shape[0]), np.ascontiguousarray(point.shares[:, problem])
    return columns.weights_of(matrix.indptr, matrix.indices, matrix.data, chosen, EVERYTHING, shares)


def problems(width: int, rows: int = ROWS, seed: int = 1) -> Problems:
    """Make problems that differ in a column, in truth, and in costs that leave rows out."""
    random = np.random.default_rng(seed)
    dense = np.stack([np.ones((rows, width)), 3 * random.normal(size=(rows, width))])
    costs = random.choice([0.0, 1.0, 2.5], (rows, width)) * 3.0 ** random.integers(-1, 4, width)
    return Problems(dense, np.ones(2), random.random((rows, width)) < random.uniform(0.2, 0.6, width), costs)


def theirs(matrix: sparse.csr_matrix, of: Problems, problem: int, free: bool = False) -> LogisticRegression:
    """Let scikit-learn solve one problem; liblinear holds the intercept back, lbfgs leaves it free."""
    use = of.costs[:, problem] > 0
    seen = np.hstack([matrix.toarray(), of.dense[1:, :, problem].T])[use]
    solver: dict[str, Any] = {"solver": "lbfgs", "tol": 1e-9} if free else {"solver": "liblinear", "tol": 1e-10}
    model = LogisticRegression(C=1.0, max_iter=10_000, **solver)
    return model.fit(seen, of.truth[use, problem], of.costs[use, problem])


def log_loss(margins: Floats, truth: Any, costs: Floats) -> float:
    return float(np.average(np.logaddexp(0, np.where(truth, -margins, margins)), weights=costs))


@pytest.mark.parametrize("width", [1, 4, 5, 13])
def test_each_problem_is_solved_as_scikit_learn_solves_it(width: int) -> None:
    matrix, of = words(), problems(width)
    found = logistic.solve(taken(matrix), of)
    for problem in range(width):
        model = theirs(matrix, of, problem)
        np.testing.assert_allclose(weights(matrix, found, problem), model.coef_[0, :TERMS], rtol=0, atol=1e-4)
        np.testing.assert_allclose(found.weights[1, problem], model.coef_[0, TERMS], rtol=0, atol=1e-4)
        np.testing.assert_allclose(found.weights[0, problem], model.intercept_[0], rtol=0, atol=1e-4)
        margins = model.decision_function(np.hstack([matrix.toarray(), of.dense[1:, :, problem].T]))
        costs = of.costs[:, problem]
        losses = [log_loss(said, of.truth[:, problem], costs) for said in (found.margins[:, problem], margins)]
        assert losses[0] == pytest.approx(losses[1], abs=1e-6)


def test_a_column_without_a_penalty_is_free() -> None:
    matrix, of = words(), problems(3)
    found = logistic.solve(taken(matrix), of._replace(penalties=np.array([0.0, 1.0])), 1e-8)
    for problem in range(3):
        model = theirs(matrix, of, problem, free=True)
        np.testing.assert_allclose(weights(matrix, found, problem), model.coef_[0, :TERMS], rtol=0, atol=1e-4)
        np.testing.assert_allclose(found.weights[0, problem], model.intercept_[0], rtol=0, atol=1e-4)


def test_margins_are_told_of_rows_left_out_too() -> None:
    matrix, of = words(), problems(4)
    found = logistic.solve(taken(matrix), of)
    assert (found.shares[of.costs == 0] == 0).all() and (of.costs == 0).any()
    for problem in range(4):
        said = matrix @ weights(matrix, found, problem) + of.dense[:, :, problem].T @ found.weights[:, problem]
        np.testing.assert_allclose(found.margins[:, problem], said, rtol=0, atol=1e-5)


def test_problems_do_not_know_of_each_other() -> None:
    matrix, of = words(), problems(8)
    together = logistic.solve(taken(matrix), of)
    for problem in range(8):
        one = Problems(of.dense[:, :, [problem]], of.penalties, of.truth[:, [problem]], of.costs[:, [problem]])
        alone = logistic.solve(taken(matrix), one)
        np.testing.assert_allclose(together.weights[:, problem], alone.weights[:, 0], rtol=0, atol=1e-5)


def test_the_same_again_is_the_same() -> None:
    one, other = (logistic.solve(taken(words()), problems(7)) for _ in range(2))
    assert all(first.tobytes() == second.tobytes() for first, second in zip(one, other, strict=True))


EASY = {
    "nothing costs": (np.zeros(ROWS), np.arange(ROWS) < 60),
    "all are true": (np.ones(ROWS), np.ones(ROWS, dtype=bool)),
    "one row": (np.arange(ROWS) == 3.0, np.arange(ROWS) < 60),
    "a strength beyond reason": (np.full(ROWS, 1e6), np.arange(ROWS) < 60),
    "hardly any strength": (np.full(ROWS, 1e-9), np.arange(ROWS) < 60),
}


@pytest.mark.parametrize(("costs", "truth"), EASY.values(), ids=EASY)
def test_odd_problems_end(costs: Floats, truth: Any) -> None:
    of = Problems(np.ones((1, ROWS, 1)), np.ones(1), truth[:, None], np.asarray(costs, dtype=float)[:, None])
    found = logistic.solve(taken(words()), of)
    assert all(np.isfinite(part).all() for part in found)
    right = (found.margins[:, 0] > 0) == truth
    assert right[costs > 1e-6].all() and bool(found.shares.any()) is bool(costs.any())


def test_rows_without_words_are_told_by_dense_columns() -> None:
    matrix, of = sparse.csr_matrix((ROWS, TERMS)), problems(2)
    found = logistic.solve(taken(matrix), of)
    for problem in range(2):
        model = theirs(matrix, of, problem)
        expected = [model.intercept_[0], model.coef_[0, TERMS]]
        np.testing.assert_allclose(found.weights[:, problem], expected, rtol=0, atol=1e-5)


CHOSEN = {
    "all": np.arange(ROWS),
    "some": np.array([3, 5, 90, 17]),
    "one": np.array([8]),
    "none": np.array([], dtype=np.intp),
}


@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("width", [1, 4, 6])
def test_products_are_those_of_dense_matrices(chosen: Any, dtype: Any, width: int) -> None:
    matrix, shown = words().astype(dtype), np.arange(TERMS) % 3 > 0
    made = taken(matrix, chosen, shown)
    seen = matrix.toarray()[chosen][:, shown].astype(float)
    assert (np.diff(made.starts) > 1).all()
    x = np.random.default_rng(3).normal(size=(len(chosen), width))
    out = np.full_like(x, np.nan)
    columns.products(made, x, out, np.empty((2, *x.shape), dtype=np.float32))
    np.testing.assert_allclose(out, seen @ seen.T @ x, rtol=0, atol=1e-5)
    sparse_rows = matrix.indptr, matrix.indices, matrix.data, chosen
    found = columns.weights_of(*sparse_rows, shown, np.ascontiguousarray(x[:, 0]))
    assert (found[~shown] == 0).all()
    np.testing.assert_allclose(found[shown], seen.T @ x[:, 0], rtol=0, atol=1e-12)


def test_losses_are_those_of_the_textbook_however_far_off() -> None:
    margins = np.array([[0.0, 2.0], [-800.0, 800.0], [1.0, -1.0]])
    truth = np.array([[True, False], [True, False], [False, True]])
    costs = np.array([[1.0, 2.0], [1.0, 1.0], [0.0, 3.0]])
    of = Problems(np.ones((1, 3, 2)), np.ones(1), truth, costs)
    expected = [np.log(2) + 800, 2 * np.logaddexp(0, 2) + 800 + 3 * np.logaddexp(0, 1)]
    np.testing.assert_allclose(logistic.loss(of, margins), expected)
    first, second = np.zeros((3, 2)), np.zeros((3, 2))
    logistic.slopes(of, margins, first, second)
    chances = 1 / (1 + np.exp(-np.clip(margins, -700, 700)))
    np.testing.assert_allclose(first, costs * (chances - truth), atol=1e-12)
    np.testing.assert_allclose(second, costs * chances * (1 - chances), atol=1e-12)


def test_factors_solve_for_dense_weights() -> None:
    random = np.random.default_rng(4)
    dense, counts, right = random.normal(size=(3, 20, 5)), random.random((20, 5)), random.normal(size=(3, 5))
    penalties = np.array([0.0, 1.0, 2.0])
    found = sums.back(sums.factored(dense, counts, penalties), right)
    for p in range(5):
        matrix = (dense[:, :, p] * counts[:, p]) @ dense[:, :, p].T + np.diag(penalties)
        np.testing.assert_allclose(found[:, p], np.linalg.solve(matrix, right[:, p]), rtol=1e-9)


@pytest.mark.parametrize("width", [1, 7])
def test_mapped_arrays_to_work_with_change_nothing(width: int) -> None:
    matrix = words()
    here = logistic.solve(taken(matrix), problems(width))
    there = logistic.solve(taken(matrix), problems(width), empty=spool.empty)
    assert all(one.tobytes() == other.tobytes() for one, other in zip(here, there, strict=True))


def test_gathered_columns_are_those_of_the_matrix() -> None:
    matrix, chosen, shown = words(), np.arange(3, ROWS, 2), np.arange(TERMS) % 3 > 0
    found = gathered(matrix, chosen, shown)
    expected = matrix[chosen].multiply(shown).tocsc()
    expected.eliminate_zeros()
    often = np.diff(expected.indptr) > 1
    assert np.diff(found.starts).tolist() == np.diff(expected.indptr)[often].tolist()
    columns = expected[:, often].tocsc()
    assert found.rows.tolist() == columns.indices.tolist()
    np.testing.assert_allclose(found.values, columns.data, rtol=1e-6)
    rare = expected[:, ~often].tocsr()
    np.testing.assert_allclose(found.alone, np.asarray(rare.multiply(rare).sum(axis=1)).ravel(), rtol=1e-6, atol=1e-12)
