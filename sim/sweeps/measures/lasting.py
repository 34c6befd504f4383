"""Measures of durability: whether deals and zones of today stand at the scenario's later dates."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.terms import leverage_levels, terms
from sim.space.programs.budgets import Budget
from sim.space.programs.supports import best_outcomes
from sim.space.programs.unknowns import program
from sim.space.trees import Folded
from sim.space.zone import TOLERANCE, margins
from sim.studies.by_program import best_of_one
from sim.studies.games.breaking import Apart, apart, enforcement, too_many
from sim.studies.games.lasting import discount_rates
from sim.studies.games.later import later_values, moving_issues
from sim.studies.games.setting import Setting, signers_terms
from sim.sweeps.batch.batch import Batch, Compiled
from sim.sweeps.batch.bounds import Bools, Floats, Ints
from sim.sweeps.batch.settled import settled_margins
from sim.sweeps.measures.record import DOUBT, Layout, Measure, Variable, Variables, for_parties, in_zone
from sim.sweeps.measures.talks import Talks, talks
from sim.theory.conflict.durability import margin
from sim.theory.conflict.pauses import pauses
from sim.theory.conflict.preventive_war import prefers_war

__all__ = ["LASTING_MEASURES"]

Arrays = dict[str, NDArray[Any]]


def _absent(layout: Layout) -> str | None:
    future = layout.game.scenario.spec.peace_dates
    return too_many(layout.game) if future else "no later dates of peace are given (expected a section future)"


def _variables(layout: Layout) -> Variables:
    return {
        "lasting_margin": Variable(("solution",), "Least, over dates and signers, by which the deal beats breaking it"),
        "signing_value": Variable(
            ("solution", "party"), "Worth of signing the deal, broken when it pays; nan without discount rates"
        ),
        "durable_margin": Variable((), "Best such margin of any outcome, today included; below 0 none is durable"),
        "durable_exists": Variable((), "Whether a durable zone was found", "", "bool"),
        "future_reservation": Variable(("date", "party"), "Least utility the party accepts at a later date"),
        "war_now_harsh": Variable(
            ("date", "party"), "Whether war now beats any deal if the other offers later", "", "bool"
        ),
        "war_now_fair": Variable(
            ("date", "party"), "Whether it does if later talks end at the Nash solution", "", "bool"
        ),
    }


def _coordinates(layout: Layout) -> dict[str, Any]:
    return {"solution": layout.solutions, "date": tuple(layout.game.scenario.spec.peace_dates)}


def _durability(batch: Batch) -> Arrays:
    dates = batch.compiled.game.scenario.spec.peace_dates.values()
    then = [{**batch.leverage, **date.leverage} for date in dates]
    later = talks(batch, then, course=False)
    future = later.reservation
    groups = list(_enforcers(batch))
    lasting = np.full((len(batch), len(batch.solutions)), np.nan)
    signing = np.full((*lasting.shape, future.shape[-1]), np.nan)
    for k, name in enumerate(batch.solutions):
        least, worth = _kept(batch, name, future, groups)
        lasting[:, k], signing[:, k] = in_zone(batch, least), in_zone(batch, worth)
    best, most = _best_margin(batch, future, groups)
    harsh, fair, short = _war_now(batch, later)
    return {
        "lasting_margin": lasting,
        "signing_value": for_parties(batch, signing),
        "durable_margin": np.where(np.isfinite(best), best, np.nan),
        "durable_exists": best >= -TOLERANCE,
        "future_reservation": for_parties(batch, future),
        "war_now_harsh": for_parties(batch, harsh, missing=False),
        "war_now_fair": for_parties(batch, fair, missing=False),
        DOUBT: np.maximum(_doubt(batch, best, most, later), short),
    }


def _enforcers(batch: Batch) -> Iterator[tuple[Ints, Setting]]:
    """Yield rows that face the same losses from breaking a deal, with a setting at which they do."""
    game = batch.compiled.game
    variables = game.scenario.spec.leverage.items()
    moving = [name for name, v in variables if any(path.startswith("enforcement.") for path in v.shifts)]
    levels = (
        np.stack([np.broadcast_to(batch.leverage[name], len(batch)) for name in moving], axis=1)
        if moving
        else (np.zeros((len(batch), 0)))
    )
    distinct, group = np.unique(levels, axis=0, return_inverse=True)
    for k, chosen in enumerate(distinct):
        at = leverage_levels(game, dict(zip(moving, chosen.tolist(), strict=True)))
        yield np.flatnonzero(group.ravel() == k), _setting(batch.compiled, tuple(at.items()))


def _kept(batch: Batch, name: str, future: Floats, groups: list[tuple[Ints, Setting]]) -> tuple[Floats, Floats]:
    """Return the margin of one solution's deals (Z,) and what signing them is worth (Z, P), at the rows with a zone.

    nan where a date is illegal; what signing is worth is nan without discount rates too.
    """
    least, years = np.full(len(batch.zone), np.nan), _years(batch)
    worth = np.full((len(least), future.shape[-1]), np.nan)
    legal, rates = np.isfinite(future[batch.zone]).all(axis=(1, 2)), _rates(batch)[batch.zone]
    for rows, setting in groups:
        here = np.flatnonzero(legal & np.isin(batch.zone, rows))
        if not len(here):
            continue
        deals = batch.deals[name]
        later = _after(batch, batch.zone[here], deals.levels[here])
        some, inverse = np.unique(deals.levels[here], axis=0, return_inverse=True)
        losses = np.stack([enforcement(setting, levels) for levels in some])[inverse.ravel()]
        utilities = deals.utilities[here][:, batch.compiled.game.columns]
        least[here] = margin(utilities[:, None], later, enforcement=losses[:, None])[:, 0]
        known = np.isfinite(rates[here]).all(axis=1)
        given = {"times": years, "discount_rate": rates[here][known], "enforcement": losses[known][:, None]}
        today = batch.reservation[batch.zone][here][known]
        worth[here[known]] = pauses(utilities[known][:, None], today, later[known], **given).value[:, 0]
    return least, worth


def _years(batch: Batch) -> Floats:
    return np.array([date.after_years for date in batch.compiled.game.scenario.spec.peace_dates.values()])


def _rates(batch: Batch) -> Floats:
    """Return the signers' discount rates, (G, P); nan where there are none."""
    found = discount_rates(batch.compiled.game, batch.leverage, batch.numbers)
    return np.broadcast_to(np.nan if found is None else found, batch.reservation.shape)


