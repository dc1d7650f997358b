"""Questions that a key answers: back and forth among them, until they are done or the person has had enough."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import click

from training.store.judgments import Value

ANSWERS: dict[str, Value] = {"y": "yes", "n": "no", "u": "unsure"}
KEYS = "y yes   n no   u unsure   s skip   b back   m more   q quit"
_ARROWS = {"\x1b[D": "b", "\x1bOD": "b", "\x1b[C": "s", "\x1bOC": "s", "\x1b[B": "m", "\x1bOB": "m"}
_TOGETHER = 32  # bytes that are read at a time
_ENDS = "\x03\x04"  # Ctrl-C and Ctrl-D, as a terminal gives them that is read key by key


@contextmanager
def keyboard() -> Iterator[Callable[[], str]]:
    """Give what reads keys as they are pressed, also those pressed while something else was done; none is shown.

    Keys pressed before are forgotten: they answered nothing that was seen.
    """
    try:
        import termios
        import tty
    except ImportError:  # no POSIX terminal
        yield click.getchar
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal, termios.TCSAFLUSH)
        yield lambda: os.read(terminal, _TOGETHER).decode(errors="replace")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def pressed(read: Callable[[], str]) -> Iterator[str]:
    """Give one key after the other; arrows go back, on, and to more. It ends with the input, or with Ctrl-C.

    Args:
        read: gives the next key, or several that came together; nothing, or an error, at the end.
    """
    while True:
        try:
            some = read()
        except (EOFError, KeyboardInterrupt, OSError):  # the last where the terminal is gone
            return
        if not some:
            return
        for key in [_ARROWS.get(some, "")] if some.startswith("\x1b") else some:
            if key and key in _ENDS:
                return
            yield key.lower()


@dataclass
class Asking:
    """Where a person stands among questions.

    Attributes:
        count: how many questions there are.
        at: the number of the one that is asked; ``count`` after the last.
        page: how often more of it was asked for.
        answers: what was said last, by number.
    """

    count: int
    at: int = 0
    page: int = 0
    answers: dict[int, Value] = field(default_factory=dict)

    def run(self, keys: Iterator[str], show: Callable[[Asking], None], write: Callable[[int, Value], None]) -> None:
        """Ask until all is answered, the person quits or there are no more keys.

        Args:
            keys: what is pressed.
            show: shows what is asked now.
            write: keeps an answer; it is called at once, and again when a question is answered again.
        """
        show(self)
        for key in keys:
            if key == "q" or (self.at == self.count and key != "b"):
                return
            if key in ANSWERS:
                write(self.at, ANSWERS[key])
                self.answers[self.at] = ANSWERS[key]
            if key in ANSWERS or key == "s":
                self.at, self.page = self.at + 1, 0
            elif key == "b":
                self.at, self.page = max(0, self.at - 1), 0
            elif key == "m":
                self.page += 1
            show(self)

    def summary(self) -> str:
        """Say how many were judged, and how."""
        if not self.answers:
            return "Nothing was judged."
        said = Counter(self.answers.values())
        return f"{len(self.answers)} judged: {', '.join(f'{said[value]} {value}' for value in ANSWERS.values())}."
