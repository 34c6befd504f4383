"""Hard constraints of a space: which combinations of some issues' levels are allowed, listed or by a weighted sum.

A *mask* lists the combinations. A *sum* adds up a whole number for each level and keeps the total between bounds. One
of few combinations is listed too; of a larger one only its *sides* are used: further columns, each a sum over issues as
utilities are, that must reach a value. Columns are scaled by a power of two, so that floats hold every total exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints

__all__ = ["FINEST", "Mask", "Side", "Sum", "side_columns"]

FINEST = 10**9  # beyond so many units the solver cannot tell one unit from its tolerance
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Mask:
    """A hard constraint: which combinations of some issues' levels are allowed, shape (n_k, n_l, ...)."""

    issues: tuple[int, ...]
    allowed: Bools

    def allows(self, levels: Ints) -> Bools:
        """Say which outcomes, given as levels (n, K), are allowed."""
        return np.asarray(self.allowed[tuple(levels[:, k] for k in self.issues)])

    def renumbered(self, place: Mapping[int, int]) -> Mask:
        """Return the same constraint with its issues numbered anew."""
        return replace(self, issues=tuple(place[k] for k in self.issues))


@dataclass(frozen=True, eq=False)
class Side:
    """One bound of a sum: the columns of its issues, in order, must add up to at least so much."""

    parts: tuple[Floats, ...]
    least: float


@dataclass(frozen=True, eq=False)
class Sum:
    """A hard constraint: the numbers of some issues' levels must add up to no less and no more than bounds.

    Attributes
    ----------
    issues : tuple of int
    parts : tuple of ndarray of int (or of object, for large numbers), shape (n_k,) each
        What each level counts, in whole numbers of a unit.
    low, high : int or None
        In the same unit; None: no bound.

    Examples
    --------
    >>> bound = Sum((0, 1), (np.arange(3), np.arange(3)), None, 2)
    >>> bound.mask().allowed.tolist()
    [[True, True, True], [True, True, False], [True, False, False]]
    >>> [side.least for side in bound.sides()]
    [-0.25]
    """

    issues: tuple[int, ...]
    parts: tuple[NDArray[Any], ...]
    low: int | None
    high: int | None

    @property
    def combinations(self) -> int:
        """How many combinations of levels its issues have."""
        return math.prod(len(part) for part in self.parts)

    @property
    def units(self) -> int:
        """How large, in units, a total may become."""
        return sum(int(np.abs(part).max()) for part in self.parts)

    def allows(self, levels: Ints) -> Bools:
        """Say which outcomes, given as levels (n, K), are allowed."""
        return self._within(sum(part[levels[:, k]] for k, part in zip(self.issues, self.parts, strict=True)))

    def renumbered(self, place: Mapping[int, int]) -> Sum:
        """Return the same constraint with its issues numbered anew."""
        return replace(self, issues=tuple(place[k] for k in self.issues))

    def left(self, count: int) -> Sum:
        """Return what is asked of the first `count` issues where each of the others has but one level."""
        pairs = list(zip(self.issues, self.parts, strict=True))
        spent = sum(int(part[0]) for k, part in pairs if k >= count)
        issues, parts = tuple(k for k in self.issues if k < count), tuple(part for k, part in pairs if k < count)
        low, high = (None if end is None else end - spent for end in (self.low, self.high))
        return Sum(issues, parts, low, high)

    def mask(self) -> Mask:
        """Return the same constraint as the list of what it allows."""
        none: NDArray[Any] = np.zeros((), dtype=np.int64)
        return Mask(self.issues, self._within(reduce(np.add.outer, self.parts, none)))

    def _within(self, total: Any) -> Bools:
        allowed = np.ones(np.shape(total), dtype=bool)
        if self.low is not None:
            allowed &= np.asarray(total >= self.low, dtype=bool)
        if self.high is not None:
            allowed &= np.asarray(total <= self.high, dtype=bool)
        return allowed

    def sides(self) -> tuple[Side, ...]:
        """Return its bounds as columns of order one that must reach a value."""
        beyond = self.units + 1
        scale = -beyond.bit_length()
        ends = [(1, self.low), (-1, None if self.high is None else -self.high)]
        return tuple(
            Side(
                tuple(np.ldexp(sign * part.astype(np.float64), scale) for part in self.parts),
                math.ldexp(min(max(end, -beyond), beyond), scale),
            )
            for sign, end in ends
            if end is not None
        )


def side_columns(sums: Sequence[Sum], sizes: Sequence[int]) -> tuple[list[Floats], Floats]:
    """Return what every level of every issue adds to each side of some sums, and what each side must reach.

    Returns
    -------
    tables, least : list of ndarray (n_k, B), ndarray (B,)
    """
    sides = [(bound.issues, side) for bound in sums for side in bound.sides()]
    tables = [np.zeros((size, len(sides))) for size in sizes]
    for column, (issues, side) in enumerate(sides):
        for k, part in zip(issues, side.parts, strict=True):
            tables[k][:, column] = part
    return tables, np.array([side.least for _, side in sides])
