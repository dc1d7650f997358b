"""Small pictures: well-formed, within their frame, and what they show stands where it should."""

from __future__ import annotations

import math
from typing import Any

import pytest
from lxml import etree

from training.drawing import SIZE, effect, reliability


def parsed(svg: str) -> Any:
    return etree.fromstring(svg)


def bins(*points: tuple[float, float, int]) -> list[dict[str, float]]:
    return [dict(zip(("probability", "true", "answers"), point, strict=True)) for point in points]


def numbers(path: str) -> list[float]:
    return [float(number) for number in path.replace("M", " ").replace("L", " ").split()]


def test_a_dot_stands_where_its_probability_and_its_share_meet() -> None:
    picture = parsed(reliability(bins((0.0, 0.0, 5), (0.25, 0.5, 5), (1.0, 1.0, 5))))
    low, middle, high = ((float(dot.get("cx")), float(dot.get("cy"))) for dot in picture.findall("circle"))
    assert high[0] - low[0] == low[1] - high[1] == SIZE
    assert middle[0] - low[0] == pytest.approx(SIZE / 4) and low[1] - middle[1] == pytest.approx(SIZE / 2)
    [line] = picture.findall("path[@class='line']")
    assert numbers(line.get("d")) == pytest.approx([*low, *middle, *high])


def test_more_answers_make_a_larger_dot_and_a_dot_tells_its_figures() -> None:
    few, many = parsed(reliability(bins((0.1, 0.2, 10), (0.9, 0.8, 1000)))).findall("circle")
    assert float(few.get("r")) < float(many.get("r"))
    assert many.findtext("title") == "said 90%, right 80%, 1000 answers"


@pytest.mark.parametrize("curve", [[], bins((0.5, 0.5, 1))], ids=["empty", "one bin"])
def test_hardly_anything_is_drawn_too(curve: list[dict[str, float]]) -> None:
    picture = parsed(reliability(curve))
    assert len(picture.findall("circle")) == len(curve)
    assert picture.get("role") == "img" and picture.get("aria-label")


@pytest.mark.parametrize(
    "points",
    [[(0.0, -1.0), (1.0, 2.0)], [(2.0, 0.0), (3.0, 0.5), (9.0, -1.0)], [(0.0, 0.0), (0.0, 0.0)]],
    ids=["rising", "bent", "flat"],
)
def test_an_effect_stays_in_its_frame(points: list[tuple[float, float]]) -> None:
    picture = parsed(effect(points, -1.0, 2.0))
    _, _, width, height = map(float, picture.get("viewBox").split())
    drawn = numbers(picture.find("path[@class='line']").get("d"))
    assert len(drawn) == 2 * len(points)
    assert all(0 <= x <= width for x in drawn[::2]) and all(0 <= y <= height for y in drawn[1::2])


def test_what_adds_more_stands_higher_and_nothing_stands_on_the_dashed_line() -> None:
    picture = parsed(effect([(0.0, 0.0), (1.0, 1.0), (2.0, -1.0)], -2.0, 2.0))
    zero, up, down = numbers(picture.find("path[@class='line']").get("d"))[1::2]
    assert up < zero < down
    assert f" {zero:.1f}H" in picture.find("path[@class='ideal']").get("d")


def test_no_range_is_no_division_by_nothing() -> None:
    assert not any(map(math.isnan, numbers(parsed(effect([(0, 0), (1, 0)], 0, 0)).find("path[2]").get("d"))))
