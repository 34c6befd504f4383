"""Dominated strategies of games in normal form with any number of players.

Strategy s of player p is *strictly dominated* by a pure or mixed strategy that earns more against every profile of the
others, *weakly dominated* by one that never earns less and sometimes more (Luce and Raiffa 1957). No equilibrium uses a
strictly dominated strategy; one may use a weakly dominated one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import whole
from sim.theory.strategic.normal_form import checked_payoffs

__all__ = ["Dominance", "dominated", "undominated"]

Dominance = Literal["strict", "weak", "mixed"]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

_MARGIN = 1e-9
"""As a share of the player's span: less is left to the rounding of the linear programme."""


def dominated(payoffs: Sequence[ArrayLike] | NDArray[np.float64], *, player: int, by: Dominance = "strict") -> Flags:
    """Mark the dominated strategies of one player.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P), or (N, n_1, ..., n_P) for N games
    player : int
        Counted from 0.
    by : {"strict", "weak", "mixed"}
        Strictly by a pure strategy; weakly by a pure strategy; or strictly by a mixed (or pure) one, a mixed one by
        more than 1e-9 of the span of the player's payoffs, found as a linear programme.

    Returns
    -------
    array (n_player,) of bool, or (N, n_player)

    Raises
    ------
    ValueError
        As `checked_payoffs`, and for a player or a kind of dominance that does not exist.

    Notes
    -----
    Luce and Raiffa (1957), Games and Decisions.

    Examples
    --------
    The third row is beaten by an even mixture of the others, by neither alone:

    >>> rows = np.array([[4, 0], [0, 4], [1, 1]])
    >>> dominated([rows, rows], player=0), dominated([rows, rows], player=0, by="mixed")
    (array([False, False, False]), array([False, False,  True]))
    """
    arrays, single = checked_payoffs(payoffs)
    if not 0 <= whole("player", player) < len(arrays):
        raise ValueError(f"player: {player} (expected 0 to {len(arrays) - 1})")
    own = np.moveaxis(arrays[player], player + 1, 1)
    own = own.reshape(*own.shape[:2], -1)
    if by == "mixed":
        flags = np.array([_dominated_by_mixtures(game) for game in own], dtype=bool).reshape(own.shape[:2])
    elif by in ("strict", "weak"):
        flags = _dominated_by_pure(own, strict=by == "strict")
    else:
        raise ValueError(f"by: {by!r} (expected 'strict', 'weak' or 'mixed')")
    return np.asarray(flags[0] if single else flags, dtype=np.bool_)


def _dominated_by_pure(own: Floats, *, strict: bool) -> Flags:
    """Flags (N, s) for payoffs (N, s, profiles of the others)."""
    flags = np.zeros(own.shape[:2], dtype=bool)
    for strategy in range(own.shape[1]):
        rival = own[:, strategy : strategy + 1]
        if strict:
            flags |= (rival > own).all(axis=2)
        else:
            flags |= (rival >= own).all(axis=2) & (rival > own).any(axis=2)
    return flags


def _dominated_by_mixtures(own: Floats) -> Flags:
    """Flags (s,) for payoffs (s, profiles of the others) of one game."""
    flags: Flags = _dominated_by_pure(own[None], strict=True)[0]
    open_cases = ~flags & ~(own == own.max(axis=0)).any(axis=1)
    for strategy in np.flatnonzero(open_cases):
        flags[strategy] = _best_margin(np.delete(own, strategy, axis=0), own[strategy]) > _MARGIN
    return flags


def _best_margin(others: Floats, payoffs: Floats) -> float:
    """The most by which a mixture of others (s, k) exceeds payoffs (k,) everywhere, as a share of the span."""
    from scipy.optimize import linprog

    low, high = min(others.min(), payoffs.min()), max(others.max(), payoffs.max())
    count, profiles = others.shape
    gains = (others - payoffs) / (high - low)
    solution = linprog(
        np.append(np.zeros(count), -1.0),
        A_ub=np.column_stack([-gains.T, np.ones(profiles)]),
        b_ub=np.zeros(profiles),
        A_eq=np.append(np.ones(count), 0.0)[None],
        b_eq=[1.0],
        bounds=[(0, None)] * count + [(None, None)],
    )
    return -float(solution["fun"])


def undominated(
    payoffs: Sequence[ArrayLike] | NDArray[np.float64], *, by: Literal["strict", "mixed"] = "strict"
) -> tuple[Flags, ...]:
    """Strategies of one game that survive iterated elimination of strictly dominated ones.

    The order of elimination makes no difference for strict dominance (Gilboa, Kalai and Zemel 1990); for weak dominance
    it does, which is why that is not offered.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P)
    by : {"strict", "mixed"}
        As in `dominated`. With two players, "mixed" leaves the rationalizable strategies (Pearce 1984).

    Returns
    -------
    tuple of arrays (n_p,) of bool, one a player

    Raises
    ------
    ValueError
        As `dominated`, and for more than one game.

    Examples
    --------
    >>> undominated([[[3, 0], [4, 1]], [[3, 4], [0, 1]]])
    (array([False,  True]), array([False,  True]))
    """
    arrays, single = checked_payoffs(payoffs)
    if not single:
        raise ValueError("payoffs: several games (expected one)")
    if by not in ("strict", "mixed"):
        raise ValueError(f"by: {by!r} (expected 'strict' or 'mixed')")
    alive = tuple(np.ones(count, dtype=bool) for count in arrays[0].shape[1:])
    while True:
        left = np.ix_(*alive)
        beaten = [dominated([array[0][left] for array in arrays], player=p, by=by) for p in range(len(arrays))]
        if not any(flags.any() for flags in beaten):
            return alive
        for mask, flags in zip(alive, beaten, strict=True):
            mask[np.flatnonzero(mask)[flags]] = False
