"""Quality side by side: peers give sensible answers, nobody sees what he is asked, the table has all rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from bench import alternatives, ours, quality
from bench.quality import PEERS, Row, counted, main, score
from bench.task import Known, Said, Task, by_time, held_out, in_folds, read, salted
from tests.helping import tiny_rows, write_rows, write_tiny_seeds
from tests.making import hashes
from training.classifier import Example
from training.errors import InputError
from training.fitting import fit
from training.fitting.folds import folds
from training.fitting.trial import attempt


def unlike() -> list[dict[str, object]]:
    """Make 72 articles about three countries, two a day, none of which is a copy of another."""
    random = np.random.default_rng(3)
    rows = []
    tiny = tiny_rows()
    for number, row in enumerate(tiny[24 * country + n] for n in range(24) for country in range(3)):
        chatter = " ".join("".join(random.choice(list("aeioubdgklmnprst"), 6)) for _ in range(90))
        rows.append(
            {
                **row,
                "text": f"{row['text']}\n\n{chatter}.",
                "date": f"2016-{1 + number // 24:02}-{1 + number % 24 // 2:02}",
            }
        )
    return rows


@cache
def tiny() -> tuple[Sequence[Example], Known]:
    with TemporaryDirectory() as folder:
        seeds = write_tiny_seeds(Path(folder) / "seeds")
        return read([write_rows(Path(folder) / "judged.jsonl", unlike())], seeds)


@cache
def folded() -> Task:
    return in_folds(*tiny())


def micro(task: Task, said: Said) -> float:
    return score("", task, said, task.asked).micro


def assigned(task: Task, said: Said, row: int) -> set[str]:
    ids = task.labels
    return {ids[label] for label in np.flatnonzero(said.assigned[row]).tolist()}


@pytest.mark.parametrize(
    "way, expected",
    [
        (alternatives.most_named, {"about"}),
        (alternatives.fifth_of_mentions, {"about"}),
        (alternatives.any_mention, {"about", "passing"}),
        (alternatives.word_association, {"about"}),
        (alternatives.words_and_focus, {"about"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_peer_answers_the_first_article_as_its_rule_says(way: Callable[[Task], Said], expected: set[str]) -> None:
    task = folded()
    about = set(task.examples[0].labels or ())
    passing = set(task.examples[0].named) - about
    named = {"about": about, "passing": passing}
    assert assigned(task, way(task), 0) == set().union(*(named[which] for which in expected))


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_beats_chance(name: str) -> None:
    assert micro(folded(), PEERS[name](folded())) > 0.5


def test_equally_named_countries_are_all_the_most_named() -> None:
    task = folded()
    tied = [replace(task.examples[0], focus=np.tile(task.examples[0].focus[:1], (2, 1))), *task.examples[1:]]
    again = in_folds(tied, task.known)
    row = [one.key for one in again.examples].index(tied[0].key)
    either = assigned(again, alternatives.most_named(again), row)
    assert either in (set(tied[0].named), set())  # what ties is top together, or neither is


def test_an_article_that_says_nothing_is_given_no_country_by_its_words() -> None:
    examples, known = tiny()
    task = in_folds([*examples[1:], replace(examples[0], terms=hashes(["zeugma"]))], known)
    assert assigned(task, alternatives.word_association(task), len(task.examples) - 1) == set()


@pytest.mark.parametrize(
    "way", [alternatives.words_alone, alternatives.words_and_focus], ids=["words", "words and focus"]
)
def test_machines_do_not_see_the_labels_of_what_they_are_asked(way: Callable[[Task], Said]) -> None:
    examples, known = tiny()
    lied = [replace(one, labels=frozenset({"FR"})) for one in examples[60:]]
    honest, false = (way(held_out(examples[:60], asked, known)) for asked in (examples[60:], lied))
    assert np.array_equal(honest.assigned, false.assigned)


def test_answers_of_a_run_are_those_it_reports() -> None:
    examples, known = tiny()
    said = dict(ours.ways(folded()))[ours.REPORTED]
    fitted = fit(known.packed(examples), *known)
    assert said.probabilities == pytest.approx(np.array([fitted.out_of_fold[one.key] for one in folded().examples]))
    assert np.array_equal(said.assigned, said.probabilities >= fitted.classifier.thresholds)


def test_the_fold_that_is_answered_decides_nothing_about_its_answers() -> None:
    table = folded().table
    trial = attempt(table, ours.MIN_EXAMPLES)
    held = table.folds == 0
    lied = replace(table, truth=np.where(held[:, None], ~table.truth, table.truth))
    honest, false = ours.nested(table, trial), ours.nested(lied, trial)
    assert honest.probabilities is not None
    assert false.probabilities is not None
    assert np.array_equal(honest.probabilities[held], false.probabilities[held])
    assert not np.array_equal(honest.probabilities[~held], false.probabilities[~held])


def test_without_calibration_the_same_is_assigned_with_other_probabilities() -> None:
    table = folded().table
    trial = attempt(table, ours.MIN_EXAMPLES)
    whole, raw = ours.nested(table, trial), ours.nested(table, trial, calibrated=False)
    assert np.array_equal(whole.assigned, raw.assigned)
    assert not np.allclose(whole.probabilities, raw.probabilities)  # type: ignore[arg-type]


def test_some_articles_of_a_table_keep_their_pairs() -> None:
    table = folded().table
    which = np.arange(len(table.weights)) % 3 == 1
    part = ours.some(table, which)
    for new, old in enumerate(np.flatnonzero(which).tolist()):
        assert np.array_equal(part.features[part.rows == new], table.features[table.rows == old])
        assert np.array_equal(part.columns[part.rows == new], table.columns[table.rows == old])


def test_copies_of_what_is_asked_are_not_learned_from() -> None:
    examples, known = tiny()
    copy = replace(examples[70], key="other", terms=np.append(examples[70].terms, hashes(["again"])))
    task = held_out([*examples[:60], copy], examples[60:], known)
    assert "other" not in {one.key for one in task.examples}
    assert len(task.examples) == len(examples)


def test_copies_of_nothing_else_leave_nothing_to_learn_from() -> None:
    examples, known = tiny()
    with pytest.raises(InputError, match="copies"):
        held_out(examples, examples, known)


def test_time_parts_the_old_from_the_new_between_days() -> None:
    examples, _ = tiny()
    older, newer = by_time(examples)
    assert max(one.date or "" for one in older) < min(one.date or "" for one in newer)
    assert len(newer) == pytest.approx(0.2 * len(examples), abs=2)


def test_time_leaves_out_what_has_no_date() -> None:
    examples, _ = tiny()
    older, newer = by_time([replace(examples[0], date=None), *examples[1:]])
    assert len(older) + len(newer) == len(examples) - 1


@pytest.mark.parametrize("date", [None, "2016-06-27"], ids=["no dates", "one day"])
def test_time_that_can_not_be_parted_is_told(date: str | None) -> None:
    with pytest.raises(InputError, match="two days"):
        by_time([replace(one, date=date) for one in tiny()[0]])


def test_another_salt_makes_other_folds_of_the_same_days() -> None:
    examples, _ = tiny()
    first, other = folds(examples), folds(salted(examples, 3))
    assert not np.array_equal(first, other)
    for one in range(0, len(examples), 2):
        assert other[one] == other[one + 1]  # two articles a day


def test_days_and_files_can_be_left_out_of_the_score() -> None:
    task = folded()
    assert counted(task, None, ()).sum() == 72
    assert counted(task, None, ["2016-01-01"]).sum() == 70
    assert counted(task, Path("elsewhere.jsonl"), ()).sum() == 0


def test_what_is_unsure_counts_neither_way() -> None:
    task = folded()
    wrong = Said(np.ones_like(task.table.truth))
    vague = replace(task, examples=[replace(one, unsure=frozenset({"FR"})) for one in task.examples])
    assert micro(vague, wrong) == pytest.approx(2 * 48 / (2 * 48 + 96))
    assert micro(task, wrong) == pytest.approx(2 * 72 / (2 * 72 + 144))


def test_labels_of_too_few_articles_stay_out_of_the_macro_average() -> None:
    task = folded()
    said = Said(task.table.truth.copy())
    said.assigned[:, task.labels.index("FR")] = False
    assert score("", task, said, task.asked).macro == pytest.approx(2 / 3)
    some = np.array([one.labels != frozenset({"FR"}) or n % 8 == 0 for n, one in enumerate(task.examples)])
    assert score("", task, said, some).macro == 1.0


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Seeds, and a file of labelled articles."""
    return str(write_tiny_seeds(tmp_path / "seeds")), str(write_rows(tmp_path / "judged.jsonl", unlike()))


