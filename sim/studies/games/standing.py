"""Which deals of which coalition stand: the core of a scenario's signing coalitions.

The candidates are the efficient deals of every signing coalition's own zone. Each is judged by every coalition, so
what counts is its utility to all parties, those who do not sign it included. Deals alike for those who sign may differ
for the others: such a deal stands if one of those alike stands, and is blocked by a coalition only if all are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.space.blocks import compile_space
from sim.space.codes import Ints
from sim.space.folds import LIMIT, Frontier
from sim.space.trees import frontier
from sim.space.zone import acceptable
from sim.studies.solve import Point
from sim.theory import core

__all__ = ["Side", "Standing", "nearest_rows", "standings"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
HAIR = 1e-9  # how much of another's utility decides between outcomes alike for the signers
BEYOND = 1e6  # more than any utility: what another has at the best of the deals alike, where that is not known


@dataclass(frozen=True, eq=False)
class Side:
    """One coalition: its space, folded, and its terms.

    Attributes
    ----------
    game : Game
    whole : Frontier
    point : Point
    limit : int
        Points kept by merges.
    known : ndarray of int, shape (m, K), optional
        Efficient deals that an inexact frontier may lack.
    """

    game: Game
    whole: Frontier
    point: Point
    limit: int = LIMIT
    known: Ints | None = None

    @cached_property
    def deals(self) -> Ints:
        """Level numbers (n, K) of the efficient deals of its zone."""
        points = self.whole.points
        inside = points.take(np.flatnonzero(acceptable(points.utilities, self.point.reservation)))
        found = np.asarray(self.game.space.levels(inside.codes))
        if self.known is None or self.whole.resolution == 0:
            return found
        return np.unique(np.concatenate([found, self.known]), axis=0)

    @cached_property
    def utilities(self) -> Floats:
        """Utilities (n, P) of these deals to all parties."""
        return self.game.factors.utilities(self.deals)

    @cached_property
    def coalition(self) -> core.Coalition:
        """It as the theory sees it."""
        members = np.array([name in self.game.signers for name in self.game.parties])
        return core.Coalition(members, self.utilities)

    @property
    def nothing(self) -> core.Coalition:
        """The same, reaching nothing."""
        return core.Coalition(self.coalition.members, self.utilities[:0])


@dataclass(frozen=True, eq=False)
class Standing:
    """The efficient deals of one coalition, judged by all.

    Attributes
    ----------
    blocked : ndarray of bool, shape (S, n)
        Whether coalition s blocks the deal and all that are alike for its signers.
    stands : ndarray of bool, shape (n,)
        Whether the deal or one alike is known to be blocked by nobody.
    """

    blocked: Bools
    stands: Bools


def standings(sides: Sequence[Side]) -> list[Standing]:
    """Judge every coalition's efficient deals; what no exact frontier proves neither stands nor is blocked."""
    exact = all(side.whole.resolution == 0 for side in sides)
    everybody = {k for side in sides for k in side.game.columns}
    return [_standing(side, sides, sorted(everybody - set(side.game.columns)), exact) for side in sides]


def _standing(side: Side, sides: Sequence[Side], others: list[int], exact: bool) -> Standing:
    # Of its own efficient deals none is better for all who sign it than another.
    coalitions = [each.coalition if each is not side else side.nothing for each in sides]
    rows, tried, sure = _alike(side, others)
    best = side.utilities.copy()
    for k in others:
        np.maximum.at(best[:, k], rows, tried[:, k])
        best[:, k] = best[:, k] if sure else BEYOND
    blocked = core.core(best, coalitions).blocks
    stands = np.zeros(len(best), dtype=np.bool_)
    if exact and sure and len(others) <= 1:
        stands |= ~blocked.any(axis=0)
    elif exact:
        np.logical_or.at(stands, rows, core.core(tried, coalitions).stable)
    return Standing(blocked, stands)


def _alike(side: Side, others: list[int]) -> tuple[Ints, Floats, bool]:
    """Return deals alike for the signers and best for others: which deal each is like, and its utilities to all.

    Last comes whether these are sure to be the best. Each of the others is tried alone, then all of them together.
    """
    found, sure = [side.deals], True
    for some in dict.fromkeys([*((k,) for k in others), tuple(others)]):
        if some:
            whole = _favouring(side, some)
            sure = sure and whole.resolution == 0
            found.append(side.game.space.levels(whole.points.codes))
    utilities = side.game.factors.utilities(np.concatenate(found))
    rows = nearest_rows(side.utilities[:, side.game.columns], utilities[:, side.game.columns])
    return rows[rows >= 0], utilities[rows >= 0], sure


def _favouring(side: Side, some: Sequence[int]) -> Frontier:
    """Return the signers' frontier where a hair of some others' utility decides between outcomes alike for them."""
    weights = np.eye(len(side.game.parties))[:, side.game.columns]
    weights[list(some)] += HAIR
    return frontier(compile_space(side.game.factors.mixed(weights)), limit=side.limit)


def nearest_rows(known: Floats, asked: Floats) -> Ints:
    """Return the row of `known` (n, P) that equals each row asked for (m, P), -1 where none does."""
    from scipy.spatial import KDTree

    if not len(known):
        return np.full(len(asked), -1)
    distance, row = KDTree(known).query(asked, p=np.inf)
    return np.where(distance <= 2 * HAIR, row, -1)
