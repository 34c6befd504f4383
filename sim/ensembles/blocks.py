"""One block of an ensemble: some truths by themselves, or all of them at one point of a map over levers."""

from __future__ import annotations

import numpy as np

from sim.ensembles.draws import Truths
from sim.ensembles.judging import Judged, disagreements, judge, tables_of, utilities_at
from sim.ensembles.plans import QUANTILES, Arrays, Plan
from sim.ensembles.settling import pick
from sim.ensembles.shares import interval
from sim.game.terms import terms
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.sweeps.plans import Block

__all__ = ["run_block"]


def run_block(plan: Plan, number: int) -> Block:
    """Work out one block of a plan."""
    return Block(number, _at_levers(plan, number) if plan.axes else _stretch(plan, plan.place(number)[0]))


def _at_levers(plan: Plan, number: int) -> Arrays:
    place = plan.place(number)
    at = {axis.name: float(axis.levels[part.start]) for axis, part in zip(plan.axes, place, strict=True)}
    shape = tuple(1 for _ in plan.axes)
    found = judge(plan.table, plan.truths, plan.levels | at)
    count, unsure = int(found.exists.sum()), int(found.undecided.sum())
    low, high = interval(count, unsure, plan.n)
    quantiles = np.quantile(found.bracket.low, QUANTILES)
    values = {"share": count / plan.n, "share_low": low, "share_high": high, "undecided": unsure / plan.n}
    values["margin"] = float(quantiles[QUANTILES.index(0.5)])
    return {name: np.full(shape, value) for name, value in values.items()} | {
        "margin_quantile": quantiles.reshape(*shape, -1)
    }


def _stretch(plan: Plan, rows: slice) -> Arrays:
    truths = plan.truths.take(rows)
    found = judge(plan.table, truths, plan.levels)
    columns = _values(plan, rows)
    arrays: Arrays = {
        "exists": found.exists,
        "undecided": found.undecided,
        "margin": found.bracket.low,
        "margin_high": found.bracket.high,
        "reservation": found.reservation,
        "price": found.bracket.prices,
        "value": columns,
    }
    if plan.deals:
        arrays["deal_gain"] = _deal_gains(plan, truths, found)
    if plan.solved:
        arrays |= _picked(plan, truths, (rows.start, found))
    return arrays


def _values(plan: Plan, rows: slice) -> Floats:
    """Return the inputs that differ of some truths, shape (n, inputs)."""
    columns = plan.truths.columns(plan.inputs)
    return np.stack([columns[name][rows] for name in plan.coordinates["input"]], axis=1)


def _deal_gains(plan: Plan, truths: Truths, found: Judged) -> Floats:
    """Return what each named deal is worth to each signer; -inf where red lines rule it out."""
    shape = found.reservation.shape
    gains = [
        np.full(shape, -np.inf) if chosen is None else utilities_at(plan.table, truths, chosen) - found.reservation
        for chosen in plan.combinations.values()
    ]
    return np.stack(gains, axis=1)


def _picked(plan: Plan, truths: Truths, at: tuple[int, Judged]) -> Arrays:
    """Return the deals of the solution in the first truths of the ensemble."""
    (start, found), game = at, plan.game
    n, signers = found.reservation.shape
    arrays = {
        "solved": np.zeros(n, dtype=bool),
        "term": np.full((n, len(game.issues)), np.nan),
        "gain": np.full((n, signers), np.nan),
        "surplus": np.full((n, signers), np.nan),
    }
    wanted = np.flatnonzero(found.exists & (np.arange(start, start + n) < plan.solved))
    if not len(wanted):
        return arrays
    some = truths.take(wanted)
    tables = tables_of(plan.table, some)
    d = disagreements(plan.table, some, plan.levels, found.reservation[wanted])
    power = terms(game, plan.levels).power[0, game.columns]
    for k, row in enumerate(wanted.tolist()):
        utilities = [np.stack([each[b][k] for each in tables], axis=1) for b in range(len(tables[0]))]
        r = found.reservation[row]
        chosen = pick(utilities, plan.solution, reservation=r, disagreement=d[k], power=power)
        if chosen is not None:
            arrays["solved"][row] = True
            arrays["term"][row] = _levels(plan, chosen.chosen)
            arrays["gain"][row], arrays["surplus"][row] = chosen.utilities - r, chosen.ideal - r
    return arrays


def _levels(plan: Plan, chosen: Ints) -> list[float]:
    """Return the level of each issue in a deal: a number, or the place of a name among the names."""
    values = [0.0] * len(plan.game.issues)
    for own, rows, k in zip(plan.table.among.issues, plan.table.among.levels, chosen, strict=True):
        for issue, number in zip(own, rows[k].tolist(), strict=True):
            level = plan.game.levels[issue][number]
            named = plan.scenario.spec.issues[plan.game.issues[issue]].levels
            values[issue] = float(named.index(level)) if isinstance(level, str) and named else float(level)
    return values
