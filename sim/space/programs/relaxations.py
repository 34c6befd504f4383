"""Linear programs of blocks: the same unknowns without integrality, that is, lotteries over outcomes.

The unknowns z_bj are then the chances of each combination of block b, and what is reached is the convex hull of all
outcomes. At a corner of the program at most Q - 1 of the blocks are mixed, Q the number of rows (Shapley-Folkman). The
multipliers y of the rows bound the goal for lotteries and outcomes alike, whatever y >= 0 with sum_q y_q s_q = 1:

    t <= sum_b max_j (sum_q y_q a_q) . u_bj - y . b

so the bound is computed anew from the multipliers and owes nothing to the tolerances of the solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.space.pareto import Floats
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, Rows
from sim.space.programs.limits import limited
from sim.space.programs.supports import support
from sim.space.programs.unknowns import Part, Program

__all__ = ["Relaxed", "balance", "bound", "concave_lottery", "relaxed", "relaxed_goal"]

_ROUNDS = 40
_CLOSE = 1e-3
_NEAR = 1e-10
_ZOOMS = 10
_DENSE = 20_000


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The answer of a linear program of blocks.

    Attributes
    ----------
    rows : Rows
        The rows that were asked for.
    multipliers : ndarray, shape (Q,)
        Not negative; their product with the slopes sums to 1.
    bound : float
        No lottery reaches more: from the multipliers.
    chances : ndarray, shape (N,), or None
        Of every unknown; None where the solver found no point.
    """

    rows: Rows
    multipliers: Floats
    bound: float
    chances: Floats | None

    @property
    def binding(self) -> Relaxed:
        """The same answer from the hard rows and those others that have a multiplier."""
        kept = (self.rows.slope == 0) | (self.multipliers > 0)
        rows = Rows(self.rows.weights[:, kept], self.rows.least[kept], self.rows.slope[kept])
        return Relaxed(rows, self.multipliers[kept], self.bound, self.chances)


def balance(program: Program) -> tuple[Any, Floats]:
    """Return the equations (matrix (m, N), right side (m,)): one combination a block, shared issues alike."""
    from scipy.sparse import csr_array

    flat = np.repeat(np.arange(len(program.starts)), program.sizes)
    entries = [(flat, np.arange(len(flat)), np.ones(len(flat)))]
    right = [np.ones(len(program.starts))]
    column, row = len(flat), len(program.starts)
    for tree in program.trees:
        here = np.arange(len(tree.points))
        entries.append((np.full(len(here), row), column + here, np.ones(len(here))))
        right.append(np.ones(1))
        column, row = _hang(tree, (column, row + 1), entries, right)
    rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    return csr_array((values, (rows, columns)), shape=(row, column)), np.concatenate(right)


def _hang(part: Part, at: tuple[int, int], entries: list[Any], right: list[Floats]) -> tuple[int, int]:
    """Add the equations between a node and those below it; return the next free column and row."""
    own, row = at
    column = own + len(part.points)
    for link in part.links:
        keys, place = np.unique(np.concatenate([link.outer, link.inner]), return_inverse=True)
        outer, inner = place[: len(link.outer)], place[len(link.outer) :]
        entries.append((row + outer, own + np.arange(len(outer)), np.ones(len(outer))))
        entries.append((row + inner, column + np.arange(len(inner)), -np.ones(len(inner))))
        right.append(np.zeros(len(keys)))
        column, row = _hang(link.child, (column, row + len(keys)), entries, right)
    return column, row


def bound(program: Program, rows: Rows, multipliers: Floats) -> float:
    """Return what t cannot exceed, by multipliers (Q,) of the rows."""
    return float(support(program, (rows.weights @ multipliers)[None, :])[0] - multipliers @ rows.least)


