"""Mixed-integer linear programs, solved by HiGHS through scipy: the best point found, and what no point exceeds.

maximise c . x subject to bounds and linear constraints, some x whole numbers. Asked for a very small relative gap the
solver sometimes returns no point at all, most often because its presolve led it astray; it is then asked again without
presolve, and then for wider gaps. The least bound of all attempts is reported beside the point, so that what was
reached is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.programs.budgets import Budget
from sim.space.quiet import quiet

__all__ = ["Attained", "attained"]

_ATTEMPTS = ((1e-9, True), (1e-9, False), (1e-7, True), (1e-5, True), (1e-3, True))  # relative gap, presolve
_SOLVED, _INFEASIBLE = 0, 2


@dataclass(frozen=True, eq=False)
class Attained:
    """The answer of a program.

    Attributes
    ----------
    x : ndarray, shape (n,), or None
        None where there is no point, or none was found in time.
    value, bound : float
        The objective at x, and what no point exceeds: infinite where nothing is known, both -inf where it is proven
        that there is no point.
    """

    x: Floats | None
    value: float
    bound: float


def attained(
    objective: Floats,
    whole: Ints,
    limits: tuple[Floats, Floats],
    constraints: Sequence[Any],
    *,
    budget: Budget | None = None,
    nodes: int | None = None,
) -> Attained:
    """Return the point with the largest objective.

    Parameters
    ----------
    objective : ndarray, shape (n,)
    whole : ndarray of int, shape (n,)
        1 for variables that are whole numbers, else 0.
    limits : tuple of two ndarray, shape (n,) each
        The least and the most of each variable.
    constraints : sequence of scipy.optimize.LinearConstraint
    budget : Budget, optional
    nodes : int, optional
        Of the search, at most, in each attempt.

    Examples
    --------
    >>> one = np.ones(2, dtype=np.int64)
    >>> attained(np.array([2.0, 1.0]), one, (np.zeros(2), np.full(2, 1.5)), []).value
    3.0
    """
    from scipy import optimize

    budget, bound = budget or Budget(), np.inf
    for gap, presolve in _ATTEMPTS:
        options: Any = {
            "mip_rel_gap": gap,
            "presolve": presolve,
            "time_limit": budget.seconds_left(),
            "node_limit": min(nodes or budget.nodes_left(), budget.nodes_left()),
        }
        with quiet():
            result = optimize.milp(
                -objective,
                integrality=whole,
                bounds=optimize.Bounds(*limits),
                constraints=constraints,
                options=options,
            )
        budget.take(1 + int(getattr(result, "mip_node_count", 0) or 0))
        if result.status == _INFEASIBLE:
            return Attained(None, -np.inf, -np.inf)
        bound = min(bound, _bound(result))
        if result.x is not None:
            value = -float(result.fun)
            return Attained(result.x, value, max(value, bound))
        if budget.spent:
            break
    return Attained(None, -np.inf, bound)


def _bound(result: Any) -> float:
    """Return what the solver proved; a program without whole numbers is its own bound."""
    proven = getattr(result, "mip_dual_bound", None)
    if proven is not None and np.isfinite(proven):
        return -float(proven)
    return -float(result.fun) if result.status == _SOLVED and result.x is not None else np.inf
