"""Focus: what is measured of small articles, worked out by hand, and what must hold of any."""

from __future__ import annotations

from math import isclose, log, log1p
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.article import Article
from training.focus import FEATURES, HOLD, LEAD, Floats, FocusModel, _average, features, fit, places
from training.mentions import Finder
from training.seeds import load
from training.text import Reading, read

LABELS = """
[LY]
name = "Libya"
demonyms = ["Libyan", "Libyans"]
capital = ["Tripoli"]
[SY]
name = "Syria"
demonyms = ["Syrian", "Syrians"]
capital = ["Damascus"]
places = ["Aleppo"]
people = ["Assad"]
[TN]
name = "Tunisia"
"""
PROSE = "The river rose all night, and by dawn the lower streets of the old town stood a metre under water. "


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder: Path = tmp_path_factory.mktemp("seeds")
    (folder / "countries.toml").write_text(LABELS, encoding="utf-8")
    return Finder.of(load(folder))


def measured(finder: Finder, reading: Reading) -> tuple[list[str], Floats]:
    mentions = finder.find(reading)
    columns, rows = features(reading, mentions, places(reading, mentions))
    return [mentions.labels[column] for column in columns], rows


def focus(finder: Finder, text: str, title: str = "", dateline: str | None = None) -> dict[str, dict[str, float]]:
    """The features of every label by their names."""
    reading = read(Article(text, title, dateline=dateline))
    labels, rows = measured(finder, reading)
    assert rows.shape == (len(labels), len(FEATURES)) and np.isfinite(rows).all()
    return {label: dict(zip(FEATURES, row, strict=True)) for label, row in zip(labels, rows.tolist(), strict=True)}


def test_every_feature_of_a_small_article_is_as_worked_out_by_hand(finder: Finder) -> None:
    # tokens: syria votes | damascus | rebels left aleppo | libya watched and syrians slept -- 11 words, 4 sentences
    measured = focus(finder, "Rebels left Aleppo. Libya watched and Syrians slept.", "Syria votes", "DAMASCUS")
    assert measured["SY"] == pytest.approx(
        {
            "in headline": 1,
            "news peg": 1,
            "peg alone": 0,  # four times its share of one in five
            "in lead": 2,  # Aleppo, Syrians
            "in dateline": 1,
            "mentions": log(5),
            "density": 3,  # 4 of at least 50 words are 8 in a hundred, 3 is the most
            "share": 4 / 5,
            "ratio to top": 1,
            "is top": 1,
            "sentences": 1,  # 4 of 4
            "spread": 3 / 5,  # of the 8 words of the text, words 2 and 6 are in its second and fourth fifth
            "distinct seeds": log(5),
            "by name": 2 / 4,  # Syria, Syrians
            "starts at": 0,
            "labels named": log(2),
            "length": log(12),
            "text held": 3 / 8,  # Aleppo until Libya, Syrians to the end
            "lead share": 2 / 3,
            "ends at": 9 / 11,
            "dateline only": 0,
            "labels in lead": log(3),
        }
    )
    assert measured["LY"] == pytest.approx(
        {
            "in headline": 0,
            "news peg": 0,
            "peg alone": 0,
            "in lead": 1,
            "in dateline": 0,
            "mentions": log(2),
            "density": 2,
            "share": 1 / 5,
            "ratio to top": 1 / 4,
            "is top": 0,
            "sentences": 1 / 4,
            "spread": 1 / 5,
            "distinct seeds": log(2),
            "by name": 1,
            "starts at": 6 / 11,
            "labels named": log(2),
            "length": log(12),
            "text held": 3 / 8,  # Libya until Syrians
            "lead share": 1 / 3,
            "ends at": 6 / 11,
            "dateline only": 0,
            "labels in lead": log(3),
        }
    )


