"""One of several outcomes that tie: leximin of the shares of the possible gains, then the first party's utility.

Where all that tie are listed the rule is applied to the list. Where they are not it is a few programs more: the sum of
the k least shares is maximised for k = 1, 2, ..., each time with the objectives before it held within their tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.space.pareto import Floats
from sim.space.points import Points
from sim.space.programs.best import Best, best
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, Terms, gain_shares, ordered_goal, sum_goal
from sim.space.programs.unknowns import Program
from sim.space.zone import TOLERANCE

__all__ = ["decided", "first_tied"]

_NO_GAIN = 1e-12
_TRIES = 20


def first_tied(utilities: Floats, terms: Terms, ideals: Floats) -> int:
    """Return the row that the rule for ties picks."""
    mine = utilities[:, : terms.signers]
    shares = np.sort(gain_shares(mine, terms.disagreement, ideals), axis=1)
    alive = np.ones(len(mine), dtype=bool)
    for column in np.column_stack([shares, mine[:, 0]]).T:
        alive &= column >= column[alive].max() - TOLERANCE
    return int(np.flatnonzero(alive)[0])


def decided(
    program: Program,
    first: Goal,
    setting: tuple[Terms, Floats],
    *,
    known: Points | None = None,
    budget: Budget | None = None,
) -> Best:
    """Return the best for a goal, with all that ties where that can be listed, else with the one that the rule picks.

    Parameters
    ----------
    program : Program
    first : Goal
    setting : (Terms, ndarray of shape (P,))
        The leverage point and the ideal point.
    known : Points, optional
    budget : Budget, optional
    """
    terms, ideals = setting
    answer = best(program, first, known=known, budget=budget)
    if answer.complete or not answer.exact:
        return answer
    held = [(first, answer.value)]
    chosen = answer.points
    shares = [ordered_goal(terms, ideals, program.width, count) for count in range(1, terms.signers + 1)]
    for goal in [*shares, sum_goal(np.eye(program.width)[0], terms.zone)]:
        found = _held(program, (goal, held), chosen, budget)
        if found is None:
            return replace(answer, points=chosen)
        chosen = found.points
        if found.complete:
            break
        held.append((goal, found.value))
    return replace(answer, points=chosen)


def _held(
    program: Program, order: tuple[Goal, Sequence[tuple[Goal, float]]], chosen: Points, budget: Budget | None
) -> Best | None:
    """Return the best for a goal among outcomes that fall short of no goal before it; None where that was not found."""
    (goal, held), seen = order, chosen.utilities
    for _ in range(_TRIES):
        rows = [before.tangents(seen).at(before.below(value)) for before, value in held]
        found = best(program, replace(goal, hard=goal.hard.plus(*rows)), known=chosen, budget=budget)
        if not found.exact or not len(found.points):
            return None
        short = [before.values(found.points.utilities) < before.below(value) - _NO_GAIN for before, value in held]
        bad = np.any(short, axis=0)
        if not bad.any():
            return found
        seen = np.concatenate([seen, found.points.utilities[bad]])
    return None
