"""Which of today's topics is which of yesterday's: the same theme keeps its id, a new one gets an id never used before.

By an optimal assignment over what topics say of words and of the articles that both versions know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from training.discovery.continuing import SAME
from training.discovery.lda import Doubles, cosines
from training.topics import Topics

ENOUGH = 50  # articles that both versions know, from which they count as much as words do
PART = 0.4  # of what a topic has, from which it came out of another, or went into it


@dataclass(frozen=True, slots=True)
class Kin:
    """Two versions' topics beside each other.

    Attributes:
        words: (old, new) cosines of word distributions.
        articles: (old, new) cosines of the shares in articles that both know; None where these are too few.
        flow: (old, new) how much of the articles belongs to both, as a part of all; None likewise.
        pairs: which of the new each of the old is, by number.
    """

    words: Doubles
    articles: Doubles | None
    flow: Doubles | None
    pairs: dict[int, int]

    @property
    def likeness(self) -> Doubles:
        """(old, new), of words and articles on average."""
        return self.words if self.articles is None else (self.words + self.articles) / 2

    def origin(self, new: int) -> int | None:
        """Give the old topic that most of a new one came out of, None where it is no other's part."""
        return _most(self.flow[:, new] if self.flow is not None else self.words[:, new], self.flow is not None)

    def end(self, old: int) -> int | None:
        """Give the new topic that most of an old one went into, None where it is no other's part."""
        return _most(self.flow[old] if self.flow is not None else self.words[old], self.flow is not None)


def kin(old: Topics, new: Topics) -> Kin:
    """Hold two versions' topics against each other.

    A topic that is pinned to a theme is that theme's in both. The others are assigned so that all pairs together are as
    alike as can be (Crouse: On implementing 2D rectangular assignment algorithms, 2016, as in scipy); a pair less alike
    than SAME is none.
    """
    from scipy.optimize import linear_sum_assignment

    words = cosines(*_aligned(old, new))
    mine, its = _shared(old, new)
    enough = len(mine) >= ENOUGH
    flow = mine.T @ its / max(len(mine), 1) if enough else None
    found = Kin(words, cosines(mine, its) if enough else None, flow, {})
    likeness = found.likeness.copy()
    for a, one in enumerate(old.about):
        for b, other in enumerate(new.about):
            themes = one.get("theme"), other.get("theme")
            if any(themes):
                likeness[a, b] = 2.0 if themes[0] == themes[1] else likeness[a, b] if None in themes else 0.0
    for a, b in zip(*linear_sum_assignment(-likeness), strict=True):
        if likeness[a, b] >= SAME:
            found.pairs[int(a)] = int(b)
    return found


@dataclass(frozen=True, slots=True)
class Identified:
    """Who each topic is.

    Attributes:
        about: of each topic ``id`` and ``since``, and what it keeps of yesterday's: ``name`` and ``renamed``.
        retired: ids that are never used again.
        changes: since yesterday, as plain data; None where there was no yesterday.
    """

    about: list[dict[str, Any]]
    retired: list[str]
    changes: dict[str, list[dict[str, Any]]] | None


def identified(topics: Topics, parent: Topics | None, version: str) -> Identified:
    """Say which of yesterday's topics each is, and give ids to the others.

    Args:
        topics: their ``theme`` and chronicle are known.
        parent: yesterday's topics.
        version: that is being made.
    """
    found = kin(parent, topics) if parent else None
    old_of = {new: old for old, new in found.pairs.items()} if found else {}
    taken = {*parent.ids, *parent.retired} if parent else set()
    about: list[dict[str, Any]] = []
    for number in range(len(topics)):
        if parent and number in old_of:
            was = parent.about[old_of[number]]
            about.append({key: was[key] for key in ("id", "since", "name", "renamed") if key in was})
        else:
            about.append({"id": new_id(topics, number, taken), "since": version})
            taken.add(about[-1]["id"])
    if not parent or not found:
        return Identified(about, [], None)
    gone = {id for number, id in enumerate(parent.ids) if number not in found.pairs}
    return Identified(about, sorted({*parent.retired, *gone}), changes(parent, about, found))


def difference(old: Topics, new: Topics) -> dict[str, list[dict[str, Any]]]:
    """Say what changed between any two versions, by the ids that their topics have; see :func:`changes`."""
    found = kin(old, new)
    pairs = {number: new.ids.index(id) for number, id in enumerate(old.ids) if id in new.ids}
    return changes(old, new.about, replace(found, pairs=pairs))


def changes(parent: Topics, about: list[dict[str, Any]], found: Kin) -> dict[str, list[dict[str, Any]]]:
    """Say which topics were kept, and how alike they are; which are new, which are gone, and out of or into what.

    A topic that is new may have no name yet.
    """
    ids = [one["id"] for one in about]
    news = [number for number in range(len(ids)) if number not in found.pairs.values()]
    gone = [number for number in range(len(parent)) if number not in found.pairs]

    def alike(old: int, new: int) -> dict[str, float]:
        told = {"words": round(float(found.words[old, new]), 4)}
        return told if found.articles is None else {**told, "articles": round(float(found.articles[old, new]), 4)}

    return {
        "kept": [
            {"id": ids[new], "name": about[new]["name"], **alike(old, new)} for old, new in sorted(found.pairs.items())
        ],
        "new": [
            {
                "id": ids[number],
                "name": about[number].get("name"),
                "split_from": None if (of := found.origin(number)) is None else parent.ids[of],
            }
            for number in news
        ],
        "retired": [
            {
                "id": parent.ids[number],
                "name": parent.names[number],
                "merged_into": None if (into := found.end(number)) is None else ids[into],
            }
            for number in gone
        ],
    }


def new_id(topics: Topics, number: int, taken: Collection[str]) -> str:
    """Give an id to a new topic: a digest of what it is made of, so that nobody has to count ids."""
    content = topics.word_probabilities[number].tobytes() + " ".join(topics.vocabulary.terms).encode()
    for again in range(len(taken) + 1):
        id = "t" + hashlib.sha256(content + bytes(again)).hexdigest()[:6]
        if id not in taken:
            return id
    raise AssertionError("a digest repeats itself")


def _aligned(old: Topics, new: Topics) -> tuple[Any, Any]:
    """Give word probabilities of both over the words of either, (words, topics) each."""
    back = new.vocabulary.columns_in(old.vocabulary)
    gone = np.setdiff1d(np.arange(len(old.vocabulary)), back)
    mine, its = old.word_probabilities.T, new.word_probabilities.T
    zeros = np.zeros((len(gone), its.shape[1]), np.float32)
    return np.vstack([np.where((back >= 0)[:, None], mine[back], 0), mine[gone]]), np.vstack([its, zeros])


def _shared(old: Topics, new: Topics) -> tuple[Any, Any]:
    """Give the shares of both in the sampled articles that both know, (articles, topics) each."""
    _, mine, its = np.intersect1d(old.chronicle.sample, new.chronicle.sample, return_indices=True)
    return old.chronicle.shares[mine], new.chronicle.shares[its]


def _most(parts: Doubles, of_whole: bool) -> int | None:
    most = int(parts.argmax())
    whole = float(parts.sum()) if of_whole else 1.0
    return most if whole and parts[most] >= PART * whole else None
