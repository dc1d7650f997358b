"""What several test modules need and no fixture gives: loops to call, small seeds, more versions, a bounded wait."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numba
import numpy as np
from werkzeug.test import TestResponse

from training.classifier import Example
from training.kernels.judging import Judged
from training.kernels.placing import Places
from training.kernels.weighing import Scored
from training.mentions import Mentions
from training.model import Model
from training.registry import Registry
from training.settings import Settings
from training.train import train

T = TypeVar("T")


def called(loop: Callable[..., Any]) -> Callable[..., Any]:
    """Make a loop that only other loops can call one that Python can call."""

    @numba.njit(error_model="numpy")
    def call(*given):  # type: ignore[no-untyped-def]
        return loop(*given)

    return call


def judged(mentions: Mentions, at: Places, example: Example, scored: Scored) -> Judged:
    """Put together what was found out about an article step by step."""
    return Judged(
        *(mentions.found, at, example.terms, example.tokens, example.columns, example.focus, scored), np.empty(0)
    )


COUNTRIES = """
[FR]
name = "France"
demonyms = ["French"]
capital = ["Paris"]
[LY]
name = "Libya"
demonyms = ["Libyan"]
capital = ["Tripoli"]
places = ["Benghazi"]
[SY]
name = "Syria"
demonyms = ["Syrian"]
capital = ["Damascus"]
"""

PAGE = """<!DOCTYPE html><html><head><title>Dam reopens - The Example</title>
<meta property="article:published_time" content="2012-03-04T08:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Dam reopens after spring floods</h1>
<p>Engineers in the valley reopened the old dam on Sunday, four weeks after the floods had closed it to all traffic.</p>
<p>The road over it is the only way to the upper villages, and the ferry that replaced it has carried no lorries.</p>
<p>"We have eaten what was in the cellars," said a baker who keeps her shop at the northern end of the crossing.</p>
</article><footer>Imprint and contact</footer></body></html>"""

_PLACES = {
    "SY": ("Syria", "Syrian", "Damascus"),
    "LY": ("Libya", "Libyan", "Tripoli"),
    "FR": ("France", "French", "Paris"),
}
_THEMES = [
    tuple(theme.split())
    for theme in """
    farmers weighed wheat harvest; players left stadium match; clerks counted ballots election;
    sailors tied boats storm; drivers parked lorries fuel; teachers marked papers school;
    miners carried lamps coal; doctors opened clinics fever; actors folded costumes theatre;
    bankers closed ledgers credit; masons mixed mortar bridge; judges read verdicts court
    """.split(";")
]


def tiny_rows(wrong: bool = False) -> list[dict[str, object]]:
    """Make 72 short articles, each about one of three countries and naming a second in passing.

    With ``wrong`` each is labelled with the country it names in passing only.
    """
    rows: list[dict[str, object]] = []
    for about, (name, demonym, capital) in _PLACES.items():
        for passing in sorted(_PLACES.keys() - {about}):
            for people, did, things, theme in _THEMES:
                text = (
                    f"In {capital} {people} {did} their {things} on Monday, and {name} spoke of the {theme}. "
                    f"The {demonym} minister said that nobody should fear for {things} or {people}. "
                    f"Many in {name} remembered the {theme} of last year.\n\n"
                    f"A visitor who had come from {_PLACES[passing][0]} watched them and bought some tea."
                )
                row = {"title": f"{name} waits for its {theme}" + ("!" if wrong else ""), "text": text}
                rows.append(
                    {"id": f"{about}-{passing}-{theme}-{wrong}", "labels": [passing if wrong else about], **row}
                )
    return rows


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    """Write articles as JSONL."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_tiny_seeds(folder: Path) -> Path:
    """Write seeds with three countries and 72 articles, on which a model trains in a few seconds."""
    folder.mkdir()
    (folder / "countries.toml").write_text(COUNTRIES, encoding="utf-8")
    write_rows(folder / "articles.jsonl", tiny_rows())
    return folder


@cache
def tiny_model() -> Model:
    """Give a model trained on the tiny seeds, once for all tests; what it says is no matter, that it is small is."""
    with TemporaryDirectory() as folder:
        return replace(train(Settings(write_tiny_seeds(Path(folder) / "seeds"))), reference=None)


@cache
def other_model() -> Model:
    """Give the tiny model, but one that never assigns Syria, and France to everything."""
    model = tiny_model()
    thresholds = model.classifier.thresholds.copy()
    thresholds[model.classifier.labels.index("SY")], thresholds[model.classifier.labels.index("FR")] = 2, 0
    return replace(model, classifier=replace(model.classifier, thresholds=thresholds))


def publish(model: Model, folder: Path, version: str, *, promote: bool = True) -> str:
    """Publish ``model`` under another name, as if it had been trained anew."""
    again = replace(model, about={**model.about, "version": version})
    return Registry(folder).publish(again, promote=promote)


def wait_for(see: Callable[[], T], seconds: float = 30.0) -> T:
    """Look again and again until what is seen is true; give what was seen last."""
    end = time.monotonic() + seconds
    while not (seen := see()) and time.monotonic() < end:
        time.sleep(0.02)
    return seen


def assert_problem(answer: TestResponse, status: int) -> str:
    """Check that an answer is a whole problem (RFC 9457) with a status, and give its detail."""
    body = answer.get_json(force=True)
    assert answer.status_code == status, body
    assert answer.content_type == "application/problem+json"
    assert body["type"] == "about:blank"
    assert body["status"] == status
    assert body["title"]
    assert isinstance(body["detail"], str)
    assert body["detail"]
    return body["detail"]
