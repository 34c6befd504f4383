"""Take it or leave it under private information: one side offers, the other knows what it can bear, refusal is war."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.terms import terms
from sim.model.situation import Distribution
from sim.studies.games.setting import Absent, Setting
from sim.theory.talks.belief import Distribution as Belief
from sim.theory.talks.distributions import make
from sim.theory.talks.ultimatum import Ultimatum, ultimatum

__all__ = ["Offer", "TakeOrLeave", "take_it_or_leave_it"]

Floats = NDArray[np.float64]
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


def take_it_or_leave_it(setting: Setting) -> tuple[TakeOrLeave | Absent, ...]:
    """Return the ultimatum game of each private number of a signer, the other signer making the offer."""
    private = setting.game.scenario.spec.private
    return tuple(_one(setting, path, record.known_to, record.distribution) for path, record in private.items())


def _one(setting: Setting, path: str, responder: str, belief: Distribution) -> TakeOrLeave | Absent:
    signers = setting.game.signers
    if len(signers) != 2 or responder not in signers:
        return Absent(f"{path}: an offer under private information is solved for two signers, one of whom knows it")
    points = setting.folded.frontier.points
    if not len(points):
        return Absent(f"{path}: the {setting.game.rules} leave no outcome to offer")
    other = signers.index(responder)
    own = 1 - other

    def value(types: Floats, column: int) -> Floats:
        found = terms(setting.game, setting.leverage, numbers={**setting.numbers, path: types})
        if found.illegal:
            raise ValueError(f"the belief reaches numbers that are not allowed: {next(iter(found.illegal))}")
        return np.asarray(found.reservation[:, setting.game.columns[column]])

    try:
        found = ultimatum(
            points.utilities[:, own],
            points.utilities[:, other],
            _belief(belief),
            no_deal=lambda types: value(types, own),
            reservation=lambda types: value(types, other),
        )
    except ValueError as error:
        return Absent(f"{path}: {error}")
    curve = np.stack([found.risk[found.curve], points.utilities[found.curve, own]], axis=1)
    return TakeOrLeave(
        proposer=signers[own],
        responder=responder,
        path=path,
        best=_offer(setting, found, found.best),
        safe=_offer(setting, found, found.safe),
        price=found.price,
        surplus=float(found.surplus),
        spread=float(found.spread) if np.isfinite(found.spread) else None,
        curve=curve,
        reason=found.reason,
    )


def _belief(written: Distribution) -> Belief:
    """Return a belief as the theory wants it: the file pairs each discrete value with its probability."""
    family = next(name for name in FAMILIES if getattr(written, name) is not None)
    numbers = getattr(written, family)
    return make(family, tuple(zip(*numbers, strict=True)) if family == "discrete" else numbers)


def _offer(setting: Setting, found: Ultimatum, row: int | None) -> Offer | None:
    if row is None:
        return None
    game, points = setting.game, setting.folded.frontier.points
    levels = game.space.levels(points.codes[row][None, :])
    utilities = game.factors.utilities(levels)[0].tolist()
    return Offer(
        game.outcome(levels[0]),
        dict(zip(game.parties, utilities, strict=True)),
        float(found.accept[row]),
        float(found.risk[row]),
        float(found.payoff[row]),
    )