VALUES = {
    "a title": ("in headline", "Syria votes", "It rained.", 1),
    "two in the title count once": ("in headline", "Syria for Syrians", "It rained.", 1),
    "a first line that looks like a headline": ("in headline", "", f"Syria votes\n{PROSE}", 1),
    "a first line that is a sentence": ("in headline", "", f"Syria votes.\n{PROSE}", 0),
    "a first line under a title": ("in headline", "It rains", f"Syria votes\n{PROSE}", 0),
    "the headline is no lead": ("in lead", "", f"Syria votes\n{PROSE}", 0),
    "the lead counts three at most": ("in lead", "", "Syria, Syria, Syria, Syria and Syria.", 3),
    "the last word of the lead": ("in lead", "Rain", "word " * (LEAD - 1) + "Syria", 1),
    "the first word after the lead": ("in lead", "Rain", "word " * LEAD + "Syria", 0),
    "the lead begins after the headline": ("in lead", "", "Rain goes on\n" + "word " * (LEAD - 1) + "Syria", 1),
    "a dateline in the text": ("in dateline", "", f"DAMASCUS, Syria (Agency) - {PROSE}", 1),
    "a dateline is no lead": ("in lead", "", f"DAMASCUS, Syria (Agency) - {PROSE}", 0),
    "density in words": ("density", "", "word " * 199 + "Syria", 0.5),
    "density of a short text": ("density", "", "Syria votes", 2),
    "a peg in the second sentence": ("news peg", "Syria votes", "It rained. Syrians waited.", 1),
    "no peg in the third sentence": ("news peg", "Syria votes", "It rained. It stopped. Syrians waited.", 0),
    "no peg without the headline": ("news peg", "Rain", "Syrians waited.", 0),
    "no peg without the text": ("news peg", "Syria votes", "It rained.", 0),
    "a peg that gives way": ("peg alone", "Syria votes", "Syrians waited. " + "Libya " * 10, 1 - (2 / 12) / 0.2),
    "a peg that does not": ("peg alone", "Syria votes", "Syrians waited. " + "Libya " * 8, 0),
    "spelled the same": ("distinct seeds", "", "Syria, SYRIA and Syria's", log1p(1)),
    "spelled otherwise": ("distinct seeds", "", "Syria, Syrian and Syrians", log1p(3)),
    "one sentence of four": ("sentences", "", "It rained. Syria, Syria. It rained. It stopped.", 1 / 4),
    "named by its capital only": ("by name", "", "Damascus, Aleppo and Assad", 0),
    "spread over the whole": ("spread", "", "Syria a Syria b Syria c Syria d Syria e", 1),
    "alone": ("labels named", "", "Syria", 0),
    "held to the end": ("text held", "Rain", "word word word Syria", 1 / 4),
    "held as long as anything is": ("text held", "Rain", "Syria" + " word" * (2 * HOLD - 1), 1 / 2),
    "held until the next one": ("text held", "Rain", "Syria word word Libya", 3 / 4),
    "held on by the same": ("text held", "Rain", "Syria word Syria word", 1),
    "the title holds no text": ("text held", "Syria votes", "word word Libya", 0),
    "a dateline holds no text": ("text held", "", f"DAMASCUS, Syria (Agency) - {PROSE}", 0),
    "most of the lead": ("lead share", "Rain", "Syria, Syria, Syria and Libya", 3 / 4),
    "nobody in the lead": ("lead share", "Syria votes", "It rained.", 0),
    "below the lead": ("lead share", "Rain", "Libya " + "word " * LEAD + "Syria", 0),
    "ends where it is named last": ("ends at", "Rain", "Syria word Syria word", 3 / 5),
    "ends in the title": ("ends at", "Rain Syria", "word word", 1 / 4),
    "only in the dateline": ("dateline only", "", f"DAMASCUS, Syria (Agency) - {PROSE}", 1),
    "in the dateline and below": ("dateline only", "", f"DAMASCUS (Agency) - {PROSE} Syrians waited.", 0),
    "without a dateline": ("dateline only", "", "Syrians waited.", 0),
    "two labels in the lead": ("labels in lead", "", "Syria, Syria and Libya", log(3)),
    "a second label below the lead": ("labels in lead", "Rain", "Syria " + "word " * LEAD + "Libya", log(2)),
    "no label in the lead": ("labels in lead", "Syria votes", "It rained.", 0),
}


@pytest.mark.parametrize(("feature", "title", "text", "value"), VALUES.values(), ids=VALUES)
def test_values_worked_out_by_hand(finder: Finder, feature: str, title: str, text: str, value: float) -> None:
    assert focus(finder, text, title)["SY"][feature] == pytest.approx(value)


def test_nothing_named_gives_no_rows(finder: Finder) -> None:
    assert focus(finder, PROSE, "Rain") == focus(finder, "") == {}


