"""Two parties with lotteries: the upper-right edge of conv{u(x)}, u(x) the utilities of the outcomes.

Utilities are von Neumann-Morgenstern, so a lottery over outcomes is worth the mean of their utilities and the
parties can reach the convex hull. Free disposal is assumed: below a reachable point everything is reachable, so a
problem is its *frontier*: a concave polyline, (k, 2), party 1's utility strictly rising and party 2's strictly
falling from vertex to vertex. Cut at the reservation values r it is the part with u >= r; a cut may end inside an
edge, which is a lottery of the edge's two outcomes. A bargaining problem (S, d) is such a cut and a disagreement
point d <= r, S = {u >= d below the frontier}.

Sources: Nash (1950), The Bargaining Problem (lotteries); Andrew (1979), Another Efficient Algorithm for Convex Hulls
in Two Dimensions (the scan).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import check_frontier, check_points, numbers

__all__ = ["Hull", "as_frontier", "cut", "margin", "meet", "problem", "scaled", "upper_hull"]

TOLERANCE = 1e-9
NOISE = 1e-12
ROUNDING = 64 * float(np.finfo(np.float64).eps)  # of a few sums and products, against the numbers' own size
SAME_SLOPE = 1e-10  # relative; float noise on a straight frontier of 10^5 points is about 1e-11


@dataclass(frozen=True, eq=False)
class Hull:
    """The frontier of all outcomes and lotteries.

    Attributes
    ----------
    utilities : ndarray, shape (k, 2)
        Vertices; party 1's utility rises, party 2's falls.
    source : ndarray of int, shape (k,)
        For each vertex the row of the points it came from.
    """

    utilities: NDArray[np.float64]
    source: NDArray[np.intp]


def upper_hull(points: ArrayLike) -> Hull:
    """Upper-right convex hull of points of the plane.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        Utilities of n >= 1 outcomes.

    Returns
    -------
    Hull
        Vertices on a straight line (slopes alike to 1e-10) are left out, and so are ends at which a party gains no
        more than 1e-12; of equal points the first stands for all.

    Raises
    ------
    ValueError
        If `points` is empty, not of shape (n, 2) or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> hull = upper_hull(np.array([[0.0, 1.0], [0.4, 0.4], [1.0, 0.0], [0.2, 0.2], [0.8, 0.7]]))
    >>> hull.source
    array([0, 4, 2])
    """
    points = numbers("points", points)
    if points.ndim != 2 or points.shape[1:] != (2,) or not len(points):
        raise ValueError(f"points: shape {points.shape} (expected (n, 2) with n at least 1)")
    if not np.isfinite(points).all():
        raise ValueError("points: not finite (expected finite utilities)")
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    second = points[order, 1]
    efficient = np.ones(len(order), dtype=bool)
    efficient[1:] = second[1:] > np.maximum.accumulate(second)[:-1]
    source = _trim(points, _scan(points, _thin(points, order[efficient][::-1])))
    return Hull(points[source], source)


def _bends(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which inner points of a polyline lie above the chord of their neighbours."""
    step = np.diff(points, axis=0)
    left, right = step[:-1, 0] * step[1:, 1], step[:-1, 1] * step[1:, 0]
    return np.asarray(left < right)


def _thin(points: NDArray[np.float64], chain: NDArray[np.intp]) -> NDArray[np.intp]:
    """Drop points below the chord of their neighbours, all at once: no vertex of the hull ever lies there."""
    while len(chain) > 2:
        keep = np.ones(len(chain), dtype=bool)
        keep[1:-1] = _bends(points[chain])
        enough = keep.sum() > 0.9 * len(chain)
        chain = chain[keep]
        if enough:
            break
    return chain


def _scan(points: NDArray[np.float64], chain: NDArray[np.intp]) -> NDArray[np.intp]:
    """Monotone chain over points in order of party 1's utility."""
    kept: list[tuple[float, float, int]] = []
    for (x, y), row in zip(points[chain].tolist(), chain.tolist(), strict=True):
        while len(kept) > 1:
            (x0, y0, _), (x1, y1, _) = kept[-2:]
            before, after = (y1 - y0) * (x - x1), (y - y1) * (x1 - x0)
            if before - after > SAME_SLOPE * -before:
                break
            kept.pop()
        kept.append((x, y, row))
    return np.array([row for _, _, row in kept], dtype=np.intp)


def _trim(points: NDArray[np.float64], chain: NDArray[np.intp]) -> NDArray[np.intp]:
    """Drop ends that give one party more by float noise alone; they may cost the other dear."""
    first, second = points[chain].T
    start = int(np.flatnonzero(second >= second[0] - NOISE)[-1])
    end = int(np.flatnonzero(first >= first[-1] - NOISE)[0])
    return chain[start : max(start, end) + 1]


def as_frontier(frontier: ArrayLike) -> NDArray[np.float64]:
    """Check that an array is a frontier and return it as floats.

    Parameters
    ----------
    frontier : array_like, shape (k, 2)
        Vertices of a concave polyline, k >= 1.

    Raises
    ------
    ValueError
        If it is not of that shape, not finite, not strictly rising in party 1's and falling in party 2's utility,
        or not concave.

    Examples
    --------
    >>> as_frontier([[0, 1], [1, 0]]).shape
    (2, 2)
    """
    checked = numbers("frontier", frontier)
    check_frontier(checked)
    before, vertex, after = checked[:-2], checked[1:-1], checked[2:]
    share = (vertex[:, 0] - before[:, 0]) / (after[:, 0] - before[:, 0])
    chord = before[:, 1] + share * (after[:, 1] - before[:, 1])
    # By height, not by slopes: that of a very short edge, as a cut may leave, is float noise.
    if (chord - vertex[:, 1] > NOISE * max(1.0, float(np.ptp(checked[:, 1])))).any():
        raise ValueError("frontier: not concave (expected the upper-right edge of a convex set)")
    return checked


