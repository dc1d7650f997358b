"""Speed side by side, what of it takes no time: rounds, tables, steps, sizes, the picture."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import __main__ as command
from bench import (
    growth,
    labelling,
    machine,
    picture,
    report,
    rounds,
    serving,
    setting,
    sizes,
    steps,
)
from bench.load import Load
from bench.sizes import HAND_MADE, LABELS, LENGTH, OURS, Key
from tests.helping import write_tiny_seeds
from training import seeds, spool
from training.article import Article
from training.fitting.folds import copies
from training.model import Model
from training.text import hashed, read


def ticking(log: list[str], name: str, seconds: float) -> Callable[[], float]:
    def way() -> float:
        log.append(name)
        return seconds

    return way


def test_ways_are_gone_round_in_turn_after_one_round_that_counts_for_nothing() -> None:
    log: list[str] = []
    taken = rounds.interleave({name: ticking(log, name, 1.0) for name in "ab"}, 2)
    assert log == ["a", "b"] * 3
    assert taken == {"a": [1.0, 1.0], "b": [1.0, 1.0]}


def test_a_ratio_is_of_times_of_the_same_round() -> None:
    assert rounds.ratio([10.0, 100.0, 1000.0], [5.0, 50.0, 500.0]) == 2.0
    assert rounds.ratio([1.0, 9.0, 9.0], [9.0, 3.0, 1.0]) == 3.0


def test_what_a_unit_takes_is_the_whole_parted_by_their_number() -> None:
    done: list[int] = []
    assert 0 <= rounds.per_unit(lambda: done.append(1), 1_000_000)() < 1e-3
    assert done == [1]


PAGE = "a\n<!-- bench: x -->\nold\n<!-- end -->\nb\n<!-- bench: y -->\n<!-- end -->\n"


@pytest.mark.parametrize(
    "name, expected",
    [
        ("x", "a\n<!-- bench: x -->\nnew \\1\n<!-- end -->\nb\n<!-- bench: y -->\n<!-- end -->\n"),
        ("y", "a\n<!-- bench: x -->\nold\n<!-- end -->\nb\n<!-- bench: y -->\nnew \\1\n<!-- end -->\n"),
    ],
    ids=["in the place of another", "where nothing stood"],
)
def test_a_table_is_put_between_its_markers_alone(name: str, expected: str) -> None:
    assert report.put(PAGE, name, "new \\1") == expected


def test_a_page_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for 'z'"):
        report.put(PAGE, "z", "new")


@pytest.mark.parametrize("part", command.PARTS)
def test_the_page_has_a_place_for_every_part_and_the_part_can_be_measured(part: str) -> None:
    assert "new" in report.put(report.PAGE.read_text(encoding="utf-8"), part, "new")
    assert callable(__import__(f"bench.{part}", fromlist=["measure"]).measure)


def test_a_table_comes_with_what_it_ran_on_and_how_to_repeat_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(steps, "measure", lambda told: report.Section("steps", ["a"], [["1"]]))
    text = command.run("steps", setting.Setting(tmp_path / "my news.jsonl", 7, 2))
    assert text.startswith("| a |\n|---|\n| 1 |\n\n- ")
    assert "numba" in text
    assert text.endswith(f"- `make bench ONLY=steps FILE='{tmp_path}/my news.jsonl' ARTICLES=7 ROUNDS=2`")


@pytest.mark.parametrize(
    "said, truth, expected",
    [([[]], [[]], 0.0), ([["A"]], [["A"]], 1.0), ([["A", "B"], []], [["A"], ["C"]], 0.5)],
    ids=["nothing", "all", "half"],
)
def test_agreement(said: list[list[str]], truth: list[list[str]], expected: float) -> None:
    assert labelling.f1(said, truth) == expected


@pytest.mark.parametrize("kilobytes", [1, 3])
def test_articles_of_a_length_are_cut_after_a_word(kilobytes: int) -> None:
    made = sizes.of_length([Article("alpha beta gamma " * 30), Article("delta " * 50)], kilobytes, 5)
    assert len(made) == 5
    for one in made:
        assert 1_000 * kilobytes - 8 < len(one.text) < 1_000 * kilobytes
        assert set(one.text.split()) <= {"alpha", "beta", "gamma", "delta"}


def test_fewer_labels_are_cut_from_whole_seeds(tmp_path: Path) -> None:
    whole = write_tiny_seeds(tmp_path / "seeds")
    cut = sizes.fewer(whole, tmp_path / "cut", ["LY", "FR"])
    assert set(seeds.load(cut).labels) == {"LY", "FR"}
    assert seeds.load(cut).labels["LY"] == seeds.load(whole).labels["LY"]


POINTS = {Key(LENGTH, OURS, 2): 30.0, Key(LENGTH, HAND_MADE, 2): 4000.0, Key(LABELS, OURS, 250): 61.2}


def test_sizes_have_a_row_each_and_empty_cells_where_nothing_was_measured() -> None:
    assert list(sizes.rows(POINTS)) == [[LENGTH, "2", "30", "4,000"], [LABELS, "250", "61", ""]]


def test_the_picture_shows_every_point_on_light_ground(tmp_path: Path) -> None:
    picture.save(POINTS, tmp_path / "a.svg")
    drawn = (tmp_path / "a.svg").read_text()
    assert all(word in drawn for word in (LENGTH, LABELS, OURS, HAND_MADE, 'fill="white"'))
    assert drawn.count('aria-roledescription="point"') == len(POINTS)


class Sleeper:
    """Works for ten milliseconds, five of them in a step within."""

    def whole(self) -> str:
        time.sleep(0.005)
        return self.within()

    def within(self) -> str:
        time.sleep(0.005)
        return "done"

    @classmethod
    def of(cls) -> str:
        return cls.__name__


def test_a_step_within_another_counts_for_itself_alone() -> None:
    before = dict(vars(Sleeper))
    with steps.watched({name: (Sleeper, name) for name in ("whole", "within", "of")}) as seconds:
        assert (Sleeper().whole(), Sleeper.of()) == ("done", "Sleeper")
        start = time.perf_counter()
        Sleeper().whole()
        took = time.perf_counter() - start
    assert all(seconds[name] >= 0.01 for name in ("whole", "within"))
    assert seconds["whole"] + seconds["within"] >= took
    assert dict(vars(Sleeper)) == before


def test_every_step_of_labelling_is_seen(model: Model) -> None:
    seconds = steps.timed(model, [Article("Guns fell silent in Libya, and in Syria the roads reopened.", "Libya")])
    assert list(seconds) == [*steps.STEPS, steps.REST, steps.WHOLE, steps.EVIDENCE, steps.JSON]
    assert all(seconds[step] > 0 for step in (*steps.STEPS, steps.WHOLE, steps.JSON))


def test_every_loop_of_judge_is_seen(model: Model) -> None:
    seconds = steps.by_loop(
        model, [read(Article("Guns fell silent in Libya, and in Syria the roads reopened.", "Libya"))]
    )
    assert list(seconds) == list(steps.LOOPS) and all(took > 0 for took in seconds.values())


def test_ours_answers_the_same_however_it_is_asked(model: Model) -> None:
    labelling.check(model, [Article("Rebels took Tripoli in Libya.", id="1"), Article("", id="2")])


@pytest.mark.parametrize(
    "verb, told", [("label", "evidence changes an answer"), ("label_many", "1 threads change an answer")]
)
def test_an_answer_that_depends_on_how_it_is_asked_is_told(
    verb: str, told: str, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = getattr(Model, verb)
    libya = Article("Libya and the Libyans.")

    def other(self: Model, articles: Any, *, evidence: bool = True, **named: Any) -> object:
        wrong = libya if verb == "label" else [libya] * len(articles)
        return asked(self, wrong if evidence == (verb == "label") else articles, evidence=evidence, **named)

    monkeypatch.setattr(Model, verb, other)
    with pytest.raises(AssertionError, match=told):
        labelling.check(model, [Article("France and Paris, the French.")])


def test_a_call_is_told_with_medians_and_its_ratio_to_the_hand_made_service() -> None:
    loads = [Load(100.0, middle, 10 * middle, 50.0) for middle in (1.0, 9.0, 2.0)]
    taken = {serving.HAND_MADE: [0.01, 0.03, 0.02], "ours": [0.001, 0.001, 0.001]}
    assert serving.row("ours", loads, taken) == ["ours", "1,000", "20x", "2.00", "20.00"]
    assert serving.row("ours", loads, {"ours": [0.001]}) == ["ours", "1,000", "", "2.00", "20.00"]


def test_the_empty_endpoint_answers() -> None:
    from bench.empty import app

    assert app.test_client().post(serving.PATH, data=b"x" * 10_000).get_json() == {}


def test_memory_is_read_at_some_speed_and_by_more_threads() -> None:
    assert all(1e8 < machine.bandwidth(threads, 1) < 1e13 for threads in (1, 2))


def test_varied_articles_are_all_different_and_no_copies() -> None:
    text = " ".join(f"Word{n} follows word{n + 1} in the report of day {n}." for n in range(12))
    articles = [Article(text.replace("ord", f"ord{letter}"), labels=frozenset({letter})) for letter in "abc"]
    made = list(growth.varied(articles, 12))
    assert len(made) == 12 and [one.labels for one in made[:4]] == [frozenset(letter) for letter in "abca"]
    assert len({one.text for one in made}) == 12 and [one.text for one in growth.varied(articles, 12)] == [
        one.text for one in made
    ]
    assert len(set(copies(np.array([hashed(word) for word in one.text.split()], np.uint64) for one in made))) > 9


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_memory_of_its_own_is_seen_and_that_of_a_file_is_not(tmp_path: Path) -> None:
    before = growth.anonymous(os.getpid())
    mapped = spool.full((4 << 20,), 1.0)
    assert growth.anonymous(os.getpid()) < before + 8
    held = np.ones(4 << 20)
    assert growth.anonymous(os.getpid()) > before + 24 and held.sum() == mapped.sum()
    assert growth.anonymous(1 << 30) == 0
