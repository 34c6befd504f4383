"""Talks of three signers and more: whoever is drawn proposes, all must accept; where that leads as rounds shorten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.space.points import Points
from sim.space.programs.goals import Terms, solution_goals
from sim.space.programs.hull import hull_solutions
from sim.space.programs.unknowns import program
from sim.space.zone import TOLERANCE
from sim.studies.by_program import allowance, with_best
from sim.studies.games.setting import Absent, Setting, how_they_talk, named
from sim.studies.lotteries import Mix, mix_of
from sim.theory.talks import unanimity

__all__ = ["RandomProposer", "random_proposer"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RandomProposer:
    """The limit of stationary equilibria as the time between proposals vanishes (`sim.theory.talks.unanimity`).

    Attributes
    ----------
    patience : dict of str to float
        Discount factor of each signer a round.
    chance : dict of str to float
        That it is this signer's turn to propose: its power's share of all power.
    power : dict of str to float
        Chance over impatience, p_i / -ln delta_i, summing to 1: the powers of the Nash bargaining solution that offers
        tend to.
    agreement : Mix
        That solution where signers can also agree on lotteries.
    outcome : dict, or None
        The deal with the greatest weighted Nash product; None where only lotteries gain all something.
    utilities : dict of str to float, or None
        Of that deal.
    exact : bool
        Whether that deal is proven to be the one.
    """

    patience: Mapping[str, float]
    chance: Mapping[str, float]
    power: Mapping[str, float]
    agreement: Mix
    outcome: Mapping[str, float | str] | None
    utilities: Mapping[str, float] | None
    exact: bool = True


def random_proposer(setting: Setting) -> RandomProposer | Absent:
    """Return where talks under unanimity lead at one leverage point.

    Signers propose as often as their `power` says (agenda control). A signer's outside option changes nothing as long
    as the agreement is worth more to it; where it would bind, nothing is said.
    """
    game, point = setting.game, setting.point
    patience = setting.terms.patience[0, game.columns]
    if game.space.rows:
        return Absent("lotteries over deals under a budget of so many combinations of levels are not worked out")
    if reason := _unsuited(game, patience, point.power):
        return Absent(reason)
    chance = point.power / point.power.sum()
    power = unanimity.limit_power(patience, chance)
    low = point.disagreement
    found = hull_solutions(program(game.space), Terms(low, low, power), names=("nash",))
    if not found:
        return Absent("there is nothing to agree on, with or without lotteries")
    if (found["nash"].utilities < point.reservation - TOLERANCE).any():
        return Absent("a signer would rather take its outside option, which is solved for two signers alone")
    u, exact = _candidates(setting, power)
    row = unanimity.limit(u.utilities, disagreement=low, patience=patience, recognition=chance)
    if row is not None and (u.utilities[row] < point.reservation - TOLERANCE).any():
        row = None
    signers = game.signers
    return RandomProposer(
        patience=named(signers, patience),
        chance=named(signers, chance),
        power=named(signers, power),
        agreement=mix_of(game, found["nash"].lottery),
        outcome=None if row is None else game.outcome(game.space.levels(u.codes[row][None, :])[0]),
        utilities=None if row is None else named(signers, u.utilities[row]),
        exact=exact,
    )


def _candidates(setting: Setting, power: Floats) -> tuple[Points, bool]:
    """Return outcomes among which the best deal is, and whether that is proven."""
    whole, low = setting.folded.frontier, setting.point.disagreement
    if whole.resolution == 0:
        return whole.points, True
    goal = solution_goals(Terms(low, low, power), low + 1.0, len(low))["nash"]
    points, missed = with_best(setting.game.space, whole.points, goal, allowance())
    return points, missed == 0


def _unsuited(game: Game, patience: Floats, power: Floats) -> str | None:
    """Return why the model does not fit a scenario, None where it does."""
    talks = how_they_talk(game)
    if len(game.signers) == 2:
        return "two signers make offers by turns (equilibria.offers)"
    if talks.last_round is not None or talks.breakdown > 0:
        return "talks that may break down or have a last round are solved for two signers"
    if not power.any():
        return "nobody has the power to propose"
    if not ((patience > 0) & (patience < 1)).all():
        return (
            "no patience is given (expected patience of all signers, or war.end_rate with war.round and discount rates "
            "of all)"
        )
    return None
