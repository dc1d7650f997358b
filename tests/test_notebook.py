"""The notebook runs from top to bottom, from where people start it, and shows what it promises."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.conftest import ROOT
from training.model import Model
from training.registry import Registry

NOTEBOOK = ROOT / "notebooks" / "topics.ipynb"
PICTURE = "image/svg+xml"
SECONDS = 60  # for a cell


def opened() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


def execute(folder: Path, only: Sequence[str] = ()) -> dict[str, list[Any]]:
    """Run the notebook in a folder, ``only`` some cells or all of it, and give each code cell's outputs by its id."""
    notebook = opened()
    if only:
        notebook.cells = [cell for cell in notebook.cells if cell.id in only]
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}).execute()
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


@pytest.fixture(scope="module")
def outputs(models: Path) -> dict[str, list[Any]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESK_MODELS", str(models))
        return execute(NOTEBOOK.parent)


def shown(outputs: dict[str, list[Any]], cell: str, kind: str) -> Any:
    (output,) = outputs[cell]
    return output.data[kind]


@pytest.fixture(scope="module")
def two(trained: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an earlier version beside the current one; since then a topic is new, another has a new name."""
    folder = tmp_path_factory.mktemp("two")
    about = [dict(one) for one in trained.topics.about]
    about[0]["id"], about[1]["name"] = "t000000", "as it was called"
    earlier = replace(trained, topics=replace(trained.topics, about=about))
    for model, version in ((earlier, "20010101T000000000"), (trained, trained.version)):
        Registry(folder).publish(replace(model, about={**model.about, "version": version}))
    return folder


@pytest.mark.parametrize("cell", ["table", "labels-table", "evidence-table", "shares-table"])
def test_it_shows_tables(outputs: dict[str, list[Any]], cell: str) -> None:
    html = shown(outputs, cell, "text/html")
    assert "<table" in html and "<td" in html


@pytest.mark.parametrize("cell", ["map", "words", "times", "heat", "shares-picture"])
def test_it_shows_pictures_with_data_and_a_title(outputs: dict[str, list[Any]], cell: str) -> None:
    picture = shown(outputs, cell, PICTURE)
    assert picture.count("<path") > 5
    assert "title-text" in picture


@pytest.mark.parametrize("cell", ["map", "heat"])
def test_pictures_of_all_topics_name_all(outputs: dict[str, list[Any]], model: Model, cell: str) -> None:
    picture = shown(outputs, cell, PICTURE)
    assert [name for name in model.topics.names if f">{escape(name)}<" not in picture] == []


@pytest.mark.parametrize("cell", ["words", "times"])
def test_pictures_of_some_topics_name_the_largest(outputs: dict[str, list[Any]], model: Model, cell: str) -> None:
    picture = shown(outputs, cell, PICTURE)
    largest = sorted(model.topics.about, key=lambda one: -one["share"])[:12]
    assert [one["name"] for one in largest if f">{escape(one['name'])}<" not in picture] == []


def test_it_says_how_good_the_topics_are(outputs: dict[str, list[Any]], model: Model) -> None:
    (output,) = outputs["quality"]
    about = model.about["topics"]
    assert output.text.startswith(f"{about['number']} topics, {about['junk']} of them junk")
    assert f"{about['npmi']:.2f}" in output.text and str(about["perplexity"]) in output.text


def test_it_shows_typical_articles_of_the_largest_topic(outputs: dict[str, list[Any]], model: Model) -> None:
    name, table = outputs["typical"]
    largest = max(model.topics.about, key=lambda one: one["share"])
    assert name.text.strip() == largest["name"]
    assert all(one["id"] in table.data["text/html"] for one in largest["typical"])


def test_with_one_version_it_says_that_there_is_no_other(outputs: dict[str, list[Any]]) -> None:
    (output,) = outputs["compare"]
    assert output.text.startswith("There is no earlier version yet.")


def test_with_two_versions_it_shows_what_has_changed(
    two: Path, trained: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_MODELS", str(two))
    html = shown(execute(NOTEBOOK.parent, only=["imports", "renderer", "open", "compare"]), "compare", "text/html")
    words = re.findall(r"<td[^>]*>(\w+)</td>", html)
    assert (words.count("kept"), words.count("new"), words.count("retired")) == (len(trained.topics) - 1, 1, 1)
    assert "t000000" in html and trained.topics.names[1] in html and "as it was called" not in html


def test_an_earlier_version_that_cant_be_opened_is_no_error(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = two.parent / "damaged"
    shutil.copytree(two, folder)
    next(folder.glob("2001*/card.html")).unlink()
    monkeypatch.setenv("DESK_MODELS", str(folder))
    (output,) = execute(NOTEBOOK.parent, only=["imports", "renderer", "open", "compare"])["compare"]
    assert output.text.startswith("The version before, 20010101T000000000, can't be opened: ")
    assert "card.html missing" in output.text


def test_it_marks_the_words_that_decided_and_strikes_out_leftovers(outputs: dict[str, list[Any]]) -> None:
    html = shown(outputs, "text", "text/html")
    assert 'title="Libya: +' in html and 'title="left out: ' in html


def test_it_hands_over_the_lda_model(outputs: dict[str, list[Any]], model: Model) -> None:
    (output,) = outputs["load"]
    assert output.text.startswith("LdaModel<") and f"num_topics={len(model.topics)}," in output.text


def test_gensims_tools_work_on_it(outputs: dict[str, list[Any]], model: Model) -> None:
    (output,) = outputs["coherence"]
    rows = [line.split(maxsplit=1) for line in output.text.splitlines()]
    assert {name for _, name in rows} <= set(model.topics.names) and len(rows) == 5
    assert all(-15 < float(figure) < 0 for figure, _ in rows)


def test_it_warns_of_nothing_and_needs_no_network(outputs: dict[str, list[Any]]) -> None:
    for output in (output for cell in outputs.values() for output in cell):
        assert output.get("name") != "stderr", output.text
        assert "<script" not in output.get("data", {}).get("text/html", "")


@pytest.mark.parametrize("models_at", ["elsewhere", "models"], ids=["DESK_MODELS", "models"])
def test_it_finds_the_model_from_the_root_of_a_checkout(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at: str
) -> None:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    (tmp_path / models_at).symlink_to(models)
    monkeypatch.delenv("DESK_MODELS", raising=False)
    if models_at != "models":
        monkeypatch.setenv("DESK_MODELS", models_at)
    (output,) = execute(tmp_path, only=["imports", "open"])["open"]
    assert output.text.startswith("Model ")


def test_without_a_model_it_says_which_command_trains_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_MODELS", str(tmp_path))
    with pytest.raises(CellExecutionError, match=f"train one with: desk train --models {tmp_path}"):
        execute(NOTEBOOK.parent, only=["imports", "open"])


def test_it_is_saved_without_outputs() -> None:
    for cell in opened().cells:
        assert not cell.get("outputs") and not cell.get("execution_count")


def test_cells_are_called_by_names_that_stay() -> None:
    ids = [cell.id for cell in opened().cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", id) for id in ids)