def problem(frontier: ArrayLike, **points: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    """Check a bargaining problem (S, d) and return the frontier, cut at d, and the points.

    Parameters
    ----------
    frontier : array_like, shape (k, 2)
        Vertices of a concave polyline, k >= 1.
    **points : array_like, shape (2,)
        ``disagreement``, d, and others such as ``ideal``.

    Raises
    ------
    ValueError
        If the frontier is none, a point is not two finite numbers, or d lies above the frontier.

    Examples
    --------
    >>> problem([[0, 1], [1, 0]], disagreement=[0.5, 0])[0].tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    curve = as_frontier(frontier)
    pairs = {name: numbers(name, point) for name, point in points.items()}
    check_points(**pairs)
    inside = cut(curve, pairs["disagreement"])
    if not len(inside):
        raise ValueError("disagreement: above the frontier (expected what some lottery gives both parties)")
    return inside, *pairs.values()


def meet(frontier: NDArray[np.float64], weights: tuple[float, float], level: float) -> NDArray[np.float64]:
    """Point of a frontier at which w_1 u_1 - w_2 u_2 reaches a level, or the end nearest to that.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        The polyline.
    weights : (float, float)
        Not negative, one at least positive, so that the difference rises along the frontier.
    level : float
        What the difference is to be.

    Returns
    -------
    ndarray, shape (2,)
        The point.

    Examples
    --------
    >>> import numpy as np
    >>> meet(np.array([[0.0, 2.0], [1.0, 0.0]]), (1.0, 1.0), 0.0).round(3)
    array([0.667, 0.667])
    """
    rising = frontier @ np.array([weights[0], -weights[1]])
    after = int(np.searchsorted(rising, level))
    if after in (0, len(rising)):
        return np.array(frontier[min(after, len(rising) - 1)])
    share = (level - rising[after - 1]) / (rising[after] - rising[after - 1])
    return np.asarray(frontier[after - 1] + share * (frontier[after] - frontier[after - 1]))


def scaled(frontier: NDArray[np.float64], point: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Frontier (k, 2) less a point (2,) in units of what each party has at stake, and what rounding may do there.

    Each party's utilities then span 1 (but for a single vertex); the second result is the distance that rounding alone
    can make. Where a party is nearly indifferent its utilities differ in their last digits alone, so a point known by
    them is known in part of the digits for the other party too.

    Examples
    --------
    >>> import numpy as np
    >>> moved, blur = scaled(np.array([[0.0, 1.0], [2.0, 1.0 - 2.0**-30]]), np.array([1.0, 1.0]))
    >>> moved.tolist(), 1e-6 < blur < 1e-4
    ([[-0.5, 0.0], [0.5, -1.0]], True)
    """
    span = np.ptp(frontier, axis=0) if len(frontier) > 1 else np.ones(2)
    return (frontier - point) / span, float((ROUNDING * np.abs(frontier).max(axis=0) / span).max())


def margin(frontier: NDArray[np.float64], reservation: NDArray[np.float64]) -> float:
    """How much the worse-off party can gain over its reservation value: max over the frontier of min_i (u_i - r_i).

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        The frontier of all outcomes and lotteries.
    reservation : ndarray, shape (2,)
        Reservation values.

    Returns
    -------
    float
        A zone with lotteries exists iff this is at least -1e-9.

    Examples
    --------
    >>> import numpy as np
    >>> margin(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.75, 0.5]))
    -0.125
    """
    best = meet(frontier, (1.0, 1.0), float(reservation[0] - reservation[1]))
    return float((best - reservation).min())


def cut(
    frontier: NDArray[np.float64], reservation: NDArray[np.float64], tolerance: float = TOLERANCE
) -> NDArray[np.float64]:
    """Part of a frontier that both parties accept, u >= r.

    Parameters
    ----------
    frontier : ndarray, shape (k, 2)
        The frontier of all outcomes and lotteries.
    reservation : ndarray, shape (2,)
        Reservation values.
    tolerance : float
        On the utility scale, in comparing with the reservation values.

    Returns
    -------
    ndarray, shape (m, 2)
        A frontier; m = 0 where there is no zone, 1 where it is one point.

    Examples
    --------
    >>> import numpy as np
    >>> cut(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.25, 0.5]))
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    if margin(frontier, reservation) < -tolerance:
        return np.empty((0, 2))
    first = meet(frontier, (1.0, 0.0), float(reservation[0]))
    last = meet(frontier, (0.0, 1.0), -float(reservation[1]))
    if not (first[0] < last[0] and first[1] > last[1]):
        return meet(frontier, (1.0, 1.0), float(reservation[0] - reservation[1]))[None]
    inside = ((frontier > [first[0], last[1]]) & (frontier < [last[0], first[1]])).all(axis=1)
    # An end within float noise of a vertex would leave an edge whose slope is noise.
    ends = np.array([first, last])
    inside &= (np.abs(frontier[:, None] - ends).max(axis=2) > NOISE).all(axis=1)
    return np.vstack([first, frontier[inside], last])
