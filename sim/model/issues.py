"""Issues: what is on the table, and the levels each can take."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from numbers import Real
from typing import Annotated, cast

from pydantic import Field

from sim.model.base import Level, Name, Number, Positive, Record, Text
from sim.model.frozen import FrozenDict, frozen
from sim.model.values import key_level

__all__ = [
    "MAX_CELLS",
    "MAX_LEVELS",
    "Issue",
    "grid",
    "grid_size",
    "level_index",
    "near_level",
    "too_wide",
]

MAX_LEVELS = 100_000
MAX_CELLS = 10_000_000
_SAME = 1e-6  # of the distance to the nearest other level: far above float noise, far below a step


@dataclass(frozen=True, kw_only=True)
class Issue(Record):
    """One matter under negotiation: a numeric range with a step, or listed levels, all names or all numbers."""

    label: Annotated[Text | None, Field(description="What a reader sees; the key if left out.")] = None
    meaning: Annotated[Text | None, Field(description="One sentence on what the levels mean.")] = None
    unit: Annotated[Text | None, Field(description="Unit of a numeric issue, such as soldiers or km.")] = None
    range: Annotated[tuple[Number, Number] | None, Field(description="Lowest and highest level, both included.")] = None
    step: Annotated[Positive | None, Field(description="Distance between levels; the last step may be shorter.")] = None
    levels: Annotated[
        tuple[Level, ...] | None, Field(min_length=1, description="Levels one by one: names, or numbers that rise.")
    ] = None
    labels: Annotated[dict[str, Text], Field(description="What a reader sees in place of a level.")] = field(
        default_factory=dict
    )
    control: Annotated[
        tuple[Name, ...] | None, Field(description="Parties whose signature the issue needs; default: all consenting.")
    ] = None
    reversion: Annotated[
        Level | None, Field(description="Level that holds when a controlling party does not sign.")
    ] = None

    @property
    def numeric(self) -> bool:
        """Whether levels are numbers."""
        return self.range is not None or bool(self.levels and not any(isinstance(x, str) for x in self.levels))

    @cached_property
    def places(self) -> dict[float | str, int]:
        """Which level each listed one is; of one listed twice the first."""
        names = self.levels or ()
        found: dict[float | str, int] = frozen({name: len(names) - 1 - k for k, name in enumerate(reversed(names))})
        return found

    @cached_property
    def labelled(self) -> dict[float | str, str]:
        """What a reader sees in place of a level, by level."""
        return FrozenDict((key_level(key) if self.numeric else key, text) for key, text in self.labels.items())

    def all_levels(self) -> tuple[float, ...] | tuple[str, ...]:
        """Return every level in order: numbers from low to high, or names as listed."""
        if self.levels is not None:
            return cast("tuple[float, ...] | tuple[str, ...]", self.levels)
        assert self.range is not None
        assert self.step is not None
        return grid(self.range[0], self.range[1], self.step)


def too_wide(low: float, high: float, step: float) -> bool:
    """Say whether a step is wider than its range, in decimal as all of the grid is.

    Examples
    --------
    >>> too_wide(0.2, 0.3, 0.1), 0.1 > 0.3 - 0.2
    (False, True)
    """
    return Decimal(repr(step)) > Decimal(repr(high)) - Decimal(repr(low))


def grid_size(low: float, high: float, step: float) -> int:
    """Return how many levels the grid has, both ends included.

    Examples
    --------
    >>> grid_size(342, 800, 20)
    24
    """
    span = Fraction(repr(high)) - Fraction(repr(low))
    steps, rest = divmod(span, Fraction(repr(step)))
    return int(steps) + 1 + bool(rest)


@lru_cache(maxsize=64)
def grid(low: float, high: float, step: float) -> tuple[float, ...]:
    """Return low, low + step, ... and high, computed in decimal so that 0.1 steps stay exact.

    Examples
    --------
    >>> grid(0, 1, 0.3)
    (0.0, 0.3, 0.6, 0.9, 1.0)
    """
    start, width = Decimal(repr(low)), Decimal(repr(step))
    count = grid_size(low, high, step)
    return (*(float(start + k * width) for k in range(count - 1)), float(high))


def _finite(level: object) -> float | None:
    """Return a number of any kind, numpy's too, as a float; None for what is none, or has no end."""
    if isinstance(level, bool) or not isinstance(level, Real):
        return None
    try:
        number = float(level)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def level_index(issue: Issue, level: object) -> int | None:
    """Return which level of the issue this is, None where it is not one of them.

    Examples
    --------
    >>> level_index(Issue(range=(0, 1), step=0.3), 0.9), level_index(Issue(levels=("a", "b")), "c")
    (3, None)
    """
    if not issue.numeric:
        return issue.places.get(level) if isinstance(level, str) else None
    number = _finite(level)
    return None if number is None else near_level(cast("tuple[float, ...]", issue.all_levels()), number)


def near_level(levels: Sequence[float], number: float) -> int | None:
    """Return the place of the level that a number is, float noise aside; None where it lies between levels.

    The noise granted is a millionth of the distance to the nearest other level, never a share of the number: levels of
    large numbers stay apart.

    Parameters
    ----------
    levels : sequence of float
        Rising.
    number : float

    Examples
    --------
    >>> near_level((0.0, 0.1, 0.2, 0.3), 0.1 + 0.2)
    3
    >>> near_level((10_000_000.0, 10_000_000.01), 10_000_000.005) is None
    True
    """
    after = bisect_left(levels, number)
    beside = [k for k in (after - 1, after) if 0 <= k < len(levels)]
    near = min(beside, key=lambda k: abs(levels[k] - number))
    apart = min((abs(levels[k] - levels[near]) for k in (near - 1, near + 1) if 0 <= k < len(levels)), default=0.0)
    return near if abs(levels[near] - number) <= _SAME * apart else None
