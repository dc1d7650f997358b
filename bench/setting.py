"""What all measurements share: the articles, the model trained on their corpus, and what the peers learn from."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from bench.environments import FOLDER
from training.article import Article
from training.errors import DeskError
from training.model import Model
from training.readers import read
from training.registry import Registry
from training.settings import SAMPLES, default_seeds

TAUGHT = 4_000  # articles that the peers learn from
FEW = 1_000  # from fewer they learn nothing that would carry over
TOPICS = 50
TWO = ("SY", "LY")  # the labels of the hand-made service


@dataclass(frozen=True)
class Setting:
    """What is measured on.

    Attributes:
        corpus: the file of articles; None for the samples.
        count: how many of its first articles are measured.
        rounds: times that everything is measured.
        folder: where environments, models and files for the peers are kept.
    """

    corpus: Path | None
    count: int
    rounds: int
    folder: Path = FOLDER

    @property
    def file(self) -> Path:
        """The file of articles."""
        return self.corpus or default_seeds() / SAMPLES

    @cached_property
    def articles(self) -> list[Article]:
        """The articles that are measured."""
        return self._read[: self.count]

    @cached_property
    def taught(self) -> list[Article]:
        """The articles that the peers learn from: those after, or all where there are too few."""
        return self._read[self.count :] if len(self._read) >= self.count + FEW else self._read

    @cached_property
    def _read(self) -> list[Article]:
        """Titles and texts alone, which is what the peers and a call over HTTP get too."""
        return [Article(one.text, one.title) for one in islice(read(self.file), self.count + TAUGHT)]

    @property
    def bytes(self) -> float:
        """How long an article is on average."""
        return sum(len(whole(article).encode()) for article in self.articles) / len(self.articles)

    @cached_property
    def digest(self) -> str:
        """What tells this corpus from others."""
        with self.file.open("rb") as data:
            return hashlib.file_digest(data, "sha256").hexdigest()[:12]

    @property
    def models(self) -> Path:
        """The folder of the model that was trained on the corpus."""
        return self.folder / "models" / self.digest

    @cached_property
    def model(self) -> Model:
        """The model that was trained on the corpus, with all labels and 50 topics."""
        corpus = ["--corpus", str(self.corpus)] if self.corpus else []
        return trained(self.models, *corpus, "--topics", str(TOPICS))

    @cached_property
    def truth(self) -> list[list[str]]:
        """The labels of the articles, as our model gives them."""
        return labels(self.model, self.articles)

    @cached_property
    def asked_file(self) -> Path:
        """The articles that are measured, for the peers."""
        return written(self.folder / "asked.jsonl", for_peers(self.articles, self.truth))

    @cached_property
    def taught_file(self) -> Path:
        """The articles to learn from, for the peers, with the labels that our model gives them."""
        return written(self.folder / "taught.jsonl", for_peers(self.taught, labels(self.model, self.taught)))


def trained(models: Path, *options: str) -> Model:
    """Load a model, after training it by the command line where there is none or another version of us made it."""
    try:
        return Registry(models).load()
    except DeskError:
        print(f"Training a model into {models}, once ...", file=sys.stderr)
        desk = Path(sys.executable).with_name("desk")
        subprocess.run([desk, "train", "--models", models, *options], check=True, stdout=subprocess.DEVNULL)
        return Registry(models).load()


def labels(model: Model, articles: Sequence[Article]) -> list[list[str]]:
    """Give the ids of the labels that a model assigns."""
    return [[label.id for label in answer.labels] for answer in model.label_many(articles, evidence=False)]


def whole(article: Article) -> str:
    """Give title and text as one, as the peers get it."""
    return f"{article.title}\n\n{article.text}" if article.title else article.text


def written(file: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write rows of JSONL and give the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file.absolute()


def for_peers(articles: Iterable[Article], truth: Iterable[Sequence[str]]) -> Iterator[dict[str, object]]:
    """Give articles and their labels as rows that a peer's script reads."""
    return ({"text": whole(one), "labels": list(ids)} for one, ids in zip(articles, truth, strict=True))
