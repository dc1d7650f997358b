"""Small pictures: well-formed, within their frame, and what they show stands where it should."""

from __future__ import annotations

import math
from typing import Any

import pytest
from lxml import etree

from training.drawing import SIZE, before_now, effect, from_to, gauge, reliability, trend


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


def nights(*scores: float | None) -> list[dict[str, object]]:
    return [{"night": f"n{at}", "outcome": "promoted", "micro": score, "macro": 0.4} for at, score in enumerate(scores)]


def test_a_trend_rises_where_scores_do_and_tells_the_last() -> None:
    picture = parsed(trend(nights(0.5, 0.6, 0.55), ["micro"]))
    a, b, c = numbers(picture.find("path[@class='line line0']").get("d"))[1::2]
    assert b < c < a
    told = [text.text for text in picture.findall("text")]
    assert "55.0" in told and {"n0", "n2"} <= {*told}
    assert picture.find("circle/title").text == "n0: 50.0, promoted"


def test_a_night_without_a_score_has_no_dot_and_one_without_a_new_model_a_hollow_one() -> None:
    some = nights(0.5, None, 0.6)
    some[2]["outcome"] = "refused"
    kinds = [dot.get("class") for dot in parsed(trend(some, ["micro"])).findall("circle")]
    assert kinds == ["dot", "dot hollow"]


@pytest.mark.parametrize("scores", [(), (None,), (0.5,), (1.0, 1.0), (0.0, 1.0)], ids=str)
def test_any_trend_stays_in_its_frame(scores: tuple[float | None, ...]) -> None:
    picture = parsed(trend(nights(*scores), ["micro", "macro"]))
    _, _, width, height = map(float, picture.get("viewBox").split())
    for dot in picture.findall("circle"):
        assert 0 <= float(dot.get("cx")) <= width and 0 <= float(dot.get("cy")) <= height
    for text in picture.findall("text"):
        assert 0 <= float(text.get("y")) <= height


def test_figures_at_the_ends_of_two_lines_do_not_stand_in_each_other() -> None:
    picture = parsed(trend([{**night, "macro": 0.5} for night in nights(0.5, 0.5)], ["micro", "macro"]))
    first, second = (float(text.get("y")) for text in picture.findall("text") if text.text == "50.0")
    assert abs(first - second) >= 12


@pytest.mark.parametrize("before, after, way", [(0.2, 0.9, "up"), (0.9, 0.2, "down"), (0.0, 1.0, "up")], ids=str)
def test_a_ring_becomes_a_dot(before: float, after: float, way: str) -> None:
    picture = parsed(from_to(before, after))
    ring, dot = picture.findall("circle")
    assert (ring.get("class"), dot.get("class")) == ("ring", way)
    assert (float(dot.get("cx")) > float(ring.get("cx"))) is (way == "up")
    whole = float(parsed(from_to(0, 1)).findall("circle")[1].get("cx")) - 7
    assert abs(float(dot.get("cx")) - float(ring.get("cx"))) == pytest.approx(abs(after - before) * whole, abs=0.11)
    assert float(parsed(from_to(0.5, 0.9, 0.5)).find("circle").get("cx")) == 7


def test_bars_are_as_long_as_their_shares_and_the_bracket_stands_at_what_is_usual() -> None:
    before, now = parsed(before_now(0.1, 0.2, (0.05, 0.1), 0.2)).findall("rect")
    assert float(now.get("width")) == pytest.approx(2 * float(before.get("width")))
    bracket = numbers(
        parsed(before_now(0.1, 0.2, (0.05, 0.1), 0.2)).find("path").get("d").replace("V", " ").replace("H", " ")
    )
    assert bracket[0] == pytest.approx(float(before.get("width")) / 2, abs=1.1)
    assert bracket[3] == pytest.approx(float(before.get("width")), abs=1.1)
    assert parsed(before_now(0.0, 0.0, None, 0.0)).find("path") is None


@pytest.mark.parametrize("value, part", [(-0.1, 0.0), (0.1, 0.4 / 1.5), (0.25, 1 / 1.5), (9.0, 1.0)], ids=str)
def test_a_gauge_shows_how_far_something_is_along_its_scale(value: float, part: float) -> None:
    picture = parsed(gauge(value, (0.1, 0.25), 0.05))
    scale, shade, bar = (float(rect.get("width")) for rect in picture.findall("rect"))
    assert bar == pytest.approx(max(2.0, part * scale), abs=0.1)
    assert shade == pytest.approx(0.05 / 0.375 * scale, abs=0.1)
    assert [text.text for text in picture.findall("text")] == ["0.1", "0.25"]
