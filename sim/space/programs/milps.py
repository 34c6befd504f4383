"""The mixed-integer program of a goal's rows, solved by HiGHS.

The solver accepts rows that are missed by 1e-6 and stops when its bound is that near, so rows are scaled: both are
1e-10 of a utility here. It is asked how far t rises above a value near the answer, not for t itself: with large numbers
for small differences it may find no point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.space.pareto import Floats
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Rows
from sim.space.programs.integers import attained
from sim.space.programs.relaxations import balance
from sim.space.programs.unknowns import Program

__all__ = ["Solved", "milp"]

_SCALE = 1e4


@dataclass(frozen=True, eq=False)
class Solved:
    """What the solver found.

    Attributes
    ----------
    choice : ndarray, shape (N,), or None
        1 for the combinations chosen; None where no point was found.
    bound : float
        No outcome reaches more; -inf where the solver found that none meets the rows.
    """

    choice: Floats | None
    bound: float


def milp(
    program: Program,
    rows: Rows,
    alive: NDArray[np.bool_],
    span: tuple[float, float],
    budget: Budget,
    *,
    search: bool = False,
) -> Solved:
    """Return the outcome with the largest t among those that meet some rows.

    Parameters
    ----------
    program : Program
    rows : Rows
    alive : ndarray of bool, shape (N,)
        The unknowns that may be chosen.
    span : (float, float)
        Between which values t is sought.
    budget : Budget
    search : bool
        Whether any outcome will do whose t lies within the span.
    """
    kept = np.flatnonzero(alive)
    count = len(kept)
    objective, whole = np.append(np.zeros(count), 0.0 if search else 1.0), np.append(np.ones(count, dtype=np.int64), 0)
    base = next((float(end) for end in span if np.isfinite(end)), 0.0)
    low, high = _SCALE * (span[0] - base), _SCALE * (span[1] - base)
    limits = (np.append(np.zeros(count), low), np.append(np.ones(count), high))
    found = attained(objective, whole, limits, _constraints(program, rows.shifted(base), kept), budget=budget)
    bound = span[1] if search and found.bound > -np.inf else min(span[1], base + found.bound / _SCALE)
    if found.x is None:
        return Solved(None, bound)
    choice = np.zeros(len(alive))
    choice[kept] = np.round(found.x[:-1])
    return Solved(choice, bound)


def _constraints(program: Program, rows: Rows, kept: NDArray[np.int64]) -> list[Any]:
    from scipy import optimize
    from scipy.sparse import csr_array, hstack

    equations, right = balance(program)
    choose_one = hstack([equations[:, kept], csr_array((len(right), 1))], format="csr")
    worth = _SCALE * (program.unknowns[kept] @ rows.weights).T
    reach = csr_array(np.column_stack([worth, -rows.slope]))
    return [
        optimize.LinearConstraint(choose_one, right, right),
        optimize.LinearConstraint(reach, _SCALE * rows.least, np.inf),
    ]
