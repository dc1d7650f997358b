"""How words are spelled: found again by their hash, however often they were written."""

from __future__ import annotations

import numpy as np
import pytest

from tests.making import hashes
from training import spelling
from training.spelling import Spelling, SpellingSpool
from training.text import hashed

WORDS = [f"wort{number}ß" for number in range(500)]


def spooled() -> Spelling:
    made = SpellingSpool()
    for start in range(0, 500, 20):
        made.add(Spelling.packed({hashed(word): word for word in WORDS[max(0, start - 30) : start + 20]}))
    return made.spelling()


@pytest.mark.parametrize("lately", [1, 16, 1 << 20], ids=["nothing", "some", "all"])
@pytest.mark.parametrize("together", [7, 1 << 20])
def test_words_are_found_by_their_hash(lately: int, together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "_LATELY", lately)
    monkeypatch.setattr(spelling, "_TOGETHER", together)
    made = spooled()
    wanted = [WORDS[499], *WORDS[3:40], WORDS[3], WORDS[0]]
    assert made.of(hashes(wanted)) == wanted and made.of(np.empty(0, np.uint64)) == []


def test_what_was_written_lately_is_not_written_again() -> None:
    assert len(spooled().hashes) == 500


def test_nothing_is_spelled_where_nothing_was_read() -> None:
    assert SpellingSpool().spelling().of(np.empty(0, np.uint64)) == []
