"""Files of a registry in a folder: written, taken away and swept in one step each."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from training import files
from training.files import LocalFiles


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "current"
    files.replace(file, b"v1\n")
    files.replace(file, b"v2\n")
    assert file.read_bytes() == b"v2\n" and file.stat().st_mode & 0o777 == 0o644

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        files.replace(file, b"v3\n")
    assert file.read_bytes() == b"v2\n" and names(tmp_path) == ["current"]


def test_of_several_that_take_a_folder_away_nobody_fails(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1" / "manifest.json").touch()
    files.remove(tmp_path / "v1")
    files.remove(tmp_path / "v1")
    assert names(tmp_path) == []


def test_a_folder_that_can_not_be_emptied_is_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "v1").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        files.remove(tmp_path / "v1")
    [left] = names(tmp_path)
    assert left.startswith(f"{files.UNFINISHED}v1-") and LocalFiles(tmp_path).versions() == []
    files.sweep(tmp_path, alone=True)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "age, alone, gone",
    [
        (0, True, {"folder"}),
        (90, True, {"folder", "file"}),
        (90, False, set()),
        (86_000, False, set()),
        (87_000, False, {"folder", "file"}),
    ],
)
def test_what_is_unfinished_goes_by_its_age_and_by_who_is_at_work(
    tmp_path: Path, age: float, alone: bool, gone: set[str]
) -> None:
    unfinished = {kind: tmp_path / f"{files.UNFINISHED}{kind}" for kind in ("folder", "file")}
    unfinished["folder"].mkdir()
    unfinished["file"].touch()
    others = [tmp_path / name for name in (".lock", "v1", "notes-.unfinished-")]
    for path in others:
        path.touch()
    for path in (*unfinished.values(), *others):
        written = path.stat().st_mtime - age
        os.utime(path, (written, written))
    files.sweep(tmp_path, alone=alone)
    assert {kind for kind, path in unfinished.items() if not path.exists()} == gone
    assert all(path.exists() for path in others)
