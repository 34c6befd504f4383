"""What mixed strategies earn in games of any number of players: u_i(s, x_-i), summed over what the others may do.

u_i is multilinear: u_i(x) = sum over profiles s of u_i(s) prod_j x_j(s_j) (von Neumann and Morgenstern 1944). E games
and profiles at once.

Source: Nash (1951), Non-cooperative Games.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["gains_of", "replies"]

Floats = NDArray[np.float64]


def replies(payoff: Floats, strategies: Sequence[Floats], player: int) -> Floats:
    """What each of a player's strategies earns against the mixed strategies of the others.

    Parameters
    ----------
    payoff : ndarray, shape (E, n_1, ..., n_P)
        Of that player.
    strategies : sequence of P ndarray, shape (E, n_i)
    player : int

    Returns
    -------
    ndarray, shape (E, n_player)

    Examples
    --------
    >>> replies(np.array([[[3.0, 0.0], [4.0, 1.0]]]), [np.array([[1, 0]]), np.array([[0.5, 0.5]])], 0).tolist()
    [[1.5, 2.5]]
    """
    table = payoff
    for k in reversed(range(len(strategies))):
        if k != player:
            weights = np.expand_dims(strategies[k], tuple(n for n in range(1, table.ndim) if n != k + 1))
            table = (table * weights).sum(axis=k + 1)
    return np.asarray(table)


def gains_of(payoff: Floats, strategies: Sequence[Floats], player: int) -> tuple[Floats, Floats]:
    """What a player earns, and what each of its strategies would gain it, as a share of the span of its payoffs.

    Parameters
    ----------
    payoff, strategies, player
        As for `replies`.

    Returns
    -------
    paid : ndarray, shape (E,)
    gains : ndarray, shape (E, n_player)

    Examples
    --------
    >>> paid, gains = gains_of(np.array([[[3.0, 0.0], [4.0, 1.0]]]), [np.array([[1, 0]]), np.array([[0.5, 0.5]])], 0)
    >>> paid.tolist(), gains.tolist()
    ([1.5], [[0.0, 0.25]])
    """
    earned = replies(payoff, strategies, player)
    paid = (earned * strategies[player]).sum(axis=1)
    span = np.ptp(payoff, axis=tuple(range(1, payoff.ndim)))
    return paid, (earned - paid[:, None]) / np.where(span > 0, span, 1.0)[:, None]
