"""The morning report: says first how the night ended and why, whatever is missing; safe, and never half-written."""

from __future__ import annotations

import copy
import errno
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from lxml import etree

from training import report
from training.characters import columns
from training.errors import InputError, NoRoom
from training.evaluate import Answer, evaluate
from training.files import LocalFiles
from training.report import keeping, telling
from training.report.phrasing import sentence

NAMES = {"LY": "Libya", "SY": "Syria", "TD": "Chad"}
HOSTILE = """<script>alert(1)</script> "><img src=x onerror='alert(2)'> {{ 7 * 7 }} &lt;b&gt; \x1b[31mred"""


def scores(*, libya: int, syria: int = 90, chad: int = 6) -> dict[str, Any]:
    """Evaluate answers to 100 articles about Libya, 100 about Syria and 10 about Chad, of which so many are found."""
    truths, answers = [], []
    for label, right, articles in (("LY", libya, 100), ("SY", syria, 100), ("TD", chad, 10)):
        for number in range(articles):
            truths.append((frozenset({label}), frozenset[str]()))
            answers.append(Answer(frozenset({label} if number < right else ()), {}))
    return evaluate(truths, answers).as_row()


def compared(on: str = "known", before: int = 60, after: int = 90, **others: int) -> dict[str, Any]:
    return {
        "on": on,
        "articles": 210,
        "champion": scores(libya=before),
        "challenger": scores(libya=after, **others),
    }


def change(name: str, before: float, now: float, *, clear: bool = True, **more: Any) -> dict[str, Any]:
    return {
        **{"name": name, "before": before, "now": now, "articles": 9, "interval": [0.0, 0.1], "clear": clear},
        **{"usual": [0.01, 0.04], **more},
    }


DRIFT: dict[str, Any] = {
    **{"days": 30, "before": 9000, "now": 300, "told": None},
    "labels": {
        **{"psi": 0.31, "chance": 0.05, "usual": 0.1, "drifted": "large"},
        "changes": [
            change("Libya", 0.012, 0.118, label="LY"),
            change("no country", 0.2, 0.21, label=None, clear=False, usual=None),
        ],
    },
    "topics": {
        **{"psi": 0.02, "chance": 0.05, "usual": None, "drifted": None},
        "changes": [change("floods and storms", 0.018, 0.081, id="t1", words=["storm", "floods"])],
    },
    "vocabulary": {
        **{"psi": -0.01, "chance": 0.05, "usual": 0.1, "drifted": None, "unknown": 0.07, "usual_unknown": [0.05, 0.08]},
        "stories": [
            {
                **{"words": ["Derna", "dam", "flood"], "articles": 48, "before": 0.0, "now": 0.093, "new": True},
                **{"g2": 310.0, "titles": [{"article": "a1", "title": "Dams burst above Derna"}]},
            }
        ],
    },
}
TOPICS = {
    "kept": [{"id": "t1", "name": "floods and storms", "words": 0.98}],
    "new": [
        {"id": "t8", "name": "cobalt, mine", "split_from": None, "words": ["cobalt", "mine"]},
        {"id": "t9", "name": "Derna, dam", "split_from": "t1"},
    ],
    "retired": [
        {"id": "t5", "name": "Olympics, medal", "merged_into": None},
        {"id": "t6", "name": "rain, snow", "merged_into": "t1"},
    ],
}
WHOLE: dict[str, Any] = {
    "night": "2026-11-27",
    "started_at": "2026-11-27T03:15:00.123+00:00",
    "finished_at": "2026-11-27T03:23:07+00:00",
    "outcome": "promoted",
    "reasons": [],
    "error": None,
    "champion": "20261126T031502118",
    "challenger": "20261127T031514410",
    "command": "desk retrain --models models",
    "steps": [{"name": "collect", "seconds": 14.2}, {"name": "train", "seconds": 421}],
    "collected": {"articles": 38214, "new": 514, "copies": 71, "judged": 732, "judgments": 42},
    "checks": [{"name": "micro", "passed": True, "measured": 0.01, "bound": -0.01, "told": "the score rises"}],
    "comparisons": [compared(), compared("new", 70, 75)],
    "topics": TOPICS,
    "drift": DRIFT,
    "review": [
        {
            **{"article": f"r{number}", "title": f"Diggers cross the border {number}", "label": "LY", "name": "Libya"},
            **{"probability": 0.52, "why": "as likely as not"},
        }
        for number in range(12)
    ],
    "disputed": [
        {"article": "d1", "title": "Firms wait in Benghazi", "label": "TD", "name": "Chad", "by": {"anna": "yes"}}
    ],
    "silent_feeds": [{"url": "https://news.example.org/rss", "title": "The Example", "told": "no article for 3 days"}],
    "names": NAMES,
}
REFUSED = {
    **WHOLE,
    "outcome": "refused",
    "reasons": ["The labels of 120 new articles contradict the current model (its micro F1 is 0.41): look at them"],
}
FAILED = {
    **{key: WHOLE[key] for key in ("night", "started_at", "finished_at", "champion", "command", "steps", "collected")},
    **{"outcome": "failed", "error": "no room for temporary files (No space left on device); make some"},
}
FIRST = {
    **{key: WHOLE[key] for key in ("night", "started_at", "challenger", "command", "steps", "collected", "names")},
    **{"outcome": "promoted", "champion": None, "comparisons": [], "topics": {}, "reasons": []},
    "drift": {"days": 30, "before": 0, "now": 514, "told": "there are no articles of the 30 days before"},
    "scores": scores(libya=90),
}
QUIET = {
    **{key: WHOLE[key] for key in ("night", "started_at", "challenger", "champion", "steps", "names")},
    **{"outcome": "promoted", "comparisons": [compared(before=80, after=80)], "review": [], "disputed": []},
}
NIGHTS = {"whole": WHOLE, "refused": REFUSED, "failed": FAILED, "first": FIRST, "quiet": QUIET}
every_night = pytest.mark.parametrize("night", NIGHTS.values(), ids=NIGHTS)


