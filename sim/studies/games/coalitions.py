"""Who must agree: signing coalitions, the core, and what each veto costs the others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.game.compiled import Game, compile
from sim.game.terms import terms
from sim.space.blocks import compile_space
from sim.space.codes import Ints
from sim.space.folds import LIMIT, Frontier
from sim.space.share import COUNTABLE
from sim.space.trees import frontier
from sim.space.zone import TOLERANCE, acceptable, ideal, margins
from sim.studies.games.setting import Absent, Setting, named, signers_terms
from sim.studies.solve import Point, solution_utilities
from sim.theory import core

__all__ = ["Coalitions", "SigningCoalition", "Veto", "coalitions"]

Floats = NDArray[np.float64]
MOST_OTHERS = 6
COARSE = 2_000
HAIR = 1e-9  # how much of another's utility decides between outcomes alike for the signers


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
    resolution : float
        How exactly their frontier is known; 0: exactly. Above 0 a deal may be blocked though no block was found.
    surplus : dict of str to float
        Empty without a zone.
    """

    signers: tuple[str, ...]
    exists: bool | None
    margin: float | None
    surplus: Mapping[str, float]
    resolution: float


@dataclass(frozen=True)
class Veto:
    """What one party's right to refuse costs the others: the study with its consent dropped.

    Then it does not sign, so the issues it controls stay at their reversion levels.

    Attributes
    ----------
    party : str
    utility_change : dict of str to float, or None
        Change of the others' utility at the Nash solution; None where it is not defined.
    reason : str or None
    """

    party: str
    utility_change: Mapping[str, float] | None
    reason: str | None


@dataclass(frozen=True)
class Coalitions:
    """Signing coalitions at one leverage point.

    Attributes
    ----------
    coalitions : tuple of SigningCoalition
        The consenting parties alone first.
    efficient, stable : int
        How many deals lie on the zone's frontier, and how many of them no coalition blocks (the core).
    blockers : dict of str to int
        How many of the frontier deals each coalition blocks, named by its added parties.
    nash_in_core : bool or None
    vetoes : tuple of Veto
        With three consenting parties or more.
    """

    coalitions: tuple[SigningCoalition, ...]
    efficient: int
    stable: int
    blockers: Mapping[str, int]
    nash_in_core: bool | None
    vetoes: tuple[Veto, ...]


def coalitions(setting: Setting, deals: Mapping[str, Any]) -> Coalitions | Absent:
    """Return every signing coalition's zone, the core and the price of vetoes.

    Parameters
    ----------
    setting : Setting
        Of the consenting parties.
    deals : dict of str to ndarray of int, shape (K,)
        Level numbers of each solution's deal.
    """
    game = setting.game
    others = _others(game)
    if not others and len(game.signers) < 3:
        return Absent("no further signature would unlock an issue: there is no other coalition to look at")
    if len(others) > MOST_OTHERS:
        return Absent(
            f"{len(others)} parties beside the consenting ones make too many coalitions (at most {MOST_OTHERS})"
        )
    sets = [names for size in range(len(others) + 1) for names in itertools.combinations(others, size)]
    games = [compile(game.scenario, signers=(*game.signers, *names)) for names in sets]
    try:
        sides = [_side(setting, each) for each in games]
        stable, blocks, in_core = _core(setting, sides, deals)
    except SizeError as error:
        return Absent(str(error))
    named_sets = [" + ".join(names) or "consenting parties" for names in sets]
    return Coalitions(
        coalitions=tuple(map(_zone, sides)),
        efficient=len(stable),
        stable=int(stable.sum()),
        blockers=dict(zip(named_sets, blocks.sum(axis=1).tolist(), strict=True)),
        nash_in_core=in_core,
        vetoes=tuple(_veto(setting, name) for name in game.signers) if len(game.signers) > 2 else (),
    )


def _others(game: Game) -> list[str]:
    """Return who may sign besides: all others; in a space too large to count, those whose signature unlocks an issue.

    A signature that unlocks nothing only adds demands, so such a coalition blocks no deal.
    """
    others = [name for name in game.parties if name not in game.signers]
    if game.space.outcomes <= COUNTABLE:
        return others
    issues = game.scenario.spec.issues.values()
    return [name for name in others if any(issue.control and name in issue.control for issue in issues)]


def _point(setting: Setting, game: Game) -> Point:
    return signers_terms(game, terms(game, setting.leverage, numbers=setting.numbers))


@dataclass(frozen=True, eq=False)
class _Side:
    """One coalition's space, folded, and its terms."""

    game: Game
    whole: Frontier
    point: Point


