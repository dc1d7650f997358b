"""The articles of a run: each counted once, as judged where anybody judged it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.helping import tiny_rows, write_rows, write_tiny_seeds
from training import corpus, seeds
from training.corpus import Corpus
from training.errors import ArticleError, InputError
from training.fitting.folds import FOLDS
from training.kernels.hashing import BREAK, Hashes
from training.mentions import Finder
from training.readers import Skips
from training.settings import Settings

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds with three countries and 72 articles."""
    return write_tiny_seeds(tmp_path_factory.mktemp("corpus") / "seeds")


def read(settings: Settings, skips: Skips | None = None, named: list[str] | None = None) -> Corpus:
    def progress(things: Iterable[Any], name: str) -> Iterable[Any]:
        for thing in things:
            if named is not None:
                named.append(name)
            yield thing

    known = seeds.load(settings.seeds)
    return corpus.read(settings, known, Finder.of(known), progress, skips or Skips())


def without(rows: Rows, *keys: str) -> Rows:
    return [{key: value for key, value in row.items() if key not in keys} for row in rows]


def spread(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Let processes read whatever is more than ``few`` articles, ten at a time."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(corpus, "FEW", few)
    monkeypatch.setattr(corpus, "_TOGETHER", 10)


def facts(found: Corpus) -> list[Any]:
    """Everything that was read, to be compared."""
    examples = [
        [one.terms.tolist(), one.named, one.focus.tolist(), one.key] + [one.labels, one.unsure, one.date, one.corpus]
        for one in found.examples
    ]
    heads = [row.tobytes() for row in found.heads]
    return [examples, [words.tolist() for words in found.words], spelled(found, found.words.flat), heads]


def spelled(found: Corpus, words: Hashes) -> list[str]:
    """Spell words, and what stands where others were left out as a dash."""
    known = iter(found.spelling.of(words[words != BREAK]))
    return ["-" if word == BREAK else next(known) for word in words]


def test_articles_come_in_order_with_where_they_are_from(folder: Path, tmp_path: Path) -> None:
    extra = write_rows(tmp_path / "extra.jsonl", [{"text": "Rain fell on Paris.", "date": "2011-03-04"}])
    seen: list[str] = []
    found = read(Settings(folder, (extra,)), named=seen)
    assert [one.corpus for one in found.examples] == [str(folder / "articles.jsonl")] * 72 + [str(extra)]
    assert [one.labels for one in found.examples[:72]] == [frozenset(row["labels"]) for row in tiny_rows()]  # type: ignore[call-overload]
    assert spelled(found, found.words[-1]) == ["rain", "fell", "-", "paris"]
    assert found.examples[-1].named == ["FR"] and found.examples[-1].labels is None
    assert len(found.words) == 73 and seen == ["reading"] * 73
    assert found.judged.keys.tolist() == found.examples.keys[:72].tolist() and [*found.days] == ["2011-03-04"]


@pytest.mark.parametrize(
    ("first", "second", "labels", "unsure"),
    [
        ({}, {"labels": ["SY"]}, {"SY"}, set()),
        ({"labels": ["SY"]}, {}, {"SY"}, set()),
        ({"labels": ["SY"]}, {"labels": ["LY"]}, {"SY"}, set()),
        ({"labels": []}, {"labels": ["LY"]}, set(), set()),
        ({}, {"labels": [], "unsure": ["LY"]}, set(), {"LY"}),
        ({}, {}, None, set()),
    ],
    ids=["judged later", "judged first", "the first judgment", "nothing is a judgment", "with doubts", "never"],
)
def test_an_article_that_comes_twice_counts_once_as_judged(
    folder: Path, tmp_path: Path, first: Any, second: Any, labels: set[str] | None, unsure: set[str]
) -> None:
    same = {"title": "Rain", "text": "Rain fell on Paris."}
    files = tuple(write_rows(tmp_path / f"{n}.jsonl", [{**same, **more}]) for n, more in enumerate((first, second)))
    found = read(Settings(folder, files))
    assert len(found.examples) == len(found.words) == 73
    assert found.examples[72].labels == labels and found.examples[72].unsure == unsure


def test_all_words_that_count_are_spelled(folder: Path, tmp_path: Path) -> None:
    text = "In 2012 the U.S. Ambassador's cook baked 3 cakes at 5 p.m. in Washington; the Ambassador ate 2."
    found = read(Settings(folder, (write_rows(tmp_path / "a.jsonl", [{"text": text}]),)))
    terms = spelled(found, found.examples[-1].terms)
    cook = "ambassador cook baked cakes"
    assert terms == f"in the u.s. {cook} at p.m. in washington the ambassador ate".split()
    assert (
        spelled(found, found.words[-1])
        == "the - ambassador cook baked - cakes - washington the ambassador ate -".split()
    )


def test_the_day_of_a_later_judgment_counts(folder: Path, tmp_path: Path) -> None:
    same: dict[str, Any] = {"title": "Rain", "text": "Rain fell on Paris."}
    rows = [same, {**same, "labels": ["FR"], "date": "Mon, 7 Mar 2011 08:00:00 GMT"}, {"text": "x", "date": "soon"}]
    found = read(Settings(folder, (write_rows(tmp_path / "a.jsonl", rows),)))
    assert [*found.days] == ["2011-03-07"]


TOO_LITTLE: dict[str, tuple[Callable[[Rows], Rows], str]] = {
    "an unknown label": (lambda rows: [*rows, {"id": "a7", "text": "x", "labels": ["SY", "QQ"]}], "article a7: label"),
    "no articles": (lambda rows: [], "only 0 labelled articles"),
    "none judged": (lambda rows: without(rows, "labels"), "only 0 labelled articles"),
    "one too few": (lambda rows: rows[: 2 * FOLDS - 1], f"only {2 * FOLDS - 1} labelled articles name any label"),
    "most name nothing": (
        lambda rows: rows[:5] + [{"text": f"Rain fell on hill {n}.", "labels": []} for n in range(40)],
        "only 5 labelled articles",
    ),
    "few, many times": (lambda rows: rows[:5] * 20, "only 5 labelled articles"),
}


@pytest.mark.parametrize(("make", "message"), TOO_LITTLE.values(), ids=TOO_LITTLE)
@pytest.mark.parametrize("few", [4, 1000], ids=["processes", "here"])
def test_what_is_wrong_is_said(
    folder: Path, tmp_path: Path, make: Callable[[Rows], Rows], message: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread(monkeypatch, few)
    file = write_rows(tmp_path / "corpus.jsonl", make(tiny_rows()))
    with pytest.raises(InputError, match=message):
        read(Settings(folder, (file,), samples=False))


def test_just_enough_is_enough(folder: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "corpus.jsonl", tiny_rows()[: 2 * FOLDS])
    assert len(read(Settings(folder, (file,), samples=False)).judged) == 2 * FOLDS


@pytest.mark.parametrize("few", [1, 30, 80, 81])
def test_processes_read_the_same(folder: Path, tmp_path: Path, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = without(tiny_rows()[:20], "labels") + [
        {"text": f"Paris {word}.", "date": "2011-03-04"} for word in "abcdefghi"
    ]
    settings = Settings(folder, (write_rows(tmp_path / "mixed.jsonl", mixed), folder / "articles.jsonl"), samples=False)
    here = read(settings)
    spread(monkeypatch, few)
    assert len(here.examples) == 81 and len(here.judged) == 72
    assert facts(read(settings)) == facts(here)


def test_processes_started_elsewhere_read_the_right_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spread(monkeypatch, 5)
    found = []
    for place, name in enumerate(("Syria", "Sylvania")):
        (tmp_path / str(place)).mkdir()
        monkeypatch.chdir(tmp_path / str(place))
        folder = write_tiny_seeds(Path("seeds"))
        countries = folder / "countries.toml"
        countries.write_text(countries.read_text().replace('"Syria"', f'"{name}"'))
        found.append(sum("SY" in one.named for one in read(Settings(folder)).examples))
    assert found[0] > found[1] > 0


@pytest.mark.parametrize("few", [4, 1000], ids=["processes", "here"])
def test_bad_rows_are_raised_or_skipped_and_counted(
    folder: Path, tmp_path: Path, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    spread(monkeypatch, few)
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "Rain."}\n{"title": 1}\n{"text": "Fog."}\n')
    with pytest.raises(ArticleError, match="bad.jsonl"):
        read(Settings(folder, (file,)))
    skips = Skips()
    assert len(read(Settings(folder, (file,), skip_bad=True), skips).examples) == 74 and skips.count == 1
