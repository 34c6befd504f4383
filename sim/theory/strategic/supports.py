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

__all__ = ["Support", "fits", "supports"]

Support = tuple[tuple[int, ...], ...]


def supports(payoffs: Sequence[NDArray[np.float64]]) -> Iterator[Support]:
    """Yield the supports of two strategies or more each in which none is conditionally dominated.

    Parameters
    ----------
    payoffs : sequence of 3 ndarray, shape (n_1, n_2, n_3)

    Examples
    --------
    Meeting at one of two places, and a dilemma, in which nobody mixes:

    >>> met = np.zeros((2, 2, 2))
    >>> met[0, 0, 0] = met[1, 1, 1] = 1.0
    >>> list(supports([met] * 3))
    [((0, 1), (0, 1), (0, 1))]
    >>> own = np.indices((2, 2, 2)).astype(float)
    >>> list(supports(own))
    []
    """
    choices = [
        [own for k in range(2, count + 1) for own in itertools.combinations(range(count), k)]
        for count in payoffs[0].shape
    ]
    for support in itertools.product(*choices):
        if not any(_beaten(np.moveaxis(payoff, k, 0), support, k) for k, payoff in enumerate(payoffs)):
            yield support


def _beaten(own: NDArray[np.float64], support: Support, player: int) -> bool:
    """Whether some strategy of the support earns less than another against all that the others use."""
    first, second = (list(used) for k, used in enumerate(support) if k != player)
    table = own[:, first][:, :, second].reshape(len(own), -1)
    return bool((table[None] > table[list(support[player])][:, None]).all(axis=2).any())


def fits(support: Support) -> bool:
    """Whether a generic game may have an equilibrium with such a support.

    Examples
    --------
    >>> fits(((0, 1), (0, 1), (0, 1, 2))), fits(((0, 1), (0, 1), (0, 1, 2, 3)))
    (True, False)
    """
    free = [len(used) - 1 for used in support]
    return max(free) <= sum(free) - max(free)
