"""Drift: silent where only chance or the usual coming and going of stories is at work, clear where news has changed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from tests.helping import tiny_model
from training.article import Article
from training.drift import drift, reading, spread
from training.drift.reading import Head, Rows, sample
from training.drift.spread import Night
from training.drift.wording import Wording, stories
from training.seeds import Seeds
from training.text import hashed

COMMON = np.random.default_rng(99).gamma(0.3, size=60)
SHARES = np.minimum(0.6, 1.2 * COMMON / COMMON.sum())  # of 60 bins, most of them rare
RARE = 7


def night(seed: int, before: int, now: int, shares: Any = SHARES, tonight: Any = None) -> tuple[Any, Night]:
    """Draw articles that are in bins by chance."""
    rng = np.random.default_rng(seed)
    tonight = shares if tonight is None else tonight
    drawn = [rng.random((count, len(p))) < p for count, p in ((before, shares), (now, tonight))]
    return np.vstack(drawn), Night(before, now)


# the index


def test_the_index_is_what_its_formula_says() -> None:
    counts, others = [30.0, 60.0, 0.0, 10.0], [500.0, 300.0, 150.0, 50.0]
    expected = 0.0
    for a, b in zip(counts, others, strict=True):
        mixed = spread.MIXED * (a + b) / (sum(counts) + sum(others))
        p, q = (a + mixed) / (sum(counts) + spread.MIXED), (b + mixed) / (sum(others) + spread.MIXED)
        expected += (p - q) * math.log(p / q)
    found = spread.psi(np.array([counts, others]), np.array([others, counts]))
    assert found.tolist() == pytest.approx([expected, expected])
    many = 1e7 * np.array([0.2, 0.8]), 1e7 * np.array([0.6, 0.4])
    assert spread.psi(many[0][None], many[1][None])[0] == pytest.approx(0.4 * math.log(3) + 0.4 * math.log(2), rel=1e-4)


def test_a_bin_that_nobody_is_in_adds_nothing() -> None:
    counts = np.array([[3.0, 5.0, 0.0]])
    assert spread.psi(counts, counts * 9) == pytest.approx(spread.psi(counts[:, :2], counts[:, :2] * 9))


@pytest.mark.parametrize("before, now", [(3000, 30), (1500, 150), (500, 100)], ids=str)
def test_nights_without_drift_tell_none_where_the_bare_index_would(before: int, now: int) -> None:
    told = cleared = bare = 0
    for seed in range(40):
        members, drawn = night(seed, before, now)
        told += spread.shift(members, drawn).size is not None
        cleared += any(change.clear for change in spread.changes(members, drawn))
        counts = members[before:].sum(axis=0) + 0.5, members[:before].sum(axis=0) + 0.5
        p, q = counts[0] / counts[0].sum(), counts[1] / counts[1].sum()
        bare += float(((p - q) * np.log(p / q)).sum()) >= spread.MODERATE
    assert told <= 3 and cleared <= 5
    assert bare >= 30


@pytest.mark.parametrize("before, now, share", [(3000, 30, 0.4), (3000, 150, 0.2), (400, 100, 0.25)], ids=str)
def test_a_real_shift_is_found_and_the_bin_that_did_it(before: int, now: int, share: float) -> None:
    tonight = SHARES.copy()
    tonight[RARE] = share
    for seed in range(10):
        members, drawn = night(seed, before, now, tonight=tonight)
        assert spread.shift(members, drawn).size is not None
        clear = [change for change in spread.changes(members, drawn) if change.clear]
        assert max(clear, key=lambda change: change.now).number == RARE
        assert clear[0].interval[0] > 0


def test_a_night_of_its_own_story_is_as_usual_where_every_night_has_one() -> None:
    drawn, told, alone = Night(2000, 100), 0, 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        members = rng.random((2100, 60)) < SHARES
        for first in range(0, 2100, 100):
            members[first : first + 100, rng.integers(60)] |= rng.random(100) < 0.35
        told += spread.shift(members, drawn).size is not None
        some = np.concatenate([rng.permutation(2000)[:900], np.arange(2000, 2100)])  # too few nights to know better
        alone += spread.shift(members[some], Night(900, 100)).size is not None
    assert told <= 2
    assert alone >= 8


def test_a_change_is_clear_only_beyond_what_earlier_nights_had() -> None:
    members = np.zeros((1100, 2), bool)
    members[:1000, 0] = np.arange(1000) // 100 % 2 == 0  # every other night all of it
    members[1000:] = True
    often, new = spread.changes(members, Night(1000, 100))
    assert (often.usual, often.shares) == ((0.0, 1.0), (0.5, 1.0)) and not often.clear
    assert (new.usual, new.clear) == ((0.0, 0.0), True)


@pytest.mark.parametrize("now", [1, 7, 40])
def test_earlier_nights_are_the_last_ones_and_all_of_one_size(now: int) -> None:
    nights = Night(50 * now + now // 2, now).nights
    assert len(nights) == 50 and nights[-1].stop == 50 * now + now // 2
    assert {one.stop - one.start for one in nights} == {now}
    assert Night(5 * now, now).nights == []


def test_the_same_articles_give_the_same_figures() -> None:
    members, drawn = night(1, 900, 60)
    assert spread.shift(members, drawn) == spread.shift(members, drawn)


@pytest.mark.parametrize("before, now", [((3, 40), (5, 12)), ((0, 30), (4, 9)), ((20, 20), (0, 20))], ids=str)
def test_the_exact_test_counts_all_ways_to_draw_a_night(before: tuple[int, int], now: tuple[int, int]) -> None:
    (b, m), (a, n) = before, now

    def chance(hits: int) -> Fraction:
        return Fraction(math.comb(a + b, hits) * math.comb(m + n - a - b, n - hits), math.comb(m + n, n))

    up = sum(chance(hits) for hits in range(a, n + 1))
    down = sum(chance(hits) for hits in range(a + 1))
    [found] = spread.exact(np.array([b]), np.array([a]), Night(m, n))
    assert found == pytest.approx(float(min(1, 2 * min(up, down))))


def test_the_interval_is_newcombes_example() -> None:
    low, high = spread.interval(48, 56, Night(80, 70))
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_more_tests_ask_for_smaller_chances() -> None:
    chances = np.array([0.001, 0.03, 0.5])
    assert spread.beyond_chance(chances).tolist() == [True, True, False]
    assert spread.beyond_chance(chances, 40).tolist() == [True, False, False]
    assert spread.beyond_chance(np.array([])).tolist() == []


# words


def written(texts: Sequence[str], sources: Sequence[str | None] | None = None) -> Rows:
    """Make rows of articles of these words; the first five are the title."""
    rows = Rows()
    for number, text in enumerate(texts):
        words = {hashed(word): word for word in text.split()}
        rows.keys.append(number)
        rows.words.append(np.array(sorted(words), np.uint64))
        rows.heads.append(Head(str(number), " ".join(text.split()[:5]), sources[number] if sources else None))
        rows.spelled |= words
    return rows


def by_chance(seed: int, count: int) -> list[str]:
    """Write articles of 60 words by Zipf's law."""
    rng, ranks = np.random.default_rng(seed), 1 / np.arange(1, 2001)
    return [" ".join(f"w{word}" for word in rng.choice(2000, 60, p=ranks / ranks.sum())) for _ in range(count)]


