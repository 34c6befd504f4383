"""Grid solutions at many leverage points of one compiled space: `sim.studies.solve` for one point, in batches.

Two parties: the zone is a stretch of the frontier, and each solution's best points lie in a short part of it that
bisection finds (`NARROW`); only that part is looked at. More parties: points times frontier in cache-sized pieces.
The choice among the best is the same function as for one point, so a sweep equals the studies of its points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from sim.space.zone import TOLERANCE
from sim.sweeps.batch.bounds import Bools, Floats, Ints, Outline, first_where, stretch
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.kalai_smorodinsky import gain_ratio
from sim.theory.bargaining.solutions import SOLUTIONS, within_floor

__all__ = ["PIECE", "Picks", "Terms", "alike", "band", "objective", "pick", "pieces"]

PIECE = 1 << 17
_DIRECT = 1 << 13
_SLACK = 3 * TOLERANCE


@dataclass(frozen=True, eq=False)
class Terms:
    """Leverage points that have a zone; every array has shape (G, P), the parties that must agree."""

    reservation: Floats
    disagreement: Floats
    power: Floats
    ideal: Floats

    def __len__(self) -> int:
        return len(self.reservation)

    def take(self, rows: Ints | slice | Bools) -> Terms:
        """Return some of the points."""
        return Terms(self.reservation[rows], self.disagreement[rows], self.power[rows], self.ideal[rows])


@dataclass(frozen=True, eq=False)
class Picks:
    """What one solution picks, each array of shape (G,) unless it says otherwise.

    Attributes
    ----------
    row : ndarray of int
        Row of the frontier.
    utilities : ndarray, shape (G, P)
        The utilities there.
    best, floor : ndarray
        The objective there, and the least that counts as within reach of it.
    """

    row: Ints
    utilities: Floats
    best: Floats
    floor: Floats


def pick(name: str, frontier: Outline | Floats, terms: Terms) -> Picks:
    """Return what a solution picks at leverage points that have a zone.

    Parameters
    ----------
    name : str
        A solution with an objective.
    frontier : Outline or ndarray, shape (n, P)
        The Pareto frontier of the space: an outline for two parties.
    terms : Terms
    """
    row, best = np.empty(len(terms), dtype=np.int64), np.empty(len(terms))
    for rows in alike(terms.power):
        some = terms.take(rows)
        row[rows], best[rows] = (
            _two(name, frontier, some) if isinstance(frontier, Outline) else _many(name, frontier, some)
        )
    utilities = (frontier.utilities if isinstance(frontier, Outline) else frontier)[row]
    return Picks(row, utilities, best, within_floor(name, best, terms.ideal - terms.disagreement))


def alike(power: Floats) -> Iterator[Ints]:
    """Yield the rows of equal powers and those of unequal ones: the objectives treat them apart."""
    equal = (power == power[:, :1]).all(axis=1)
    yield from (rows for rows in (np.flatnonzero(equal), np.flatnonzero(~equal)) if len(rows))


def objective(name: str, utilities: Floats, terms: Terms) -> Floats:
    """Return a solution's objective, shape (G, m), of utilities (m, P) or (G, m, P)."""
    rule = SOLUTIONS[name].objective
    assert rule is not None
    return rule(utilities, disagreement=terms.disagreement, ideal=terms.ideal, power=terms.power)


def _best(name: str, utilities: Floats, allowed: Bools, terms: Terms) -> tuple[Ints, Floats]:
    values = np.where(allowed, objective(name, utilities, terms), -np.inf)
    place, _ = choose(values, utilities, disagreement=terms.disagreement, ideal=terms.ideal)
    return place, values.max(axis=1)


