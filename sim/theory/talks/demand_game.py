"""Nash demand game: both sides name what they want at once, and get it if the demands are compatible.

Row demands utility a, column demands b. They are compatible where some outcome x has U_1(x) >= a and U_2(x) >= b; else
both get their disagreement values. Every efficient pair above the disagreement point is an equilibrium. With doubt
about compatibility, demands are met with probability

    P(a, b) = 1 / (1 + exp(s(a, b) / eps)),    s(a, b) = min_x max(a - U_1(x), b - U_2(x)),

s being the *shortfall*: what both would have to give up (below 0: what both could add). The pair that maximises
(a - d_1)(b - d_2) P(a, b) is an equilibrium of the smoothed game. On a grid of demands it tends to the Nash bargaining
solution as eps falls to 0 slower than the grid's step; `smoothed_demands` has what happens where any utility may be
demanded.

Source: Nash (1953), Two-Person Cooperative Games. The logistic form of P is a choice made here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import finite, number, whole

__all__ = ["DemandGame", "demand_game", "shortfall", "stances"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class DemandGame:
    """One demand game, or one for each of several disagreement points.

    Attributes
    ----------
    row, column : ndarray, shape (K,), (L,)
        What each stance demands, in the utility of the side that takes it.
    probability : ndarray, shape (K, L)
        Probability that a pair of demands is met; 0 or 1 without smoothing.
    A, B : ndarray, shape (..., K, L)
        Expected utilities of the row and the column side.
    selected : ndarray of int, shape (..., 2)
        The equilibrium (row, column) of greatest (a - d_1)(b - d_2) P; -1 where no pair gives both a gain.
    """

    row: Array
    column: Array
    probability: Array
    A: Array
    B: Array
    selected: Index


def stances(utilities: ArrayLike, count: int) -> Index:
    """Choose frontier points spread evenly along the frontier, both ends included.

    Parameters
    ----------
    utilities : array_like, shape (F, 2)
        Utilities of the frontier's points, in any order.
    count : int
        How many to choose, at least 2; fewer come back where the frontier has fewer or they cluster.

    Returns
    -------
    ndarray of int, shape (K,)
        Indices by rising utility of party 1, at most `count`; distances are measured with both utilities scaled to
        run from 0 to 1, so that the units of neither matter.

    Raises
    ------
    ValueError
        Where `count` is no whole number of at least 2 or `utilities` is not (F, 2).

    References
    ----------
    Nash (1953), Two-Person Cooperative Games, for the game; the spacing is a choice made here.

    Examples
    --------
    >>> stances([[0.0, 1.0], [0.1, 0.9], [0.5, 0.5], [1.0, 0.0]], 3).tolist()
    [0, 2, 3]
    """
    frontier = _frontier(utilities)
    if whole("count", count) < 2:
        raise ValueError(f"count: {count} (expected at least 2 stances)")
    order = np.lexsort((-frontier[:, 1], frontier[:, 0]))
    if count >= len(order):
        return order
    span = np.ptp(frontier, axis=0)
    steps = np.diff(frontier[order] / np.where(span > 0, span, 1.0), axis=0)
    along = np.append(0.0, np.cumsum(np.hypot(steps[:, 0], steps[:, 1])))
    targets = np.linspace(0.0, along[-1], count)
    after = np.clip(np.searchsorted(along, targets), 1, len(along) - 1)
    nearest = np.where(targets - along[after - 1] <= along[after] - targets, after - 1, after)
    return np.asarray(order[np.unique(nearest)])


def shortfall(utilities: ArrayLike, row: ArrayLike, column: ArrayLike) -> Array:
    """What both sides would have to give up, in their own utility, for their demands to be met together.

    Parameters
    ----------
    utilities : array_like, shape (F, 2)
        Utilities of the outcomes.
    row, column : array_like, shape (K,), (L,)
        Demands of either side.

    Returns
    -------
    ndarray, shape (K, L)
        min over outcomes of max(a - U_1, b - U_2); at most 0 where demands are compatible.

    Raises
    ------
    ValueError
        Where `utilities` is not (F, 2), demands are not (K,) and (L,), or a number is not finite.

    References
    ----------
    Nash (1953), Two-Person Cooperative Games, for compatible demands; this distance is a choice made here.

    Examples
    --------
    >>> shortfall([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]], [0.5, 0.75], [0.5, 0.75]).tolist()
    [[0.0, 0.25], [0.25, 0.25]]
    """
    frontier = _efficient(_frontier(utilities))
    a, b = _listed("row", row)[:, None], _listed("column", column)[None, :]
    # Along the frontier a - U_1 falls and b - U_2 rises: the least of their maxima is where they cross.
    after = np.searchsorted(frontier[:, 0] - frontier[:, 1], a - b)
    near = [np.clip(k, 0, len(frontier) - 1) for k in (after - 1, after)]
    missing = [np.maximum(a - frontier[k, 0], b - frontier[k, 1]) for k in near]
    return np.asarray(np.minimum(missing[0], missing[1]))


def demand_game(
    utilities: ArrayLike, disagreement: ArrayLike, *, rows: Index, columns: Index, smoothing: float = 0.0
) -> DemandGame:
    """Payoffs of the game in which both sides demand one of their chosen outcomes.

    Parameters
    ----------
    utilities : array_like, shape (F, 2)
        Utilities of the outcomes, or of the frontier.
    disagreement : array_like, shape (..., 2)
        What both get where demands are not met.
    rows, columns : ndarray of int, shape (K,), (L,)
        The outcomes each side may demand, such as `stances` chooses.
    smoothing : float
        eps, the doubt about compatibility on the utility scale; 0 for none.

    Returns
    -------
    DemandGame

    Raises
    ------
    ValueError
        Where shapes do not match, a number is not finite, there is no such outcome, or `smoothing` is negative.

    References
    ----------
    Nash (1953), Two-Person Cooperative Games.

    Examples
    --------
    >>> pie = [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    >>> game = demand_game(pie, [0.0, 0.0], rows=np.arange(3), columns=np.arange(3))
    >>> game.A.tolist(), game.selected.tolist()
    ([[0.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]], [1, 1])
    """
    frontier, nothing = _frontier(utilities), finite("disagreement", disagreement)
    if nothing.shape[-1:] != (2,):
        raise ValueError(f"disagreement: shape {nothing.shape} (expected (..., 2))")
    row, column = frontier[_chosen("rows", rows, frontier), 0], frontier[_chosen("columns", columns, frontier), 1]
    met = _probability(shortfall(frontier, row, column), smoothing)
    first, second = nothing[..., 0, None, None], nothing[..., 1, None, None]
    gain_a, gain_b = met * (row[:, None] - first), met * (column[None, :] - second)
    product = np.maximum(gain_a, 0.0) * np.maximum(column[None, :] - second, 0.0)
    return DemandGame(row, column, met, first + gain_a, second + gain_b, _greatest(product))


def _probability(missing: Array, smoothing: float) -> Array:
    from scipy.special import expit

    if number("smoothing", smoothing) < 0:
        raise ValueError(f"smoothing: {smoothing} (expected a finite number of at least 0)")
    if smoothing == 0:
        return (missing <= TOLERANCE).astype(np.float64)
    return np.asarray(expit(-missing / smoothing))


def _greatest(product: Array) -> Index:
    flat = product.reshape(*product.shape[:-2], -1)
    best = flat.argmax(axis=-1)
    pair = np.stack(np.unravel_index(best, product.shape[-2:]), axis=-1)
    return np.where((flat.max(axis=-1) > 0)[..., None], pair, -1)


def _efficient(points: Array) -> Array:
    """The points not dominated, by rising first and falling second utility."""
    ranked = points[np.lexsort((-points[:, 1], -points[:, 0]))]
    before = np.append(-np.inf, np.maximum.accumulate(ranked[:, 1])[:-1])
    return ranked[ranked[:, 1] > before][::-1]


def _frontier(utilities: ArrayLike) -> Array:
    points = finite("utilities", utilities)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) == 0:
        raise ValueError(f"utilities: shape {points.shape} (expected (F, 2), F at least 1)")
    return points


def _listed(name: str, demands: ArrayLike) -> Array:
    found = finite(name, demands)
    if found.ndim != 1:
        raise ValueError(f"{name}: shape {found.shape} (expected a list of demands)")
    return found


def _chosen(name: str, outcomes: ArrayLike, points: Array) -> Index:
    chosen = np.asarray(outcomes)
    if chosen.ndim != 1 or chosen.size == 0 or chosen.dtype.kind not in "iu":
        raise ValueError(f"{name}: {outcomes!r} (expected a list of at least one outcome, by number)")
    if chosen.min() < 0 or chosen.max() >= len(points):
        raise ValueError(f"{name}: {chosen.tolist()} (expected outcomes from 0 to {len(points) - 1})")
    return chosen.astype(np.intp, copy=False)
