"""Latent Dirichlet allocation: one sweep of the fit, and the topics of one article.

The fit is expectation-maximisation for the most probable topics, CVB0 without the article's own words taken out:
Asuncion, Welling, Smyth, Teh: On smoothing and inference for topic models. UAI 2009. Its steps may be over-relaxed:
Salakhutdinov, Roweis: Adaptive overrelaxed bound optimization methods. ICML 2003.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_loosely, inlined_loosely

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.integer[Any]]

_SOFT = np.float32(1e-3)  # keeps a ratio of two next to nothing from growing
_EPSILON = float(np.finfo(np.float64).eps)  # gensim adds it to what is expected of a word, lest it divide by 0
_STILL = 1e-4  # of the tolerance; a topic that changes by less rests
_CLOSE = 3e-3  # of the tolerance; so close to it, what single precision rounds could have decided
_ASTRAY = 1e-6  # of the article; resting topics may have missed that much


@compiled
def aligned(rows: int, columns: int) -> Floats:
    """Give an array of (rows, columns) that starts where a cache line does; what is in it is left to chance."""
    flat = np.empty(rows * columns + 16, np.float32)
    start = (16 - (flat.ctypes.data // 4) % 16) % 16
    return flat[start : start + rows * columns].reshape(rows, columns)


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
        ptr, ids, counts: the articles' words, see :class:`training.discovery.bags.Bags`.
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


@inlined_loosely
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


@inlined_loosely
def exp_digamma(x: float) -> float:
    """Give e to the digamma of x > 0, to 10 digits: an asymptotic series in x - 1/2, moved there by the recurrence."""
    above, below = 0.0, 1.0  # a fraction: the sum of 1 / x
    if x < 8:
        for _ in range(8):
            above, below = above * x + below, below * x
            x += 1
    factor = np.exp(-above / below) if above > 0 else 1.0
    x -= 0.5
    y = 1 / (x * x)
    series = 1 + y * (1 / 24 + y * (-37 / 5760 + y * (10313 / 2903040 - y * 5509121 / 1393459200)))
    return float(factor * x * series)


@compiled_loosely
def infer(
    columns: Numbers, times: Floats, weights: Floats, alpha: Doubles, iterations: int, tolerance: float
) -> Doubles:
    """Give the share of each topic in an article, by the variational updates of Blei, Ng and Jordan (2003).

    They start where all topics are as likely. They reckon in single precision, and a topic that no longer changes is
    left out of the sums; where that could change the answer (the updates could have ended sooner or later, or the topic
    would change after all), all is done again, exactly.

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
    topics, enough = len(alpha), len(alpha) * tolerance
    words = (len(columns) + 63) // 64 * 64  # whole turns of the vector units; what is padded stands there 0 times
    rough = aligned(topics, words + 16)  # one cache line more, so that rows don't clash
    often, asked, resting = aligned(1, words)[0], aligned(1, words)[0], aligned(1, words)[0]
    often[:], resting[:] = 0, 0
    often[: len(times)] = times
    _gather(rough, columns, weights)
    gamma, order, room = np.ones(topics), np.arange(topics), np.zeros((2, topics), np.float32)
    moving, closest = _update(gamma, rough, often, alpha, order, resting, asked, room, iterations, enough, tolerance)
    if closest < _CLOSE or _astray(gamma, rough, alpha, order[moving:], asked, room[1]) > _ASTRAY * gamma.sum():
        gamma[:] = 1
        fine, expected, drawn = rough.astype(np.float64), np.zeros((2, words)), np.zeros((2, topics))
        _update(gamma, fine, often, alpha, order, expected[0], expected[1], drawn, iterations, enough, 0.0)
    shares: Doubles = gamma / gamma.sum()
    return shares


@inlined_loosely
def _gather(within: Floats, columns: Numbers, weights: Floats) -> None:
    """Fill ``within`` with the weights of an article's words, topics in rows, and with 0 after the last word."""
    fours = len(columns) // 4 * 4
    for j in range(0, fours, 4):  # four words a turn: more are on their way from memory at a time
        a, b, c, d = columns[j], columns[j + 1], columns[j + 2], columns[j + 3]
        for k in range(len(within)):
            within[k, j], within[k, j + 1] = weights[a, k], weights[b, k]
            within[k, j + 2], within[k, j + 3] = weights[c, k], weights[d, k]
    for j in range(fours, len(columns)):
        for k in range(len(within)):
            within[k, j] = weights[columns[j], k]
    within[:, len(columns) :] = 0


