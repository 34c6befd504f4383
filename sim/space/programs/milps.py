"""The mixed-integer program of a goal's rows, solved by HiGHS.

The solver accepts rows that are missed by 1e-6 and stops when its bound is that near, so rows are scaled: both are
1e-10 of a utility here. Asked for a very small relative gap it sometimes returns no point at all; it is then asked
again for a wider one, and what it reached is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.space.pareto import Floats
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Rows
from sim.space.programs.relaxations import balance
from sim.space.programs.unknowns import Program
from sim.space.quiet import quiet

__all__ = ["Solved", "milp"]

_GAPS = (1e-9, 1e-7, 1e-5, 1e-3)
_SCALE = 1e4
_INFEASIBLE = 2


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


def milp(program: Program, rows: Rows, alive: NDArray[np.bool_], span: tuple[float, float], budget: Budget) -> Solved:
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
    """
    from scipy import optimize

    kept = np.flatnonzero(alive)
    objective = np.append(np.zeros(len(kept)), -1.0)
    whole = np.append(np.ones(len(kept)), 0)
    low, high = _SCALE * span[0], _SCALE * span[1]
    limits = optimize.Bounds(np.append(np.zeros(len(kept)), low), np.append(np.ones(len(kept)), high))
    constraints = _constraints(program, rows, kept)
    for gap in _GAPS:
        options: Any = {"mip_rel_gap": gap, "time_limit": budget.seconds_left()}
        with quiet():
            result = optimize.milp(
                objective, integrality=whole, bounds=limits, constraints=constraints, options=options
            )
        if result.x is not None or result.status == _INFEASIBLE or budget.spent:
            break
    return _read(result, kept, (len(alive), span[1]))


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


def _read(result: Any, kept: NDArray[np.int64], whole: tuple[int, float]) -> Solved:
    count, most = whole
    if result.status == _INFEASIBLE:
        return Solved(None, -np.inf)
    reached = getattr(result, "mip_dual_bound", None)
    bound = most if reached is None or not np.isfinite(reached) else min(most, -float(reached) / _SCALE)
    if result.x is None:
        return Solved(None, bound)
    choice = np.zeros(count)
    choice[kept] = np.round(result.x[:-1])
    return Solved(choice, bound)
