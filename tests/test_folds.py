"""Folds: what is held out together, and what stays where it was when others join."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rensa import RMinHash, RMinHashLSH

from tests.making import example, hashes
from training.classifier import Example
from training.fitting.folds import ALIKE, FOLDS, copies, day, folds

STORY = (
    "farmers waited mill before dawn because miller had promised better price wheat than last autumn "
    "nobody knew where miller had gone until boy came down hill with lantern letter"
).split()


def words(seed: int, count: int = 40) -> list[str]:
    """Make words that no other seed makes."""
    return [f"w{seed}x{number}" for number in np.random.default_rng(seed).integers(0, 500, count)]


def dated(number: int, date: str | None, terms: list[str] | None = None) -> Example:
    return replace(example(number, " ".join(terms or words(number)), {}, ""), date=date)


def many(count: int, days: int = 40, first: int = 0) -> list[Example]:
    """Make articles that differ, on days in turn."""
    return [dated(n, f"2011-{n % days // 20 + 3:02}-{n % 20 + 1:02}") for n in range(first, first + count)]


def found_copies(*texts: list[str]) -> list[int]:
    return [int(number) for number in copies(hashes(text) for text in texts)]


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (STORY, True),
        (STORY + ["agency", "reporting"], True),
        (STORY[4:], True),
        (STORY[:9] + ["someone", "added"] + STORY[9:], True),
        (STORY[:8] + words(1, 20), False),
        (STORY[::-1], False),
        (words(1), False),
        ([], False),
    ],
    ids=["same", "credit added", "cut", "sentence added", "same opening", "other order", "another", "empty"],
)
def test_copies_share_most_sequences_of_three_words(other: list[str], alike: bool) -> None:
    assert found_copies(words(9), STORY, other) == [0, 1, 1 if alike else 2]


def test_copies_of_copies_belong_together() -> None:
    chain = [STORY[at:] + words(5, at) for at in (0, 5, 10, 14)]
    assert found_copies(chain[0], chain[3]) == [0, 1]  # too far from each other without those between
    assert found_copies(*chain, words(9)) == [0, 0, 0, 0, 4]
    assert found_copies(chain[0], chain[3], chain[1], chain[2]) == [0, 0, 0, 0]  # joined when the last one comes


@pytest.mark.parametrize(("count", "alike"), [(0, False), (1, False), (9, False), (10, True), (30, True)])
def test_short_texts_are_alike_by_chance(count: int, alike: bool) -> None:
    assert found_copies(STORY[:count], STORY[:count]) == ([0, 0] if alike else [0, 1])


@pytest.mark.parametrize("dates", [(None, None), ("2011-03-04", "2011-03-04"), ("2011-03-04", "2011-11-28")])
def test_copies_are_in_one_fold_on_whatever_days(dates: tuple[str | None, str | None]) -> None:
    for number in range(8):
        text = [f"{word}{number}" for word in STORY]
        one, other = dated(900 + number, dates[0], text), dated(950 + number, dates[1], [*text, "agency"])
        found = folds([*many(20), one, *many(20, first=20), other])
        assert found[20] == found[41]


def test_articles_of_a_day_are_in_one_fold_and_all_folds_are_used() -> None:
    articles = many(200)
    found = folds(articles)
    of = {article.date: set(found[[other.date == article.date for other in articles]]) for article in articles}
    assert len(of) == 40 and all(len(used) == 1 for used in of.values())
    assert set(found) == set(range(FOLDS))


def test_a_day_is_the_same_however_its_date_is_written() -> None:
    articles = many(200)
    written = ["2016-06-27", "2016-06-27T23:59:00Z", "27-JUN-2016 08:00", "Mon, 27 Jun 2016 08:00:00 GMT"]
    found = folds([*articles, *(dated(900 + n, date) for n, date in enumerate(written))])
    assert len(set(found[200:])) == 1


@pytest.mark.parametrize("date", ["2011-12-24", None, "in spring"], ids=["a large day", "none", "no date"])
def test_a_day_that_is_most_of_the_corpus_is_spread_over_all_folds(date: str | None) -> None:
    large = [dated(number, date) for number in range(500, 600)]
    found = folds([*many(60), *large])
    assert np.bincount(found[60:], minlength=FOLDS).min() >= 10


@pytest.mark.parametrize(("others", "together"), [(90, True), (89, False)])
def test_a_day_may_be_half_a_fold(others: int, together: bool) -> None:
    day_of = [dated(number, "2011-12-24") for number in range(500, 510)]
    found = folds([*many(others), *day_of])
    assert (len(set(found[others:])) == 1) is together


def test_an_article_stays_in_its_fold_when_others_join() -> None:
    articles = many(120)
    before = folds(articles)
    after = folds([*many(300, first=1000), *articles, *many(50, days=7, first=2000)])
    assert (after[300:420] == before).all()


@given(order=st.permutations(range(30)))
@settings(max_examples=20)
def test_folds_do_not_depend_on_the_order(order: list[int]) -> None:
    articles = [*many(20), *(dated(900 + n, "2011-03-04", STORY[n % 3 :]) for n in range(10))]
    assert folds([articles[place] for place in order]).tolist() == folds(articles)[order].tolist()


def test_folds_know_nothing_of_labels() -> None:
    articles = many(60)
    judged = [replace(one, labels=frozenset({"SY"}), unsure=frozenset({"LY"}), corpus="b") for one in articles]
    assert (folds(judged) == folds(articles)).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2016-06-27", "2016-06-27"),
        ("2016-06-27T08:00:00+02:00", "2016-06-27"),
        (" 2016-06-27 08:00 ", "2016-06-27"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26"),
        ("5-apr-1987", "1987-04-05"),
        ("Mon, 27 Jun 2016 08:00:00 GMT", "2016-06-27"),
        ("27 Jun 2016 08:00 +0200", "2016-06-27"),
        ("2016-02-30", ""),
        ("2016-13-01", ""),
        ("31-FEB-1987 15:01", ""),
        ("45 Jun 2016 08:00", ""),
        ("26-XYZ-1987", ""),
        ("2016-06", ""),
        ("yesterday", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_days_of_dates(text: str | None, expected: str) -> None:
    assert day(text) == expected


@given(st.text(max_size=30) | st.text("0123456789-:, JanMoFeb+", max_size=30))
def test_any_text_is_a_real_day_or_none(text: str) -> None:
    found = day(text)
    assert found == "" or np.datetime64(found, "D").astype(str) == found


def test_copies_are_those_of_a_common_index() -> None:
    """rensa's own index, asked for every text in turn and joined by hand."""
    random = np.random.default_rng(2)
    stories = random.integers(1, 1000, (12, 40))
    texts = [
        np.where(random.random(40) < random.uniform(0, 0.3), random.integers(1, 1000, 40), stories[n % 12])
        for n in range(120)
    ]
    index, leaders, made = RMinHashLSH(threshold=ALIKE, num_perm=128, num_bands=32), list(range(120)), []
    for number, text in enumerate(texts):
        made.append(RMinHash(num_perm=128, seed=1))
        made[-1].update([f"{a} {b} {c}" for a, b, c in zip(text, text[1:], text[2:], strict=False)])
        for other in index.query(made[-1]):
            if made[-1].jaccard(made[other]) >= ALIKE:
                old, new = sorted((leaders[number], leaders[other]))
                leaders = [old if leader == new else leader for leader in leaders]
        index.insert(number, made[-1])
    assert copies(np.asarray(text, np.uint64) for text in texts).tolist() == leaders
    assert 12 < len(set(leaders)) < 110
