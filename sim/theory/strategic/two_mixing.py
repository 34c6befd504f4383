"""Equilibria of games of several players in which at most two mix: bimatrix games of pairs, the others' moves fixed.

(x_i, x_j) with the others at pure strategies s is an equilibrium of the whole game exactly where it is one of the
bimatrix game of i and j at s and no other player gains by another strategy. All candidates are listed, with what the
others would gain; `bimatrix.solve` is exact, and of a bimatrix game with a continuum gives the extreme points.

Source: Nash (1951), Non-cooperative Games; Mangasarian (1964) for the extreme points.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from sim.theory.strategic import bimatrix
from sim.theory.strategic.mixed_payoffs import gains_of

__all__ = ["TIE", "Pair", "continua", "pairs"]

Floats = NDArray[np.float64]

TIE = 1e-9
"""Gains up to this, as a share of the span of a player's payoffs, do not count."""

_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Pair:
    """Equilibria of the bimatrix games of two players, one for each of N games and each choice of the others.

    Attributes
    ----------
    solved : bimatrix.Equilibria
    game : ndarray of int, shape (E,)
        The game that each belongs to.
    strategies : tuple of P ndarray, shape (E, n_i)
        Of all players.
    gains : ndarray, shape (E, strategies of the others)
        What the others would gain by each of their strategies, as a share of the span of their payoffs.
    """

    solved: bimatrix.Equilibria
    game: NDArray[np.intp]
    strategies: tuple[Floats, ...]
    gains: Floats


def pairs(payoffs: Sequence[Floats]) -> Iterator[Pair]:
    """Yield the candidates of each pair of players.

    Parameters
    ----------
    payoffs : sequence of P ndarray, shape (N, n_1, ..., n_P)

    Raises
    ------
    SizeError
        As `bimatrix.solve`.

    Examples
    --------
    >>> met = np.zeros((1, 2, 2, 2))
    >>> met[0, 0, 0, 0] = met[0, 1, 1, 1] = 1.0
    >>> [len(pair.game) for pair in pairs([met] * 3)]
    [4, 4, 4]
    """
    shape = payoffs[0].shape[1:]
    for pair in itertools.combinations(range(len(shape)), 2):
        axes = [k + 1 for k in pair]
        games = [np.moveaxis(payoffs[k], axes, (-2, -1)).reshape(-1, *(shape[k] for k in pair)) for k in pair]
        solved = bimatrix.solve(*games)
        others = [k for k in range(len(shape)) if k not in pair]
        sizes = tuple(shape[k] for k in others)
        game, choice = np.divmod(solved.game, prod(sizes))
        chosen = np.unravel_index(choice, sizes) if sizes else ()
        pure = {k: np.eye(shape[k])[own] for k, own in zip(others, chosen, strict=True)}
        every = {pair[0]: solved.row, pair[1]: solved.column} | pure
        strategies = tuple(every[k] for k in range(len(shape)))
        gains = [gains_of(payoffs[k][game], strategies, k)[1] for k in others]
        yield Pair(solved, game, strategies, np.hstack(gains) if gains else np.zeros((len(game), 0)))


def continua(pair: Pair) -> bool:
    """Whether a continuum of equilibria of some bimatrix game may hold points that the others accept.

    A continuum has extreme points that share a strategy. Gains are multilinear, so one deviation that pays at all
    extreme points of a component pays everywhere on it.

    Examples
    --------
    The third player likes the first strategy better, unless the second player, who does not care, plays the second:

    >>> same, third = np.zeros((1, 2, 2, 2)), np.zeros((1, 2, 2, 2))
    >>> third[0, :, 0, 0] = third[0, :, 1, 1] = 1.0
    >>> [continua(each) for each in pairs([same, same, third])]
    [True, True, True]
    >>> strict = np.indices((2, 2, 2))[:, None].astype(float)
    >>> [continua(each) for each in pairs(strict)]
    [False, False, False]
    """
    from scipy.sparse.csgraph import connected_components

    for number in np.flatnonzero(pair.solved.degenerate):
        some = pair.solved.of(int(number))
        alike = [
            np.abs(x[:, None] - x[None]).max(axis=2) < _SAME for x in (pair.solved.row[some], pair.solved.column[some])
        ]
        _, label = connected_components(alike[0] | alike[1], directed=False)
        for component in np.flatnonzero(np.bincount(label) > 1):
            if not (pair.gains[some][label == component] > TIE).all(axis=0).any():
                return True
    return False