def shown(night: dict[str, Any]) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(report.page(night))


def words(night: dict[str, Any]) -> str:
    return " ".join(shown(night).text_content().split())


# what it says


@pytest.mark.parametrize(
    "night, said",
    [
        (WHOLE, "Promoted: better at Libya, no label clearly worse"),
        (REFUSED, "Refused: the labels of 120 new articles contradict the current model"),
        ({**REFUSED, "reasons": ["Chad falls", "Libya falls"]}, "Refused: Chad falls, and 1 reason more"),
        (FAILED, "Failed: no room for temporary files"),
        ({**FAILED, "error": "article a1: label 'FR' is not in seeds: add it"}, "Failed: label 'FR' is not in seeds"),
        (FIRST, "Promoted: the first model, with 93.9 of 100 points"),
        ({**FIRST, "scores": None}, "Promoted: the first model"),
        (QUIET, "Promoted: as good as the model before"),
        ({**QUIET, "comparisons": [compared(before=80, after=82)]}, "Promoted: 0.6 points of 100 better in all"),
        ({**QUIET, "comparisons": [compared(before=90, after=60)]}, "Promoted: worse at Libya, within what"),
        ({**QUIET, "comparisons": [compared(syria=50)]}, "Promoted: better at Libya, worse at Syria"),
        ({**QUIET, "comparisons": []}, "Promoted, though no judged article tells which model is better"),
        ({"outcome": "refused"}, "Refused: the gate gave no reason"),
        ({"outcome": "failed"}, "Failed: nobody knows why"),
    ],
    ids=lambda value: value.split(":")[-1].strip() if isinstance(value, str) else "",
)
def test_the_headline_says_how_the_night_ended_and_why(night: dict[str, Any], said: str) -> None:
    assert report.headline(night).startswith(said)
    assert report.text(night).splitlines()[0].removeprefix("2026-11-27 ").startswith(said)
    heading = shown(night).xpath("//h1")[0].text_content()
    assert heading and report.headline(night).lower().endswith(heading.lower())


