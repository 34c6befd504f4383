"""Equal-loss solution: arg min over u in S, u >= d, of max_i (a_i - u_i), a the ideal point.

All give up the same amount from the most each could hope for, the mirror image of the egalitarian solution. For two
parties on convex problems it is Pareto optimal, symmetric and individually monotone. It compares utilities across
parties: a change of one party's unit changes the deal.

Source: Chun (1988), The Equal-Loss Principle for Bargaining Problems.
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
    """Minus the largest loss from the ideal point, over the parties.

    Parameters
    ----------
    utilities : ndarray, shape (..., n, P)
        The utilities of n points; P parties.
    ideal : ndarray, shape (..., P)
        Ideal points; they broadcast against the leading axes of `utilities`.
    disagreement, power : ndarray, shape (..., P)
        Not used: all objectives share one signature.

    Returns
    -------
    ndarray, shape (..., n)
        Larger is better; 0 is the ideal point.

    References
    ----------
    Chun (1988), The Equal-Loss Principle for Bargaining Problems.

    Examples
    --------
    >>> import numpy as np
    >>> deals, zero, ideal = np.array([[1.0, 4.0], [2.0, 2.5]]), np.zeros(2), np.array([2.0, 4.0])
    >>> objective(deals, disagreement=zero, ideal=ideal, power=np.ones(2))
    array([-1. , -1.5])
    """
    parties = range(utilities.shape[-1])
    return reduce(np.minimum, (utilities[..., i] - ideal[..., i, None] for i in parties))


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Equal-loss solution of two parties with lotteries: where the line of slope 1 down from the ideal point meets S.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    ideal : ndarray, shape (2,)
        Each party's best on the frontier.
    disagreement, power : ndarray, shape (2,)
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
    Chun (1988), The Equal-Loss Principle for Bargaining Problems.

    Examples
    --------
    >>> import numpy as np
    >>> frontier = np.array([[0.0, 1.0], [3.0, 0.0]])
    >>> on_hull(frontier, disagreement=np.zeros(2), ideal=np.array([3.0, 1.0]), power=np.ones(2))
    array([2.25, 0.25])
    """
    frontier, _, ideal = problem(frontier, disagreement=disagreement, ideal=ideal)
    return meet(frontier, (1.0, 1.0), float(ideal[0] - ideal[1]))
