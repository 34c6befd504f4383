"""Any number of parties with lotteries: the hull of all outcomes as a linear program of blocks.

Utilities are von Neumann-Morgenstern, so a lottery is worth the mean of its outcomes and the parties can reach the
convex hull. The margin with lotteries is a linear program; its multipliers

    lambda_i = - d margin / d r_i,   sum_i lambda_i = 1

are the *prices* of the signers' demands: who blocks, and at what rate one signer's demand trades against another's. A
lottery over at most as many outcomes as there are rows that bind gives the point (Carathéodory; block by block, Starr
(1969), Quasi-Equilibria in Markets with Non-Convex Preferences: the Shapley-Folkman theorem).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import SizeError
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.points import joined
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import Goal, Rows, Terms, no_less, solution_goals, sum_goal
from sim.space.programs.relaxations import concave_lottery, relaxed, relaxed_goal
from sim.space.programs.solutions import NAMES, margin_goal
from sim.space.programs.supports import likeliest
from sim.space.programs.unknowns import Program
from sim.space.zone import TOLERANCE

__all__ = ["HullMargin", "HullSolution", "Mixture", "hull_margin", "hull_solutions", "mixture", "sole_prices"]

_CHANCE = 1e-9
_STEP, _ALIKE = 1e-5, 1e-3


@dataclass(frozen=True, eq=False)
class Mixture:
    """A lottery over outcomes.

    Attributes
    ----------
    levels : ndarray of int, shape (m, K)
    chances : ndarray, shape (m,)
        Positive, with sum 1; the likeliest first.
    utilities : ndarray, shape (m, C)
        Of each outcome.
    """

    levels: Ints
    chances: Floats
    utilities: Floats

    @property
    def mean(self) -> Floats:
        """What the lottery is worth, shape (C,)."""
        return np.asarray(self.chances @ self.utilities)


@dataclass(frozen=True, eq=False)
class HullMargin:
    """The margin with lotteries.

    Attributes
    ----------
    value : float
        -inf where the constraints leave no outcome.
    prices : ndarray, shape (C,)
        How much of the margin each column's demand costs, per unit; those of the columns counted sum to 1, nan without
        an outcome. Where several are right, one of them.
    lottery : Mixture or None
    chances : ndarray, shape (N,), or None
        The same lottery as chances of the program's unknowns.
    """

    value: float
    prices: Floats
    lottery: Mixture | None
    chances: Floats | None

    @property
    def exists(self) -> bool:
        """Whether there is a zone with lotteries."""
        return self.value >= -TOLERANCE


@dataclass(frozen=True, eq=False)
class HullSolution:
    """A solution with lotteries.

    Attributes
    ----------
    utilities : ndarray, shape (C,)
        What the lottery is worth.
    lottery : Mixture
    value, bound : float
        The objective there (nash: the weighted geometric mean of the gains), and what no lottery exceeds.
    """

    utilities: Floats
    lottery: Mixture
    value: float
    bound: float


def mixture(program: Program, chances: Floats) -> Mixture:
    """Return chances (N,) of the unknowns as a lottery over outcomes.

    The likeliest outcome takes as much as its least likely combination has, again and again: each step uses up one.
    """
    left, found, weights = chances.copy(), [], []
    while True:
        columns, outcome = likeliest(program, left)
        weight = float(left[columns].min())
        if weight <= _CHANCE:
            break
        found.append(outcome)
        weights.append(weight)
        left[columns] -= weight
    points, shares = joined(found), np.array(weights) / np.sum(weights)
    order = np.argsort(-shares, kind="stable")
    return Mixture(program.space.levels(points.codes)[order], shares[order], points.utilities[order])


def hull_margin(
    program: Program, reservation: Floats, *, counted: Sequence[bool] | None = None, budget: Budget | None = None
) -> HullMargin:
    """Return the best margin that lotteries reach, its prices and a lottery that reaches it.

    Parameters
    ----------
    program : Program
    reservation : ndarray, shape (C,)
        -inf asks for nothing.
    counted : sequence of bool, shape (C,), optional
        Which columns the least is taken of (all); the others must reach their value.
    budget : Budget, optional

    Raises
    ------
    SizeError
        The program has constraints in columns of their own (`Space.least`).

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> found = hull_margin(program(compile_space(Factors((np.eye(2),)))), np.array([0.25, 0.5]))
    >>> round(found.value, 9), found.prices.round(9).tolist(), found.lottery.chances.round(3).tolist()
    (0.125, [0.5, 0.5], [0.625, 0.375])
    """
    _check(program)
    nobody = np.full(program.width, np.nan)
    if program.empty:
        return HullMargin(-np.inf, nobody, None, None)
    goal = margin_goal(reservation, counted)
    found = relaxed_goal(program, goal, np.zeros((1, program.width)), budget or Budget())
    if found.chances is None:
        return HullMargin(-np.inf, nobody, None, None)
    prices = found.rows.weights @ found.multipliers
    return HullMargin(found.bound, prices, mixture(program, found.chances), found.chances)


def sole_prices(program: Program, reservation: Floats, found: HullMargin) -> bool:
    """Say whether no other prices are right.

    As one demand grows the margin falls by the greatest of all prices of it that are right, so where the margin falls
    at the prices found, these are all there are.

    Parameters
    ----------
    program : Program
    reservation : ndarray, shape (C,)
    found : HullMargin
        Of the same program, all of whose columns are counted.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> alike, apart = (program(compile_space(Factors((table,)))) for table in (np.ones((1, 2)), np.eye(2)))
    >>> [sole_prices(each, np.zeros(2), hull_margin(each, np.zeros(2))) for each in (alike, apart)]
    [False, True]
    """
    start = np.zeros((1, program.width))
    for price, unit in zip(found.prices.tolist(), np.eye(program.width), strict=True):
        more = relaxed_goal(program, margin_goal(reservation + _STEP * unit), start, Budget())
        if abs((found.value - more.bound) / _STEP - price) > _ALIKE:
            return False
    return True


def _check(program: Program) -> None:
    if len(program.space.least):
        # Its relaxation keeps to such a constraint in the mean alone, not in every outcome of a lottery.
        raise SizeError("lotteries over deals under a budget of so many combinations of levels are not worked out")


def hull_solutions(
    program: Program, terms: Terms, *, names: Sequence[str] = NAMES, budget: Budget | None = None
) -> Mapping[str, HullSolution]:
    """Return solutions on the hull, cut at the reservation values; none where no lottery reaches them.

    Of lotteries with the same objective one is taken with the largest sum of shares of the possible gains, so that
    nobody could gain at no cost to another.

    Parameters
    ----------
    program : Program
    terms : Terms
    names : sequence of str
    budget : Budget, optional
    """
    budget = budget or Budget()
    signing = (np.arange(program.width) < terms.signers).tolist()
    first = hull_margin(program, terms.reservation, counted=signing, budget=budget)
    if not first.exists or first.chances is None:
        return {}
    # At r itself where there is room: the tolerance is for deals, and a lottery would use it up.
    terms = replace(terms, reservation=terms.reservation + min(TOLERANCE, TOLERANCE + first.value))
    ideals = _ideals(program, terms, budget)
    made = solution_goals(terms, ideals, program.width)
    view = _View(first.chances, _shares(program, terms, ideals), budget)
    found = {name: _solution(program, view, made[name]) for name in names}
    return {name: _named(name, each) for name, each in found.items() if each is not None}


@dataclass(frozen=True, eq=False)
class _View:
    """Chances of a lottery in the zone, the row that says which of equally good lotteries is taken, and the budget."""

    start: Floats
    shares: Rows
    budget: Budget


def _shares(program: Program, terms: Terms, ideals: Floats) -> Rows:
    span = np.maximum(ideals - terms.disagreement, TOLERANCE)
    weights = np.append(1.0 / span, np.zeros(program.width - terms.signers))
    return sum_goal(weights, terms.zone).tangents(program.unknowns[:1])


def _named(name: str, found: HullSolution) -> HullSolution:
    if name != "nash":
        return found
    return replace(found, value=float(np.exp(found.value)), bound=float(np.exp(found.bound)))


def _ideals(program: Program, terms: Terms, budget: Budget) -> Floats:
    return np.array(
        [
            relaxed_goal(program, sum_goal(unit, terms.zone), unit[None, :], budget).bound
            for unit in np.eye(program.width)[: terms.signers]
        ]
    )


def _solution(program: Program, view: _View, goal: Goal) -> HullSolution | None:
    if goal.straight:
        found = relaxed(program, goal.hard.plus(goal.tangents(program.unknowns[:1])), view.budget)
        if found.chances is None:
            return None
        held = _value(program, goal, found.chances)
        rows, bound = goal.tangents(program.unknowns[:1]).at(held), found.bound
        chances = found.chances
    else:
        chances, bound = concave_lottery(program, goal, view.start, view.budget)
        rows = no_less(chances @ program.unknowns, 0.0)
    better = relaxed(program, goal.hard.plus(rows, view.shares), view.budget)
    lottery = mixture(program, chances if better.chances is None else better.chances)
    return HullSolution(lottery.mean, lottery, float(goal.values(lottery.mean[None, :])[0]), bound)


def _value(program: Program, goal: Goal, chances: Floats) -> float:
    return float(goal.values((chances @ program.unknowns)[None, :])[0])
