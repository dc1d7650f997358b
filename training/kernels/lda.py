"""Latent Dirichlet allocation: one sweep of the fit, and the topics of one article.

The fit is expectation-maximisation for the most probable topics, CVB0 without the article's own words taken out:
Asuncion, Welling, Smyth, Teh: On smoothing and inference for topic models. UAI 2009. Its steps may be over-relaxed:
Salakhutdinov, Roweis: Adaptive overrelaxed bound optimization methods. ICML 2003.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_loosely
from training.kernels.hashing import Hashes, found
from training.kernels.hashing import Numbers as Places

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.integer[Any]]

_SOFT = np.float32(1e-3)  # keeps a ratio of two next to nothing from growing
_EPSILON = float(
    np.finfo(np.float64).eps
)  # gensim adds it to what topics expect of a word, so that 0 can be divided by
_STILL = 1e-7  # a topic that changes by less rests
_CLOSE = 1e-3  # of the tolerance; so close to it, resting topics could have decided
_ASTRAY = 1e-6  # of the article; resting topics may have missed that much


@compiled
def bag(words: Hashes, keys: Hashes, values: Places) -> tuple[Places, Floats]:
    """Give the columns of an article's known words, ascending, and how often each stands in it.

    Args:
        words: hashes of all its words.
        keys, values: the table of the known words and their columns.
    """
    columns, count = np.empty(len(words), np.int32), 0
    for word in words:
        column = found(keys, values, word)
        if column >= 0:
            columns[count] = column
            count += 1
    columns = np.sort(columns[:count])
    times, different = np.zeros(count, np.float32), 0
    for at in range(count):
        if at and columns[at] != columns[at - 1]:
            different += 1
        columns[different] = columns[at]
        times[different] += 1
    size = different + 1 if count else 0
    return columns[:size], times[:size]


@compiled_loosely
def sweep(
    ptr: Numbers,
    ids: Numbers,
    counts: Floats,
    words: Floats,
    totals: Floats,
    theta: Floats,
    gains: Floats,
    first: int,
    last: int,
    alpha: float,
    leap: bool,
) -> None:
    """Go once over the articles from ``first`` to before ``last``.

    Args:
        ptr, ids, counts: the articles' words, see :class:`training.topics.Bags`.
        words: (words, topics) what each topic has of each word, its prior with it.
        totals: (topics,) one over the sums of ``words``, 0 for a column that is mere padding.
        theta: (articles, topics) what each article has of each topic; renewed.
        gains: (words, topics) overwritten: times ``words``, what each topic has of each word in these articles.
        first, last: the articles.
        alpha: prior of each topic in an article.
        leap: take each step twice as far.
    """
    topics = words.shape[1]
    share, drawn = np.empty(topics, np.float32), np.empty(topics, np.float32)
    prior = np.float32(alpha)
    gains[:] = 0
    for article in range(first, last):
        start, end = ptr[article], ptr[article + 1]
        fours = start + (end - start) // 4 * 4
        for k in range(topics):
            share[k], drawn[k] = (theta[article, k] + prior) * totals[k], np.float32(0)
        for j in range(start, fours, 4):  # four words a turn: what they share is loaded once
            a, b, c, d = ids[j], ids[j + 1], ids[j + 2], ids[j + 3]
            in_a, in_b, in_c, in_d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            for k in range(topics):
                x = share[k]
                in_a += x * words[a, k]
                in_b += x * words[b, k]
                in_c += x * words[c, k]
                in_d += x * words[d, k]
            in_a, in_b, in_c, in_d = counts[j] / in_a, counts[j + 1] / in_b, counts[j + 2] / in_c, counts[j + 3] / in_d
            for k in range(topics):
                drawn[k] += in_a * words[a, k] + in_b * words[b, k] + in_c * words[c, k] + in_d * words[d, k]
            for k in range(topics):
                gains[a, k] += in_a * share[k]
            for k in range(topics):
                gains[b, k] += in_b * share[k]
            for k in range(topics):
                gains[c, k] += in_c * share[k]
            for k in range(topics):
                gains[d, k] += in_d * share[k]
        for j in range(fours, end):
            a = ids[j]
            in_a = np.float32(0)
            for k in range(topics):
                in_a += share[k] * words[a, k]
            in_a = counts[j] / in_a
            for k in range(topics):
                drawn[k] += in_a * words[a, k]
                gains[a, k] += in_a * share[k]
        _move(theta[article], share, drawn, leap)


@compiled_loosely
def _move(theta: Floats, share: Floats, drawn: Floats, leap: bool) -> None:
    """Renew what one article has of each topic; its sum, the words of the article, stays."""
    had, has = np.float32(0), np.float32(0)
    for k in range(len(theta)):
        new = share[k] * drawn[k]
        had += new
        if leap:
            new *= (new + _SOFT) / (theta[k] + _SOFT)
        theta[k] = new
        has += new
    if leap:
        for k in range(len(theta)):
            theta[k] *= had / has


@compiled_loosely
def renew(words: Floats, prior: Floats, gains: Floats, sums: Doubles, first: int, last: int, leap: bool) -> None:
    """Renew what each topic has of the words from ``first`` to before ``last``.

    Args:
        words: (words, topics), see :func:`sweep`; renewed.
        prior: (words, topics) what each topic is credited with beforehand.
        gains: (parts, words, topics), see :func:`sweep`.
        sums: (topics,) overwritten: the sums of these words.
        first, last: the words.
        leap: take each step twice as far.
    """
    sums[:] = 0
    for word in range(first, last):
        for k in range(words.shape[1]):
            gain = np.float32(0)
            for part in range(len(gains)):
                gain += gains[part, word, k]
            had = words[word, k]
            new = had * gain
            if leap:
                new *= (new + prior[word, k]) / (had + np.float32(1e-30))
            words[word, k] = new + prior[word, k]
            sums[k] += words[word, k]


@compiled_loosely
def exp_digamma(x: float) -> float:
    """Give e to the digamma of x > 0, to 10 digits: an asymptotic series in x - 1/2, moved there by the recurrence."""
    below = 0.0
    while x < 8:
        below += 1 / x
        x += 1
    x -= 0.5
    y = 1 / (x * x)
    series = x * (1 + y * (1 / 24 + y * (-37 / 5760 + y * (10313 / 2903040 - y * 5509121 / 1393459200))))
    return float(series * np.exp(-below)) if below > 0 else float(series)


@compiled_loosely
def infer(
    columns: Numbers, times: Floats, weights: Floats, alpha: Doubles, iterations: int, tolerance: float
) -> Doubles:
    """Give the share of each topic in an article, by the variational updates of Blei, Ng and Jordan (2003).

    They start where all topics are as likely. A topic that no longer changes is left out of the sums; where that could
    change the answer (the updates would end sooner or later, or the topic would change after all), all is done again
    with every topic.

    Args:
        columns: the article's words, each once.
        times: how often each of them stands in it.
        weights: (words, topics) exponentiated expected log probabilities.
        alpha: (topics,) prior of each topic.
        iterations: at most so many.
        tolerance: the mean change of the topics' gammas below which they end.

    Returns:
        Of shape (topics,), sum 1.
    """
    topics, words = len(alpha), len(columns)
    within = np.empty((topics, words // 16 * 16 + 24))  # an odd number of cache lines, so that rows don't clash
    for j in range(words):
        for k in range(topics):
            within[k, j] = weights[columns[j], k]
    gamma = np.ones(topics)
    if not _settle(gamma, within, times, alpha, iterations, tolerance, _STILL):
        gamma[:] = 1
        _settle(gamma, within, times, alpha, iterations, tolerance, 0.0)
    return gamma / gamma.sum()


@compiled_loosely
def _settle(
    gamma: Doubles, within: Doubles, times: Floats, alpha: Doubles, iterations: int, tolerance: float, still: float
) -> bool:
    """Update ``gamma``, leaving out topics that change by less than ``still``; say whether that made no difference."""
    topics, words = len(alpha), len(times)
    order, moving = np.arange(topics), topics  # the topics that move, then those left out
    theta, drawn = np.zeros(topics), np.empty(topics)
    resting, expected = np.zeros(words), np.empty(words)
    enough = topics * tolerance
    for _ in range(iterations):
        for m in range(moving):
            theta[order[m]] = exp_digamma(gamma[order[m]])
        _expect(expected, resting, within, order[:moving], theta, _EPSILON * exp_digamma(gamma.sum()))
        for j in range(words):
            expected[j] = times[j] / expected[j]
        _draw(drawn, within, order[:moving], expected)
        change = 0.0
        for m in range(moving - 1, -1, -1):
            k = order[m]
            new = alpha[k] + theta[k] * drawn[k]
            step = abs(new - gamma[k])
            gamma[k] = new
            change += step
            if step < still:
                moving -= 1
                order[m], order[moving] = order[moving], k
                for j in range(words):
                    resting[j] += theta[k] * within[k, j]
        if moving < topics and abs(change - enough) < _CLOSE * enough:
            return False
        if change < enough:
            break
    rest = order[moving:]
    _draw(drawn, within, rest, expected)
    astray = 0.0
    for k in rest:
        astray += abs(alpha[k] + theta[k] * drawn[k] - gamma[k])
    return astray < _ASTRAY * gamma.sum()


@compiled_loosely
def _expect(expected: Doubles, resting: Doubles, within: Doubles, order: Numbers, theta: Doubles, least: float) -> None:
    """Sum over topics what they expect of each word, on top of what the resting ones do."""
    fours = len(order) // 4 * 4
    for j in range(len(expected)):
        expected[j] = resting[j] + least
    for m in range(0, fours, 4):
        a, b, c, d = order[m], order[m + 1], order[m + 2], order[m + 3]
        of_a, of_b, of_c, of_d = theta[a], theta[b], theta[c], theta[d]
        for j in range(len(expected)):
            expected[j] += of_a * within[a, j] + of_b * within[b, j] + of_c * within[c, j] + of_d * within[d, j]
    for m in range(fours, len(order)):
        a = order[m]
        of_a = theta[a]
        for j in range(len(expected)):
            expected[j] += of_a * within[a, j]


@compiled_loosely
def _draw(drawn: Doubles, within: Doubles, order: Numbers, asked: Doubles) -> None:
    """Sum over words what each topic draws of them."""
    fours = len(order) // 4 * 4
    for m in range(0, fours, 4):
        a, b, c, d = order[m], order[m + 1], order[m + 2], order[m + 3]
        to_a, to_b, to_c, to_d = 0.0, 0.0, 0.0, 0.0
        for j in range(len(asked)):
            x = asked[j]
            to_a += within[a, j] * x
            to_b += within[b, j] * x
            to_c += within[c, j] * x
            to_d += within[d, j] * x
        drawn[a], drawn[b], drawn[c], drawn[d] = to_a, to_b, to_c, to_d
    for m in range(fours, len(order)):
        a = order[m]
        to_a = 0.0
        for j in range(len(asked)):
            to_a += within[a, j] * asked[j]
        drawn[a] = to_a
