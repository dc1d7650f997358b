"""Logistic regression with an L2 penalty on words, many problems side by side over the same rows.

A problem is to find the weights ``w`` of words (sparse columns) and ``u`` of a few dense columns that minimise

    (w.w + sum of penalties * u * u) / 2 + sum over rows of cost * log(1 + exp(-sign * (x.w + d.u)))

The problems of a block share their words and differ in costs, truth and dense columns: a cost of 0 leaves a row out, so
folds are problems of one block, and so are strengths of the penalty, and labels. Newton's method, whose steps come from
conjugate gradients that stop when they are good enough for where it stands (Lin, Weng, Keerthi: Trust region Newton
method for large-scale logistic regression, 2008), with steps halved until they help in place of a region.

All weights of words that come up on the way are sums of rows (the representer theorem), so it is each row's share that
is kept, and what is left to do with words is done by :func:`training.kernels.columns.products`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from training.kernels.columns import Bools, Columns, Floats, products
from training.kernels.compiling import compiled
from training.kernels.sums import along, back, both, dots, factored, scaled_add, shared

TOLERANCE = 1e-6  # of the gradient, as a part of what it was at weights of 0
STEPS = 100  # of Newton's method, at most
INNER = 500  # of conjugate gradients for each of them, at most
GOOD_ENOUGH = 0.1  # part of the gradient that a step may leave; less, nearer to the end
HALVINGS = 40  # of a step, at most
ENOUGH = 1e-4  # part of what the slope promises that a step must bring
ROUNDING = 1e-13  # part of the loss that is no difference
SIDE_BY_SIDE = 8  # numbers of single precision that a vector unit takes at once; problems are filled up to a multiple


class Problems(NamedTuple):
    """What is to be solved.

    Attributes:
        dense: (columns, rows, problems).
        penalties: (columns,) of their weights; 0 for those that are free.
        truth: (rows, problems).
        costs: (rows, problems), 0 for rows left out.
    """

    dense: Floats
    penalties: Floats
    truth: Bools
    costs: Floats


class Point(NamedTuple):
    """Weights, or a step from some to others: ``words`` and ``margins`` are what they say of each row.

    Attributes:
        shares: (rows, problems) of each row in the weights of words.
        weights: (columns, problems) of the dense columns.
        words: (rows, problems), what the weights of words say.
        margins: (rows, problems), what all weights say.
    """

    shares: Floats
    weights: Floats
    words: Floats
    margins: Floats


class Work(NamedTuple):
    """What is written to on the way.

    Attributes:
        at, left, step, way: where it stands, what is left of the gradient, a step, and the way that it grows along.
        first, second: (rows, problems) derivatives of each row's loss.
        bent: (rows, problems), a way times the second derivative.
        margins: (rows, problems) after a step that is tried.
        halves: (2, rows, problems), of single precision.
    """

    at: Point
    left: Point
    step: Point
    way: Point
    first: Floats
    second: Floats
    bent: Floats
    margins: Floats
    halves: Floats


def solve(
    columns: Columns, problems: Problems, tolerance: float = TOLERANCE, empty: Callable[..., Any] = np.zeros
) -> Point:
    """Solve problems side by side.

    Args:
        columns: of the rows.
        problems: over the same rows.
        tolerance: a problem is solved when its gradient is this part of what it is at weights of 0.
        empty: makes the arrays of (rows, problems) to work with, of a shape and a kind: such as are mapped.

    Returns:
        The weights of the least loss. Rows of no cost have no shares, and are told their margins too.
    """
    rows, width = problems.costs.shape
    wide = width if width == 1 else width + -width % SIDE_BY_SIDE

    def filled(part: Any) -> Any:
        made = empty((*part.shape[:-1], wide), part.dtype)
        made[..., :width] = part
        return made

    def point() -> Point:
        weights = np.zeros((len(problems.dense), wide))
        return Point(empty((rows, wide), float), weights, empty((rows, wide), float), empty((rows, wide), float))

    dense, truth, costs = filled(problems.dense), filled(problems.truth), filled(problems.costs)
    first, second, bent, margins = (empty((rows, wide), float) for _ in range(4))
    halves = empty((2, rows, wide), np.float32)
    work = Work(point(), point(), point(), point(), first, second, bent, margins, halves)
    solved(columns, Problems(dense, problems.penalties, truth, costs), tolerance, work)
    return Point(*(np.ascontiguousarray(part[:, :width]) for part in work.at))


@compiled
def solved(columns: Columns, problems: Problems, tolerance: float, work: Work) -> None:
    """Solve problems whose number suits vector units; the weights are those that ``work`` is at then, from 0."""
    at, width = work.at, problems.costs.shape[1]
    losses, largest, enough = loss(problems, at.margins), np.zeros(width), np.zeros(width)
    active = np.ones(width, dtype=np.bool_)
    for number in range(STEPS):
        slopes(problems, at.margins, work.first, work.second)
        size = descent(columns, problems, work)
        for p in range(width):
            largest[p] = size[p] if number == 0 else largest[p]
            active[p] = active[p] and size[p] > tolerance * tolerance * largest[p]
            if active[p]:  # no nearer than it must come in the end
                goal = tolerance * tolerance * largest[p] / size[p]
                enough[p] = max(min(GOOD_ENOUGH * GOOD_ENOUGH, np.sqrt(size[p] / largest[p])), goal / 4)
        if not active.any():
            break
        newton(columns, problems, work, enough, active)
        move(problems, work, losses, active)


@compiled
def clear(point: Point) -> None:
    """Make all weights 0."""
    point.shares[:], point.weights[:], point.words[:], point.margins[:] = 0.0, 0.0, 0.0, 0.0


@compiled
def loss(problems: Problems, margins: Floats) -> Floats:
    """Give the loss of each problem, without penalties."""
    losses = np.zeros(margins.shape[1])
    for i in range(len(margins)):
        for p in range(margins.shape[1]):
            if problems.costs[i, p] > 0:
                margin = margins[i, p] if problems.truth[i, p] else -margins[i, p]
                losses[p] += problems.costs[i, p] * (np.log1p(np.exp(-abs(margin))) + max(-margin, 0.0))
    return losses


@compiled
def slopes(problems: Problems, margins: Floats, first: Floats, second: Floats) -> None:
    """Write the first and the second derivative of each row's loss by its margin; they stay 0 where costs are."""
    for i in range(len(margins)):
        for p in range(margins.shape[1]):
            if problems.costs[i, p] > 0:
                chance = 1 / (1 + np.exp(-margins[i, p]))
                first[i, p] = problems.costs[i, p] * (chance - problems.truth[i, p])
                second[i, p] = problems.costs[i, p] * chance * (1 - chance)


