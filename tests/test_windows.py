"""Coherence: equal to gensim's c_npmi over the same texts."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel

from tests.making import FARM, SPORT, hashes, in_rows
from training.discovery.quality import WINDOW, coherence
from training.kernels import windows
from training.kernels.hashing import table


def texts() -> list[list[str]]:
    random = Random(4)
    return [random.choices([*FARM, *SPORT, "the", "said"], k=random.randrange(1, 40)) for _ in range(80)]


@pytest.mark.parametrize("seed", range(4))
def test_coherence_is_gensims_c_npmi(seed: int) -> None:
    random = Random(seed)
    lists = [random.sample([*FARM, *SPORT], 6) for _ in range(5)]
    once = [list(dict.fromkeys(text)) for text in texts()]  # gensim miscounts words that stand twice in a window
    theirs = CoherenceModel(
        topics=lists, texts=once, dictionary=Dictionary(once), coherence="c_npmi", topn=6, processes=1
    )
    np.testing.assert_allclose(coherence(lists, in_rows(once)), theirs.get_coherence_per_topic(), atol=1e-9)


def test_what_was_left_out_between_words_takes_no_place_in_a_window() -> None:
    broken = [[part for word in text for part in (word, "-")] for text in texts()]
    assert coherence([FARM, SPORT], in_rows(broken)) == pytest.approx(coherence([FARM, SPORT], in_rows(texts())))


@pytest.mark.parametrize("size", [1, 3, WINDOW, 99])
def test_windows_are_those_counted_plainly(size: int) -> None:
    words = FARM[:5]
    plain, number = np.zeros((5, 5)), 0
    for text in texts():
        for first in range(max(1, len(text) - size + 1)):
            inside = {words.index(word) for word in text[first : first + size] if word in words}
            number += 1
            for a in inside:
                for b in inside:
                    plain[a, b] += 1
    rows, counts = in_rows(texts()), np.zeros((5, 5))
    numbers = np.asarray(rows.rows, np.int32)
    assert windows.together(rows.starts, rows.values, numbers, *table(hashes(words)), size, counts) == number
    assert (counts == plain).all()


def test_words_that_never_stand_anywhere_are_of_no_coherence() -> None:
    assert coherence([["nowhere", "never"], []], in_rows(texts())).tolist() == [0, 0]
