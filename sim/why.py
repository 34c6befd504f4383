"""Why there is a zone, or none: who blocks, and whose demands collide."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from sim.game import Game
from sim.solve import Point, Solved
from sim.space.folds import Frontier

__all__ = ["Collision", "Why", "why"]

_CLOSE = 1e-6


@dataclass(frozen=True)
class Collision:
    """Two parties that no outcome satisfies together, others and red lines of others aside.

    Attributes
    ----------
    parties : tuple of str
    gap : float
        The best that both could have above their reservation values; below 0.
    """

    parties: tuple[str, str]
    gap: float


@dataclass(frozen=True)
class Why:
    """Reasons.

    Attributes
    ----------
    blocking : tuple of str
        Where there is no zone: the parties that fall short at the outcome that comes nearest to one.
    collisions : tuple of Collision
        Where there is no zone: pairs that cannot agree even if nobody else had to.
    closest : dict or None
        The outcome that comes nearest to a zone, level by issue.
    no_outcome : bool
        Whether the red lines alone leave no outcome.
    """

    blocking: tuple[str, ...] = ()
    collisions: tuple[Collision, ...] = ()
    closest: dict[str, float | str] | None = None
    no_outcome: bool = False


def why(game: Game, whole: Frontier, point: Point, solved: Solved) -> Why:
    """Explain one leverage point."""
    if solved.exists:
        return Why()
    if not len(whole.points):
        return Why(blocking=_line_owners(game), no_outcome=True)
    excess = whole.points.utilities - point.reservation
    nearest = int(excess.min(axis=1).argmax())
    short = excess[nearest] <= excess[nearest].min() + _CLOSE
    closest = game.outcome(game.space.levels(whole.points.codes[nearest][None, :])[0])
    blocking = tuple(name for name, is_short in zip(game.signers, short, strict=True) if is_short)
    return Why(blocking, _collisions(game, whole, point), closest)


def _line_owners(game: Game) -> tuple[str, ...]:
    return tuple(name for name in game.signers if game.scenario.spec.parties[name].red_lines)


def _collisions(game: Game, whole: Frontier, point: Point) -> tuple[Collision, ...]:
    found = []
    for i, j in itertools.combinations(range(len(game.signers)), 2):
        pair = _pair_gap(whole, point, i, j)
        if pair < 0:
            found.append(Collision((game.signers[i], game.signers[j]), pair))
    return tuple(found)


def _pair_gap(whole: Frontier, point: Point, i: int, j: int) -> float:
    both = np.minimum(
        whole.points.utilities[:, i] - point.reservation[i], whole.points.utilities[:, j] - point.reservation[j]
    )
    return float(both.max())