@compiled
def descent(columns: Columns, problems: Problems, work: Work) -> Floats:
    """Write the gradient with its sign turned, without margins; give the square of its length, (problems,)."""
    at, first, left = work.at, work.first, work.left
    for i in range(len(first)):
        for p in range(first.shape[1]):
            left.shares[i, p] = -at.shares[i, p] - first[i, p]
    products(columns, left.shares, left.words, work.halves)
    along(problems.dense, first, left.weights)
    for d in range(len(left.weights)):
        for p in range(first.shape[1]):
            left.weights[d, p] = -left.weights[d, p] - problems.penalties[d] * at.weights[d, p]
    return both(left.shares, left.words, left.weights, left.weights)


@compiled
def newton(columns: Columns, problems: Problems, work: Work, enough: Floats, active: Bools) -> None:
    """Write the step that leaves no more than ``enough`` of the square of the gradient, which is used up.

    Conjugate gradients in the norm of what the dense columns alone would need: those are few, and bend far more.
    """
    left, step, way, bent = work.left, work.step, work.way, work.bent
    clear(step)
    clear(way)
    width, bent_weights = bent.shape[1], np.empty(left.weights.shape)
    factors, going = factored(problems.dense, work.second, problems.penalties), active.copy()
    turn: Floats = np.zeros(width)
    eased = back(factors, left.weights)
    now = both(left.shares, left.words, left.weights, eased)
    start = now
    for _ in range(INNER):
        follow(problems, left, eased, turn, way)
        curve(problems, work.second, way, bent, bent_weights)
        length = shared(now, both(way.words, bent, way.weights, bent_weights), going)
        add(length, way, step)
        for p in range(width):
            length[p] = -length[p]
        scaled_add(length, bent_weights, left.weights)
        scaled_add(length, bent, left.shares)
        products(columns, left.shares, left.words, work.halves)
        eased = back(factors, left.weights)
        then = both(left.shares, left.words, left.weights, eased)
        for p in range(width):
            going[p] = going[p] and then[p] > enough[p] * start[p]
        if not going.any():
            break
        turn, now = shared(then, now, going), then


