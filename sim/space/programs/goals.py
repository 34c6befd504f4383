"""What a program maximises, as rows that are linear in utilities.

A goal is max t subject to rows a_q . U(x) - s_q t >= b_q. Rows with s_q = 0 are *hard*: a signer's reservation value, a
budget, a further signer. The others bound t: the best margin has t <= U_i - r_i for every signer, the egalitarian
solution t <= U_i - d_i, Kalai-Smorodinsky t <= (U_i - d_i) / (ideal_i - d_i), equal loss t <= U_i - ideal_i, the ideal
point of one party t <= U_i and the utilitarian solution t <= sum U_i. The Nash solution maximises the concave
t = sum w_i ln(U_i - d_i), which lies below each of its tangents: rows are added where they are needed (Kelley (1960),
The Cutting-Plane Method for Solving Convex Programs). The sum of the k least of some shares is the least of all sums of
k of them, so the leximin rule for ties is a list of such goals as well.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE

__all__ = [
    "FLAT_GAIN",
    "Goal",
    "Rows",
    "Terms",
    "anchored",
    "gain_shares",
    "least_goal",
    "nash_goal",
    "no_less",
    "ordered_goal",
    "solution_goals",
    "sum_goal",
]

FLAT_GAIN = 1e-9
_SMALL = 1e-6
_NOISE = 1e-12
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows U @ weights - slope t >= least.

    Attributes
    ----------
    weights : ndarray, shape (C, Q)
        Not negative, so that more of a column never hurts.
    least, slope : ndarray, shape (Q,)
        The slope is not negative; 0: a hard row.
    """

    weights: Floats
    least: Floats
    slope: Floats

    def __len__(self) -> int:
        return len(self.least)

    def plus(self, *others: Rows) -> Rows:
        """Return these rows and others."""
        every = (self, *others)
        return Rows(
            np.concatenate([rows.weights for rows in every], axis=1),
            np.concatenate([rows.least for rows in every]),
            np.concatenate([rows.slope for rows in every]),
        )

    @property
    def sloping(self) -> Rows:
        """Those rows that bound t."""
        kept = self.slope > 0
        return Rows(self.weights[:, kept], self.least[kept], self.slope[kept])

    def shifted(self, base: float) -> Rows:
        """Return the same rows for t - base in place of t."""
        return Rows(self.weights, self.least + self.slope * base, self.slope)

    def at(self, floor: float) -> Rows:
        """Return the rows that say t is at least `floor`, all of them hard."""
        return Rows(self.weights, self.least + self.slope * floor, np.zeros(len(self)))

    def met(self, utilities: Floats, floor: float = 0.0) -> Bools:
        """Say which utilities (n, C) meet all rows at t = floor."""
        need = self.least + self.slope * floor
        slack = _NOISE * (1.0 + np.abs(need))
        return np.asarray((utilities @ self.weights >= need - slack).all(axis=1))


@dataclass(frozen=True, eq=False)
class Terms:
    """One leverage point; the first P of a program's C columns are the signers.

    Attributes
    ----------
    reservation : ndarray, shape (C,)
        The least that each column must reach; -inf asks for nothing.
    disagreement, power : ndarray, shape (P,)
    """

    reservation: Floats
    disagreement: Floats
    power: Floats

    @property
    def signers(self) -> int:
        """How many signers there are."""
        return len(self.disagreement)

    @property
    def zone(self) -> Rows:
        """The rows that every agreement meets."""
        return no_less(self.reservation)


@dataclass(frozen=True, eq=False)
class Goal:
    """Something to maximise over the outcomes that meet some hard rows.

    Attributes
    ----------
    hard : Rows
    values : callable
        Utilities (n, C) to the objective t (n,); -inf where it is not defined.
    tangents : callable
        Points (k, C) to rows that every outcome and lottery meets with its own t, exact at those points.
    straight : bool
        Whether the rows are the same at whatever points.
    below : callable
        The objective that counts as no worse than a given one.
    """

    hard: Rows
    values: Callable[[Floats], Floats]
    tangents: Callable[[Floats], Rows]
    straight: bool
    below: Callable[[float], float] = lambda value: value - TOLERANCE


def no_less(least: Floats, tolerance: float = TOLERANCE) -> Rows:
    """Return the hard rows U_c >= least_c (C,), within the tolerance; -inf asks for nothing.

    Examples
    --------
    >>> no_less(np.array([0.5, -np.inf])).weights.tolist()
    [[1.0], [0.0]]
    """
    asked = np.flatnonzero(least > -np.inf)
    return Rows(np.eye(len(least))[:, asked], least[asked] - tolerance, np.zeros(len(asked)))


def _straight(rows: Rows, hard: Rows) -> Goal:
    def values(utilities: Floats) -> Floats:
        return np.asarray(((utilities @ rows.weights - rows.least) / rows.slope).min(axis=1))

    return Goal(hard, values, lambda points: rows, True)


