"""A mixed-integer linear program put together row by row.

maximise c.x subject to low <= A x <= high, bounds on x, and some x whole numbers 0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import LinearConstraint
from scipy.sparse import csr_array

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.programs.budgets import Budget
from sim.space.programs.integers import Attained, attained

__all__ = ["Program"]

Terms = Sequence[tuple[Ints, Floats]]


class Program:
    """Variables and rows, added piece by piece.

    Examples
    --------
    >>> program = Program()
    >>> take = program.binaries(3)
    >>> program.row([(take, np.array([3.0, 4.0, 5.0]))], high=7.5)
    >>> program.maximise([(take, np.array([3.0, 4.0, 6.0]))]).value
    7.0
    """

    def __init__(self) -> None:
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._whole: list[Ints] = []
        self._size = 0
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._rows: list[tuple[float, float]] = []

    def variables(self, count: int, low: ArrayLike, high: ArrayLike, *, whole: bool = False) -> Ints:
        """Add variables within bounds; return their numbers."""
        self._low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), (count,)))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), (count,)))
        self._whole.append(np.full(count, int(whole)))
        self._size += count
        return np.arange(self._size - count, self._size)

    def binaries(self, count: int) -> Ints:
        """Add variables that are 0 or 1; return their numbers."""
        return self.variables(count, 0.0, 1.0, whole=True)

    def row(self, terms: Terms, *, low: float = -np.inf, high: float = np.inf) -> None:
        """Add low <= sum of terms <= high; a term is some variables and their coefficients."""
        columns = np.concatenate([np.asarray(v, dtype=np.int64) for v, _ in terms])
        values = np.concatenate([np.asarray(c, dtype=np.float64) for _, c in terms])
        self._entries.append((np.full(len(columns), len(self._rows)), columns, values))
        self._rows.append((low, high))

    def each_below(self, small: Ints, large: Ints, factor: float) -> None:
        """Add small_k <= factor x large_k for each k."""
        count, first = len(small), len(self._rows)
        rows = np.arange(first, first + count)
        self._entries.append((rows, small, np.ones(count)))
        self._entries.append((rows, large, np.full(count, -factor)))
        self._rows.extend([(-np.inf, 0.0)] * count)

    def maximise(self, objective: Terms, *, seconds: float = 30.0, nodes: int | None = None) -> Attained:
        """Return the best point found within some seconds, or nodes of the search, with a bound that holds."""
        worth = np.zeros(self._size)
        for variables, coefficients in objective:
            np.add.at(worth, variables, coefficients)
        rows, columns, values = (np.concatenate([entry[k] for entry in self._entries]) for k in range(3))
        matrix = csr_array((values, (rows, columns)), shape=(len(self._rows), self._size))
        constraint = LinearConstraint(matrix, *np.array(self._rows).T)
        limits = (np.concatenate(self._low), np.concatenate(self._high))
        whole = np.concatenate(self._whole)
        return attained(worth, whole, limits, [constraint], budget=Budget.of(seconds), nodes=nodes)
