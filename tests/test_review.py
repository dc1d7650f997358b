"""desk review: what is listed, what is asked, and that every answer is kept."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fcntl import ioctl
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result

from service.cli import desk
from service.commands import review
from service.commands.asking import Asking
from service.commands.pages import columns
from service.commands.question import Terminal, screen
from training.article import Article
from training.model import Model
from training.store import Judgment, Store
from training.store.judgments import Value
from training.teaching import look_at

DESK = str(Path(sys.executable).with_name("desk"))
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store, which the command is told."""
    address = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    monkeypatch.setenv("DESK_DATABASE_URL", address)
    monkeypatch.setenv("DESK_WHO", "ann")
    return address


@pytest.fixture
def filled(url: str, samples: list[Article]) -> Iterator[Store]:
    """A store with sixty articles that nobody has judged."""
    with Store(url) as store:
        store.articles.add(replace(one, labels=None, unsure=frozenset()) for one in samples[:60])
        yield store


def listed(runner: CliRunner, models: Path, *options: str) -> list[dict[str, object]]:
    done = runner.invoke(desk, ["review", "--models", str(models), "--format", "jsonl", *options])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def pairs(rows: list[dict[str, object]]) -> list[tuple[str, str]]:
    return [(str(row["article"]), str(row["label"])) for row in rows]


def said(store: Store) -> list[tuple[str, str, str, str]]:
    """Give all judgments there are, the oldest first."""
    every = store.judgments.since(datetime(2000, 1, 1, tzinfo=UTC))
    return [(one.article, one.label, one.value, one.who) for one in every]


def judge(store: Store, pair: tuple[str, str], **by: Value) -> None:
    store.judgments.add(Judgment(*pair, value, who) for who, value in by.items())


# lists


def test_without_a_terminal_the_queue_is_listed_and_nothing_asked(
    runner: CliRunner, models: Path, filled: Store
) -> None:
    done = runner.invoke(desk, ["review", "--models", str(models), "--most", "5"], input="yyyyy")
    lines = done.stdout.splitlines()
    assert done.exit_code == 0
    assert lines[0].split() == ["worth", "label", "probability", "date", "article", "asked", "because"]
    assert len(lines) == 7
    assert filled.judgments.count() == 0


def test_the_formats_tell_the_same(runner: CliRunner, models: Path, filled: Store) -> None:
    rows = listed(runner, models, "--most", "4")
    whole = runner.invoke(desk, ["review", "--models", str(models), "--format", "json", "--most", "4"])
    table = runner.invoke(desk, ["review", "--models", str(models), "--list", "--most", "4"])
    assert json.loads(whole.stdout) == rows
    for row, line in zip(rows, table.stdout.splitlines()[2:], strict=True):
        worth, label, *_ = line.split()
        assert abs(float(worth) - float(str(row["worth"]))) < 1e-3
        assert label == row["label"]
        assert str(row["reason"]) in line
    keys = "article title date source label probability worth uncertainty disagreement novelty reason name"
    assert list(rows[0]) == keys.split()
    assert rows[0]["worth"] == max(float(str(row["worth"])) for row in rows)


@pytest.mark.parametrize("most", [1, 7, 1000])
def test_no_more_is_given_than_asked_for(runner: CliRunner, models: Path, filled: Store, most: int) -> None:
    rows = listed(runner, models, "--most", str(most))
    assert len(rows) == len(set(pairs(rows))) <= most


def test_labels_narrow_it(runner: CliRunner, models: Path, filled: Store) -> None:
    assert {row["label"] for row in listed(runner, models, "--label", "SY", "--label", "LB")} == {"SY", "LB"}


def test_days_narrow_it(runner: CliRunner, models: Path, filled: Store) -> None:
    filled.articles.add([Article("Libya met in Tripoli.", id="old")], at=datetime.now(UTC) - timedelta(days=5))
    assert "old" in {row["article"] for row in listed(runner, models, "--most", "1000")}
    assert "old" in {row["article"] for row in listed(runner, models, "--most", "1000", "--days", "6")}
    assert "old" not in {row["article"] for row in listed(runner, models, "--most", "1000", "--days", "4")}


def test_near_duplicates_and_judged_articles_are_not_asked(
    runner: CliRunner, models: Path, filled: Store, samples: list[Article]
) -> None:
    copy, judged = replace(samples[0], id="copy", text=samples[0].text + " More soon.", labels=None), samples[100]
    assert [added.state for added in filled.articles.add([copy, judged])] == ["copy", "new"]
    asked = {row["article"] for row in listed(runner, models, "--most", "1000")}
    assert samples[0].id in asked
    assert not {"copy", judged.id} & asked


