"""Everything a training run can be told, and where it looks for things when it is told nothing."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

SAMPLES, CANARIES = "articles.jsonl", "canaries.jsonl"


@dataclass(frozen=True, slots=True)
class Settings:
    """What to train on and how. The same settings and data give the same model, byte for byte in its arrays.

    Attributes:
        seeds: folder of labels and their seeds.
        corpora: files or folders of articles, labelled or not.
        samples: whether the sample articles in seeds/ are trained on too.
        until: a moment, as ISO 8601; what the store held then is trained on too. Where it is None and a store is given,
            what it holds now.
        collected: the file that this was written to; its labels come before those of other files.
        topics: number of LDA topics; "auto" chooses by articles that are held out, None by the size of the corpus.
        afresh: whether topics start from nothing where there is a model whose topics they could go on from.
        passes: times LDA goes over the corpus when it starts from nothing; None is as many as it needs.
        min_examples: judged articles about a label from which it gets a word classifier of its own.
        target_precision: thresholds are the lowest that reach it; by default they are those of best F1.
        seed: of everything random.
        skip_bad: whether rows that can't be read are skipped and counted; otherwise the first is an error.
    """

    seeds: Path
    corpora: tuple[Path, ...] = ()
    samples: bool = True
    until: str | None = None
    collected: Path | None = None
    topics: int | str | None = None
    afresh: bool = False
    passes: int | None = None
    min_examples: int = 10
    target_precision: float | None = None
    seed: int = 0
    skip_bad: bool = False

    @property
    def files(self) -> tuple[Path, ...]:
        """The files and folders to read articles from, in order."""
        stored = (self.collected,) if self.collected else ()
        return (*stored, self.seeds / SAMPLES, *self.corpora) if self.samples else (*stored, *self.corpora)

    @property
    def canaries(self) -> Path:
        """The file of articles that are never trained on and that every model must get right."""
        return self.seeds / CANARIES

    @property
    def command(self) -> str:
        """The command line that trains the same model again."""
        words = ["desk", "train", "--seeds", str(self.seeds)]
        for corpus in self.corpora:
            words += ["--corpus", str(corpus)]
        if self.until:
            words += ["--store", "--until", self.until]
        if not self.samples:
            words.append("--no-samples")
        if self.skip_bad:
            words.append("--skip-bad")
        if self.afresh:
            words.append("--fresh-topics")
        options = (
            ("--topics", self.topics),
            ("--target-precision", self.target_precision),
            ("--seed", self.seed or None),
        )
        for option, value in options:
            if value is not None:
                words += [option, str(value)]
        return shlex.join(words)


def default_seeds() -> Path:
    """Give the seeds/ of the folder one stands in, else of the checkout, else those installed with the package."""
    beside = Path(__file__).resolve().parent.parent / "seeds"
    places = (Path("seeds"), beside, Path(sys.prefix) / "share" / "foreign-desk" / "seeds")
    return next((place for place in places if (place / "countries.toml").exists()), places[0])
