"""The zone of possible agreement, read off a frontier for many leverage points at once.

With reservation values r an outcome is acceptable when U_i >= r_i for every party (within `TOLERANCE`). The *margin* is
max over outcomes of min_i (U_i - r_i); the zone exists where it is not below -`TOLERANCE`. The ideal point of a party
is its best utility in the zone. All three are attained on the Pareto frontier, so no other outcome is looked at.

Two parties: along the frontier U_1 rises and U_2 falls, so the zone is a stretch found by binary search. More
parties: frontier and leverage points in pieces that fit the cache.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints
from sim.space.pareto import Floats

__all__ = ["TOLERANCE", "acceptable", "exists", "ideal", "margins", "some_acceptable", "some_acceptable_row"]

TOLERANCE = 1e-9
_PIECE = 1 << 18
_PROBES, _MANY = 64, 2_000
_HAIR = 1e-12


def acceptable(utilities: Floats, reservation: Floats) -> NDArray[np.bool_]:
    """Say which points (n, P) every party accepts at one reservation point (P,).

    Examples
    --------
    >>> acceptable(np.array([[0.2, 0.9], [0.5, 0.5]]), np.array([0.3, 0.3])).tolist()
    [False, True]
    """
    # Column by column: numpy is slow along a short last axis.
    result = np.ones(len(utilities), dtype=bool)
    for column, least in zip(utilities.T, reservation, strict=True):
        result &= column >= least - TOLERANCE
    return result


def margins(utilities: Floats, reservation: Floats) -> Floats:
    """Return max over points of min over parties of (U_i - r_i).

    Parameters
    ----------
    utilities : ndarray, shape (n, P)
        A frontier by rising utility of the first party; n may be 0.
    reservation : ndarray, shape (G, P)

    Returns
    -------
    ndarray, shape (G,)
        In utility units; -inf where there are no points.

    Examples
    --------
    >>> u = np.array([[0.0, 1.0], [0.6, 0.6], [1.0, 0.0]])
    >>> margins(u, np.array([[0.5, 0.4], [0.9, 0.9]])).round(3).tolist()
    [0.1, -0.3]
    """
    if not len(utilities):
        return np.full(len(reservation), -np.inf)
    if utilities.shape[1] == 2:
        return _margins_two(utilities, reservation)
    result = np.empty(len(reservation))
    for rows in _pieces(len(reservation), len(utilities)):
        excess = _least_excess(utilities, reservation[rows])
        result[rows] = excess.max(axis=1)
    return result


def exists(margins: Floats) -> NDArray[np.bool_]:
    """Say where the zone exists, from margins (G,)."""
    return np.asarray(margins >= -TOLERANCE)


def some_acceptable_row(utilities: Floats, reservation: Floats) -> Ints:
    """Return the row of some point that every party accepts, -1 where there is none.

    Parameters
    ----------
    utilities : ndarray, shape (n, P)
        A frontier by rising utility of the first party; n is at least 1.
    reservation : ndarray, shape (G, P)

    Returns
    -------
    ndarray of int, shape (G,)

    Examples
    --------
    >>> u = np.array([[0.0, 1.0], [0.6, 0.6], [1.0, 0.0]])
    >>> some_acceptable_row(u, np.array([[0.5, 0.4], [0.9, 0.9]])).tolist()
    [1, -1]
    """
    rows = np.empty(len(reservation), dtype=np.int64)
    if utilities.shape[1] == 2:
        rows[:] = np.minimum(np.searchsorted(utilities[:, 0], reservation[:, 0] - TOLERANCE), len(utilities) - 1)
    else:
        for piece in _pieces(len(reservation), len(utilities)):
            rows[piece] = _least_excess(utilities, reservation[piece]).argmax(axis=1)
    return np.where((utilities[rows] >= reservation - TOLERANCE).all(axis=1), rows, -1)


def some_acceptable(utilities: Floats, reservation: Floats) -> NDArray[np.bool_]:
    """Say at which reservation points (G, P) a frontier (n, P) holds an acceptable point, shape (G,)."""
    if not len(utilities):
        return np.zeros(len(reservation), dtype=bool)
    if utilities.shape[1] != 2:
        return _some_of_many(utilities, reservation)
    first = np.searchsorted(utilities[:, 0], reservation[:, 0] - TOLERANCE)
    reach = utilities[np.minimum(first, len(utilities) - 1), 1]
    return np.asarray((first < len(utilities)) & (reach >= reservation[:, 1] - TOLERANCE))


def _some_of_many(utilities: Floats, reservation: Floats) -> NDArray[np.bool_]:
    """Say the same of three parties and more: on a large frontier one point often settles many others.

    Its best outcome serves all who ask no more of it, and margin(s) <= margin(r) + max_i (r_i - s_i).
    """
    result, open_ = np.zeros(len(reservation), dtype=bool), np.arange(len(reservation))
    for _ in range(_PROBES if len(utilities) > _MANY else 0):
        if not len(open_):
            return result
        asked = reservation[open_]
        here = asked[len(open_) // 2]
        excess = _least_excess(utilities, here[None, :])[0]
        row = int(excess.argmax())
        good = _least_excess(utilities[row : row + 1], asked)[:, 0] >= -TOLERANCE
        hopeless = excess[row] + (here - asked).max(axis=1) < -TOLERANCE - _HAIR
        result[open_[good]] = True
        hopeless[len(open_) // 2] = True
        open_ = open_[~(good | hopeless)]
    result[open_] = exists(margins(utilities, reservation[open_]))
    return result


def ideal(utilities: Floats, reservation: Floats) -> Floats:
    """Return each party's best utility in the zone, shape (G, P); nan where there is no zone.

    Parameters
    ----------
    utilities : ndarray, shape (n, P)
        A frontier by rising utility of the first party.
    reservation : ndarray, shape (G, P)

    Examples
    --------
    >>> u = np.array([[0.0, 1.0], [0.6, 0.6], [1.0, 0.0]])
    >>> ideal(u, np.array([[0.0, 0.5], [0.9, 0.9]])).tolist()
    [[0.6, 1.0], [nan, nan]]
    """
    if utilities.shape[1] == 2:
        return _ideal_two(utilities, reservation)
    result = np.full(reservation.shape, np.nan)
    for rows in _pieces(len(reservation), len(utilities)) if len(utilities) else ():
        inside = _least_excess(utilities, reservation[rows]) >= -TOLERANCE
        some = inside.any(axis=1)
        for i, column in enumerate(utilities.T):
            best = np.where(inside, column, -np.inf).max(axis=1)
            result[rows, i] = np.where(some, best, np.nan)
    return result


def _pieces(groups: int, points: int) -> Iterator[slice]:
    step = max(1, _PIECE // points)
    yield from (slice(low, low + step) for low in range(0, groups, step))


def _least_excess(utilities: Floats, reservation: Floats) -> Floats:
    """Return min_i (U_i - r_i), shape (G, n)."""
    least = utilities[None, :, 0] - reservation[:, None, 0]
    for i in range(1, utilities.shape[1]):
        np.minimum(least, utilities[None, :, i] - reservation[:, None, i], out=least)
    return least


def _margins_two(u: Floats, r: Floats) -> Floats:
    # U_1 - r_1 rises and U_2 - r_2 falls along the frontier: the best minimum is beside their crossing.
    after = np.searchsorted(u[:, 0] - u[:, 1], r[:, 0] - r[:, 1])
    right, left = np.minimum(after, len(u) - 1), np.maximum(after - 1, 0)
    return np.asarray(np.maximum((u[right] - r).min(axis=1), (u[left] - r).min(axis=1)))


def _ideal_two(u: Floats, r: Floats) -> Floats:
    if not len(u):
        return np.full(r.shape, np.nan)
    first = np.searchsorted(u[:, 0], r[:, 0] - TOLERANCE)
    last = len(u) - 1 - np.searchsorted(u[::-1, 1], r[:, 1] - TOLERANCE)
    inside = first <= last
    best = np.stack([u[np.maximum(last, 0), 0], u[np.minimum(first, len(u) - 1), 1]], axis=1)
    return np.asarray(np.where(inside[:, None], best, np.nan))
