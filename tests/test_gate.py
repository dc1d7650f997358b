"""The gate: each criterion refuses what it must and nothing else; chance refuses hardly anybody."""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from service.cli import desk
from tests.conftest import SEEDS
from tests.helping import publish, tiny_model, tiny_rows, write_rows, write_tiny_seeds
from training import bootstrap, corpus, seeds
from training.article import Article
from training.bootstrap import BRIER, MACRO, MICRO, Difference
from training.errors import ArticleError, InputError, StoreError
from training.evaluate import Answer, Counts, Evaluation, Truth
from training.gate import Check, Comparison, Gate, Verdict, bytes_of, compare, cost, judge
from training.gate.canaries import assigned, canaries_right
from training.gate.cost import fast_enough, pace, small_enough, some
from training.gate.scores import no_surprise, no_worse
from training.gate.topics import topics_stay
from training.mentions import Finder
from training.model import Model
from training.progress import unseen
from training.readers import Skips, read
from training.registry import Registry
from training.settings import Settings
from training.store import Store, url_of
from training.topics import Topics

# the bounds


def test_every_bound_is_explained() -> None:
    assert [bound.name for bound in fields(Gate)] == re.findall(r"^        (\w+): ", Gate.__doc__ or "", re.M)


def test_bounds_are_read_from_a_file_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text("label = 0.03\nsupport = 50\nslowdown = inf\nkept = 1\n", encoding="utf-8")
    assert Gate.read(file) == Gate(label=0.03, support=50, slowdown=float("inf"), kept=1)
    file.write_text("", encoding="utf-8")
    assert Gate.read(file) == Gate()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("lable = 0.1", "unknown key 'lable'; known are risk, micro, macro, label"),
        ("[label]\nSY = 0.1", "label must be a number from 0 to 1, found {'SY': 0.1}"),
        ('label = "0.1"', "label must be a number from 0 to 1, found '0.1'"),
        ("micro = true", "micro must be a number from 0 to 1, found True"),
        ("micro = -0.1", "micro must be a number from 0 to 1, found -0.1"),
        ("risk = 0", "risk must be a number from 0.0001 to 0.5, found 0"),
        ("kept = 80", "kept must be a number from 0 to 1, found 80"),
        ("support = 0.5", "support must be a whole number from 1 up, found 0.5"),
        ("support = 0", "support must be a whole number from 1 up, found 0"),
        ("size = nan", "size must be a number from 0 up, found nan"),
        (f"size = 1{'0' * 400}", "size must be a number from 0 up, found 1000"),
        (f"canaries = {2**63}", "canaries must be a whole number from 0 up, found 9223372036854775808"),
        ("size = -1", "size must be a number from 0 up, found -1"),
        ("label 0.1", "can't be read as TOML: "),
    ],
    ids=lambda value: value.split(";")[0],
)
def test_what_is_wrong_in_a_file_is_told(tmp_path: Path, written: str, told: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(f"{file}: {told}")):
        Gate.read(file)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_bytes(b"label = 0.1 # \xff")
    with pytest.raises(InputError, match="can't be read"):
        Gate.read(tmp_path / "gate.toml")


# scores


def scored(name: str, articles: int, *differences: tuple[str, float, float, float], support: int = 100) -> Comparison:
    """Make a comparison of differences: score, champion's, challenger's, standard error; each label has ``support``."""
    labels = [score for score, *_ in differences if score not in {MICRO, MACRO, BRIER}] or ["SY"]
    champion = Evaluation({label: Counts(right=support) for label in labels})
    found = [Difference(score, before, after, 0, 0, spread) for score, before, after, spread in differences]
    return Comparison(name, articles, champion, champion, found)


def reasons(checks: Any) -> list[str]:
    return Verdict(list(checks)).reasons


