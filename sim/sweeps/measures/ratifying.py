"""Measures of bodies that must ratify: whether some deal passes them, with what margin, and whether the deals do.

The margin is the best over least winning sets of blocs (`sim.studies.ratification`), of each by brackets and programs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.numbers import Numbers
from sim.space.programs.brackets import decide, sharpened
from sim.space.programs.unknowns import program
from sim.space.zone import TOLERANCE
from sim.studies.voters import Table, carrying, table_of
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.bounds import Bools, Floats
from sim.sweeps.batch.settled import CELLS
from sim.sweeps.measures.record import DOUBT, Layout, Measure, Variable, Variables

__all__ = ["RATIFYING_MEASURES"]

Arrays = dict[str, NDArray[Any]]


def _variables(layout: Layout) -> Variables:
    passes = {
        f"{name}_passes": Variable((), f"Whether the deal of {name} passes all bodies; false without one", "", "bool")
        for name in layout.solutions
    }
    return {
        "ratified_exists": Variable((), "Whether some deal that all sign passes all bodies", "", "bool"),
        "ratified_undecided": Variable((), "Whether it was not settled that none does", "", "bool"),
        "ratified_margin": Variable((), "Best of the least gain of signers and of blocs whose votes carry the deal"),
        **passes,
    }


def _absent(layout: Layout) -> str | None:
    if layout.game.scenario.spec.ratification:
        return None
    return "no body has to ratify (expected a section ratification)"


def _ratified(batch: Batch) -> Arrays:
    game = batch.compiled.game
    table = table_of(game, Numbers(game, batch.leverage, batch.numbers, {}), batch.terms.reservation)
    low, high = _margins(batch, table)
    exists = low >= -TOLERANCE
    with np.errstate(invalid="ignore"):
        doubt = np.where(high - low > TOLERANCE, high - low, 0.0)
    return {
        "ratified_exists": exists,
        "ratified_undecided": ~exists & (high >= -TOLERANCE),
        "ratified_margin": np.where(np.isfinite(low), low, np.nan),
        DOUBT: doubt,
        **{f"{name}_passes": _passes(batch, table, name) for name in batch.solutions},
    }


def _margins(batch: Batch, table: Table) -> tuple[Floats, Floats]:
    """Return bounds (G,) of the best margin over all sets of blocs that carry every body."""
    low = high = np.full(len(batch), -np.inf)
    for voting in carrying(table):
        columns = table.columns(voting)
        sought, reservation = program(table.space, columns=columns), np.ascontiguousarray(table.reservation[:, columns])
        found = decide(sought, reservation, budget=batch.budget).bracket
        found = sharpened(sought, reservation, found, most=CELLS, budget=batch.budget)
        low, high = np.maximum(low, found.low), np.maximum(high, found.high)
    return low, high


def _passes(batch: Batch, table: Table, name: str) -> Bools:
    """Say where the deal of a solution reaches the quota of every body, shape (G,)."""
    passes = np.zeros(len(batch), dtype=bool)
    if name not in batch.deals:
        return passes
    worth = table.space.factors.utilities(batch.deals[name].levels)
    votes = table.votes(worth - table.reservation[batch.zone])
    bodies = batch.compiled.game.scenario.spec.ratification
    passes[batch.zone] = np.all([votes[body] >= bodies[body].quota for body in votes], axis=0)
    return passes


RATIFYING_MEASURES: dict[str, Measure] = {
    "ratification": Measure(_variables, _ratified, _absent, on_request=True, at_once=1024),
}
