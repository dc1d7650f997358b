"""`desk label` on many articles: all cores, in order, and going on where it was stopped."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import desk
from service.commands import label as command
from service.commands import pace, resuming
from service.commands.pace import Pace
from tests import working
from tests.helping import publish, tiny_model, tiny_rows, wait_for, write_rows
from training import labelling, readers
from training.article import Article
from training.errors import ArticleError, InputError, WorkError
from training.labelling import Asked
from training.readers import Row, Skips
from training.registry import Registry

DESK = str(Path(sys.executable).with_name("desk"))
OLD, NEW = "20250101T000000000", "20250102T000000000"
MANY, LONG = 50, 8000  # articles; enough for other processes, where pieces are small, and as they are


def some_rows(count: int) -> list[dict[str, object]]:
    """Make articles of which no two are the same."""
    tiny = tiny_rows()
    return [{**tiny[n % 72], "id": f"row-{n}", "title": f"{tiny[n % 72]['title']} {n}"} for n in range(count)]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labelling, "_TOGETHER", 8)
    monkeypatch.setattr(resuming, "AGAIN", 10)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two small models, the older one in use."""
    folder = tmp_path_factory.mktemp("models")
    publish(tiny_model(), folder, OLD)
    publish(tiny_model(), folder, NEW, promote=False)
    return folder


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of many articles."""
    return write_rows(tmp_path_factory.mktemp("news") / "news.jsonl", some_rows(MANY))


@pytest.fixture(scope="module")
def whole(models: Path, news: Path) -> bytes:
    """What is written of ``news`` when nothing happens, by one process."""
    return run(models, news, "--format", "jsonl", "--jobs", "1").stdout_bytes


@pytest.fixture(scope="module")
def long(models: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A longer file, and what is written of it without evidence."""
    file = write_rows(tmp_path_factory.mktemp("long") / "long.jsonl", some_rows(LONG))
    return file, run(models, file, "--format", "jsonl", "--no-evidence", "--jobs", 1).stdout_bytes


def run(models: Path, file: Path | str, *more: object, send: bytes | None = None) -> Result:
    """Run `desk label` in this process."""
    return CliRunner().invoke(desk, ["label", "--models", str(models), str(file), *map(str, more)], input=send)


def refused(done: Result) -> str:
    """Give why a run was refused."""
    assert isinstance(done.exception, InputError), done.output
    return str(done.exception)


def ids(content: bytes) -> list[str]:
    return [json.loads(line)["id"] for line in content.splitlines()]


# all cores


@pytest.mark.parametrize("format_", ["jsonl", "table"])
def test_two_processes_say_what_one_says(models: Path, news: Path, format_: str) -> None:
    one, two = (run(models, news, "--format", format_, "--jobs", jobs) for jobs in (1, 2))
    assert one.exit_code == two.exit_code == 0
    assert one.stdout_bytes == two.stdout_bytes


def test_json_is_one_list_of_the_rows_of_all_pieces(models: Path, news: Path, whole: bytes) -> None:
    rows = [json.loads(line) for line in whole.splitlines()]
    assert (
        run(models, news, "--format", "json", "--jobs", 1).stdout
        == json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    )


def test_rows_come_in_order_and_as_the_library_says(models: Path, whole: bytes) -> None:
    model = Registry(models).load()
    said = [model.label(Article.from_row(row)).as_row() for row in some_rows(MANY)[::10]]
    assert [json.loads(line) for line in whole.splitlines()[::10]] == json.loads(json.dumps(said))
    assert ids(whole) == [f"row-{n}" for n in range(MANY)]


@pytest.mark.parametrize("count, others", [(0, 0), (1, 0), (16, 0), (17, 2)])
def test_few_articles_are_labelled_in_this_process(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, others: int
) -> None:
    started = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: started.append(a) or popen(*a, **k))  # type: ignore[func-returns-value]
    file = write_rows(tmp_path / "some.jsonl", some_rows(count))
    done = run(models, file, "--jobs", 2, "--format", "jsonl", "--no-evidence")
    assert ids(done.stdout_bytes) == [f"row-{n}" for n in range(count)]
    assert len(started) == others