def test_nights_without_new_words_tell_no_stories() -> None:
    found = told = 0
    for seed in range(20):
        before, now = written(by_chance(seed, 900)), written(by_chance(1000 + seed, 60))
        words = Wording.of(before, now)
        found += bool(stories(words, now))
        told += spread.shift(words.kinds(), words.night).size is not None
    assert found <= 1 and told <= 1


def test_words_that_come_up_together_are_one_story_told_by_its_articles() -> None:
    texts = by_chance(1, 60)
    texts[3:11] = [f"Dams burst above Derna {number} {text}" for number, text in enumerate(texts[3:11])]
    texts[20:25] = [f"Miners trapped at Zaharra {number} {text}" for number, text in enumerate(texts[20:25])]
    now = written(texts)
    dam, mine = stories(Wording.of(written([*by_chance(2, 890), *["Dams hold"] * 2]), now), now)
    assert {*dam["words"]} == {"Dams", "burst", "above", "Derna"} and dam["articles"] == 8
    assert {*mine["words"]} == {"Miners", "trapped", "at", "Zaharra"}
    assert [title["title"] for title in mine["titles"]] == [f"Miners trapped at Zaharra {n}" for n in range(2)]
    assert [title["article"] for title in dam["titles"]] == ["3", "4"]
    assert (dam["new"], dam["now"]) == (True, pytest.approx(8 / 60, abs=1e-4))
    both = 8 / 952  # of the articles have a word that stands in 8 of tonight's 60 and nowhere else
    ratio = 2 * (8 * math.log(8 / 60 / both) + 52 * math.log(52 / 60 / (1 - both)) - 892 * math.log(1 - both))
    assert dam["g2"] == pytest.approx(ratio, abs=0.05)