def test_a_long_reason_is_told_in_part_above_and_whole_below() -> None:
    reason = "the score of countries that hardly anybody writes about " + "and of many others " * 9 + "falls"
    night = {**REFUSED, "reasons": [reason]}
    assert len(report.headline(night)) < 115 and report.headline(night).endswith(" …")
    assert sentence(reason) in words(night)
    assert words(night).count("others falls.") == 1


def test_the_reason_is_not_told_twice_where_the_headline_tells_it_whole() -> None:
    night = {**REFUSED, "reasons": ["F1 of LY on known articles falls from 0.900 to 0.700"]}
    said = "he score of Libya on known articles falls from 90.0 to 70.0"
    assert words(night).count(said) == 2  # the title of the window, and the headline
    assert telling.why(night)[0].startswith("On 210 articles judged before")


@pytest.mark.parametrize(
    "before, after, articles, clear",
    [(0.6, 0.9, 100, True), (0.6, 0.9, 10, False), (0.9, 0.6, 100, True), (0.9, 0.91, 1000, False), (1, 0, 4, False)],
    ids=str,
)
def test_a_label_is_clearly_better_only_beyond_chance(before: float, after: float, articles: int, clear: bool) -> None:
    sides = [{"labels": {"LY": {"f1": f1, "support": articles}}} for f1 in (before, after)]
    [row] = telling.compared({"champion": sides[0], "challenger": sides[1]}, NAMES)
    assert (row.clear, row.name, row.articles) == (clear, "Libya", articles)


def test_where_articles_were_drawn_anew_that_says_what_is_clear() -> None:
    one = {**compared(), "differences": [{"score": "LY", "clear": False}, {"score": "SY", "clear": True}]}
    assert {row.id: row.clear for row in telling.compared(one, {})} == {"LY": False, "SY": True, "TD": False}


def test_labels_stand_with_the_clear_ones_first_then_the_greatest_change() -> None:
    one = compared(before=60, after=90, syria=93, chad=4)
    assert [row.id for row in telling.compared(one, NAMES)] == ["LY", "TD", "SY"]
    [row] = shown({**WHOLE, "comparisons": [one]}).xpath("//tr[td='Libya' and td/span]")
    assert [cell.text_content().strip() for cell in row.xpath("td")] == [
        *("Libya", "100", "75.0", "", "94.7", "▲ +19.7")
    ]


def test_labels_that_no_article_is_about_are_not_compared() -> None:
    sides = [{"labels": {"LY": {"f1": 0.0, "support": 0}, "SY": {"f1": f1, "support": 9}}} for f1 in (0.5, 0.6)]
    assert [row.id for row in telling.compared({"champion": sides[0], "challenger": sides[1]}, {})] == ["SY"]


def test_what_to_do_comes_with_the_commands() -> None:
    def commands(night: dict[str, Any]) -> list[str | None]:
        return [action.command for action in telling.actions(night)]

    assert commands(WHOLE) == ["desk review --disputed", "desk review", None, "desk models rollback"]
    assert commands(REFUSED)[:2] == ["desk models diff 20261127T031514410", "desk models promote 20261127T031514410"]
    assert commands(FAILED) == ["desk retrain --models models"]
    assert commands(FIRST) == commands({"outcome": "refused"}) == []
    for night in NIGHTS.values():
        listed = [item.text_content() for item in shown(night).xpath("//ul[@class='todo']/li//code")]
        assert listed == [command for command in commands(night) if command]


def test_commands_say_where_the_models_are() -> None:
    for night in NIGHTS.values():
        for action in telling.actions({**night, "models": "/my models"}):
            assert action.command is None or action.command.endswith((" --models '/my models'", " --models models"))
    assert "desk review --models '/my models'" in words({**WHOLE, "models": "/my models"})


def test_the_screen_has_whole_commands() -> None:
    where = f"/srv/{'models-of-the-night/' * 3}here"
    command = f"desk retrain --models {where} --corpus {where}.jsonl --seeds {where}"
    for night, its in ((FAILED, command), (REFUSED, f"desk models promote 20261127T031514410 --models {where}")):
        told = report.text({**night, "models": where, "command": command})
        assert f" {its}\n" in re.sub(r" \\\n +", " ", told)  # as a shell reads it


