"""One leverage point solved by programs, where its frontier does not fit and folding would thin it.

The same answers as `sim.studies.solve.solve`, each proven: the margin, ideal points, the solutions with their rule for
ties, the levels of agreements and of deals within reach of a solution's best. What could not be proven in time keeps
what was found, and how far off it may be is the `resolution`. Profiles are worked out on request only (`profile`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Space
from sim.space.codes import strides
from sim.space.folds import Frontier
from sim.space.pareto import Floats
from sim.space.points import Points, joined
from sim.space.programs.best import best
from sim.space.programs.budgets import Budget
from sim.space.programs.gained import gained
from sim.space.programs.goals import Goal, Rows, Terms, anchored, no_less, solution_goals, sum_goal
from sim.space.programs.levels import levels_reaching, possible_levels
from sim.space.programs.levels import profile as profile_of
from sim.space.programs.relaxations import relaxed_goal
from sim.space.programs.solutions import NAMES, margin
from sim.space.programs.solutions import Choice as Picked
from sim.space.programs.solutions import Solved as Answer
from sim.space.programs.solutions import solve as solve_program
from sim.space.programs.unknowns import Program, program
from sim.space.trees import Folded
from sim.space.zone import TOLERANCE, acceptable
from sim.studies.exactness import Between
from sim.studies.solve import Choice, Point, Solved, solution_utilities
from sim.theory.bargaining.solutions import SOLUTIONS, within_floor

__all__ = [
    "LARGE",
    "SECONDS",
    "Attempt",
    "Wanted",
    "allowance",
    "best_margin",
    "best_of_one",
    "large",
    "nash_tangents",
    "profile",
    "solution_at",
    "solution_by_program",
    "solve_by_program",
    "still_best",
    "with_best",
]

SECONDS = 20.0
LARGE = 3_000
Bools = NDArray[np.bool_]


def large(whole: Frontier) -> bool:
    """Say whether a frontier is inexact, or of more than two parties and so large that programs are faster."""
    points = whole.points
    return whole.resolution > 0 or (points.utilities.shape[1] > 2 and len(points) > LARGE)


def allowance() -> Budget:
    """Return the time that one question, or many that belong together, may take from now on."""
    return Budget.of(SECONDS)


def best_margin(space: Space, reservation: Floats, budget: Budget, *, known: Points | None = None) -> Between:
    """Return the best margin of a space; anything is possible once the time is over."""
    if budget.spent:
        return Between(-np.inf, np.inf)
    found = margin(program(space), reservation, known=known, budget=budget)
    return Between(found.value, found.bound)


def best_of_one(space: Space, reservation: Floats, signer: int, budget: Budget) -> Between:
    """Return the most that a signer can have in outcomes that give the signers at least so much, -inf: anything."""
    if budget.spent:
        return Between(-np.inf, np.inf)
    found = best(program(space), sum_goal(np.eye(space.parties)[signer], no_less(reservation)), budget=budget)
    return Between(found.value, found.bound)


def with_best(space: Space, known: Points, goal: Goal, budget: Budget) -> tuple[Points, float]:
    """Return some outcomes and the best for a goal, and by how much more one may reach that was not found.

    Parameters
    ----------
    space : Space
    known : Points
    goal : Goal
    budget : Budget

    Returns
    -------
    points, missed : Points, float
        0: nothing was missed, as where it is proven that nothing meets the goal's rows.
    """
    if budget.spent:
        return known, 1.0
    found = best(program(space), goal, known=known, budget=budget)
    return joined([known, found.points]), Between(found.value, found.bound).resolution


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a solution gives, as far as it was settled in time.

    Attributes
    ----------
    utilities : ndarray, shape (P,), or None
        None where no deal was found.
    exact : bool
        Whether that is proven: the deal is a best one, or there is none.
    """

    utilities: Floats | None
    exact: bool


def nash_tangents(space: Space, point: Point, budget: Budget, *, known: Points) -> Rows:
    """Return tangents of the Nash objective that bound it well: they hold in every other space of the same terms.

    Parameters
    ----------
    space : Space
    point : Point
    budget : Budget
    known : Points
        Outcomes at which tangents are laid first.
    """
    goal = _nash_goal(Terms(point.reservation, point.disagreement, point.power))
    return relaxed_goal(program(space), goal, known.utilities, budget).rows.sloping


