"""One issue at a time: which levels good deals have, and how good a deal with each level can be.

For every level it is asked whether some outcome with it reaches a value of a goal: the ranges of the zone (the margin
reaches 0), what is within reach of a solution's best (its objective reaches a floor). A deal found already that has
the level settles that, and so does a bound from the multipliers of the whole program; a program with the level held
is solved only for the rest, and only until the answer is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import strides
from sim.space.pareto import Floats
from sim.space.points import Points, joined
from sim.space.programs.best import Best, above, best, best_of
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, anchored
from sim.space.programs.limits import limited, narrowed, widened
from sim.space.programs.relaxations import bound, relaxed_goal
from sim.space.programs.solutions import margin_goal
from sim.space.programs.supports import best_outcomes
from sim.space.programs.swaps import swapped
from sim.space.programs.unknowns import Program, restricted
from sim.space.zone import TOLERANCE

__all__ = ["Profile", "Reached", "levels_reaching", "possible_levels", "profile"]

_FEW = 2_000
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Reached:
    """Which levels occur in outcomes that reach a value.

    Attributes
    ----------
    levels : tuple of ndarray of bool, shape (n_k,) each
        An outcome is known for these.
    undecided : tuple of ndarray of bool, shape (n_k,) each
        Neither found nor ruled out in time.
    pool : Points
        Outcomes that reach the value, one at least for each level.
    """

    levels: tuple[Bools, ...]
    undecided: tuple[Bools, ...]
    pool: Points

    @property
    def exact(self) -> bool:
        """Whether nothing is undecided."""
        return not any(part.any() for part in self.undecided)


@dataclass(frozen=True, eq=False)
class Profile:
    """The best objective of deals with each level.

    Attributes
    ----------
    values, bounds : tuple of ndarray, shape (n_k,) each
        What was reached and what cannot be exceeded; both nan where no deal has the level.
    pool : Points
        The deals found.
    """

    values: tuple[Floats, ...]
    bounds: tuple[Floats, ...]
    pool: Points

    @property
    def exact(self) -> bool:
        """Whether values and bounds agree everywhere."""
        pairs = zip(self.values, self.bounds, strict=True)
        return all((np.isnan(low) | (high - low <= TOLERANCE)).all() for low, high in pairs)


def possible_levels(
    program: Program, reservation: Floats, *, known: Points | None = None, budget: Budget | None = None
) -> Reached:
    """Say which levels of each issue occur in some agreement.

    Parameters
    ----------
    program : Program
    reservation : ndarray, shape (C,)
        The least that each column must reach.
    known : Points, optional
        Outcomes found before.
    budget : Budget, optional

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> table = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
    >>> found = possible_levels(program(compile_space(Factors((table,)))), np.array([0.4, 0.2]))
    >>> found.levels[0].tolist()
    [False, True, False]
    """
    return levels_reaching(program, margin_goal(reservation), -TOLERANCE, known=known, budget=budget)


def levels_reaching(
    program: Program, goal: Goal, floor: float, *, known: Points | None = None, budget: Budget | None = None
) -> Reached:
    """Say which levels of each issue occur in outcomes whose objective is at least a floor."""
    budget, goal = budget or Budget(), limited(program, goal)
    sizes = program.space.sizes
    seen = tuple(np.zeros(size, dtype=bool) for size in sizes)
    open_ = tuple(np.zeros(size, dtype=bool) for size in sizes)
    if program.empty:
        return Reached(seen, open_, narrowed(program, best_outcomes(program, np.empty((0, program.width)))))
    pool = best_outcomes(program, np.ones((1, program.width)))
    pool = _good(goal, floor, pool if known is None else joined([widened(program, known), pool]))
    pool = _good(goal, floor, _with_neighbours(program, goal, pool))
    pool = _good(goal, floor, joined([pool, _swapped(program, goal, floor, pool)]))
    _mark(program, pool, seen)
    for issue, level, found in _asked(program, goal, floor, seen, budget):
        points = _good(goal, floor, widened(program, found.points))
        more = _good(goal, floor, _swapped(program, goal, floor, points))
        pool = joined([pool, more])
        _mark(program, more, seen)
        open_[issue][level] = not len(more) and found.bound >= floor
    return Reached(seen, open_, narrowed(program, pool))


def _asked(
    program: Program, goal: Goal, floor: float, seen: tuple[Bools, ...], budget: Budget
) -> Iterator[tuple[int, int, Best]]:
    """Yield the answers for levels that are still open when their turn comes."""
    start = best_outcomes(program, np.ones((1, program.width)))
    loose = relaxed_goal(program, goal, start.utilities, budget)
    goal, few = anchored(goal, loose.rows), loose.binding
    for issue, size in enumerate(program.space.sizes):
        for level in range(size):
            if seen[issue][level]:
                continue
            held = restricted(program, {issue: level})
            if held.empty or bound(held, loose.rows, loose.multipliers) < floor:
                continue
            if budget.spent:
                yield issue, level, Best(start.take(slice(0)), -np.inf, np.inf, False)
                continue
            listed = above(held, goal, (few.rows, few.multipliers), floor, _FEW)
            if listed is None:
                yield issue, level, best(held, goal, enough=floor, budget=budget)
            elif len(good := _good(goal, floor, listed)):
                yield issue, level, Best(good, floor, floor, False)


def _with_neighbours(program: Program, goal: Goal, points: Points) -> Points:
    """Return outcomes with those that differ in one level from the best of them."""
    if not len(points):
        return points
    space = program.space
    best_row = int(goal.values(points.utilities).argmax())
    levels = np.repeat(space.levels(points.codes[[best_row]]), sum(space.sizes), axis=0)
    issue = np.repeat(np.arange(len(space.sizes)), space.sizes)
    levels[np.arange(len(levels)), issue] = np.concatenate([np.arange(size) for size in space.sizes])
    held = np.all([levels[:, k] == x for k, x in program.fixed] or [np.ones(len(levels), dtype=bool)], axis=0)
    levels = levels[held & space.factors.allowed(levels)]
    utilities = space.factors.utilities(levels)[:, list(program.columns)]
    return joined([points, Points(utilities, levels @ strides(space.sizes))])


def _swapped(program: Program, goal: Goal, floor: float, points: Points) -> Points:
    return joined([points, swapped(program, goal, best_of(goal, points), floor)]) if len(points) else points


def _good(goal: Goal, floor: float, points: Points) -> Points:
    sound = goal.hard.met(points.utilities)
    return points.take(np.flatnonzero(sound & (goal.values(points.utilities) >= floor)))


def _mark(program: Program, points: Points, seen: tuple[Bools, ...]) -> None:
    for column, part in zip(program.space.levels(points.codes).T, seen, strict=True):
        part[column] = True


def profile(program: Program, goal: Goal, *, known: Points | None = None, budget: Budget | None = None) -> Profile:
    """Return, for every level of every issue, the best objective of an outcome with that level.

    Parameters
    ----------
    program : Program
    goal : Goal
        Of `sim.space.programs.goals.solution_goals`, for example; its hard rows say what a deal is.
    known : Points, optional
        Outcomes found before.
    budget : Budget, optional
    """
    budget, goal = budget or Budget(), limited(program, goal)
    pool = best_outcomes(program, np.empty((0, program.width))) if known is None else widened(program, known)
    if not program.empty:
        start = best_outcomes(program, np.ones((1, program.width))).utilities
        goal = anchored(goal, relaxed_goal(program, goal, start, budget).rows)
        pool = _with_neighbours(program, goal, pool)
    values = tuple(np.full(size, np.nan) for size in program.space.sizes)
    bounds = tuple(np.full(size, np.nan) for size in program.space.sizes)
    for issue, size in enumerate(program.space.sizes):
        for level in range(size):
            mine = pool.take(np.flatnonzero(program.space.levels(pool.codes)[:, issue] == level))
            found = best(restricted(program, {issue: level}), goal, known=mine, budget=budget)
            if found.bound > -np.inf:
                values[issue][level], bounds[issue][level] = found.value, found.bound
                pool = joined([pool, widened(program, found.points)])
    return Profile(values, bounds, narrowed(program, pool))
