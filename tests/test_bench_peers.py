"""The peers of the measurements of speed: their environments, what they are asked, and what Annif is made from."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import annif, environments, setting
from bench.environments import PEERS, Missing, interpreter
from bench.peers import worker
from training.article import Article


def test_every_peer_has_a_pinned_environment() -> None:
    assert all("==" in requirement for requirements in PEERS.values() for requirement in requirements)


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Put a script in the place of uv that writes down how it is called."""

    def install(body: str) -> Path:
        script, log = tmp_path / "uv", tmp_path / "calls"
        script.write_text(f'#!/bin/sh\necho "$1 $2" >> {log}\n{body}\n')
        script.chmod(0o755)
        monkeypatch.setenv("UV", str(script))
        return log

    return install


def test_an_environment_is_made_once_and_again_from_other_requirements(
    uv: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = uv(f"mkdir -p {tmp_path}/fast_text")
    for _ in range(2):
        assert interpreter("fast_text", tmp_path) == tmp_path / "fast_text/bin/python"
    assert log.read_text().splitlines() == ["venv --quiet", "pip install"]
    monkeypatch.setattr(environments, "PEERS", {"fast_text": ("other==1",)})
    interpreter("fast_text", tmp_path)
    assert log.read_text().splitlines() == ["venv --quiet", "pip install"] * 2


def test_a_peer_that_can_not_be_installed_is_missing_for_a_reason(uv: Callable[[str], Path], tmp_path: Path) -> None:
    uv("echo 'error: long' >&2; echo 'no wheel for this' >&2; exit 1")
    with pytest.raises(Missing, match="^no wheel for this$"):
        interpreter("annif", tmp_path)


SCRIPT = """
from bench.peers import worker

class Shouting:
    def prepare(self, text): return text.upper()
    def label(self, prepared): return [prepared[:2]] if self.known else []
    def save(self, path): open(path, "w").write("kept")

def learn(articles, labels):
    peer = Shouting()
    peer.known = len(articles) == 3 and labels == ["SY"]
    return peer

worker.serve(learn)
"""


def test_a_peer_learns_answers_measures_and_keeps(tmp_path: Path) -> None:
    articles = [Article(text, "head") for text in ("one", "two", "three")]
    file = setting.written(tmp_path / "a.jsonl", setting.for_peers(articles, [["SY"], [], []]))
    assert next(worker.rows(str(file))) == {"text": "head\n\none", "labels": ["SY"]}
    asked = [
        {"do": "learn", "file": str(file), "labels": ["SY"]},
        {"do": "answer", "file": str(file)},
        {"do": "answer", "file": str(file), "part": 1, "parts": 2},
        {"do": "measure", "file": str(file)},
        {"do": "save", "to": str(tmp_path / "kept")},
    ]
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input="\n".join(map(json.dumps, asked)),
        capture_output=True,
        text=True,
        check=True,
    )
    learned, answers, half, measured, kept = map(json.loads, said.stdout.splitlines())
    assert answers == {"answers": [["HE"]] * 3}
    assert half == {"answers": [["HE"]]}
    assert 0 < measured["seconds"] < learned["seconds"] + 10
    assert (kept, (tmp_path / "kept").read_text()) == ({}, "kept")


def test_a_project_of_annif_is_written_with_labels_articles_and_all_that_it_would_download(tmp_path: Path) -> None:
    articles: list[worker.Row] = [{"text": "Rain\tin\nDamascus", "labels": ["SY", "LY"]}]
    annif.write(tmp_path, {"SY": "Syria", "LY": "Libya"}, articles)
    assert (tmp_path / "labels.tsv").read_text() == f"<{annif.LABEL}SY>\tSyria\n<{annif.LABEL}LY>\tLibya\n"
    assert (tmp_path / "articles.tsv").read_text() == f"Rain in Damascus\t<{annif.LABEL}SY> <{annif.LABEL}LY>\n"
    assert "vocab=labels" in (tmp_path / "projects.cfg").read_text()
    assert sorted(path.name for path in (tmp_path / annif.PUNKT).iterdir()) == list(annif.PUNKT_FILES)


def test_calls_of_annif_hold_so_many_documents() -> None:
    documents = annif.bodies(["one", "two", "three"])
    assert [json.loads(call)["documents"] for call in annif.calls(documents, 2)] == [[{"text": "one"}, {"text": "two"}]]
    assert len(annif.calls(documents, 1)) == 3


def test_what_annif_suggests_first() -> None:
    first = {"uri": f"{annif.LABEL}SY", "label": "Syria", "score": 0.5}
    answer = json.dumps([{"results": [first, {**first, "uri": "other"}]}, {"results": []}]).encode()
    assert annif.suggested(answer) == ["SY", ""]