def solution_by_program(
    space: Space, point: Point, name: str, budget: Budget, *, known: Points, tangents: Rows | None = None
) -> Attempt:
    """Return what a solution gives the signers at one leverage point.

    Of deals that tie one that was known before stands.

    Parameters
    ----------
    space : Space
    point : Point
    name : str
    budget : Budget
    known : Points
        Outcomes of the space found before.
    tangents : Rows, optional
        Of the Nash objective (`nash_tangents`).
    """
    terms = Terms(point.reservation, point.disagreement, point.power)
    sound = known.take(np.flatnonzero(acceptable(known.utilities, point.reservation)))
    if budget.spent:
        return Attempt(sound.utilities[0] if len(sound) else None, False)
    if name == "nash" and (found := _nash(space, terms, (sound, tangents), budget)) is not None:
        return found
    answer = solve_program(program(space), terms, names=[name], known=sound, budget=budget)
    if not answer.exists:
        return Attempt(None, answer.exists is False)
    picked = answer.choices[name]
    goal = solution_goals(terms, answer.ideal, len(point.reservation))[name]
    return _kept(goal, sound, picked.utilities, exact=picked.exact)


def solution_at(within: tuple[Space, Frontier], point: Point, name: str, budget: Budget) -> Attempt:
    """Return what a solution gives the signers, on the frontier of a space where that is exact."""
    space, whole = within
    if whole.resolution == 0:
        return Attempt(solution_utilities(whole, point, name), True)
    return solution_by_program(space, point, name, budget, known=whole.points)


def _nash_goal(terms: Terms) -> Goal:
    return solution_goals(terms, terms.disagreement + 1.0, terms.signers)["nash"]


def _nash(space: Space, terms: Terms, before: tuple[Points, Rows | None], budget: Budget) -> Attempt | None:
    """Return what the Nash solution gives where some deal gives every signer a gain, which needs no ideal points."""
    (known, tangents), goal = before, _nash_goal(terms)
    sought = goal if tangents is None else anchored(goal, tangents)
    found = best(program(space), sought, known=known, budget=budget)
    if not np.isfinite(found.value):
        return None
    return _kept(goal, known, found.points.utilities[0], exact=found.exact)


def still_best(spaces: tuple[Space, Space], point: Point, tangents: Rows, budget: Budget, *, known: Points) -> bool:
    """Say whether it is proven that the Nash solution of a space stays when further outcomes are allowed.

    Parameters
    ----------
    spaces : (Space, Space)
        Before and after.
    point : Point
    tangents : Rows
        Of the Nash objective (`nash_tangents`).
    budget : Budget
    known : Points
        The solution before, which is proven.
    """
    more = gained(*map(program, spaces))
    goal = anchored(_nash_goal(Terms(point.reservation, point.disagreement, point.power)), tangents)
    value = float(goal.values(known.utilities).max())
    if more is None or not np.isfinite(value):
        return False
    better = float(np.log(np.exp(value) + TOLERANCE))
    return more.empty or best(more, goal, enough=better, budget=budget).bound < better