def test_a_promotion_in_between_changes_nothing(
    models: Path, news: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = readers.rows

    def promoting(*given: object) -> Iterator[Row]:
        Registry(models).promote(NEW)
        yield from rows(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(readers, "rows", promoting)
    try:
        assert run(models, news, "--format", "jsonl", "--jobs", 1).stdout_bytes == whole
        assert Registry(models).current() == NEW
    finally:
        Registry(models).promote(OLD)


def test_a_process_that_dies_is_told_and_what_came_before_is_written(
    models: Path, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(command._WRITTEN, "jsonl", working.killed)
    done = run(models, news, "-o", tmp_path / "out", "--jobs", 2)
    assert isinstance(done.exception, WorkError)
    assert "exit code -9" in str(done.exception)
    assert (tmp_path / "out").read_text() == "".join(f"row-{n}\n" for n in range(24))


@pytest.mark.parametrize("text, most", [("Rain.", 8), ("Rain. " * 100, 2)], ids=["short", "long"])
def test_rows_are_read_a_little_ahead_only(models: Path, monkeypatch: pytest.MonkeyPatch, text: str, most: int) -> None:
    """Four pieces for each of two processes, at the utmost, and three at the beginning."""
    monkeypatch.setattr(labelling, "_LARGE", 1000)
    read = []

    def rows() -> Iterator[Row]:
        for number in range(1, 25 * most):
            read.append(number)
            yield Row("news.jsonl", "news.jsonl", number, Article(text))

    asked = Asked(Registry(models).path().absolute(), working.named, evidence=False)
    parts = labelling.label(rows(), asked, jobs=2)
    given, ahead = 0, []
    for lines, _ in parts:
        ahead.append(len(read) - given)
        given += len(lines)
        assert len(lines) <= most
    assert given == len(read) > 20
    assert max(ahead) <= 9 * most


# going on


@pytest.mark.parametrize("how, after, code", [("SIGKILL", 1, -9), ("SIGINT", 100, 130)])
def test_a_run_that_was_stopped_goes_on_and_nothing_is_lost_or_repeated(
    models: Path, long: tuple[Path, bytes], tmp_path: Path, how: str, after: int, code: int
) -> None:
    (file, never_stopped), out = long, tmp_path / "out.jsonl"
    line = [DESK, "label", "--models", str(models), str(file), "-o", str(out), "--jobs", "2", "--no-evidence"]
    with subprocess.Popen(line, start_new_session=True, stderr=subprocess.PIPE) as stopped:
        assert wait_for(lambda: out.is_file() and out.read_bytes().count(b"\n") >= after)
        others = _children(stopped.pid)
        os.killpg(stopped.pid, signal.Signals[how])
        _, told = stopped.communicate(timeout=30)
    assert stopped.returncode == code
    assert b"Traceback" not in told
    assert len(others) == 2
    assert wait_for(lambda: not any(map(_runs, others)))
    left = out.read_bytes()
    assert after <= left.count(b"\n") < LONG
    assert run(models, file, "-o", out, "--resume", "--jobs", 1, "--no-evidence").exit_code == 0
    assert out.read_bytes() == never_stopped
    assert never_stopped.startswith(left)


def _children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


CUTS: dict[str, Callable[[bytes], int]] = {
    "nothing there": lambda whole: 0,
    "three bytes": lambda whole: 3,
    "inside the first row": lambda whole: whole.index(b"\n") - 5,
    "the first row without its end": lambda whole: whole.index(b"\n"),
    "one row": lambda whole: whole.index(b"\n") + 1,
    "inside a later row": lambda whole: len(whole) // 2,
    "all but the last byte": lambda whole: len(whole) - 1,
    "all of it": len,
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_from_wherever_it_stopped_the_file_becomes_the_same(
    models: Path, news: Path, whole: bytes, tmp_path: Path, cut: Callable[[bytes], int]
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(whole[: cut(whole)])
    assert run(models, news, "--output", out, "--resume", "--jobs", 1).exit_code == 0
    assert out.read_bytes() == whole


def test_without_a_file_it_begins(models: Path, news: Path, whole: bytes, tmp_path: Path) -> None:
    assert run(models, news, "--output", tmp_path / "out", "--resume", "--jobs", 1).exit_code == 0
    assert (tmp_path / "out").read_bytes() == whole


def test_standard_input_can_be_sent_again(models: Path, news: Path, whole: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_bytes(whole[: len(whole) // 3])
    done = run(models, "-", "--output", out, "--resume", "--jobs", 1, send=news.read_bytes())
    assert done.exit_code == 0
    assert out.read_bytes() == whole
    assert "not what model" in refused(
        run(models, "-", "-o", out, "--resume", send=news.read_bytes().replace(b" in ", b" on "))
    )


def test_an_input_that_grew_is_gone_on_with(models: Path, news: Path, whole: bytes, tmp_path: Path) -> None:
    short = write_rows(tmp_path / "short.jsonl", some_rows(10))
    out = tmp_path / "out.jsonl"
    assert run(models, short, "-o", out).exit_code == 0
    assert ids(out.read_bytes()) == [f"row-{n}" for n in range(10)]
    assert run(models, news, "-o", out, "--resume", "--jobs", 1).exit_code == 0
    assert out.read_bytes() == whole


def _with_id(rows: list[dict[str, object]]) -> None:
    rows[5]["id"] = "another"


def _with_text(rows: list[dict[str, object]]) -> None:
    rows[19]["text"] = "Rain fell in Tripoli, Libya."


def _shorter(rows: list[dict[str, object]]) -> None:
    del rows[15:]


def _same(rows: list[dict[str, object]]) -> None:
    pass


REFUSED: dict[str, tuple[Callable[[list[dict[str, object]]], None], list[str], str]] = {
    "another article": (_with_id, [], r":6: is about article 'row-5', the input has 'another' here; go on with the"),
    "another text": (_with_text, [], rf":20: is not what model {OLD} says of article 'row-19' now; its text was"),
    "a shorter input": (_shorter, [], r":16: the input has no article here; it is shorter than it was"),
    "another model": (
        _same,
        ["--model", NEW],
        rf":1: was written by model {OLD}, this is {NEW}; go on with --model {OLD}",
    ),
    "all labels": (_same, ["--all"], r":11: is not what .* or --all, --no-evidence or Foreign Desk itself are not as"),
    "no evidence": (_same, ["--no-evidence"], r":11: is not what .*go on as it was begun, or remove"),
}


@pytest.mark.parametrize("change, more, says", REFUSED.values(), ids=REFUSED)
def test_what_does_not_belong_together_is_refused_and_left_as_it_is(
    models: Path,
    whole: bytes,
    tmp_path: Path,
    change: Callable[[list[dict[str, object]]], None],
    more: list[str],
    says: str,
) -> None:
    rows, out = some_rows(30), tmp_path / "out.jsonl"
    change(rows)
    before = b"".join(whole.splitlines(keepends=True)[:20]) + b'{"id":"to'
    out.write_bytes(before)
    told = refused(run(models, write_rows(tmp_path / "news.jsonl", rows), "-o", out, "--resume", *more))
    assert told.startswith(f"{out}:")
    assert re.search(says, told)
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"My notes\n", b"My notes", b'{"id": "a"}\n', b"[1]\n", b'{"text": "a"}', b"\0" * 40], ids=repr
)
def test_a_file_of_something_else_is_refused_and_left_as_it_is(models: Path, tmp_path: Path, content: bytes) -> None:
    out = tmp_path / "notes"
    out.write_bytes(content)
    news = write_rows(tmp_path / "news.jsonl", some_rows(3))
    assert refused(run(models, news, "-o", out, "--resume")).startswith(f"{out}:1: is no row that desk label")
    assert out.read_bytes() == content


# bad rows


def _bad(path: Path, numbers: list[int], count: int = MANY) -> Path:
    lines = [json.dumps(row) for row in some_rows(count)]
    for number in numbers:
        lines[number] = '{"text": 1}'
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("at, jobs", [(0, 1), (30, 1), (30, 2), (MANY - 1, 1)])
def test_all_before_a_bad_row_is_written_and_mended_it_goes_on(
    models: Path, whole: bytes, tmp_path: Path, at: int, jobs: int
) -> None:
    file, out = _bad(tmp_path / "news.jsonl", [at]), tmp_path / "out.jsonl"
    told = refused(run(models, file, "-o", out, "--jobs", jobs))
    assert told.startswith(f'{file}:{at + 1}: "text" is missing')
    assert out.read_bytes() == b"".join(whole.splitlines(keepends=True)[:at])
    _bad(file, [])
    assert run(models, file, "-o", out, "--jobs", 1, "--resume").exit_code == 0
    assert out.read_bytes() == whole


def test_skipped_rows_are_counted_the_same_when_it_goes_on(models: Path, whole: bytes, tmp_path: Path) -> None:
    file, out = _bad(tmp_path / "news.jsonl", [3, 20, 29, 30, 31, 45]), tmp_path / "out.jsonl"
    first = run(models, file, "-o", out, "--skip-bad", "--jobs", 2)
    written = out.read_bytes()
    assert written.count(b"\n") == MANY - 6
    for rows in (2, 27, 28, MANY - 6):
        out.write_bytes(b"".join(written.splitlines(keepends=True)[:rows]))
        again = run(models, file, "-o", out, "--skip-bad", "--jobs", 1, "--resume")
        assert out.read_bytes() == written
        for done in (first, again):
            assert done.exit_code == 0
            assert done.stderr.splitlines()[-1].startswith(f"desk: skipped 6 bad rows: {file}:4: ")
    assert refused(run(models, file, "-o", out, "--resume")).startswith(f"{file}:4: ")


def test_a_file_that_is_missing_or_breaks_off_is_told_after_what_came_before(
    models: Path, news: Path, tmp_path: Path
) -> None:
    asked = Asked(Registry(models).path().absolute(), working.named, evidence=False)
    none = tmp_path / "none.jsonl"
    rows = (row for path in (news, none) for row in readers.rows(path))
    given: list[bytes] = []
    with pytest.raises(ArticleError, match="none.jsonl: can't be read: No such file"):
        for lines, _ in labelling.label(rows, asked, Skips(), jobs=1):
            given += lines
    assert given == [f"row-{n}\n".encode() for n in range(MANY)]


# the file


def test_no_articles_make_an_empty_file(models: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    for more in ([], ["--resume"]):
        assert run(models, empty, "-o", tmp_path / "out", *more).exit_code == 0
        assert (tmp_path / "out").read_bytes() == b""
    assert run(models, empty, "--format", "json").stdout == "[]\n"


@pytest.mark.parametrize("format_", ["table", "json"])
def test_other_formats_are_written_when_they_are_asked_for(models: Path, tmp_path: Path, format_: str) -> None:
    news = write_rows(tmp_path / "news.jsonl", some_rows(3))
    assert run(models, news, "-o", tmp_path / "out", "--format", format_).exit_code == 0
    assert (tmp_path / "out").read_bytes() == run(models, news, "--format", format_).stdout_bytes


@pytest.mark.parametrize(
    "more, says",
    [
        (["--resume"], "--resume goes on with a file; name it with --output"),
        (["--resume", "-o", "out", "--format", "table"], "rows of JSONL only, not with --format table"),
        (["--resume", "-o", "out", "--format", "json"], "rows of JSONL only, not with --format json"),
        (["--jobs", "0"], "0 is not in the range"),
    ],
)
def test_what_can_not_be_meant_is_refused(models: Path, news: Path, more: list[str], says: str) -> None:
    done = run(models, news, *more)
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())


@pytest.mark.parametrize("name", ["out.jsonl.gz", "OUT.ZST"])
def test_a_packed_output_is_refused(models: Path, news: Path, tmp_path: Path, name: str) -> None:
    assert "pack them later" in refused(run(models, news, "-o", tmp_path / name))
    assert not (tmp_path / name).exists()


def test_a_file_that_is_there_is_not_written_over(models: Path, news: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"days of work\n")
    told = refused(run(models, news, "-o", tmp_path / "out"))
    assert "is there already; go on with it by --resume, or remove it to start anew" in told
    assert (tmp_path / "out").read_bytes() == b"days of work\n"


def test_an_output_that_would_be_read_is_refused(models: Path, tmp_path: Path) -> None:
    write_rows(tmp_path / "news.jsonl", some_rows(3))
    assert "in a folder that is read" in refused(run(models, tmp_path, "-o", tmp_path / "out.jsonl"))


def test_an_output_that_can_not_be_opened_is_told(models: Path, news: Path, tmp_path: Path) -> None:
    assert "none/out: can't be written: No such file" in refused(run(models, news, "-o", tmp_path / "none" / "out"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(models: Path, news: Path) -> None:
    told = refused(run(models, news, "-o", "/dev/full", "--jobs", 1))
    assert told.startswith("/dev/full: can't be written: No space left on device; ")


def test_two_runs_do_not_write_the_same_file(models: Path, news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with open(out, "ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "another run is writing it" in refused(run(models, news, "-o", out, "--resume"))
    assert run(models, write_rows(tmp_path / "few.jsonl", some_rows(1)), "-o", out, "--resume").exit_code == 0


def test_a_device_can_be_written_but_not_gone_on_with(models: Path, tmp_path: Path) -> None:
    news = write_rows(tmp_path / "news.jsonl", some_rows(2))
    assert run(models, news, "-o", os.devnull).exit_code == 0
    assert "is no file that --resume" in refused(run(models, news, "-o", os.devnull, "--resume"))


# progress


@pytest.mark.parametrize("total, shown", [(2000, " 50%|"), (None, "")], ids=["known", "not known"])
def test_progress_tells_articles_and_only_what_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], total: int | None, shown: str
) -> None:
    monkeypatch.setattr(pace, "_WAIT", 0)
    now = iter([100.0, 104.0])
    monkeypatch.setattr(pace, "_now", lambda: next(now))
    with Pace(total) as shows:
        shows.add(1200, 1000)
    told = capsys.readouterr().err.rpartition("\r")[2]
    assert "labelling 1,200 articles, 300/s" in told
    assert shown in told
    assert ("<" in told) is ("%" in told) is (total is not None)


def test_progress_is_shown_when_results_go_to_a_file(
    models: Path, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "_WAIT", 0)
    assert run(models, news, "--jobs", 1).stderr == ""
    assert f"labelling {MANY} articles, " in run(models, news, "--jobs", 1, "-o", tmp_path / "out").stderr