@pytest.mark.parametrize(
    ("score", "before", "after", "spread", "told"),
    [
        ("SY", 0.9, 0.9, 0.0, None),
        ("SY", 0.9, 0.95, 0.001, None),
        ("SY", 0.9, 0.895, 0.0001, None),
        ("SY", 0.9, 0.8, 0.04, None),
        ("SY", 0.9, 0.8, 0.03, "F1 of SY on new articles falls from 0.900 to 0.800"),
        ("SY", 0.9, 0.88, 0.005, "F1 of SY on new articles falls from 0.900 to 0.880"),
        ("SY", 1.0, 0.0, 0.0, "F1 of SY on new articles falls from 1.000 to 0.000"),
        (MICRO, 0.9, 0.895, 0.0001, None),
        (MICRO, 0.9, 0.88, 0.001, "micro F1 on new articles falls from 0.900 to 0.880"),
        (MACRO, 0.9, 0.88, 0.02, None),
        (MACRO, 0.9, 0.88, 0.001, "macro F1 on new articles falls from 0.900 to 0.880"),
        (BRIER, 0.2, 0.1, 0.001, None),
        (BRIER, 0.1, 0.104, 0.0001, None),
        (BRIER, 0.1, 0.13, 0.02, None),
        (BRIER, 0.1, 0.13, 0.001, "the Brier score on new articles rises from 0.100 to 0.130"),
    ],
)
def test_a_score_is_refused_that_falls_beyond_chance_and_beyond_the_bound(
    score: str, before: float, after: float, spread: float, told: str | None
) -> None:
    (check,) = no_worse(Gate(), [scored("new", 100, (score, before, after, spread))])
    assert reasons([check]) == ([told] if told else [])
    assert check.measured is not None and check.bound is not None
    assert check.passed == (check.measured <= check.bound)
    assert re.search(r" on new articles ((falls|rises|goes) from|stays at) 0\.\d|1\.0", check.told)


@pytest.mark.parametrize("bound", ["micro", "macro", "label", "brier"])
def test_each_bound_is_for_its_own_score(bound: str) -> None:
    fallen = [(MICRO, 0.9, 0.8, 0.001), (MACRO, 0.9, 0.8, 0.001), ("SY", 0.9, 0.8, 0.001), (BRIER, 0.1, 0.2, 0.001)]
    wide: dict[str, Any] = {bound: 0.5}
    passed = [check.name for check in no_worse(Gate(**wide), [scored("new", 100, *fallen)]) if check.passed]
    names = {"micro": MICRO, "macro": MACRO, "label": "F1 of SY", "brier": "the Brier score"}
    assert passed == [f"{names[bound]}, new articles"]


def test_overall_scores_come_before_labels_and_new_articles_before_known_ones() -> None:
    all_of_them = [(MICRO, 0.9, 0.9, 0.0), ("SY", 0.9, 0.9, 0.0), (BRIER, 0.1, 0.1, 0.0)]
    checks = no_worse(Gate(), [scored(name, 100, *all_of_them) for name in ("new", "known")])
    assert [check.name for check in checks] == [
        "micro F1, new articles",
        "the Brier score, new articles",
        "micro F1, known articles",
        "the Brier score, known articles",
        "F1 of SY, new articles",
        "F1 of SY, known articles",
    ]


def test_the_more_is_asked_the_clearer_each_fall_must_be() -> None:
    alone = ("L0", 0.9, 0.8, 0.03)
    others = [(f"L{number}", 0.9, 0.9, 0.0) for number in range(1, 90)]
    assert reasons(no_worse(Gate(), [scored("new", 100, alone)]))
    assert not reasons(no_worse(Gate(), [scored("new", 100, alone, *others)]))
    assert reasons(no_worse(Gate(risk=0.5), [scored("new", 100, alone, *others)]))


@pytest.mark.parametrize(
    ("score", "articles", "support", "asked"),
    [
        ("SY", 1000, 19, False),
        ("SY", 1000, 20, True),
        (MICRO, 1000, 19, False),
        (MACRO, 1000, 20, True),
        (BRIER, 19, 0, False),
        (BRIER, 20, 0, True),
    ],
)
def test_what_rests_on_few_articles_is_not_asked(score: str, articles: int, support: int, asked: bool) -> None:
    comparison = scored("new", articles, (score, 1.0, 0.0, 0.0), support=support)
    assert len(list(no_worse(Gate(), [comparison]))) == asked
    assert len(list(no_worse(Gate(support=1000), [comparison]))) == 0


