"""What decides whether a deal is broken: what a breach, or later leverage, depends on, apart from the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.game.numbers import Numbers
from sim.model.values import key_level
from sim.space.blocks import Node, Space
from sim.space.codes import Ints
from sim.space.folds import LIMIT
from sim.space.trees import Folded, fold_space
from sim.studies.games.later import moving_issues
from sim.studies.games.setting import Setting

__all__ = ["Apart", "apart", "enforcement", "too_many"]

Floats = NDArray[np.float64]
MOST_COMBINATIONS = 4_000


@dataclass(frozen=True, eq=False)
class Apart:
    """The combinations of the blocks that breaches and later leverage depend on, and the rest of the space.

    Attributes
    ----------
    levels : ndarray of int, shape (n, K)
        Level numbers, -1 where the rest decides.
    worth, losses : ndarray, shape (n, P)
        What the combinations are worth, and what breaking them costs.
    rest : Folded
    doubt : float
        How much the losses may lack.
    """

    levels: Ints
    worth: Floats
    losses: Floats
    rest: Folded
    doubt: float


def enforcement(setting: Setting, levels: Ints) -> Floats:
    """Return the expected loss from breaking an outcome (K,), shape (signers,)."""
    total = np.zeros(len(setting.game.signers))
    for k, losses in _losses(setting).items():
        total += losses[levels[k]]
    return total


def _losses(setting: Setting) -> dict[int, Floats]:
    """Return, for each issue by number that enforcement depends on, what each level adds, shape (n_k, signers)."""
    game, number = setting.game, Numbers(setting.game, setting.leverage, setting.numbers, {})
    result: dict[int, Floats] = {}
    for i, party in enumerate(game.signers):
        for issue, table in game.scenario.spec.enforcement.get(party, {}).items():
            k = game.issues.index(issue)
            losses = result.setdefault(k, np.zeros((len(game.levels[k]), len(game.signers))))
            for key in table:
                here = [_same(key, level) for level in game.levels[k]]
                losses[here, i] = float(number("enforcement", party, issue, key)[0])
    return result


def _same(key: str, level: float | str) -> bool:
    return key == level if isinstance(level, str) else key_level(key) == level


def too_many(game: Game) -> str | None:
    """Return why deals that move later leverage cannot be looked at one by one, None where they can."""
    moving = moving_issues(game)
    if moving and game.space.rows:
        return "terms that move later leverage are not looked at under a budget of so many combinations of levels"
    inner = _blocks(game.space, moving)
    count = math.prod(len(block.levels) for block in inner)
    if not moving or (count <= MOST_COMBINATIONS and not any(block.children for block in inner)):
        return None
    return f"terms that move later leverage have {count:,} combinations of levels (at most {MOST_COMBINATIONS:,})"


def _blocks(space: Space, issues: set[int]) -> list[Node]:
    return [block for block in space.blocks if issues & set(block.issues)]


def apart(setting: Setting, *, rough: bool = False) -> Apart:
    """Return what breaches and later leverage depend on, combination by combination, apart from the rest.

    Where enforcement makes them too many it is left out, and `doubt` says how much that may lack. With `rough` the rest
    of a space of many signers is hardly folded where the whole has no exact frontier: programs answer for it.
    """
    space, losses = setting.game.space, _losses(setting)
    moving = moving_issues(setting.game)
    doubt = 0.0
    inner = _blocks(space, moving | set(losses))
    if (
        space.rows
        or any(block.children for block in inner)
        or math.prod(len(block.levels) for block in inner) > MOST_COMBINATIONS
    ):
        # Too many to look at one by one: no enforcement is assumed, which can only understate the durable zone.
        doubt = sum(float(table.max(initial=0.0)) for table in losses.values())
        inner, losses = _blocks(space, moving), {}
    rows, worth = np.full((1, len(space.sizes)), -1), np.zeros((1, space.parties))
    for block in inner:
        rows, old = np.repeat(rows, len(block.levels), axis=0), len(rows)
        rows[:, list(block.own)] = np.tile(block.levels, (old, 1))
        worth = np.repeat(worth, len(block.levels), axis=0) + np.tile(block.points.utilities, (old, 1))
    lost = sum((table[rows[:, k]] for k, table in losses.items()), np.zeros((len(rows), space.parties)))
    if not inner:
        return Apart(rows, worth, lost, setting.folded, doubt)
    rough = rough and space.parties > 2 and setting.folded.frontier.resolution > 0
    others = tuple(block for block in space.blocks if block not in inner)
    return Apart(rows, worth, lost, fold_space(Space(space.factors, others), limit=1 if rough else LIMIT), doubt)
