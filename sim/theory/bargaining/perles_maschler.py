"""Perles-Maschler (super-additive) solution of two parties: int_A^z sqrt(-du_1 du_2) = int_z^B sqrt(-du_1 du_2).

A and B are the ends of the frontier of S = {u >= d}. Two parties start there and concede towards each other, at each
moment giving up the same product of utilities; z is where they meet. It is Pareto optimal, symmetric, independent of
the scale and origin of each party's utility, and super-additive: two problems settled at once give both parties at
least what they get from settling them one by one. The disagreement point matters only through the ends A and B, so
with reservation values above it they take its place.

Source: Perles and Maschler (1981), The Super-Additive Solution for the Nash Bargaining Game.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.hull import problem

__all__ = ["on_hull"]


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Perles-Maschler solution of two parties with lotteries, exact: on an edge the integrand is constant.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1. What lies level or upright beyond its ends adds nothing
        to the integrals.
    disagreement, ideal, power : ndarray, shape (2,)
        Not used: all rules share one signature.

    Returns
    -------
    ndarray, shape (2,)
        The point.

    Raises
    ------
    ValueError
        If the frontier is not in order or not finite.

    References
    ----------
    Perles and Maschler (1981), The Super-Additive Solution for the Nash Bargaining Game.

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 5.0], [4.0, 4.0], [5.0, 0.0]])
    >>> on_hull(frontier, disagreement=np.zeros(2), ideal=np.array([5.0, 5.0]), power=np.ones(2))
    array([4., 4.])
    """
    frontier, _ = problem(frontier, disagreement=disagreement)
    step = np.diff(frontier, axis=0)
    travelled = np.concatenate([[0.0], np.cumsum(np.sqrt(-step[:, 0] * step[:, 1]))])
    half = travelled[-1] / 2.0
    return np.array([np.interp(half, travelled, frontier[:, party]) for party in (0, 1)])
