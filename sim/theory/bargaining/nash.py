"""Nash bargaining solution: arg max over u in S, u >= d, of prod_i (u_i - d_i)^(w_i), w_i = power_i / sum_j power_j.

On convex problems it is the only solution that is Pareto optimal, symmetric (equal powers), independent of the scale
and origin of each party's utility, and independent of irrelevant alternatives: striking out deals that were not
chosen never changes the choice. Unequal powers give up symmetry alone.

Sources: Nash (1950), The Bargaining Problem; for powers Harsanyi and Selten (1972) and Kalai (1977),
Nonsymmetric Nash Solutions and Replications of 2-Person Bargaining.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.hull import problem
from sim.theory.checks import check_power

__all__ = ["objective", "on_hull"]

NOISE = 1e-12


def objective(
    utilities: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Weighted geometric mean of the gains, so that it lives on the utility scale; gains below 0 count as 0.

    Parameters
    ----------
    utilities : ndarray, shape (..., n, P)
        The utilities of n points; P parties.
    disagreement, power : ndarray, shape (..., P)
        Disagreement points and bargaining powers (not negative, one at least positive); they broadcast against the
        leading axes of `utilities`.
    ideal : ndarray, shape (..., P)
        Not used: all objectives share one signature.

    Returns
    -------
    ndarray, shape (..., n)
        Larger is better.

    References
    ----------
    Nash (1950), The Bargaining Problem; Harsanyi and Selten (1972).

    Examples
    --------
    >>> import numpy as np
    >>> deals, zero, one = np.array([[1.0, 4.0], [2.0, 3.0]]), np.zeros(2), np.ones(2)
    >>> objective(deals, disagreement=zero, ideal=one, power=one).round(3)
    array([2.   , 2.449])
    """
    gains = [_gain(utilities[..., i] - disagreement[..., i, None]) for i in range(utilities.shape[-1])]
    if np.all(power == power[..., :1]):
        product = reduce(np.multiply, gains)
        return np.sqrt(product) if len(gains) == 2 else product ** (1.0 / len(gains))
    weights = (power / power.sum(axis=-1, keepdims=True))[..., None]
    return reduce(np.multiply, (gain ** weights[..., i, :] for i, gain in enumerate(gains)))


def on_hull(
    frontier: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    power: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Nash bargaining solution of two parties with lotteries, in closed form on each edge.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        Concave polyline, party 1's utility rising; k >= 1.
    disagreement, power : ndarray, shape (2,)
        Disagreement points (not above the frontier) and powers.
    ideal : ndarray, shape (2,)
        Not used: all rules share one signature.

    Returns
    -------
    ndarray, shape (2,)
        The point.

    Raises
    ------
    ValueError
        If the frontier is not in order, a number is not finite, or powers are negative or all 0.

    References
    ----------
    Nash (1950), The Bargaining Problem; Harsanyi and Selten (1972).

    Examples
    --------
    >>> import numpy as np
    >>> dollar = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> on_hull(dollar, disagreement=np.array([0.2, 0.1]), ideal=np.ones(2), power=np.array([0.7, 0.3])).round(6)
    array([0.69, 0.31])
    """
    frontier, disagreement, power = problem(frontier, disagreement=disagreement, power=power)
    check_power(power)
    gains, step = frontier[:-1] - disagreement, np.diff(frontier, axis=0)
    weights = power / power.sum()
    # Where the derivative of sum w_i log(g_i + t s_i) along an edge is 0.
    share = -(weights * step * gains[:, ::-1]).sum(axis=1) / step.prod(axis=1)
    on_edges = frontier[:-1] + np.clip(share, 0.0, 1.0)[:, None] * step
    points = np.vstack([frontier[:1], on_edges])
    values = objective(points, disagreement=disagreement, ideal=ideal, power=power)
    return np.asarray(points[values.argmax()])


def _gain(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    # A gain that is rounding alone must not count: a root would make 1e-17 look like 1e-6.
    return np.asarray(np.where(gain > NOISE, gain, 0.0))