def test_the_screen_says_which_model_is_in_use_however_much_there_is_to_say() -> None:
    told = report.text({**REFUSED, "reasons": [f"F1 of LY falls, {'and falls ' * 90}"] * 3}).splitlines()
    assert told[2].startswith("The model before stays in use.")


def test_the_screen_tells_the_steps_that_took_long() -> None:
    steps = [*WHOLE["steps"], {"name": "gate", "seconds": 60}]
    assert "Took       8 min 15 s: train 7 min 1 s, gate 1 min\n" in report.text({**WHOLE, "steps": steps})


def test_a_label_that_people_gave_and_seeds_do_not_know_is_asked_for() -> None:
    night = {**WHOLE, "collected": {**WHOLE["collected"], "unknown": {"XK": 3}}}
    assert "Add labels/XK.toml to seeds/, as nothing is learned of it yet: people gave XK to 3 articles" in words(night)
    many = {**WHOLE, "collected": {"unknown": {f"X{number:02}": 1 for number in range(40)}}}
    assert "labels/X02.toml and 37 more to seeds/" in words(many)
    check_screen(report.text(many))


def test_topics_say_where_they_came_from_and_went() -> None:
    assert telling.topic_changes(WHOLE) == [
        ("new", "cobalt, mine", "cobalt, mine"),
        ("split", "Derna, dam", "out of “floods and storms”"),
        ("faded", "Olympics, medal", ""),
        ("merged", "rain, snow", "into “floods and storms”"),
    ]
    for said in ("Split off", "out of “floods and storms”", "into “floods and storms”", "Faded"):
        assert said in words(WHOLE)


def test_the_page_says_all_that_the_night_brought() -> None:
    said = words(WHOLE)
    for expected in (
        "Friday, 27 November 2026",
        "300 new articles, held against 9,000 of the 30 days before",
        "new articles, 71 near-duplicates among them",
        "Derna dam, flood",
        "never before",
        "Dams burst above Derna",
        "very different",
        "1.2\xa0% → 12\xa0%".replace("\xa0", " "),
        "Diggers cross the border 11",
        "anna: yes",
        "No article for 3 days.",
        "The score rises.",
        "7 min 15 s in all",
        "38,214 articles, 732 of them judged",
    ):
        assert expected in said
    assert "14 s" in said and "desk retrain --models models" in said


def test_pictures_are_drawings_that_say_what_they_show() -> None:
    pictures = shown({**WHOLE, "trend": [{"night": "a", "outcome": "promoted", "micro": 0.8, "macro": 0.7}] * 3})
    told = [picture.get("aria-label") for picture in pictures.xpath("//svg")]
    assert {"Scores over the last nights", "from 1.2% to 11.8%", "from 75.0 to 94.7"} <= {*told}
    assert "0.31 on a scale on which 0.1 is the first bound" in told


# whatever is missing


@every_night
@pytest.mark.parametrize("missing", [None, *WHOLE], ids=str)
def test_any_part_may_be_missing(night: dict[str, Any], missing: str | None) -> None:
    some = {key: value for key, value in night.items() if key != missing}
    page = shown(some)
    assert page.xpath("//h1")[0].text_content().strip()
    assert page.xpath("//h2[.='How the night went']")
    check_screen(report.text(some))
    assert "None" not in page.text_content() + report.text(some)


@pytest.mark.parametrize("night", [{}, {"outcome": "promoted"}, dict.fromkeys(WHOLE)], ids=["none", "one", "empty"])
def test_hardly_anything_is_a_report_too(night: dict[str, Any], tmp_path: Path) -> None:
    check_screen(report.text(night))
    assert shown(night).xpath("//h1")
    assert latest(tmp_path) is None
    assert write(night, tmp_path) == latest(tmp_path)


