"""Leverage levels at which the zone opens or closes, one variable moved at a time.

Each variable's range is scanned at 1,001 levels and every change bisected; a narrower window can be missed. Where the
frontier is not exact the levels are decided by brackets and programs (`sim.space.programs.brackets`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.game.terms import terms
from sim.space.folds import Frontier
from sim.space.programs.brackets import decide
from sim.space.programs.budgets import Budget
from sim.space.programs.unknowns import program
from sim.space.zone import some_acceptable

__all__ = ["Change", "threshold_levels"]

Floats = NDArray[np.float64]
Answers = NDArray[np.int8]
SCAN = 1001
PRECISION = 1e-6
_YES, _UNKNOWN, _ILLEGAL = 1, 2, 3


@dataclass(frozen=True)
class Change:
    """A leverage level at which the zone opens or closes as the level rises.

    Attributes
    ----------
    variable : str
    level : float
        To 1e-6 of the variable's range.
    opens : bool
        Whether the zone exists above the level rather than below.
    """

    variable: str
    level: float
    opens: bool


def threshold_levels(
    game: Game, whole: Frontier, leverage: Mapping[str, Any], budget: Budget
) -> tuple[tuple[Change, ...], bool]:
    """Return every leverage level where the zone opens or closes, and whether all levels looked at were decided."""
    asked = _zones(game, whole, budget)
    found, sure = [], True
    for name in leverage:
        low, high = game.scenario.spec.leverage[name].range
        changes, decided = _changes(_at(game, leverage, name, asked), np.linspace(low, high, SCAN))
        found += [Change(name, level, opens) for level, opens in changes]
        sure = sure and decided
    return tuple(found), sure


def _zones(game: Game, whole: Frontier, budget: Budget) -> Callable[[Floats], Answers]:
    """Return what says of reservation values (G, P) whether there is a zone."""
    if whole.resolution == 0:
        return lambda reservation: some_acceptable(whole.points.utilities, reservation).astype(np.int8)
    sought = program(game.space)

    def asked(reservation: Floats) -> Answers:
        found = decide(sought, reservation, budget=budget)
        return np.where(found.undecided, _UNKNOWN, found.reached).astype(np.int8)

    return asked


def _at(
    game: Game, leverage: Mapping[str, Any], name: str, asked: Callable[[Floats], Answers]
) -> Callable[[Floats], Answers]:
    """Return the same of levels of one variable (n,)."""

    def at(levels: Floats) -> Answers:
        reservation = terms(game, {**leverage, name: levels}).reservation[:, game.columns]
        legal = np.isfinite(reservation).all(axis=1)
        # Where a number becomes illegal there is no answer, which is not a zone that closes.
        result = np.full(len(levels), _ILLEGAL, dtype=np.int8)
        result[legal] = asked(reservation[legal])
        return result

    return at


def _changes(at: Callable[[Floats], Answers], levels: Floats) -> tuple[list[tuple[float, bool]], bool]:
    found = at(levels)
    sure, told = bool((found != _UNKNOWN).all()), found <= _YES
    turns = np.flatnonzero((found[1:] != found[:-1]) & told[1:] & told[:-1])
    if not len(turns):
        return [], sure
    below, above = levels[turns], levels[turns + 1]
    opens = found[turns + 1]
    while (above - below).max() > PRECISION * (levels[-1] - levels[0]) / 2:
        middle = (below + above) / 2
        answers = at(middle)
        sure = sure and bool((answers != _UNKNOWN).all())
        below, above = np.where(answers == opens, below, middle), np.where(answers == opens, middle, above)
    return list(zip(((below + above) / 2).tolist(), (opens == _YES).tolist(), strict=True)), sure
