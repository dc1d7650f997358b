"""Which articles are held out together, so that no model is scored on a copy of what it was trained on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parsedate
from zlib import crc32

import numpy as np
import numpy.typing as npt

from training.classifier import Example

FOLDS = 5
ALIKE = 0.5  # share of three-word sequences that two articles have in common from which one is a copy
_HASHES, _BANDS = 128, 32  # finds 87 % of the pairs that are just alike, 99.9 % of those at .7
_SHORT = 10  # words; fewer are alike by chance
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAMED = re.compile(r"\d{1,2}-[A-Za-z]{3}-\d{4}\b")  # the month is named: 26-FEB-1987


def folds(examples: Sequence[Example]) -> npt.NDArray[np.intp]:
    """Give the fold of each example, of shape (examples,), from 0 to FOLDS - 1.

    Near-duplicates are always in one fold. So are articles of one day, as news repeats itself within the day, unless a
    day makes up so much of the corpus that folds would be of very different size. The fold of an article depends on
    its day and text alone, so it seldom changes when others join.
    """
    days = [day(example.date) for example in examples]
    sizes = Counter(days)
    keys = [
        found if found and sizes[found] * 2 * FOLDS <= len(examples) else example.key
        for found, example in zip(days, examples, strict=True)
    ]
    first: dict[int, str] = {}
    groups = copies([example.terms.tolist() for example in examples])
    for group, key in zip(groups, keys, strict=True):
        first[group] = min(key, first.get(group, key))
    return np.array([crc32(first[group].encode()) % FOLDS for group in groups], dtype=np.intp)


def copies(texts: Sequence[Sequence[int]]) -> list[int]:
    """Give for each text the number of the first one that it is a near-duplicate of, directly or through others.

    Texts are hashes of their words.
    Broder: On the resemblance and containment of documents, 1997: MinHash over three-word sequences, candidates by
    locality-sensitive hashing.
    """
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=ALIKE, num_perm=_HASHES, num_bands=_BANDS)
    hashes = []
    leader = list(range(len(texts)))
    for number, words in enumerate(texts):
        made = RMinHash(num_perm=_HASHES, seed=1)
        made.update([f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)] or [""])
        hashes.append(made)
        if len(words) < _SHORT:
            continue
        for other in index.query(made):
            if made.jaccard(hashes[other]) >= ALIKE:
                one, two = sorted((_leader(leader, number), _leader(leader, other)))
                leader[two] = one
        index.insert(number, made)
    return [_leader(leader, number) for number in range(len(texts))]


def day(text: str | None) -> str:
    """Give the day of a date as ISO 8601, '' where it can't be told.

    >>> [day(text) for text in ("2016-06-27T08:00:00Z", "26-FEB-1987 15:01", "Mon, 27 Jun 2016 08:00:00 GMT", "soon")]
    ['2016-06-27', '1987-02-26', '2016-06-27', '']
    """
    text = (text or "").strip()
    try:
        if _ISO.match(text):
            return date.fromisoformat(text[:10]).isoformat()
        if named := _NAMED.match(text):
            return datetime.strptime(named[0], "%d-%b-%Y").date().isoformat()
        parsed = parsedate(text)
        return date(*parsed[:3]).isoformat() if parsed else ""
    except ValueError:  # no such day
        return ""


def _leader(leader: list[int], number: int) -> int:
    while leader[number] != number:
        leader[number] = number = leader[leader[number]]
    return number
