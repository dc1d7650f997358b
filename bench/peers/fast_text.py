"""fastText's supervised classifier: python -m bench.peers.fast_text.

One-vs-all loss, as an article may have several labels or none; words alone, at which it is fastest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fasttext

from bench.peers import worker

PREFIX = "__label__"
STEPS = 50_000  # articles that it has to see, again and again, to learn anything


@dataclass(frozen=True)
class FastText:
    """A fitted classifier."""

    model: Any

    def prepare(self, text: str) -> str:
        """Make one line of a text; fastText takes no others."""
        return " ".join(text.split())

    def label(self, prepared: str) -> list[str]:
        """Give the labels of a probability of one half or more."""
        return [label.removeprefix(PREFIX) for label in self.model.predict(prepared, k=-1, threshold=0.5)[0]]

    def save(self, path: str) -> None:
        """Keep what was learned."""
        self.model.save_model(path)


def learn(articles: Sequence[worker.Row]) -> FastText:
    """Fit a classifier on the articles that have labels."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "articles.txt"
        lines = (f"{_labels(one)} {' '.join(one['text'].split())}\n" for one in articles if one["labels"])
        file.write_text("".join(lines), encoding="utf-8")
        passes = max(25, STEPS // len(articles))
        return FastText(fasttext.train_supervised(str(file), loss="ova", lr=1.0, epoch=passes, thread=2, verbose=0))


def _labels(article: worker.Row) -> str:
    return " ".join(PREFIX + label for label in article["labels"])


if __name__ == "__main__":
    worker.serve(learn)