def _after(batch: Batch, rows: Ints, levels: Ints) -> Floats:
    """Return the signers' no-deal values at the later dates, (n, T, P), at some rows after a deal each (n, K)."""
    leverage, numbers = (
        {name: np.broadcast_to(values, len(batch))[rows] for name, values in table.items()}
        for table in (batch.leverage, batch.numbers)
    )
    return later_values(batch.compiled.game, leverage, levels, numbers)


def _doubt(batch: Batch, best: Floats, most: Floats, later: Talks) -> Floats:
    """Return by how much more a durable margin may be, or how exactly the frontier is known that talks end on."""
    with np.errstate(invalid="ignore"):
        gap = np.where(most - best > TOLERANCE, most - best, 0.0)
    settled = (later.sure | ~later.legal).all(axis=1)
    return np.maximum(gap, np.where(settled, 0.0, batch.compiled.resolution))


def _best_margin(batch: Batch, future: Floats, groups: list[tuple[Ints, Setting]]) -> tuple[Floats, Floats]:
    """Return the best margin of any outcome between two bounds, (G,) each.

    With what breaches depend on fixed it is a margin over the rest.
    """
    best, most = np.full((2, len(batch)), -np.inf)
    legal = np.asarray(np.isfinite(future).all(axis=(1, 2)))
    moving = sorted(moving_issues(batch.compiled.game))
    for rows, setting in groups:
        here = rows[legal[rows]]
        inner = _apart(setting)
        levels, worth, losses = inner.levels, inner.worth, inner.losses
        for first in np.unique(levels[:, moving], axis=0, return_index=True)[1].tolist() if moving else [0]:
            same = np.flatnonzero((levels[:, moving] == levels[first, moving]).all(axis=1))
            later = _after(batch, here, np.repeat(levels[first : first + 1], len(here), axis=0)).max(axis=1)
            for n in same.tolist():
                floor = np.maximum(batch.reservation[here], later - losses[n]) - worth[n]
                low, high = _reach(inner.rest, floor, batch.budget)
                best[here] = np.maximum(best[here], low)
                most[here] = np.maximum(most[here], high + inner.doubt)
    return best, most


def _reach(rest: Folded, floor: Floats, budget: Budget) -> tuple[Floats, Floats]:
    known = rest.frontier.points
    if rest.frontier.resolution == 0 or not len(floor):
        found = margins(known.utilities, floor)
        return found, found
    state = settled_margins(program(rest.space), known, floor, budget)
    return state.low, state.high


@lru_cache(maxsize=8)
def _apart(setting: Setting) -> Apart:
    """Return the combinations that breaches depend on, their worth and losses, and the rest."""
    return apart(setting)


@lru_cache(maxsize=8)
def _setting(compiled: Compiled, leverage: tuple[tuple[str, float], ...]) -> Setting:
    """Return a setting with the losses of that leverage; nothing else is asked of it."""
    game, levels = compiled.game, dict(leverage)
    found = terms(game, levels)
    return Setting(game, compiled.folded, levels, found, signers_terms(game, found))


def _tops(batch: Batch) -> tuple[Floats, float]:
    """Return each signer's most in any outcome, (P,), and by how much more one may have; no more where 0."""
    u, space = batch.compiled.utilities, batch.compiled.game.space
    if batch.compiled.folded.frontier.resolution == 0:
        return np.asarray(u.max(axis=0)), 0.0
    if not space.rows:
        return np.asarray(best_outcomes(batch.compiled.program, np.eye(u.shape[1])).utilities.diagonal()), 0.0
    free = np.full(u.shape[1], -np.inf)
    found = [best_of_one(space, free, i, batch.budget) for i in range(len(free))]
    tops = np.maximum(u.max(axis=0), [most.low for most in found])
    short = max(most.high - top for most, top in zip(found, tops.tolist(), strict=True))
    return tops, min(short, 1.0) if short > TOLERANCE else 0.0


def _war_now(batch: Batch, later: Talks) -> tuple[Bools, Bools, float]:
    """Return where each signer would rather fight now than take the best peace, by date, (G, T, P) each.

    And by how much more the best peace may be worth than was found.
    """
    shape = later.reservation.shape
    harsh, fair, short = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool), 0.0
    rates = _rates(batch)
    legal = np.isfinite(later.reservation).all(axis=(1, 2)) & np.isfinite(rates).all(axis=1)
    if len(rows := np.flatnonzero(legal & batch.exists)):
        now, years = batch.reservation[rows], _years(batch)
        tops, short = _tops(batch)
        best = np.broadcast_to(tops, now.shape)
        for into, then in ((harsh, later.reservation), (fair, later.utilities)):
            into[rows] = prefers_war(now, best, then[rows], times=years, discount_rate=rates[rows])
    return harsh, fair, short


LASTING_MEASURES: dict[str, Measure] = {
    "durability": Measure(_variables, _durability, _absent, _coordinates, at_once=4096),
}