@pytest.mark.parametrize(
    "part, heading",
    [
        ("review", "What to review"),
        ("disputed", "Where people disagree"),
        ("silent_feeds", "Feeds that fell silent"),
        ("checks", "What the gate looked at"),
        ("comparisons", "Label by label"),
        ("topics", "Topics that came and went"),
        ("drift", "The news tonight"),
    ],
)
def test_a_section_is_there_where_it_has_something_to_say(part: str, heading: str) -> None:
    def headings(night: dict[str, Any]) -> list[str]:
        return [found.text_content() for found in shown(night).xpath("//h2")]

    assert heading in headings(WHOLE)
    assert heading not in headings({**WHOLE, part: type(WHOLE[part])()})


# one screen


def check_screen(text: str) -> None:
    lines = text.splitlines()
    assert text.endswith("\n") and lines[0].strip()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80
    assert not [char for char in text if not char.isprintable() and char != "\n"]


@every_night
def test_the_text_fits_a_screen(night: dict[str, Any]) -> None:
    check_screen(report.text(night))


def test_much_is_cut_where_there_is_no_room_and_what_to_do_stays() -> None:
    long = "Ministers of nineteen governments " * 20
    night = copy.deepcopy(WHOLE) | {"outcome": "refused", "reasons": [long, long], "names": dict.fromkeys(NAMES, long)}
    night["drift"]["vocabulary"]["stories"] *= 12
    night["drift"]["vocabulary"]["stories"][0]["words"] = [long] * 9
    for row in (*night["review"], *night["disputed"]):
        row["title"] = row["name"] = long
    night["topics"]["new"] = [{"id": f"t{n}", "name": long, "split_from": None} for n in range(30)]
    night["silent_feeds"] = [{"url": long, "title": None, "told": long}] * 30
    night["steps"] = [{"name": long, "seconds": 1}] * 40
    check_screen(report.text(night))
    assert "desk models promote 20261127T031514410" in report.text(night)


def test_wide_characters_take_two_columns() -> None:
    night = {**WHOLE, "review": [{**WHOLE["review"][0], "title": "利比亚" * 40, "name": "利比亚" * 20}]}
    [line] = [line for line in report.text(night).splitlines() if line.startswith("Review")]
    assert 70 <= columns(line) <= 80


def test_the_text_tells_what_has_shifted_or_that_nothing_has() -> None:
    told = report.text(WHOLE)
    assert "Labels are very different from the days before; Libya 1.2 % → 12 %" in told
    assert "Derna, dam, flood (48 articles, 0 % → 9.3 %)" in told
    still = copy.deepcopy(DRIFT)
    still["labels"]["drifted"] = None
    still["labels"]["changes"] = still["topics"]["changes"] = []
    assert "none: labels, topics and words are spread as on other nights" in report.text({**WHOLE, "drift": still})


# safety


