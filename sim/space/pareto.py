"""Pareto dominance: the points of a finite set that no other point improves on.

u dominates v when u_i >= v_i for every party and u differs from v. Utilities nearer than `NOISE` count as equal, so
that rounding in sums adds no frontier points; of equal points the one with the least code stays.

Two parties: sort by the first utility and keep the running maximum of the second. Three: the same piece by piece,
against the best third utility that earlier pieces reach beyond each second one, and within a piece by divide and
conquer, all halves of one size at once. More: against what was kept so far, best sums first. Kung, Luccio and Preparata
(1975), On Finding the Maxima of a Set of Vectors.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints, first_rows

__all__ = ["NOISE", "Floats", "nondominated", "snapped"]

NOISE = 1e-12
Floats = NDArray[np.float64]
_PIECE = 512
_RUN = 1 << 14
_LARGEST = (1 << 63) - 1


def nondominated(utilities: Floats, codes: Ints) -> Ints:
    """Return the rows of the Pareto frontier, ordered by rising utility of the first party.

    Parameters
    ----------
    utilities : ndarray, shape (n, P)
    codes : ndarray of int, shape (n, W)
        Order among points with equal utilities.

    Returns
    -------
    ndarray of int, shape (f,)

    Examples
    --------
    >>> u = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.5], [1.0, 0.0]])
    >>> nondominated(u, np.array([[3], [2], [1], [0]])).tolist()
    [0, 3]
    """
    if not len(utilities):
        return np.empty(0, dtype=np.int64)
    if utilities.shape[1] == 2:
        return _two(utilities, codes)
    ranks = np.column_stack([snapped(column) for column in utilities.T])
    order, fresh = _sorted(ranks)
    distinct = ranks[order[fresh]]
    kept = ~(_dominated_three if ranks.shape[1] == 3 else _dominated_many)(distinct)
    rows = order[kept[np.cumsum(fresh) - 1]]
    if len(rows) > kept.sum():  # some are equal
        rows = rows[first_rows(np.cumsum(fresh[kept[np.cumsum(fresh) - 1]]) - 1, codes[rows])]
    return np.asarray(rows[::-1], dtype=np.int64)


def snapped(values: Floats) -> Ints:
    """Return ranks from 0 of values (n,), equal where neighbours are nearer than `NOISE`.

    Examples
    --------
    >>> snapped(np.array([0.3, 0.1 + 0.2, 0.5])).tolist()
    [0, 0, 1]
    """
    order = np.argsort(values)
    ordered = values[order]
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.concatenate([[0], np.cumsum(np.diff(ordered) > NOISE)])
    return ranks


def _sorted(ranks: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the order of ranks (n, P) that falls lexicographically, and where in it a new row of ranks begins."""
    sizes = ranks.max(axis=0) + 1
    if math.prod(sizes.tolist()) > _LARGEST:
        order = np.lexsort(-ranks.T[::-1])
        changed = np.any(ranks[order[1:]] != ranks[order[:-1]], axis=1)
        return order, np.append(True, changed)
    key = ranks[:, 0]
    for column, size in zip(ranks.T[1:], sizes[1:].tolist(), strict=True):
        key = key * size + column
    order = np.argsort(-key)  # much faster than a sort by several keys
    return order, np.append(True, np.diff(key[order]) != 0)


def _two(u: Floats, codes: Ints) -> Ints:
    order = np.argsort(-u[:, 0], kind="stable")
    x, y = u[order, 0], u[order, 1]
    fresh = np.concatenate([[True], x[:-1] - x[1:] > NOISE])
    clusters = np.cumsum(fresh)
    if clusters[-1] < len(x):
        order = order[np.lexsort((-y, clusters))]
        y = u[order, 1]
    keep = np.concatenate([[True], y[1:] > np.maximum.accumulate(y)[:-1] + NOISE])
    if clusters[-1] < len(x):
        kept, runs = np.flatnonzero(keep), np.cumsum(keep) - 1
        same = (clusters == clusters[kept][runs]) & (y >= y[kept][runs] - NOISE)
        rows = order[same]
        return np.asarray(rows[first_rows(runs[same], codes[rows])][::-1], dtype=np.int64)
    return np.asarray(order[keep][::-1], dtype=np.int64)


def _dominated_three(ranks: Ints) -> NDArray[np.bool_]:
    """Say which rows of distinct ranks (n, 3), in falling lexicographic order, an earlier row dominates."""
    second, third = np.ascontiguousarray(ranks[:, 1]), np.ascontiguousarray(ranks[:, 2])
    dominated = np.zeros(len(ranks), dtype=bool)
    reach = np.full(int(second.max()) + 1, -1)  # by second rank, the best third of earlier rows that have no less
    for start in range(0, len(ranks), _RUN):
        piece = slice(start, start + _RUN)
        alive = start + np.flatnonzero(reach[second[piece]] < third[piece])
        dominated[piece] = True
        alive = alive[~_halves(second[alive], third[alive])]
        dominated[alive] = False
        if piece.stop < len(ranks):
            np.maximum.at(reach, second[alive], third[alive])
            reach = np.maximum.accumulate(reach[::-1])[::-1]
    return dominated


def _halves(second: Ints, third: Ints) -> NDArray[np.bool_]:
    """Say the same, given the last two ranks of each row."""
    n = len(second)
    dominated = np.zeros(n, dtype=bool)
    if not n:
        return dominated
    order = np.arange(n)
    top = int(third.max()) + 2
    width = 1
    while width < n:
        block = order // (2 * width)
        key = block * (int(second.max()) + 1) + (int(second.max()) - second[order])
        order = order[np.argsort(key, kind="stable")]
        left = (order // width) % 2 == 0
        block = order // (2 * width)
        source = np.where(left, third[order] + 1, 0) + block * top
        reach = np.maximum.accumulate(source) - block * top
        hit = ~left & (reach > third[order])
        dominated[order[hit]] = True
        width *= 2
    return dominated


def _dominated_many(ranks: Ints) -> NDArray[np.bool_]:
    """Say which rows of distinct ranks (n, P) another row dominates."""
    order = np.argsort(-ranks.sum(axis=1), kind="stable")
    points = np.ascontiguousarray(ranks[order].astype(np.int32).T)
    kept = np.empty((points.shape[0], 0), dtype=np.int32)
    dominated = np.zeros(len(ranks), dtype=bool)
    for start in range(0, points.shape[1], _PIECE):
        piece = points[:, start : start + _PIECE]
        alive = np.ones(piece.shape[1], dtype=bool)
        for low in range(0, kept.shape[1], 4 * _PIECE):
            part = kept[:, low : low + 4 * _PIECE]
            alive[alive] = ~_covered(piece[:, alive], part)
        fresh = piece[:, alive]
        alive[alive] = ~_covered(fresh, fresh)
        dominated[order[start : start + _PIECE]] = ~alive
        kept = np.concatenate([kept, piece[:, alive]], axis=1)
    return dominated


def _covered(piece: NDArray[np.int32], by: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Say which columns of piece (P, n) some other column of `by` (P, m) equals or exceeds in every row."""
    reach = piece[0][:, None] <= by[0][None, :]
    for mine, theirs in zip(piece[1:], by[1:], strict=True):
        reach &= mine[:, None] <= theirs[None, :]
    if piece is by:
        np.fill_diagonal(reach, False)
    return np.asarray(reach.any(axis=1))
