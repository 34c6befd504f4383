"""After the deal: whether it would last as leverage changes, and what it is worth if it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.game.compiled import Game
from sim.game.numbers import Numbers
from sim.model.parties import WarNoDeal
from sim.space.codes import Ints
from sim.space.programs.budgets import Budget
from sim.space.zone import TOLERANCE
from sim.studies.by_program import allowance, best_of_one, solution_at
from sim.studies.games.breaking import apart, enforcement, too_many
from sim.studies.games.durable_zone import durable_zone
from sim.studies.games.later import later_values, saturated
from sim.studies.games.setting import Absent, Setting, named, setting_at
from sim.theory.conflict.durability import enforcement_needed, margin
from sim.theory.conflict.pauses import pauses
from sim.theory.conflict.preventive_war import prefers_war

__all__ = ["DealDurability", "Durability", "PreventiveWar", "discount_rates", "durability"]

Floats = NDArray[np.float64]


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
    exact : bool
        Whether that solution was settled in time.
    """

    date: str
    harsh: Mapping[str, bool]
    fair: Mapping[str, bool]
    exact: bool = True


@dataclass(frozen=True, eq=False)
class Durability:
    """Today's zone against the future.

    Attributes
    ----------
    dates : dict of str to float
        Years from now.
    reservation : dict of str to dict of str to float
        Each signer's reservation value at each date, what the deal's own terms move left out.
    deals : dict of str to DealDurability
        By solution.
    zone_exists : bool or None
        Whether some outcome in the zone is durable; None where that was not settled.
    zone_margin : float
        The best least margin, today and at all dates, of any outcome; below 0: no durable zone was found.
    zone_resolution : float
        By how much more it may be; 0: that is proven.
    issues : dict of str to tuple
        Levels that occur in some durable agreement.
    issues_exact : bool
        False: other levels may.
    enforcement_needed : dict of str to float
        The total expected loss from breaking it that each signer must face for the Nash deal to last.
    preventive_war : tuple of PreventiveWar
        Empty without discount rates.
    saturated : tuple of str
        Variables that some deal's terms would move past the end of their range, where they are held.
    """

    dates: Mapping[str, float]
    reservation: Mapping[str, Mapping[str, float]]
    deals: Mapping[str, DealDurability]
    zone_exists: bool | None
    zone_margin: float
    issues: Mapping[str, tuple[Any, ...]]
    enforcement_needed: Mapping[str, float]
    preventive_war: tuple[PreventiveWar, ...]
    zone_resolution: float = 0.0
    issues_exact: bool = True
    saturated: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether all of it is proven."""
        return not self.zone_resolution and self.issues_exact and all(war.exact for war in self.preventive_war)


def durability(setting: Setting, deals: Mapping[str, Ints]) -> Durability | Absent:
    """Return how today's deals and today's zone stand at the scenario's later dates.

    Parameters
    ----------
    setting : Setting
    deals : dict of str to ndarray of int, shape (K,)
        Level numbers of each solution's deal.
    """
    future = setting.game.scenario.spec.peace_dates
    if not future:
        return Absent("no later dates of peace are given (expected a section future)")
    if not len(setting.folded.frontier.points):
        return Absent(f"the {setting.game.rules} leave no outcome")
    if (reason := too_many(setting.game)) is not None:
        return Absent(reason)
    later = {name: setting_at(setting, date.leverage, course=False) for name, date in future.items()}
    illegal = [name for name, then in later.items() if then is None]
    if illegal:
        return Absent(f"a number would be illegal at {illegal[0]}")
    settings = [then for then in later.values() if then is not None]
    reservation = np.stack([then.point.reservation for then in settings])
    years = np.array([date.after_years for date in future.values()])
    budget, signers = allowance(), setting.game.signers
    inner = apart(setting, rough=True)
    after = later_values(setting.game, setting.leverage, inner.levels, setting.numbers)
    if np.isnan(after).any():
        return Absent("a number would be illegal at a later date under some terms")
    zone = durable_zone(setting, inner, after, budget)
    return Durability(
        dates=dict(zip(future, years.tolist(), strict=True)),
        reservation={name: named(signers, row) for name, row in zip(future, reservation, strict=True)},
        deals={name: _deal(setting, levels, years) for name, levels in deals.items()},
        zone_exists=zone.exists,
        zone_margin=zone.margin.low,
        issues=zone.issues,
        enforcement_needed=_needed(setting, deals),
        preventive_war=_preventive(setting, (settings, years), today=bool(deals), budget=budget),
        zone_resolution=zone.margin.resolution,
        issues_exact=zone.issues_exact,
        saturated=saturated(setting.game, setting.leverage),
    )


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


def _deal(setting: Setting, levels: Ints, years: Floats) -> DealDurability:
    reservation = _after(setting, levels)
    utilities = setting.game.factors.utilities(levels[None, :])[:, setting.game.columns]
    losses = enforcement(setting, levels)[None, :]
    least = float(margin(utilities, reservation, enforcement=losses)[0])
    names, rates = list(setting.game.scenario.spec.peace_dates), _rates(setting)
    worst = names[int((utilities + losses - reservation).min(axis=1).argmin())]
    if rates is None or least >= -TOLERANCE:
        return DealDurability(least, worst, None, None, None)
    today = setting.point.reservation
    found = pauses(utilities, today, reservation, times=years, discount_rate=rates, enforcement=losses)
    signers, ends = setting.game.signers, int(found.ends[0])
    return DealDurability(least, worst, names[ends], named(signers, found.value[0]), bool(found.signed[0]))


def _after(setting: Setting, levels: Ints) -> Floats:
    """Return the signers' no-deal values at the later dates after one deal, (T, P)."""
    found: Floats = later_values(setting.game, setting.leverage, levels[None, :], setting.numbers)[0]
    return found


def _needed(setting: Setting, deals: Mapping[str, Ints]) -> dict[str, float]:
    if "nash" not in deals:
        return {}
    utilities = setting.game.factors.utilities(deals["nash"][None, :])[:, setting.game.columns]
    return named(setting.game.signers, enforcement_needed(utilities, _after(setting, deals["nash"]))[0])


def _preventive(
    setting: Setting, then: tuple[list[Setting], Floats], *, today: bool, budget: Budget
) -> tuple[PreventiveWar, ...]:
    """Return who would rather fight; `today` says whether there is a zone."""
    (later, years), rates, point = then, _rates(setting), setting.point
    if rates is None or not today:
        return ()
    best = setting.folded.frontier.points.utilities.max(axis=0)
    if setting.folded.frontier.resolution > 0:
        anything = np.full(len(best), -np.inf)
        found = [best_of_one(setting.game.space, anything, i, budget).low for i in range(len(best))]
        best = np.maximum(best, found)
    least = np.stack([each.point.reservation for each in later])
    ends = [solution_at((setting.game.space, setting.folded.frontier), each.point, "nash", budget) for each in later]
    talks = np.stack([r if end.utilities is None else end.utilities for r, end in zip(least, ends, strict=True)])
    harsh, fair = (
        prefers_war(point.reservation, best, position, times=years, discount_rate=rates) for position in (least, talks)
    )
    signers, sure = setting.game.signers, [end.exact for end in ends]
    return tuple(
        PreventiveWar(name, _flags(signers, harsh[t]), _flags(signers, fair[t]), sure[t])
        for t, name in enumerate(setting.game.scenario.spec.peace_dates)
    )


def _flags(signers: tuple[str, ...], flags: Any) -> dict[str, bool]:
    return dict(zip(signers, flags.tolist(), strict=True))
