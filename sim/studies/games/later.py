"""Later dates of peace: what no deal is worth then, where the terms of a deal move leverage.

At a date, leverage is what the date says, the other variables as today, plus what the deal's own terms add: delta(x), a
sum over issues. What a side may keep decides what it can later do (Fearon 1996; Powell 2006). Past the end of a
variable's range there is nowhere to go: it stays at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.game.compiled import Game
from sim.game.terms import terms
from sim.model.values import key_level
from sim.space.codes import Ints

__all__ = ["later_values", "moving_issues", "saturated"]

Floats = NDArray[np.float64]
Shifts = dict[str, dict[int, Floats]]


def moving_issues(game: Game) -> set[int]:
    """Return the issues, by number, whose levels move later leverage."""
    return {k for date in _shifts(game).values() for own in date.values() for k in own}


def later_values(
    game: Game, leverage: Mapping[str, ArrayLike], levels: Ints, numbers: Mapping[str, ArrayLike] | None = None
) -> Floats:
    """Return the signers' no-deal values at each date of peace after deals.

    Parameters
    ----------
    game : Game
    leverage : mapping
        Every variable's level today: a number, or one for each deal.
    levels : ndarray of int, shape (n, K)
        Level numbers of the deals; only those of issues that move leverage are read.
    numbers : mapping, optional
        Numbers by path that replace the file's; likewise.

    Returns
    -------
    ndarray, shape (n, T, P)
        nan where a number would be illegal.
    """
    dates = game.scenario.spec.peace_dates
    found = [
        terms(
            game,
            _levels_then(game, {**leverage, **date.leverage}, levels, _shifts(game)[name]),
            numbers=numbers,
            course=False,
        )
        for name, date in dates.items()
    ]
    each = [np.broadcast_to(then.reservation[:, game.columns], (len(levels), len(game.signers))) for then in found]
    return np.stack(each, axis=1)


def saturated(game: Game, leverage: Mapping[str, float]) -> tuple[str, ...]:
    """Return the variables that the terms of some deal would move out of their range at some date."""
    past: dict[str, None] = {}
    for name, date in game.scenario.spec.peace_dates.items():
        for lever, own in _shifts(game)[name].items():
            level = date.leverage.get(lever, leverage[lever])
            ends = [level + sum(float(pick(table)) for table in own.values()) for pick in (np.min, np.max)]
            if not game.scenario.spec.leverage[lever].holds(np.array(ends)).all():
                past[lever] = None
    return tuple(past)


def _levels_then(game: Game, leverage: Mapping[str, ArrayLike], levels: Ints, shifts: Shifts) -> dict[str, ArrayLike]:
    then = dict(leverage)
    for lever, own in shifts.items():
        low, high = game.scenario.spec.leverage[lever].range
        moved = np.asarray(then[lever], dtype=np.float64) + sum(table[levels[:, k]] for k, table in own.items())
        then[lever] = np.clip(moved, low, high)
    return then


def _shifts(game: Game) -> dict[str, Shifts]:
    """Return by date, variable and issue what each level adds, shape (n_k,)."""
    found: dict[str, Shifts] = game.remembered("terms of dates", lambda: _made(game))
    return found


def _made(game: Game) -> dict[str, Shifts]:
    return {
        name: {
            lever: {game.issues.index(issue): _by_level(game, issue, table) for issue, table in own.items()}
            for lever, own in date.terms.items()
        }
        for name, date in game.scenario.spec.peace_dates.items()
    }


def _by_level(game: Game, issue: str, table: Mapping[str, float]) -> Floats:
    record, levels = game.scenario.spec.issues[issue], game.levels[game.issues.index(issue)]
    if record.numeric and "from" in table:
        whole = [float(level) for level in record.all_levels()]
        return np.interp([float(level) for level in levels], [whole[0], whole[-1]], [table["from"], table["to"]])
    given = {key_level(key) if record.numeric else key: shift for key, shift in table.items()}
    return np.array([given.get(level, 0.0) for level in levels])
