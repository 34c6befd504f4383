"""The durable zone: outcomes that everybody accepts today and that are worth keeping at every later date.

Breaches and later leverage depend on a few issues only (`breaking`). With their blocks fixed at one combination, being
durable is a higher reservation value for the rest, so all combinations are asked of the folded rest at once; where that
is not exact, of brackets and programs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints
from sim.space.programs.brackets import decide, sharpened
from sim.space.programs.budgets import Budget
from sim.space.programs.levels import possible_levels as possible_levels_of
from sim.space.programs.unknowns import program
from sim.space.trees import Folded, possible_levels
from sim.space.zone import TOLERANCE, margins
from sim.studies.by_program import large
from sim.studies.exactness import Between
from sim.studies.games.breaking import Apart
from sim.studies.games.setting import Setting

__all__ = ["DurableZone", "durable_zone"]

Floats = NDArray[np.float64]
MOST_PROGRAMS = 24


@dataclass(frozen=True, eq=False)
class DurableZone:
    """What would last.

    Attributes
    ----------
    exists : bool or None
        None where that was not settled.
    margin : Between
        The best least margin, today and at all dates, of any outcome.
    issues : dict of str to tuple
        Levels that occur in some durable agreement.
    issues_exact : bool
        False: other levels may.
    """

    exists: bool | None
    margin: Between
    issues: Mapping[str, tuple[Any, ...]]
    issues_exact: bool


def durable_zone(setting: Setting, inner: Apart, later: Floats, budget: Budget) -> DurableZone:
    """Return what would last, at reservation values (n, T, P) of later dates after each combination kept apart."""
    game, point, rest, doubt = setting.game, setting.point, inner.rest, inner.doubt
    floors = np.maximum(point.reservation, later.max(axis=1) - inner.losses) - inner.worth
    low, high = rest_margins(rest, floors, budget)
    best = Between(float(low.max(initial=-np.inf)), float(high.max(initial=-np.inf)) + doubt)
    if not (exists := best.reaches(-TOLERANCE)):
        return DurableZone(exists, best, {}, exists is not None)
    alive, open_ = low >= -TOLERANCE, (low < -TOLERANCE) & (high >= -TOLERANCE)
    levels, sure = _levels(setting, rest, (inner.levels, floors, inner.worth), (alive, budget))
    named = {
        name: tuple(itertools.compress(game.levels[k], kept))
        for k, (name, kept) in enumerate(zip(game.issues, levels, strict=True))
    }
    return DurableZone(True, best, named, sure and not open_.any() and not doubt)


def rest_margins(rest: Folded, floors: Floats, budget: Budget) -> tuple[Floats, Floats]:
    """Return the best margin of the rest at each of some floors (n, P), between two bounds (n,)."""
    if rest.frontier.resolution == 0:
        found = margins(rest.frontier.points.utilities, floors)
        return found, found
    sought = program(rest.space)
    state = decide(sought, floors, budget=budget).bracket
    state = sharpened(sought, floors, state, budget=budget, best=True)
    return state.low, state.high


def _levels(
    setting: Setting, rest: Folded, at: tuple[Ints, Floats, Floats], how: tuple[NDArray[np.bool_], Budget]
) -> tuple[list[NDArray[np.bool_]], bool]:
    """Return the levels that occur with some combinations, and whether those are all."""
    game, (rows, floors, worth), (alive, budget) = setting.game, at, how
    if large(rest.frontier) and (alive.sum() <= MOST_PROGRAMS or rest.frontier.resolution > 0):
        return _levels_by_program(setting, rows[alive], (floors + worth)[alive], budget)
    possible = possible_levels(rest, floors)
    fixed = [np.isin(np.arange(len(levels)), rows[alive, k]) for k, levels in enumerate(game.levels)]
    sure = all(part.resolution == 0 for part in rest.rest)
    return [np.logical_or(possible[k].any(axis=0), own) for k, own in enumerate(fixed)], sure


def _levels_by_program(
    setting: Setting, alive: Ints, floors: Floats, budget: Budget
) -> tuple[list[NDArray[np.bool_]], bool]:
    """Return the same, one program for each combination that enforcement depends on."""
    game, sure = setting.game, True
    seen = [np.zeros(size, dtype=bool) for size in game.space.sizes]
    for row, floor in zip(alive, floors, strict=True):
        for k, level in enumerate(row.tolist()):
            if level >= 0:
                seen[k][level] = True
        if budget.spent:
            sure = False
            continue
        held = program(game.space, fixed={k: int(x) for k, x in enumerate(row) if x >= 0})
        found = possible_levels_of(held, floor, budget=budget)
        sure = sure and found.exact
        for k, some in enumerate(found.levels):
            seen[k] |= some
    return seen, sure
