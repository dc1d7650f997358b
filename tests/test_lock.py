"""One run at a time: whoever comes second is told who is first, and a killed run holds nothing."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from training.errors import Busy, InputError
from training.lock import HOLDER, LOCK, held, turn
from training.registry import Registry

_HOLD = """if True:
    import sys, time
    from training.lock import held
    with held(__import__("pathlib").Path(sys.argv[1])):
        print("held", flush=True)
        time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path: Path) -> Callable[[], subprocess.Popen[str]]:
    """Start a process that holds the folder."""

    def start() -> subprocess.Popen[str]:
        root = Path(__file__).resolve().parent.parent
        process = subprocess.Popen(
            [sys.executable, "-c", _HOLD, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        return process

    return start


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def test_whoever_comes_second_is_told_who_is_first(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    with registry.lock():
        me = f"process {os.getpid()} on {platform.node()}, since 2"
        said = f"models: another run is at work .{me}.*wait until it ends, or end it"
        with pytest.raises(Busy, match=said), Registry(tmp_path / "models").lock():
            raise AssertionError("two at once")
        assert (registry.folder / HOLDER).exists(), "the second leaves what is the first's"
    with registry.lock():
        pass
    assert sorted(path.name for path in registry.folder.iterdir()) == [LOCK]


def test_an_error_frees_the_folder_and_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path):
        raise ZeroDivisionError
    with held(tmp_path):
        pass


def test_a_killed_run_holds_nothing(tmp_path: Path, holder: Callable[[], subprocess.Popen[str]]) -> None:
    process = holder()
    try:
        with pytest.raises(Busy, match=f"process {process.pid} on "), held(tmp_path):
            raise AssertionError("two at once")
    finally:
        kill(process)
    assert str(process.pid) in (tmp_path / HOLDER).read_text(encoding="utf-8"), "it could not tidy up"
    with held(tmp_path):
        assert str(os.getpid()) in (tmp_path / HOLDER).read_text(encoding="utf-8")
    kill(holder())


def test_who_held_a_folder_may_stay_written_there(tmp_path: Path) -> None:
    (tmp_path / HOLDER / "cannot be taken away").mkdir(parents=True)
    for _ in range(2):
        with held(tmp_path):
            pass


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", "\xff"], ids=str)
def test_who_is_first_need_not_be_known(tmp_path: Path, text: str | None) -> None:
    with held(tmp_path):
        if text is None:
            (tmp_path / HOLDER).unlink()
        else:
            (tmp_path / HOLDER).write_text(text, encoding="latin-1")
        with pytest.raises(Busy, match="another run is at work; wait"), held(tmp_path):
            raise AssertionError("two at once")


def test_what_can_not_be_written_to_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file: can't be written to .*name another folder"), held(tmp_path / "file"):
        raise AssertionError("held")


def test_a_turn_that_can_not_be_had_says_where(tmp_path: Path) -> None:
    (tmp_path / ".turn").mkdir()
    with (
        pytest.raises(InputError, match=f"{tmp_path}: can't be written to .*; name another folder"),
        turn(tmp_path / ".turn"),
    ):
        raise AssertionError("had")