# chance: nights with models that are made up

LABELS = tuple(f"L{number:02}" for number in range(40))


def night(
    rng: np.random.Generator, worse: str = "", by: float = 0.0, articles: int = 800
) -> tuple[list[Truth], list[Answer], list[Answer]]:
    """Make articles, and the answers of two models that are as good, but for a label of which one knows less.

    An article is about one to three of LABELS, and names two others. What is hard in it is hard for both.
    """
    truths, answers = [], ([], [])  # type: ignore[var-annotated]
    often = 1 / (5 + np.arange(len(LABELS)))
    for _ in range(articles):
        named = rng.choice(len(LABELS), 5, replace=False, p=often / often.sum())
        about = int(rng.integers(1, 4))
        said = np.where(np.arange(5) < about, 2.5, -2.5) + rng.normal(0, 1, 5)
        truths.append((frozenset(LABELS[label] for label in named[:about]), frozenset[str]()))
        for its, loss in zip(answers, (0.0, by), strict=True):
            logits = said + rng.normal(0, 1, 5)
            logits[:about] -= [loss * (LABELS[label] == worse) for label in named[:about]]
            probable = {LABELS[label]: float(1 / (1 + np.exp(-x))) for label, x in zip(named, logits, strict=True)}
            its.append(Answer(frozenset(label for label, p in probable.items() if p >= 0.5), probable))
    return truths, *answers


def refused(gate: Gate, seed: int, worse: str = "", by: float = 0.0) -> list[str]:
    """Give what is refused of such a night; the bounds are closed, so that chance alone decides."""
    truths, before, after = night(np.random.default_rng(seed), worse, by)
    support = Counter(label for about, _ in truths for label in about)
    champion = Evaluation({label: Counts(right=often) for label, often in support.items()})
    found = [*bootstrap.compare(truths, before, after, draws=200)]
    found.append(bootstrap.compare_probabilities(truths, before, after, draws=200))
    comparison = Comparison("new", len(truths), champion, champion, found)
    checks = list(no_worse(replace(gate, micro=0, macro=0, label=0, brier=0), [comparison]))
    assert len(checks) > 30
    return [check.name for check in checks if not check.passed]


def test_models_that_are_as_good_are_hardly_ever_refused() -> None:
    nights = 100
    unlucky = sum(bool(refused(Gate(), seed)) for seed in range(nights))
    assert unlucky <= 3  # of 100 nights at a risk of .01, four or more come about once in fifty times


def test_if_each_label_were_asked_at_the_whole_risk_many_nights_would_be_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.gate.scores._errors", lambda risk, asked: 1.96)
    assert sum(bool(refused(Gate(), seed)) for seed in range(20)) > 5


def test_a_label_that_really_falls_is_caught() -> None:
    caught = ["F1 of L02, new articles" in refused(Gate(), seed, "L02", by=2.5) for seed in range(20)]
    assert sum(caught) >= 18


# labels that contradict the champion


def counted(name: str, champion: Counts, articles: int = 100) -> Comparison:
    return Comparison(name, articles, Evaluation({"SY": champion}), Evaluation({"SY": champion}))


RIGHT, WRONG = Counts(right=95, wrong=5), Counts(right=50, wrong=50)
SAID = {"out_of_fold": {"micro": {"f1": 0.96}}}


