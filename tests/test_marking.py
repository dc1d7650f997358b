"""An article cut into plain, deciding and left-out pieces."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.article import Article
from training.explain import Evidence
from training.leftovers import Removed
from training.marking import Piece, marked
from training.model import Labelling, Model, ScoredLabel

TEXT = "Syria and Libya met.\nShare this"


def labelling(*labels: ScoredLabel, removed: tuple[Removed, ...] = ()) -> Labelling:
    return Labelling(None, list(labels), [], None, list(removed), {})


def label(id: str, *evidence: Evidence, assigned: bool = True) -> ScoredLabel:
    return ScoredLabel(id, id, 0.9, assigned, list(evidence))


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
        (labelling(ScoredLabel("SY", "Syria", 0.9, True)), [Piece(TEXT)]),
        (labelling(removed=(SHARE,)), [Piece(TEXT[:21]), Piece("Share this", reason="share")]),
        (
            labelling(label("SY", SYRIA), label("LY", LIBYA)),
            [Piece("Syria", ("SY",), 2.0), Piece(" and "), Piece("Libya", ("LY",), 1.5), Piece(TEXT[15:])],
        ),
        (
            labelling(label("SY", SYRIA), label("LY", BOTH)),
            [Piece("Syria", ("SY", "LY"), 2.0), Piece(" and Libya", ("LY",), 0.5), Piece(TEXT[15:])],
        ),
    ],
    ids=["nothing", "one", "not assigned", "no evidence asked for", "left out", "two", "overlapping"],
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
