"""How one point is chosen among the best of a finite set: the rule for ties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.theory.bargaining.kalai_smorodinsky import gain_ratio

__all__ = ["TOLERANCE", "choose"]

TOLERANCE = 1e-9


def choose(
    values: NDArray[np.float64],
    utilities: NDArray[np.float64],
    *,
    disagreement: NDArray[np.float64],
    ideal: NDArray[np.float64],
    tolerance: float = TOLERANCE,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pick one point among the best, and count them.

    Among the points whose objective is within `tolerance` of the best: leximin of the shares of the possible gains
    (a party with nothing to gain counts as share 1), then the largest gain of the first party, then the first
    position. Each comparison has the same tolerance, so that float noise decides nothing.

    Parameters
    ----------
    values : ndarray, shape (..., n)
        Objectives; -inf (or nan) marks points that may not be chosen.
    utilities : ndarray, shape (..., n, P) or (n, P)
        Utilities of the points; leading axes broadcast against those of `values`.
    disagreement, ideal : ndarray, shape (..., P) or (P,)
        Disagreement and ideal points, likewise.
    tolerance : float
        On the utility scale.

    Returns
    -------
    index, ties : ndarray of int, shape (...)
        Position of the point along n, and the number of tied points. Where no point may be chosen, -1 and 0.

    Raises
    ------
    ValueError
        If n is 0 or the shapes do not match.

    Examples
    --------
    >>> import numpy as np
    >>> deals = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
    >>> index, ties = choose(deals.sum(axis=1), deals, disagreement=np.zeros(2), ideal=np.ones(2))
    >>> int(index), int(ties)
    (1, 3)
    """
    masked = np.where(np.isnan(values), -np.inf, values)
    best = masked.max(axis=-1, keepdims=True)
    tied = (masked >= best - tolerance) & (best > -np.inf)
    ties = np.array(np.count_nonzero(tied, axis=-1), dtype=np.intp)
    index = np.array(np.where(ties > 0, tied.argmax(axis=-1), -1), dtype=np.intp)
    contested = np.asarray(ties > 1)
    if contested.any():
        places = np.nonzero(tied & contested[..., None])
        shape = (*values.shape, utilities.shape[-1])
        batch = (*values.shape[:-1], utilities.shape[-1])
        points = np.broadcast_to(utilities, shape)[places]
        low, high = (np.broadcast_to(x, batch)[places[:-1]] for x in (disagreement, ideal))
        shares = np.sort(gain_ratio(points, low, high), axis=-1)
        criteria = np.column_stack([shares, points[:, 0] - low[..., 0]])
        index[contested] = places[-1][_first_best(criteria, ties[contested], tolerance)]
    return index, ties


def _first_best(criteria: NDArray[np.float64], sizes: NDArray[np.intp], tolerance: float) -> NDArray[np.intp]:
    """Row of the lexicographic best of each run of rows; runs follow each other with the given sizes."""
    starts = np.cumsum(sizes) - sizes
    alive = np.ones(len(criteria), dtype=bool)
    for column in criteria.T:
        top = np.maximum.reduceat(np.where(alive, column, -np.inf), starts)
        alive &= column >= np.repeat(top, sizes) - tolerance
    rows = np.where(alive, np.arange(len(criteria)), len(criteria))
    return np.asarray(np.minimum.reduceat(rows, starts), dtype=np.intp)
