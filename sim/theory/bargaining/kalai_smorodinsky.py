"""Kalai-Smorodinsky solution: arg max over u in S, u >= d, of min_i (u_i - d_i) / (a_i - d_i), a the ideal point.

Each party gets the same share of the most it could hope for. For two parties on convex problems it is the only
solution that is Pareto optimal, symmetric, independent of the scale and origin of each party's utility, and
individually monotone: where the others' ideals stay the same, new deals never hurt a party.

Sources: Kalai and Smorodinsky (1975), Other Solutions to Nash's Bargaining Problem; Raiffa (1953) had proposed it.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.hull import meet, problem

__all__ = ["gain_ratio", "objective", "on_hull"]

FLAT = 1e-9


def gain_ratio(
    utility: NDArray[np.float64], disagreement: NDArray[np.float64], ideal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The share of its possible gain that a party gets, (u - d) / (a - d), element by element.

    Parameters
    ----------
    utility, disagreement, ideal : ndarray
        Shapes that broadcast against each other.

    Returns
    -------
    ndarray
        The share; 1 where there is nothing to gain (a - d at most 1e-9).

    Examples
    --------
    >>> import numpy as np
    >>> gain_ratio(np.array([0.5, 0.2]), np.array([0.0, 0.2]), np.array([2.0, 0.2]))
    array([0.25, 1.  ])
    """
    span = ideal - disagreement
    return (utility - disagreement) / np.where(span > FLAT, span, np.inf) + (span <= FLAT)


def objective(
    utilities: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Least share of the possible gain, over the parties.

    Parameters
    ----------
    utilities : ndarray, shape (..., n, P)
        The utilities of n points; P parties.
    disagreement, ideal : ndarray, shape (..., P)
        Disagreement and ideal points; they broadcast against the leading axes of `utilities`. A party with nothing
        to gain (ideal - disagreement at most 1e-9) counts as share 1.
    power : ndarray, shape (..., P)
        Not used: all objectives share one signature.

    Returns
    -------
    ndarray, shape (..., n)
        Larger is better; 1 is the ideal point.

    References
    ----------
    Kalai and Smorodinsky (1975), Other Solutions to Nash's Bargaining Problem.

    Examples
    --------
    >>> import numpy as np
    >>> deals, zero, ideal = np.array([[1.0, 4.0], [2.0, 3.0]]), np.zeros(2), np.array([2.0, 4.0])
    >>> objective(deals, disagreement=zero, ideal=ideal, power=np.ones(2))
    array([0.5 , 0.75])
    """
    parties = range(utilities.shape[-1])
    return reduce(
        np.minimum,
        (gain_ratio(utilities[..., i], disagreement[..., i, None], ideal[..., i, None]) for i in parties),
    )


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Kalai-Smorodinsky solution of two parties with lotteries: where the line from d to the ideal point leaves S.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    disagreement, ideal : ndarray, shape (2,)
        Disagreement points and each party's best on the frontier. A party with nothing to gain leaves the best to
        the other.
    power : ndarray, shape (2,)
        Not used: all rules share one signature.

    Returns
    -------
    ndarray, shape (2,)
        The point.

    Raises
    ------
    ValueError
        If the frontier is not in order or a number is not finite.

    References
    ----------
    Kalai and Smorodinsky (1975), Other Solutions to Nash's Bargaining Problem.

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 1.0], [2.0, 0.0]])
    >>> on_hull(frontier, disagreement=np.zeros(2), ideal=np.array([2.0, 1.0]), power=np.ones(2))
    array([1. , 0.5])
    """
    frontier, disagreement, ideal = problem(frontier, disagreement=disagreement, ideal=ideal)
    span = ideal - disagreement
    if (span <= FLAT).any():
        return np.array(frontier[0 if span[0] <= FLAT else -1])
    first, second = (span[::-1] / span.max()).tolist()
    # The line through d and the ideal point, taken at the ideal point: d may be so far off that float noise hides it.
    return meet(frontier, (first, second), first * float(ideal[0]) - second * float(ideal[1]))
