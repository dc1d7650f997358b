"""What the gate found: one row for each criterion that was applied, and whether all of them are met."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion, applied.

    Attributes:
        name: what was looked at.
        passed: whether it is as it must be.
        measured, bound: what was found, and what it was held against; None where the criterion is left out.
        told: the outcome in a sentence, without the full stop.
    """

    name: str
    passed: bool
    measured: float | None
    bound: float | None
    told: str

    def as_row(self) -> dict[str, Any]:
        """Give the outcome ready for JSON."""
        measured, bound = (
            round(figure, 4) if figure is not None and isfinite(figure) else None
            for figure in (self.measured, self.bound)
        )
        return {"name": self.name, "passed": self.passed, "measured": measured, "bound": bound, "told": self.told}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a challenger: every criterion that was applied."""

    checks: list[Check] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the challenger may be promoted."""
        return not self.reasons

    @property
    def reasons(self) -> list[str]:
        """Why not, a sentence for each criterion that it fails."""
        return [check.told for check in self.checks if not check.passed]
