"""Which strategies three players may use in an equilibrium in which all of them mix.

A *support* S = (S_1, S_2, S_3) names the strategies in use, two or more each. None is the support of an equilibrium in
which some s in S_i is *conditionally dominated*: u_i(t, x) > u_i(s, x) for some strategy t of i, in S_i or not, and all
x in S_-i. In a generic game |S_i| - 1 <= sum over the others j of |S_j| - 1 besides, since that many equations make i
indifferent and the others have that many probabilities.

Sources: Porter, Nudelman and Shoham (2008), Simple Search Methods for Finding a Nash Equilibrium (conditional
dominance); McKelvey and McLennan (1996), Computation of Equilibria in Finite Games (the count).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Support", "fits", "supports", "unbeaten"]

Support = tuple[tuple[int, ...], ...]


def supports(sizes: Sequence[int]) -> Iterator[Support]:
    """Yield all choices of two strategies or more of each player.

    Examples
    --------
    >>> list(supports((2, 2, 2)))
    [((0, 1), (0, 1), (0, 1))]
    """
    yield from itertools.product(
        *([own for k in range(2, n + 1) for own in itertools.combinations(range(n), k)] for n in sizes)
    )


def unbeaten(payoffs: Sequence[NDArray[np.float64]], support: Support) -> NDArray[np.bool_]:
    """In which games no strategy of a support is conditionally dominated.

    Parameters
    ----------
    payoffs : sequence of 3 ndarray, shape (N, n_1, n_2, n_3)
    support : tuple of 3 tuple of int

    Returns
    -------
    ndarray of bool, shape (N,)

    Examples
    --------
    Meeting at one of two places, and a dilemma, in which nobody mixes:

    >>> met = np.zeros((1, 2, 2, 2))
    >>> met[0, 0, 0, 0] = met[0, 1, 1, 1] = 1.0
    >>> own, all_of_it = np.indices((2, 2, 2))[:, None].astype(float), ((0, 1), (0, 1), (0, 1))
    >>> unbeaten([met] * 3, all_of_it), unbeaten(own, all_of_it)
    (array([ True]), array([False]))
    """
    open_ = np.ones(len(payoffs[0]), dtype=bool)
    for player, payoff in enumerate(payoffs):
        own = np.moveaxis(payoff, player + 1, 1)
        first, second = (list(used) for k, used in enumerate(support) if k != player)
        table = own[:, :, first][:, :, :, second].reshape(*own.shape[:2], -1)
        beaten = (table[:, None] > table[:, list(support[player])][:, :, None]).all(axis=3)
        open_ &= ~np.asarray(beaten).reshape(len(own), -1).any(axis=1)
    return open_


def fits(support: Support) -> bool:
    """Whether a generic game may have an equilibrium with such a support.

    Examples
    --------
    >>> fits(((0, 1), (0, 1), (0, 1, 2))), fits(((0, 1), (0, 1), (0, 1, 2, 3)))
    (True, False)
    """
    free = [len(used) - 1 for used in support]
    return max(free) <= sum(free) - max(free)
