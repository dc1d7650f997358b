"""The bounds of the gate, and how they are read from a file."""

from __future__ import annotations

import tomllib
from dataclasses import Field, dataclass, field, fields
from math import inf
from pathlib import Path
from typing import Any

from training.errors import InputError

LARGEST = 2**63 - 1  # whole number that TOML has; Python reads larger ones too, and can't reckon with them


def _bound(default: float, least: float, most: float) -> Any:
    return field(default=default, metadata={"least": least, "most": most})


@dataclass(frozen=True, slots=True)
class Gate:
    """What a challenger may lose.

    A fall of F1, or a rise of the Brier score, is refused where it is greater than what chance explains *and* than the
    bound here: a fall of .002 in 20,000 articles may be beyond doubt and still not worth a refusal.

    Attributes:
        risk: chance that a challenger as good as the champion is refused for its scores, on a whole night. Half of it
            is shared out among all labels, half among the overall scores, of both groups of articles.
        micro: fall of micro F1 that is not worth a refusal, 0 to 1.
        macro: the same of macro F1, the mean over labels.
        label: the same of the F1 of one label.
        brier: the same for a rise of the Brier score of an article, the squared distances of all its probabilities from
            the truth; an article of which a label is missed altogether has 1.
        support: articles about a label from which its F1 is compared, and in a group from which the group's scores are.
        surprise: largest gap between the champion's micro F1 on articles it knows and on new ones, of which there are
            at least ``support``. Where it is wider, the new labels are more likely wrong than the champion.
        reversal: the same for new articles of which people judged single labels, of which there are at least
        bulk: people are asked where the champion is in doubt or wrong, and mend it by saying so; but a hundred articles
            that say the opposite of nearly all of it are more likely a program that has gone wrong.
        kept: least share of the champion's topics that must be kept, 0 to 1, rounded down to whole topics.
        likeness: least likeness of the kept topics to what they were, their median, 0 to 1: cosine of their words, and
            of their shares in articles that both versions know.
        canaries: canary articles that may be wrong.
        size: how many times the bytes of the champion's folder the challenger's may have, and
        small: megabytes that it may have in any case: the first real corpus makes a model many times larger.
        slowdown: how many times the champion's time the challenger may take to label the same articles, and
        fast: milliseconds an article that it may take in any case.
    """

    risk: float = _bound(0.01, 0.0001, 0.5)
    micro: float = _bound(0.01, 0, 1)
    macro: float = _bound(0.01, 0, 1)
    label: float = _bound(0.01, 0, 1)
    brier: float = _bound(0.01, 0, inf)
    support: int = _bound(20, 1, inf)
    surprise: float = _bound(0.2, 0, 1)
    reversal: float = _bound(0.7, 0, 1)
    bulk: int = _bound(100, 1, inf)
    kept: float = _bound(0.8, 0, 1)
    likeness: float = _bound(0.5, 0, 1)
    canaries: int = _bound(0, 0, inf)
    size: float = _bound(1.5, 0, inf)
    small: float = _bound(100.0, 0, inf)
    slowdown: float = _bound(1.5, 0, inf)
    fast: float = _bound(0.5, 0, inf)

    @classmethod
    def read(cls, path: Path) -> Gate:
        """Read bounds from a TOML file; those it does not name are the usual ones.

        Raises:
            InputError: the file can't be read, or a key or value is wrong; the message says what is allowed.
        """
        try:
            given = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"{path}: can't be read as TOML: {error}") from None
        known = {bound.name: bound for bound in fields(cls)}
        for key, value in given.items():
            if key not in known:
                raise InputError(f"{path}: unknown key {key!r}; known are {', '.join(known)}")
            if wrong := _wrong(known[key], value):
                raise InputError(f"{path}: {key} {wrong}")
        return cls(**given)


def _wrong(bound: Field[Any], value: object) -> str | None:
    """Say what a value must be, None where it is that."""
    whole = isinstance(bound.default, int)
    least, most = bound.metadata["least"], bound.metadata["most"]
    number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if number and least <= value <= most and not (isinstance(value, int) and value > LARGEST):
        return None
    allowed = f"{'a whole number' if whole else 'a number'} from {least:g} {'up' if most == inf else f'to {most:g}'}"
    return f"must be {allowed}, found {value!r}"
