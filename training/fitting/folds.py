"""Which articles are held out together, so that no model is scored on a copy of what it was trained on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from email.utils import parsedate
from zlib import crc32

import numpy as np
import numpy.typing as npt

from training.classifier import Example
from training.kernels import alike
from training.kernels.hashing import Hashes, Numbers
from training.minhash import HASHES, signature
from training.spool import Spool

FOLDS = 5
ALIKE = 0.5  # share of three-word sequences that two articles have in common from which one is a copy
_BANDS = 32  # finds 87 % of the pairs that are just alike, 99.9 % of those at .7
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
    groups = copies(example.terms for example in examples).tolist()
    for group, key in zip(groups, keys, strict=True):
        first[group] = min(key, first.get(group, key))
    return np.array([crc32(first[group].encode()) % FOLDS for group in groups], dtype=np.intp)


def copies(texts: Iterable[Hashes]) -> Numbers:
    """Give for each text the number of the first one that it is a near-duplicate of, directly or through others.

    Texts are hashes of their words. Candidates are found by locality-sensitive hashing of their signatures.
    """
    signatures, long = _signed(texts)
    leaders = np.arange(len(signatures), dtype=np.int32)
    for first in range(0, HASHES, HASHES // _BANDS):
        hashes = alike.bands(signatures, first, HASHES // _BANDS)
        alike.join(signatures, hashes, np.argsort(hashes), int(ALIKE * HASHES), leaders)
    alike.settle(leaders)
    found, numbers = np.arange(len(long), dtype=np.int32), np.flatnonzero(long)
    found[numbers] = numbers[leaders]
    return found


def _signed(texts: Iterable[Hashes]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
    """Give the signatures of texts that are long enough, (long, hashes), mapped, and which texts these are."""
    signatures, long = Spool(np.uint32, HASHES), Spool(bool)
    for text in texts:
        found = signature(text)
        long.add([found is not None])
        if found is not None:
            signatures.add([found])
    return signatures.array(), long.array()


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
