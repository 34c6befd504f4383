"""The demand game: each signer demands a package; compatible demands are met, others mean no deal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.games.setting import Absent, Setting, named
from sim.space.zone import acceptable
from sim.theory.bimatrix import solve
from sim.theory.demand_game import demand_game, stances
from sim.theory.normal_form import payoff_dominant

__all__ = ["Demand", "DemandEquilibrium", "demands"]

STANCES = 5
SMOOTHING = 0.02


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
    selected : dict of str to int
        The stance each side takes when compatibility is slightly in doubt; as doubt and the distance between
        stances vanish it tends to the Nash bargaining solution (Nash 1953).
    """

    stances: tuple[Mapping[str, float | str], ...]
    values: Mapping[str, tuple[float, ...]]
    equilibria: tuple[DemandEquilibrium, ...]
    degenerate: bool
    selected: Mapping[str, int]


def demands(setting: Setting, *, count: int = STANCES, smoothing: float = SMOOTHING) -> Demand | Absent:
    """Return the demand game of two signers with `count` stances along the zone's frontier."""
    game, point = setting.game, setting.point
    if len(game.signers) != 2:
        return Absent("the demand game is solved for two signers")
    points = setting.folded.frontier.points
    points = points.take(np.flatnonzero(acceptable(points.utilities, point.reservation)))
    if not len(points):
        return Absent("there is no zone, so no demands could both be met")
    chosen = stances(points.utilities, count)
    plain = demand_game(points.utilities, point.reservation, rows=chosen, columns=chosen)
    found = solve(plain.A, plain.B)
    best = payoff_dominant(found.game, found.payoffs)
    doubt = demand_game(points.utilities, point.reservation, rows=chosen, columns=chosen, smoothing=smoothing)
    equilibria = tuple(
        DemandEquilibrium(
            dict(zip(game.signers, (tuple(row.tolist()), tuple(column.tolist())), strict=True)),
            named(game.signers, payoffs),
            bool(dominant),
        )
        for row, column, payoffs, dominant in zip(found.row, found.column, found.payoffs, best, strict=True)
    )
    values = (tuple(plain.row.tolist()), tuple(plain.column.tolist()))
    selected = doubt.selected.tolist()
    return Demand(
        stances=tuple(game.outcome(levels) for levels in game.space.levels(points.codes[chosen])),
        values=dict(zip(game.signers, values, strict=True)),
        equilibria=equilibria,
        degenerate=bool(found.degenerate[0]),
        selected=dict(zip(game.signers, selected, strict=True)),
    )
