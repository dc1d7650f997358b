"""bench.judgments: questions are asked both ways, answered by the file, and learned from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench import judgments
from tests.helping import tiny_model, tiny_rows, write_rows, write_tiny_seeds
from training.article import Article
from training.model import Model
from training.store import Stored
from training.teaching import queue
from training.worth import Candidate


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = write_tiny_seeds(tmp_path / "seeds")
    monkeypatch.setattr(judgments, "default_seeds", lambda: folder)
    yield folder


def test_the_table_tells_each_round_of_both_ways(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_rows(tmp_path / "judged.jsonl", [{**row, "title": f"{row['title']}?"} for row in tiny_rows()])
    options = "--pool 40 --test 20 --each 5 --rounds 2 --seeds 1"
    judgments.main([str(file), *options.split()])
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()]
    table = [line for line in lines if len(line) == len(judgments.HEADS)]
    assert [line[0] for line in table if line[0].isdigit()] == ["0", "5", "10"]
    start = next(line for line in table if line[0] == "0")
    assert start[1] == start[2] and start[3] == start[4]
    assert all(0 <= float(cell) <= 1 for line in table if line[0].isdigit() for cell in line[1:])


def test_nothing_is_asked_twice_and_the_file_answers(seeds: Path) -> None:
    pool = [Article.from_row({**row, "title": "Again"}) for row in tiny_rows()[:30]]
    asked: list[tuple[str | None, str]] = []

    def ask(model: Model, stored: list[Stored], most: int) -> list[Candidate]:
        assert all(one.article.judged is not None or one.article.labels is None for one in stored)
        found = queue(model, stored, most)
        asked.extend((one.article.id, one.label) for one in found)
        return found

    found = list(judgments.rounds(tiny_model(), pool, pool, ask, 6, 2))
    assert len(found) == 3
    assert len(asked) == len(set(asked)) == 12


def test_drawn_at_random_are_questions_of_the_queue(seeds: Path) -> None:
    pool = [judgments._stored(replace(Article.from_row(row), labels=None), {}) for row in tiny_rows()[:30]]
    every = {(one.article.id, one.label) for one in queue(tiny_model(), pool, 10_000)}
    first, again = (
        [(one.article.id, one.label) for one in judgments.at_random(3)(tiny_model(), pool, 7)] for _ in "ab"
    )
    assert first == again
    assert len(set(first)) == 7 and set(first) <= every