@pytest.mark.parametrize(
    ("comparisons", "about", "outcome"),
    [
        ([counted("new", WRONG), counted("known", RIGHT)], {}, "on articles it knows"),
        ([counted("new", RIGHT), counted("known", RIGHT)], {}, True),
        ([counted("new", WRONG), counted("known", WRONG)], SAID, True),
        ([counted("new", WRONG)], SAID, "when it was trained"),
        ([counted("new", RIGHT)], SAID, True),
        ([counted("new", WRONG)], {}, None),
        ([counted("known", WRONG)], SAID, None),
        ([counted("new", WRONG, articles=19), counted("known", RIGHT)], {}, None),
        ([counted("new", Counts(wrong=3)), counted("known", RIGHT)], {}, None),
        ([counted("new", Counts(wrong=90)), counted("known", RIGHT)], {}, "on articles it knows"),
        ([counted("partly judged", Counts(0, 90, 90), articles=99), counted("known", RIGHT)], {}, None),
        ([counted("partly judged", Counts(50, 60, 60), articles=150), counted("known", RIGHT)], {}, True),
        ([counted("partly judged", Counts(0, 90, 90), articles=150), counted("known", RIGHT)], {}, "on articles it"),
    ],
    ids=[
        "contradicted",
        "confirmed",
        "not good anywhere",
        "nothing known: what it said of itself",
        "nothing known, confirmed",
        "it said nothing",
        "nothing new",
        "too few articles",
        "articles about nothing",
        "labels taken away",
        "corrections, of which there may be many",
        "answers where it was in doubt",
        "a program that has gone wrong",
    ],
)
def test_new_labels_may_not_contradict_a_good_champion(
    comparisons: list[Comparison], about: dict[str, Any], outcome: bool | str | None
) -> None:
    checks = list(no_surprise(Gate(), comparisons, about))
    assert [check.passed for check in checks] == ([] if outcome is None else [outcome is True])
    if isinstance(outcome, str):
        (reason,) = reasons(checks)
        assert "contradict the current model" in reason and outcome in reason and "desk train" in reason
        assert not reasons(no_surprise(Gate(surprise=1, reversal=1), comparisons, about))


# topics


def lost(topics: Topics, *which: int) -> Topics:
    """Give the same topics, of which some are others by name."""
    about = [{**one, "id": f"new{n}"} if n in which else one for n, one in enumerate(topics.about)]
    return replace(topics, about=about)


def mixed_up(topics: Topics, many: int) -> Topics:
    """Give the same topics, the first of which have each other's ids."""
    ids = [topics.ids[(n + 1) % many] if n < many else id for n, id in enumerate(topics.ids)]
    return replace(topics, about=[{**one, "id": id} for one, id in zip(topics.about, ids, strict=True)])


@pytest.mark.parametrize(
    ("gone", "gate", "passed"),
    [
        ((), Gate(), True),
        ((0, 5, 9), Gate(), True),
        ((0, 5, 9, 12), Gate(), False),
        ((3,), Gate(kept=1), False),
        (tuple(range(8)), Gate(kept=0.5), False),
        (tuple(range(13)), Gate(kept=0), True),
    ],
    ids=["none", "three of thirteen", "four of thirteen", "one where all must stay", "more than half", "as you like"],
)
def test_most_topics_must_be_kept(trained: Model, gone: Sequence[int], gate: Gate, passed: bool) -> None:
    assert len(trained.topics) == 13
    kept, *_ = topics_stay(gate, trained.topics, lost(trained.topics, *gone))
    assert (kept.name, kept.measured, kept.passed) == ("topics kept", 13 - len(gone), passed)
    assert ("--fresh-topics" in kept.told) != passed


def test_of_few_topics_one_may_fade(trained: Model) -> None:
    topics = trained.topics
    shares = replace(topics.chronicle, shares=topics.chronicle.shares[:, :3])
    three = replace(topics, about=topics.about[:3], counts=topics.counts[:, :3], chronicle=shares)
    assert [check.passed for check in topics_stay(Gate(), three, lost(three, 1))] == [True, True]
    assert [check.passed for check in topics_stay(Gate(), three, lost(three, 1, 2))] == [False, True]


def test_topics_that_are_kept_must_be_what_they_were(trained: Model) -> None:
    topics = trained.topics
    same, few, most = (list(topics_stay(Gate(), topics, mixed_up(topics, many)))[1] for many in (1, 3, 12))
    assert same.name == "topics alike" and same.measured == pytest.approx(1)
    assert few.passed and not most.passed and "must be by 0.500" in most.told
    assert reasons(topics_stay(Gate(likeness=0), topics, mixed_up(topics, 12))) == []


