"""How a peer's script is talked to: a line of JSON in, a line of JSON out.

::

    {"do": "learn", "file": F, ...}   learn from the articles of F            {"seconds"}
    {"do": "answer", "file": F}       answer the articles of F                {"answers": [[label, ...], ...]}
    {"do": "measure", "file": F}      answer them and time it                 {"seconds"}: of one article
    {"do": "save", "to": F}           keep what was learned                   {}

F holds one article a line, {"text": ..., "labels": [...]}. "part": 0, "parts": 2 answers every second one.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypedDict


class Row(TypedDict):
    """One article: its title and text as one, and the labels it has."""

    text: str
    labels: list[str]


class Peer(Protocol):
    """What a script has to offer."""

    def prepare(self, text: str) -> Any:
        """Make of a text what ``label`` takes, in time that is not measured."""

    def label(self, prepared: Any) -> Sequence[str]:
        """Do all that is measured and give the labels that are assigned."""

    def save(self, path: str) -> None:
        """Keep what was learned."""


def rows(path: str) -> Iterator[Row]:
    """Read the articles of a file."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def serve(learn: Callable[..., Peer]) -> None:
    """Answer what is asked on standard input until it ends."""
    peer: Peer | None = None
    files: dict[str, list[Any]] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        do, start = asked.pop("do"), time.perf_counter()
        if do == "learn":
            peer = learn(list(rows(asked.pop("file"))), **asked)
            said: dict[str, Any] = {"seconds": time.perf_counter() - start}
        else:
            assert peer is not None, "it has to learn first"
            said = _answered(peer, do, asked, files)
        print(json.dumps(said), flush=True)


def _answered(peer: Peer, do: str, asked: dict[str, Any], files: dict[str, list[Any]]) -> dict[str, Any]:
    if do == "save":
        peer.save(asked["to"])
        return {}
    path = asked["file"]
    if path not in files:
        files[path] = [peer.prepare(row["text"]) for row in rows(path)]
    prepared = files[path][asked.get("part", 0) :: asked.get("parts", 1)]
    start = time.perf_counter()
    answers = [peer.label(one) for one in prepared]
    seconds = (time.perf_counter() - start) / len(prepared)
    return {"seconds": seconds} if do == "measure" else {"answers": [list(labels) for labels in answers]}
