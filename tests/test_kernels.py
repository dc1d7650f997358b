"""The compiled loops say what plain Python says: of all samples, of real news, and of whatever hypothesis makes up.

Plain Python is what read, searched and explained before the loops did, in the modules ``tests.plain_*``. These rules
were changed in both when the loops came:

- words are folded character by character: a sigma at the end of a word is any sigma; a character that stands for a
  letter and a dot counts as the letter; one of which nothing is left counts as its code wherever it stands; ø, æ and
  their like are spelled out in abbreviations too;
- ʼ is an apostrophe and no letter, avagraha (ऽ) is a letter, and a joiner keeps no possessive from being one;
- what is no letter (marks, circled letters) has no say in whether a word is in capitals; a possessive is one whatever
  its apostrophe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import plain_explain, plain_focus, plain_mentions, plain_text
from tests.conftest import SEEDS, SHARED
from tests.helping import judged
from tests.test_mentions import LABELS
from training import focus, text
from training.article import Article
from training.classifier import Classifier, Example
from training.explain import Explainer
from training.kernels import words
from training.mentions import Finder
from training.model import Model
from training.readers import read as articles
from training.seeds import Seeds, load
from training.tfidf import Vocabulary, words_table

NEWS = SHARED / "corpora" / "news.jsonl.gz"
FINDERS = tuple[Finder, plain_mentions.Finder]


def real_news() -> list[Article]:
    """Give 300 articles of the news beside the checkout, none without it."""
    if not NEWS.exists():
        pytest.skip(f"needs {NEWS}, which is not part of the product")
    return list(islice(articles(NEWS), 300))


@cache
def real() -> Seeds:
    return load(SEEDS)


@cache
def small() -> Seeds:
    with TemporaryDirectory() as folder:
        Path(folder, "countries.toml").write_text(LABELS, encoding="utf-8")
        Path(folder, "given_names.txt").write_text("michael katie", encoding="utf-8")
        return load(Path(folder))


@cache
def finders(seeds: Callable[[], Seeds]) -> FINDERS:
    return Finder.of(seeds()), plain_mentions.Finder(seeds())


def shape(reading: plain_text.Reading, token: int) -> int:
    """Give the bits that say how a word is written."""
    surface, word = reading.surface(token, token + 1), reading.tokens.words[token]
    letters = plain_text.letters_of(surface)
    return (
        words.CAPITAL * surface[0].isupper()
        | words.UPPERS * any(char.isupper() for char in letters)
        | words.LOWERS * any(char.islower() or char.istitle() and not char.isupper() for char in letters)
        | words.BARE * plain_text.bare(surface).isupper()
        | words.POSSESSIVE * plain_text.owns(surface)
        | words.SINGLE * (len(word) == 1)
        | words.TERM * plain_text.is_term(word)
        | words.LONG * (len(word) > 2 and word.isalpha())
    )


def assert_read_alike(article: Article) -> None:
    ours, plain = text.read(article), plain_text.read(article)
    tokens, count = plain.tokens, len(plain.tokens)
    assert [ours.place(token, token + 1) for token in range(len(ours))] == [
        (plain.field(token)[0], tokens.starts[token], tokens.ends[token]) for token in range(count)
    ]
    assert ours.words == tokens.words
    assert ours.tokens.hashes.tolist() == [text.hashed(word) for word in tokens.words]
    assert ours.tokens.sentences.tolist() == tokens.sentences
    assert ours.tokens.shapes.tolist() == [shape(plain, token) for token in range(count)]
    assert (ours.title_end, ours.text_start, ours.headline_end) == (
        plain.title_end,
        plain.text_start,
        plain.headline_end,
    )
    assert range(*ours.dateline) == plain.dateline_tokens


def assert_found_alike(both: FINDERS, article: Article) -> None:
    ours, plain = text.read(article), plain_text.read(article)
    found, mentions = both[0].find(ours), both[1].find(plain)
    assert [*found] == mentions
    at, places = focus.places(ours, found), plain_focus.places(plain, mentions)
    for name in at._fields:
        assert getattr(at, name).tolist() == getattr(places, name).tolist(), name
    (columns, rows), (labels, expected) = focus.features(ours, found, at), plain_focus.features(plain, mentions)
    assert [found.labels[column] for column in columns] == labels
    np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-12)


def assert_explained_alike(
    classifier: Classifier, both: FINDERS, stop_words: frozenset[str], chosen: Iterable[Article]
) -> None:
    columns = {term: column for column, term in enumerate(classifier.vocabulary.terms)}
    for article in chosen:
        ours, plain = text.read(article), plain_text.read(article)
        found = both[0].find(ours)
        at = focus.places(ours, found)
        example = Example.read(ours, found, at, words_table(stop_words))
        explainer = Explainer(classifier, ours, judged(found, at, example, classifier.predict(example)))
        plainly = plain_explain.Explainer(classifier, columns, plain, both[1].find(plain), stop_words)
        for label in {*example.named, *classifier.rows}:
            number = classifier.labels.index(label)
            weights = {one._replace(weight=0.0): one.weight for one in explainer.evidence(number)}
            expected = {one._replace(weight=0.0): one.weight for one in plainly.evidence(label)}
            assert weights.keys() <= expected.keys()
            for place, weight in expected.items():
                assert weights.get(place, 0.0) == pytest.approx(weight, abs=5.1e-5), place  # as it is rounded


PROSE = "The river rose all night, and by dawn the lower streets of the old town stood a metre under water."
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=12)  # even half a surrogate pair
PIECES = [
    *"aAsSéÉßσςΣ½Ⅷﷺ東ǅⅿʼŉऽ⒈ﹰͅ",
    *".,;!?…'’‘\"”)(-",
    *"\u0301\u00ad\u200d\u2028\r\n\n\t  \u00a0",
    *("U.S.", "É.U", "a.b.cd", "St. ", "Gen. ", "J. ", "'s", "’S ", ". ", ".\xa0", "?” ", "\n\n", "\n  ", "**"),
    *("CAIRO (Agency) - ", "NEW YORK, May 3 (X) — ", "14:05 GMT ", "Read more:\n", "Share\n", PROSE),
    *("J.\xa0b", "Gen.\xa0B", "St.\xa0"),
    *(
        "grain and barges were waiting upriver all week for\n",
        "the signal to move, said nobody at the old northern port\n",
    ),
]
LINES = [f"{'x' * (length - 2)} {end}" for length in (3, 39, 40, 41, 89, 90, 91) for end in "y,"]
WRAPPED = st.lists(st.sampled_from([*LINES, "  " + LINES[6], ""]), max_size=12).map("\n".join)
TEXTS = WRAPPED | st.lists(st.sampled_from(PIECES) | ANYTHING, max_size=40).map("".join)
SHORT = st.lists(st.sampled_from(PIECES) | ANYTHING, max_size=6).map("".join)
WRITTEN = st.builds(
    lambda text, title, dateline: Article(text, title, dateline=dateline), TEXTS, SHORT, st.none() | SHORT
)


@cache
def glue(seeds: Callable[[], Seeds]) -> list[str]:
    """Give what is worth putting side by side: names, regions, decoys, cues of guards, given names, offices."""
    known = list(seeds().labels.values())
    terms = [term for label in known for _, term in label]
    terms += [term for label in known for term in (*label.regions, *label.decoys)]
    terms += [cue for label in known for guard in label.guards for cue in (*guard.unless, *guard.needs, *guard.terms)]
    return terms + [name.title() for name in sorted(seeds().given_names)[:100]]


BETWEEN = [" "] * 8 + [", "] * 3 + [". ", "’s ", "'s ", "‘s ", "ʼs ", "\n", " \n  ", ".\n", "\n\n", ", , ", "; ", " ("]
BETWEEN += [" and ", " or ", " of ", "\xa0", ".\xa0", " ** ", " - ", " King ", " M. ", " a ", " J ", " Monday "]
BETWEEN += [" rain ", f" {'word ' * 12}\n", f" {'word ' * 29}"]
WAYS: list[Callable[[str], str]] = [str, str, str, str.upper, str.title, str.lower]


def named(seeds: Callable[[], Seeds]) -> st.SearchStrategy[Article]:
    """Make articles of few terms again and again, written in several ways, with signs and words between them."""
    pieces = st.tuples(st.sampled_from(WAYS), st.sampled_from(glue(seeds)), st.sampled_from(BETWEEN))
    chosen = st.lists(pieces, min_size=1, max_size=6)

    def texts(few: list[tuple[Callable[[str], str], str, str]], most: int) -> st.SearchStrategy[str]:
        again = st.tuples(st.sampled_from(few), st.sampled_from(BETWEEN)).map(lambda one: one[0][0](one[0][1]) + one[1])
        return st.lists(again | pieces.map(lambda one: one[0](one[1]) + one[2]) | ANYTHING, max_size=most).map("".join)

    return chosen.flatmap(
        lambda few: st.builds(
            lambda text, title, dateline: Article(text, title, dateline=dateline),
            texts(few, 40),
            texts(few, 5),
            st.none() | texts(few, 3),
        )
    )


def test_words_of_the_samples(samples: list[Article]) -> None:
    for article in samples:
        assert_read_alike(article)


def test_words_of_real_news() -> None:
    for article in real_news():
        assert_read_alike(article)


@given(WRITTEN)
@settings(max_examples=300)
def test_words_of_anything(article: Article) -> None:
    assert_read_alike(article)


def test_mentions_of_the_samples(samples: list[Article]) -> None:
    for article in samples:
        assert_found_alike(finders(real), article)


def test_mentions_of_real_news() -> None:
    for article in real_news():
        assert_found_alike(finders(real), article)


@given(named(real) | WRITTEN)
@settings(max_examples=200)
def test_mentions_of_anything(article: Article) -> None:
    assert_found_alike(finders(real), article)


@given(named(small))
@settings(max_examples=300)
def test_mentions_by_few_seeds_with_all_sorts_of_guards(article: Article) -> None:
    assert_found_alike(finders(small), article)


def test_evidence_of_the_samples(worded: Model, samples: list[Article]) -> None:
    assert_explained_alike(worded.classifier, finders(real), worded.seeds.stop_words, samples[::12])


def test_evidence_of_real_news(worded: Model) -> None:
    assert_explained_alike(worded.classifier, finders(real), worded.seeds.stop_words, real_news()[::20])


GRAMS = "word, word word, syria, libya, syria libya, libya syria, new mexico, new, rain, idaho, tripoli libya, u.s."


@given(article=named(small))
@settings(max_examples=150)
def test_evidence_of_anything(trained: Model, article: Article) -> None:
    terms = GRAMS.split(", ")
    labels = sorted(small().labels)
    random = np.random.default_rng(7)
    made = Classifier(
        labels,
        trained.classifier.focus,
        vocabulary=Vocabulary.of(terms, random.uniform(1, 3, len(terms)).astype(np.float32)),
        rows={"LY": 0, "SY": 1, "US": 2},
        weights=random.normal(0, 2, (len(terms), 3)).astype(np.float32),
        gains=np.array([0.8, 1.1, 2.0]),
        biases=np.array([-0.3, 0.2, 0.0]),
        unnamed=np.array([np.nan, -3.0, -1.0]),
    )
    assert_explained_alike(made, finders(small), frozenset({"the", "of"}), [article])
    bare = replace(made, rows={}, weights=made.weights[:, :0].copy(), gains=made.gains[:0], unnamed=made.unnamed[:0])
    assert_explained_alike(bare, finders(small), frozenset(), [article])
