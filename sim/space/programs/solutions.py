"""The zone's margin, ideal points and five bargaining solutions by programs: exact where folding would thin.

Definitions, tolerances and the rule for ties are those of the folded spaces: the best objective within 1e-9, then
leximin of the shares (U_i - d_i) / (ideal_i - d_i), then the first party's utility, then the first point of the
frontier. Where all outcomes that tie can be listed the rule is applied to the list; where not, it is a few programs
more, each with the objectives before it held within their tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.points import Points, joined
from sim.space.programs.best import Best, best
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, Terms, least_goal, no_less, ordered_goal, solution_goals, sum_goal
from sim.space.programs.ties import decided, first_tied
from sim.space.programs.unknowns import Program
from sim.space.zone import TOLERANCE

__all__ = [
    "NAMES",
    "Choice",
    "Solved",
    "Terms",
    "blocked",
    "ideal",
    "margin",
    "margin_goal",
    "solve",
]

NAMES = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")
_NO_GAIN = 1e-12


@dataclass(frozen=True, eq=False)
class Choice:
    """What a solution picks.

    Attributes
    ----------
    levels : ndarray of int, shape (K,)
    utilities : ndarray, shape (C,)
    value, bound : float
        The objective there, and what no deal exceeds.
    ties : int or None
        How many undominated deals share the best objective; None where they were not listed.
    exact : bool
        Whether value and bound agree within 1e-9, and the ideal point is exact.
    """

    levels: Ints
    utilities: Floats
    value: float
    bound: float
    ties: int | None
    exact: bool


@dataclass(frozen=True, eq=False)
class Solved:
    """One leverage point, solved.

    Attributes
    ----------
    margin : Best
    exists : bool or None
        Whether there is a zone; None where the time was over before that was known.
    ideal, ideal_bound : ndarray, shape (P,)
        Each signer's best found in the zone, and what it cannot exceed; nan without a zone.
    choices : dict of str to Choice
        By solution; empty without a zone.
    pool : Points
        Deals found on the way.
    """

    margin: Best
    exists: bool | None
    ideal: Floats
    ideal_bound: Floats
    choices: Mapping[str, Choice]
    pool: Points


def margin_goal(reservation: Floats, counted: Sequence[bool] | None = None) -> Goal:
    """Return the goal of `margin`."""
    wanted = np.ones(len(reservation), dtype=bool) if counted is None else np.array(counted)
    wanted &= reservation > -np.inf
    hard = no_less(np.where(wanted, -np.inf, reservation))
    return least_goal(np.where(wanted, reservation, 0.0), np.where(wanted, 1.0, np.nan), hard)


def margin(
    program: Program,
    reservation: Floats,
    *,
    counted: Sequence[bool] | None = None,
    known: Points | None = None,
    budget: Budget | None = None,
) -> Best:
    """Return the best margin, max over outcomes of min_c (U_c - r_c).

    Parameters
    ----------
    program : Program
    reservation : ndarray, shape (C,)
        -inf asks for nothing.
    counted : sequence of bool, shape (C,), optional
        Which columns the least is taken of (all); the others must reach their value, whatever the margin.
    known : Points, optional
    budget : Budget, optional

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> round(margin(program(compile_space(Factors((table, table)))), np.array([0.2, 0.6])).value, 9)
    -0.1
    """
    return best(program, margin_goal(reservation, counted), known=known, budget=budget)


def blocked(
    program: Program,
    utilities: Floats,
    *,
    least: Floats | None = None,
    known: Points | None = None,
    budget: Budget | None = None,
) -> bool | None:
    """Say whether an outcome gives every column strictly more than some utilities (C,); None where time ran out.

    The columns are the members of a coalition, the program is of the space that their signatures bring about; their
    outcome must also be worth `least` (C,) to each.
    """
    hard = no_less(np.full(len(utilities), -np.inf) if least is None else least)
    found = best(program, least_goal(utilities, np.ones(len(utilities)), hard), known=known, budget=budget)
    if found.value > TOLERANCE:
        return True
    return False if found.bound <= TOLERANCE or found.exact else None


def ideal(program: Program, terms: Terms, *, known: Points | None = None, budget: Budget | None = None) -> list[Best]:
    """Return each signer's best in the zone."""
    result = []
    for i in range(terms.signers):
        goal = sum_goal(np.eye(program.width)[i], terms.zone)
        result.append(best(program, goal, known=known, budget=budget))
        known = joined([*([] if known is None else [known]), result[-1].points])
    return result


