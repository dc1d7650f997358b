"""The notebook runs from top to bottom, from where people start it, and shows what it promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "topics.ipynb"
PICTURE = "image/svg+xml"
SECONDS = 60  # for a cell


def opened() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]


def execute(folder: Path, last: str | None = None) -> dict[str, list[Any]]:
    """Run the notebook in a folder, to the cell ``last`` or to its end, and give each code cell's outputs by its id."""
    notebook = opened()
    if last:
        ids = [cell.id for cell in notebook.cells]
        del notebook.cells[ids.index(last) + 1 :]
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


@pytest.mark.parametrize("cell", ["table", "labels-table", "evidence-table", "shares-table"])
def test_it_shows_tables(outputs: dict[str, list[Any]], cell: str) -> None:
    html = shown(outputs, cell, "text/html")
    assert "<table" in html and "<td" in html


@pytest.mark.parametrize("cell", ["picture", "shares-picture"])
def test_it_shows_pictures_with_data(outputs: dict[str, list[Any]], cell: str) -> None:
    assert shown(outputs, cell, PICTURE).count("<path") > 5


def test_it_marks_the_words_that_decided_and_strikes_out_leftovers(outputs: dict[str, list[Any]]) -> None:
    html = shown(outputs, "text", "text/html")
    assert 'title="Libya: +' in html and 'title="left out: ' in html


def test_it_hands_over_the_lda_model(outputs: dict[str, list[Any]]) -> None:
    (output,) = outputs["load"]
    assert output.text.startswith("LdaModel<")


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
    (output,) = execute(tmp_path, last="open")["open"]
    assert output.text.startswith("Model ")


def test_without_a_model_it_says_which_command_trains_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_MODELS", str(tmp_path))
    with pytest.raises(CellExecutionError, match=f"train one with: desk train --models {tmp_path}"):
        execute(NOTEBOOK.parent, last="open")


def test_it_is_saved_without_outputs() -> None:
    for cell in opened().cells:
        assert not cell.get("outputs") and not cell.get("execution_count")
