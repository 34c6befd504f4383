"""Raiffa's solutions of two parties: step by step from d towards the ideal point of what can still be gained.

With a(z) = (max {u_1 : u in S, u_2 >= z_2}, max {u_2 : u in S, u_1 >= z_1}), the ideal point seen from an interim
agreement z, starting at z = d:

- *discrete* (sequential): z <- (z + a(z)) / 2, the mean of each party's best deal that keeps the other at z;
- *continuous*: dz/dt = a(z) - z, infinitely many small steps.

Both end on the frontier. They are Pareto optimal, symmetric, independent of the scale and origin of each party's
utility, and give each party at least half of its possible gain. The start is the disagreement point even where
reservation values lie above it: below them each party's best is the end of the cut frontier.

Sources: Raiffa (1953), Arbitration Schemes for Generalized Two-Person Games; Luce and Raiffa (1957), Games and
Decisions; Diskin, Koppel and Samet (2011), Generalized Raiffa Solutions.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.hull import problem

__all__ = ["on_hull", "on_hull_continuous"]

STEPS = 1200  # each halves a distance at least: enough from any double to float noise
FOREVER = 1e15  # reached only where the path ends in a vertex


def _ideal_from(frontier: NDArray[np.float64], interim: NDArray[np.float64]) -> NDArray[np.float64]:
    first = np.interp(interim[1], frontier[::-1, 1], frontier[::-1, 0])
    return np.array([first, np.interp(interim[0], frontier[:, 0], frontier[:, 1])])


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Raiffa's discrete solution of two parties with lotteries, stepped until floats no longer change.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    disagreement : ndarray, shape (2,)
        Where the steps start; not above the frontier.
    ideal, power : ndarray, shape (2,)
        Not used: all rules share one signature.

    Returns
    -------
    ndarray, shape (2,)
        The point. A straight frontier is reached in one step, a vertex by halving the distance.

    Raises
    ------
    ValueError
        If the frontier is not in order or a number is not finite.

    References
    ----------
    Raiffa (1953), Arbitration Schemes for Generalized Two-Person Games.

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 1.0], [2.0, 0.0]])
    >>> on_hull(frontier, disagreement=np.zeros(2), ideal=np.array([2.0, 1.0]), power=np.ones(2))
    array([1. , 0.5])
    """
    frontier, disagreement = problem(frontier, disagreement=disagreement)
    interim: NDArray[np.float64] = np.minimum(disagreement, frontier.max(axis=0))
    for _ in range(STEPS):
        following = (interim + _ideal_from(frontier, interim)) / 2.0
        if np.array_equal(following, interim):
            break
        interim = following
    return interim


def on_hull_continuous(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Raiffa's continuous solution of two parties with lotteries.

    While a(z) stays on one pair of edges the equation is linear, so each piece of the path is in closed form; the
    time at which it leaves the pair is found to float precision. Once both parties look at the same edge the path is
    straight and ends in the middle of what is left of it.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    disagreement : ndarray, shape (2,)
        Where the path starts; not above the frontier.
    ideal, power : ndarray, shape (2,)
        Not used: all rules share one signature.

    Returns
    -------
    ndarray, shape (2,)
        The point, to about 1e-12 of the utility scale.

    Raises
    ------
    ValueError
        If the frontier is not in order or a number is not finite.

    References
    ----------
    Raiffa (1953), Arbitration Schemes for Generalized Two-Person Games; Diskin, Koppel and Samet (2011).

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 4.0], [3.0, 3.0], [4.0, 0.0]])
    >>> on_hull_continuous(frontier, disagreement=np.zeros(2), ideal=np.array([4.0, 4.0]), power=np.ones(2))
    array([3., 3.])
    """
    frontier, disagreement = problem(frontier, disagreement=disagreement)
    last = len(frontier) - 1
    here: NDArray[np.float64] = np.minimum(disagreement, frontier.max(axis=0))
    # Party 2's best lies on edge `left` (from party 1's utility), party 1's on edge `right`; -1 and `last` stand for
    # the level and upright parts beyond the ends.
    left = int(np.searchsorted(frontier[:, 0], here[0], side="right")) - 1
    right = last - int(np.searchsorted(frontier[::-1, 1], here[1], side="right"))
    while right > left:
        corner = np.array([frontier[left + 1, 0], frontier[right, 1]])
        slopes = _slopes(frontier, left, right)
        # On these edges it is what `_ideal_from` gives, without looking for them again.
        low, high = frontier[min(right + 1, last)], frontier[max(left, 0)]
        aim = np.array([low[0] + (here[1] - low[1]) * slopes[0], high[1] + (here[0] - high[0]) * slopes[1]])
        here = _until(here, corner, speed=aim - here, slopes=slopes)
        left += bool(here[0] >= corner[0])
        right -= bool(here[1] >= corner[1])
    if left == right and not 0 <= left < last:
        return np.array(frontier[max(left, 0)])
    return np.asarray((here + _ideal_from(frontier, here)) / 2.0)


def _slopes(frontier: NDArray[np.float64], left: int, right: int) -> tuple[float, float]:
    """Slopes d a_1 / d z_2 on edge `right` and d a_2 / d z_1 on edge `left`."""
    last = len(frontier) - 1
    across = frontier[right + 1] - frontier[right] if right < last else np.array([0.0, -1.0])
    down = frontier[left + 1] - frontier[left] if left >= 0 else np.array([1.0, 0.0])
    return float(across[0] / across[1]), float(down[1] / down[0])


def _until(
    here: NDArray[np.float64], corner: NDArray[np.float64], *, speed: NDArray[np.float64], slopes: tuple[float, float]
) -> NDArray[np.float64]:
    """Follow the path until one coordinate reaches the corner's."""
    from scipy.optimize import brentq

    x, y = map(float, speed)
    target = [float(length) for length in corner - here]
    rate = math.sqrt(slopes[0] * slopes[1])

    def moved(time: float) -> tuple[float, float]:
        own, cross = _kernels(time, rate)
        return own * x + cross * slopes[0] * y, own * y + cross * slopes[1] * x

    def ahead(time: float) -> float:
        first, second = moved(time)
        return max(first - target[0], second - target[1])

    # The path slows down, so at its first speed it would be there too early.
    early = min((t / s for t, s in zip(target, (x, y), strict=True) if s > 0.0), default=0.0)
    early = early if ahead(early) <= 0.0 else 0.0
    late = 2.0 * early or 1.0
    while ahead(late) < 0.0 and late < FOREVER:
        early, late = late, 2.0 * late
    time = brentq(ahead, early, late, xtol=1e-300, rtol=1e-15, maxiter=500) if ahead(late) >= 0.0 else late
    first, second = moved(float(time))
    reached = here + np.array([first, second])
    nearest = 0 if first - target[0] >= second - target[1] else 1
    reached[nearest] = corner[nearest]
    return np.asarray(np.minimum(reached, corner))


def _kernels(time: float, rate: float) -> tuple[float, float]:
    """Integrals over [0, time] of exp(-s) cosh(rate s) and exp(-s) sinh(rate s) / rate."""
    if rate == 0.0:
        return -math.expm1(-time), -math.expm1(-time) - time * math.exp(-time)
    slow, fast = 1.0 - rate, 1.0 + rate
    gentle = -math.expm1(-slow * time) / slow if slow > 0.0 else time
    steep = -math.expm1(-fast * time) / fast
    return (gentle + steep) / 2.0, (gentle - steep) / (2.0 * rate)
