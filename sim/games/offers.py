"""Alternating offers between the two signers, on the frontier with lotteries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.games.setting import Absent, Setting, named
from sim.mixing import Mix, mix_at
from sim.theory import offers
from sim.theory.hull import upper_hull

__all__ = ["HORIZONS", "Offers", "alternating_offers"]

HORIZONS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Offers:
    """The stationary equilibrium of alternating offers.

    Attributes
    ----------
    patience : dict of str to float
        Discount factor of each side a round.
    first : dict of str to Mix
        The agreement when that side makes the first offer; always reached at once.
    limit : dict of str to float
        Utilities as the time between offers vanishes: the Nash bargaining solution with powers by patience.
    finite : dict of int to dict of str to dict of str to float
        By number of rounds, then who begins: utilities where talks end for good after the last round.
    advantage : dict of str to float
        What making the first offer is worth to each side, against answering it.
    """

    patience: Mapping[str, float]
    first: Mapping[str, Mix]
    limit: Mapping[str, float]
    finite: Mapping[int, Mapping[str, Mapping[str, float]]]
    advantage: Mapping[str, float]


def alternating_offers(setting: Setting) -> Offers | Absent:
    """Return the equilibrium of alternating offers at one leverage point (Rubinstein 1982)."""
    game, point = setting.game, setting.point
    if len(game.signers) != 2:
        return Absent("alternating offers are solved for two signers")
    patience = setting.terms.patience[0, game.columns]
    if not np.isfinite(patience).all():
        return Absent("no patience is given (expected war.end_rate with war.round, or patience of both signers)")
    points = setting.folded.frontier.points
    if not len(points):
        return Absent("the red lines leave no outcome")
    outline = upper_hull(points.utilities)
    outside = np.where(point.reservation > point.disagreement, point.reservation, -np.inf)
    terms = {"disagreement": point.disagreement, "patience": patience, "outside": outside}
    found = offers.stationary(outline.utilities, **terms)
    if not np.isfinite(found).all():
        return Absent("there is nothing to agree on, with or without lotteries")
    first = {name: mix_at(game, points, outline, found[i]) for i, name in enumerate(game.signers)}
    advantage = np.array([found[0, 0] - found[1, 0], found[1, 1] - found[0, 1]])
    limit = offers.limit(outline.utilities, **terms)
    signers = game.signers
    ends = {
        rounds: {
            opener: named(signers, offers.finite(outline.utilities, rounds=rounds, first=i, **terms))
            for i, opener in enumerate(signers)
        }
        for rounds in HORIZONS
    }
    return Offers(named(signers, patience), first, named(signers, limit), ends, named(signers, advantage))
