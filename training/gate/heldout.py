"""Champion and challenger on the same articles, none of which either was trained on when it answered.

Articles are new, never seen by the champion, or known to it; a nightly run's new ones are its newest. To the new ones
the champion answers as it would have on the day, and the challenger out of fold: its answer to an article is the one of
models that were fitted without that article, its day and its near-duplicates. To known ones both answer out of fold.

That is stricter than setting the newest articles aside by date, and wastes nothing. Every judged article is one that
both are tried on, so smaller falls stand out from chance; a set by date would be small, or would keep the newest
judgments, which say most about tomorrow, from teaching anybody. It would also be no test any more as soon as a model is
trained on it, and each night's set another. Out of fold the challenger knows a fifth less than the model that would
serve, so if the comparison is unfair at all, it is so to the challenger.

Of new ones, those of which people judged single labels are a group of their own: they were asked where the champion is
in doubt or wrong, so that it is wrong there says nothing against them.

The groups are kept apart so that many new articles with wrong labels can't outvote the ones known to be right. An
article whose judgment has changed since the champion was trained is a known one; what it is judged by is the new truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from training import bootstrap, corpus, readers
from training.bootstrap import Difference
from training.evaluate import Answer, Evaluation, Truth, answer, evaluate
from training.model import Model
from training.progress import Progress
from training.readers import Skips
from training.settings import Settings
from training.text import digest

NEW, PARTLY, KNOWN = "new", "partly judged", "known"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Champion and challenger on the same articles.

    Attributes:
        name: NEW, articles the champion has never seen; PARTLY, those of them of which people judged some labels
            alone; or KNOWN, articles it was trained on.
        articles: how many.
        champion, challenger: the scores of each.
        differences: champion less challenger, each with its chance: F1, micro, macro and of each label; Brier score.
    """

    name: str
    articles: int
    champion: Evaluation
    challenger: Evaluation
    differences: list[Difference] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, truths: list[Truth], before: list[Answer], after: list[Answer]) -> Comparison:
        """Compare the answers of a champion and of a challenger to the same articles."""
        differences = bootstrap.compare(truths, before, after)
        differences.append(bootstrap.compare_probabilities(truths, before, after))
        return cls(name, len(truths), evaluate(truths, before), evaluate(truths, after), differences)

    def as_row(self) -> dict[str, Any]:
        """Give the comparison ready for JSON."""
        return {
            "on": self.name,
            "articles": self.articles,
            "champion": self.champion.as_row(),
            "challenger": self.challenger.as_row(),
            "differences": [difference.as_row() for difference in self.differences],
        }


def compare(champion: Model, challenger: Model, settings: Settings, progress: Progress) -> list[Comparison]:
    """Score both on every labelled article of the run: those new to the champion first, then those known to it."""
    groups: dict[str, tuple[list[Truth], list[Answer], list[Answer]]] = {
        name: ([], [], []) for name in (NEW, PARTLY, KNOWN)
    }
    labels = {*champion.classifier.labels, *challenger.classifier.labels}
    seen = {digest(canary) for canary in corpus.canaries(settings)}
    again = Skips() if settings.skip_bad else None  # training has counted and told them
    for one in progress(readers.read_all(settings.files, again), "comparing"):
        key = digest(one)
        if one.labels is None or key in seen:
            continue
        seen.add(key)
        was = answer(champion, one)
        truths, before, after = groups[KNOWN if was.seen else NEW if one.judged is None else PARTLY]
        truths.append((one.labels, one.untold(labels)))
        before.append(was)
        after.append(answer(challenger, one))
    return [Comparison.of(name, *group) for name, group in groups.items() if group[0]]
