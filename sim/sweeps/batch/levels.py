"""Which levels of each issue deals may have, at many leverage points: in the zone, or within reach of a solution.

A level is possible where the frontier of the outcomes that have it (its *slice*) holds a point acceptable to all.
Where a solution maximises the least of something over the parties, being within reach of its best is the same
question at higher reservation values (`LEAST`); only sums and products need a look along each slice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.space.zone import TOLERANCE, some_acceptable
from sim.sweeps.batch.bounds import Bools, Floats, Ints, Outline, first_where, outline, stretch
from sim.sweeps.batch.solutions import PIECE, RISES, Picks, Terms, alike, band, objective, pieces
from sim.theory.bargaining.kalai_smorodinsky import FLAT

__all__ = ["Slice", "Slices", "spreads"]

_BELOW = 1e-12
_DIRECT = 1 << 13
_FEW = 16
_FLAT = 1e-9


@dataclass(frozen=True, eq=False)
class Slice:
    """The frontier of the outcomes in which an issue has one level; one of perhaps several for that level.

    Attributes
    ----------
    issue, level : int
    utilities : ndarray, shape (n, P)
        By rising utility of the first party.
    """

    issue: int
    level: int
    utilities: Floats

    @cached_property
    def outline(self) -> Outline:
        """The slice under its concave bound; two parties only."""
        return outline(self.utilities)


@dataclass(frozen=True, eq=False)
class Slices:
    """All slices of a space."""

    parts: tuple[Slice, ...]

    @cached_property
    def points(self) -> Floats:
        """The utilities of all of them, one after the other."""
        return np.concatenate([part.utilities for part in self.parts])

    @cached_property
    def starts(self) -> Ints:
        """Where each begins among the points."""
        return np.cumsum([0, *(len(part.utilities) for part in self.parts[:-1])])


def spreads(slices: Slices, sizes: Sequence[int], terms: Terms, picked: Mapping[str, Picks]) -> dict[str, list[Bools]]:
    """Return which levels of each issue occur in the zone and within reach of each solution picked.

    Parameters
    ----------
    slices : Slices
    sizes : sequence of int
        How many levels each issue has.
    terms : Terms
        Leverage points that have a zone.
    picked : mapping
        What each solution picks there.

    Returns
    -------
    dict of str to list of ndarray of bool, shape (G, n_k) each
        By solution; the zone's own levels under the empty name.
    """
    wanted = {name: _Wanted(terms, picks.floor - _BELOW, picks.utilities) for name, picks in picked.items()}
    least = {"": terms.reservation} | {name: _least(name, w) for name, w in wanted.items() if name in LEAST}
    found = {name: [np.zeros((len(terms), size), dtype=bool) for size in sizes] for name in ("", *picked)}
    if len(terms) <= _FEW:
        for row in range(len(terms)):
            _enter_one(slices, found, (row, {name: w.take(slice(row, row + 1)) for name, w in wanted.items()}, terms))
        return found
    for part in slices.parts:
        for name, masks in found.items():
            mask = masks[part.issue][:, part.level]
            if name in least:
                mask |= some_acceptable(part.utilities, least[name])
            else:
                _look(name, part, mask, wanted[name])
    return found


def _enter_one(slices: Slices, found: Mapping[str, list[Bools]], at: tuple[int, Mapping[str, _Wanted], Terms]) -> None:
    """Enter one leverage point by looking at every point of every slice: the quickest way for a few."""
    row, wanted, terms = at
    if not slices.parts:
        return
    inside = np.flatnonzero((slices.points >= terms.reservation[row] - TOLERANCE).all(axis=1))
    home = np.searchsorted(slices.starts, inside, side="right") - 1
    for name, masks in found.items():
        reached = home
        if name in wanted:
            values = objective(name, slices.points[inside], wanted[name].terms)[0]
            reached = home[values >= wanted[name].level[0]]
        for k in np.flatnonzero(np.bincount(reached, minlength=len(slices.parts))).tolist():
            masks[slices.parts[k].issue][row, slices.parts[k].level] = True


# What each party must have where a solution maximises the least of something: arguments d, ideal, and the least (G, 1).
LEAST: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "egalitarian": lambda d, ideal, level: d + level,
    "equal_loss": lambda d, ideal, level: ideal + level,
    "kalai_smorodinsky": lambda d, ideal, level: np.where(
        ideal - d > FLAT, d + level * (ideal - d), np.where(level <= 1.0, -np.inf, np.inf)
    ),
}


def _least(name: str, wanted: _Wanted) -> Floats:
    terms = wanted.terms
    least = LEAST[name](terms.disagreement, terms.ideal, wanted.level[:, None])
    return np.maximum(terms.reservation, least + TOLERANCE)


@dataclass(frozen=True, eq=False)
class _Wanted:
    """What a slice must reach: a level (G,) of the objective; and a point (G, P) near which that is likely."""

    terms: Terms
    level: Floats
    near: Floats

    def take(self, rows: Ints | slice | Bools) -> _Wanted:
        return _Wanted(self.terms.take(rows), self.level[rows], self.near[rows])


def _nash_support(near: Floats, wanted: _Wanted) -> tuple[Floats, Floats]:
    """Weighted means: prod (g_i / h_i)^w_i <= sum w_i g_i / h_i, so level / prod h_i^w_i bounds the sum from below."""
    gains = near - wanted.terms.disagreement
    sound = np.asarray((gains > _FLAT).all(axis=1))
    share = wanted.terms.power / wanted.terms.power.sum(axis=1, keepdims=True)
    gains = np.where(sound[:, None], gains, 1.0)
    direction = np.where(sound[:, None], share / gains, 1.0)
    limit = wanted.level / np.prod(gains**share, axis=1) + (direction * wanted.terms.disagreement).sum(axis=1)
    return direction, np.where(sound, limit - _FLAT, -np.inf)


def _sum_support(near: Floats, wanted: _Wanted) -> tuple[Floats, Floats]:
    return np.ones_like(near), wanted.level - _FLAT


# Any point to a direction c and a limit such that only utilities with c . u >= limit reach the level.
SUPPORT: dict[str, Callable[[Floats, _Wanted], tuple[Floats, Floats]]] = {
    "nash": _nash_support,
    "utilitarian": _sum_support,
}


def _look(name: str, part: Slice, mask: Bools, wanted: _Wanted) -> None:
    """Enter in a mask (G,) where some acceptable point of a slice reaches what is wanted."""
    left = np.flatnonzero(~mask)
    left = left[some_acceptable(part.utilities, wanted.terms.reservation[left])]
    for rows in alike(wanted.terms.power[left]):
        seek = _reached_two if part.utilities.shape[1] == 2 else _reached_many
        mask[left[rows]] = seek(name, part, wanted.take(left[rows]))


def _reached_many(name: str, part: Slice, wanted: _Wanted) -> Bools:
    result = np.zeros(len(wanted.terms), dtype=bool)
    step = max(1, PIECE // len(part.utilities))
    for low in range(0, len(result), step):
        some = wanted.take(slice(low, low + step))
        direction, limit = SUPPORT[name](some.near, some)
        hopeful = np.flatnonzero((part.utilities @ direction.T).max(axis=0) >= limit)
        some = some.take(hopeful)
        reached = objective(name, part.utilities, some.terms) >= some.level[:, None]
        for u, r in zip(part.utilities.T, some.terms.reservation.T, strict=True):
            reached &= u >= (r - TOLERANCE)[:, None]
        result[low + hopeful] = reached.any(axis=1)
    return result


def _reached_two(name: str, part: Slice, wanted: _Wanted) -> Bools:
    start, stop = stretch(part.utilities, wanted.terms.reservation)
    if name not in SUPPORT or int((stop - start).sum()) <= _DIRECT:
        return _reached_between(name, part.utilities, wanted, (start, stop))
    touch, hopeful = _touched(name, part.outline, wanted, (start, stop))
    result = np.asarray(hopeful & _reached_near(name, part.outline, wanted, (start, touch, stop)), dtype=bool)
    left = np.flatnonzero(hopeful & ~result)
    if len(left):
        result[left] = _reached_at_peak(name, part.outline, wanted.take(left), (start[left], stop[left]))
    return result


def _touched(name: str, bound: Outline, wanted: _Wanted, places: tuple[Ints, Ints]) -> tuple[Ints, Bools]:
    """Return where the bound reaches farthest in the supporting direction, and whether that is far enough."""
    start, stop = places
    direction, limit = SUPPORT[name](wanted.near, wanted)
    touch = np.clip(np.searchsorted(bound.slope, direction[:, 0] / direction[:, 1]), start, stop - 1)
    return touch, (bound.bound[touch] * direction).sum(axis=1) >= limit


def _reached_near(name: str, bound: Outline, wanted: _Wanted, places: tuple[Ints, Ints, Ints]) -> Bools:
    """Say whether a point beside a place of the stretch reaches the level."""
    start, place, stop = places
    beside = place[:, None] + np.arange(-1, 2)
    corners = (bound.before[np.maximum(place - 1, 0)], bound.after[place])
    beside = np.clip(np.column_stack([beside, *corners]), start[:, None], stop[:, None] - 1)
    values = objective(name, bound.utilities[beside], wanted.terms)
    return np.asarray((values >= wanted.level[:, None]).any(axis=1))


def _reached_at_peak(name: str, bound: Outline, wanted: _Wanted, places: tuple[Ints, Ints]) -> Bools:
    """Say the same after a search for the bound's peak and, where that does not decide, for all that may reach."""
    start, stop = places
    peak = first_where(lambda k: ~RISES[name](bound, wanted.terms, k), start, stop - 1)
    result = _reached_near(name, bound, wanted, (start, peak, stop))
    left = np.flatnonzero(~result)
    some = wanted.take(left)
    low, high = band(name, bound, some.terms, (start[left], peak[left], stop[left]), some.level - _BELOW)
    result[left] = _reached_between(name, bound.utilities, some, (low, high))
    return result


def _reached_between(name: str, utilities: Floats, wanted: _Wanted, places: tuple[Ints, Ints]) -> Bools:
    """Say whether a point of [start, stop) reaches the level."""
    start, stop = places
    result = np.zeros(len(start), dtype=bool)
    some = np.flatnonzero(stop > start)
    for rows in pieces((stop - start)[some]):
        rows = some[rows]
        here = start[rows, None] + np.arange(int((stop - start)[rows].max()))
        values = objective(name, utilities[np.minimum(here, len(utilities) - 1)], wanted.terms.take(rows))
        result[rows] = ((values >= wanted.level[rows, None]) & (here < stop[rows, None])).any(axis=1)
    return result
