"""Alternating offers where each round costs a side a fixed amount instead of a share of its gain (Rubinstein 1982)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.studies.games.setting import Absent, Setting, how_they_talk, named
from sim.theory.bargaining.hull import upper_hull
from sim.theory.talks import offers

__all__ = ["FixedCosts", "fixed_cost_offers", "no_round_costs", "round_costs"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FixedCosts:
    """Stationary equilibria of alternating offers at fixed costs a round.

    Attributes
    ----------
    costs : dict of str to float
        Utility that a round costs each side.
    least, most : dict of str to dict of str to float
        Utilities agreed on in the worst and the best equilibrium of the first side in the file, by who begins.
    """

    costs: Mapping[str, float]
    least: Mapping[str, Mapping[str, float]]
    most: Mapping[str, Mapping[str, float]]


def no_round_costs(game: Game) -> str | None:
    """Return why a scenario has no offers at fixed costs, None where it has."""
    if not how_they_talk(game).costs:
        return "no costs of a round are given (expected talks.costs)"
    if game.space.rows:
        return "lotteries over deals under a budget of so many combinations of levels are not worked out"
    return None if len(game.signers) == 2 else "alternating offers are solved for two signers"


def round_costs(game: Game) -> Floats:
    """Return what a round of talks costs each signer, (2,)."""
    costs = how_they_talk(game).costs
    return np.array([costs[name] for name in game.signers])


def fixed_cost_offers(setting: Setting) -> FixedCosts | Absent:
    """Return the equilibria at one leverage point; a side always prefers its reservation value to less."""
    game, points = setting.game, setting.folded.frontier.points
    if reason := no_round_costs(game):
        return Absent(reason)
    if not len(points):
        return Absent(f"the {game.rules} leave no outcome")
    costs, outline = round_costs(game), upper_hull(points.utilities).utilities
    ends = offers.fixed_costs(outline, disagreement=setting.point.reservation, costs=costs)
    if not np.isfinite(ends).all():
        return Absent("there is nothing to agree on, with or without lotteries")
    least, most = ({name: named(game.signers, end[i]) for i, name in enumerate(game.signers)} for end in ends)
    return FixedCosts(named(game.signers, costs), least, most)