def _kept(goal: Goal, known: Points, utilities: Floats, *, exact: bool) -> Attempt:
    """Return what was known before where it is no worse than what was found."""
    value = float(goal.values(utilities[None, :])[0])
    if len(known) and np.isfinite(value):
        values = goal.values(known.utilities)
        if values.max() >= goal.below(value):
            return Attempt(np.asarray(known.utilities[int(values.argmax())]), exact)
    return Attempt(np.asarray(utilities), exact)


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is asked of a leverage point: which solutions, and whether for the levels of agreements and near deals."""

    solutions: tuple[str, ...] = NAMES
    ranges: bool = True
    near: bool = True


def solve_by_program(
    folded: Folded,
    point: Point,
    *,
    wanted: Wanted | None = None,
    whole: Program | None = None,
    budget: Budget | None = None,
) -> Solved:
    """Solve one leverage point of a folded space whose frontier is not exact.

    Parameters
    ----------
    folded : Folded
    point : Point
    wanted : Wanted, optional
        All, unless told.
    whole : Program, optional
        Of the space.
    budget : Budget, optional
        When to stop (`allowance`): what is not proven by then is returned with a `resolution` above 0.
    """
    budget, wanted, whole = budget or allowance(), wanted or Wanted(), whole or program(folded.space)
    terms = Terms(point.reservation, point.disagreement, point.power)
    answer = solve_program(whole, terms, names=wanted.solutions, budget=budget)
    known = folded.frontier.points
    inside = known.take(np.flatnonzero(acceptable(known.utilities, point.reservation)))
    nothing = tuple(np.zeros(size, dtype=bool) for size in folded.space.sizes)
    if not answer.exists:
        best = Between(answer.margin.value, answer.margin.bound)
        none = np.full(folded.space.parties, np.nan)
        return Solved(best.low, answer.exists, none, inside, {}, nothing, 0.0, best.resolution, answer.margin.points)
    levels, settled, pool = nothing, True, joined([answer.pool, inside])
    if wanted.ranges:
        ranges = possible_levels(whole, point.reservation, known=pool, budget=budget)
        levels, settled, pool = tuple(np.asarray(found) for found in ranges.levels), ranges.exact, ranges.pool
    frontier, rows = _with_deals(whole, inside, answer.choices)
    choices = {}
    for name, picked in answer.choices.items():
        how = rows[name], pool if wanted.near else pool.take(slice(0)), budget
        choices[name], sure, near = _choice(whole, (name, picked), (point, answer), how)
        settled, pool = settled and sure, joined([pool, near])
    found = _resolution(answer)
    doubt = 0.0 if settled else max(found, folded.frontier.resolution) or 1.0
    return Solved(answer.margin.value, True, answer.ideal, frontier, choices, levels, doubt, found)


def _resolution(answer: Answer) -> float:
    """Return by how much something better may have been missed, on the utility scale; 0: nothing was."""
    inexact = (c for c in answer.choices.values() if not c.exact)
    every = [Between(answer.margin.value, answer.margin.bound), *(Between(c.value, c.bound) for c in inexact)]
    every += [Between(*pair) for pair in zip(answer.ideal.tolist(), answer.ideal_bound.tolist(), strict=True)]
    return max(each.resolution for each in every)


def _with_deals(whole: Program, inside: Points, choices: Mapping[str, Picked]) -> tuple[Points, dict[str, int]]:
    """Return the frontier with the solutions' deals in it, and each one's row."""
    if not choices:
        return inside, {}
    names = list(choices)
    levels = np.array([choices[name].levels for name in names], dtype=np.int64)
    deals = Points(np.array([choices[name].utilities for name in names]), levels @ strides(whole.space.sizes))
    every = joined([inside, deals])
    order = np.argsort(every.utilities[:, 0], kind="stable")
    place = np.argsort(order)
    return every.take(order), {name: int(place[len(inside) + k]) for k, name in enumerate(names)}


def _choice(
    whole: Program, what: tuple[str, Picked], at: tuple[Point, Answer], how: tuple[int, Points, Budget]
) -> tuple[Choice, bool, Points]:
    """Return a solution's choice, whether its near levels are proven, and the near deals found.

    Without deals to begin with, near ones are not asked for.
    """
    (name, picked), (point, answer), (row, known, budget) = what, at, how
    floor = float(within_floor(SOLUTIONS[name], np.asarray(picked.value), answer.ideal - point.disagreement))
    if not len(known):
        return Choice(row, picked.value, floor, picked.ties or 1, ()), True, known
    goal = solution_goals(Terms(point.reservation, point.disagreement, point.power), answer.ideal, whole.width)[name]
    near = levels_reaching(whole, goal, _on_scale(name, floor), known=known, budget=budget)
    levels = tuple(np.array(found) for found in near.levels)
    for issue, level in enumerate(picked.levels):
        levels[issue][level] = True
    return Choice(row, picked.value, floor, picked.ties or 1, (), levels), near.exact, near.pool


def _on_scale(name: str, floor: float) -> float:
    """Return a floor on the scale of the program's goal: of the Nash solution the logarithm."""
    if name != "nash":
        return floor - 1e-12
    return float(np.log(floor)) - 1e-12 if floor > 0 else -1e9


def profile(folded: Folded, point: Point, name: str) -> tuple[tuple[Floats, ...], bool] | None:
    """Return the best objective of deals with each level of each issue under a solution, and whether that is proven.

    None without a zone.
    """
    budget, whole = allowance(), program(folded.space)
    terms = Terms(point.reservation, point.disagreement, point.power)
    answer = solve_program(whole, terms, names=[name], budget=budget)
    if not answer.exists:
        return None
    goal = solution_goals(terms, answer.ideal, whole.width)[name]
    found = profile_of(whole, goal, known=answer.pool, budget=budget)
    values = tuple(np.exp(part) for part in found.values) if name == "nash" else found.values
    return values, found.exact and answer.choices[name].exact
