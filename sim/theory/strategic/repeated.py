"""Self-enforcing co-operation: grim trigger in a repeated game, a truce kept for fear of what follows its breach.

Co-operation pays R a period, a deviation T > R once, and for ever after the punishment P < R. With discount factor
delta, co-operating for ever is an equilibrium under grim trigger exactly where

    R / (1 - delta) >= T + delta P / (1 - delta),    that is  delta >= (T - R) / (T - P).

In any game with pure profile a (the truce) and one-shot equilibrium e (what follows a breach) it is so for each player
i, with R = u_i(a), T the most that i's moves earn at a_-i, and P = u_i(e): the truce is kept if each player's discount
factor is at least its own threshold. Where e pays i more than a, patience does not keep i from breaking.

Conditions: deviations are seen at once, the future is discounted geometrically, P is a one-shot equilibrium payoff
(pure or mixed: what is expected of it). A punishment harsher than that could do with less patience.
Source: Friedman (1971), A Non-cooperative Equilibrium for Supergames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import broadcast, finite, per_party, whole
from sim.theory.strategic.normal_form import checked_payoffs

__all__ = ["Truce", "grim_trigger", "truce"]


def grim_trigger(temptation: ArrayLike, reward: ArrayLike, punishment: ArrayLike) -> NDArray[np.float64]:
    """Least discount factor at which grim trigger sustains co-operation.

    Parameters
    ----------
    temptation, reward, punishment : array_like, shape (...)
        Payoffs a period T, R and P, broadcast against each other; P may not exceed R.

    Returns
    -------
    ndarray, shape (...)
        (T - R) / (T - P); 0 where nothing is gained by deviating, inf where no patience is enough (P = R < T).

    Raises
    ------
    ValueError
        Where a payoff is not finite, shapes do not fit, or the punishment exceeds the reward.

    References
    ----------
    Friedman (1971), A Non-cooperative Equilibrium for Supergames.

    Examples
    --------
    >>> grim_trigger(5, [3, 4, 6], 1).tolist()
    [0.5, 0.25, 0.0]
    """
    named = {"temptation": temptation, "reward": reward, "punishment": punishment}
    tempting, good, bad = broadcast(**{name: finite(name, payoff) for name, payoff in named.items()})
    if (bad > good).any():
        raise ValueError("punishment: above the reward (expected at most the reward, or it does not punish)")
    threshold = np.where(tempting > good, np.inf, 0.0)
    np.divide(tempting - good, tempting - bad, out=threshold, where=(tempting > good) & (good > bad))
    return threshold


@dataclass(frozen=True, eq=False)
class Truce:
    """What it takes to keep a profile of moves, period after period, by grim trigger.

    Attributes
    ----------
    temptation, reward, punishment : ndarray, shape (P,)
        For each player the most that its moves earn while the others keep the truce, what the truce pays, and what
        follows a breach.
    patience : ndarray, shape (P,)
        Least discount factor of each player; 0 where breaking gains nothing, inf where no patience is enough.
    """

    temptation: NDArray[np.float64]
    reward: NDArray[np.float64]
    punishment: NDArray[np.float64]
    patience: NDArray[np.float64]


def truce(payoffs: Sequence[ArrayLike] | NDArray[np.float64], moves: Sequence[int], *, punishment: ArrayLike) -> Truce:
    """Patience that keeps a profile of moves of one game.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P)
    moves : sequence of P int
        The move of each player in the truce.
    punishment : array_like, shape (P,)
        What each player expects in the one-shot equilibrium that follows a breach.

    Raises
    ------
    ValueError
        As `normal_form.checked_payoffs`, for several games, a move that does not exist or a punishment that does not
        fit.

    References
    ----------
    Friedman (1971), A Non-cooperative Equilibrium for Supergames.

    Examples
    --------
    The prisoner's dilemma with payoffs 5, 3, 1, 0:

    >>> truce([[[3, 0], [5, 1]], [[3, 5], [0, 1]]], [0, 0], punishment=[1, 1]).patience.tolist()
    [0.5, 0.5]
    """
    arrays, single = checked_payoffs(payoffs)
    if not single:
        raise ValueError("payoffs: several games (expected one)")
    tables = [array[0] for array in arrays]
    profile = _profile(moves, tables[0].shape)
    bad = per_party("punishment", punishment, len(tables))
    if bad.ndim != 1:
        raise ValueError(f"punishment: shape {bad.shape} (expected ({len(tables)},))")
    good = np.array([table[profile] for table in tables])
    best = np.array([_temptation(table, profile, player) for player, table in enumerate(tables)])
    kept = bad <= good
    # Who has one move cannot break the truce.
    patience = np.where(np.array(tables[0].shape) == 1, 0.0, np.inf)
    patience[kept] = grim_trigger(best[kept], good[kept], bad[kept])
    return Truce(best, good, bad, patience)


def _profile(moves: Sequence[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    profile = tuple(whole("moves", move) for move in moves)
    if len(profile) != len(shape) or not all(0 <= move < count for move, count in zip(profile, shape, strict=True)):
        raise ValueError(f"moves: {list(profile)} (expected one for each player, from 0 to below {list(shape)})")
    return profile


def _temptation(table: NDArray[np.float64], profile: tuple[int, ...], player: int) -> float:
    """The most a player gets by any move of its own."""
    return float(table[tuple(slice(None) if k == player else move for k, move in enumerate(profile))].max())