def test_the_pool_is_of_the_newest(
    runner: CliRunner, models: Path, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "POOL", 10)
    newest = [one.article.id for one in filled.articles.read(newest_first=True, most=10)]
    assert {row["article"] for row in listed(runner, models, "--most", "1000")} <= {*newest}


# whom what is asked


@pytest.mark.parametrize(
    "by, who, options, place",
    [
        ({"ann": "yes"}, "ann", "", None),
        ({"ann": "yes"}, "ben", "", None),
        ({"ann": "yes", "ben": "no"}, "ann", "", None),
        ({"ann": "yes", "ben": "no"}, "ann", "--disputed", 0),
        ({"ann": "yes", "ben": "no"}, "eve", "--disputed", 0),
        ({"ann": "yes", "ben": "no"}, "eve", "--disputed --label XX", None),
        ({"ann": "unsure"}, "ben", "", "somewhere"),
        ({"ann": "yes", "ben": "yes"}, "eve", "--disputed", None),
    ],
    ids=[
        "own",
        "another's",
        "own, divided",
        "own, divided, wanted",
        "divided, wanted",
        "of another label",
        "another is unsure",
        "agreed",
    ],
)
def test_what_was_judged_is_asked_only_where_it_is_open(
    runner: CliRunner,
    models: Path,
    filled: Store,
    by: dict[str, Value],
    who: str,
    options: str,
    place: int | str | None,
) -> None:
    pair = pairs(listed(runner, models))[7]
    judge(filled, pair, **by)
    label = "EG" if pair[1] != "EG" else "US"
    found = pairs(
        listed(runner, models, "--most", "1000", "--who", who, *options.replace("XX", label).split()),
    )
    assert (pair in found) is (place is not None)
    assert place in (None, "somewhere") or found.index(pair) == place
    assert len(set(found)) == len(found)


def test_what_people_disagree_on_is_asked_of_others_early(runner: CliRunner, models: Path, filled: Store) -> None:
    pair = pairs(listed(runner, models, "--most", "1000"))[-1]
    judge(filled, pair, ann="yes", ben="no")
    [row] = [row for row in listed(runner, models, "--who", "eve") if (row["article"], row["label"]) == pair]
    assert row["said"] == {"ann": "yes", "ben": "no"}
    assert str(row["reason"]).startswith("ann says yes, ben says no")


# errors


