"""One leverage point of a compiled space, solved: the zone, the solutions and how far each issue may vary.

Arrays in, arrays out; names are added by `sim.studies.study`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.folds import Frontier
from sim.space.points import Points
from sim.space.trees import Folded, slices
from sim.space.zone import acceptable, margins
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS, Solution, within_floor

__all__ = ["Choice", "Point", "Solved", "levels_within", "solution_utilities", "solve"]

Floats = NDArray[np.float64]
_SLICES = 4096
_POINTS = 1 << 17


@dataclass(frozen=True, eq=False)
class Point:
    """One leverage point, each array of shape (P,): the parties that must agree."""

    reservation: Floats
    disagreement: Floats
    power: Floats


@dataclass(frozen=True, eq=False)
class Choice:
    """What one solution picks.

    Attributes
    ----------
    row : int
        Row of the zone's frontier.
    value : float
        The objective there.
    floor : float
        The least objective that counts as within reach of it.
    ties : int
        How many frontier points share the best objective.
    profile : tuple of ndarray, shape (n_k,) each
        For every level of every issue the best objective of a deal with that level; nan where there is none. Empty
        where it is worked out on request only.
    near : tuple of ndarray of bool, shape (n_k,) each, optional
        Which levels deals within reach of the best have, where no profile says so.
    """

    row: int
    value: float
    floor: float
    ties: int
    profile: tuple[Floats, ...]
    near: tuple[NDArray[np.bool_], ...] = ()


@dataclass(frozen=True, eq=False)
class Solved:
    """The zone and the solutions at one leverage point.

    Attributes
    ----------
    margin : float
        -inf where the constraints leave no outcome.
    exists : bool or None
        None: between -resolution and 0, undecided.
    ideal : ndarray, shape (P,)
        nan where there is no zone.
    frontier : Points
        The part of the Pareto frontier that is in the zone.
    choices : dict of str to Choice
        By solution; empty where there is no zone.
    levels : tuple of ndarray of bool, shape (n_k,) each
        Which levels of each issue occur in some agreement.
    loss : float
        How exactly the frontiers are known on which these levels and the profiles were found; 0: exactly.
    resolution : float
        How exactly margin, ideal points and solutions are known; 0: exactly.
    nearest : Points, optional
        Without a zone, what comes nearest to one, where it was not found on the frontier.
    """

    margin: float
    exists: bool | None
    ideal: Floats
    frontier: Points
    choices: Mapping[str, Choice]
    levels: tuple[NDArray[np.bool_], ...]
    loss: float = 0.0
    resolution: float = 0.0
    nearest: Points | None = None


def solve(folded: Folded, point: Point) -> Solved:
    """Solve one leverage point of a folded space."""
    frontier, space = folded.frontier, folded.space
    u = frontier.points.utilities
    r = point.reservation[None, :]
    best_margin = float(margins(u, r)[0])
    inside = frontier.points.take(np.flatnonzero(acceptable(u, point.reservation)))
    decided: bool | None = len(inside) > 0
    if not decided and best_margin >= -frontier.resolution and frontier.resolution > 0:
        decided = None
    if not decided:
        nothing = tuple(np.zeros(size, dtype=bool) for size in space.sizes)
        none = np.full(space.parties, np.nan)
        return Solved(best_margin, decided, none, inside, {}, nothing, 0.0, frontier.resolution)
    top = inside.utilities.max(axis=0)
    chosen = {name: _choose(s, inside.utilities, point, top) for name, s in SOLUTIONS.items() if s.objective}
    near = folded.acceptable(point.reservation)
    chosen = _with_profiles(near, point, (inside, top), chosen)
    levels = tuple(~np.isnan(profile) for profile in next(iter(chosen.values())).profile)
    loss = max((rest.resolution for rest in near.rest), default=0.0)
    return Solved(best_margin, True, top, inside, chosen, levels, loss, frontier.resolution)


def _objective(solution: Solution, utilities: Floats, point: Point, top: Floats) -> Floats:
    assert solution.objective is not None
    return solution.objective(utilities, disagreement=point.disagreement, ideal=top, power=point.power)


def _choose(solution: Solution, utilities: Floats, point: Point, top: Floats) -> Choice:
    values = _objective(solution, utilities, point, top)
    row, ties = choose(values, utilities, disagreement=point.disagreement, ideal=top)
    best = values.max()
    floor = within_floor(solution, np.asarray(best), top - point.disagreement)
    return Choice(int(row), float(best), float(floor), int(ties), ())


def solution_utilities(whole: Frontier, point: Point, name: str) -> Floats | None:
    """Return the utilities (P,) that a solution gives at one leverage point, None where there is no zone."""
    u = whole.points.utilities
    u = u[acceptable(u, point.reservation)]
    if not len(u):
        return None
    return np.asarray(u[_choose(SOLUTIONS[name], u, point, u.max(axis=0)).row])


def _with_profiles(
    folded: Folded,
    point: Point,
    zone: tuple[Points, Floats],
    chosen: Mapping[str, Choice],
) -> dict[str, Choice]:
    inside, top = zone
    space = folded.space
    profiles = {name: tuple(np.full(size, np.nan) for size in space.sizes) for name in chosen}
    for places, utilities in _batches(folded, point):
        for name, profile in profiles.items():
            values = _objective(SOLUTIONS[name], utilities, point, top)
            for issue in np.unique(places[:, 0]).tolist():
                rows = places[:, 0] == issue
                np.fmax.at(profile[issue], places[rows, 1], values[rows])
    for name, choice in chosen.items():
        # A thinned frontier may have lost the deal from its own slice: the deal itself is certain.
        for issue, level in enumerate(space.levels(inside.codes[choice.row][None, :])[0]):
            profiles[name][issue][level] = np.fmax(profiles[name][issue][level], choice.value)
    return {name: Choice(c.row, c.value, c.floor, c.ties, profiles[name]) for name, c in chosen.items()}


def _batches(folded: Folded, point: Point) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Yield the agreements on slices, many slices at once: issue and level (n, 2), and utilities (n, P)."""
    places: list[NDArray[np.int64]] = []
    parts: list[Floats] = []
    held = 0
    for issue, level, points in slices(folded):
        inside = points.utilities[acceptable(points.utilities, point.reservation)]
        places.append(np.full((len(inside), 2), (issue, level)))
        parts.append(inside)
        held += len(inside)
        if len(parts) >= _SLICES or held > _POINTS:
            yield np.concatenate(places), np.concatenate(parts)
            places, parts, held = [], [], 0
    if parts:
        yield np.concatenate(places), np.concatenate(parts)


def levels_within(choice: Choice, issue: int) -> NDArray[np.bool_]:
    """Say which levels of an issue some deal within reach of the best has."""
    if choice.near:
        return choice.near[issue]
    with np.errstate(invalid="ignore"):
        return np.asarray(choice.profile[issue] >= choice.floor - 1e-12)