@inlined_loosely
def _update(
    gamma: Doubles,
    within: Any,
    times: Floats,
    alpha: Doubles,
    order: Numbers,
    resting: Any,
    asked: Any,
    room: Any,
    iterations: int,
    enough: float,
    tolerance: float,
) -> tuple[int, float]:
    """Update ``gamma`` until all topics together change by less than ``enough``; reckon in the precision of ``within``.

    Args:
        gamma: (topics,) updated.
        within: (topics, words or more) weights of the article's words.
        times, alpha: see :func:`infer`.
        order: (topics,) the topics; those that come to rest are moved to its end.
        resting: (words,) 0; overwritten: what the topics that rest expect of each word.
        asked: (words,) overwritten: how often each word stands there for each time that it was expected to.
        room: (2, topics), for its use.
        iterations: at most so many.
        enough: see above.
        tolerance: a topic that changes by less than a small part of it comes to rest.

    Returns:
        How many topics move, and how close, as a share of it, a change came to ``enough``.
    """
    theta, drawn = room[0], room[1]
    moving, closest, still = len(order), 1.0, _STILL * tolerance
    for _ in range(iterations):
        for k in order[:moving]:
            theta[k] = exp_digamma(gamma[k])
        _ask(asked, times, resting, within, order[:moving], theta, _EPSILON * exp_digamma(gamma.sum()))
        _draw(drawn, within, order[:moving], asked)
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
                for j in range(len(times)):
                    resting[j] += theta[k] * within[k, j]
        closest = min(closest, abs(change - enough) / enough)
        if change < enough:
            break
    return moving, closest


@inlined_loosely
def _ask(asked: Any, times: Floats, resting: Any, within: Any, order: Numbers, theta: Any, least: float) -> None:
    """Divide how often each word stands in the article by what the topics expect of it."""
    fours = len(order) // 4 * 4
    for j in range(len(asked)):
        asked[j] = resting[j] + least
    for m in range(0, fours, 4):
        a, b, c, d = order[m], order[m + 1], order[m + 2], order[m + 3]
        of_a, of_b, of_c, of_d = theta[a], theta[b], theta[c], theta[d]
        for j in range(len(asked)):
            asked[j] += of_a * within[a, j] + of_b * within[b, j] + of_c * within[c, j] + of_d * within[d, j]
    for m in range(fours, len(order)):
        a = order[m]
        of_a = theta[a]
        for j in range(len(asked)):
            asked[j] += of_a * within[a, j]
    for j in range(len(asked)):
        asked[j] = times[j] / asked[j]


@inlined_loosely
def _draw(drawn: Any, within: Any, order: Numbers, asked: Any) -> None:
    """Sum over words what each topic draws of them."""
    fours = len(order) // 4 * 4
    zero = within.dtype.type(0)
    for m in range(0, fours, 4):
        a, b, c, d = order[m], order[m + 1], order[m + 2], order[m + 3]
        to_a, to_b, to_c, to_d = zero, zero, zero, zero
        for j in range(len(asked)):
            x = asked[j]
            to_a += within[a, j] * x
            to_b += within[b, j] * x
            to_c += within[c, j] * x
            to_d += within[d, j] * x
        drawn[a], drawn[b], drawn[c], drawn[d] = to_a, to_b, to_c, to_d
    for m in range(fours, len(order)):
        a = order[m]
        to_a = zero
        for j in range(len(asked)):
            to_a += within[a, j] * asked[j]
        drawn[a] = to_a


@inlined_loosely
def _astray(gamma: Doubles, within: Floats, alpha: Doubles, resting: Numbers, asked: Floats, drawn: Floats) -> float:
    """Sum how far the topics that rest are from what another update would make of them; ``drawn`` is overwritten."""
    _draw(drawn, within, resting, asked)
    far = 0.0
    for k in resting:
        far += abs(alpha[k] + exp_digamma(gamma[k]) * drawn[k] - gamma[k])
    return far
