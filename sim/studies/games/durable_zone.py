"""The durable zone: outcomes that everybody accepts today and that are worth keeping at every later date.

Enforcement, the loss expected from breaking a deal, depends on a few issues only. With their blocks fixed at one
combination, being durable is a higher reservation value for the rest, so all combinations are asked of the folded rest
at once; where that is not exact, of brackets and programs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.numbers import Numbers
from sim.model.values import key_level
from sim.space.blocks import Space
from sim.space.codes import Ints
from sim.space.programs.brackets import decide, sharpened
from sim.space.programs.budgets import Budget
from sim.space.programs.levels import possible_levels as possible_levels_of
from sim.space.programs.unknowns import program
from sim.space.trees import Folded, fold_space, possible_levels
from sim.space.zone import TOLERANCE, margins
from sim.studies.by_program import large
from sim.studies.exactness import Between
from sim.studies.games.setting import Setting

__all__ = ["DurableZone", "durable_zone", "enforced", "enforcement"]

Floats = NDArray[np.float64]
MOST_COMBINATIONS = 400
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


def enforcement(setting: Setting, levels: Ints) -> Floats:
    """Return the expected loss from breaking an outcome (K,), shape (signers,)."""
    total = np.zeros(len(setting.game.signers))
    for k, losses in _losses(setting).items():
        total += losses[levels[k]]
    return total


def _losses(setting: Setting) -> dict[int, Floats]:
    """Return, for each issue by number that enforcement depends on, what each level adds, shape (n_k, signers)."""
    game, number = setting.game, Numbers(setting.game, setting.leverage, setting.numbers, {})
    result: dict[int, Floats] = {}
    for i, party in enumerate(game.signers):
        for issue, table in game.scenario.spec.enforcement.get(party, {}).items():
            k = game.issues.index(issue)
            losses = result.setdefault(k, np.zeros((len(game.levels[k]), len(game.signers))))
            for key in table:
                here = [_same(key, level) for level in game.levels[k]]
                losses[here, i] = float(number("enforcement", party, issue, key)[0])
    return result


def _same(key: str, level: float | str) -> bool:
    return key == level if isinstance(level, str) else key_level(key) == level


def durable_zone(setting: Setting, later: Floats, budget: Budget) -> DurableZone:
    """Return what would last, at reservation values (T, P) of later dates."""
    game, point = setting.game, setting.point
    rows, worth, losses, rest, doubt = enforced(setting)
    floors = np.maximum(point.reservation, later.max(axis=0) - losses) - worth
    low, high = rest_margins(rest, floors, budget)
    best = Between(float(low.max(initial=-np.inf)), float(high.max(initial=-np.inf)) + doubt)
    if not (exists := best.reaches(-TOLERANCE)):
        return DurableZone(exists, best, {}, exists is not None)
    alive, open_ = low >= -TOLERANCE, (low < -TOLERANCE) & (high >= -TOLERANCE)
    levels, sure = _levels(setting, rest, (rows, floors, worth), (alive, budget))
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


def enforced(setting: Setting) -> tuple[Ints, Floats, Floats, Folded, float]:
    """Return the combinations of the blocks that enforcement depends on, and the rest of the space.

    Level numbers (n, K), -1 where the rest decides; what the combinations are worth and the losses there (n, P); the
    rest, folded; and how much the losses may lack.
    """
    space, losses = setting.game.space, _losses(setting)
    inner = [block for block in space.blocks if set(losses) & set(block.issues)]
    count = math.prod(len(block.levels) for block in inner)
    none = np.full((1, len(space.sizes)), -1)
    if any(block.children for block in inner) or count > MOST_COMBINATIONS:
        # Too many to look at one by one: no enforcement is assumed, which can only understate the durable zone.
        most = sum(float(table.max(initial=0.0)) for table in losses.values())
        return none, np.zeros((1, space.parties)), np.zeros((1, space.parties)), setting.folded, most
    rows, worth = none, np.zeros((1, space.parties))
    for block in inner:
        rows, old = np.repeat(rows, len(block.levels), axis=0), len(rows)
        rows[:, list(block.own)] = np.tile(block.levels, (old, 1))
        worth = np.repeat(worth, len(block.levels), axis=0) + np.tile(block.points.utilities, (old, 1))
    lost = sum((table[rows[:, k]] for k, table in losses.items()), np.zeros((len(rows), space.parties)))
    others = tuple(block for block in space.blocks if block not in inner)
    return rows, worth, lost, fold_space(Space(space.factors, others)), 0.0