def _many(name: str, frontier: Floats, terms: Terms) -> tuple[Ints, Floats]:
    parts = []
    step = max(1, PIECE // len(frontier))
    for low in range(0, len(terms), step):
        some = terms.take(slice(low, low + step))
        allowed = np.ones((len(some), len(frontier)), dtype=bool)
        for u, r in zip(frontier.T, some.reservation.T, strict=True):
            allowed &= u >= (r - TOLERANCE)[:, None]
        parts.append(_best(name, frontier, allowed, some))
    row, best = (np.concatenate(part) for part in zip(*parts, strict=True))
    return row, best


def _two(name: str, frontier: Outline, terms: Terms) -> tuple[Ints, Floats]:
    start, stop = stretch(frontier.utilities, terms.reservation)
    if name in NARROW and int((stop - start).sum()) > _DIRECT:
        start, stop = NARROW[name](frontier, terms, start, stop)
    row, best = np.empty(len(terms), dtype=np.int64), np.empty(len(terms))
    for rows in pieces(stop - start):
        some, first = terms.take(rows), start[rows]
        places = first[:, None] + np.arange(int((stop[rows] - first).max()))
        allowed = places < stop[rows, None]
        places = np.minimum(places, len(frontier) - 1)
        chosen, best[rows] = _best(name, frontier.utilities[places], allowed, some)
        row[rows] = first + chosen
    return row, best


def pieces(lengths: Ints) -> Iterator[Ints]:
    """Yield rows of like length, so many at a time that rows times length fits a piece."""
    width = np.ceil(np.log2(np.maximum(lengths, 1))).astype(np.int64)
    for size in np.unique(width).tolist():
        rows = np.flatnonzero(width == size)
        step = max(1, PIECE >> size)
        yield from (rows[low : low + step] for low in range(0, len(rows), step))


# Narrowing: [start, stop) of the zone to a part that holds every point within the tolerance of the best.

Narrow = Callable[[Outline, Terms, Ints, Ints], tuple[Ints, Ints]]
Worth = Callable[[Floats, Terms, int], Floats]


def _least(worth: Worth) -> Narrow:
    """Narrow an objective min(f_1(u_1), f_2(u_2)): it peaks where the two cross, exactly, bound or no bound."""

    def narrow(frontier: Outline, terms: Terms, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
        first, second = frontier.utilities.T

        def ahead(k: Ints) -> Floats:
            return worth(first[k], terms, 0)

        def behind(k: Ints) -> Floats:
            return worth(second[k], terms, 1)

        crossing = first_where(lambda k: ahead(k) >= behind(k), start, stop)
        beside = (np.maximum(crossing - 1, start), np.minimum(crossing, stop - 1))
        best = np.maximum(*(np.minimum(ahead(k), behind(k)) for k in beside)) - _SLACK
        low = first_where(lambda k: ahead(k) >= best, start, stop)
        return low, first_where(lambda k: behind(k) < best, low, stop)

    return narrow


def _under_bound(name: str, rises: Callable[[Outline, Terms, Ints], Bools]) -> Narrow:
    """Narrow a quasi-concave objective: no better than the bound above, which has one peak."""

    def narrow(frontier: Outline, terms: Terms, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
        peak = first_where(lambda k: ~rises(frontier, terms, k), start, stop - 1)
        level = np.full(len(terms), -np.inf)
        for near in _near(frontier, peak):
            inside = np.clip(near, start, stop - 1)
            np.maximum(level, _at(name, frontier.utilities[inside], terms), out=level)
        return band(name, frontier, terms, (start, peak, stop), level - _SLACK)

    return narrow


def band(
    name: str, frontier: Outline, terms: Terms, places: tuple[Ints, Ints, Ints], level: Floats
) -> tuple[Ints, Ints]:
    """Return the part of a stretch in which the bound reaches a level: all points that reach it are there.

    Parameters
    ----------
    name : str
        A solution whose objective is quasi-concave.
    frontier : Outline
    terms : Terms
    places : tuple of ndarray of int, shape (G,) each
        Start, the bound's peak, and stop.
    level : ndarray, shape (G,)
    """
    start, peak, stop = places

    def reaches(k: Ints) -> Bools:
        return np.asarray(_at(name, frontier.bound[k], terms) >= level)

    return first_where(reaches, start, peak), first_where(lambda k: ~reaches(k), peak, stop)


def _near(frontier: Outline, peak: Ints) -> Iterator[Ints]:
    yield from (peak + step for step in (-2, -1, 0, 1))
    last = np.maximum(peak - 1, 0)
    yield frontier.before[last]
    yield frontier.after[last]


def _at(name: str, utilities: Floats, terms: Terms) -> Floats:
    """Return the objective of one vector of utilities a leverage point, (G, P) to (G,)."""
    return objective(name, utilities[:, None, :], terms)[:, 0]


def nash_rises(frontier: Outline, terms: Terms, k: Ints) -> Bools:
    """Say whether the Nash product rises along the bound to the right of places k: w_1 g_2 > slope w_2 g_1."""
    gains = frontier.bound[k] - terms.disagreement
    with np.errstate(invalid="ignore"):
        falling = frontier.slope[k] * terms.power[:, 1] * gains[:, 0]
    return np.asarray(terms.power[:, 0] * gains[:, 1] > falling)


def sum_rises(frontier: Outline, terms: Terms, k: Ints) -> Bools:
    """Say whether the sum of utilities rises along the bound to the right of places k."""
    return np.asarray(frontier.slope[k] < 1.0)


RISES: dict[str, Callable[[Outline, Terms, Ints], Bools]] = {"nash": nash_rises, "utilitarian": sum_rises}

NARROW: dict[str, Narrow] = {
    "kalai_smorodinsky": _least(lambda u, terms, i: gain_ratio(u, terms.disagreement[:, i], terms.ideal[:, i])),
    "egalitarian": _least(lambda u, terms, i: u - terms.disagreement[:, i]),
    "equal_loss": _least(lambda u, terms, i: u - terms.ideal[:, i]),
    **{name: _under_bound(name, rises) for name, rises in RISES.items()},
}
"""By solution; one that is not here is sought along the whole zone."""
