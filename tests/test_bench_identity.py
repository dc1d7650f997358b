"""bench.identity: a corpus is taken apart as it says, and what became of topics is told in a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import identity
from tests.helping import write_rows
from training import corpus, seeds
from training.mentions import Finder
from training.progress import unseen
from training.readers import Skips
from training.settings import Settings, default_seeds


def test_the_first_articles_are_kept_without_the_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [f"Zinc fell. Zinc rose. Zinc fell again on day {n} of the market." for n in range(9)]
    texts += [f"Copper fell, zinc did not, on day {n} of the market." for n in range(5)]
    file = write_rows(tmp_path / "news.jsonl", [{"text": text} for text in texts])
    known = seeds.load(default_seeds())
    read = corpus.read(Settings(default_seeds(), (file,)), known, Finder.of(known), unseen, Skips())
    its = identity.parts(read, "zinc", first=400, more=20, told=7)
    assert (len(its.first), len(its.more), its.story) == (400, 20, list(range(440, 447)))
    assert not {*range(440, 454)} & {*its.first, *its.more} and not {*its.first} & {*its.more}
    identity.main([str(file), "--first", "400", "--more", "20", "--story", "zinc"])
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()]
    table = {line[0]: line[2:] for line in lines if len(line) == len(identity.HEADS)}
    assert table["the same"] == ["13 of 13", "1.000", "1.000", "1.000", "", "0"]
    assert {"and 20 more", "and 9 on a story", "and both", "and 20 more, from nothing"} < table.keys()