def test_topics_are_not_asked_for_where_fresh_ones_are_or_where_there_were_none(trained: Model) -> None:
    topics = trained.topics
    none = replace(topics, about=[])
    assert list(topics_stay(Gate(), topics, lost(topics, *range(13)), afresh=True)) == []
    assert list(topics_stay(Gate(), none, topics)) == []


# canaries


@pytest.fixture(scope="module")
def canaries() -> list[Article]:
    return corpus.canaries(Settings(SEEDS))


def test_there_are_five_canaries_of_five_kinds(canaries: list[Article]) -> None:
    assert [sorted(one.labels or ()) for one in canaries] == [["SY"], ["LY"], ["LY", "SY"], ["KE"], []]
    assert all(150 <= len(one.text.split()) <= 250 for one in canaries)
    assert len({one.id for one in canaries}) == 5
    assert "Syria" in canaries[3].text and "Related: Syria" in canaries[3].text
    assert "Syrian hamster" in canaries[4].text and "Libyan Desert" in canaries[4].text
    rows = map(json.loads, (SEEDS / "canaries.jsonl").read_text(encoding="utf-8").splitlines())
    assert all("illustration; not reporting" in row["note"] for row in rows)


def test_canaries_are_like_no_sample_article_and_not_like_each_other(
    canaries: list[Article], samples: list[Article]
) -> None:
    def runs(one: Article) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", one.text.lower())
        return {tuple(words[at : at + 4]) for at in range(len(words) - 3)}

    others = [runs(one) for one in [*samples, *canaries]]
    for canary in map(runs, canaries):
        shared = sorted(len(canary & other) / min(len(canary), len(other)) for other in others)
        assert shared[-1] == 1 and shared[-2] < 0.1


def test_the_default_model_gets_all_canaries_right_with_some_margin(model: Model, canaries: list[Article]) -> None:
    for one in canaries:
        said = model.label(one, all=True, evidence=False).labels
        assert frozenset(label.id for label in said if label.assigned) == one.labels
        assert all(label.probability > 0.9 if label.assigned else label.probability < 0.2 for label in said)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (["SY", "LY", "LY SY", "KE", ""], []),
        (["SY", "LY", "LY SY", "KE SY", ""], ["canary-4 must be KE and is KE, SY"]),
        (
            ["", "LY", "SY", "KE", "LY"],
            [
                "canary-1 must be SY and is nothing",
                "canary-3 must be LY, SY and is SY",
                "canary-5 must be nothing and is LY",
            ],
        ),
    ],
    ids=["all right", "one too many", "three wrong"],
)
def test_canaries_must_have_exactly_their_labels(canaries: list[Article], said: list[str], wrong: list[str]) -> None:
    labels = [frozenset(some.split()) for some in said]
    check = canaries_right(Gate(), canaries, labels, SEEDS)
    right = f"{5 - len(wrong)} of 5 canaries are right"
    assert (check.passed, check.measured) == (not wrong, len(wrong))
    assert check.told == (f"{right}: {'; '.join(wrong)}" if wrong else right)
    assert canaries_right(Gate(canaries=3), canaries, labels, SEEDS).passed


@pytest.mark.parametrize(
    ("untold", "said", "right"),
    [
        ({"unsure": frozenset({"LY"})}, "SY", True),
        ({"unsure": frozenset({"LY"})}, "LY SY", True),
        ({"unsure": frozenset({"LY"})}, "LY", False),
        ({"judged": frozenset({"SY"})}, "FR SY", True),
        ({"judged": frozenset({"SY"})}, "FR", False),
    ],
)
def test_what_nobody_knows_of_a_canary_is_not_asked(untold: dict[str, Any], said: str, right: bool) -> None:
    one = Article("text", labels=frozenset({"SY"}), id="one", **untold)
    assert canaries_right(Gate(), [one], [frozenset(said.split())], SEEDS).passed == right


