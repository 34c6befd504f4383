"""Weights drawn uniformly from what is known of them: w >= 0 with sum S, a box, an order, other linear statements.

- *order*: exponential variates divided by their sum are uniform on the simplex; sorting those of the issues that an
  order names, and giving the largest to the first tier, keeps them uniform on the part that obeys the order. The mean
  is then the rank-order centroid of each tier.
- *raw*: raw importances each from an interval or a distribution of its own, made to sum to S.
- *section*: all but one weight uniform in its interval, the last what is left of S: uniform on the section of the box.
- *walk*: hit-and-run, from a vertex mix along differences of vertices, to a uniform point of the line inside.

The first two reach exactly what they should where nothing else binds. Otherwise what falls outside is drawn again
(rejection), and where that hardly ever ends, the walk is used: it is uniform only in the limit.

Source: Devroye (1986), Non-Uniform Random Variate Generation, for the simplex; Barron and Barrett (1996), Decision
quality using ranked attribute weights, for rank-order centroids; Smith (1984), Efficient Monte Carlo procedures for
generating points uniformly distributed over bounded regions, for hit-and-run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.pareto import Floats
from sim.space.truths.polytopes import Polytope, least

__all__ = ["Region", "inside", "ordered", "region", "section", "walk"]

_SLACK = 1e-9
_VERTICES = 16
_BURN = 60
_CHAINS = 1024


@dataclass(frozen=True, eq=False)
class Region:
    """Weights with a sum, within a box, that obey rows.

    Attributes
    ----------
    total : float
    low, high : ndarray, shape (m,)
    rows : ndarray, shape (q, m)
        Homogeneous: rows @ w <= 0.
    polytope : Polytope
        The same with its scale still a variable.
    """

    total: float
    low: Floats
    high: Floats
    rows: Floats
    polytope: Polytope


def region(polytope: Polytope) -> Region:
    """Return a polytope without the scale of its rows (Fourier-Motzkin elimination)."""
    own, scale = polytope.rows[:, :-1], polytope.rows[:, -1]
    plain = own[scale == 0]
    above = own[scale < 0] / -scale[scale < 0, None]
    below = own[scale > 0] / scale[scale > 0, None]
    # The scale is at least 0 and each of `above`, and at most each of minus `below`.
    pairs = (above[:, None, :] + below[None, :, :]).reshape(-1, own.shape[1])
    rows = np.concatenate([plain, pairs, below])
    rows = np.unique(rows[(np.abs(rows) > 0).any(axis=1)], axis=0)
    return Region(polytope.total, polytope.low, np.minimum(polytope.high, polytope.total), rows, polytope)


def inside(known: Region, weights: Floats) -> NDArray[np.bool_]:
    """Say which of some weights (n, m) obey every statement."""
    slack = _SLACK * max(known.total, 1e-300)
    good = ((weights >= known.low - slack) & (weights <= known.high + slack)).all(axis=1)
    return np.asarray(good & (weights @ known.rows.T <= slack * np.abs(known.rows).sum(axis=1)).all(axis=1))


def ordered(total: float, tiers: Sequence[Sequence[int]], uniform: Floats) -> Floats:
    """Return weights that obey an order of tiers of issues, from uniform numbers (n, m).

    Examples
    --------
    >>> weights = ordered(1.0, [(1,), (0,)], np.array([[0.2, 0.9], [0.9, 0.2]]))
    >>> weights.round(3).tolist()
    [[0.061, 0.939], [0.061, 0.939]]
    """
    spread = -np.log(uniform)
    weights = np.asarray(total * spread / spread.sum(axis=1, keepdims=True))
    named = np.array([k for tier in tiers for k in tier], dtype=np.int64)
    if not len(named):
        return weights
    given = -np.sort(-weights[:, named], axis=1)
    result, first = weights.copy(), 0
    for tier in tiers:
        # Within a tier the issues keep the order that they had by chance.
        rank = np.argsort(np.argsort(-weights[:, list(tier)], axis=1, kind="stable"), axis=1, kind="stable")
        result[:, list(tier)] = np.take_along_axis(given[:, first : first + len(tier)], rank, axis=1)
        first += len(tier)
    return result


def section(known: Region, uniform: Floats) -> Floats:
    """Return weights whose free ones are uniform in their intervals, from uniform numbers (n, m - 1).

    The last one may fall outside its own; where it does not, the weights are uniform.
    """
    last = int(np.argmax(known.high - known.low))
    free = np.delete(np.arange(len(known.low)), last)
    weights = np.empty((len(uniform), len(known.low)))
    weights[:, free] = known.low[free] + uniform * (known.high - known.low)[free]
    weights[:, last] = known.total - weights[:, free].sum(axis=1)
    return weights


def walk(known: Region, count: int, rng: np.random.Generator) -> Floats:
    """Return weights (count, m) by hit-and-run: many chains at once, each burnt in, then kept at long intervals."""
    m = len(known.low)
    corners = least(known.polytope, rng.standard_normal((_VERTICES * m, m)))[1]
    corners = np.unique(corners[np.isfinite(corners).all(axis=1)].round(12), axis=0)
    if len(corners) < 2:
        return np.repeat(corners[:1], count, axis=0)
    chains = min(count, _CHAINS)
    mix = rng.exponential(size=(chains, len(corners)))
    points = (mix / mix.sum(axis=1, keepdims=True)) @ corners
    kept: list[Floats] = []
    apart = _BURN * m
    while len(kept) * chains < count:
        for _ in range(apart):
            points = _step(known, corners, points, rng)
        kept.append(points)
        apart = 4 * m
    return np.concatenate(kept)[:count]


def _step(known: Region, corners: Floats, points: Floats, rng: np.random.Generator) -> Floats:
    first, second = rng.integers(len(corners), size=(2, len(points)))
    direction = corners[first] - corners[second]
    low, high = np.full(len(points), -np.inf), np.full(len(points), np.inf)
    sides: list[tuple[Floats, Floats]] = [
        (direction, known.high - points),
        (-direction, points - known.low),
        (direction @ known.rows.T, -(points @ known.rows.T)),
    ]
    for slope, room in sides:
        reach = np.divide(room, slope, out=np.full(slope.shape, np.inf), where=np.abs(slope) > 1e-14)
        high = np.minimum(high, np.where(slope > 1e-14, reach, np.inf).min(axis=1, initial=np.inf))
        low = np.maximum(low, np.where(slope < -1e-14, reach, -np.inf).max(axis=1, initial=-np.inf))
    open_ = np.isfinite(low) & np.isfinite(high) & (high > low)
    low, high = np.where(open_, low, 0.0), np.where(open_, high, 0.0)
    return np.asarray(points + (low + (high - low) * rng.random(len(points)))[:, None] * direction)
