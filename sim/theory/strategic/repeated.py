"""Self-enforcing co-operation: grim trigger in a repeated prisoners' dilemma.

Co-operation pays R a period, a deviation T > R once, and for ever after the punishment P < R. With discount factor
delta, co-operating for ever is an equilibrium under grim trigger exactly where

    R / (1 - delta) >= T + delta P / (1 - delta),    that is  delta >= (T - R) / (T - P).

Conditions: deviations are seen at once, the future is discounted geometrically, P is a one-shot equilibrium payoff.
Source: Friedman (1971), A Non-cooperative Equilibrium for Supergames.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import broadcast, finite

__all__ = ["grim_trigger"]


def grim_trigger(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike) -> NDArray[np.float64]:
    """Least discount factor at which grim trigger sustains co-operation.

    Parameters
    ----------
    temptation, reward, punishment : array_like, shape (...)
        Payoffs a period T, R and P, broadcast against each other; P may not exceed R.

    Returns
    -------
    ndarray, shape (...)
        (T - R) / (T - P); 0 where nothing is gained by deviating, inf where no patience is enough (P = R < T).

    Raises
    ------
    ValueError
        Where a payoff is not finite, shapes do not fit, or the punishment exceeds the reward.

    References
    ----------
    Friedman (1971), A Non-cooperative Equilibrium for Supergames.

    Examples
    --------
    >>> grim_trigger(5, [3, 4, 6], 1).tolist()
    [0.5, 0.25, 0.0]
    """
    named = {"temptation": temptation, "reward": reward, "punishment": punishment}
    tempting, good, bad = broadcast(**{name: finite(name, payoff) for name, payoff in named.items()})
    if (bad > good).any():
        raise ValueError("punishment: above the reward (expected at most the reward, or it does not punish)")
    threshold = np.where(tempting > good, np.inf, 0.0)
    np.divide(tempting - good, tempting - bad, out=threshold, where=(tempting > good) & (good > bad))
    return threshold