def test_seeds_without_canaries_leave_the_check_out_and_say_so(tmp_path: Path) -> None:
    check = canaries_right(Gate(), corpus.canaries(Settings(tmp_path)), [], tmp_path / "canaries.jsonl")
    assert check.passed and check.measured is None and check.bound is None
    assert check.told == f"the canaries are left out: there are none in {tmp_path / 'canaries.jsonl'}"


def test_a_canary_without_labels_is_told(tmp_path: Path) -> None:
    write_rows(tmp_path / "canaries.jsonl", [{"text": "Rain.", "labels": []}, {"text": "More rain."}])
    with pytest.raises(ArticleError, match=r'canaries.jsonl: article 2 has no "labels"'):
        corpus.canaries(Settings(tmp_path))


def test_canaries_are_never_trained_on_wherever_they_come_from(tmp_path: Path) -> None:
    folder = write_tiny_seeds(tmp_path / "seeds")
    rows = tiny_rows()
    write_rows(folder / "canaries.jsonl", [*rows[:2], {"text": "Never seen.", "labels": []}])
    settings, known = Settings(folder, (folder / "canaries.jsonl",)), seeds.load(folder)
    found = corpus.read(settings, known, Finder.of(known), unseen, Skips())
    texts = [head["id"] for head in map(json_of, found.heads)]
    assert texts == [row["id"] for row in rows[2:]]
    assert len(found.words) == len(found.examples) == 70


def json_of(row: Any) -> dict[str, Any]:
    return {"id": json.loads(row.tobytes())[0]}


# what it costs


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [(80, 99, True), (10, 99, True), (80, 119, True), (80, 121, False), (200, 301, False), (200, 100, True)],
)
def test_a_version_may_not_be_much_larger(before: int, after: int, passed: bool) -> None:
    check = small_enough(Gate(), before * 10**6, after * 10**6)
    assert (check.passed, check.measured, check.bound) == (passed, after, max(100, 1.5 * before))
    assert check.told.startswith(f"the version takes {after} MB, with the current model {before}")


@pytest.mark.parametrize(
    ("before", "after", "passed"),
    [(0.4, 0.59, True), (0.4, 0.61, False), (0.1, 0.49, True), (0.1, 0.51, False), (3, 1, True)],
)
def test_a_version_may_not_be_much_slower(before: float, after: float, passed: bool) -> None:
    check = fast_enough(Gate(), before, after)
    assert check.passed == passed and ("at most" in check.told) != passed
    assert fast_enough(Gate(slowdown=100), before, after).passed and fast_enough(Gate(fast=1), before, after).passed


def test_the_fastest_of_several_rounds_counts_and_doubt_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(cost, "thread_time", lambda: clock[0])

    class Timed:
        """A model that takes so many seconds for one article after the other, and from the last on always that."""

        def __init__(self, *takes: float) -> None:
            self.takes, self.called = takes, 0

        def label(self, article: Article) -> None:
            clock[0] += self.takes[min(self.called, len(self.takes) - 1)]
            self.called += 1

    def measured(champion: Timed, challenger: Timed) -> tuple[float, float]:
        return pace(Gate(), champion, challenger, [Article("a"), Article("b")])  # type: ignore[arg-type]

    steady = Timed(0.001)
    assert measured(steady, Timed(0.009, 0.0014, 0.001, 0.007)) == pytest.approx((1, 1.2))  # no round is free of it
    assert steady.called == 2 * cost.ROUNDS
    disturbed = Timed(*[0.01] * 18, 0.0011)
    assert measured(Timed(0.001), disturbed) == pytest.approx((1, 1.1)) and disturbed.called == 2 * 10
    slow = Timed(0.002)
    assert measured(Timed(0.001), slow) == pytest.approx((1, 2)) and slow.called == 2 * cost.MOST_ROUNDS


