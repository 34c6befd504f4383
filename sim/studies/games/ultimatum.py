"""Take it or leave it under private information: one side offers, the other knows what it can bear, refusal is war."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.terms import terms
from sim.model.situation import Distribution, Private
from sim.space.points import Points, pruned
from sim.space.programs.budgets import Budget
from sim.space.programs.goals import no_less, sum_goal
from sim.studies.by_program import allowance, with_best
from sim.studies.games.setting import Absent, Setting
from sim.theory.talks.belief import Distribution as Belief
from sim.theory.talks.distributions import make
from sim.theory.talks.ultimatum import Ultimatum, ultimatum

__all__ = ["Offer", "TakeOrLeave", "take_it_or_leave_it"]

Floats = NDArray[np.float64]
_ALIKE = 1e-12
FAMILIES = ("uniform", "triangular", "normal", "beta", "discrete")


@dataclass(frozen=True)
class Offer:
    """One offer.

    Attributes
    ----------
    outcome : dict
    utilities : dict of str to float
    acceptance, risk : float
        Probability that it is accepted, and that it is refused and war follows.
    payoff : float
        What the proposer expects from making it.
    """

    outcome: Mapping[str, float | str]
    utilities: Mapping[str, float]
    acceptance: float
    risk: float
    payoff: float


@dataclass(frozen=True, eq=False)
class TakeOrLeave:
    """The optimal offer of one side when a number of the other's is private.

    Offers are looked for on the Pareto frontier. That is enough unless the proposer's own value of no deal depends on
    the number too (a private war odd, say): then an offer that is worse for the responder alone, made to be refused
    by more types, can be worth more.

    Attributes
    ----------
    proposer, responder, path : str
        Who offers, who answers, and the number that only the responder knows.
    best, safe : Offer or None
        The offer worth most to the proposer; the best offer that every type accepts.
    price : float or None
        What making the safe offer instead of the best costs the proposer.
    surplus : float
        What the proposer would expect to gain over no deal if it knew the number.
    spread : float or None
        How far the responder's reservation value may vary; None where without bound.
    curve : ndarray, shape (n, 2)
        Risk of war and the proposer's utility if accepted, of offers not beaten in both.
    reason : str or None
        Why there is no safe offer.
    resolution : float
        By how much more the best offer and the surplus may be worth, where the frontier does not fit; the safe offer is
        a program's then. 0: nothing was missed.
    """

    proposer: str
    responder: str
    path: str
    best: Offer | None
    safe: Offer | None
    price: float | None
    surplus: float
    spread: float | None
    curve: Floats
    reason: str | None
    resolution: float = 0.0


def take_it_or_leave_it(setting: Setting, budget: Budget | None = None) -> tuple[TakeOrLeave | Absent, ...]:
    """Return the ultimatum game of each private number of a signer, the other signer making the offer.

    Parameters
    ----------
    setting : Setting
    budget : Budget, optional
        When programs must stop, where the frontier does not fit.
    """
    private, budget = setting.game.scenario.spec.private, budget or allowance()
    return tuple(_one(setting, path, record, budget) for path, record in private.items())


@dataclass(frozen=True, eq=False)
class _Talk:
    """One side's last offer: who makes it, and what the other may be."""

    setting: Setting
    path: str
    own: int
    belief: Belief

    def value(self, types: Floats, column: int) -> Floats:
        """Return what no deal is worth to a signer against each type."""
        found = terms(self.setting.game, self.setting.leverage, numbers={**self.setting.numbers, self.path: types})
        if found.illegal:
            raise ValueError(f"the belief reaches numbers that are not allowed: {next(iter(found.illegal))}")
        return np.asarray(found.reservation[:, self.setting.game.columns[column]])

    def played(self, utilities: Floats) -> Ultimatum:
        """Return the game over some offers (n, 2)."""
        return ultimatum(
            utilities[:, self.own],
            utilities[:, 1 - self.own],
            self.belief,
            no_deal=lambda types: self.value(types, self.own),
            reservation=lambda types: self.value(types, 1 - self.own),
        )

    def types(self) -> Floats:
        """Return the types that are worth a program each: all of a few, else those at the ends."""
        every = self.belief.nodes()[0] if self.belief.discrete else np.array(self.belief.support)
        return every[np.isfinite(every)]


