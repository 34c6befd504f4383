"""The demand game: each signer demands a package; compatible demands are met, others mean no deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.zone import TOLERANCE, acceptable
from sim.studies.games.setting import Absent, Setting, how_they_talk, named
from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.normal_form import payoff_dominant
from sim.theory.talks.demand_game import demand_game, stances
from sim.theory.talks.smoothed_demands import vanishing_doubt

__all__ = ["Demand", "DemandEquilibrium", "demands", "selected"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DemandEquilibrium:
    """One Nash equilibrium of the demand game.

    Attributes
    ----------
    strategies : dict of str to tuple of float
        The probability with which each side takes each of its stances.
    payoffs : dict of str to float
    payoff_dominant : bool
        Whether it gives nobody less than any other equilibrium.
    """

    strategies: Mapping[str, tuple[float, ...]]
    payoffs: Mapping[str, float]
    payoff_dominant: bool


@dataclass(frozen=True)
class Demand:
    """The demand game and its equilibria.

    Attributes
    ----------
    stances : tuple of dict
        The packages either side may demand, from best for the second signer to best for the first.
    values : dict of str to tuple of float
        What each demand asks for, by side.
    equilibria : tuple of DemandEquilibrium
        All of them; in a degenerate game all extreme ones.
    degenerate : bool
    selected : int or None
        The stance, the same for both sides, nearest to what they demand where any utility may be demanded and
        compatibility is slightly in doubt: in the limit the symmetric Nash bargaining solution with gains measured
        from the reservation values (Nash 1953). None where no package gives both a gain.
    """

    stances: tuple[Mapping[str, float | str], ...]
    values: Mapping[str, tuple[float, ...]]
    equilibria: tuple[DemandEquilibrium, ...]
    degenerate: bool
    selected: int | None


def demands(setting: Setting, *, count: int | None = None) -> Demand | Absent:
    """Return the demand game of two signers with `count` stances along the zone's frontier (default: `talks.stances`).

    Unmet demands leave both with their reservation values.
    """
    game, point = setting.game, setting.point
    if len(game.signers) != 2:
        return Absent("the demand game is solved for two signers")
    points = setting.folded.frontier.points
    points = points.take(np.flatnonzero(acceptable(points.utilities, point.reservation)))
    if not len(points):
        return Absent("there is no zone, so no demands could both be met")
    chosen = stances(points.utilities, how_they_talk(game).stances if count is None else count)
    plain = demand_game(points.utilities, point.reservation, rows=chosen, columns=chosen)
    found = solve(plain.A, plain.B)
    best = payoff_dominant(found.game, found.payoffs)
    equilibria = tuple(
        DemandEquilibrium(
            dict(zip(game.signers, (tuple(row.tolist()), tuple(column.tolist())), strict=True)),
            named(game.signers, payoffs),
            bool(dominant),
        )
        for row, column, payoffs, dominant in zip(found.row, found.column, found.payoffs, best, strict=True)
    )
    values = (tuple(plain.row.tolist()), tuple(plain.column.tolist()))
    return Demand(
        stances=tuple(game.outcome(levels) for levels in game.space.levels(points.codes[chosen])),
        values=dict(zip(game.signers, values, strict=True)),
        equilibria=equilibria,
        degenerate=bool(found.degenerate[0]),
        selected=selected(points.utilities, point.reservation, chosen),
    )


def selected(utilities: Floats, reservation: Floats, chosen: NDArray[np.intp]) -> int | None:
    """Return the stance (of those `chosen`) nearest to what vanishing doubt about compatibility picks."""
    best = vanishing_doubt(utilities, reservation)
    if best is None:
        return None
    span = np.maximum(np.ptp(utilities, axis=0), TOLERANCE)
    away = (utilities[chosen] - utilities[best]) / span
    return int(np.abs(away).max(axis=1).argmin())
