"""Payoffs of bimatrix games: what is accepted, one scale for all of them, and what a pair of mixed strategies earns.

A and B have shape (N, m, n): N games, m strategies of the row player, n of the column player. Equilibria do not change
when a player's payoffs pass through u -> a + b u with b > 0 (von Neumann and Morgenstern 1944), so each matrix is
brought to one scale by a power of two. No payoff is rounded by that, so that small payoffs beside huge ones, or beside
a common offset, keep all their digits. What doubles may fail to tell apart on that scale is its `noise`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import numbers

__all__ = ["LARGEST", "ROUNDINGS", "Floats", "Scaled", "checked", "checked_pair", "evaluate", "scaled"]

Floats = NDArray[np.float64]

LARGEST = 1e300
"""Payoffs beyond this are refused: their differences would overflow."""

ROUNDINGS = 8 * float(np.finfo(np.float64).eps)
"""How far a few roundings take a payoff, as a share of it."""

_LEAST_EXPONENT = -1021


@dataclass(frozen=True, eq=False)
class Scaled:
    """Payoff matrices of B games, the batch last, on a scale on which payoffs of a game differ by at most 1.

    Attributes
    ----------
    raw : array (m, n, B)
        The payoffs as they came.
    values : array (m, n, B)
        The payoffs times `unit`; the greatest less the least is above 1/2, or 0 where all are equal.
    unit : array (B,)
        A power of two.
    noise : array (B,)
        A few roundings of the payoff greatest in size, on the scale of `values`.
    """

    raw: Floats
    values: Floats
    unit: Floats
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
    array = numbers(name, payoffs)
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
    """Scale a batch of payoff matrices, each game by itself, by a power of two: nothing is rounded.

    Parameters
    ----------
    payoffs : array (B, m, n)

    Examples
    --------
    >>> scaled(np.array([[[10.0, 30.0], [20.0, 30.0]]])).values[:, :, 0]
    array([[0.3125, 0.9375],
           [0.625 , 0.9375]])
    """
    raw = payoffs.transpose(1, 2, 0).copy()
    low, high = raw.min(axis=(0, 1)), raw.max(axis=(0, 1))
    unit = np.ldexp(1.0, -np.maximum(np.frexp(high - low)[1], _LEAST_EXPONENT))
    noise = ROUNDINGS * (np.maximum(np.abs(low), np.abs(high)) * unit + 1)
    return Scaled(raw, raw * unit, unit, noise)


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
