"""Alternating offers between the two signers, on the frontier with lotteries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.studies.games.setting import Absent, Setting, how_they_talk, named
from sim.studies.lotteries import Mix, mix_at
from sim.theory.bargaining.hull import upper_hull
from sim.theory.talks import offers

__all__ = ["HORIZONS", "Offers", "TalkTerms", "agreed", "alternating_offers", "no_offers", "talk_terms"]

Floats = NDArray[np.float64]
HORIZONS = (1, 2, 5, 10)


@dataclass(frozen=True)
class Offers:
    """The equilibrium of alternating offers: the stationary one, or with a last round that of backward induction.

    Attributes
    ----------
    patience : dict of str to float
        Discount factor of each side a round.
    breakdown : float
        Probability that a refusal ends talks for good, leaving the reservation values.
    last_round : int or None
        Number of offers before talks end for good; None without a deadline.
    first : dict of str to Mix
        The agreement when that side makes the first offer; always reached at once.
    limit : dict of str to float
        Utilities as the time between offers vanishes and none is the last: the Nash bargaining solution with powers
        by patience.
    finite : dict of int to dict of str to dict of str to float
        By number of rounds, then who begins: utilities where talks end for good after the last round.
    advantage : dict of str to float
        What making the first offer is worth to each side, against answering it.
    """

    patience: Mapping[str, float]
    breakdown: float
    last_round: int | None
    first: Mapping[str, Mix]
    limit: Mapping[str, float]
    finite: Mapping[int, Mapping[str, Mapping[str, float]]]
    advantage: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class TalkTerms:
    """What two sides bargain over alternating offers with, at G leverage points.

    Attributes
    ----------
    disagreement, outside : ndarray, shape (G, 2)
        Value of endless talks, and of walking out where that is worth more.
    patience : ndarray, shape (G, 2)
        In (0, 1] where talks may break down, else in (0, 1); nan where none is given.
    breakdown : float
    reservation : ndarray, shape (G, 2)
        What breakdown leaves.
    """

    disagreement: Floats
    outside: Floats
    patience: Floats
    breakdown: float
    reservation: Floats

    @property
    def sound(self) -> NDArray[np.bool_]:
        """Where both sides have a discount factor, shape (G,)."""
        keep = (1.0 - self.breakdown) * self.patience
        return np.asarray(((keep > 0) & (keep < 1) & (self.patience <= 1)).all(axis=-1))

    def at(self, rows: NDArray[np.bool_]) -> TalkTerms:
        """Return the terms at some of the points."""
        parts = (self.disagreement, self.outside, self.patience)
        low, out, keep = (part[rows] for part in parts)
        return TalkTerms(low, out, keep, self.breakdown, self.reservation[rows])

    @property
    def refused(self) -> Floats:
        """What refusing the last offer leaves, shape (G, 2)."""
        return np.asarray(self.disagreement + self.breakdown * (self.reservation - self.disagreement))

    def stationary(self) -> dict[str, Floats]:
        """Return the terms of the same game without breakdown."""
        return self._folded(offers.with_breakdown)

    def limit(self) -> dict[str, Floats]:
        """Return the terms as rounds shorten."""
        return self._folded(offers.with_steady_risk)

    def _folded(self, fold: Callable[..., tuple[Floats, Floats]]) -> dict[str, Floats]:
        low, keep = fold(
            disagreement=self.disagreement,
            patience=self.patience,
            probability=np.array(self.breakdown),
            payoff=self.reservation,
        )
        return {"disagreement": low, "patience": keep, "outside": self.outside}


def talk_terms(game: Game, reservation: Floats, disagreement: Floats, patience: Floats) -> TalkTerms:
    """Return the terms of both signers, shape (G, 2) each, under the scenario's talks section."""
    breakdown = how_they_talk(game).breakdown
    keep = np.where(np.isnan(patience), 1.0, patience) if breakdown > 0 else patience
    outside = np.where(reservation > disagreement, reservation, -np.inf)
    return TalkTerms(disagreement, outside, keep, breakdown, reservation)


def no_offers(game: Game) -> str | None:
    """Return why a scenario has no alternating offers, None where it has."""
    if len(game.signers) != 2:
        return "alternating offers are solved for two signers (more: equilibria.random_proposer)"
    if game.space.rows:
        return "lotteries over deals under a budget of so many combinations of levels are not worked out"
    spec = game.scenario.spec
    rounds = spec.war is not None and spec.war.end_rate is not None and spec.war.round is not None
    given = rounds or all(spec.parties[name].patience is not None for name in game.signers)
    if given or how_they_talk(game).breakdown > 0:
        return None
    return "no patience is given (expected war.end_rate with war.round, patience of both signers, or talks.breakdown)"


def alternating_offers(setting: Setting) -> Offers | Absent:
    """Return the equilibrium of alternating offers at one leverage point (Rubinstein 1982)."""
    game, point, signers = setting.game, setting.point, setting.game.signers
    if reason := no_offers(game):
        return Absent(reason)
    own = talk_terms(game, point.reservation, point.disagreement, setting.terms.patience[0, game.columns])
    if not own.sound:
        return Absent("no patience is given (expected a discount rate of both signers)")
    points = setting.folded.frontier.points
    if not len(points):
        return Absent(f"the {game.rules} leave no outcome")
    outline = upper_hull(points.utilities)
    found = agreed(game, outline.utilities, own)
    if not np.isfinite(found).all():
        return Absent("there is nothing to agree on, with or without lotteries")
    return Offers(
        patience=named(signers, own.patience),
        breakdown=own.breakdown,
        last_round=how_they_talk(game).last_round,
        first={name: mix_at(game, points, outline, found[i]) for i, name in enumerate(signers)},
        limit=named(signers, offers.limit(outline.utilities, **own.limit())),
        finite={rounds: _finite(signers, outline.utilities, own, rounds) for rounds in HORIZONS},
        advantage=named(signers, np.array([found[0, 0] - found[1, 0], found[1, 1] - found[0, 1]])),
    )


def agreed(game: Game, outline: Floats, own: TalkTerms) -> Floats:
    """Return the utilities agreed on when each signer makes the first offer, (G, 2, 2): [..., i, :] when i does.

    Under a deadline by backward induction from the last round, else in the stationary equilibrium.
    """
    last = how_they_talk(game).last_round
    if last is None:
        return offers.stationary(outline, **own.stationary())
    return np.stack([_ending(outline, own, last, i) for i in range(2)], axis=-2)


def _ending(outline: Floats, own: TalkTerms, rounds: int, first: int) -> Floats:
    return offers.finite(outline, rounds=rounds, first=first, refused=own.refused, **own.stationary())


def _finite(signers: tuple[str, ...], outline: Floats, own: TalkTerms, rounds: int) -> dict[str, dict[str, float]]:
    return {opener: named(signers, _ending(outline, own, rounds, i)) for i, opener in enumerate(signers)}