def relaxed(program: Program, rows: Rows, budget: Budget) -> Relaxed:
    """Solve the linear program max t over lotteries that meet some rows.

    Where the solver finds no point the multipliers weigh all sloping rows alike: a bound still, only a weak one.
    """
    from scipy import optimize

    equations, right = balance(program)
    count = equations.shape[1]
    body = np.column_stack([-(program.unknowns @ rows.weights).T, rows.slope])
    solver: Any = optimize.linprog
    result = solver(
        np.append(np.zeros(count), -1.0),
        A_ub=body,
        b_ub=-rows.least,
        A_eq=_with_t(equations),
        b_eq=right,
        bounds=[(0.0, None)] * count + [(None, None)],
        method="highs-ds",
        options={"time_limit": budget.seconds_left()},
    )
    budget.take(1)
    if result.x is None or result.status != 0:
        some = np.where(rows.slope > 0, 1.0, 0.0)
        multipliers = some / (some @ rows.slope)
        return Relaxed(rows, multipliers, bound(program, rows, multipliers), None)
    multipliers = np.maximum(-result.ineqlin.marginals, 0.0)
    multipliers = multipliers / (multipliers @ rows.slope)
    return Relaxed(rows, multipliers, bound(program, rows, multipliers), result.x[:-1])


def _with_t(equations: Any) -> Any:
    """Return the equations with a column for t, dense where that is small: sparse matrices take longer to make."""
    from scipy.sparse import csr_array, hstack

    count, width = equations.shape
    if count * width <= _DENSE:
        return np.hstack([equations.toarray(), np.zeros((count, 1))])
    return hstack([equations, csr_array((count, 1))], format="csr")


def relaxed_goal(
    program: Program, goal: Goal, points: Floats, budget: Budget, *, enough: float | None = None
) -> Relaxed:
    """Solve a goal over lotteries, with tangents at some points (k, C) and at lotteries found.

    Constraints in columns of their own hold in the mean of a lottery alone: what is said of outcomes stays true.

    Where `enough` is not in reach no more tangents are laid. What counts here is the bound: a lottery that comes near
    it is found by `concave_lottery`.
    """
    goal = limited(program, goal)
    found = relaxed(program, goal.hard.plus(goal.tangents(points)), budget)
    held = found.chances
    for _ in range(0 if goal.straight else _ROUNDS):
        if found.chances is None or held is None or budget.spent:
            break
        held = _between(program, goal, held, found.chances)
        ends = np.stack([held, found.chances]) @ program.unknowns
        if found.bound - goal.values(ends[:1])[0] <= _CLOSE or (enough is not None and found.bound < enough):
            break
        points = np.concatenate([points[:, : program.width], ends[:, : program.width]])
        found = relaxed(program, goal.hard.plus(goal.tangents(points)), budget)
    return found


def concave_lottery(program: Program, goal: Goal, start: Floats, budget: Budget) -> tuple[Floats, float]:
    """Return chances (N,) of the lottery that is best for a concave goal, and what no lottery exceeds.

    Each round mixes what is held with the corner that the tangents so far recommend, as well as can be, and lays
    tangents at both (Kelley's cuts with the line search of Frank and Wolfe (1956), An Algorithm for Quadratic
    Programming).

    Parameters
    ----------
    program : Program
    goal : Goal
    start : ndarray, shape (N,)
        Chances of a lottery that meets the goal's rows.
    budget : Budget
    """
    held, least = start, np.inf
    points = (held @ program.unknowns)[None, :]
    for _ in range(_ROUNDS):
        found = relaxed(program, goal.hard.plus(goal.tangents(points)), budget)
        least = min(least, found.bound)
        if found.chances is None or budget.spent:
            break
        held = _between(program, goal, held, found.chances)
        if least - goal.values((held @ program.unknowns)[None, :])[0] <= _NEAR:
            break
        points = np.concatenate([points, np.stack([held, found.chances]) @ program.unknowns])
    return held, least


def _between(program: Program, goal: Goal, first: Floats, second: Floats) -> Floats:
    """Return the best mixture of two lotteries."""
    ends = np.stack([first, second]) @ program.unknowns
    low, high = 0.0, 1.0
    for _ in range(_ZOOMS):
        shares = np.linspace(low, high, 21)
        top = int(goal.values(np.column_stack([1 - shares, shares]) @ ends).argmax())
        low, high = shares[max(top - 1, 0)], shares[min(top + 1, 20)]
    return np.asarray((1 - shares[top]) * first + shares[top] * second)
