"""Utilitarian solution: arg max over u in S, u >= d, of sum_i u_i.

Pareto optimal, symmetric and, as a set of maximisers, independent of irrelevant alternatives. It compares utilities
across parties (a change of one party's unit changes the deal) and may leave one party with nothing.

Sources: Harsanyi (1955), Cardinal Welfare, Individualistic Ethics, and Interpersonal Comparisons of Utility; as a
bargaining solution Myerson (1981), Utilitarianism, Egalitarianism, and the Timing Effect in Social Choice Problems.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining import kalai_smorodinsky
from sim.theory.bargaining.hull import problem

__all__ = ["objective", "on_hull"]

NOISE = 1e-13  # on a smooth frontier a wider band of equal sums would reach visibly far along it


def objective(
    utilities: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sum of the utilities.

    Parameters
    ----------
    utilities : ndarray, shape (..., n, P)
        The utilities of n points; P parties.
    disagreement : ndarray, shape (..., P)
        Used for its leading axes alone, so that the answer has one row a problem like every other objective.
    ideal, power : ndarray, shape (..., P)
        Not used: all objectives share one signature.

    Returns
    -------
    ndarray, shape (..., n)
        Larger is better.

    References
    ----------
    Myerson (1981), Utilitarianism, Egalitarianism, and the Timing Effect in Social Choice Problems.

    Examples
    --------
    >>> import numpy as np
    >>> deals, zero, one = np.array([[1.0, 4.0], [2.0, 2.5]]), np.zeros(2), np.ones(2)
    >>> objective(deals, disagreement=zero, ideal=one, power=one)
    array([5. , 4.5])
    """
    total = reduce(np.add, (utilities[..., i] for i in range(utilities.shape[-1])))
    return total + np.zeros((*disagreement.shape[:-1], 1))


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Utilitarian solution of two parties with lotteries; on an edge of equal sums the most even shares of the gains.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    disagreement, ideal : ndarray, shape (2,)
        Disagreement points and each party's best on the frontier; they matter among equal sums (within 1e-13) alone.
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
    Myerson (1981), Utilitarianism, Egalitarianism, and the Timing Effect in Social Choice Problems.

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 1.0], [3.0, 0.0]])
    >>> on_hull(frontier, disagreement=np.zeros(2), ideal=np.array([3.0, 1.0]), power=np.ones(2))
    array([3., 0.])
    """
    frontier, disagreement, ideal = problem(frontier, disagreement=disagreement, ideal=ideal)
    sums = frontier.sum(axis=1)
    best = frontier[sums >= sums.max() - NOISE]
    return kalai_smorodinsky.on_hull(best, disagreement=disagreement, ideal=ideal, power=power)
