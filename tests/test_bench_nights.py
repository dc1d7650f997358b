"""bench.nights: each night is run on what it says, and told with its steps."""

from __future__ import annotations

from pathlib import Path

from bench import nights
from tests.helping import tiny_rows, write_rows, write_tiny_seeds
from training.settings import Settings


def test_nights_are_told_step_by_step(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"text": f"{row['text']} On day {n}."} for n, row in enumerate(tiny_rows())]
    file = write_rows(tmp_path / "news.jsonl", rows)
    settings = Settings(write_tiny_seeds(tmp_path / "seeds"), topics=3, passes=1, min_examples=12)
    table = {line[0]: line[1:] for line in nights.nights(file, 10, settings)}
    assert [*table] == [
        "importing 62 articles",
        "the first, after the default model",
        "nothing has come",
        "10 new articles",
        "topics from nothing",
    ]
    assert all(len(line) == len(nights.HEADS) - 1 for line in table.values())
    assert table["nothing has come"][0] == "promoted"
    assert all(float(seconds) >= 0 for line in [*table.values()][1:] for seconds in line[1:])
