"""A training run: the same settings, the same model; and a person is told what is wrong with what was given."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest

from service.commands import options
from tests.helping import tiny_rows, write_rows, write_tiny_seeds
from training import corpus, parallel
from training.article import Article
from training.errors import ArticleError, InputError, SeedsError
from training.evaluate import evaluate, out_of_fold
from training.fitting import weak
from training.fitting.folds import FOLDS
from training.model import Model
from training.settings import Settings, default_seeds
from training.text import digest
from training.train import train

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeds with three countries and 72 articles."""
    return write_tiny_seeds(tmp_path_factory.mktemp("train") / "seeds")


@pytest.fixture(scope="module")
def quick(seeds: Path) -> Settings:
    return Settings(seeds, topics=3, passes=2, min_examples=12)


@pytest.fixture(scope="module")
def tiny(quick: Settings) -> Model:
    return train(quick)


def arrays(fitted: Any) -> dict[str, str]:
    """Give a digest of every array of what was fitted, those of its parts included."""
    found = {}
    for item in fields(fitted):
        value = getattr(fitted, item.name)
        if isinstance(value, np.ndarray):
            found[item.name] = hashlib.sha256(value.tobytes()).hexdigest()
        elif hasattr(value, "__dataclass_fields__"):
            found |= {f"{item.name}.{name}": bytes_ for name, bytes_ in arrays(value).items()}
        else:
            found[item.name] = repr(sorted(value) if isinstance(value, frozenset) else value)
    return found


def all_of(model: Model) -> dict[str, Any]:
    about = [{**topic, "since": None} for topic in model.topics.about]  # the version is its time
    topics = arrays(replace(model.topics, about=about))
    return {"classifier": arrays(model.classifier), "topics": topics, "out_of_fold": model.out_of_fold}


