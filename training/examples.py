"""What the classifier sees of all articles of a run: an Example is made when it is asked for.

::

    Examples        many of them as arrays, in memory or mapped
    ExamplesSpool   writes them down, some at a time
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from training.classifier import Example
from training.focus import FEATURES
from training.spool import Ragged, RaggedSpool, Spool

KEY = "S24"  # how a key is kept: as text.digest gives it
_RAGGED: dict[str, tuple[Any, ...]] = {
    "terms": (np.uint64,),
    "columns": (np.int32,),
    "focus": (np.float64, len(FEATURES)),
    "facts": (np.uint8,),
}
_NO_TOKENS = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Examples(Sequence[Example]):
    """Examples as arrays; their tokens are left out.

    Attributes:
        of: ids of all labels there are.
        keys: (examples,) keys as bytes.
        judged: (examples,), whether anybody has judged it.
        terms, columns, focus: as an example has them.
        facts: the rest of each, as JSON.
    """

    of: Sequence[str]
    keys: npt.NDArray[np.bytes_]
    judged: npt.NDArray[np.bool_]
    terms: Ragged
    columns: Ragged
    focus: Ragged
    facts: Ragged

    @classmethod
    def packed(cls, examples: Sequence[Example], of: Sequence[str]) -> Examples:
        """Put examples, of which each knows the same labels, into arrays in memory."""
        facts = [
            json.dumps([_listed(one.labels), sorted(one.unsure), one.date, one.corpus]).encode() for one in examples
        ]
        return cls(
            of,
            np.array([one.key for one in examples], np.bytes_),
            np.array([one.labels is not None for one in examples], bool),
            Ragged.packed([one.terms for one in examples], *_RAGGED["terms"]),
            Ragged.packed([one.columns for one in examples], *_RAGGED["columns"]),
            Ragged.packed([one.focus for one in examples], *_RAGGED["focus"]),
            Ragged.packed([np.frombuffer(one, np.uint8) for one in facts], *_RAGGED["facts"]),
        )

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, number: int) -> Example: ...
    @overload
    def __getitem__(self, number: slice) -> Examples: ...
    def __getitem__(self, number: int | slice) -> Example | Examples:
        if isinstance(number, slice):
            return self.those(number)
        labels, unsure, date, corpus = json.loads(self.facts[number].tobytes())
        return Example(
            self.terms[number],
            _NO_TOKENS,
            self.columns[number],
            self.focus[number],
            self.of,
            self.keys[number].decode(),
            None if labels is None else frozenset(labels),
            frozenset(unsure),
            date,
            corpus,
        )

    @property
    def digest(self) -> str:
        """SHA-256 of which articles these are and how they were judged, in whatever order, in hexadecimal."""
        found = hashlib.sha256()
        for number in np.argsort(self.keys, kind="stable"):
            labels, unsure, *_ = json.loads(self.facts[number].tobytes())
            found.update(json.dumps([self.keys[number].decode(), labels, unsure]).encode())
        return found.hexdigest()

    def those(self, which: Any) -> Examples:
        """Give some of them, by their numbers or as a mask; what is long is not copied."""
        ragged = {name: getattr(self, name).those(which) for name in _RAGGED}
        return replace(self, keys=self.keys[which], judged=self.judged[which], **ragged)


class ExamplesSpool:
    """Examples, written into temporary files."""

    def __init__(self, of: Sequence[str]) -> None:
        self._of = of
        self._keys, self._judged = Spool(KEY), Spool(bool)
        self._ragged = {name: RaggedSpool(*kind) for name, kind in _RAGGED.items()}

    def add(self, examples: Examples) -> None:
        """Write down more examples, which must be few enough for memory.

        Raises:
            NoRoom: the disk is full.
        """
        self._keys.add(examples.keys)
        self._judged.add(examples.judged)
        for name, spool in self._ragged.items():
            spool.add(getattr(examples, name))

    def examples(self) -> Examples:
        """Map all that were written; no more can be."""
        ragged = {name: spool.ragged() for name, spool in self._ragged.items()}
        return Examples(self._of, self._keys.array(), self._judged.array(), **ragged)


def _listed(labels: Iterable[str] | None) -> list[str] | None:
    return None if labels is None else sorted(labels)
