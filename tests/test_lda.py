"""The compiled loops of LDA, held to the same written plainly."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import psi

from tests.helping import called
from training.kernels import lda

Doubles = npt.NDArray[np.float64]


def articles(seed: int, count: int = 9, vocabulary: int = 40) -> tuple[Any, Any, Any]:
    """Make the words of articles, of 1 to 20 different ones each."""
    random = np.random.default_rng(seed)
    rows = [np.sort(random.permutation(vocabulary)[: random.integers(1, 21)]) for _ in range(count)]
    ids = np.concatenate(rows).astype(np.int32)
    ptr = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    return ptr, ids, random.integers(1, 9, len(ids)).astype(np.float32)


@pytest.mark.parametrize("x", [0.01, 0.1, 0.5, 1.0, 2.5, 7.999, 8.0, 8.001, 30.0, 1e4, 1e9])
def test_exp_digamma_is_that_of_scipy(x: float) -> None:
    assert called(lda.exp_digamma)(x) == pytest.approx(float(np.exp(psi(x))), rel=1e-10)


@pytest.mark.parametrize("rows, columns", [(1, 64), (3, 7), (50, 272)])
def test_aligned_arrays_start_where_a_cache_line_does(rows: int, columns: int) -> None:
    array = lda.aligned(rows, columns)
    assert array.shape == (rows, columns) and array.dtype == np.float32
    assert array.ctypes.data % 64 == 0 and array.flags.c_contiguous


@pytest.mark.parametrize("leap", [False, True], ids=["step", "leap"])
@pytest.mark.parametrize("first, last", [(0, 9), (2, 5), (4, 4)], ids=["all", "some", "none"])
def test_a_sweep_is_what_it_is_in_numpy(leap: bool, first: int, last: int) -> None:
    ptr, ids, counts = articles(1)
    random = np.random.default_rng(2)
    words, theta = random.random((40, 8), np.float32), random.random((9, 8), np.float32) * 20
    totals = (1 / words.sum(axis=0)).astype(np.float32)
    expected, gained = theta.astype(float), np.zeros((40, 8))
    for one in range(first, last):
        row = slice(ptr[one], ptr[one + 1])
        share = (theta[one] + 0.1) * totals.astype(float)
        asked = counts[row] / (words[ids[row]] @ share)
        gained[ids[row]] += np.outer(asked, share)
        new = share * (asked @ words[ids[row]])
        far = new * (new + 1e-3) / (theta[one] + 1e-3)
        expected[one] = far * new.sum() / far.sum() if leap else new
    gains = np.full((40, 8), 7, np.float32)
    lda.sweep(ptr, ids, counts, words, totals, theta, gains, first, last, 0.1, leap)
    np.testing.assert_allclose(theta, expected, rtol=1e-4)
    np.testing.assert_allclose(gains, gained, rtol=1e-4)


@pytest.mark.parametrize("leap", [False, True], ids=["step", "leap"])
def test_words_are_renewed_as_in_numpy(leap: bool) -> None:
    random = np.random.default_rng(3)
    words, prior = random.random((12, 8), np.float32), random.random((12, 8), np.float32)
    gains, sums = random.random((4, 12, 8), np.float32), np.full(8, 7.0)
    new = words * gains.sum(axis=0)
    expected = words.copy()
    expected[3:9] = ((new * (new + prior) / words if leap else new) + prior)[3:9]
    lda.renew(words, prior, gains, sums, 3, 9, leap)
    np.testing.assert_allclose(words, expected, rtol=1e-5)
    np.testing.assert_allclose(sums, expected[3:9].sum(axis=0), rtol=1e-5)


def plain(columns: Any, times: Any, weights: Any, alpha: Doubles, iterations: int, tolerance: float) -> Doubles:
    """Infer in numpy, as gensim does."""
    beta, gamma = weights[columns].astype(float), np.ones(len(alpha))
    for _ in range(iterations):
        before, theta = gamma, np.exp(psi(gamma) - psi(gamma.sum()))
        gamma = alpha + theta * (times / (beta @ theta + np.finfo(float).eps) @ beta)
        if np.abs(gamma - before).mean() < tolerance:
            break
    shares: Doubles = gamma / gamma.sum()
    return shares


def topics_like_fitted(seed: int, topics: int) -> Any:
    """Make weights of 3,000 words, most of them next to nothing in most topics, some nothing in all."""
    random = np.random.default_rng(seed)
    counts = random.gamma(0.05, 40, (3000, topics)) + 0.01
    weights = np.exp(psi(counts) - psi(counts.sum(axis=0))).astype(np.float32)
    weights[::500] = 0
    return np.where(weights < 1e-30, np.float32(0), weights)


@pytest.mark.parametrize("topics", [1, 3, 13, 50, 101])
@pytest.mark.parametrize("words", [0, 1, 4, 63, 64, 65, 250, 2000])
def test_shares_are_those_of_numpy(topics: int, words: int) -> None:
    weights, alpha = topics_like_fitted(topics, topics), np.random.default_rng(topics).random(topics) * 0.2 + 0.02
    for seed in range(12):
        random = np.random.default_rng(seed)
        columns = np.sort(random.permutation(3000)[:words]).astype(np.int32)
        times = (1 + random.poisson(0.7, words)).astype(np.float32)
        for iterations, tolerance in ((50, 1e-3), (0, 1e-3), (7, 1e-3), (200, 1e-6)):
            found = lda.infer(columns, times, weights, alpha, iterations, tolerance)
            expected = plain(columns, times, weights, alpha, iterations, tolerance)
            np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_where_an_end_is_too_close_to_call_it_is_found_exactly() -> None:
    weights, alpha = topics_like_fitted(1, 20), np.full(20, 0.1)
    columns = np.arange(1, 200, dtype=np.int32)
    times = np.ones(199, np.float32)
    shares = [plain(columns, times, weights, alpha, n, 0) for n in range(1, 30)]
    gammas = [share * (2 + times.sum()) for share in shares]  # no word is lost, so gammas sum to priors and words
    for before, after in zip(gammas[5:], gammas[6:], strict=False):
        change = np.abs(after - before).mean()
        for near in (change * (1 - 1e-6), change * (1 + 1e-6)):
            found = lda.infer(columns, times, weights, alpha, 50, near)
            np.testing.assert_allclose(found, plain(columns, times, weights, alpha, 50, near), rtol=0, atol=1e-5)