def hostile(value: Any) -> Any:
    """Put what nobody should write everywhere where there is text that people or feeds write."""
    if isinstance(value, dict):
        return {key: hostile(one) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return f"{value} {HOSTILE}" if isinstance(value, str) else value


@every_night
def test_hostile_text_is_shown_not_run(night: dict[str, Any], tmp_path: Path) -> None:
    bad = hostile({key: value for key, value in night.items() if key not in ("outcome", "drift")})
    drift = hostile(night.get("drift"))
    for kind in ("labels", "topics", "vocabulary"):
        if drift and kind in drift:
            drift[kind]["drifted"] = night["drift"][kind]["drifted"]
    bad |= {"outcome": night["outcome"], "drift": drift}
    bad["trend"] = [{"night": HOSTILE, "outcome": HOSTILE, "micro": 0.5, "macro": 0.4}] * 3
    raw = report.page(bad)
    assert "<script" not in raw and "<img" not in raw and "{{ 7 * 7 }}" in raw
    page = lxml.html.fromstring(raw)
    assert not page.xpath("//@onerror | //script | //@src | //link")
    assert "<script>alert(1)</script>" in page.text_content()
    for picture in re.findall(r"<svg.*?</svg>", raw, re.S):
        etree.fromstring(picture)
    check_screen(report.text(bad))
    written = write(bad, tmp_path)
    assert written.parent == tmp_path / report.REPORTS


@every_night
def test_the_page_needs_nothing_from_elsewhere(night: dict[str, Any]) -> None:
    raw = report.page(night)
    assert not lxml.html.fromstring(raw).xpath("//script | //link | //img | //@src | //@href")
    assert "@import" not in raw and "url(" not in raw


def test_half_a_character_is_written_as_a_sign_that_one_is_missing(tmp_path: Path) -> None:
    review = [{**WHOLE["review"][0], "title": "Derna \ud83d flooded"}]
    written = write({**WHOLE, "review": review}, tmp_path)
    assert "Derna ? flooded" in (written / "report.html").read_text(encoding="utf-8")


# the folder


def write(night: dict[str, Any], models: Path) -> Path:
    """Write a report beside the versions in a folder."""
    return report.write(night, LocalFiles(models))


def latest(models: Path) -> Path | None:
    """Give the newest report there."""
    return report.latest(LocalFiles(models))


def test_a_report_is_three_files_and_the_latest(tmp_path: Path) -> None:
    folder = tmp_path / report.REPORTS
    written = write(WHOLE, tmp_path)
    assert (written, written.name) == (latest(tmp_path), "20261127T031514410")
    assert {path.name for path in written.iterdir()} == {"report.html", "report.json", "report.txt"}
    assert {path.name for path in folder.iterdir()} == {"latest", written.name}
    said = json.loads((written / "report.json").read_text(encoding="utf-8"))
    assert {key: said[key] for key in WHOLE} == json.loads(json.dumps(WHOLE))
    assert said["headline"] == report.headline(WHOLE)
    assert (written / "report.html").read_text(encoding="utf-8") == report.page(said)
    assert (written / "report.txt").read_text(encoding="utf-8") == report.text(said)
    assert written.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize(
    "night, name",
    [
        (FAILED, "20261127T031500123"),
        ({"challenger": "../../evil", "night": "2026-11-27"}, "20261127"),
        ({"challenger": "latest", "started_at": "soon!"}, "soon"),
        ({}, "night"),
    ],
    ids=["when it began", "no such name", "not that name", "nothing"],
)
def test_without_a_challenger_a_report_has_the_name_of_its_time(
    night: dict[str, Any], name: str, tmp_path: Path
) -> None:
    assert write(night, tmp_path) == tmp_path / report.REPORTS / name


def test_the_same_name_twice_is_two_reports(tmp_path: Path) -> None:
    names = [write(WHOLE, tmp_path).name for _ in range(3)]
    assert names == ["20261127T031514410", "20261127T031514410-2", "20261127T031514410-3"]
    assert latest(tmp_path) == tmp_path / report.REPORTS / names[-1]


def nights(folder: Path, count: int) -> list[Path]:
    """Write so many reports, a refused one and a promoted one in turn."""
    return [
        write(
            {
                **{"night": f"n{number}", "outcome": ("refused", "promoted")[number % 2], "names": {}},
                **{"started_at": f"2026-11-01T00:{number:02d}:00+00:00", "comparisons": [compared(after=70)]},
            },
            folder,
        )
        for number in range(count)
    ]


def test_the_scores_of_the_last_nights_are_those_of_the_model_in_use(tmp_path: Path) -> None:
    written = nights(tmp_path, 3)
    trend = json.loads((written[-1] / "report.json").read_text())["trend"]
    before, after = (compared(after=70)[who]["micro"]["f1"] for who in ("champion", "challenger"))
    assert [(one["night"], one["outcome"], one["micro"]) for one in trend] == [
        *[("n0", "refused", before), ("n1", "promoted", after), ("n2", "refused", before)]
    ]
    drawn = lxml.html.fromstring((written[-1] / "report.html").read_text())
    assert len(drawn.xpath("//svg[@aria-label='Scores over the last nights']//circle")) == 6
    assert not lxml.html.fromstring((written[0] / "report.html").read_text()).xpath("//circle[@class='dot']")


def test_the_first_night_scores_by_what_it_says_of_itself(tmp_path: Path) -> None:
    trend = json.loads((write(FIRST, tmp_path) / "report.json").read_text())["trend"]
    assert trend[0]["micro"] == FIRST["scores"]["micro"]["f1"]


@pytest.mark.parametrize("content", ["", "[1]", '{"comparisons": [{}]}', "\0"], ids=["empty", "list", "odd", "bytes"])
def test_an_old_report_that_can_not_be_read_is_passed_over(content: str, tmp_path: Path) -> None:
    first, second = nights(tmp_path, 2)
    (first / "report.json").write_text(content)
    last = write(WHOLE, tmp_path)
    assert [one["night"] for one in json.loads((last / "report.json").read_text())["trend"]] == ["n1", "2026-11-27"]


def test_only_the_newest_reports_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "KEPT", 4)
    folder = tmp_path / report.REPORTS
    old, new = folder / ".unfinished-old", folder / ".unfinished-new"
    for left in (old, new):
        left.mkdir(parents=True)
        (left / "report.html").write_text("half")
    os.utime(old, times=(time.time() - 2 * 24 * 3600,) * 2)
    (folder / "notes").mkdir()
    written = nights(tmp_path, 7)
    assert [path.exists() for path in written] == [False] * 3 + [True] * 4
    assert (old.exists(), new.exists(), (folder / "notes").exists()) == (False, True, True)
    assert latest(tmp_path) == written[-1]