def _one(setting: Setting, path: str, private: Private, budget: Budget) -> TakeOrLeave | Absent:
    signers, responder = setting.game.signers, private.known_to
    if len(signers) != 2 or responder not in signers:
        return Absent(f"{path}: an offer under private information is solved for two signers, one of whom knows it")
    if not len(setting.folded.frontier.points):
        return Absent(f"{path}: the {setting.game.rules} leave no outcome to offer")
    own = 1 - signers.index(responder)
    talk = _Talk(setting, path, own, _belief(private.distribution))
    try:
        points, missed = _offers(talk, budget)
        found = talk.played(points.utilities)
        doubt = 0.0 if missed == 0 and talk.belief.discrete else max(missed, _doubt(talk, points, found))
    except ValueError as error:
        return Absent(f"{path}: {error}")
    curve = np.stack([found.risk[found.curve], points.utilities[found.curve, own]], axis=1)
    return TakeOrLeave(
        proposer=signers[own],
        responder=responder,
        path=path,
        best=_offer(setting, (found, points), found.best),
        safe=_offer(setting, (found, points), found.safe),
        price=found.price,
        surplus=float(found.surplus),
        spread=float(found.spread) if np.isfinite(found.spread) else None,
        curve=curve,
        reason=found.reason,
        resolution=doubt,
    )


def _offers(talk: _Talk, budget: Budget) -> tuple[Points, float]:
    """Return the frontier, and where it does not fit with it the proposer's best offer that each type accepts.

    Last comes by how much better one of these may be.
    """
    whole, worst = talk.setting.folded.frontier, 0.0
    points = whole.points
    if whole.resolution == 0:
        return points, worst
    for least in np.unique(talk.value(types, 1 - talk.own)) if len(types := talk.types()) else ():
        reservation = np.full(2, -np.inf)
        reservation[1 - talk.own] = least
        wanted = sum_goal(np.eye(2)[talk.own], no_less(reservation))
        points, missed = with_best(talk.setting.game.space, points, wanted, budget)
        worst = max(worst, missed)
    return pruned(points), worst


def _doubt(talk: _Talk, points: Points, found: Ultimatum) -> float:
    """Return by how much more an offer may be worth, and the surplus, than those found.

    Every outcome is matched by a point of the frontier to which its resolution was added. An offer is worth no more
    than the best of those; where no deal is worth more against some types than against others, no more than what the
    proposer would have if it knew the type.
    """
    loss = talk.setting.folded.frontier.resolution
    if loss == 0:
        return 0.0
    more = talk.played(points.utilities + np.array([loss, 0.0]))
    types, weight = talk.belief.nodes()
    own = talk.value(types, talk.own)
    top = more.best_payoff if np.ptp(own) <= _ALIKE else more.surplus + float(weight @ own)
    return max(top - found.best_payoff, more.surplus - found.surplus, 0.0)


def _belief(written: Distribution) -> Belief:
    """Return a belief as the theory wants it: the file pairs each discrete value with its probability."""
    family = next(name for name in FAMILIES if getattr(written, name) is not None)
    numbers = getattr(written, family)
    return make(family, tuple(zip(*numbers, strict=True)) if family == "discrete" else numbers)


def _offer(setting: Setting, offers: tuple[Ultimatum, Points], row: int | None) -> Offer | None:
    if row is None:
        return None
    game, (found, points) = setting.game, offers
    levels = game.space.levels(points.codes[row][None, :])
    utilities = game.factors.utilities(levels)[0].tolist()
    return Offer(
        game.outcome(levels[0]),
        dict(zip(game.parties, utilities, strict=True)),
        float(found.accept[row]),
        float(found.risk[row]),
        float(found.payoff[row]),
    )