def test_labels_are_sorted(finder: Finder) -> None:
    assert list(focus(finder, "Tunisia, Syria, Libya")) == ["LY", "SY", "TN"]


CENTRAL = (
    "Syrians voted on Sunday, and in Damascus the polls closed late. "
    f"{PROSE}In Aleppo nobody came. {PROSE}Syria has not voted since the spring, and Assad said that it need not. "
    f"{PROSE}The last vote in Libya was quieter. {PROSE}Syrians will know on Friday."
)


def test_a_central_label_stands_above_one_named_in_passing(finder: Finder) -> None:
    measured = focus(finder, CENTRAL, "Syria votes at last")
    central, passing = measured["SY"], measured["LY"]
    more = [
        "text held",
        "lead share",
        "ends at",
        "in headline",
        "news peg",
        "in lead",
        "mentions",
        "density",
        "share",
        "ratio to top",
        "is top",
        "sentences",
        "spread",
    ]
    assert [name for name in [*more, "distinct seeds"] if central[name] <= passing[name]] == []
    assert central["starts at"] < passing["starts at"]
    assert central["length"] == passing["length"] and central["labels named"] == passing["labels named"]


def test_naming_one_more_country_in_passing_takes_little_from_the_central_one(finder: Finder) -> None:
    before = focus(finder, CENTRAL)["SY"]
    after = focus(finder, f"{CENTRAL} So did Tunisia.")["SY"]
    assert 0.8 * before["share"] < after["share"] < before["share"]
    assert after["ratio to top"] == before["ratio to top"] and after["mentions"] == before["mentions"]
    assert after["labels named"] > before["labels named"]


def test_more_words_around_make_it_thinner_and_no_less_shared(finder: Finder) -> None:
    short, long = (focus(finder, CENTRAL + PROSE * times)["LY"] for times in (1, 5))
    assert long["density"] < short["density"] and long["sentences"] < short["sentences"]
    assert long["share"] == short["share"] and long["length"] > short["length"]


def test_the_earlier_it_stands_the_earlier_it_starts(finder: Finder) -> None:
    starts = [focus(finder, PROSE * n + "Libya. " + PROSE * (4 - n))["LY"]["starts at"] for n in range(5)]
    assert starts == sorted(starts) and starts[0] == 0 and 0.7 < starts[-1] < 1


TOKENS = st.lists(st.sampled_from("Syria Syrian Damascus Libya Libyan Tripoli rain fell and .".split()), max_size=80)
SWAP = {"Syria": "Libya", "Syrian": "Libyan", "Damascus": "Tripoli"}
SWAP |= {other: one for one, other in SWAP.items()}


@given(TOKENS, st.booleans())
@settings(max_examples=50)
def test_what_is_measured_does_not_depend_on_which_country_it_is(
    finder: Finder, words: list[str], titled: bool
) -> None:
    title = "Syria and rain" if titled else ""
    words += [PROSE] * 2  # so that it reads like an article, not like leftovers
    one = focus(finder, " ".join(words), title)
    other = focus(finder, " ".join(SWAP.get(word, word) for word in words), title.replace("Syria", "Libya"))
    assert {"SY": one.get("SY"), "LY": one.get("LY")} == {"SY": other.get("LY"), "LY": other.get("SY")}


@given(TOKENS, TOKENS)
@settings(max_examples=50)
def test_features_keep_their_bounds(finder: Finder, title: list[str], text: list[str]) -> None:
    labels, rows = measured(finder, read(Article(" ".join(text), " ".join(title))))
    if not labels:
        return
    of = dict(zip(FEATURES, rows.T, strict=True))
    assert isclose(of["share"].sum(), 1) and of["ratio to top"].max() == 1 and of["is top"].max() == 1
    for name in (
        "in headline",
        "news peg",
        "peg alone",
        "in dateline",
        "share",
        "ratio to top",
        "sentences",
        "spread",
        "by name",
        "starts at",
        "text held",
        "lead share",
        "ends at",
        "dateline only",
    ):
        assert (of[name] >= 0).all() and (of[name] <= 1).all()
    assert (of["ends at"] >= of["starts at"]).all() and of["text held"].sum() <= 1 + 1e-9
    assert of["lead share"].sum() == pytest.approx(float(of["labels in lead"].max() > 0))
    assert (rows >= 0).all() and (of["in lead"] <= 3).all() and (of["density"] <= 3).all()