def changed(row: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Change entries of a row; None takes one out."""
    return {key: value for key, value in {**row, **changes}.items() if value is not None}


def unlabelled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [changed(row, labels=None) for row in rows]


def test_the_same_settings_give_the_same_model_byte_for_byte(tiny: Model, quick: Settings) -> None:
    again = train(quick)
    assert all_of(again) == all_of(tiny)
    assert again.version != tiny.version
    assert tiny.classifier.rows, "words are compared too"


def test_so_does_another_process_with_other_hashes_and_one_core(tiny: Model, quick: Settings) -> None:
    code = """if True:
        import json, sys
        from pathlib import Path
        from tests.test_train import all_of
        from training.settings import Settings
        from training.train import train
        print(json.dumps(all_of(train(Settings(Path(sys.argv[1]), topics=3, passes=2, min_examples=12)))))
    """
    one_core = {**os.environ, "PYTHONHASHSEED": "77", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, str(quick.seeds)]
    done = subprocess.run(command, cwd=ROOT, env=one_core, capture_output=True, text=True, timeout=240, check=True)
    assert json.loads(done.stdout) == all_of(tiny)


def test_so_do_processes_that_share_the_work(tiny: Model, quick: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    each = parallel.each

    def watched(function: Callable[..., Any], *given: Any, when: bool, **more: Any) -> Any:
        started.extend([function.__name__] * when)
        return each(function, *given, when=when, **more)

    monkeypatch.setattr(parallel, "each", watched)
    monkeypatch.setattr(parallel, "cores", lambda: 2)
    monkeypatch.setattr(corpus, "FEW", 5)
    monkeypatch.setattr(corpus, "_TOGETHER", 7)
    assert all_of(train(quick)) == all_of(tiny)
    assert started == ["_some"]


def test_hints_of_unjudged_news_are_the_same_each_time(
    quick: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weak, "SURE", 0.5)  # a model of 72 articles is hardly ever surer
    rows = [changed(row, text=f"{row['text']} {more}") for row in tiny_rows() for more in ("Much so.", "Hardly so.")]
    settings = replace(quick, corpora=(write_rows(tmp_path / "news.jsonl", unlabelled(rows)),))
    one, other = train(settings), train(settings)
    assert one.about["choices"]["hints"]["labels"], "hints are compared too"
    assert all_of(one) == all_of(other)


def test_another_seed_gives_other_topics_and_the_same_labels(tiny: Model, quick: Settings) -> None:
    other = train(replace(quick, seed=1))
    assert arrays(other.topics)["word_weights"] != arrays(tiny.topics)["word_weights"]
    assert arrays(other.classifier) == arrays(tiny.classifier)


def test_an_article_that_comes_twice_counts_once(tiny: Model, quick: Settings, tmp_path: Path) -> None:
    again = write_rows(tmp_path / "again.jsonl", [changed(row, id="again", source="other") for row in tiny_rows()])
    assert all_of(train(replace(quick, corpora=(again,)))) == all_of(tiny)


@pytest.mark.parametrize("judged_first", [True, False], ids=["judged first", "judged last"])
def test_an_article_that_is_judged_anywhere_is_judged(
    tiny: Model, quick: Settings, tmp_path: Path, judged_first: bool
) -> None:
    judged = write_rows(tmp_path / "judged.jsonl", tiny_rows())
    crawled = write_rows(tmp_path / "crawled.jsonl", unlabelled(tiny_rows()[:20]))
    files = (judged, crawled) if judged_first else (crawled, judged)
    model = train(replace(quick, samples=False, corpora=files))
    assert model.about["articles"] == {"all": 72, "judged": 72, "skipped": 0}
    assert model.about["data"] == tiny.about["data"]
    assert model.out_of_fold.keys() == tiny.out_of_fold.keys()


def test_unlabelled_articles_widen_topics_and_are_not_judged(tiny: Model, quick: Settings, tmp_path: Path) -> None:
    words = ["violin cello waltz", "cello sonata violin", "waltz sonata cello", "sonata violin waltz"] * 2
    corpus = write_rows(tmp_path / "music.jsonl", [{"text": f"{text} {n}"} for n, text in enumerate(words)])
    model = train(replace(quick, corpora=(corpus,)))
    assert {"violin", "cello"} <= {*model.topics.vocabulary.terms} - {*tiny.topics.vocabulary.terms}
    assert model.about["articles"] == {"all": 80, "judged": 72, "skipped": 0}
    assert model.out_of_fold.keys() == tiny.out_of_fold.keys()


def test_a_model_says_how_it_came_to_be(tiny: Model, quick: Settings) -> None:
    about = tiny.about
    assert json.loads(json.dumps(about)) == about
    assert about["version"] == tiny.version and about["version"][:4] == about["trained_at"][:4]
    assert about["command"] == quick.command and about["seeds"] == tiny.seeds.digest
    assert len(about["data"]) == 64 and about["parent"] is None and about["code"]
    assert about["settings"]["topics"] == 3 and about["settings"]["seeds"] == str(quick.seeds)
    truths = {digest(Article(row["text"], row["title"])): frozenset(row["labels"]) for row in tiny_rows()}  # type: ignore
    scored = evaluate([(labels, frozenset()) for labels in truths.values()], [out_of_fold(tiny, key) for key in truths])
    assert about["out_of_fold"] == scored.as_row()


@pytest.mark.parametrize(
    ("dates", "span"),
    [
        (["2011-03-04", "2009-10-11T12:00:00Z", "2010-01-01"], ["2009-10-11", "2011-03-04"]),
        (["Mon, 7 Mar 2011 08:00:00 GMT", "26-FEB-1987 15:01", "2010-01-01"], ["1987-02-26", "2011-03-07"]),
        (["yesterday", "2011-02-30", ""], None),
        ([None], None),
    ],
    ids=["ISO 8601", "others", "no days", "none"],
)
def test_a_model_says_from_when_its_articles_are(
    quick: Settings, tmp_path: Path, dates: list[str | None], span: list[str] | None
) -> None:
    rows: list[dict[str, object]] = [{"text": f"Rain, {number}.", "date": date} for number, date in enumerate(dates)]
    corpus = write_rows(tmp_path / "dated.jsonl", rows)
    assert train(replace(quick, corpora=(corpus,))).about["dates"] == span


def test_versions_sort_by_when_they_were_trained(tiny: Model, quick: Settings) -> None:
    assert train(replace(quick, min_examples=1000)).version > tiny.version


def test_the_samples_are_learnt_well(trained: Model) -> None:
    scores = trained.about["out_of_fold"]
    assert scores["micro"]["f1"] > 0.85 and scores["macro_f1"] > 0.75
    assert min(scores["labels"][label]["f1"] for label in ("SY", "LY")) > 0.9


def test_progress_sees_every_article_and_every_step(quick: Settings) -> None:
    seen: dict[str, int] = {}

    def progress(things: Iterable[Any], name: str) -> Iterable[Any]:
        for thing in things:
            seen[name] = seen.get(name, 0) + 1
            yield thing

    train(replace(quick, min_examples=5), progress)
    assert seen == {"reading": 72, "word classifiers": len(["FR", "LY", "SY"]), "topics": 2}


def one_country_each(row: dict[str, Any]) -> dict[str, Any]:
    return changed(row, text=str(row["text"]).split("A visitor")[0])


ALPHABET = list(enumerate("abcdefghijklmno"))
LEARNABLE: list[tuple[str, Callable[[list[Any]], list[Any]]]] = [
    ("no articles", lambda rows: []),
    ("none labelled", unlabelled),
    ("too few", lambda rows: rows[: 2 * FOLDS - 1]),
    ("none names a label", lambda rows: [{"text": f"Rain fell on hill {n}.", "labels": []} for n in range(40)]),
    ("every named label is right", lambda rows: [one_country_each(row) for row in rows]),
    ("no named label is right", lambda rows: [changed(row, labels=[]) for row in rows]),
    ("all about the same", lambda rows: [row for row in rows if row["labels"] == ["SY"]]),
    ("no word is shared", lambda rows: [{"title": f"{c}x", "text": f"{c}y {c}z", "labels": []} for _, c in ALPHABET]),
    ("no word comes twice", lambda rows: [{"text": f"Syria {c}x", "labels": ["SY"][n % 2 :]} for n, c in ALPHABET]),
]


@pytest.mark.parametrize("make", [make for _, make in LEARNABLE], ids=[name for name, _ in LEARNABLE])
def test_too_little_to_learn_from_is_said(
    quick: Settings, tmp_path: Path, make: Callable[[list[Any]], list[Any]]
) -> None:
    corpus = write_rows(tmp_path / "corpus.jsonl", make(tiny_rows()))
    try:
        model = train(replace(quick, samples=False, corpora=(corpus,)))
    except InputError as refused:
        assert str(refused)
    else:  # what can be learnt from may be
        assert model.label(Article("Syria and Damascus.", title="Syria")).as_row()


def test_a_label_the_seeds_do_not_know_is_refused(quick: Settings, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "corpus.jsonl", [{"id": "a7", "text": "Syria.", "labels": ["SY", "QQ"]}])
    with pytest.raises(InputError, match="article a7: label 'QQ' .* add a file labels/QQ.toml, or mend the article"):
        train(replace(quick, corpora=(corpus,)))


def test_missing_files_are_named(quick: Settings, tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="nothing.jsonl"):
        train(replace(quick, corpora=(tmp_path / "nothing.jsonl",)))
    with pytest.raises(SeedsError, match="nowhere"):
        train(Settings(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    "given",
    [
        Settings(Path("seeds")),
        Settings(Path("seeds"), target_precision=0.9),
        Settings(
            Path("my seeds"),
            (Path("a b.jsonl.gz"), Path("it's.jsonl")),
            samples=False,
            topics=7,
            target_precision=0.85,
            seed=3,
            skip_bad=True,
        ),
    ],
    ids=["defaults", "a precision", "all options"],
)
def test_the_command_trains_the_same_again(given: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given.seeds.mkdir()
    for file in given.corpora:
        file.touch()
    understood: list[Settings] = []
    desk, verb, *words = shlex.split(given.command)
    click.command()(options.training(lambda settings: understood.append(settings))).main(words, standalone_mode=False)
    assert (desk, verb, understood) == ("desk", "train", [given])


def test_samples_are_read_first_unless_left_out() -> None:
    corpora = (Path("a.jsonl"), Path("b.jsonl"))
    assert Settings(Path("s"), corpora).files == (Path("s/articles.jsonl"), *corpora)
    assert Settings(Path("s"), corpora, samples=False).files == corpora


def test_the_seeds_of_the_folder_one_stands_in_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (default_seeds() / "countries.toml").exists()  # elsewhere, those that come with the program
    write_tiny_seeds(tmp_path / "seeds")
    assert default_seeds().resolve() == (tmp_path / "seeds").resolve()


FULL = """
import resource, sys
from pathlib import Path
from training.errors import NoRoom
from training.settings import Settings
from training.train import train
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    train(Settings(Path(sys.argv[1]), topics=3, passes=2))
except NoRoom as error:
    print(error)
"""


@pytest.mark.parametrize("size", [1000, 30_000])
def test_a_full_disk_is_told_and_nothing_is_left_on_it(seeds: Path, size: int, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", FULL, str(seeds), str(size)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120)
    assert done.stdout.startswith("no room for temporary files") and done.stderr == "" and done.returncode == 0
    assert list(tmp_path.iterdir()) == []