def test_some_articles_of_each_file_are_timed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_tiny_seeds(tmp_path / "seeds")
    more = write_rows(tmp_path / "more.jsonl", [{"text": 1}, {"text": "a"}, {"text": "b"}])
    monkeypatch.setattr(cost, "TIMED", 1)
    found = list(some(Settings(folder, (more,), skip_bad=True)))
    assert [one.text for one in found] == [tiny_rows()[0]["text"], "a"]


# all of it


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, list[Comparison], Settings]:
    """A small model, compared with itself, and its settings; there is a canary, which it gets right."""
    folder = write_tiny_seeds(tmp_path_factory.mktemp("gate") / "seeds")
    text = "The French government in Paris said that France would pay. The French minister spoke in Paris."
    write_rows(folder / "canaries.jsonl", [{"id": "paris", "title": "France pays", "text": text, "labels": ["FR"]}])
    settings = Settings(folder)
    return tiny_model(), compare(tiny_model(), tiny_model(), settings, unseen), settings


def test_a_model_that_is_the_same_passes_and_every_criterion_is_told(
    tiny: tuple[Model, list[Comparison], Settings],
) -> None:
    model, comparisons, settings = tiny
    verdict = judge(Gate(), model, model, comparisons, settings, (10**6, 10**6))
    assert verdict.passed and verdict.reasons == []
    assert [check.name for check in verdict.checks] == [
        *("micro F1, known articles", "macro F1, known articles", "the Brier score, known articles"),
        *("F1 of FR, known articles", "F1 of LY, known articles", "F1 of SY, known articles"),
        *("topics kept", "topics alike", "canaries", "size", "speed"),
    ]
    rows = [check.as_row() for check in verdict.checks]
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert rows[-3] == {
        "name": "canaries",
        "passed": True,
        "measured": 0,
        "bound": 0,
        "told": "1 of 1 canaries are right",
    }


def test_all_that_is_wrong_is_told(tiny: tuple[Model, list[Comparison], Settings]) -> None:
    model, _, settings = tiny
    thresholds = np.full_like(model.classifier.thresholds, 2.0)  # assigns nothing any more
    silent = replace(
        model,
        classifier=replace(model.classifier, thresholds=thresholds),
        out_of_fold={key: {} for key in model.out_of_fold},
        topics=lost(model.topics, *range(len(model.topics) - 1)),
    )
    comparisons = compare(model, silent, settings, unseen)
    verdict = judge(Gate(), model, silent, comparisons, settings, (10**8, 10**9))
    assert not verdict.passed
    assert [check.name for check in verdict.checks if check.passed] == ["topics alike", "speed"]
    told = "; ".join(verdict.reasons)
    for part in ("micro F1 on known", "macro F1", "Brier", "F1 of SY", "topics are kept", "paris must be FR", "MB"):
        assert part in told
    assert not any(reason.endswith(".") for reason in verdict.reasons)


def test_a_score_that_seems_to_stay_is_said_to() -> None:
    (check,) = no_worse(Gate(), [scored("new", 100, (BRIER, 0.1, 0.1001, 0.001))])
    assert check.told == "the Brier score on new articles stays at 0.100"


def test_a_bound_without_end_is_none_in_a_row() -> None:
    assert Check("speed", True, 1.0, float("inf"), "fast").as_row()["bound"] is None


def test_the_bytes_of_a_version_are_those_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").write_bytes(b"123")
    assert bytes_of(tmp_path) == 8


def test_what_is_assigned_is_what_the_model_says(model: Model) -> None:
    one = next(read(SEEDS / "articles.jsonl"))
    assert assigned(model, one) == {label.id for label in model.label(one).labels if label.assigned}


# desk retrain --gate


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, runner: CliRunner, tmp_path: Path) -> Any:
    """Give a function that runs `desk retrain` up to where a night begins, and gives its gate."""
    seen: list[Gate] = []

    def night(settings: Settings, registry: object, store: object, gate: Gate, *_: object) -> None:
        seen.append(gate)
        raise InputError("enough")

    monkeypatch.setattr("training.retrain.retrain", night)

    def ask(*options: str) -> Gate:
        done = runner.invoke(desk, ["retrain", "--models", str(tmp_path), *options])
        assert str(done.exception) == "enough", done.output
        return seen[-1]

    return ask


