"""A map of the topics of a model: those that use the same words lie near each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from training.frames.topics import topics_table
from training.model import Model

if TYPE_CHECKING:
    from pandas import DataFrame

Doubles = npt.NDArray[np.float64]

LARGEST = 1_500  # square pixels of the largest circle
SMALLEST = 60
LINE = 14  # pixels from line to line
WIDTHS = {3.1: "iljtf ,.'-I", 9.0: "mwMW@"}  # pixels of letters in a sans-serif of 11 pixels
CAPITAL, LETTER = 7.6, 5.9  # of all other letters
ROUND = np.pi * np.array([0, 8, 4, 12, 2, 14, 6, 10, 1, 15, 7, 9, 3, 13, 5, 11]) / 8  # where a name is tried, in turn
AWAY = range(4, 180, 8)  # pixels between a circle and its name, tried one after the other
POINTS = 12  # of a line that are looked at
BESIDE = 8  # pixels from which a line should lead to the name


def map_table(model: Model, junk: bool = False) -> DataFrame:
    """Give the place of each topic on a map, by id, the largest first.

    Columns: x, y, and name, words, share, articles, trend as in :func:`training.frames.topics.topics_table`. The map
    keeps what it can of the Jensen-Shannon distances between the topics' words (Lin: Divergence measures based on the
    Shannon entropy, 1991) in two dimensions, by classical multidimensional scaling (Torgerson: Multidimensional
    scaling: I. Theory and method, 1952), as LDAvis does (Sievert, Shirley 2014).
    """
    topics, table = model.topics, topics_table(model, junk)
    numbers = [topics.ids.index(id) for id in table.index]
    table[["x", "y"]] = scaled(distances(topics.word_probabilities[numbers]))
    return table[["x", "y", "name", "words", "share", "articles", "trend"]]


def drawn_table(table: DataFrame, width: float, height: float) -> DataFrame:
    """Give a map in pixels, with a place for each name where it covers no other name and no circle.

    Columns: those of :func:`map_table`, x and y in pixels from the lower left corner; area (of the circle, in square
    pixels, by the share), name_x and name_y (the middle of the name; missing where there is no room for it), apart
    (whether the name stands so far from its circle that a line should lead there).
    """
    drawn = table.assign(area=np.maximum(LARGEST * table["share"] / table["share"].max(), SMALLEST))
    places = drawn[["x", "y"]].to_numpy(float)
    spans, margins = np.ptp(places, axis=0), np.array([min(width / 6, 140), 30])
    zoom = ((np.array([width, height]) - 2 * margins) / np.maximum(spans, 1e-9)).min()
    places = (places - places.min(axis=0) - spans / 2) * zoom + np.array([width, height]) / 2
    drawn[["x", "y"]] = places
    radii = np.sqrt(drawn["area"].to_numpy(float) / np.pi)
    lengths = np.array([_length(name) for name in drawn["name"]])
    drawn[["name_x", "name_y"]] = names = _beside(places, radii, lengths, width, height)
    gaps = np.maximum(np.abs(names - places) - np.column_stack([lengths, np.full(len(drawn), LINE)]) / 2, 0)
    return drawn.assign(apart=np.hypot(*gaps.T) - radii > BESIDE)


def distances(words: npt.NDArray[Any]) -> Doubles:
    """Give the Jensen-Shannon distances between distributions, (rows, words) -> (rows, rows), from 0 to 1."""
    chances = words / words.sum(axis=1, keepdims=True, dtype=float)
    spread = _entropy(chances)
    both = np.array([_entropy((chances + one) / 2) for one in chances])
    divergence = both - (spread[:, None] + spread) / 2
    np.fill_diagonal(divergence, 0)
    return np.asarray(np.sqrt(np.clip((divergence + divergence.T) / 2, 0, 1)))


def scaled(distances: Doubles) -> Doubles:
    """Give places in the plane that keep distances as well as they can, (rows, 2); the farthest is right, or above.

    >>> scaled(np.array([[0.0, 1, 3], [1, 0, 2], [3, 2, 0]])).round(3)[:, 0].tolist()
    [-1.333, -0.333, 1.667]
    """
    squares = distances**2
    centred = -(squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()) / 2
    values, vectors = np.linalg.eigh(centred)
    found = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1][:, :2]
    places = np.zeros((len(distances), 2))
    places[:, : found.shape[1]] = found
    farthest = places[np.abs(places).argmax(axis=0), [0, 1]]
    return places * np.where(farthest < 0, -1, 1)


def _entropy(chances: Doubles) -> Doubles:
    """Give the entropy of each row, in bits."""
    return np.asarray(-(chances * np.log2(np.maximum(chances, 1e-300))).sum(axis=1))


def _length(name: str) -> float:
    """Give about how many pixels a name is long."""
    known = {letter: width for width, letters in WIDTHS.items() for letter in letters}
    return sum(known.get(letter, CAPITAL if letter.isupper() else LETTER) for letter in name)


def _beside(places: Doubles, radii: Doubles, lengths: Doubles, width: float, height: float) -> Doubles:
    """Give the middles of names beside their circles, first come, first served; NaN where there is no room."""
    half = np.column_stack([lengths, np.full(len(lengths), LINE)]) / 2
    low, high = places - radii[:, None], places + radii[:, None]  # corners of what is taken
    found = np.full(places.shape, np.nan)
    for number, place in enumerate(places):
        others = np.arange(len(low)) != number
        middles, starts = _candidates(place, float(radii[number]), half[number])
        a, b = middles - half[number], middles + half[number]
        inside = ((a >= 0) & (b <= [width, height])).all(axis=1)
        free = np.flatnonzero(inside & ~((low < b[:, None]) & (high > a[:, None])).all(axis=2).any(axis=1))
        if len(free):
            lines = {at: np.linspace(place, starts[at], POINTS) for at in free.tolist()}
            taken = low[others], high[others]
            best = next((at for at, line in lines.items() if at < len(ROUND) or not _crosses(line, *taken)), free[0])
            found[number] = middles[best]
            line = np.linspace(place, starts[best], POINTS)
            low, high = (
                np.vstack([low, a[best], line]),
                np.vstack([high, b[best], line]),
            )  # lines keep names off as well
    return found


def _candidates(place: Doubles, radius: float, half: Doubles) -> tuple[Doubles, Doubles]:
    """Give where the middle of a name may stand, the nearest first, and where a line from the circle would end."""
    outward = np.column_stack([np.cos(ROUND), np.sin(ROUND)]).round(9)
    starts = (place + (radius + np.array(AWAY))[:, None, None] * outward).reshape(-1, 2)
    aside = half * np.where(np.abs(outward) > 0.5, np.sign(outward), outward)
    return starts + np.tile(aside, (len(AWAY), 1)), starts


def _crosses(line: Doubles, low: Doubles, high: Doubles) -> bool:
    """Whether points of a line lie in what is taken."""
    return bool(((low < line[:, None]) & (high > line[:, None])).all(axis=2).any())
