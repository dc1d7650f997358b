"""The verbs of `desk`, each by what it reads and writes."""

from __future__ import annotations

import csv
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from service.cli import desk
from tests.helping import publish, tiny_model, tiny_rows, write_rows, write_tiny_seeds
from training.article import Article
from training.errors import Busy, DamagedModel, InputError
from training.model import Model
from training.registry import Registry

DESK = str(Path(sys.executable).with_name("desk"))
OLD, NEW = "20250101T000000000", "20250102T000000000"
TEXT = (
    "Guns fell silent in Damascus on Friday 🕊️ as rebels in Syria agreed to a truce. "
    "Syrian state television showed empty streets, and a minister in Paris welcomed the news.\n"
    "Share on Facebook"
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder of models with a small one, which a test may change."""
    publish(tiny_model(), tmp_path / "models", OLD)
    return tmp_path / "models"


def ok(result: Result) -> str:
    """Give what a command wrote, which must have gone well."""
    assert result.exit_code == 0, result.output
    return result.stdout


def rows_of(result: Result) -> list[Any]:
    """Give what a command wrote as JSONL."""
    return [json.loads(line) for line in ok(result).split("\n") if line]


# label


def test_a_file_standard_input_the_library_and_http_say_the_same(
    runner: CliRunner, client: FlaskClient, model: Model, models: Path, tmp_path: Path
) -> None:
    file = tmp_path / "article.txt"
    file.write_text(TEXT, encoding="utf-8")
    options = ["label", "--format", "jsonl", "--all", "--models", str(models)]
    [of_file] = rows_of(runner.invoke(desk, [*options, str(file)]))
    [of_stdin] = rows_of(runner.invoke(desk, [*options, "-"], input=TEXT))
    of_http = client.post("/v1/label?all=true", json={"text": TEXT}).json
    of_library = json.loads(json.dumps(model.label(Article(TEXT), all=True).as_row()))
    assert of_file.pop("id") == "article.txt"
    assert of_stdin.pop("id") is None
    assert of_http is not None
    assert of_http.pop("id") is of_library.pop("id") is None
    assert of_file == of_stdin == of_http == of_library


@pytest.mark.parametrize(
    "text", ["Rain in\r\nDamascus,\r\nSyria.", "\tSyria\r waits", "Syria\f\v\u2028waits"], ids=repr
)
def test_offsets_count_in_the_file_as_it_is(runner: CliRunner, small: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "article.txt"
    file.write_bytes(text.encode())
    options = ["label", "--format", "jsonl", "--all", "--models", str(small)]
    [of_file] = rows_of(runner.invoke(desk, [*options, str(file)]))
    [of_stdin] = rows_of(runner.invoke(desk, [*options, "-"], input=text.encode()))
    assert of_file["labels"] == of_stdin["labels"]
    for label in of_file["labels"]:
        for found in label["evidence"]:
            assert text[found["start"] : found["end"]] == found["text"]


@pytest.mark.parametrize("flags, query", [([], ""), (["--all"], "?all=true"), (["--no-evidence"], "?evidence=false")])
def test_many_rows_are_labelled_as_each_alone_over_http(
    runner: CliRunner,
    client: FlaskClient,
    models: Path,
    samples: list[Article],
    tmp_path: Path,
    flags: list[str],
    query: str,
) -> None:
    rows: list[dict[str, object]] = [{"id": a.id, "title": a.title, "text": a.text} for a in samples[:25]]
    file = write_rows(tmp_path / "many.jsonl", rows)
    many = rows_of(runner.invoke(desk, ["label", "--format", "jsonl", "--models", str(models), *flags, str(file)]))
    assert many == [client.post(f"/v1/label{query}", json=row).json for row in rows]


def test_labels_of_rows_are_not_looked_at(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    right, wrong = tiny_rows()[0], {**tiny_rows()[0], "labels": []}
    file = write_rows(tmp_path / "rows.jsonl", [right, wrong])
    one, other = rows_of(runner.invoke(desk, ["label", "--format", "jsonl", "--models", str(small), str(file)]))
    assert one == other


def test_json_is_the_same_rows_in_one_list(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", tiny_rows()[:3])
    command = ["label", "--models", str(small), str(file), "--format"]
    assert json.loads(ok(runner.invoke(desk, [*command, "json"]))) == rows_of(runner.invoke(desk, [*command, "jsonl"]))


def test_the_table_is_a_line_an_article(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", [*tiny_rows()[:2], {"id": "dull", "text": "Rain fell all night."}])
    lines = ok(runner.invoke(desk, ["label", "--models", str(small), str(file)])).splitlines()
    assert len(lines) == 3
    assert re.match(r"SY-\S+ +SY [01]\.\d\d\b", lines[0])
    assert re.match(r"dull +no label", lines[2])


def test_files_of_every_kind_may_be_mixed(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    with gzip.open(tmp_path / "b.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"text": TEXT}) + "\n\n" + json.dumps({"id": "x", "text": TEXT}) + "\n")
    (tmp_path / "c.html").write_text(
        f"<html><body><article><p>{TEXT * 3}</p></article></body></html>", encoding="utf-8"
    )
    files = [str(tmp_path / name) for name in ("a.txt", "b.jsonl.gz", "c.html")]
    found = rows_of(runner.invoke(desk, ["label", "--format", "jsonl", "--models", str(small), *files]))
    assert [row["id"] for row in found] == ["a.txt", "b.jsonl.gz:1", "x", "c.html"]
    assert [row["labels"][0]["id"] for row in found] == ["SY"] * 4


@pytest.mark.parametrize(
    "sent, ids",
    [
        (TEXT, [None]),
        ("\ufeff" + TEXT, [None]),
        (json.dumps({"id": "a", "text": TEXT}) + "\n" + json.dumps({"id": "b", "text": TEXT}), ["a", "b"]),
        (f"<!DOCTYPE html><html><body><article><p>{TEXT * 3}</p></article></body></html>", [None]),
    ],
    ids=["text", "byte order mark", "JSONL", "HTML"],
)
def test_standard_input_is_told_apart_by_how_it_begins(
    runner: CliRunner, small: Path, sent: str, ids: list[str | None]
) -> None:
    found = rows_of(
        runner.invoke(desk, ["label", "--format", "jsonl", "--models", str(small), "-"], input=sent.encode())
    )
    assert [row["id"] for row in found] == ids
    assert all(row["labels"][0]["id"] == "SY" for row in found)


def test_a_folder_and_a_table_are_labelled_like_the_rows_in_them(
    runner: CliRunner, small: Path, tmp_path: Path
) -> None:
    rows = tiny_rows()[:3]
    folder = tmp_path / "news"
    folder.mkdir()
    write_rows(folder / "rows.jsonl", rows)
    with open(tmp_path / "rows.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "title", "text"], extrasaction="ignore", delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    command = ["label", "--format", "jsonl", "--models", str(small)]
    of_folder = rows_of(runner.invoke(desk, [*command, str(folder)]))
    assert [row["id"] for row in of_folder] == [row["id"] for row in rows]
    assert rows_of(runner.invoke(desk, [*command, str(tmp_path / "rows.csv")])) == of_folder


@pytest.mark.parametrize(
    "command, shown",
    [
        (["label"], r"^SY-\S+ +SY "),
        (["label", "--format", "json"], r'^\[\n  \{\n    "id": "SY-'),
        (["explain"], "^SY  Syria  .*  assigned$"),
        (["evaluate"], r"^micro average +1\.000 +1\.000 +1\.000 +2 "),
    ],
    ids=" ".join,
)
def test_bad_rows_are_skipped_when_asked_and_told_at_the_end(
    runner: CliRunner, small: Path, tmp_path: Path, command: list[str], shown: str
) -> None:
    path = write_rows(tmp_path / "rows.jsonl", [tiny_rows()[0], {"text": 1}, tiny_rows()[2], {}])
    strict = runner.invoke(desk, [*command, "--models", str(small), str(path)])
    assert isinstance(strict.exception, InputError)
    assert str(strict.exception).startswith(f"{path}:2: ")
    done = runner.invoke(desk, [*command, "--models", str(small), "--skip-bad", str(path)])
    assert re.search(shown, ok(done), re.M)
    assert done.stderr.splitlines()[-1].startswith(f"desk: skipped 2 bad rows: {path}:2: ")
    assert f"; {path}:4: " in done.stderr


def test_nothing_is_told_when_nothing_was_skipped(runner: CliRunner, small: Path) -> None:
    done = runner.invoke(desk, ["label", "--models", str(small), "--skip-bad", "-"], input=TEXT)
    assert ok(done)
    assert done.stderr == ""


def test_a_chosen_version_labels(runner: CliRunner, small: Path) -> None:
    publish(tiny_model(), small, NEW)
    command = ["label", "--format", "jsonl", "--models", str(small), "-"]
    [by_current] = rows_of(runner.invoke(desk, command, input=TEXT))
    [by_chosen] = rows_of(runner.invoke(desk, [*command, "--model", OLD], input=TEXT))
    assert by_current["model"]["version"] == NEW
    assert by_chosen["model"]["version"] == OLD


def test_the_folder_of_models_can_come_from_the_environment(runner: CliRunner, small: Path) -> None:
    [row] = rows_of(
        runner.invoke(desk, ["label", "--format", "jsonl", "-"], input=TEXT, env={"DESK_MODELS": str(small)})
    )
    assert row["model"]["version"] == OLD


ODD = ["(", "*a", "<", "A ", "1:00 ", "- a", "U.S. ", "\n", "a\n", "«", "a@", "a-", "A.", "](", "[a](", "![", "["]
NAMING = ["Syria ", "Syria, ", "“Syria” ", "Syria met. Libya met. ", "Damascus Libyan Tripoli "]


@pytest.mark.parametrize(("odd", "size"), [(ODD, 60_000), (NAMING, 4_000_000)], ids=["leftovers", "mentions"])
def test_no_text_makes_labelling_run_away(odd: list[str], size: int, small: Path, tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [{"id": repr(stuff), "text": stuff * (size // len(stuff))} for stuff in odd]
    command = [DESK, "label", "--format", "jsonl", "--models", str(small)]
    command.append(str(write_rows(tmp_path / "odd.jsonl", rows)))
    try:
        lines = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    except subprocess.TimeoutExpired as late:  # a few seconds are plenty, what is quadratic takes minutes
        lines = late.stdout or b""
    assert [json.loads(line)["id"] for line in lines.splitlines()] == [row["id"] for row in rows]


# explain


def test_explain_marks_what_decided_and_strikes_what_was_left_out(runner: CliRunner, small: Path) -> None:
    shown = ok(runner.invoke(desk, ["explain", "--models", str(small), "-"], input=TEXT))
    for word in ("Damascus", "Syria", "Syrian"):
        assert re.search(rf"\[{word}\|SY \+\d+\.\d\d\]", shown)
    assert "~~Share on Facebook~~" in shown
    assert re.search(r"^SY  Syria  [01]\.\d{3}  assigned", shown, re.M)


def test_explain_without_its_marks_is_the_article_as_sent(runner: CliRunner, small: Path) -> None:
    shown = ok(runner.invoke(desk, ["explain", "--models", str(small), "-"], input=TEXT))
    plain = re.sub(r"\[([^|\]]*)\|[A-Z ]+ [+-]\d+\.\d\d\]", r"\1", shown).replace("~~", "")
    assert plain.startswith(TEXT)


def test_explain_shows_headlines_and_every_article(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", tiny_rows()[:2])
    shown = ok(runner.invoke(desk, ["explain", "--models", str(small), str(file)]))
    assert len(re.findall(r"^\[Syria\|SY \+\d+\.\d\d\].*waits", shown, re.M)) == 2
    assert len(re.findall(r"^SY  Syria  .*  assigned", shown, re.M)) == 2
    assert "Only in passing: " in shown


def test_explain_shows_how_the_score_adds_up(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", tiny_rows()[:1])
    shown = ok(runner.invoke(desk, ["explain", "--models", str(small), str(file)]))
    [told] = re.findall(r"^    (named in passing, it starts from .*?score \S+)$", shown, re.M | re.S)
    added = [float(number) for number in re.findall(r"[+-]\d+\.\d\d", told)]
    assert sum(added[:-1]) == pytest.approx(added[-1], abs=0.005 * len(added))
    assert re.search(r"Syria\s×\d\s\+\d", told) and re.search(r"Syria\sin\sthe\sheadline\s[+-]\d", told)


def test_explain_and_label_say_what_to_look_at(runner: CliRunner, small: Path) -> None:
    by_focus = replace(tiny_model().classifier, rows={}, judged=frozenset(), thresholds=np.full(3, 0.5))
    wavering = replace(by_focus, focus=by_focus.focus.scaled(0.05, 0.0))
    publish(replace(tiny_model(), classifier=wavering), small, NEW)
    article = "Syria waits. Damascus is quiet, the Syrian minister of Syria said. Libya and Paris do not."
    told = ok(runner.invoke(desk, ["label", "--all", "--models", str(small), "-"], input=article))
    assert set(re.findall(r"([A-Z]{2}) 0\.\d\d\?", told)) == {"FR", "LY", "SY"}
    shown = ok(runner.invoke(desk, ["explain", "--models", str(small), "-"], input=article))
    assert set(re.findall(r"^([A-Z]{2})  .*; unsure: look at it$", shown, re.M)) == {"FR", "LY", "SY"}
    assert re.search(r"^[A-Z]{2}  \w+  0\.\d{3}  not assigned: takes 0\.500; unsure", shown, re.M)
    assert "Only in passing" not in shown


def test_explain_of_an_article_about_nothing(runner: CliRunner, small: Path) -> None:
    shown = ok(runner.invoke(desk, ["explain", "--models", str(small), "-"], input="Rain fell on the harbour."))
    assert shown.endswith("Rain fell on the harbour.\n\nNo label.\n")


def test_explain_colours_a_terminal(small: Path, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm"}
    command = [DESK, "explain", "--models", str(small), str(tmp_path / "article.txt")]
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
    except OSError:
        pass  # how Linux says that the other end was closed
    finally:
        os.close(ours)
        assert process.wait(60) == 0
    assert re.search(rb"\x1b\[33m(\x1b\[1m)?Damascus\x1b\[0m", shown)
    assert re.search(rb"\x1b\[2m?[^m]*m?(\x1b\[9m)?Share on Facebook\x1b\[0m", shown)
    assert b"|SY" not in shown


# topics, models, evaluate


def test_topics_come_as_a_table_as_rows_and_as_a_list(runner: CliRunner, small: Path) -> None:
    command = ["topics", "--all", "--models", str(small), "--words", "3"]
    rows = rows_of(runner.invoke(desk, [*command, "--format", "jsonl"]))
    assert rows == json.loads(ok(runner.invoke(desk, [*command, "--format", "json"])))
    assert rows and all(len(row["words"]) == 3 for row in rows)
    head, _, *lines = ok(runner.invoke(desk, command)).splitlines()
    assert head.split() == ["topic", "name", "share", "coherence", "trend", "words"]
    for line, row in zip(lines, rows, strict=True):
        assert line.startswith(f"{row['id']}  {row['name']} ")
        assert line.endswith("  " + ", ".join(word["word"] for word in row["words"]))


def test_topics_are_those_of_http(runner: CliRunner, client: FlaskClient, models: Path) -> None:
    told = client.get("/v1/topics").json
    assert told is not None
    assert rows_of(runner.invoke(desk, ["topics", "--format", "jsonl", "--models", str(models)])) == told["topics"]


def test_a_topic_is_shown_with_what_is_known_of_it(runner: CliRunner, models: Path, model: Model) -> None:
    id, about = model.topics.ids[0], model.topics.about[0]
    shown = ok(runner.invoke(desk, ["topics", "show", id, "--models", str(models)]))
    assert shown.startswith(f"{id}  {about['name']}\n") and f"{about['articles']} are mostly about it" in shown
    for article in about["typical"]:
        assert re.search(rf"^ *{article['share']:.3f}  {article['date']}  {article['id']}\b", shown, re.M)
    row = json.loads(ok(runner.invoke(desk, ["topics", "show", id, "--models", str(models), "--format", "json"])))
    assert row["id"] == id and row["volume"] and row["typical"] == about["typical"]
    missing = runner.invoke(desk, ["topics", "show", "t0", "--models", str(models)])
    assert isinstance(missing.exception, InputError) and "desk topics lists" in str(missing.exception)


def test_two_versions_are_held_against_each_other_topic_by_topic(runner: CliRunner, small: Path) -> None:
    model = tiny_model()
    ids = model.topics.ids
    about = [
        {**one, "id": f"new{number}" if number < 2 else one["id"]} for number, one in enumerate(model.topics.about)
    ]
    publish(replace(model, topics=replace(model.topics, about=about)), small, NEW)
    command = ["topics", "diff", OLD, NEW, "--models", str(small)]
    shown = ok(runner.invoke(desk, command))
    assert f"Topics: {len(ids) - 2} kept, 2 new, 2 retired." in shown
    assert re.search(rf"^new topic      new0  .*, split from {ids[0]}$", shown, re.M)
    assert re.search(rf"^retired topic  {ids[1]}  .*, merged into new1$", shown, re.M)
    rows = rows_of(runner.invoke(desk, [*command, "--format", "jsonl"]))
    assert {row["id"]: row["change"] for row in rows} == {
        **dict.fromkeys(ids[2:], "kept"),
        **dict.fromkeys(ids[:2], "retired"),
        "new0": "new",
        "new1": "new",
    }
    assert all(row["words"] == pytest.approx(1) for row in rows if row["change"] == "kept")


def test_a_renamed_topic_keeps_its_name_through_training(runner: CliRunner, tmp_path: Path) -> None:
    seeds, models = write_tiny_seeds(tmp_path / "seeds"), tmp_path / "models"
    train = ["train", "--seeds", str(seeds), "--models", str(models), "--topics", "2"]
    ok(runner.invoke(desk, train))
    first = Registry(models).load().topics
    said = ok(runner.invoke(desk, ["topics", "rename", first.ids[1], "Bread and  butter", "--models", str(models)]))
    assert said == f"{first.ids[1]}: {first.names[1]} is now Bread and butter\n"
    more = write_rows(
        tmp_path / "more.jsonl", [{"text": f"Rain fell on Paris, and wheat grew for {n} days."} for n in range(9)]
    )
    ok(runner.invoke(desk, [*train, "--corpus", str(more)]))
    second = Registry(models).load().topics
    assert second.ids == first.ids and second.names[1] == "Bread and butter"
    done = ok(runner.invoke(desk, ["retrain", *train[1:], "--corpus", str(more)]))
    assert "Topics: 2 kept, 0 new, 0 retired." in done
    assert Registry(models).load().topics.names[1] == "Bread and butter"


def test_training_again_changes_no_topic_and_fresh_topics_are_found_anew(runner: CliRunner, tmp_path: Path) -> None:
    seeds, models = write_tiny_seeds(tmp_path / "seeds"), tmp_path / "models"
    train = ["train", "--seeds", str(seeds), "--models", str(models), "--topics", "4"]
    for _ in range(2):
        ok(runner.invoke(desk, train))
    ok(runner.invoke(desk, [*train, "--fresh-topics", "--seed", "3"]))
    one, two, three = (Registry(models).load(version).topics for version in Registry(models).versions())
    assert one.counts.tobytes() == two.counts.tobytes() != three.counts.tobytes()
    assert one.ids == two.ids and one.about == two.about


def test_training_beside_a_model_that_can_not_be_read_says_that_topics_start_anew(
    runner: CliRunner, tmp_path: Path, small: Path
) -> None:
    (small / OLD / "serving.joblib").write_bytes(b"")
    done = runner.invoke(desk, ["train", "--seeds", str(write_tiny_seeds(tmp_path / "seeds")), "--models", str(small)])
    assert "topics start from nothing, as the current model can't be read" in done.stderr and done.exit_code == 0


@pytest.mark.parametrize("value, code", [("auto", 0), ("3", 0), ("1", 2), ("many", 2)])
def test_topics_are_a_number_or_auto(runner: CliRunner, tmp_path: Path, value: str, code: int) -> None:
    seeds, models = write_tiny_seeds(tmp_path / "seeds"), tmp_path / "models"
    done = runner.invoke(desk, ["train", "--seeds", str(seeds), "--models", str(models), "--topics", value])
    assert done.exit_code == code, done.output
    if not code:
        assert f"--topics {value}" in Registry(models).about()["command"]


def test_versions_are_promoted_rolled_back_pinned_and_pruned(runner: CliRunner, small: Path) -> None:
    def said(*words: str) -> str:
        return ok(runner.invoke(desk, ["models", *words, "--models", str(small)]))

    newest = "20250103T000000000"
    publish(tiny_model(), small, NEW, promote=False)
    publish(tiny_model(), small, newest, promote=False)
    assert said("promote", NEW) == f"Model {NEW} is current in {small}.\n"
    assert said("rollback") == f"Model {OLD} is current in {small} again.\n"
    assert said("prune", "--keep", "0", "--dry-run").splitlines()[0] == f"would go  {newest}"
    said("pin", newest)
    assert re.search(rf"^ +{newest} .* pinned$", said("list"), re.M)
    assert said("prune", "--keep", "0") == f"3 versions in {small}.\n"
    said("unpin", newest)
    assert said("prune", "--keep", "0") == f"gone  {newest}\n2 versions in {small}.\n"
    assert Registry(small).current() == OLD


def test_versions_are_verified_and_exit_code_1_says_that_one_is_bad(runner: CliRunner, small: Path) -> None:
    publish(tiny_model(), small, NEW)
    command = ["models", "verify", "--models", str(small)]
    assert ok(runner.invoke(desk, command)) == f"{OLD}  good\n{NEW}  good\n"
    (small / NEW / "serving.joblib").write_bytes(b"")
    done = runner.invoke(desk, command)
    assert done.exit_code == 1
    assert re.search(
        rf"^{NEW}  can't be used: .*serving.joblib is not as it was written; retrain with", done.output, re.M
    )
    assert ok(runner.invoke(desk, [*command, OLD])) == f"{OLD}  good\n"


def test_two_versions_are_held_against_each_other(runner: CliRunner, small: Path) -> None:
    model = tiny_model()
    scores = json.loads(json.dumps(model.about["out_of_fold"]))
    scores["labels"]["SY"]["f1"] = scores["micro"]["f1"] = 0.5
    settings = {**model.about["settings"], "min_examples": 77}
    told = {"out_of_fold": scores, "settings": settings, "data": "other"}
    publish(replace(model, about={**model.about, **told}), small, NEW)
    command = ["models", "diff", OLD, "--models", str(small)]
    shown = ok(runner.invoke(desk, command))
    was = model.about["out_of_fold"]["labels"]["SY"]["f1"]
    assert re.search(rf"^SY  Syria +{was:.3f} +0.500 +{0.5 - was:.3f}$", shown, re.M)
    assert "min_examples: 10 -> 77" in shown and f"{len(model.topics)} kept, 0 new, 0 retired" in shown
    found = json.loads(ok(runner.invoke(desk, [*command, "--format", "json"])))
    assert [row["of"] for row in found["scores"]] == ["micro F1", "macro F1", "SY"]
    assert found["settings"] == [
        {"of": "data digest", "a": model.about["data"], "b": "other"},
        {"of": "min_examples", "a": 10, "b": 77},
    ]


def test_models_list_shows_every_version_and_stars_the_current_one(runner: CliRunner, small: Path) -> None:
    publish(replace(tiny_model(), about={**tiny_model().about, "parent": OLD}), small, NEW)
    Registry(small).promote(OLD)
    command = ["models", "list", "--models", str(small)]
    rows = rows_of(runner.invoke(desk, [*command, "--format", "jsonl"]))
    assert [(row["version"], row["current"], row["parent"]) for row in rows] == [(OLD, True, None), (NEW, False, OLD)]
    assert rows == json.loads(ok(runner.invoke(desk, [*command, "--format", "json"])))
    table = ok(runner.invoke(desk, command))
    assert re.search(rf"^\* +{OLD} .* 72 ", table, re.M)
    assert re.search(rf"^ +{NEW} .* {OLD}$", table, re.M)


def test_models_list_shows_a_damaged_version_with_what_is_wrong(runner: CliRunner, small: Path) -> None:
    publish(tiny_model(), small, NEW, promote=False)
    (small / NEW / "serving.joblib").write_bytes(b"")
    rows = rows_of(runner.invoke(desk, ["models", "list", "--models", str(small), "--format", "jsonl"]))
    assert [row["usable"] for row in rows] == [True, False]
    assert "serving.joblib" in rows[1]["problem"]
    shown = ok(runner.invoke(desk, ["models", "list", "--models", str(small)]))
    assert re.search(rf"^ +{NEW} +can't be used$", shown, re.M) and "serving.joblib" in shown.splitlines()[-1]
    assert max(map(len, shown.splitlines()[:-1])) < 120


def test_a_current_version_that_is_not_there_is_listed_and_not_good(runner: CliRunner, small: Path) -> None:
    (small / "current").write_text(f"{NEW}\n", encoding="utf-8")
    done = runner.invoke(desk, ["models", "verify", "--models", str(small)])
    assert (done.exit_code, done.output.splitlines()[0]) == (1, f"{OLD}  good")
    assert f"{NEW}  can't be used: {small}: no model '{NEW}'; there are {OLD}" in done.output
    shown = ok(runner.invoke(desk, ["models", "list", "--models", str(small)]))
    assert re.search(rf"^\* +{NEW} +can't be used$", shown, re.M) and f"there are {OLD}" in shown


@pytest.mark.parametrize("about", [{}, {"articles": 3}, {"out_of_fold": []}], ids=str)
def test_a_manifest_that_does_not_tell_all_is_named_and_others_are_shown(
    runner: CliRunner, small: Path, about: dict[str, Any]
) -> None:
    publish(tiny_model(), small, NEW, promote=False)
    file = small / NEW / "manifest.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    kept = {**told["about"], **about} if about else {"version": NEW}
    file.write_text(json.dumps({**told, "about": kept}), encoding="utf-8")
    rows = rows_of(runner.invoke(desk, ["models", "list", "--models", str(small), "--format", "jsonl"]))
    assert [row["usable"] for row in rows] == [True, False]
    for words in (["show", NEW], ["diff", OLD, NEW]):
        done = runner.invoke(desk, ["models", *words, "--models", str(small)])
        assert isinstance(done.exception, DamagedModel) and "does not tell all of it" in str(done.exception)


def test_nothing_is_pruned_while_a_run_is_at_work(runner: CliRunner, small: Path) -> None:
    publish(tiny_model(), small, NEW, promote=False)
    command = ["models", "prune", "--keep", "0", "--models", str(small)]
    with Registry(small).lock():
        assert isinstance(runner.invoke(desk, command).exception, Busy)
        assert "would go" in ok(runner.invoke(desk, [*command, "--dry-run"]))
    assert ok(runner.invoke(desk, command)).startswith(f"gone  {NEW}\n")


def test_models_list_of_nothing_says_how_to_begin(runner: CliRunner, tmp_path: Path) -> None:
    command = ["models", "list", "--models", str(tmp_path)]
    assert "desk train" in ok(runner.invoke(desk, command))
    assert rows_of(runner.invoke(desk, [*command, "--format", "jsonl"])) == []
    assert json.loads(ok(runner.invoke(desk, [*command, "--format", "json"]))) == []


def test_models_show_says_how_a_version_came_to_be(runner: CliRunner, small: Path) -> None:
    child = replace(tiny_model(), about={**tiny_model().about, "parent": OLD})
    publish(child, small, NEW)
    Registry(small).pin(OLD)
    table = ok(runner.invoke(desk, ["models", "show", OLD, "--models", str(small)]))
    about = tiny_model().about
    assert re.search(rf"^version +{OLD} \(pinned\)$", table, re.M)
    assert re.search(r"^command +desk train --seeds ", table, re.M)
    assert re.search(r"^promoted +2\d{3}-\d\d-\d\dT\S+$", table, re.M), "once, and no longer current"
    assert re.search(rf"^data +{about['data']}$", table, re.M) and re.search(rf"^seeds +{about['seeds']}$", table, re.M)
    assert re.search(rf"^code +foreign-desk {re.escape(about['code'])}$", table, re.M)
    assert re.search(r"^libraries +gensim \S+, .*numpy \d", table, re.M)
    assert "goes on" not in table
    shown = ok(runner.invoke(desk, ["models", "show", "--models", str(small)]))
    assert re.search(rf"^goes on +from {OLD}$", shown, re.M) and re.search(r"^promoted .* \(current\)$", shown, re.M)
    [card] = re.findall(r"^card +(\S.*)$", table, re.M)
    assert Path(card).read_text(encoding="utf-8").startswith("<!doctype html>")
    assert re.search(r"micro average .* 72 ", table, re.M)
    manifest = json.loads(ok(runner.invoke(desk, ["models", "show", "--models", str(small), "--format", "json"])))
    assert manifest["about"]["version"] == NEW and manifest["folder"] == str(small / NEW)
    assert (manifest["current"], manifest["pinned"], len(manifest["promoted_at"])) == (True, False, 1)
    assert manifest["files"].keys() >= {"serving.joblib"}
    assert [manifest] == rows_of(runner.invoke(desk, ["models", "show", "--models", str(small), "--format", "jsonl"]))


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """Three labelled articles, one of them with a label too many, and one that nobody judged."""
    right = {**tiny_rows()[0], "title": "A headline the model has not seen"}
    rows: list[dict[str, object]] = [
        {**right, "id": "right"},
        {**right, "id": "too-much", "labels": ["SY", "LY"]},
        {**right, "id": "unsure", "labels": [], "unsure": ["SY"]},
        {"text": "Nobody judged this article about Syria."},
    ]
    return write_rows(tmp_path / "judged.jsonl", rows)


def test_evaluate_scores_what_is_judged_and_leaves_out_what_is_unsure(
    runner: CliRunner, small: Path, judged: Path
) -> None:
    command = ["evaluate", "--models", str(small), str(judged), "--format"]
    scores = json.loads(ok(runner.invoke(desk, [*command, "json"])))
    assert (scores["model"], scores["articles"], scores["trained_on"]) == (OLD, 3, 0)
    syria, libya = scores["labels"]["SY"], scores["labels"]["LY"]
    assert [syria[figure] for figure in ("precision", "recall", "f1", "support")] == [1, 1, 1, 2]
    assert (libya["recall"], libya["average_precision"]) == (0, pytest.approx(1 / 3, abs=1e-4))
    assert scores["micro"] == {"precision": 1.0, "recall": 0.6667, "f1": 0.8, "support": 3}
    assert scores["macro_f1"] == 0.5
    assert 0 <= scores["calibration"]["error"] <= 1
    assert scores["errors"]["wrong"] == []
    [missed] = scores["errors"]["missed"]
    assert (missed["article"], missed["label"]) == ("too-much", "LY")
    table = ok(runner.invoke(desk, [*command, "table"]))
    assert re.search(r"^SY +Syria +1\.000 +1\.000 +1\.000 +2 ", table, re.M)
    assert re.search(r"^micro average +1\.000 +0\.667 +0\.800 +3 ", table, re.M)
    assert re.search(r"^missed +LY .* too-much A headline", table, re.M)
    assert f"Model {OLD} on 3 labelled articles." in table
    assert "trained on" not in table


def test_evaluate_gives_rows_that_say_what_they_are(runner: CliRunner, small: Path, judged: Path) -> None:
    command = ["evaluate", "--models", str(small), str(judged), "--compare", OLD, "--format"]
    whole = json.loads(ok(runner.invoke(desk, [*command, "json"])))
    rows = rows_of(runner.invoke(desk, [*command, "jsonl"]))
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row.pop("row"), []).append(row)
    assert list(by_kind) == ["label", "micro average", "macro average", "calibration", "missed", "difference"]
    assert [row["label"] for row in by_kind["label"]] == list(whole["labels"]) == ["SY", "LY"]
    assert by_kind["label"][0] == {"label": "SY", "name": "Syria", **whole["labels"]["SY"]}
    assert by_kind["micro average"] == [whole["micro"]]
    assert by_kind["calibration"] == [whole["calibration"]]
    assert by_kind["missed"] == whole["errors"]["missed"]
    assert by_kind["difference"] == whole["comparison"]["differences"]


def test_evaluate_scores_trained_articles_by_models_that_had_not_seen_them(
    runner: CliRunner, small: Path, tmp_path: Path
) -> None:
    rows = [*tiny_rows()[:20], dict[str, object](text="Rain fell on the harbour.", labels=[])]
    command = ["evaluate", "--models", str(small), str(write_rows(tmp_path / "rows.jsonl", rows))]
    assert "20 of 21 articles were trained on: scored by models that had not seen them." in ok(
        runner.invoke(desk, command)
    )
    untaught = replace(tiny_model(), out_of_fold={key: {} for key in tiny_model().out_of_fold})
    publish(untaught, small, NEW)
    scores = json.loads(ok(runner.invoke(desk, [*command, "--format", "json"])))
    assert (scores["trained_on"], scores["micro"]["recall"]) == (20, 0)


def test_evaluate_compares_two_versions(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    publish(replace(tiny_model(), out_of_fold={key: {} for key in tiny_model().out_of_fold}), small, NEW)
    file = str(write_rows(tmp_path / "rows.jsonl", tiny_rows()))
    command = ["evaluate", "--models", str(small), "--model", OLD, "--compare", NEW, file]
    found = json.loads(ok(runner.invoke(desk, [*command, "--format", "json"])))["comparison"]
    assert (found["model"], found["micro"]["recall"]) == (NEW, 0)
    scores = {row["score"]: row for row in found["differences"]}
    assert scores.keys() == {"micro F1", "macro F1", "FR", "LY", "SY"}
    assert scores["micro F1"]["theirs"] == 0 < scores["micro F1"]["low"] and scores["micro F1"]["clear"]
    table = ok(runner.invoke(desk, command))
    assert re.search(r"^micro F1 +1\.000 +0\.000 +\+1\.000 +\+1\.000 to \+1\.000 +yes$", table, re.M)
    assert f"A: {OLD} on 72" in table and f"B: {NEW} on 72" in table


def test_evaluate_reads_twice_to_compare_and_tells_once_what_it_skipped(
    runner: CliRunner, small: Path, tmp_path: Path
) -> None:
    publish(tiny_model(), small, NEW)
    (tmp_path / "judged").mkdir()
    corpus = write_rows(tmp_path / "judged" / "rows.jsonl", [*tiny_rows()[:5], {"text": None}, *tiny_rows()[5:9]])
    command = ["evaluate", "--models", str(small), "--model", OLD, "--compare", NEW, "--format", "json"]
    command.append(str(corpus.parent))
    done = runner.invoke(desk, [*command, "--skip-bad"])
    found = json.loads(done.stdout)
    assert (found["articles"], found["comparison"]["articles"]) == (9, 9)
    assert done.stderr.count(f"desk: skipped 1 bad row: {corpus}:6: ") == 1
    assert runner.invoke(desk, command).exception


def test_evaluate_shows_as_many_mistakes_as_asked_for(runner: CliRunner, small: Path, tmp_path: Path) -> None:
    rows = [{**row, "title": "", "labels": ["QQ"]} for row in tiny_rows()[:9]]
    command = ["evaluate", "--models", str(small), str(write_rows(tmp_path / "rows.jsonl", rows)), "--errors"]
    for many in (0, 3):
        table = ok(runner.invoke(desk, [*command, str(many)]))
        assert len(re.findall(r"^wrong ", table, re.M)) == len(re.findall(r"^missed ", table, re.M)) == many
    assert "Labels it does not know, and so misses: QQ." in table
    assert re.search(r"^wrong +SY .* \+\d+\.\d\d", table, re.M)


# train, retrain


def test_train_makes_a_model_current_and_writes_its_name(runner: CliRunner, tmp_path: Path) -> None:
    seeds, models, name = write_tiny_seeds(tmp_path / "seeds"), tmp_path / "models", tmp_path / "version"
    command = ["train", "--seeds", str(seeds), "--models", str(models), "--topics", "4", "--version-file", str(name)]
    shown = ok(runner.invoke(desk, command))
    [version] = Registry(models).versions()
    assert Registry(models).current() == version
    assert name.read_text(encoding="utf-8") == f"{version}\n"
    assert f"Model {version} is current in {models}." in shown
    assert re.search(r"^SY +Syria +[01]\.\d{3}", shown, re.M)
    assert len(rows_of(runner.invoke(desk, ["topics", "--all", "--models", str(models), "--format", "jsonl"]))) == 4


def test_one_run_trains_at_a_time_and_takes_away_what_a_killed_one_left(runner: CliRunner, tmp_path: Path) -> None:
    seeds, registry = write_tiny_seeds(tmp_path / "seeds"), Registry(tmp_path / "models")
    command = ["train", "--seeds", str(seeds), "--models", str(registry.folder), "--topics", "2"]
    with registry.lock():
        left = registry.folder / ".unfinished-left"
        left.mkdir()
        refused = runner.invoke(desk, command)
        assert isinstance(refused.exception, Busy) and left.exists()
    ok(runner.invoke(desk, command))
    assert not left.exists() and registry.current() in registry.versions()


def test_train_on_corpora_alone_mixes_labelled_and_unlabelled(runner: CliRunner, tmp_path: Path) -> None:
    seeds, models = write_tiny_seeds(tmp_path / "seeds"), tmp_path / "models"
    first = write_rows(tmp_path / "a.jsonl", tiny_rows()[:50])
    plain = [{"text": row["text"]} for row in tiny_rows()[50:]]
    second = write_rows(tmp_path / "b.jsonl", [*tiny_rows()[48:50], *plain])
    options = ["--no-samples", "--corpus", str(first), "--corpus", str(second)]
    ok(runner.invoke(desk, ["train", *options, "--models", str(models)], env={"DESK_SEEDS": str(seeds)}))
    assert Registry(models).load().about["articles"] == {"all": 72, "judged": 50, "skipped": 0}


def test_train_skips_bad_rows_when_asked_and_the_model_says_how_many(runner: CliRunner, tmp_path: Path) -> None:
    seeds, models, folder = write_tiny_seeds(tmp_path / "seeds"), tmp_path / "models", tmp_path / "corpora"
    folder.mkdir()
    write_rows(folder / "a.jsonl", [{"text": 1}, {"text": "Rain fell on Damascus."}])
    (folder / "b.csv").write_text("text,labels\nRain fell on Tripoli.,LY\nshort\n", encoding="utf-8")
    command = ["train", "--seeds", str(seeds), "--models", str(models), "--corpus", str(folder)]
    assert isinstance(runner.invoke(desk, command).exception, InputError)
    assert Registry(models).versions() == []
    done = runner.invoke(desk, [*command, "--skip-bad"])
    ok(done)
    about = Registry(models).load().about
    assert about["articles"] == {"all": 74, "judged": 73, "skipped": 2}
    assert "--skip-bad" in about["command"].split()
    told = done.stderr.splitlines()[-1]
    assert told.startswith(f"desk: skipped 2 bad rows: {folder / 'a.jsonl'}:1: ")
    assert f"; {folder / 'b.csv'}:3: " in told


def test_what_was_skipped_is_told_even_when_too_little_is_left(runner: CliRunner, tmp_path: Path) -> None:
    seeds = write_tiny_seeds(tmp_path / "seeds")
    corpus = write_rows(tmp_path / "bad.jsonl", [{"text": 1}] * 5)
    command = ["train", "--no-samples", "--skip-bad", "--seeds", str(seeds), "--corpus", str(corpus)]
    done = runner.invoke(desk, [*command, "--models", str(tmp_path / "models")])
    assert isinstance(done.exception, InputError)
    assert "skipped 5 bad rows" in done.stderr


@pytest.mark.parametrize("many", [4, 12, 30])
def test_train_on_very_little_succeeds_or_says_why_not(tmp_path: Path, many: int) -> None:
    seeds = write_tiny_seeds(tmp_path / "seeds")
    corpus = write_rows(tmp_path / "few.jsonl", tiny_rows()[::2][:many])
    command = [DESK, "train", "--no-samples", "--seeds", str(seeds), "--corpus", str(corpus)]
    done = subprocess.run([*command, "--models", str(tmp_path / "m")], capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2)


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[subprocess.CompletedProcess[str], Path]]:
    """Three nights, one after the other: nothing to compare with, no worse, and much worse."""
    folder = tmp_path_factory.mktemp("nights")
    seeds = write_tiny_seeds(folder / "seeds")
    wrong = write_rows(folder / "wrong.jsonl", tiny_rows(wrong=True))
    command = [DESK, "retrain", "--seeds", str(seeds), "--models", str(folder / "models"), "--format"]
    return [
        (subprocess.run([*command, *options], capture_output=True, text=True, timeout=120), folder / "models")
        for options in (["json"], ["jsonl"], ["table", "--corpus", str(wrong)])
    ]


Nights = list[tuple[subprocess.CompletedProcess[str], Path]]


def test_the_first_night_promotes_what_there_is(nights: Nights) -> None:
    done, models = nights[0]
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["promoted"] is True
    assert outcome["comparisons"] == []
    assert outcome["version"] == Registry(models).versions()[0]


def test_a_challenger_that_is_no_worse_is_promoted(nights: Nights) -> None:
    done, models = nights[1]
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["promoted"] is True
    assert outcome["reasons"] == []
    assert outcome["comparisons"][0]["articles"] == 72
    assert outcome["version"] == Registry(models).versions()[1] == Registry(models).current()


def test_retrain_tells_once_what_it_skipped(runner: CliRunner, nights: Nights, tmp_path: Path) -> None:
    models = shutil.copytree(nights[0][1], tmp_path / "models")
    corpus = write_rows(tmp_path / "bad.jsonl", [{"text": 1}])
    command = ["retrain", "--seeds", str(nights[0][1].parent / "seeds"), "--corpus", str(corpus), "--skip-bad"]
    done = runner.invoke(desk, [*command, "--models", str(models)])
    assert done.exit_code == 0, done.output
    assert done.stderr.count("skipped 1 bad row: ") == 1
    version = Registry(models).versions()[-1]
    assert Registry(models).about(version)["articles"]["skipped"] == 1


def test_a_challenger_that_is_worse_is_kept_but_refused_with_exit_code_1(nights: Nights) -> None:
    done, models = nights[2]
    promoted, refused = Registry(models).versions()[1:]
    assert re.search(r"^Refused: micro F1 on known articles falls from 1\.000 to 0\.\d{3}\.$", done.stdout, re.M)
    assert f"the challenger is kept as {refused}" in done.stdout
    assert Registry(models).current() == promoted
    assert done.returncode == 1


def test_a_larger_tolerance_does_not_hide_the_fall_of_a_single_label(runner: CliRunner, nights: Nights) -> None:
    _, models = nights[2]
    seeds, wrong = models.parent / "seeds", models.parent / "wrong.jsonl"
    before = Registry(models).current()
    command = ["retrain", "--seeds", str(seeds), "--corpus", str(wrong), "--tolerance", "1", "--format", "json"]
    done = runner.invoke(desk, [*command, "--models", str(models)])
    outcome = json.loads(done.stdout)
    assert outcome["promoted"] is False
    assert any(reason.startswith("F1 of ") for reason in outcome["reasons"])
    assert not any(reason.startswith("micro F1") for reason in outcome["reasons"])
    assert Registry(models).current() == before
    assert done.exit_code == 1
