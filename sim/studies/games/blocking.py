"""Whether one deal lies in the core, by programs: where frontiers are not exact, lists of deals cannot tell.

A coalition blocks a deal with utilities u if some outcome of its own zone gives each of its members strictly more: the
best of min_i (U_i - u_i) over its zone is above 0. Deals alike for those who sign it may differ for the others: the
deal stands if one alike is blocked by nobody, and is blocked where a coalition blocks it even if each of the others had
the most that any deal alike gives it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.space.blocks import compile_space
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.programs.best import best
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import no_less, sum_goal
from sim.space.programs.solutions import blocked
from sim.space.programs.unknowns import program
from sim.studies.games.standing import Side

__all__ = ["in_core"]


def in_core(sides: Sequence[Side], levels: Ints, budget: Budget) -> bool | None:
    """Say whether no coalition blocks an efficient deal of the first one; None where that was not settled.

    Parameters
    ----------
    sides : sequence of Side
        All signing coalitions.
    levels : ndarray of int, shape (K,)
    budget : Budget
    """
    base, rivals = sides[0], sides[1:]
    tried, most = _alike(base, rivals, levels, budget)
    if any(_blocks(side, most, budget) for side in rivals):
        return False
    if any(all(_blocks(side, utilities, budget) is False for side in rivals) for utilities in tried):
        return True
    return None


def _alike(base: Side, rivals: Sequence[Side], levels: Ints, budget: Budget) -> tuple[list[Floats], Floats]:
    """Return utilities (P,) of deals alike for the signers, the deal itself first, and the most that any gives."""
    factors, own = base.game.factors, list(base.game.columns)
    mine = factors.utilities(levels[None, :])[0]
    others = sorted({k for side in rivals for k in side.game.columns} - set(own))
    tried, most = [mine], mine.copy()
    if not others:
        return tried, most
    sought = program(compile_space(factors), columns=[*own, *others])
    same = no_less(np.append(mine[own], np.full(len(others), -np.inf)))
    for some in dict.fromkeys([*((k,) for k in others), tuple(others)]):
        wanted = np.append(np.zeros(len(own)), np.isin(others, some).astype(np.float64))
        found = best(sought, sum_goal(wanted, same), budget=budget)
        if len(some) == 1:
            most[some[0]] = max(most[some[0]], found.bound)
        tried += list(factors.utilities(base.game.space.levels(found.points.codes)))
    return tried, most


def _blocks(side: Side, utilities: Floats, budget: Budget) -> bool | None:
    """Say whether a coalition has an outcome in its zone that gives its members strictly more; None: not settled."""
    target, least = utilities[list(side.game.columns)], side.point.reservation
    return blocked(program(side.game.space), target, least=least, known=side.whole.points, budget=budget)