def test_effects_are_lines_that_bend_where_they_are_told() -> None:
    model = FocusModel(
        np.array([[2.0, 3.0], [0.0, 0.0]]), np.array([[1.0, -1.0, 4.0], [0.5, 9.0, 9.0]]), -2.0, np.zeros(2)
    )
    rows = np.array([[0.0, 0.0], [1.0, 2.0], [2.5, 0.0], [5.0, 4.0]])
    effects = [[0, 0], [4, 1], [2.5 - 2 + 10, 0], [5 - 2 + 12, 2]]
    assert model.effects(rows) == pytest.approx(np.array(effects))
    assert model.score(rows) == pytest.approx([-2, 3, 8.5, 15])


GRID = np.linspace(0, 1, 101)[:, None]


def test_a_fit_finds_what_counts_and_leaves_out_what_does_not() -> None:
    rows = np.hstack([GRID, np.ones_like(GRID)])
    model = fit(rows, [bool(x > 0.5) for x in GRID[:, 0]])
    assert model.score(np.array([[0.1, 1.0], [0.9, 1.0]])) @ [-1, 1] > 2
    assert model.effects(np.array([[0.0, 0.0]])) == pytest.approx(0)
    assert model.effects(rows)[:, 1] == pytest.approx(0, abs=1e-6)


def test_a_fit_may_bend_back() -> None:
    model = fit(GRID, [bool(0.35 < x < 0.7) for x in GRID[:, 0]], strength=10)
    low, middle, high = model.score(np.array([[0.05], [0.5], [0.95]]))
    assert middle > 0 > max(low, high)


def test_a_fit_does_not_depend_on_the_order_of_the_labels() -> None:
    central = [bool(x > 0.3) for x in GRID[:, 0]]
    one, other = fit(GRID, central), fit(GRID[::-1], central[::-1])
    assert one.score(GRID) == pytest.approx(other.score(GRID), abs=1e-3)


def test_a_row_counts_as_much_as_its_weight() -> None:
    rows = np.repeat([0.0, 1.0, 2.0, 3.0], 10)[:, None]  # too few values for knots, whose places weights do not move
    central = [number % 10 < 3 * x for number, x in enumerate(rows[:, 0])]
    counts = np.where(np.arange(40) % 4 == 0, 5, 1)
    weighted = fit(rows, central, counts.astype(float), strength=0.1)
    repeated = fit(np.repeat(rows, counts, axis=0), np.repeat(central, counts), strength=0.1)
    alike = fit(rows, central, np.ones(40), strength=0.1)
    assert weighted.score(rows) == pytest.approx(repeated.score(rows), abs=1e-3)
    assert weighted.passing == pytest.approx(repeated.passing)
    assert alike.score(rows) == pytest.approx(fit(rows, central, strength=0.1).score(rows))
    assert weighted.score(rows) != pytest.approx(alike.score(rows), abs=0.05)


def test_heavier_rows_outvote_lighter_ones() -> None:
    rows, central = np.vstack([GRID, GRID]), np.repeat([True, False], len(GRID))
    weights = np.concatenate([np.where(GRID[:, 0] > 0.5, heavy, 1.0) for heavy in (9.0, 1.0)])
    low, high = fit(rows, central, weights).score(np.array([[0.1], [0.9]]))
    assert high > low + 1


def test_a_scaled_model_gives_scaled_and_shifted_scores() -> None:
    model = fit(GRID, [bool(x > 0.3) for x in GRID[:, 0]])
    scaled = model.scaled(0.7, -1.5)
    assert scaled.score(GRID) == pytest.approx(0.7 * model.score(GRID) - 1.5)
    assert scaled.lift(GRID) == pytest.approx(0.7 * model.lift(GRID))
    assert (scaled.knots == model.knots).all() and (scaled.passing == model.passing).all()


@pytest.mark.parametrize("columns", [1, 2, 7, 8, 9, 17, 154])
@pytest.mark.parametrize("weighted", [True, False])
def test_averages_of_some_columns_are_those_of_all_to_the_last_digit(columns: int, weighted: bool) -> None:
    random = np.random.default_rng(columns)
    terms, weights = random.random((3001, columns)), random.random(3001) if weighted else None
    assert _average(terms, weights).tolist() == np.average(terms, axis=0, weights=weights).tolist()
