"""After the deal: whether it would last as leverage changes, and what it is worth if it does not."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.game.compiled import Game
from sim.game.numbers import Numbers
from sim.model.parties import WarNoDeal
from sim.model.values import key_level
from sim.space.blocks import Space
from sim.space.codes import Ints
from sim.space.programs.budgets import Budget
from sim.space.programs.levels import possible_levels as possible_levels_of
from sim.space.programs.unknowns import program
from sim.space.trees import Folded, fold_space, possible_levels
from sim.space.zone import TOLERANCE, acceptable, margins
from sim.studies.by_program import SECONDS, large
from sim.studies.games.setting import Absent, Setting, named, setting_at
from sim.studies.solve import solution_utilities
from sim.theory.conflict.durability import enforcement_needed, margin
from sim.theory.conflict.pauses import pauses
from sim.theory.conflict.preventive_war import prefers_war

__all__ = ["DealDurability", "Durability", "PreventiveWar", "discount_rates", "durability", "enforced", "enforcement"]

Floats = NDArray[np.float64]
MOST_COMBINATIONS = 400
MOST_PROGRAMS = 24


@dataclass(frozen=True)
class DealDurability:
    """How long one deal would hold.

    Attributes
    ----------
    margin : float
        Least, over dates and signers, of utility plus enforcement less the reservation value then; below 0 the deal
        is a pause.
    worst_at : str
        The date at which it is least.
    ends_at : str or None
        The date at which a pause is broken, foreseen from the last date backwards; None where the deal lasts, or
        where a signer has no discount rate.
    pause_value : dict of str to float, or None
        What signing a pause is worth to each; None likewise.
    signed : bool or None
        Whether all would sign it even so; None likewise.
    """

    margin: float
    worst_at: str
    ends_at: str | None
    pause_value: Mapping[str, float] | None
    signed: bool | None

    @property
    def lasts(self) -> bool:
        """Whether nobody would break it at any date."""
        return self.margin >= -TOLERANCE


@dataclass(frozen=True)
class PreventiveWar:
    """Whether a signer would rather fight now than take the best peace, fearing a date at which terms are reopened.

    The best peace gives it the most that any outcome does which crosses no red line, until that date.

    Attributes
    ----------
    date : str
    harsh : dict of str to bool
        If the other makes all later offers: the later position is worth its reservation value.
    fair : dict of str to bool
        If later talks end in the Nash bargaining solution of that date.
    """

    date: str
    harsh: Mapping[str, bool]
    fair: Mapping[str, bool]


@dataclass(frozen=True, eq=False)
class Durability:
    """Today's zone against the future.

    Attributes
    ----------
    dates : dict of str to float
        Years from now.
    reservation : dict of str to dict of str to float
        Each signer's reservation value at each date.
    deals : dict of str to DealDurability
        By solution.
    zone_exists : bool or None
        Whether some outcome in the zone is durable; None where the space is too large to decide.
    zone_margin : float
        The best least margin, today and at all dates, of any outcome; below 0: no durable zone was found.
    issues : dict of str to tuple
        Levels that occur in some durable agreement.
    enforcement_needed : dict of str to float
        The total expected loss from breaking it that each signer must face for the Nash deal to last.
    preventive_war : tuple of PreventiveWar
        Empty without discount rates.
    """

    dates: Mapping[str, float]
    reservation: Mapping[str, Mapping[str, float]]
    deals: Mapping[str, DealDurability]
    zone_exists: bool | None
    zone_margin: float
    issues: Mapping[str, tuple[Any, ...]]
    enforcement_needed: Mapping[str, float]
    preventive_war: tuple[PreventiveWar, ...]


def durability(setting: Setting, deals: Mapping[str, Ints]) -> Durability | Absent:
    """Return how today's deals and today's zone stand at the scenario's later dates.

    Parameters
    ----------
    setting : Setting
    deals : dict of str to ndarray of int, shape (K,)
        Level numbers of each solution's deal.
    """
    future = setting.game.scenario.spec.future
    if not future:
        return Absent("no later dates are given (expected a section future)")
    if not len(setting.folded.frontier.points):
        return Absent("the red lines leave no outcome")
    later = {name: setting_at(setting, date.leverage) for name, date in future.items()}
    illegal = [name for name, then in later.items() if then is None]
    if illegal:
        return Absent(f"a number would be illegal at {illegal[0]}")
    settings = [then for then in later.values() if then is not None]
    reservation = np.stack([then.point.reservation for then in settings])
    years = np.array([date.after_years for date in future.values()])
    exists, best, issues = _zone(setting, reservation)
    signers = setting.game.signers
    return Durability(
        dates=dict(zip(future, years.tolist(), strict=True)),
        reservation={name: named(signers, row) for name, row in zip(future, reservation, strict=True)},
        deals={name: _deal(setting, levels, (reservation, years)) for name, levels in deals.items()},
        zone_exists=exists,
        zone_margin=best,
        issues=issues,
        enforcement_needed=_needed(setting, deals, reservation),
        preventive_war=_preventive(setting, settings, years),
    )


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


def discount_rates(
    game: Game, leverage: Mapping[str, ArrayLike], numbers: Mapping[str, ArrayLike] | None = None
) -> Floats | None:
    """Return the signers' discount rates a year, (G, P), nan where none is legal; None where a signer has none."""
    records = [game.scenario.spec.parties[party].no_deal for party in game.signers]
    if not all(isinstance(record, WarNoDeal) for record in records):
        return None
    number = Numbers(game, leverage, numbers or {}, {})
    rates = [number("parties", party, "no_deal", "war", "discount_rate") for party in game.signers]
    found = np.stack(np.broadcast_arrays(*rates), axis=1)
    return None if np.isnan(found).all(axis=0).any() else np.where(found >= 0, found, np.nan)