def test_a_report_older_than_those_kept_stays_while_it_is_the_latest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "KEPT", 2)
    nights(tmp_path, 3)
    old = write({"started_at": "1999-01-01T00:00:00+00:00"}, tmp_path)
    assert latest(tmp_path) == old


@pytest.mark.parametrize("file", ["report.json", "report.txt", "report.html", "latest"])
@pytest.mark.parametrize(
    "number, error, said",
    [(errno.ENOSPC, NoRoom, "no room"), (errno.EACCES, InputError, "can't be written to (Permission denied)")],
    ids=["full", "locked"],
)
def test_a_disk_that_takes_no_more_leaves_the_latest_report_as_it_was(
    file: str, number: int, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [before] = nights(tmp_path, 1)
    there = {*before.parent.iterdir()}
    write_text, replace = Path.write_text, os.replace

    def half(path: Path, content: str, **how: Any) -> int:
        if path.name == file:
            write_text(path, content[:10], **how)
            raise OSError(number, os.strerror(number))
        return write_text(path, content, **how)

    def none(source: Any, target: Any) -> None:
        if Path(target).name == file:
            raise OSError(number, os.strerror(number))
        replace(source, target)

    monkeypatch.setattr(Path, "write_text", half)
    monkeypatch.setattr(os, "replace", none)
    with pytest.raises(error, match=f"{re.escape(str(tmp_path))}(/reports)?: {re.escape(said)}"):
        write(WHOLE, tmp_path)
    assert latest(tmp_path) == before
    left = {path.name for path in {*before.parent.iterdir()} - there}
    assert left == ({"20261127T031514410"} if file == "latest" else set())  # whole, and not the latest


@pytest.mark.parametrize("call", ["rename", "replace"])
def test_a_kill_between_any_two_steps_leaves_a_whole_latest_report(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [before] = nights(tmp_path, 1)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    if call == "rename":
        monkeypatch.setattr(Path, "rename", killed)
    else:
        monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        write(WHOLE, tmp_path)
    assert latest(tmp_path) == before
    monkeypatch.undo()
    assert write(QUIET, tmp_path) == latest(tmp_path) != before


@pytest.mark.parametrize("said", ["", "gone\n", "../elsewhere\n", ".hidden", "\xff"], ids=repr)
def test_a_latest_that_names_no_report_is_none(said: str, tmp_path: Path) -> None:
    for name in ("elsewhere", "reports/.hidden"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "report.html").write_text("not for you")
    (tmp_path / "reports" / "latest").write_text(said, encoding="latin-1")
    assert latest(tmp_path) is None


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(InputError, match="can't be written to"):
        write(WHOLE, tmp_path)