@pytest.mark.parametrize(
    "before, now, told",
    [(0, 8, True), (0, 2, False), (300, 30, False), (120, 12, False), (20, 20, True)],
    ids=["new", "hardly there", "common", "as common", "multiplied"],
)
def test_a_word_is_told_where_far_more_articles_have_it(before: int, now: int, told: bool) -> None:
    olds, news = by_chance(1, 900), by_chance(2, 90)
    olds[:before] = [f"{text} Derna" for text in olds[:before]]
    news[:now] = [f"{text} Derna" for text in news[:now]]
    rows = written(news)
    found = stories(Wording.of(written(olds), rows), rows)
    assert [story["words"] for story in found] == ([["Derna"]] if told else [])


@pytest.mark.parametrize(
    "sources, told",
    [
        (["Post"] * 10 + ["Times"] * 50, False),
        (["Post", "Times"] * 30, True),
        ([None] * 60, True),
        (["Post"] * 60, True),
    ],
    ids=["of one source", "of two", "unknown", "of the only source"],
)
def test_what_one_source_writes_under_all_its_articles_is_no_story(sources: list[str | None], told: bool) -> None:
    news = by_chance(2, 60)
    news[:8] = [f"{text} newsroom" for text in news[:8]]
    rows = written(news, sources)
    assert bool(stories(Wording.of(written(by_chance(1, 900)), rows), rows)) is told


@pytest.mark.parametrize("count", [900, 200], ids=["against other nights", "against all others"])
def test_articles_in_other_words_are_told_apart(count: int) -> None:
    odd = [" ".join(f"w{1000 + (7 * word + number) % 900}" for word in range(60)) for number in range(60)]
    words = Wording.of(written(by_chance(1, count)), written(odd))
    assert words.kinds().sum(axis=1).tolist() == [1] * (count + 60)
    assert spread.shift(words.kinds(), words.night).size == "large"


def test_how_unusual_words_are_is_counted_without_the_own_night() -> None:
    before = [f"all night{number // 10} own{number}" for number in range(100)]
    words = Wording.of(written(before), written(["all night0 other"] * 10))
    told = words._information(0, 10)
    nobody, everybody = -math.log2(0.5 / 91), -math.log2(90.5 / 91)
    assert told.tolist() == pytest.approx([(everybody + 2 * nobody) / 3] * 10)
    ten = -math.log2(10.5 / 101)
    tonight = (-math.log2(100.5 / 101) + ten - math.log2(0.5 / 101)) / 3
    assert words._information(100, 110).tolist() == pytest.approx([tonight] * 10)
    unknown, usual = words.unknown()
    assert [unknown, *(usual or ())] == pytest.approx([1 / 3, 11 / 12, 11 / 12])


# articles


PLACES = {"Libya": ("Libyan", "Tripoli"), "Syria": ("Syrian", "Damascus"), "France": ("French", "Paris")}
THEMES = "harvest match ballot storm fuel school coal fever theatre credit bridge verdict".split()