def _rates(setting: Setting) -> Floats | None:
    found = discount_rates(setting.game, setting.leverage, setting.numbers)
    return None if found is None or np.isnan(found).any() else np.asarray(found[0])


def _deal(setting: Setting, levels: Ints, later: tuple[Floats, Floats]) -> DealDurability:
    reservation, years = later
    utilities = setting.game.factors.utilities(levels[None, :])[:, setting.game.columns]
    losses = enforcement(setting, levels)[None, :]
    least = float(margin(utilities, reservation, enforcement=losses)[0])
    names, rates = list(setting.game.scenario.spec.future), _rates(setting)
    worst = names[int((utilities + losses - reservation).min(axis=1).argmin())]
    if rates is None or least >= -TOLERANCE:
        return DealDurability(least, worst, None, None, None)
    today = setting.point.reservation
    found = pauses(utilities, today, reservation, times=years, discount_rate=rates, enforcement=losses)
    signers, ends = setting.game.signers, int(found.ends[0])
    return DealDurability(least, worst, names[ends], named(signers, found.value[0]), bool(found.signed[0]))


def _needed(setting: Setting, deals: Mapping[str, Ints], reservation: Floats) -> dict[str, float]:
    if "nash" not in deals:
        return {}
    utilities = setting.game.factors.utilities(deals["nash"][None, :])[:, setting.game.columns]
    return named(setting.game.signers, enforcement_needed(utilities, reservation)[0])


def _preventive(setting: Setting, later: list[Setting], years: Floats) -> tuple[PreventiveWar, ...]:
    rates = _rates(setting)
    point, points = setting.point, setting.folded.frontier.points
    if rates is None or not acceptable(points.utilities, point.reservation).any():
        return ()
    best = points.utilities.max(axis=0)
    least = np.stack([then.point.reservation for then in later])
    talks = np.stack([_talks(setting, then) for then in later])
    harsh, fair = (
        prefers_war(point.reservation, best, position, times=years, discount_rate=rates) for position in (least, talks)
    )
    signers = setting.game.signers
    return tuple(
        PreventiveWar(name, _flags(signers, harsh[t]), _flags(signers, fair[t]))
        for t, name in enumerate(setting.game.scenario.spec.future)
    )


def _flags(signers: tuple[str, ...], flags: Any) -> dict[str, bool]:
    return dict(zip(signers, flags.tolist(), strict=True))


def _talks(setting: Setting, then: Setting) -> Floats:
    found = solution_utilities(setting.folded.frontier, then.point, "nash")
    return then.point.reservation if found is None else found


def _zone(setting: Setting, later: Floats) -> tuple[bool | None, float, dict[str, tuple[Any, ...]]]:
    """Return whether the durable zone exists, its margin, and the levels that occur in it.

    Enforcement depends on a few issues only. With their blocks fixed at one combination, being durable is a higher
    reservation value for the rest, so all combinations are asked of the folded rest at once.
    """
    game, point = setting.game, setting.point
    rows, worth, losses, rest, doubt = enforced(setting)
    floors = np.maximum(point.reservation, later.max(axis=0) - losses) - worth
    reach = margins(rest.frontier.points.utilities, floors)
    best = float(reach.max(initial=-np.inf))
    doubt = max(doubt, rest.frontier.resolution)
    if best < -TOLERANCE:
        return None if best + doubt >= 0 and doubt > 0 else False, best, {}
    alive = rows[reach >= -TOLERANCE]
    if large(rest.frontier) and len(alive) <= MOST_PROGRAMS:
        return True, best, _levels_by_program(setting, alive, (floors + worth)[reach >= -TOLERANCE])
    possible = possible_levels(rest, floors)
    kept = {}
    for k, name in enumerate(game.issues):
        fixed = np.isin(np.arange(len(game.levels[k])), alive[:, k])
        kept[name] = tuple(itertools.compress(game.levels[k], np.logical_or(possible[k].any(axis=0), fixed)))
    return True, best, kept


def _levels_by_program(setting: Setting, alive: Ints, floors: Floats) -> dict[str, tuple[Any, ...]]:
    """Return the levels that occur in durable deals, one program for each combination that enforcement depends on."""
    game = setting.game
    seen = [np.zeros(size, dtype=bool) for size in game.space.sizes]
    for row, floor in zip(alive, floors, strict=True):
        held = program(game.space, fixed={k: int(x) for k, x in enumerate(row) if x >= 0})
        for k, found in enumerate(possible_levels_of(held, floor, budget=Budget.of(SECONDS)).levels):
            seen[k] |= found
    return {name: tuple(itertools.compress(game.levels[k], seen[k])) for k, name in enumerate(game.issues)}


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
