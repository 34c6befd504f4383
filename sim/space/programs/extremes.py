"""Outcomes good for each party and for all together, quickly, and what no outcome exceeds."""

from __future__ import annotations

import numpy as np

from sim.space.blocks import Space
from sim.space.pareto import Floats
from sim.space.points import Points, joined
from sim.space.programs.best import best, candidates, rounded
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import no_less, sum_goal
from sim.space.programs.limits import sound
from sim.space.programs.relaxations import relaxed_goal
from sim.space.programs.unknowns import program

__all__ = ["extreme_outcomes"]


def extreme_outcomes(space: Space) -> tuple[Points, Floats]:
    """Return some outcomes, one at least if there is any, and what none exceeds.

    Returns
    -------
    points, most : Points, ndarray (P,)
        The linear program of each party bounds what it can have, and outcomes near its lottery are tried.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> points, most = extreme_outcomes(compile_space(Factors((np.array([[0.0, 0.5], [0.5, 0.0]]),))))
    >>> most.tolist()
    [0.5, 0.5]
    """
    whole, anything = program(space), no_less(np.full(space.parties, -np.inf))
    goals = [sum_goal(weights, anything) for weights in [np.ones(space.parties), *np.eye(space.parties)]]
    if whole.empty:
        return best(whole, goals[0]).points, np.full(space.parties, -np.inf)
    loose = [relaxed_goal(whole, goal, np.zeros((1, whole.width)), Budget()) for goal in goals]
    near = joined([*(rounded(whole, each) for each in loose[1:]), candidates(whole, loose[0])])
    points, most = sound(whole, near), np.array([each.bound for each in loose[1:]])
    return points if len(points) else best(whole, goals[0]).points, most