def least_goal(low: Floats, span: Floats, hard: Rows, *, terms: int = 1, most: float = np.inf) -> Goal:
    """Return the goal of the least sum of so many of the shares (U_c - low_c) / span_c.

    Parameters
    ----------
    low, span : ndarray, shape (C,)
        A column whose span is infinite has the share `most`; one whose span is nan is left out.
    hard : Rows
    terms : int
        How many shares are summed: the k least of them.
    most : float
        No share counts for more.
    """
    counted, given = np.flatnonzero(np.isfinite(span)), int(np.isinf(span).sum())
    units = np.eye(len(low))[:, counted] / span[counted]
    shift = low[counted] / span[counted]
    weights, least = [], []
    for size in range(max(0, terms - given), min(terms, len(counted)) + 1):
        for chosen in itertools.combinations(range(len(counted)), size):
            mine = list(chosen)
            weights.append(units[:, mine].sum(axis=1))
            least.append(shift[mine].sum() - (terms - size) * most if size < terms else shift[mine].sum())
    return _straight(Rows(np.column_stack(weights), np.array(least), np.ones(len(least))), hard)


def sum_goal(weights: Floats, hard: Rows) -> Goal:
    """Return the goal of a weighted sum of the columns, weights (C,)."""
    return _straight(Rows(weights[:, None], np.zeros(1), np.ones(1)), hard)


def nash_goal(disagreement: Floats, power: Floats, hard: Rows) -> Goal:
    """Return the goal t = sum_c w_c ln(U_c - d_c), w = power / sum of powers, (C,) each; power 0 leaves a column out.

    What comes no less near than 1e-9 to the best geometric mean, exp(t), counts as no worse.
    """
    counted = np.flatnonzero(power > 0)
    weight, low = power[counted] / power.sum(), disagreement[counted]

    def values(utilities: Floats) -> Floats:
        gains = utilities[:, counted] - low
        logs = np.log(np.maximum(gains, _NOISE)) @ weight
        return np.where((gains > _NOISE).all(axis=1), logs, -np.inf)

    def tangents(points: Floats) -> Rows:
        gains = np.maximum(points[:, counted] - low, _SMALL)
        rates = np.zeros((len(disagreement), len(points)))
        rates[counted] = (weight / gains).T
        # t <= sum w (ln g0 + (g - g0) / g0), and the weights sum to 1.
        least = rates[counted].T @ low + 1.0 - np.log(gains) @ weight
        return Rows(rates, least, np.ones(len(points)))

    def below(value: float) -> float:
        return float(np.log(max(np.exp(value) - TOLERANCE, _NOISE)))

    return Goal(hard, values, tangents, False, below)


def anchored(goal: Goal, rows: Rows) -> Goal:
    """Return a goal whose tangents include some that were laid before: they hold whatever the space."""
    if goal.straight:
        return goal
    known = rows.sloping
    base = replace(known, weights=known.weights[: len(goal.hard.weights)])
    return replace(goal, tangents=lambda points: base.plus(goal.tangents(points)))


def solution_goals(terms: Terms, ideals: Floats, width: int) -> dict[str, Goal]:
    """Return the goal of each solution, for a program of so many columns; ideals (P,)."""
    d, zone, signers = terms.disagreement, terms.zone, terms.signers

    def wide(values: Floats, fill: float) -> Floats:
        return np.append(values, np.full(width - signers, fill))

    equal = wide(np.ones(signers), np.nan)
    return {
        "nash": nash_goal(wide(d, 0.0), wide(terms.power, 0.0), zone),
        "kalai_smorodinsky": ordered_goal(terms, ideals, width),
        "egalitarian": least_goal(wide(d, 0.0), equal, zone),
        "utilitarian": sum_goal(wide(np.ones(signers), 0.0), zone),
        "equal_loss": least_goal(wide(ideals, 0.0), equal, zone),
    }


def ordered_goal(terms: Terms, ideals: Floats, width: int, count: int = 1) -> Goal:
    """Return the goal of the sum of the least shares of the possible gains, so many of them."""
    span = ideals - terms.disagreement
    spans = np.append(np.where(span > FLAT_GAIN, span, np.inf), np.full(width - terms.signers, np.nan))
    low = np.append(terms.disagreement, np.zeros(width - terms.signers))
    return least_goal(low, spans, terms.zone, terms=count, most=1.0)


def gain_shares(utilities: Floats, disagreement: Floats, ideal: Floats) -> Floats:
    """Return (U - d) / (ideal - d), shape (n, P); 1 where a party has nothing to gain.

    Examples
    --------
    >>> gain_shares(np.array([[0.5, 0.2]]), np.array([0.0, 0.2]), np.array([1.0, 0.2])).tolist()
    [[0.5, 1.0]]
    """
    span = ideal - disagreement
    flat = span <= FLAT_GAIN
    return np.asarray((utilities - disagreement) / np.where(flat, np.inf, span) + flat)