def _side(setting: Setting, game: Game) -> _Side:
    if game.signers == setting.game.signers:
        return _Side(game, setting.folded.frontier, setting.point)
    large = len(game.signers) > 3 and game.space.outcomes > COUNTABLE
    return _Side(game, frontier(game.space, limit=COARSE if large else LIMIT), _point(setting, game))


def _zone(side: _Side) -> SigningCoalition:
    signers, loss = side.game.signers, side.whole.resolution
    u, r = side.whole.points.utilities, side.point.reservation
    best = float(margins(u, r[None, :])[0])
    if best < -TOLERANCE:
        undecided = np.isfinite(best) and loss > 0 and best + loss >= 0
        return SigningCoalition(signers, None if undecided else False, best if np.isfinite(best) else None, {}, loss)
    return SigningCoalition(signers, True, best, named(signers, ideal(u, r[None, :])[0] - r), loss)


def _core(setting: Setting, sides: list[_Side], deals: Mapping[str, Any]) -> tuple[Any, Any, bool | None]:
    """Return which of the zone's efficient deals no coalition blocks, which each blocks, and where Nash's stands.

    Deals alike for the signers may differ for others whose signature counts: such a deal is blocked only where all
    that are alike are.
    """
    base = setting.game
    points = setting.folded.frontier.points
    inside = points.take(np.flatnonzero(acceptable(points.utilities, setting.point.reservation)))
    levels = np.concatenate([base.space.levels(inside.codes), *_alike(setting, sides)])
    utilities = base.factors.utilities(levels)
    row = _nearest(inside.utilities, utilities[:, base.columns])
    found = core.core(utilities[row >= 0], [_coalition(side) for side in sides])
    blocks = np.ones((len(sides), len(inside)), dtype=bool)
    for mine, blocked in zip(blocks, found.blocks, strict=True):
        np.logical_and.at(mine, row[row >= 0], blocked)
    stable = np.zeros(len(inside), dtype=bool)
    np.logical_or.at(stable, row[row >= 0], found.stable)
    if "nash" not in deals:
        return stable, blocks, None
    nash = base.factors.utilities(deals["nash"][None, :])[:, base.columns]
    return stable, blocks, bool(stable[_nearest(inside.utilities, nash)[0]])


def _alike(setting: Setting, sides: list[_Side]) -> Iterator[Ints]:
    """Yield outcomes that are efficient for the signers and, among those alike for them, best for others."""
    base = setting.game
    others = sorted({k for side in sides for k in side.game.columns} - set(base.columns))
    for some in dict.fromkeys([*((k,) for k in others), tuple(others)]):
        if some:
            weights = np.eye(len(base.parties))[:, base.columns]
            weights[list(some)] += HAIR
            space = compile_space(base.factors.mixed(weights))
            yield base.space.levels(frontier(space).points.codes)


def _nearest(known: Floats, asked: Floats) -> Ints:
    """Return the row of `known` (n, P) that equals each row asked for, -1 where none does."""
    from scipy.spatial import KDTree

    if not len(known):
        return np.full(len(asked), -1)
    distance, row = KDTree(known).query(asked, p=np.inf)
    return np.where(distance <= 2 * HAIR, row, -1)


def _coalition(side: _Side) -> core.Coalition:
    points, game = side.whole.points, side.game
    inside = points.take(np.flatnonzero(acceptable(points.utilities, side.point.reservation)))
    members = np.array([name in game.signers for name in game.parties])
    return core.Coalition(members, game.factors.utilities(game.space.levels(inside.codes)))


def _veto(setting: Setting, party: str) -> Veto:
    now = solution_utilities(setting.folded.frontier, setting.point, "nash")
    if now is None:
        return Veto(party, None, "there is no zone")
    left = tuple(name for name in setting.game.signers if name != party)
    locked = [
        name
        for name, issue in setting.game.scenario.spec.issues.items()
        if issue.reversion is None and issue.control is not None and party in issue.control
    ]
    if locked:
        return Veto(party, None, f"{', '.join(locked)} would need a reversion level")
    try:
        game = compile(setting.game.scenario, only=left)
        then = solution_utilities(frontier(game.space), _point(setting, game), "nash")
    except SizeError as error:
        return Veto(party, None, str(error))
    if then is None:
        return Veto(party, None, "the others alone have no zone")
    before = [now[setting.game.signers.index(name)] for name in left]
    return Veto(party, named(left, then - np.array(before)), None)
