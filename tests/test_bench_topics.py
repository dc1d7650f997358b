"""Finding topics side by side: every way in a small corpus, how good topics are, and what the table says of it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bench import topic_fits, topic_words, topics
from bench.environments import Missing
from bench.setting import Setting, written
from bench.topic_words import Judged, Shown, Words
from training import seeds, text
from training.article import Article
from training.discovery.bags import Bags
from training.kernels.bags import content
from training.kernels.hashing import BREAK
from training.settings import default_seeds
from training.text import hashed
from training.tfidf import words_table

FARM = "wheat barley tractor harvest plough orchard fodder meadow cattle granary dairy".split()
SEA = "harbour sailor anchor lighthouse trawler cargo seaweed mast rudder wharf dockyard".split()
KNOWN = seeds.load(default_seeds())


@pytest.fixture(scope="module")
def words() -> Words:
    """Read articles about farming and articles about the sea."""
    random = Random(3)
    texts = (" ".join(random.choices(SEA if number % 2 else FARM, k=6)) for number in range(80))
    return Words.of(map(Article, texts), KNOWN)


@pytest.fixture(scope="module")
def bags(words: Words) -> Bags:
    return words.bags(most_phrases=0)


def test_what_is_shown_is_measured_by_how_it_stands_together_and_how_much_is_different(words: Words) -> None:
    good, mixed = Shown.of([FARM[:10], SEA[:10]], words.content), Shown.of([FARM[:5] + SEA[:5]] * 2, words.content)
    assert good.coherence > 0 > mixed.coherence
    assert (good.diversity, mixed.diversity) == (1, 0.5)
    assert Shown(0.12345, 0.5).cells == ("0.123", "0.50")


def test_words_that_tell_topics_apart_leave_out_short_ones_numbers_and_stop_words() -> None:
    article = Article("The harvest of 2011 was up in Homs.")
    assert topic_words.words_of([article], {"the", "was"}) == [["", "harvest", "", "", "", "", "", "homs"]]


def test_words_are_given_as_a_training_run_has_them() -> None:
    articles = [Article("Wheat in the harbour, reporters of 2011 say, and barley from Homs.", "Old anchors")]
    read = Words.of(articles, KNOWN)
    reading = text.read(articles[0])
    expected = content(reading.tokens.hashes, reading.tokens.shapes, *words_table(KNOWN.stop_words)).tolist()
    assert [one for one in read.whole[0].tolist() if one != BREAK] == [one for one in expected if one != BREAK]
    assert int(BREAK) in read.whole[0] and {"wheat", "harbour", "anchors"} < set(read.content[0])
    assert KNOWN.topicless.isdisjoint(["", *read.content[0]])
    assert set(read.content[0]) <= set(read.spelling.of(read.spelling.hashes))


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_fits, "TOPICS", 2)
    monkeypatch.setattr(topic_fits, "THREADS", 1)


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("way", [topic_fits.ours, topic_fits.by_gensim, topic_fits.by_sklearn, topic_fits.by_nmf])
def test_every_way_tells_the_farm_from_the_sea(way: Callable[[Bags], topic_fits.Fit], words: Words, bags: Bags) -> None:
    seconds, topics = way(bags)
    assert seconds > 0 and len(topics) == 2
    judged = Judged.of(topics, words.content, words.whole)
    assert judged.perplexity is not None and 8 < judged.perplexity < 22
    if way is not topic_fits.by_gensim:  # three passes in one batch are too few
        assert sorted(len({*shown} & {*FARM}) for shown in topic_words.probable(topics)) == [0, 10]
        assert judged.probable.diversity == judged.relevant.diversity == 1 and judged.probable.coherence > 0


TOMOTOPY = """#!/bin/sh
exec {python} -c '
import json, sys, numpy
file, made, told = sys.argv[3:]
rows = [json.loads(line) for line in open(file)]
words = sorted({{word for row in rows for word in row}})
numpy.save(made, [[1 + number + topic * 100 for number in range(len(words))] for topic in range(told.count("2"))])
print(json.dumps({{"seconds": 1.5, "words": words}}))
' "$@"
"""


@pytest.mark.usefixtures("two")
def test_what_tomotopy_says_is_read_by_its_own_words(bags: Bags, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(TOMOTOPY.format(python=sys.executable))
    python.chmod(0o755)
    seconds, topics = topic_fits.by_tomotopy(python, bags, tmp_path)
    assert (seconds, list(topics.vocabulary.terms)) == (1.5, sorted(FARM + SEA))
    assert topic_words.probable(topics)[0] == sorted(FARM + SEA)[:-11:-1]


def test_first_words_are_single_ones_by_how_probable_they_are() -> None:
    made = topic_fits.plain(["wheat", "wheat field", "barley"], np.array([[2, 1], [3, 0], [1, 4]]))
    assert topic_words.probable(made) == [["wheat", "barley"], ["barley", "wheat"]]


def test_words_count_for_nothing_but_themselves_where_a_way_does_not_weigh_them() -> None:
    made = topic_fits.plain(["wheat", "barley"], np.ones((2, 3)))
    columns, often = made.bag(np.array([hashed("barley")] * 3 + [hashed("wheat")], np.uint64))
    assert (columns.tolist(), often.tolist()) == ([0, 1], [1, 3])


def test_ways_are_told_with_what_ours_is_worth_against_each() -> None:
    seconds = {topics.OURS: [2.0, 4.0], topics.GENSIM: [20.0, 32.0]}
    judged = {
        topics.OURS: Judged(Shown(0.15, 0.8), Shown(0.17, 0.9), 2345.6),
        topics.GENSIM: Judged(Shown(0.1, 0.75), Shown(0.18, 0.85), None),
    }
    assert list(topics.rows(seconds, judged)) == [
        [topics.OURS, "3", "0.150", "0.80", "0.170", "0.90", "2,350", "", "", ""],
        [topics.GENSIM, "26", "0.100", "0.75", "0.180", "0.85", "", "9x", "+0.050", "-0.010"],
    ]
    assert all(len(row) == len(topics.HEADS) for row in topics.rows(seconds, judged))


def test_all_of_it_is_measured_in_turn(two: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(peer: str) -> Path:
        raise Missing("no uv")

    monkeypatch.setattr(topics, "interpreter", missing)
    monkeypatch.setattr(topics, "ARTICLES", 80)
    random = Random(4)
    texts = (" ".join(random.choices(SEA if number % 2 else FARM, k=6)) for number in range(120))
    section = topics.measure(Setting(written(tmp_path / "a.jsonl", ({"text": one} for one in texts)), 1, 1, tmp_path))
    ways = [row[0] for row in section.rows]
    assert ways == [topics.OURS, topics.PHRASES, topics.GENSIM, topics.SKLEARN, topics.NMF]
    assert [row[0] for row in section.rows if not row[6]] == list(topics.UNASKED)
    assert section.notes[0] == "80 articles, 21 different words and 0 phrases, 50 topics."  # one is in too many
    assert "tomotopy can't be installed here: no uv" in section.notes
