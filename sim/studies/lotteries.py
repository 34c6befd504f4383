"""Deals by lottery: the hull of all outcomes that cross no red line, cut at the reservation values.

A bound on what outcomes alone can give, not a proposal. Two parties: every solution on the hull with the two deals it
mixes. More parties: only whether a zone with lotteries exists, by linear programming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.space.folds import Frontier
from sim.space.points import Points
from sim.space.zone import TOLERANCE, exists, margins
from sim.studies.solve import Point
from sim.theory.bargaining import hull
from sim.theory.bargaining.lotteries import Lottery, bargain, lottery
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["Mix", "Mixes", "mix_at", "mixes"]

_MOST_COLUMNS = 20_000


@dataclass(frozen=True)
class Mix:
    """One solution with lotteries.

    Attributes
    ----------
    utilities : dict of str to float
        Expected utility of each signer.
    first, second : dict
        Two outcomes, level by issue; the same where the deal is sure.
    probability : float
        Of the first.
    """

    utilities: Mapping[str, float]
    first: Mapping[str, float | str]
    second: Mapping[str, float | str]
    probability: float


@dataclass(frozen=True)
class Mixes:
    """What lotteries add.

    Attributes
    ----------
    exists : bool or None
        Whether a zone with lotteries exists; None where that was not decided.
    solutions : dict of str to Mix
        Two parties only.
    """

    exists: bool | None
    solutions: Mapping[str, Mix]


def mixes(game: Game, whole: Frontier, point: Point) -> Mixes:
    """Return the zone and the solutions with lotteries at one leverage point."""
    u, r = whole.points.utilities, point.reservation
    if not len(u):
        return Mixes(False, {})
    if len(game.signers) > 2:
        sure = bool(exists(margins(u, r[None, :]))[0])
        return Mixes(True if sure else _mixed_zone(u, r), {})
    if hull.margin(hull.upper_hull(u).utilities, r) < -TOLERANCE:
        return Mixes(False if whole.resolution == 0 else None, {})
    return Mixes(True, _solutions(game, whole.points, point))


def _solutions(game: Game, points: Points, point: Point) -> dict[str, Mix]:
    outline = hull.upper_hull(points.utilities)
    found = {}
    for name, solution in SOLUTIONS.items():
        if solution.on_hull is None:
            continue
        result = bargain(
            outline,
            solution.on_hull,
            reservation=point.reservation,
            disagreement=point.disagreement,
            power=point.power,
        )
        if result is not None:
            found[name] = _mix(game, points, result.utilities, result.lottery)
    return found


def mix_at(game: Game, points: Points, outline: hull.Hull, utilities: Any) -> Mix:
    """Return the mix of two deals that gives a point of the hull of `points`."""
    return _mix(game, points, utilities, lottery(outline, utilities))


def _mix(game: Game, points: Points, utilities: Any, found: Lottery) -> Mix:
    first, second = (game.outcome(row) for row in game.space.levels(points.codes[[found.first, found.second]]))
    expected = dict(zip(game.signers, utilities.tolist(), strict=True))
    return Mix(expected, first, second, float(found.probability))


def _mixed_zone(u: Any, r: Any) -> bool | None:
    """Say whether some mix of points gives everybody r: max t with sum_k q_k (u_k - r) >= t."""
    if len(u) > _MOST_COLUMNS:
        return None
    from scipy.optimize import linprog

    n, parties = u.shape
    gains = np.column_stack([-(u - r).T, np.ones(parties)])
    whole = np.append(np.ones(n), 0.0)[None, :]
    objective = np.append(np.zeros(n), -1.0)
    bounds = [(0.0, None)] * n + [(None, None)]
    answer = linprog(objective, A_ub=gains, b_ub=np.zeros(parties), A_eq=whole, b_eq=[1.0], bounds=bounds)
    return bool(answer.fun <= TOLERANCE) if answer.success and answer.fun is not None else None
