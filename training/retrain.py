"""The nightly job, read top to bottom: lock, collect, train, evaluate, gate, promote, report.

Killed anywhere, it leaves the champion current, and at most a version more, or unfinished files that the next run takes
away: a version is written under a hidden name, and `current` is replaced in one step.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from training.collect import collected
from training.errors import DeskError, ModelError
from training.gate import Gate, bytes_of, compare, judge
from training.night import Night, Outcome
from training.progress import Progress, unseen
from training.readers import Skips
from training.registry import KEPT, Registry
from training.settings import Settings
from training.train import train

if TYPE_CHECKING:
    from training.store import Store


def retrain(
    settings: Settings,
    registry: Registry,
    store: Store | None = None,
    gate: Gate | None = None,
    progress: Progress = unseen,
    skips: Skips | None = None,
    command: str | None = None,
) -> Outcome:
    """Run one night. A refused challenger is kept as a version of its own; the champion stays current.

    Args:
        settings: what to train on and how.
        registry: where versions are.
        store: articles and judgments that are trained on too.
        gate: what a challenger may lose.
        progress: wraps the things a slow step goes over, with the step's name.
        skips: counts the rows skipped, where the settings say so.
        command: what runs the night again, as the report tells it.

    Raises:
        Busy: another run is at work.
        InputError: the seeds or a corpus are wrong; nothing has changed.
        ModelError: the current model can't be compared with, is not named any more, or became current in the meantime.
        StoreError, NoRoom: the store can't be read, or the disk is full; nothing has changed.
    """
    with registry.lock(), Night(registry, store, command) as night:
        registry.sweep()
        if not night.before and (promoted := registry.promotions()):
            raise ModelError(
                f"{registry.name}: no version is current, though one was, so a new one can be held against none; "
                f"make it so again with: desk models promote {promoted[-1][0]}"
            )
        champion = night.champion = registry.load(night.before) if night.before else None

        night.begins("collect")
        with collected(settings, store, progress, registry.address) as (whole, night.collected):
            night.begins("train")
            version = registry.publish(train(whole, progress, skips, champion), promote=False)
            challenger = night.challenger = registry.load(version)

            night.begins("evaluate")
            night.comparisons = compare(champion, challenger, whole, progress) if champion else []

            night.begins("gate")
            if champion:
                sizes = bytes_of(registry.path(champion.version)), bytes_of(registry.path(version))
                night.verdict = judge(gate or Gate(), champion, challenger, night.comparisons, whole, sizes)

        night.begins("promote")
        registry.prune(KEPT)  # before: whatever goes wrong, a night that promoted is told as one
        if night.verdict.passed:
            if registry.current() != night.before:  # a rollback, say, which a night must not undo
                raise ModelError(
                    f"{registry.name}: another version became current while the night was at work, and the "
                    f"challenger {version} was not compared with it; run the night again"
                )
            registry.promote(version)
            night.promoted = True
    return night.outcome


@contextmanager
def beginning(registry: Registry, command: str | None = None) -> Iterator[None]:
    """Write the report of a night that can't even begin, as where its store is away; else the last one would stand."""
    try:
        yield
    except DeskError as error:
        with suppress(DeskError, OSError), registry.lock(), Night(registry, command=command):
            raise error
        raise
