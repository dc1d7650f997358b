"""What topics start from: clusters of articles, all of every word given out, the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from tests.making import COURT, FARM, OIL, SPORT, in_rows, spelling, written
from training.discovery import clusters, lda
from training.discovery.bags import Bags, bags_of

THEMES = (FARM, SPORT, COURT, OIL)


def bags(count: int = 80) -> Bags:
    return bags_of(in_rows([written(n, THEMES[n % 4]) for n in range(count)]), spelling(), (), {})


def started(made: Bags, topics: int, pinned: int = 0, seed: int = 0) -> clusters.Singles:
    prior = lda.prior_of(made, [FARM] * pinned + [()] * (topics - pinned))
    return clusters.started(made, prior, pinned, seed) - prior


@pytest.mark.parametrize("seed", range(5))
def test_topics_start_from_the_themes_of_articles(seed: int) -> None:
    made = bags()
    begun, terms = started(made, 4, seed=seed), list(made.vocabulary.terms)
    best = [{int(begun[terms.index(word)].argmax()) for word in theme} for theme in THEMES]
    assert all(len(its) == 1 for its in best) and len(set.union(*best)) == 4


@pytest.mark.parametrize("topics, pinned", [(4, 0), (4, 1), (2, 2), (9, 3), (200, 0)])
def test_all_there_is_of_every_word_is_given_out(topics: int, pinned: int) -> None:
    made = bags()
    begun = started(made, topics, pinned)
    assert begun.shape == (len(made.vocabulary), topics) and np.isfinite(begun).all() and begun.min() > -1e-3
    np.testing.assert_allclose(begun.sum(axis=1), made.often()[1], rtol=1e-3)


def test_pinned_topics_have_no_cluster() -> None:
    begun = started(bags(), 4, pinned=2)
    assert np.allclose(begun[:, 0], begun[:, 1], atol=1e-3) and not np.allclose(begun[:, 2], begun[:, 3])


def test_the_start_is_the_same_for_a_seed_and_however_many_rows_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    first = started(bags(), 4)
    assert first.tobytes() == started(bags(), 4).tobytes() != started(bags(), 4, seed=1).tobytes()
    monkeypatch.setattr(clusters, "_TOGETHER", 7)
    np.testing.assert_allclose(started(bags(), 4), first, rtol=1e-4)


def test_large_corpora_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "ROWS", 20)
    begun = started(bags(81), 4)
    np.testing.assert_allclose(begun.sum(axis=1), bags(81).often()[1], rtol=1e-3)


def test_articles_that_are_all_the_same_can_be_started_from() -> None:
    made = bags_of(in_rows([["wheat", "barley"]] * 5 + [["-"]] * 20), spelling(), (), {})
    assert np.isfinite(started(made, 4)).all()


def test_words_that_stand_in_none_of_the_rows_start_from_their_prior() -> None:
    made = bags()
    some = made.those(np.arange(0, len(made), 4))  # all of one theme
    begun, terms = started(some, 3), list(made.vocabulary.terms)
    assert np.isfinite(begun).all()
    assert all(not begun[terms.index(word)].any() for word in SPORT) and begun[terms.index(FARM[0])].any()
