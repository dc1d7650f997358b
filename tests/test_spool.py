"""Arrays in temporary files: what was written, nothing left behind, and a full disk told."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import spool
from training.errors import DeskError, NoRoom
from training.spool import Ragged, RaggedSpool, Spool

ROWS = st.lists(st.lists(st.integers(0, 255), max_size=5), max_size=8)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def spooled(rows: list[list[int]], alone: bool) -> Ragged:
    made = RaggedSpool(np.uint8)
    for row in rows if alone else []:
        made.append(np.array(row, np.uint8))
    if not alone:
        made.add(Ragged.packed(rows[:3], np.uint8))
        made.add(Ragged.packed(rows[3:], np.uint8))
    return made.ragged()


@given(rows=ROWS, alone=st.booleans())
def test_rows_on_disk_are_those_written(rows: list[list[int]], alone: bool) -> None:
    found = spooled(rows, alone)
    assert [row.tolist() for row in found] == rows == [row.tolist() for row in Ragged.packed(rows, np.uint8)]
    assert found.sizes.tolist() == [len(row) for row in rows] and found.flat.tolist() == sum(rows, [])


@given(rows=ROWS, data=st.data())
def test_some_rows_are_those_asked_for_in_their_order(rows: list[list[int]], data: st.DataObject) -> None:
    numbers = data.draw(st.permutations(range(len(rows))))[:5]
    found = spooled(rows, False).those(numbers)
    wanted = [rows[number] for number in numbers]
    assert [row.tolist() for row in found] == wanted and found.flat.tolist() == sum(wanted, [])
    assert [row.tolist() for row in found[1:3]] == wanted[1:3] and found.sizes.tolist() == list(map(len, wanted))
    again = RaggedSpool(np.uint8)
    again.add(found)
    assert [row.tolist() for row in again.ragged()] == wanted


def test_rows_of_rows() -> None:
    made = RaggedSpool(np.float64, 2)
    made.add(Ragged.packed([[[1, 2], [3, 4]], np.empty((0, 2))], np.float64, 2))
    made.append(np.array([[5.0, 6.0]]))
    assert [row.tolist() for row in made.ragged()] == [[[1, 2], [3, 4]], [], [[5, 6]]]


def test_arrays_are_mapped_and_can_be_written_to() -> None:
    made = Spool(np.int32, 3)
    for number in range(100_000):
        made.add([[number, -number, 7]])
    found = made.array()
    assert found.shape == (100_000, 3) and found[99_999].tolist() == [99_999, -99_999, 7]
    found[5] = 0
    assert found[5].tolist() == [0, 0, 0] and found.flags.c_contiguous and found.flags.aligned


@pytest.mark.parametrize("shape", [(0,), (3, 0), (1,), (500, 70)])
def test_empty_arrays_are_of_zeros(shape: tuple[int, ...]) -> None:
    made = spool.empty(shape, np.float32)
    assert made.shape == shape and made.dtype == np.float32 and not made.any()
    assert (spool.full(shape, 2.5) == 2.5).all()


def test_nothing_is_an_array_too() -> None:
    assert Spool(np.int32, 3).array().shape == (0, 3)
    assert len(RaggedSpool(np.uint64).ragged()) == 0


def test_the_files_have_no_names(folder: Path) -> None:
    made = Spool(np.int64)
    made.add(np.arange(1_000_000))
    arrays = [made.array(), spool.full((1000, 1000), 1.0), spooled([[1]], True)]
    assert list(folder.iterdir()) == [] and len(arrays) == 3


KILLED = """
import sys, time
import numpy as np
from training import spool
made = spool.Spool(np.int64)
made.add(np.arange(1_000_000))
kept = made.array(), spool.full((1000, 1000), 1.0)
print("written", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_nothing_is_left_of_a_process_that_is_killed(how: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", KILLED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout and process.stdout.readline() == b"written\n"
        process.send_signal(how)
        process.wait(timeout=20)
    assert list(tmp_path.iterdir()) == []


def no_room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


LIMITED = """
import resource
import numpy as np
from training import spool
from training.errors import NoRoom
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
made = spool.Spool(np.int64)
made.add(np.arange(100_000))
for work in (lambda: [made.add(np.arange(100_000)) for _ in range(3)], lambda: spool.full((1000, 1000), 1.0)):
    try:
        work()
    except NoRoom as error:
        print(error)
"""


def test_a_full_disk_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, timeout=60, check=True)
    told = done.stdout.splitlines()
    assert len(told) == 2 and done.stderr == ""
    assert all(line.startswith("no room for temporary files (") and line.endswith("in TMPDIR") for line in told)


def test_a_disk_that_is_full_at_the_end_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "posix_fallocate", no_room)
    with pytest.raises(NoRoom, match="No space left on device"):
        spool.empty((10,))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DeskError, match="TMPDIR"):
        Spool(np.int64)


def test_where_room_can_not_be_asked_for_arrays_are_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    assert spool.full((20, 3), 1.0).sum() == 60
