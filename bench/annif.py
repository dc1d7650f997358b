"""An Annif TF-IDF project for the labels: its vocabulary, its training articles, and the server's command.

Suominen, Inkinen, Lehtinen: Annif and Finto AI, developing and implementing automated subject indexing, JLIS.it 2022.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson

from bench.environments import MADE, PEERS, Missing, interpreter
from bench.peers import worker
from bench.setting import Setting
from bench.workers import ROOT, environment

PROJECT = "tfidf"
PATH = f"/v1/projects/{PROJECT}/suggest-batch"
AT_A_TIME = 32  # documents; Annif takes no more
TAUGHT = 1_500  # articles; it takes 10 ms each
LABEL = "http://example.org/"
SETTINGS = f"""[{PROJECT}]
name=TF-IDF
language=en
backend=tfidf
analyzer=simple
limit=10
vocab=labels
"""
PUNKT = Path("nltk/tokenizers/punkt_tab/english")
PUNKT_FILES = ("abbrev_types.txt", "collocations.tab", "ortho_context.tab", "sent_starters.txt")


class Project:
    """A trained project.

    Raises:
        Missing: Annif can't be installed, or does not train.
    """

    def __init__(self, setting: Setting) -> None:
        self.python = interpreter("annif")
        self.folder = (setting.folder / "annif-projects" / setting.digest).absolute()
        self.variables = environment(
            PYTHONPATH=str(ROOT),
            ANNIF_DATADIR=str(self.folder / "data"),
            ANNIF_PROJECTS=str(self.folder / "projects.cfg"),
            NLTK_DATA=str(self.folder / "nltk"),
        )
        wanted = "\n".join(PEERS["annif"])
        if not (made := self.folder / MADE).exists() or made.read_text() != wanted:
            self._train(setting)
            made.write_text(wanted)

    @property
    def command(self) -> list[str]:
        """What starts its server; a port is added."""
        served = [str(self.python), "-m", "bench.peers.served", "annif:create_app()"]
        return [*served, "--worker-class", "uvicorn.workers.UvicornWorker"]

    def _train(self, setting: Setting) -> None:
        articles = [row for row in worker.rows(str(setting.taught_file)) if row["labels"]][:TAUGHT]
        names = {id: label.name for id, label in setting.model.seeds.labels.items()}
        write(self.folder, names, articles)
        self._run("load-vocab", "--language", "en", "labels", "labels.tsv")
        self._run("train", PROJECT, "articles.tsv")

    def _run(self, *command: str) -> None:
        annif = [str(self.python.with_name("annif")), *command]
        done = subprocess.run(annif, cwd=self.folder, env=self.variables, capture_output=True, text=True)
        if done.returncode:
            raise Missing((done.stderr.strip().splitlines() or [f"annif {command[0]} failed"])[-1])


def write(folder: Path, names: Mapping[str, str], articles: Iterable[worker.Row]) -> None:
    """Write what a project is made from.

    It splits sentences by a model of NLTK's that would have to be downloaded; an empty one knows no abbreviations, and
    that is all.
    """
    (folder / PUNKT).mkdir(parents=True, exist_ok=True)
    for name in PUNKT_FILES:
        (folder / PUNKT / name).write_text("")
    (folder / "projects.cfg").write_text(SETTINGS, encoding="utf-8")
    labels = "".join(f"<{LABEL}{id}>\t{name}\n" for id, name in names.items())
    (folder / "labels.tsv").write_text(labels, encoding="utf-8")
    rows = (f"{' '.join(one['text'].split())}\t{_uris(one['labels'])}\n" for one in articles)
    (folder / "articles.tsv").write_text("".join(rows), encoding="utf-8")


def bodies(texts: Iterable[str]) -> list[bytes]:
    """Give texts as documents of a call."""
    return [orjson.dumps({"text": text}) for text in texts]


def calls(documents: list[bytes], size: int) -> list[bytes]:
    """Give documents as calls send them, so many at a time; what is left over is left out."""
    whole = range(0, len(documents) - size + 1, size)
    return [b'{"documents": [' + b",".join(documents[at : at + size]) + b"]}" for at in whole]


def suggested(answer: bytes) -> list[str]:
    """Give the label that is suggested first for each document, "" for none."""
    first = [document["results"][:1] for document in orjson.loads(answer)]
    return [best[0]["uri"].removeprefix(LABEL) if best else "" for best in first]


def _uris(labels: Iterable[str]) -> str:
    return " ".join(f"<{LABEL}{id}>" for id in labels)
