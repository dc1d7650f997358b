"""Topics must keep their identity: most of them must be kept, and what is kept must be what it was."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from training.discovery import identity
from training.gate.bounds import Gate
from training.gate.verdict import Check
from training.topics import Topics

_ADVICE = "look at desk topics diff, and if other topics are wanted, use --fresh-topics"


def topics_stay(gate: Gate, old: Topics, new: Topics, afresh: bool = False) -> Iterator[Check]:
    """Most of the champion's topics must be kept, and be what they were, unless fresh ones are asked for."""
    if afresh or not len(old):
        return
    likeness = identity.kin(old, new).likeness
    alike = [float(likeness[at, new.ids.index(id)]) for at, id in enumerate(old.ids) if id in new.ids]
    yield _topics_kept(gate, len(alike), len(old))
    if alike:
        yield _topics_alike(gate, median(alike))


def _topics_kept(gate: Gate, kept: int, were: int) -> Check:
    least = int(gate.kept * were + 1e-9)
    told = f"{kept} of {were} topics are kept"
    if kept < least:
        told = f"only {told}, and {least} must be: {_ADVICE}"
    return Check("topics kept", kept >= least, kept, least, told)


def _topics_alike(gate: Gate, alike: float) -> Check:
    told = f"the topics that are kept are like what they were by {alike:.3f}"
    if alike < gate.likeness:
        told += f", and must be by {gate.likeness:.3f}: {_ADVICE}"
    return Check("topics alike", alike >= gate.likeness, alike, gate.likeness, told)
