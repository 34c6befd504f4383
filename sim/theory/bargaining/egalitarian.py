"""Egalitarian solution: arg max over u in S, u >= d, of min_i (u_i - d_i): the gains are as equal as efficiency lets.

On convex problems in which nobody can gain at no cost to another it is the only solution that is weakly Pareto
optimal, symmetric and strongly monotone (more deals never hurt anybody). It compares utilities across parties: a
change of one party's unit changes the deal.

Source: Kalai (1977), Proportional Solutions to Bargaining Situations: Interpersonal Utility Comparisons.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.hull import meet, problem

__all__ = ["objective", "on_hull"]


def objective(
    utilities: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Least gain over the parties.

    Parameters
    ----------
    utilities : ndarray, shape (..., n, P)
        The utilities of n points; P parties.
    disagreement : ndarray, shape (..., P)
        Disagreement points; they broadcast against the leading axes of `utilities`.
    ideal, power : ndarray, shape (..., P)
        Not used: all objectives share one signature.

    Returns
    -------
    ndarray, shape (..., n)
        Larger is better.

    References
    ----------
    Kalai (1977), Proportional Solutions to Bargaining Situations.

    Examples
    --------
    >>> import numpy as np
    >>> deals, zero, one = np.array([[1.0, 4.0], [2.0, 3.0]]), np.zeros(2), np.ones(2)
    >>> objective(deals, disagreement=zero, ideal=one, power=one)
    array([1., 2.])
    """
    parties = range(utilities.shape[-1])
    return reduce(np.minimum, (utilities[..., i] - disagreement[..., i, None] for i in parties))


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Egalitarian solution of two parties with lotteries: equal gains, else the efficient end nearest to them.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    disagreement : ndarray, shape (2,)
        Disagreement points.
    ideal, power : ndarray, shape (2,)
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
    Kalai (1977), Proportional Solutions to Bargaining Situations.

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 1.0], [3.0, 0.0]])
    >>> on_hull(frontier, disagreement=np.zeros(2), ideal=np.array([3.0, 1.0]), power=np.ones(2))
    array([0.75, 0.75])
    """
    frontier, disagreement = problem(frontier, disagreement=disagreement)
    return meet(frontier, (1.0, 1.0), float(disagreement[0] - disagreement[1]))
