"""How loops are compiled and kept: once, wherever there is a place to keep them, and never for nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.kernels import compiling, hashing

KERNELS = Path(compiling.__file__).parent
TABLE = """
import sys
import numpy as np
from training.kernels import compiling, hashing
hashing.table(np.arange(1, 9, dtype=np.uint64))
print(compiling.times_compiled(), compiling.times_ready() > 0, "scipy.linalg" in sys.modules)
print(compiling._config.CACHE_DIR)
"""


def run(root: Path, **variables: str) -> tuple[str, str]:
    """Make a table with the kernels below ``root`` in a process of its own; give what it says."""
    done = subprocess.run(
        [sys.executable, "-c", TABLE], cwd=root, env=variables, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said, place = done.stdout.splitlines()
    return said, place


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the kernels alone, in which nothing was compiled yet."""
    shutil.copytree(KERNELS, tmp_path / "training" / "kernels", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "training" / "__init__.py").touch()
    return tmp_path


def test_what_was_compiled_once_is_not_compiled_again(copy: Path) -> None:
    assert [run(copy)[0] for _ in range(2)] == ["1 True False", "0 True False"]


def test_a_change_anywhere_compiles_them_anew(copy: Path) -> None:
    assert [run(copy)[0] for _ in range(2)] == ["1 True False", "0 True False"]
    with (copy / "training" / "kernels" / "words.py").open("a") as source:  # which what is run does not even import
        source.write("# changed")
    assert [run(copy)[0] for _ in range(2)] == ["1 True False", "0 True False"]


def test_where_nothing_can_be_written_loops_are_kept_as_long_as_the_process_lasts(copy: Path) -> None:
    (copy / "training" / "kernels" / "__pycache__").touch()  # root may write anywhere, but not into a file
    said, place = run(copy, XDG_CACHE_HOME="/dev/null/none", NUMBA_CACHE_DIR="/dev/null/none")
    assert said == "1 True False"
    assert Path(place).name.startswith("foreign-desk-")
    assert not Path(place).exists()


def test_what_a_read_only_folder_holds_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "loop.nbi").write_bytes(b"compiled")
    monkeypatch.setattr(compiling._config, "CACHE_DIR", str(tmp_path))
    assert compiling._make_place()
    place = Path(compiling._config.CACHE_DIR)
    assert place != tmp_path
    assert (place / "kernels" / "loop.nbi").read_bytes() == b"compiled"
    compiling._remove(place, os.getpid() + 1)
    assert place.exists()
    compiling._remove(place, os.getpid())
    assert not place.exists()


def test_without_any_place_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    assert not compiling._make_place()


def test_a_loop_that_is_kept_nowhere_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_kept", False)
    monkeypatch.setattr(compiling, "_loops", [])

    @compiling.compiled
    def double(numbers: hashing.Numbers) -> int:
        return int(2 * numbers.sum())

    assert double(np.arange(4, dtype=np.int32)) == 12
    assert (compiling.times_compiled(), compiling.times_ready()) == (1, 1)


@pytest.mark.parametrize("way", [compiling.compiled, compiling.compiled_loosely], ids=["exactly", "loosely"])
def test_a_loop_is_counted_once_for_each_kind_of_arguments(
    monkeypatch: pytest.MonkeyPatch, way: Callable[[Any], Any]
) -> None:
    monkeypatch.setattr(compiling, "_loops", [])

    def sum_of(numbers: Any) -> Any:
        return numbers.sum()

    loop = way(sum_of)
    for kind in (np.float64, np.int32) * 2:
        assert loop(np.ones(3, dtype=kind)) == 3
    assert compiling.times_ready() == 2


def test_python_is_told_that_it_can_not_call_what_is_for_other_loops() -> None:
    with pytest.raises(TypeError, match="mixed is for other loops"):
        hashing.mixed(np.uint64(1))
