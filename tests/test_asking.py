"""Keys and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from service.commands.asking import ANSWERS, KEYS, Asking, pressed
from training.store.judgments import VALUES


def reader(*parts: str | type[BaseException]) -> Callable[[], str]:
    """Give what a terminal gives, one after the other."""
    waiting = iter(parts)

    def read() -> str:
        part = next(waiting)
        if isinstance(part, str):
            return part
        raise part

    return read


def session(keys: str, count: int = 3) -> tuple[Asking, list[tuple[int, str]], list[tuple[int, int]]]:
    """Press keys; give where that ends, what was written, and what was shown."""
    written: list[tuple[int, str]] = []
    shown: list[tuple[int, int]] = []
    asking = Asking(count)
    asking.run(iter(keys), lambda at: shown.append((at.at, at.page)), lambda *answer: written.append(answer))
    return asking, written, shown


@pytest.mark.parametrize(
    "parts, keys",
    [
        (("y", "n", ""), "yn"),
        (("ynu", ""), "ynu"),
        (("Y", ""), "y"),
        (("y", EOFError), "y"),
        (("y", KeyboardInterrupt), "y"),
        (("y", OSError), "y"),
        (("y\x03n", "n", ""), "y"),
        (("y\x04",), "y"),
        (("\x1b[D", "\x1b[C", "\x1b[B", ""), "bsm"),
        (("\x1bOD", ""), "b"),
    ],
    ids=[
        "one by one",
        "together",
        "capitals",
        "end",
        "Ctrl-C",
        "no terminal any more",
        "Ctrl-C among others",
        "Ctrl-D",
        "arrows",
        "other arrows",
    ],
)
def test_keys_come_one_by_one_until_there_are_no_more(parts: tuple[str, ...], keys: str) -> None:
    assert "".join(pressed(reader(*parts))) == keys


def test_a_key_that_means_nothing_is_no_answer() -> None:
    assert [*pressed(reader("\x1b[5~", ""))] == [""]
    asking, written, shown = session("x")
    assert (asking.at, written, len(shown)) == (0, [], 2)


@pytest.mark.parametrize(
    "keys, written, at",
    [
        ("yn", [(0, "yes"), (1, "no")], 2),
        ("u", [(0, "unsure")], 1),
        ("sy", [(1, "yes")], 2),
        ("yby", [(0, "yes"), (0, "yes")], 1),
        ("ynbbu", [(0, "yes"), (1, "no"), (0, "unsure")], 1),
        ("bbb", [], 0),
        ("mmy", [(0, "yes")], 1),
        ("yq", [(0, "yes")], 1),
        ("yqn", [(0, "yes")], 1),
        ("yyyy", [(0, "yes"), (1, "yes"), (2, "yes")], 3),
        ("yyybn", [(0, "yes"), (1, "yes"), (2, "yes"), (2, "no")], 3),
        ("sssx", [], 3),
        ("", [], 0),
    ],
    ids=[
        "answers",
        "unsure",
        "skip",
        "back and again",
        "back by two",
        "no further back",
        "more",
        "quit",
        "nothing after",
        "any key ends after the last",
        "back from the end",
        "all skipped",
        "no key",
    ],
)
def test_what_keys_do(keys: str, written: list[tuple[int, str]], at: int) -> None:
    asking, found, _ = session(keys)
    assert (found, asking.at) == (written, at)
    assert asking.answers == dict(written)


def test_an_answer_is_written_before_anything_else_is_shown() -> None:
    happened: list[str] = []
    asking = Asking(2)
    asking.run(iter("yn"), lambda at: happened.append(f"show {at.at}"), lambda at, _: happened.append(f"write {at}"))
    assert happened == ["show 0", "write 0", "show 1", "write 1", "show 2"]


def test_an_answer_that_can_not_be_written_is_not_counted() -> None:
    def refuse(*_: object) -> None:
        raise OSError

    asking = Asking(2)
    with pytest.raises(OSError):
        asking.run(iter("y"), lambda _: None, refuse)
    assert (asking.answers, asking.at) == ({}, 0)


def test_more_is_forgotten_with_the_question() -> None:
    assert session("mmsb")[2] == [(0, 0), (0, 1), (0, 2), (1, 0), (0, 0)]


@pytest.mark.parametrize(
    "keys, summary",
    [
        ("", "Nothing was judged."),
        ("ss", "Nothing was judged."),
        ("ynu", "3 judged: 1 yes, 1 no, 1 unsure."),
        ("ybn", "1 judged: 0 yes, 1 no, 0 unsure."),
    ],
    ids=["nothing", "skipped", "one of each", "changed"],
)
def test_the_summary_counts_what_was_said_last(keys: str, summary: str) -> None:
    assert session(keys)[0].summary() == summary


def test_there_is_a_key_for_every_value_and_a_word_for_every_key() -> None:
    assert tuple(ANSWERS.values()) == VALUES
    assert [part.split()[0] for part in KEYS.split("   ")] == [*"ynusbmq"]


def test_keys_are_read_no_further_than_needed() -> None:
    def keys() -> Iterator[str]:
        yield "q"
        raise AssertionError("read on")

    asking = replace(Asking(3))
    asking.run(keys(), lambda _: None, lambda *_: None)
    assert asking.at == 0
