"""Bargaining with lotteries: a two-party problem (S, d) on the convex hull, and the lottery that realises its answer.

A point on an edge of the hull is p u(x) + (1 - p) u(y), x and y the outcomes at the ends of the edge: sign x with
probability p, else y. It is a bound on what outcomes alone can give rather than a proposal, and it may exist where no
outcome suits both.

The problem is the hull cut at the reservation values r, seen from the disagreement point d <= r (an outside option
better than d lifts r above it). Every rule takes gains from d; Raiffa's start there. Perles-Maschler knows d only
through the cut.

Source: Nash (1950), The Bargaining Problem (randomised agreements).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.hull import Hull, cut, scaled
from sim.theory.checks import check_frontier, check_points, check_power, numbers

__all__ = ["Bargain", "Lottery", "Rule", "bargain", "lottery"]

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Lottery:
    """Outcome `first` with `probability`, else outcome `second`; a sure outcome has both alike and probability 1."""

    first: int
    second: int
    probability: float


@dataclass(frozen=True, eq=False)
class Bargain:
    """A solution with lotteries: the utilities (2,) and the lottery over outcomes that gives them."""

    utilities: NDArray[np.float64]
    lottery: Lottery


class Rule(Protocol):
    """A bargaining solution of two parties: frontier (k, 2), the rest (2,), to the point (2,)."""

    def __call__(
        self,
        frontier: NDArray[np.float64],
        *,
        disagreement: NDArray[np.float64],
        ideal: NDArray[np.float64],
        power: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Solve one problem; `ideal` is each party's best on the frontier."""


def lottery(hull: Hull, point: NDArray[np.float64], tolerance: float = TOLERANCE) -> Lottery:
    """Lottery over at most two outcomes that gives a point of the hull.

    Parameters
    ----------
    hull : Hull
        The frontier of all outcomes.
    point : ndarray, shape (2,)
        A point on it.
    tolerance : float
        How far from the hull the point may lie, on the utility scale; farther if rounding alone explains it.

    Raises
    ------
    ValueError
        If the point is not on the hull.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.theory.bargaining.hull import upper_hull
    >>> lottery(upper_hull(np.array([[0.0, 1.0], [1.0, 0.0]])), np.array([0.25, 0.75]))
    Lottery(first=0, second=1, probability=0.75)
    """
    place, share = _nearest(hull.utilities, point, tolerance)
    other = min(place + 1, len(hull.source) - 1)
    if min(share, 1.0 - share) < 1e-12:
        place = other = other if share > 0.5 else place
        share = 0.0
    return Lottery(int(hull.source[place]), int(hull.source[other]), 1.0 - share)


def _nearest(frontier: NDArray[np.float64], point: NDArray[np.float64], tolerance: float) -> tuple[int, float]:
    """Return the edge on which a point lies, by its first vertex, and how far along; ValueError where it is on none."""
    ends, blur = scaled(frontier, point)
    start, step = ends[:-1], np.diff(ends, axis=0)
    if not len(step):
        start, step = ends, np.zeros((1, 2))
    length = (step**2).sum(axis=1)
    share = np.clip(-(start * step).sum(axis=1) / np.where(length > 0, length, 1.0), 0.0, 1.0)
    off = np.abs(start + share[:, None] * step).max(axis=1)
    edge = int(off.argmin())
    along = float(share[edge])
    reached = (1.0 - along) * frontier[edge] + along * frontier[min(edge + 1, len(frontier) - 1)]
    if not (np.abs(reached - point).max() <= tolerance or off[edge] <= blur):
        raise ValueError(f"point: {point.tolist()} is not on the hull (nearest: {reached.tolist()})")
    return edge, along


def bargain(
    hull: Hull,
    rule: Rule,
    *,
    reservation: NDArray[np.float64],
    disagreement: NDArray[np.float64],
    power: NDArray[np.float64] | None = None,
) -> Bargain | None:
    """Solve a two-party problem with lotteries: the hull, cut at r, seen from d.

    Parameters
    ----------
    hull : Hull
        The frontier of all outcomes.
    rule : callable
        A solution's `on_hull`.
    reservation, disagreement : ndarray, shape (2,)
        Reservation values r and disagreement points d <= r.
    power : ndarray, shape (2,), optional
        Bargaining powers; equal when not given.

    Returns
    -------
    Bargain or None
        None where no lottery gives both their reservation values.

    Raises
    ------
    ValueError
        If d lies above r, the hull is not in order, a number is not finite, or powers are negative or all 0.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.theory.bargaining import nash
    >>> from sim.theory.bargaining.hull import upper_hull
    >>> hull, zero = upper_hull(np.array([[0.0, 1.0], [1.0, 0.0]])), np.zeros(2)
    >>> bargain(hull, nash.on_hull, reservation=zero, disagreement=zero).lottery
    Lottery(first=0, second=1, probability=0.5)
    """
    power = np.ones(2) if power is None else numbers("power", power)
    reservation, disagreement = numbers("reservation", reservation), numbers("disagreement", disagreement)
    check_frontier(hull.utilities, "hull")
    check_points(reservation=reservation, disagreement=disagreement)
    check_power(power)
    if (disagreement > reservation + TOLERANCE).any():
        raise ValueError("disagreement: above the reservation values (expected d <= r)")
    frontier = cut(hull.utilities, reservation)
    if not len(frontier):
        return None
    ideal = np.array([frontier[-1, 0], frontier[0, 1]])
    point = rule(frontier, disagreement=disagreement, ideal=ideal, power=power)
    return Bargain(point, lottery(hull, point))
