"""Payoffs of bimatrix games: what is accepted, one scale for all of them, and what a pair of mixed strategies earns.

A and B have shape (N, m, n): N games, m strategies of the row player, n of the column player. Equilibria do not change
when a player's payoffs pass through u -> a + b u with b > 0 (von Neumann and Morgenstern 1944), so each matrix is
brought to [0, 1]; what doubles cannot tell apart there is its `noise`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["LARGEST", "Floats", "Scaled", "checked", "checked_pair", "evaluate", "scaled"]

Floats = NDArray[np.float64]

LARGEST = 1e300
"""Payoffs beyond this are refused: their differences would overflow."""

_ROUNDINGS = 8


@dataclass(frozen=True, eq=False)
class Scaled:
    """Payoff matrices of B games on the scale 0 to 1, the batch last.

    Attributes
    ----------
    values : array (m, n, B)
        (payoff - low) / span.
    low, span : array (B,)
        The least payoff, and the greatest less the least (1 where all payoffs are equal).
    noise : array (B,)
        A few roundings of the greatest payoff, on the scale of `values`.
    """

    values: Floats
    low: Floats
    span: Floats
    noise: Floats


def checked(name: str, payoffs: ArrayLike) -> Floats:
    """Return payoffs as a float array (N, m, n) or say what is wrong with them.

    Parameters
    ----------
    name : str
        How the message calls the argument.
    payoffs : array_like (N, m, n) or (m, n)
        Two dimensions mean one game.

    Raises
    ------
    ValueError
        For other dimensions, a player without strategies, or numbers that are not finite or beyond 1e300.

    Examples
    --------
    >>> checked("A", [[1, 2]]).shape
    (1, 1, 2)
    """
    try:
        array = np.asarray(payoffs, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: not an array of numbers ({error})") from None
    if array.ndim not in (2, 3):
        raise ValueError(f"{name}: shape {array.shape} (expected (N, m, n), or (m, n) for one game)")
    if 0 in array.shape[-2:]:
        raise ValueError(f"{name}: shape {array.shape} (expected at least one strategy for each player)")
    if not (np.abs(array) <= LARGEST).all():
        raise ValueError(f"{name}: holds nan, infinite or huge payoffs (expected numbers within ±{LARGEST:g})")
    return array if array.ndim == 3 else array[None]


def checked_pair(A: ArrayLike, B: ArrayLike) -> tuple[Floats, Floats]:
    """Return both players' payoffs as arrays (N, m, n) of one shape.

    Raises
    ------
    ValueError
        As `checked`, and where the shapes differ.

    Examples
    --------
    >>> [payoffs.shape for payoffs in checked_pair([[1, 2]], [[3, 4]])]
    [(1, 1, 2), (1, 1, 2)]
    """
    first, second = checked("A", A), checked("B", B)
    if first.shape != second.shape or np.ndim(A) != np.ndim(B):
        raise ValueError(f"B: shape {np.shape(B)} does not match A's {np.shape(A)}")
    return first, second


def scaled(payoffs: Floats) -> Scaled:
    """Centre and scale a batch of payoff matrices, each game by itself.

    Parameters
    ----------
    payoffs : array (B, m, n)

    Examples
    --------
    >>> scaled(np.array([[[10.0, 30.0], [20.0, 30.0]]])).values[:, :, 0]
    array([[0. , 1. ],
           [0.5, 1. ]])
    """
    values = payoffs.transpose(1, 2, 0).copy()
    low, high = values.min(axis=(0, 1)), values.max(axis=(0, 1))
    span = np.where(high > low, high - low, 1.0)
    values -= low
    values /= span
    with np.errstate(over="ignore"):
        noise = _ROUNDINGS * np.finfo(np.float64).eps * (np.maximum(np.abs(low), np.abs(high)) / span + 1)
    return Scaled(values, low, span, noise)


def evaluate(own: Floats, mine: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """Payoff of one player and what its best reply would add.

    Parameters
    ----------
    own : array (m, n, E)
        The player's payoffs, its own strategies first.
    mine : array (m, E)
    theirs : array (n, E)

    Returns
    -------
    payoff, regret : array (E,)

    Examples
    --------
    >>> payoff, regret = evaluate(np.array([[[1.0], [0.0]], [[0.0], [1.0]]]), np.ones((2, 1)) / 2, np.eye(2)[:, :1])
    >>> payoff, regret
    (array([0.5]), array([0.5]))
    """
    # Terms are added in one fixed order: a sum by numpy may depend, in its last digit, on the size of the batch.
    replies = sum((own[:, j] * theirs[j] for j in range(1, len(theirs))), own[:, 0] * theirs[0])
    payoff = sum((mine[i] * replies[i] for i in range(1, len(mine))), mine[0] * replies[0])
    return payoff, np.maximum(replies.max(axis=0) - payoff, 0.0)