def test_without_a_store_the_command_says_how_to_make_one(
    runner: CliRunner, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    done = runner.invoke(desk, ["review", "--models", str(models)])
    assert "no store yet" in str(done.exception)
    assert "desk store import FILE" in str(done.exception)


def test_an_empty_store_says_how_to_fill_it(runner: CliRunner, models: Path, url: str) -> None:
    Store(url).close()
    done = runner.invoke(desk, ["review", "--models", str(models)])
    assert "no articles yet" in str(done.exception)
    assert "desk store import FILE" in str(done.exception)


@pytest.mark.parametrize("format_, written", [("table", ""), ("jsonl", ""), ("json", "[]\n")])
def test_where_there_is_nothing_to_ask_that_is_no_error(
    runner: CliRunner, models: Path, url: str, samples: list[Article], format_: str, written: str
) -> None:
    with Store(url) as store:
        store.articles.add(samples[:3])
    done = runner.invoke(desk, ["review", "--models", str(models), "--format", format_, "--days", "3"])
    assert (done.exit_code, done.stdout) == (0, written)
    assert "Nothing to ask" in done.stderr
    assert "without --days" in done.stderr


@pytest.mark.parametrize(
    "options, message",
    [
        ("--label QQ", "QQ"),
        ("--model 20990101T000000000", "20990101T000000000"),
        ("--who \x07", "--who"),
        ("--most 0", "--most"),
        ("--days 0", "--days"),
    ],
    ids=str,
)
def test_what_can_not_be_done_is_told(
    runner: CliRunner, models: Path, filled: Store, options: str, message: str
) -> None:
    done = runner.invoke(desk, ["review", "--models", str(models), *options.split(" ")])
    assert done.exit_code != 0
    assert message in done.stderr + str(done.exception)


def test_without_a_model_the_command_says_so(runner: CliRunner, filled: Store, tmp_path: Path) -> None:
    assert "desk train" in str(runner.invoke(desk, ["review", "--models", str(tmp_path / "none")]).exception)


def test_where_there_is_no_login_name_one_has_to_be_given(
    runner: CliRunner, models: Path, filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> str:
        raise OSError("no user 1234")

    monkeypatch.delenv("DESK_WHO")
    monkeypatch.setattr("getpass.getuser", nobody)
    refused: Result = runner.invoke(desk, ["review", "--models", str(models)])
    assert (refused.exit_code, "--who or DESK_WHO" in refused.stderr) == (2, True)
    assert runner.invoke(desk, ["review", "--models", str(models), "--who", "ann"]).exit_code == 0


# the screen

LONG = Article(
    "Libya's parliament met in Tripoli.\n\n"
    + "\n\n".join(f"Sentence {number} tells of bread and rain, and of little else." for number in range(40))
    + "\n\nAt last a delegate from Benghazi spoke, and Libya listened to the Libyan delegate.\n\nShare on Facebook",
    title="Parliament \x1b[31mmeets",
    id="long",
    date="2026-01-02",
    source="Gazette",
)


def screen_of(
    model: Model, article: Article, label: str = "LY", *, page: int = 0, width: int = 78, height: int = 24, **by: Value
) -> list[str]:
    with TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/store.sqlite3") as store:
        [added] = store.articles.add([article])
        if by:
            judge(store, (added.id, label), **by)
        stored = store.articles.get(added.id)
        assert stored is not None
        candidate = look_at(model, stored, label)
        assert candidate is not None
        return screen([candidate], model, Asking(1, page=page), "ann", Terminal(width, height, coloured=False))


@pytest.mark.parametrize("width, height", [(78, 24), (118, 40), (40, 16), (20, 12)], ids=str)
def test_a_question_fills_the_screen_and_no_more(model: Model, width: int, height: int) -> None:
    lines = screen_of(model, LONG, width=width, height=height)
    assert len(lines) == height or (len(lines) > height and height < 16)
    assert all(columns(line) <= width + 1 for line in lines)
    shown = " ".join(" ".join(lines).split())
    assert "Is this article about Libya? y yes n no u unsure s skip b back m more q quit" in shown


def test_a_question_shows_whence_the_article_is_and_what_decided(model: Model) -> None:
    lines = screen_of(model, LONG)
    shown = "\n".join(lines)
    assert lines[0] == " 1 of 1"
    assert lines[1] == " Parliament [31mmeets"
    assert lines[2] == " 2026-01-02 · Gazette · long"
    assert "[Libya's] parliament met in [Tripoli]" in shown
    assert "[Benghazi]" in shown
    assert "Sentence 20" not in shown
    assert "Asked because:" in shown
    assert "m more" in shown


def test_more_shows_all_of_it_page_by_page(model: Model) -> None:
    first = screen_of(model, LONG, page=1)
    found = re.fullmatch(r" 1 of 1   page 1 of (\d+)", first[0])
    assert found
    every = "\n".join("\n".join(screen_of(model, LONG, page=page)) for page in range(1, int(found[1]) + 1))
    assert all(f"Sentence {number} " in every for number in range(40))
    assert "~~Share on Facebook~~" in every
    assert screen_of(model, LONG, page=int(found[1]) + 1) == screen_of(model, LONG)


def test_a_short_article_has_no_more_to_show(model: Model) -> None:
    assert "m more" not in "\n".join(screen_of(model, Article("Libya slept.", id="short")))


def test_a_mention_that_speaks_against_its_label_is_marked_too(model: Model) -> None:
    text = "France voted. " * 30 + "A visitor had come from Libya."
    assert "[Libya]" in "\n".join(screen_of(model, Article(text, id="passing")))


def test_what_people_say_is_shown(model: Model) -> None:
    shown = "\n".join(screen_of(model, LONG, ann="yes", ben="no"))
    assert "ann says yes, ben says no" in shown
    assert "You said yes; another answer takes its place." in shown


def test_some_countries_have_an_article(model: Model) -> None:
    assert "Is this article about the United States?" in "\n".join(screen_of(model, LONG, "US"))


# a terminal


_THEIRS = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # keys such as Ctrl-C are for this process
os.execv(sys.argv[1], sys.argv[1:])
"""


class Person:
    """Somebody at a terminal of 80 columns and 24 lines."""

    def __init__(self, models: Path, *options: str, **environment: str) -> None:
        ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        known = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _THEIRS, DESK, "review", "--models", str(models), *options],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**known, "TERM": "xterm", **environment},
            start_new_session=True,
        )
        os.close(theirs)
        self._terminal = ours

    def sees(self, wanted: str, seconds: float = 60.0) -> str:
        """Give what is shown next, without colours, once ``wanted`` is there; it must come last."""
        self.shown, end = "", time.monotonic() + seconds
        while wanted not in ANSI.sub("", self.shown):
            left = end - time.monotonic()
            assert left > 0, f"{wanted!r} was not seen in {self.shown!r}"
            if select.select([self._terminal], [], [], left)[0]:
                try:
                    some = os.read(self._terminal, 4096)
                except OSError:  # the other end is closed
                    some = b""
                assert some, f"{wanted!r} was not seen in {self.shown!r}"
                self.shown += some.decode(errors="replace")
        return ANSI.sub("", self.shown).replace("\r", "")

    def presses(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def leaves(self) -> int:
        """Give the exit code, once the program has ended."""
        return self.process.wait(60)

    def hangs_up(self) -> None:
        """Close the terminal while it is used."""
        os.close(self._terminal)
        self._terminal = -1
        self.process.wait(60)

    def kills(self) -> None:
        """Kill the program at once, whatever it does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(60)
        if self._terminal >= 0:
            os.close(self._terminal)


def test_a_person_answers_goes_back_and_has_enough(models: Path, filled: Store, runner: CliRunner) -> None:
    asked = pairs(listed(runner, models))
    with Person(models) as person:
        assert "1 of 20" in person.sees("q quit")
        person.presses("y")
        assert "2 of 20" in person.sees("q quit")
        person.presses("n")
        assert "3 of 20" in person.sees("q quit")
        person.presses("b")
        assert "You said no; another answer takes its place." in person.sees("q quit")
        person.presses("u")
        person.sees("q quit")
        person.presses("q")
        told = person.sees("learns from them.")
        assert "2 judged: 1 yes, 0 no, 1 unsure." in told
        assert person.leaves() == 0
    assert said(filled) == [(*asked[0], "yes", "ann"), (*asked[1], "no", "ann"), (*asked[1], "unsure", "ann")]
    assert pairs(listed(runner, models))[0] not in asked[:2]


@pytest.mark.parametrize("end", ["\x03", "\x04", "q"], ids=["Ctrl-C", "Ctrl-D", "q"])
def test_however_it_ends_there_is_a_summary(models: Path, filled: Store, end: str) -> None:
    with Person(models, "--label", "SY", "--most", "3") as person:
        person.sees("q quit")
        person.presses("y")
        person.sees("q quit")
        person.presses(end)
        assert "1 judged: 1 yes, 0 no, 0 unsure." in person.sees("learns from them.")
        assert person.leaves() == 0
    assert len(said(filled)) == 1


@pytest.mark.parametrize("how", ["kills", "hangs_up"])
def test_killed_half_way_nothing_is_lost(models: Path, filled: Store, runner: CliRunner, how: str) -> None:
    asked = pairs(listed(runner, models))
    with Person(models) as person:
        for number in range(4):
            assert f"{number + 1} of 20" in person.sees("q quit")
            person.presses("yn"[number % 2])
        assert "5 of 20" in person.sees("q quit")
        getattr(person, how)()
    assert said(filled) == [
        (*pair, "yn"[number % 2].replace("y", "yes").replace("n", "no"), "ann") for number, pair in enumerate(asked[:4])
    ]


def test_keys_typed_ahead_are_all_taken(models: Path, filled: Store) -> None:
    with Person(models, "--most", "2") as person:
        person.sees("q quit")
        person.presses("yn")
        assert "That was the last one." in person.sees("any other key ends")
        person.presses("x")
        assert "2 judged: 1 yes, 1 no, 0 unsure." in person.sees("learns from them.")
        assert person.leaves() == 0


def test_colours_are_left_out_where_they_are_not_wanted(models: Path, filled: Store) -> None:
    seen = {}
    for name, environment in (("colours", {}), ("none", {"NO_COLOR": "1"}), ("dumb", {"TERM": "dumb"})):
        with Person(models, "--most", "1", **environment) as person:
            person.sees("q quit")
            seen[name] = person.shown
            person.presses("q")
            person.sees("Nothing was judged.")
            assert person.leaves() == 0
    assert "\x1b[33m" in seen["colours"]
    assert not re.search(r"\x1b\[\d*m", seen["none"] + seen["dumb"])
    assert re.search(r"\[\w+", ANSI.sub("", seen["none"]))