WAYS = [*PEERS, ours.NESTED]


@pytest.mark.parametrize(
    "options, ways",
    [
        ([], [*WAYS, ours.REPORTED]),
        (["--by-time"], [*WAYS, *(f"{ours.NESTED}, out of fold, {of} articles" for of in ("the same", "all"))]),
        (
            ["--ablate", "--salts", "2"],
            [
                ours.NESTED,
                "without word classifiers",
                "with one threshold for all labels",
                "without calibration",
            ],
        ),
    ],
    ids=["folds", "time", "ablations"],
)
def test_the_table_has_all_rows(
    options: list[str], ways: list[str], files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([files[1], "--seeds", files[0], "--format", "json", *options])
    rows = json.loads(capsys.readouterr().out)
    assert [row["way"] for row in rows] == ways
    assert all(0 <= row[name] <= 1 for row in rows for name in ("SY", "LY", "micro", "macro"))
    assert all((row["ece"] is not None) == (row["way"] not in PEERS) for row in rows)
    assert all((row["spread"] is not None) == ("--salts" in options) for row in rows)


def test_other_articles_are_asked_about(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = unlike()
    old, new = write_rows(tmp_path / "old.jsonl", rows[::2]), write_rows(tmp_path / "new.jsonl", rows[1::2])
    main([str(old), "--seeds", files[0], "--test", str(new)])
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert head == "| way | SY | LY | micro | macro | ece |"
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == WAYS


def test_what_can_not_be_read_ends_with_a_message(files: tuple[str, str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^error: .*missing\.jsonl"):
        main([str(tmp_path / "missing.jsonl"), "--seeds", files[0]])


def test_a_table_leaves_out_what_nobody_has() -> None:
    rows = [Row("one", None, None, 0.25, 1.0, 0.5), Row("two", None, None, 0.5, 0.0, None)]
    assert quality.table(rows).splitlines() == [
        "| way | micro | macro | ece |",
        "|---|---|---|---|",
        "| one | .250 | 1.000 | .500 |",
        "| two | .500 | .000 |  |",
    ]