def test_the_command_takes_bounds_from_a_file_and_tolerance_before_it(asked: Any, tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text("micro = 0.03\nlabel = 0.2\n", encoding="utf-8")
    assert asked() == Gate()
    assert asked("--tolerance", "0.2") == Gate(micro=0.2)
    assert asked("--gate", str(file)) == Gate(micro=0.03, label=0.2)
    assert asked("--gate", str(file), "--tolerance", "0") == Gate(micro=0, label=0.2)


@pytest.mark.parametrize("option", ["--tolerance", "--target-precision"])
def test_nan_is_no_share(runner: CliRunner, tmp_path: Path, option: str) -> None:
    done = runner.invoke(desk, ["retrain", "--models", str(tmp_path), option, "nan"])
    assert done.exit_code == 2 and "nan is no number" in done.stderr


def test_the_command_tells_what_is_wrong_in_a_file_before_anything_is_trained(
    runner: CliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "gate.toml"
    file.write_text("lable = 0.1\n", encoding="utf-8")
    done = runner.invoke(desk, ["retrain", "--models", str(tmp_path / "models"), "--gate", str(file)])
    assert isinstance(done.exception, InputError) and "unknown key 'lable'" in str(done.exception)
    assert Registry(tmp_path / "models").versions() == []


@pytest.mark.parametrize("written", ["lable = 0.1\n", None], ids=["wrong", "gone"])
def test_a_night_that_can_t_begin_is_told_with_the_command_to_run_it_again(
    runner: CliRunner, tmp_path: Path, written: str | None
) -> None:
    file, models = tmp_path / "my gate.toml", tmp_path / "models"
    if written:
        file.write_text(written, encoding="utf-8")
    command = ["retrain", "--models", str(models), "--gate", str(file), "--no-samples", "--no-store"]
    assert isinstance(runner.invoke(desk, command).exception, InputError)
    found = json.loads(runner.invoke(desk, ["report", "--models", str(models), "--format", "json"]).stdout)
    assert (found["outcome"], str(file) in found["error"]) == ("failed", True)
    again = shlex.split(found["command"])
    assert again[:2] == ["desk", "retrain"] and {*again[2:]} == {*command[1:]}


@pytest.mark.parametrize("told", ["there is none", "this one is empty"])
def test_where_the_store_is_gone_nobody_wants_a_model_of_the_samples_alone(
    told: str, runner: CliRunner, tmp_path: Path
) -> None:
    model, models = tiny_model(), tmp_path / "models"
    stored = {**model.about, "settings": {**model.about["settings"], "until": "2025-01-01T00:00:00+00:00"}}
    publish(replace(model, about=stored), models, "20250101T000000000")
    if told == "this one is empty":
        Store(url_of(models)).close()
    done = runner.invoke(desk, ["retrain", "--models", str(models)])
    assert isinstance(done.exception, StoreError) and "--no-store" in str(done.exception)
    assert told in str(done.exception)
    shown = runner.invoke(desk, ["report", "--models", str(models)]).stdout
    assert "Failed: the current model was trained on a store" in shown
    assert Registry(models).versions() == ["20250101T000000000"]


def test_the_command_refuses_what_a_file_forbids(runner: CliRunner, tmp_path: Path) -> None:
    publish(tiny_model(), tmp_path / "models", "20250101T000000000")
    file, folder = tmp_path / "gate.toml", write_tiny_seeds(tmp_path / "seeds")
    file.write_text("size = 0.01\nsmall = 0\n", encoding="utf-8")
    command = ["retrain", "--seeds", str(folder), "--models", str(tmp_path / "models"), "--gate", str(file)]
    done = runner.invoke(desk, command)
    assert done.exit_code == 1
    assert re.search(r"^Gate: \d+ of \d+ checks passed\.$", done.stdout, re.M)
    assert re.search(r"^Refused: the version takes .* MB, .* at most .* is allowed\.$", done.stdout, re.M)
