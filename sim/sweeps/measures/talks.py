"""What talks lead to at other leverage levels than today's: after moves, and at later dates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.game.terms import terms
from sim.space.zone import ideal
from sim.studies.by_program import solution_at
from sim.studies.solve import Point
from sim.sweeps.batch import settled
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.bounds import Bools, Floats
from sim.sweeps.batch.solutions import Terms as ZoneTerms
from sim.sweeps.batch.solutions import pick

__all__ = ["Talks", "talks"]


@dataclass(frozen=True, eq=False)
class Talks:
    """What the signers get from talks at T other leverage levels of each point.

    Attributes
    ----------
    reservation : ndarray, shape (G, T, P)
        nan where a number is illegal.
    utilities : ndarray, shape (G, T, P)
        Of the bargaining solution, or the reservation values where there is no zone.
    legal : ndarray of bool, shape (G, T)
        Whether numbers and levels are.
    sure : ndarray of bool, shape (G, T)
        Where the utilities are proven: everywhere, unless the frontier does not fit.
    """

    reservation: Floats
    utilities: Floats
    legal: Bools
    sure: Bools


def talks(batch: Batch, many: Sequence[Mapping[str, Any]], solution: str = "nash", *, course: bool = True) -> Talks:
    """Return what talks lead to at other leverage levels.

    Parameters
    ----------
    batch : Batch
    many : sequence of mapping
        Every variable to its level, a number or an array (G,), T times.
    solution : str
        That they end in where there is a zone.
    course : bool
        Whether war is today's, with its course, or one that begins then.
    """
    game, u, shape = batch.compiled.game, batch.compiled.utilities, (len(batch), len(many))
    names = game.scenario.spec.leverage
    levels = {
        name: np.stack([np.broadcast_to(some[name], shape[0]) for some in many], axis=1).ravel() for name in names
    }
    numbers = {path: np.repeat(values, shape[1]) for path, values in batch.numbers.items()}
    found = terms(game, levels, numbers=numbers, course=course)
    parts = (found.reservation, found.disagreement, found.power)
    reservation, disagreement, power = (
        np.broadcast_to(part[:, game.columns], (math.prod(shape), len(game.signers))) for part in parts
    )
    result = reservation.copy()
    top = ideal(u, reservation) if len(u) else np.full(reservation.shape, np.nan)
    rows = np.flatnonzero(~np.isnan(top[:, 0]))
    if len(rows):
        here = ZoneTerms(*(np.ascontiguousarray(part[rows]) for part in (reservation, disagreement, power, top)))
        result[rows] = pick(solution, batch.compiled.frontier, here).utilities
    legal = np.isfinite(reservation).all(axis=1) & _in_range(game, levels)
    sure = np.ones(len(legal), dtype=bool)
    if batch.compiled.folded.frontier.resolution > 0:
        sure = _settled(batch, solution, (reservation, disagreement, power), result)
    wide = (*shape, reservation.shape[1])
    return Talks(reservation.reshape(wide), result.reshape(wide), legal.reshape(shape), sure.reshape(shape))


def _settled(batch: Batch, solution: str, own: tuple[Floats, Floats, Floats], result: Floats) -> Bools:
    """Enter what programs find at as many rows as may be solved; say where that is proven."""
    reservation, sure = own[0], np.zeros(len(result), dtype=bool)
    within, rows = (batch.compiled.game.space, batch.compiled.folded.frontier), np.arange(len(result))
    for row in settled.spread(rows[np.isfinite(reservation).all(axis=1)])[: settled.CELLS].tolist():
        if batch.budget.spent:
            break
        found = solution_at(within, Point(*(part[row] for part in own)), solution, batch.budget)
        if found.exact:
            sure[row] = True
            result[row] = reservation[row] if found.utilities is None else found.utilities
    return sure


def _in_range(game: Game, levels: Mapping[str, Floats]) -> Any:
    inside = [game.scenario.spec.leverage[name].holds(level) for name, level in levels.items()]
    return np.all(inside, axis=0) if inside else True