@compiled
def follow(problems: Problems, left: Point, eased: Floats, turn: Floats, way: Point) -> None:
    """Turn the way by what is left to go."""
    for i in range(len(way.shares)):
        for p in range(way.shares.shape[1]):
            way.shares[i, p] = left.shares[i, p] + turn[p] * way.shares[i, p]
            way.words[i, p] = left.words[i, p] + turn[p] * way.words[i, p]
            way.margins[i, p] = way.words[i, p]
    for d in range(len(eased)):
        for p in range(len(turn)):
            way.weights[d, p] = eased[d, p] + turn[p] * way.weights[d, p]
        for i in range(len(way.margins)):
            for p in range(way.margins.shape[1]):
                way.margins[i, p] += problems.dense[d, i, p] * way.weights[d, p]


@compiled
def curve(problems: Problems, second: Floats, way: Point, bent: Floats, bent_weights: Floats) -> None:
    """Multiply a way by the second derivative: write its shares and its dense weights."""
    for i in range(len(bent)):
        for p in range(bent.shape[1]):
            bent[i, p] = second[i, p] * way.margins[i, p]
    along(problems.dense, bent, bent_weights)
    for d in range(len(bent_weights)):
        for p in range(bent.shape[1]):
            bent_weights[d, p] += problems.penalties[d] * way.weights[d, p]
    for i in range(len(bent)):
        for p in range(bent.shape[1]):
            bent[i, p] += way.shares[i, p]


@compiled
def move(problems: Problems, work: Work, losses: Floats, active: Bools) -> None:
    """Make the step, or half of it, or a quarter: as much as lowers the loss. No step, no more activity."""
    at, step, margins = work.at, work.step, work.margins
    linear, square = dots(step.shares, at.words), dots(step.shares, step.words)
    down, length = dots(work.first, step.margins), np.zeros(len(losses))
    for p in range(len(losses)):
        for d in range(len(at.weights)):
            linear[p] += problems.penalties[d] * at.weights[d, p] * step.weights[d, p]
            square[p] += problems.penalties[d] * step.weights[d, p] * step.weights[d, p]
        down[p] += linear[p]
        active[p] = active[p] and down[p] < -ROUNDING * losses[p]
        length[p] = 1.0 if active[p] else 0.0
    then = losses
    for _ in range(HALVINGS):
        margins[:] = at.margins
        scaled_add(length, step.margins, margins)
        then = loss(problems, margins)
        high = 0
        for p in range(len(losses)):
            change = then[p] - losses[p] + length[p] * linear[p] + length[p] * length[p] * square[p] / 2
            if change > ENOUGH * length[p] * down[p] + ROUNDING * losses[p]:
                length[p] /= 2
                high += 1
        if not high:
            break
    add(length, step, at)
    for p in range(len(losses)):
        losses[p] = then[p]


@compiled
def add(factors: Floats, step: Point, at: Point) -> None:
    """Add a step times ``factors``, (problems,)."""
    scaled_add(factors, step.shares, at.shares)
    scaled_add(factors, step.weights, at.weights)
    scaled_add(factors, step.words, at.words)
    scaled_add(factors, step.margins, at.margins)
