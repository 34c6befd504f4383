"""One leverage point solved by programs, where its frontier does not fit and folding would thin it.

The same answers as `sim.studies.solve.solve`, each proven: the margin, ideal points, the solutions with their rule for
ties, the levels of agreements and of deals within reach of a solution's best. What could not be proven in time keeps
what was found, and how far off it may be is the `resolution`. Profiles are worked out on request only (`profile`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Space
from sim.space.codes import strides
from sim.space.folds import Frontier
from sim.space.pareto import Floats
from sim.space.points import Points, joined
from sim.space.programs.best import best
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, Terms, solution_goals
from sim.space.programs.levels import levels_reaching, possible_levels
from sim.space.programs.levels import profile as profile_of
from sim.space.programs.solutions import Choice as Picked
from sim.space.programs.solutions import Solved as Answer
from sim.space.programs.solutions import margin
from sim.space.programs.solutions import solve as solve_program
from sim.space.programs.unknowns import Program, program
from sim.space.trees import Folded
from sim.space.zone import acceptable
from sim.studies.solve import Choice, Point, Solved
from sim.theory.bargaining.solutions import SOLUTIONS, within_floor

__all__ = ["LARGE", "SECONDS", "best_margin", "large", "nash_by_program", "profile", "solve_by_program"]

SECONDS = 20.0
LARGE = 3_000
Bools = NDArray[np.bool_]


def large(whole: Frontier) -> bool:
    """Say whether a frontier is inexact, or of more than two parties and so large that programs are faster."""
    points = whole.points
    return whole.resolution > 0 or (points.utilities.shape[1] > 2 and len(points) > LARGE)


def best_margin(space: Space, reservation: Floats, *, seconds: float = SECONDS) -> tuple[float, float]:
    """Return the best margin of a space and what none exceeds; -inf where there is no outcome."""
    found = margin(program(space), reservation, budget=Budget.of(seconds))
    return found.value, found.bound


def nash_by_program(space: Space, point: Point, known: Points, *, seconds: float = SECONDS) -> Floats | None:
    """Return the utilities (P,) of the Nash solution, None where no deal gives every signer a gain.

    Of deals that tie the first found stands.

    Parameters
    ----------
    space : Space
    point : Point
    known : Points
        Outcomes of the space found before.
    seconds : float
    """
    terms = Terms(point.reservation, point.disagreement, point.power)
    goal = solution_goals(terms, point.disagreement + 1.0, len(point.reservation))["nash"]
    found = best(program(space), goal, known=known, budget=Budget.of(seconds))
    if not len(found.points) or not np.isfinite(found.value):
        return None
    held = goal.values(known.utilities) if len(known) else np.empty(0)
    if len(held) and held.max() >= goal.below(found.value):
        return np.asarray(known.utilities[int(held.argmax())])
    return np.asarray(found.points.utilities[0])


def solve_by_program(folded: Folded, point: Point, *, seconds: float = SECONDS) -> Solved:
    """Solve one leverage point of a folded space whose frontier is not exact.

    Parameters
    ----------
    folded : Folded
    point : Point
    seconds : float
        When to stop: what is not proven by then is returned with a `resolution` above 0.
    """
    budget, space, whole = Budget.of(seconds), folded.space, program(folded.space)
    terms = Terms(point.reservation, point.disagreement, point.power)
    answer = solve_program(whole, terms, budget=budget)
    inside = folded.frontier.points.take(
        np.flatnonzero(acceptable(folded.frontier.points.utilities, point.reservation))
    )
    if not answer.exists:
        nothing = tuple(np.zeros(size, dtype=bool) for size in space.sizes)
        doubt = 0.0 if answer.exists is False else _gap(answer.margin.value, answer.margin.bound)
        return Solved(
            answer.margin.value, answer.exists, np.full(space.parties, np.nan), inside, {}, nothing, 0.0, doubt
        )
    ranges = possible_levels(whole, point.reservation, known=joined([answer.pool, inside]), budget=budget)
    frontier, rows = _with_deals(whole, inside, answer.choices)
    goals = solution_goals(terms, answer.ideal, whole.width)
    choices, settled = {}, ranges.exact
    for name, picked in answer.choices.items():
        choices[name], sure = _choice(whole, (name, goals[name], picked), (point, answer), (rows[name], budget))
        settled = settled and sure
    open_levels = 0.0 if settled else max(_resolution(answer), folded.frontier.resolution) or 1.0
    return Solved(
        answer.margin.value,
        True,
        answer.ideal,
        frontier,
        choices,
        tuple(np.asarray(found) for found in ranges.levels),
        open_levels,
        _resolution(answer),
    )


def _gap(value: float, bound: float) -> float:
    return max(0.0, bound - value) if np.isfinite(value) else 1.0


def _resolution(answer: Answer) -> float:
    """Return by how much something better may have been missed, on the utility scale; 0: nothing was."""
    found = [answer.margin.value, *(c.value for c in answer.choices.values() if not c.exact)]
    most = [answer.margin.bound, *(c.bound for c in answer.choices.values() if not c.exact)]
    doubt = max(_gap(low, high) for low, high in zip(found, most, strict=True))
    ideal = float(np.max(answer.ideal_bound - answer.ideal, initial=0.0))
    worst = max(doubt, ideal)
    return worst if worst > 1e-9 else 0.0


def _with_deals(whole: Program, inside: Points, choices: Mapping[str, Picked]) -> tuple[Points, dict[str, int]]:
    """Return the frontier with the solutions' deals in it, and each one's row."""
    names = list(choices)
    levels = np.array([choices[name].levels for name in names], dtype=np.int64)
    deals = Points(np.array([choices[name].utilities for name in names]), levels @ strides(whole.space.sizes))
    every = joined([inside, deals])
    order = np.argsort(every.utilities[:, 0], kind="stable")
    place = np.argsort(order)
    return every.take(order), {name: int(place[len(inside) + k]) for k, name in enumerate(names)}


def _choice(
    whole: Program,
    what: tuple[str, Goal, Picked],
    at: tuple[Point, Answer],
    how: tuple[int, Budget],
) -> tuple[Choice, bool]:
    (name, goal, picked), (point, answer), (row, budget) = what, at, how
    floor = float(within_floor(SOLUTIONS[name], np.asarray(picked.value), answer.ideal - point.disagreement))
    near = levels_reaching(whole, goal, _on_scale(name, floor), known=answer.pool, budget=budget)
    levels = tuple(np.array(found) for found in near.levels)
    for issue, level in enumerate(picked.levels):
        levels[issue][level] = True
    return Choice(row, picked.value, floor, picked.ties or 1, (), levels), near.exact


def _on_scale(name: str, floor: float) -> float:
    """Return a floor on the scale of the program's goal: of the Nash solution the logarithm."""
    if name != "nash":
        return floor - 1e-12
    return float(np.log(floor)) - 1e-12 if floor > 0 else -1e9


def profile(folded: Folded, point: Point, name: str, *, seconds: float = SECONDS) -> tuple[Floats, ...] | None:
    """Return the best objective of deals with each level of each issue under a solution, None without a zone."""
    budget, whole = Budget.of(seconds), program(folded.space)
    terms = Terms(point.reservation, point.disagreement, point.power)
    answer = solve_program(whole, terms, names=[name], budget=budget)
    if not answer.exists:
        return None
    goal = solution_goals(terms, answer.ideal, whole.width)[name]
    values = profile_of(whole, goal, known=answer.pool, budget=budget).values
    return tuple(np.exp(part) for part in values) if name == "nash" else values