def solve(
    program: Program,
    terms: Terms,
    *,
    names: Sequence[str] = NAMES,
    ideals: Floats | None = None,
    known: Points | None = None,
    budget: Budget | None = None,
) -> Solved:
    """Return margin, ideal points and solutions at one leverage point.

    Parameters
    ----------
    program : Program
    terms : Terms
    names : sequence of str
        Which solutions; with none of them the ideal points are found still.
    ideals : ndarray, shape (P,), optional
        An ideal point to measure by, where this zone is but part of a larger one.
    known : Points, optional
        Outcomes found before.
    budget : Budget, optional
    """
    signing = np.arange(program.width) < terms.signers
    first = margin(program, terms.reservation, counted=signing.tolist(), known=known, budget=budget)
    exists = True if first.value >= -TOLERANCE else False if first.bound < -TOLERANCE or first.exact else None
    if not exists:
        none = np.full(terms.signers, np.nan)
        return Solved(first, exists, none, none, {}, first.points)
    found = first.points if known is None else joined([known, first.points])
    tops = ideal(program, terms, known=found, budget=budget)
    best_found, most = (np.array([getattr(top, each) for top in tops]) for each in ("value", "bound"))
    pool = joined([found, *(top.points for top in tops)])
    given = ideals is not None
    view = _View(program, terms, best_found if ideals is None else ideals, most, given or all(t.exact for t in tops))
    choices: dict[str, Choice] = {}
    for name in sorted(names, key=lambda name: name == "nash"):  # the others' deals are good starts for its tangents
        choices[name], found = _solution(view, name, pool, budget)
        pool = joined([pool, found])
    return Solved(first, True, best_found, most, {name: choices[name] for name in names}, pool)


@dataclass(frozen=True, eq=False)
class _View:
    program: Program
    terms: Terms
    ideals: Floats
    most: Floats
    sure: bool


def _solution(view: _View, name: str, pool: Points, budget: Budget | None) -> tuple[Choice, Points]:
    goal = solution_goals(view.terms, view.ideals, view.program.width)[name]
    if name == "nash" and (most := _most_gain(view, pool, budget)) is not None:
        # Every deal leaves somebody with no gain, as far as is known: all tie at 0, and the rule for ties decides.
        goal = ordered_goal(view.terms, view.ideals, view.program.width)
        answer = decided(view.program, goal, (view.terms, view.ideals), known=pool, budget=budget)
        # Where that is not proven no product exceeds that of the most that each could have.
        bound = answer.bound - answer.value if most <= _NO_GAIN else _product(view)
        return _choice(view, replace(answer, value=0.0, bound=bound, complete=False)), answer.points
    answer = decided(view.program, goal, (view.terms, view.ideals), known=pool, budget=budget)
    if name == "nash":
        answer = replace(answer, value=float(np.exp(answer.value)), bound=float(np.exp(answer.bound)))
    return _choice(view, answer), answer.points


def _most_gain(view: _View, pool: Points, budget: Budget | None) -> float | None:
    """Return what the least gain cannot exceed where no deal is known that gives everybody one, else None."""
    wide = np.append(view.terms.power, np.zeros(view.program.width - view.terms.signers)) > 0
    low = np.append(view.terms.disagreement, np.zeros(view.program.width - view.terms.signers))
    goal = least_goal(low, np.where(wide, 1.0, np.nan), view.terms.zone)
    if goal.values(pool.utilities).max() > _NO_GAIN:
        return None
    found = best(view.program, goal, known=pool, budget=budget)
    return None if found.value > _NO_GAIN else found.value if found.exact else found.bound


def _product(view: _View) -> float:
    gains = np.maximum(view.most - view.terms.disagreement, 0.0)
    return float(np.prod(gains ** (view.terms.power / view.terms.power.sum())))


def _choice(view: _View, answer: Best) -> Choice:
    """Apply the rule for ties to the points of an answer."""
    row = first_tied(answer.points.utilities, view.terms, view.ideals)
    chosen = answer.points.take(np.array([row]))
    return Choice(
        view.program.space.levels(chosen.codes)[0],
        chosen.utilities[0],
        answer.value,
        answer.bound,
        len(answer.points) if answer.complete else None,
        answer.exact and view.sure,
    )
