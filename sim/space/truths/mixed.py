"""A mixed-integer linear program put together row by row, and solved by scipy's HiGHS.

maximise c.x subject to low <= A x <= high, bounds on x, and some x whole numbers 0 or 1.

HiGHS at a relative gap of 1e-9 sometimes returns no point: then it is asked again with looser gaps, and the bound it
proves is returned beside the point, so that what was reached is known.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.quiet import quiet

__all__ = ["Program", "Solution"]

Terms = Sequence[tuple[Ints, Floats]]
_GAPS = (1e-9, 1e-6, 1e-4)
_NODES = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Solution:
    """The answer of a program.

    Attributes
    ----------
    x : ndarray, shape (n,), or None
        None where there is no point, or none was found in time.
    value, bound : float
        The objective at x, and what no point exceeds.
    """

    x: Floats | None
    value: float
    bound: float


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
        self._whole: list[Floats] = []
        self._size = 0
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._rows: list[tuple[float, float]] = []

    def variables(self, count: int, low: ArrayLike, high: ArrayLike, *, whole: bool = False) -> Ints:
        """Add variables within bounds; return their numbers."""
        self._low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), (count,)))
        self._high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), (count,)))
        self._whole.append(np.full(count, float(whole)))
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

    def maximise(self, objective: Terms, *, seconds: float = 30.0, nodes: int | None = None) -> Solution:
        """Return the best point found within some seconds, or nodes of the search, with a bound that holds."""
        cost = np.zeros(self._size)
        for variables, coefficients in objective:
            np.subtract.at(cost, variables, coefficients)
        rows, columns, values = (np.concatenate([entry[k] for entry in self._entries]) for k in range(3))
        matrix = csr_array((values, (rows, columns)), shape=(len(self._rows), self._size))
        constraint = LinearConstraint(matrix, *np.array(self._rows).T)
        bounds = Bounds(np.concatenate(self._low), np.concatenate(self._high))
        end = time.monotonic() + seconds
        best = Solution(None, -np.inf, np.inf)
        for gap in _GAPS:
            left = end - time.monotonic()
            if left <= 0:
                break
            with quiet():
                answer = milp(
                    cost,
                    integrality=np.concatenate(self._whole),
                    bounds=bounds,
                    constraints=constraint,
                    options={"mip_rel_gap": gap, "time_limit": left, "node_limit": nodes or _NODES},
                )
            if answer.status == 2:
                return Solution(None, -np.inf, -np.inf)
            bound = answer.mip_dual_bound
            if answer.x is not None:
                known = -float(bound) if bound is not None and np.isfinite(bound) else np.inf
                if known == np.inf and answer.status == 0:
                    known = -float(answer.fun)
                return Solution(answer.x, -float(answer.fun), max(known, -float(answer.fun)))
        return best
