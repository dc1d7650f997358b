"""An article cut into plain, deciding and left-out pieces."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.article import Article
from training.explain import Evidence
from training.leftovers import Removed
from training.marking import Part, Piece, added_up, headline_end, is_named, marked
from training.model import Labelling, Model, ScoredLabel

TEXT = "Syria and Libya met.\nShare this"


def labelling(*labels: ScoredLabel, removed: tuple[Removed, ...] = ()) -> Labelling:
    return Labelling(None, list(labels), [], None, list(removed), {})


def label(id: str, *evidence: Evidence, assigned: bool = True) -> ScoredLabel:
    return ScoredLabel(id, id, 0.9, assigned, 2.2, list(evidence), 2.2 - sum(found.weight for found in evidence))


SYRIA = Evidence(0, 5, "Syria", "names", 2.0)
LIBYA = Evidence(10, 15, "Libya", "names", 1.5)
BOTH = Evidence(0, 15, "Syria and Libya", "word", 0.5)
SHARE = Removed(21, 31, "share")


@pytest.mark.parametrize(
    "said, pieces",
    [
        (labelling(), [Piece(TEXT)]),
        (labelling(label("SY", SYRIA)), [Piece("Syria", ("SY",), 2.0), Piece(TEXT[5:])]),
        (labelling(label("SY", SYRIA, assigned=False)), [Piece(TEXT)]),
        (labelling(ScoredLabel("SY", "Syria", 0.9, True, 2.2)), [Piece(TEXT)]),
        (labelling(removed=(SHARE,)), [Piece(TEXT[:21]), Piece("Share this", reason="share")]),
        (
            labelling(label("SY", SYRIA), label("LY", LIBYA)),
            [Piece("Syria", ("SY",), 2.0), Piece(" and "), Piece("Libya", ("LY",), 1.5), Piece(TEXT[15:])],
        ),
        (
            labelling(label("SY", SYRIA), label("LY", BOTH)),
            [Piece("Syria", ("SY", "LY"), 2.0), Piece(" and Libya", ("LY",), 0.5), Piece(TEXT[15:])],
        ),
        (labelling(label("SY", SYRIA, LIBYA._replace(weight=-1.5))), [Piece("Syria", ("SY",), 2.0), Piece(TEXT[5:])]),
        (labelling(label("SY", SYRIA, LIBYA._replace(weight=0.05))), [Piece("Syria", ("SY",), 2.0), Piece(TEXT[5:])]),
    ],
    ids=[
        "nothing",
        "one",
        "not assigned",
        "no evidence asked for",
        "left out",
        "two",
        "overlapping",
        "what speaks against it",
        "what is too light to tell",
    ],
)
def test_pieces_say_for_which_labels_they_spoke(said: Labelling, pieces: list[Piece]) -> None:
    assert [piece for piece in marked(Article(TEXT), said) if piece.text] == pieces


def test_the_label_a_piece_speaks_for_most_comes_first() -> None:
    said = labelling(label("SY", SYRIA, LIBYA._replace(kind="word", weight=0.1)), label("LY", LIBYA))
    [libya] = [piece for piece in marked(Article(TEXT), said) if piece.text == "Libya"]
    assert libya.labels == ("LY", "SY")


def test_title_and_text_are_marked_each_by_its_own_evidence() -> None:
    article = Article("Rain fell.", title="Syria waits")
    said = labelling(label("SY", SYRIA._replace(field="title")), removed=(Removed(0, 4, "share"),))
    assert marked(article, said, "title") == [Piece("Syria", ("SY",), 2.0), Piece(" waits")]
    assert marked(article, said) == [Piece("Rain", reason="share"), Piece(" fell.")]


def test_of_an_empty_text_there_are_no_pieces() -> None:
    assert "".join(piece.text for piece in marked(Article(""), labelling())) == ""


WORDS = ["Syria", "Libyan", "Damascus", "🕊️", "\n", ".", "Share on Facebook", "rebels", "<b>", "\u0301", "said"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join),
)
def test_the_pieces_put_together_are_the_article_as_sent(model: Model, text: str, title: str) -> None:
    article = Article(text, title=title)
    said = model.label(article, all=True, most=None)
    assigned = {label.id for label in said.labels if label.assigned}
    for field in ("text", "title"):
        pieces = marked(article, said, field)
        assert "".join(piece.text for piece in pieces) == getattr(article, field)
        assert all(set(piece.labels) <= assigned for piece in pieces)
        assert not any(piece.labels and piece.reason for piece in pieces)


# sums


def stretch(start: int, text: str, weight: float, kind: str = "names", field: str = "text") -> Evidence:
    return Evidence(start, start + len(text), text, kind, weight, field)


MANY = label(
    "SY",
    stretch(0, "Syria", 2.0, field="title"),
    stretch(0, "Syria's", 1.0),
    stretch(20, "Syria", 0.7),
    stretch(40, "SYRIA", 0.6),
    stretch(60, "Damascus", 0.5, "capital"),
    stretch(80, "truce", -0.4, "word"),
    stretch(90, "bread", 0.06, "word"),
    stretch(99, "bread", -0.02, "word"),
)


def test_stretches_of_the_same_words_are_added_together_but_for_the_headline() -> None:
    added = added_up(MANY)
    assert [part._replace(weight=round(part.weight, 2)) for part in added.parts] == [
        Part("Syria", 3, 2.3, word=False, in_headline=False),
        Part("Syria", 1, 2.0, word=False, in_headline=True),
        Part("Damascus", 1, 0.5, word=False, in_headline=False),
        Part("truce", 1, -0.4, word=True, in_headline=False),
    ]
    assert (added.lighter, round(added.lighter_weight, 2)) == (2, 0.04)
    assert [part.text for part in added.speaking_against] == ["truce"]
    assert len(added.speaking_for) == 3


def test_a_word_and_a_mention_of_the_same_letters_are_told_apart() -> None:
    added = added_up(label("TR", stretch(0, "Turkey", 1.0), stretch(9, "turkey", 0.5, "word")))
    assert [(part.text, part.word) for part in added.parts] == [("Turkey", False), ("turkey", True)]


@pytest.mark.parametrize("most", [0, 1, 2, 8])
def test_a_sum_adds_up_however_little_of_it_is_told(most: int) -> None:
    added = added_up(MANY, most=most)
    total = added.start + sum(part.weight for part in added.parts) + added.lighter_weight
    assert total == pytest.approx(added.score) == MANY.score
    assert len(added.parts) == min(most, 4)
    assert added.lighter + sum(part.times for part in added.parts) == 8


@pytest.mark.parametrize(
    ("article", "headline"),
    [
        (Article("Syria waits\n\nRain fell on the hills."), "Syria waits"),
        (Article("Syria waits\n\nRain fell on the hills.", title="Bread is dear"), ""),
        (Article("Rain fell on the hills."), ""),
        (Article(""), ""),
    ],
    ids=["a first line", "a title", "no headline", "nothing"],
)
def test_where_the_headline_of_a_text_ends(article: Article, headline: str) -> None:
    assert article.text[: headline_end(article)] == headline


def test_a_first_line_that_is_the_headline_counts_as_such() -> None:
    added = added_up(label("SY", stretch(0, "Syria", 2.0), stretch(20, "Syria", 1.0)), headline=11)
    assert [(part.in_headline, part.weight) for part in added.parts] == [(True, 2.0), (False, 1.0)]


@pytest.mark.parametrize(
    ("one", "named"),
    [(MANY, True), (label("SY", stretch(0, "truce", 1.0, "word")), False), (label("SY"), False)],
    ids=["mentions", "words alone", "nothing"],
)
def test_whether_a_label_is_named(one: ScoredLabel, named: bool) -> None:
    assert is_named(one) == added_up(one).named == named


def test_sums_of_the_samples_add_up(model: Model, samples: list[Article]) -> None:
    for article in samples[::40]:
        for one in model.label(article, all=True, most=None).labels:
            added = added_up(one, headline_end(article))
            total = added.start + sum(part.weight for part in added.parts) + added.lighter_weight
            assert total == pytest.approx(one.score)