def news(
    seed: int, count: int, places: Sequence[str] = ("Libya", "Syria", "France"), word: str = ""
) -> Iterator[Article]:
    """Write articles, each about one of these places."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        place = places[int(rng.integers(len(places)))]
        demonym, capital = PLACES[place]
        theme, other = rng.choice(THEMES, 2).tolist()
        yield Article(
            f"In {capital} people spoke of the {theme} on Monday, and {place} waited for its {other}. The {demonym} "
            f"minister said that nobody should fear for the {theme}. {word}\n\nMany in {place} remembered "
            f"number {number} of {seed} last year.",
            title=f"{place} waits for its {theme}",
            id=f"{seed}-{number}",
        )


def test_the_same_news_is_no_drift_and_other_news_is() -> None:
    model = tiny_model()
    same = drift(model, news(1, 400), news(2, 40))
    assert (same["told"], same["before"], same["now"]) == (None, 400, 40)
    assert [same[key]["drifted"] for key in ("labels", "topics", "vocabulary")] == [None] * 3
    assert not any(change["clear"] for key in ("labels", "topics") for change in same[key]["changes"])
    other = drift(model, news(1, 400), news(2, 40, ["Libya"], "They say that Derna flooded."))
    assert other["labels"]["drifted"] == "large"
    [libya] = [change for change in other["labels"]["changes"] if change["label"] == "LY"]
    assert libya["clear"] and libya["name"] == "Libya"
    assert libya["now"] > 0.9 and libya["before"] == pytest.approx(1 / 3, abs=0.1)
    assert libya["usual"][0] <= libya["before"] <= libya["usual"][1] < libya["now"]
    [story] = other["vocabulary"]["stories"]
    assert {"Derna", "flooded"} <= {*story["words"]} and story["new"] and story["articles"] == 40
    assert story["titles"][0]["title"].startswith("Libya waits for its ")


def test_topics_that_grow_are_told_with_their_words() -> None:
    topics = tiny_model().topics
    model = replace(tiny_model(), topics=replace(topics, about=[{**one, "junk": None} for one in topics.about]))
    told = drift(model, news(1, 300), news(2, 60))["topics"]["changes"]
    assert sum(row["now"] for row in told) == pytest.approx(1, abs=1e-3)
    for row in told:
        number = model.topics.number(row["id"])
        assert number is not None and not model.topics.junk[number]
        assert row["words"] == [word for word, _ in model.topics.top_words(number, 6)]


@pytest.mark.parametrize(
    "before, now, said",
    [(400, 12, "12 new articles are too few"), (0, 40, "there are no articles"), (50, 40, "only 50 articles")],
    ids=["tonight", "none before", "few before"],
)
def test_of_too_few_articles_nothing_is_told(before: int, now: int, said: str) -> None:
    found = drift(tiny_model(), news(1, before), news(2, now))
    assert said in found["told"] and (found["before"], found["now"]) == (before, now)
    assert not {"labels", "topics", "vocabulary"} & found.keys()


def test_nothing_at_all_is_too_few_too() -> None:
    assert drift(tiny_model(), [], [])["told"]


def test_many_processes_say_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FEW", 60)
    both = [drift(tiny_model(), news(1, 120), news(2, 40), jobs=jobs) for jobs in (1, 2)]
    assert both[0] == both[1]


def test_of_more_articles_than_there_is_room_for_the_same_part_stays_of_both() -> None:
    model = tiny_model()
    whole, part = sample(model, news(1, 300), news(2, 100)), sample(model, news(1, 300), news(2, 100), most=250)
    assert part.seen == [300, 100] and len(part.before) + len(part.now) <= 250
    assert part.limit == 1 << 63
    for all, some in ((whole.before, part.before), (whole.now, part.now)):
        assert some.keys == [key for key in all.keys if key < part.limit]
        assert [*map(len, some.words)] == [
            len(words) for key, words in zip(all.keys, all.words, strict=True) if key < part.limit
        ]
    assert [head.id for head in part.now.heads] == [
        head.id for key, head in zip(whole.now.keys, whole.now.heads, strict=True) if key < part.limit
    ]
    told = drift(model, news(1, 300), news(2, 100), most=250)
    assert told["looked_at"] == {"before": len(part.before), "now": len(part.now)} and told["before"] == 300


def test_words_count_as_room_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_WORDS", 1_000)
    part = sample(tiny_model(), news(1, 300), news(2, 100))
    assert sum(map(len, [*part.before.words, *part.now.words])) <= 1_000
    assert len(part.before) > len(part.now) > 0


def test_words_are_written_as_inside_of_sentences() -> None:
    texts = ["Wheat fell. NATO’s wheat rose, and Derna's NATO met.", "DERNA. Benghazi waited."]
    rows = sample(tiny_model(), [], [Article(text, title="Wheat And Derna") for text in texts]).now
    assert [rows.spelled[hashed(word)] for word in ("wheat", "nato", "derna", "benghazi")] == [
        *("wheat", "NATO", "Derna", "Benghazi")
    ]


def test_an_article_without_a_title_is_known_by_its_first_words() -> None:
    text = "The dams above the town burst at night, and nobody had warned those who slept below them in the valley."
    rows = sample(tiny_model(), [], [Article(text, id="a"), Article("Short text.", source="Post")]).now
    assert rows.heads == [
        Head("a", "The dams above the town burst at night, and nobody had warned those …", None),
        Head(None, "Short text.", "Post"),
    ]


def test_days_and_stop_words_are_no_words_of_a_night() -> None:
    seeds = Seeds({**tiny_model().seeds.packed, "stop_words": json.dumps(["said", "was"])})
    model = replace(tiny_model(), seeds=seeds)
    rows = sample(model, [], [Article("On Monday the Derna dam broke; it was said in December.")]).now
    [words] = rows.words
    assert {hashed("derna"), hashed("dam"), hashed("broke")} <= {*words.tolist()}
    assert not {hashed(word) for word in ("monday", "december", "said", "was")} & {*words.tolist()}
