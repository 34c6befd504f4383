r"""Stable states of a graph model: who would move away from a state, seeing how the others could answer.

States s; player i can move from s to the states R_i(s) and ranks states by u_i (the order alone counts). R_i+(s) are
its *improvements*, R_i(s) with u_i above u_i(s). The others N - i answer by a *legal sequence*: one or more moves, by
any of them in any order, of which no two in a row are by the same player; R_{N-i}(s) are the states such a sequence can
reach from s, R+_{N-i}(s) those reached when every move is an improvement for the player who makes it. With two players,
an answer is one move. State s is stable for i under

- *Nash* (R): there is no improvement, R_i+(s) is empty;
- *general metarationality* (GMR): after every improvement to s1 the others can answer to some s2, u_i(s2) <= u_i(s);
- *symmetric metarationality* (SMR): the same, and from s2 no move of i, s3 in R_i(s2), has u_i(s3) > u_i(s);
- *sequential stability* (SEQ): as GMR, the answers being improvements of those who answer: s2 in R+_{N-i}(s1).

A state stable for every player is an *equilibrium* of that kind. Nash implies the others; SMR and SEQ imply GMR. How
far players look ahead is what sets the kinds apart; none says how likely a state is. In a game in normal form states
are the profiles of moves, and a player can move to every other move of its own.

Conditions: players know the moves and each other's order of states; moves need not be reversible or transitive. A cycle
that leads the others back to where they began counts as an answer only if it is a legal sequence.

Sources: Howard (1971), Paradoxes of Rationality (GMR, SMR); Fraser and Hipel (1984), Conflict Analysis (SEQ); Fang,
Hipel and Kilgour (1993), Interactive Decision Making: The Graph Model for Conflict Resolution (the definitions for any
number of players).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import SizeError
from sim.theory.checks import finite
from sim.theory.strategic.normal_form import checked_payoffs

__all__ = ["MOST_STATES", "Stability", "of_game", "of_graph"]

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

MOST_STATES = 2_000
"""Most states: tables of pairs of states are kept for every player."""


@dataclass(frozen=True, eq=False)
class Stability:
    """Which states are stable for whom.

    Attributes
    ----------
    nash, gmr, smr, seq : ndarray of bool, shape (P, S), of a game (P, n_1, ..., n_P)
        For each player and state.
    """

    nash: Flags
    gmr: Flags
    smr: Flags
    seq: Flags

    def equilibria(self) -> dict[str, Flags]:
        """Which states are stable for every player, by kind; shape (S,), of a game (n_1, ..., n_P)."""
        return {name: flags.all(axis=0) for name, flags in vars(self).items()}


def of_graph(moves: ArrayLike, preference: ArrayLike) -> Stability:
    """Stabilities of the states of a graph model.

    Parameters
    ----------
    moves : array_like of bool, shape (P, S, S)
        moves[i, s, t]: whether player i can move from state s to t; staying is no move and is not looked at.
    preference : array_like, shape (P, S)
        Numbers of which only the order counts; equal ones are equally good.

    Raises
    ------
    ValueError
        If the shapes do not match or a preference is not finite.
    SizeError
        If there are more than `MOST_STATES` states.

    Examples
    --------
    Player 1 can leave state 0 for 1, which it prefers, for good; player 2 can answer by 2, the worst for both:

    >>> moves = np.zeros((2, 3, 3), dtype=bool)
    >>> moves[0, 0, 1] = moves[1, 1, 2] = True
    >>> found = of_graph(moves, [[1, 2, 0], [1, 2, 0]])
    >>> [bool(flags[0, 0]) for flags in (found.nash, found.gmr, found.smr, found.seq)]
    [False, True, True, False]
    """
    ranks, steps = finite("preference", preference), np.array(moves, dtype=np.bool_)
    if ranks.ndim != 2 or not ranks.size:
        raise ValueError(f"preference: shape {ranks.shape} (expected (P, S), at least one player and state)")
    players, states = ranks.shape
    if steps.shape != (players, states, states):
        raise ValueError(f"moves: shape {steps.shape} (expected {(players, states, states)}, as preference has it)")
    if states > MOST_STATES:
        raise SizeError(f"stability: {states:,} states, the limit is {MOST_STATES:,}: take fewer moves")
    steps[:, np.arange(states), np.arange(states)] = False
    better = ranks[:, None, :] > ranks[:, :, None]
    improving = steps & better
    found = np.empty((4, players, states), dtype=bool)
    for i in range(players):
        answers, willing = _reached(np.delete(steps, i, axis=0)), _reached(np.delete(improving, i, axis=0))
        no_better = ~better[i]
        found[0, i] = ~improving[i].any(axis=1)
        found[1, i] = _deterred(improving[i], answers, no_better)
        found[2, i] = _deterred(improving[i], answers, no_better & ~_product(better[i], steps[i].T))
        found[3, i] = _deterred(improving[i], willing, no_better)
    return Stability(*found)


def _reached(steps: Flags) -> Flags:
    """Pairs (S, S): which states legal sequences of some players' moves (Q, S, S) lead to."""
    if not len(steps):
        return np.zeros(steps.shape[1:], dtype=bool)
    by = steps.copy()
    while True:
        before = by.copy()
        for mover in range(len(steps)):
            others = np.delete(by, mover, axis=0)
            by[mover] |= _product(np.asarray(others.any(axis=0)), steps[mover])
        if (by == before).all():
            return np.asarray(by.any(axis=0))


def _product(first: Flags, second: Flags) -> Flags:
    """Pairs (S, S) joined by one of the first and then one of the second."""
    return np.asarray(first.astype(np.float32) @ second.astype(np.float32) > 0)


def _deterred(improving: Flags, answers: Flags, harmless: Flags) -> Flags:
    """States (S,) from which every improvement s1 has an answer s2 with harmless[s, s2]."""
    deterred = _product(harmless, answers.T)
    return np.asarray((~improving | deterred).all(axis=1))


def of_game(payoffs: Sequence[ArrayLike] | Floats) -> Stability:
    """Stabilities of the profiles of a game in normal form in which every player can change to any move of its own.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P)
        Of each only the order counts; payoffs that rounding alone sets apart should be rounded first.

    Raises
    ------
    ValueError
        As `normal_form.checked_payoffs`, and for several games.
    SizeError
        As `of_graph`.

    Examples
    --------
    The prisoner's dilemma: co-operation by both is stable once they look ahead.

    >>> found = of_game([[[3, 1], [4, 2]], [[3, 4], [1, 2]]])
    >>> {kind: np.argwhere(flags).tolist() for kind, flags in found.equilibria().items()}
    {'nash': [[1, 1]], 'gmr': [[0, 0], [1, 1]], 'smr': [[0, 0], [1, 1]], 'seq': [[0, 0], [1, 1]]}
    """
    arrays, single = checked_payoffs(payoffs)
    if not single:
        raise ValueError("payoffs: several games (expected one)")
    shape = arrays[0].shape[1:]
    if np.prod(shape) > MOST_STATES:
        raise SizeError(
            f"stability: {np.prod(shape):,} profiles of moves, the limit is {MOST_STATES:,}: take fewer moves"
        )
    chosen = np.indices(shape).reshape(len(shape), -1)
    alike = chosen[:, :, None] == chosen[:, None, :]
    moves = np.stack([np.delete(alike, i, axis=0).all(axis=0) for i in range(len(shape))])
    found = of_graph(moves, np.stack([array[0].ravel() for array in arrays]))
    return Stability(*(flags.reshape(len(shape), *shape) for flags in vars(found).values()))
