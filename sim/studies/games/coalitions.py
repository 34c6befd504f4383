"""Who must agree: signing coalitions, which of their deals lie in the core, and what each veto costs the others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import SizeError
from sim.game.compiled import Game, compile
from sim.game.terms import terms
from sim.space.folds import LIMIT
from sim.space.programs.budgets import Budget
from sim.space.share import COUNTABLE
from sim.space.trees import frontier
from sim.space.zone import TOLERANCE
from sim.studies.by_program import allowance
from sim.studies.exactness import Between
from sim.studies.games.blocking import in_core
from sim.studies.games.setting import Absent, Setting, named, signers_terms
from sim.studies.games.standing import Side, Standing, nearest_rows, standings
from sim.studies.games.vetoes import Veto, vetoes
from sim.studies.openings import most_of_one, own_margin
from sim.studies.solve import Solved

__all__ = ["Coalitions", "SigningCoalition", "Veto", "coalition_names", "coalitions"]

MOST_OTHERS = 6
MOST_OUTCOMES = 10**9  # beyond, who may sign besides is only looked at where that unlocks an issue
MOST_COMPARISONS = 1 << 34
COARSE = 2_000


@dataclass(frozen=True)
class SigningCoalition:
    """All consenting parties and some others.

    Attributes
    ----------
    signers : tuple of str
    exists : bool or None
        Whether they have a zone; None where their frontier is too large to tell.
    margin : float or None
        None where their red lines leave no outcome.
    surplus : dict of str to float
        Empty without a zone.
    resolution : float
        How exactly their frontier is known, and so which deals they have; 0: exactly.
    margin_resolution : float
        The same of margin and surplus, which programs settle where the frontier does not.
    efficient : int
        How many efficient deals their zone has (how many were found, where the resolution is above 0).
    stable : int or None
        How many of them no coalition blocks: they lie in the core. None where a block may have been missed.
    blocked : int
        How many of them are certain to be blocked.
    blocked_by : dict of str to int
        How many each coalition blocks, by the parties it adds to the consenting ones; those that block none left out.
    """

    signers: tuple[str, ...]
    exists: bool | None
    margin: float | None
    surplus: Mapping[str, float]
    resolution: float
    efficient: int
    stable: int | None
    blocked: int
    blocked_by: Mapping[str, int]
    margin_resolution: float = 0.0


@dataclass(frozen=True)
class Coalitions:
    """Signing coalitions at one leverage point.

    The consenting parties belong to every coalition, so the deal that is best for one of them among the deals of all
    coalitions is blocked by nobody: the core is empty only where no coalition has a zone.

    Attributes
    ----------
    coalitions : tuple of SigningCoalition
        The consenting parties alone first.
    nash_in_core : bool or None
        Whether the Nash deal of the consenting parties, or one alike for them, is blocked by nobody; None where there
        is no such deal, or that was not settled.
    vetoes : tuple of Veto
        With three consenting parties or more.
    """

    coalitions: tuple[SigningCoalition, ...]
    nash_in_core: bool | None
    vetoes: tuple[Veto, ...]

    @property
    def resolution(self) -> float:
        """How exactly the frontiers of all coalitions are known."""
        return max(each.resolution for each in self.coalitions)


def coalitions(setting: Setting, deals: Mapping[str, Any], solved: Solved) -> Coalitions | Absent:
    """Return every signing coalition's zone, which of its deals stand, and the price of vetoes.

    Parameters
    ----------
    setting : Setting
        Of the consenting parties.
    deals : dict of str to ndarray of int, shape (K,)
        Level numbers of each solution's deal.
    solved : Solved
        The leverage point itself.
    """
    game, budget = setting.game, allowance()
    others = _others(game)
    if not others and len(game.signers) < 3:
        return Absent("no further signature would unlock an issue: there is no other coalition to look at")
    if len(others) > MOST_OTHERS:
        return Absent(
            f"{len(others)} parties beside the consenting ones make too many coalitions (at most {MOST_OTHERS})"
        )
    sets = [names for size in range(len(others) + 1) for names in itertools.combinations(others, size)]
    try:
        games = [compile(game.scenario, signers=(*game.signers, *names)) for names in sets]
        sides = [_side(setting, each, deals) for each in games]
        if sum(len(side.deals) for side in sides) ** 2 > MOST_COMPARISONS:
            return Absent("the coalitions have too many efficient deals to compare each with all the others")
        found = standings(sides)
    except SizeError as error:
        return Absent(str(error))
    names = [_name(added) for added in sets]
    every = tuple(
        _coalition(side, standing, names, _reach(side, setting, solved, budget))
        for side, standing in zip(sides, found, strict=True)
    )
    now = deals.get("nash") if solved.resolution == 0 else None
    without = vetoes(setting, now, budget)
    if all(side.whole.resolution == 0 for side in sides) or now is None:
        return Coalitions(every, _nash(sides[0], found[0], deals), without)
    return Coalitions(every, in_core(sides, now, budget), without)


def coalition_names(found: Coalitions) -> list[str]:
    """Return what each coalition is called in `blocked_by`."""
    base = found.coalitions[0].signers
    return [_name([name for name in each.signers if name not in base]) for each in found.coalitions]


def _name(added: Sequence[str]) -> str:
    return " + ".join(added) or "consenting parties"


def _others(game: Game) -> list[str]:
    """Return who may sign besides: all others; in a very large space, those whose signature unlocks an issue.

    A signature that unlocks nothing only adds demands: such a coalition blocks no deal that those without it do not.
    """
    others = [name for name in game.parties if name not in game.signers]
    if game.space.outcomes <= MOST_OUTCOMES:
        return others
    issues = game.scenario.spec.issues.values()
    return [name for name in others if any(issue.control and name in issue.control for issue in issues)]


def _side(setting: Setting, game: Game, deals: Mapping[str, Any]) -> Side:
    if game.signers == setting.game.signers:
        known = np.array(list(deals.values())) if deals else None
        return Side(game, setting.folded.frontier, setting.point, known=known)
    limit = COARSE if len(game.signers) > 3 and game.space.outcomes > COUNTABLE else LIMIT
    point = signers_terms(game, terms(game, setting.leverage, numbers=setting.numbers))
    return Side(game, frontier(game.space, limit=limit), point, limit)


def _reach(side: Side, setting: Setting, solved: Solved, budget: Budget) -> list[Between]:
    """Return the margin of a coalition and, in a zone, the most that each member can have."""
    signers, r = side.game.signers, side.point.reservation
    if signers == setting.game.signers and solved.resolution == 0:
        return [Between(value, value) for value in (solved.margin, *(solved.ideal.tolist() if solved.exists else ()))]
    best = own_margin(side.game, side.whole, r, budget)
    some = range(len(signers)) if best.reaches(-TOLERANCE) else ()
    return [best, *(most_of_one(side.game, side.whole, (r, i), budget) for i in some)]


def _coalition(side: Side, standing: Standing, names: Sequence[str], reach: Sequence[Between]) -> SigningCoalition:
    signers, r = side.game.signers, side.point.reservation
    best, *tops = reach
    exists = best.reaches(-TOLERANCE)
    blocked, stable = int(standing.blocked.any(axis=0).sum()), int(standing.stands.sum())
    counts = zip(names, standing.blocked.sum(axis=1).tolist(), strict=True)
    return SigningCoalition(
        signers=signers,
        exists=exists,
        margin=best.low if np.isfinite(best.low) else None,
        surplus=named(signers, np.array([top.low for top in tops]) - r) if exists else {},
        resolution=side.whole.resolution,
        efficient=len(standing.stands),
        stable=stable if stable + blocked == len(standing.stands) else None,
        blocked=blocked,
        blocked_by={name: count for name, count in counts if count},
        margin_resolution=max(each.resolution for each in (best, *tops)),
    )


def _nash(base: Side, standing: Standing, deals: Mapping[str, Any]) -> bool | None:
    if "nash" not in deals:
        return None
    columns = base.game.columns
    nash = base.game.factors.utilities(deals["nash"][None, :])[:, columns]
    row = int(nearest_rows(base.utilities[:, columns], nash)[0])
    if row < 0:
        return None
    if standing.stands[row]:
        return True
    return False if standing.blocked[:, row].any() else None
