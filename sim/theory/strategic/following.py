r"""Following equilibria along a path of games: which are the same one, moved a little, and which appear or vanish.

Let :math:`G_0, G_1, \dots` be bimatrix games along a leverage axis and :math:`E_t` the equilibria of :math:`G_t`. Two
equilibria of neighbouring games are one *branch* where they are matched by the assignment that makes the summed
distance :math:`\|x - x'\|_1 + \|y - y'\|_1` least, matches further apart than `reach` being refused. A branch that has
no match before appears there; one without a match after vanishes. For almost all games equilibria move continuously
until they meet another or a strategy's weight reaches zero.

Source: Harsanyi (1973), Oddness of the Number of Equilibrium Points, for the generic continuity; the matching is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Branches", "follow"]


@dataclass(frozen=True, eq=False)
class Branches:
    """Equilibria grouped into branches.

    Attributes
    ----------
    branch : ndarray of int, shape (E,)
        Number of the branch of each equilibrium.
    first, last : ndarray of int, shape (B,)
        The first and the last game of each branch.
    """

    branch: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]


def follow(
    game: NDArray[np.intp], row: NDArray[np.float64], column: NDArray[np.float64], *, reach: float = 1.0
) -> Branches:
    """Group the equilibria of games along a path into branches.

    Parameters
    ----------
    game : ndarray of int, shape (E,)
        The game of each equilibrium; games are numbered along the path.
    row, column : ndarray, shapes (E, m) and (E, n)
        The strategies.
    reach : float
        The greatest distance, from 0 to 4, at which two equilibria can be the same branch; below 2 a switch between
        pure strategies of one player is never one.

    Raises
    ------
    ValueError
        If the shapes do not match.

    Examples
    --------
    >>> pure = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> found = follow(np.array([0, 1, 1]), pure, pure)
    >>> found.branch.tolist(), found.first.tolist(), found.last.tolist()
    ([0, 0, 1], [0, 1], [1, 1])
    """
    if not len(game) == len(row) == len(column):
        raise ValueError(f"game, row, column: {len(game)}, {len(row)} and {len(column)} equilibria (expected as many)")
    branch = np.full(len(game), -1, dtype=np.intp)
    first: list[int] = []
    last: list[int] = []
    for place in np.unique(game):
        here, before = np.flatnonzero(game == place), np.flatnonzero(game == place - 1)
        branch[here] = _continued(np.hstack([row, column]), here, before, reach=reach, branch=branch)
        for k in here:
            if branch[k] < 0:
                branch[k] = len(first)
                first.append(int(place))
                last.append(int(place))
            last[branch[k]] = int(place)
    return Branches(branch, np.array(first, dtype=np.intp), np.array(last, dtype=np.intp))


def _continued(
    points: NDArray[np.float64],
    here: NDArray[np.intp],
    before: NDArray[np.intp],
    *,
    reach: float,
    branch: NDArray[np.intp],
) -> NDArray[np.intp]:
    """Return the branch that each equilibrium of a game continues, -1 where none."""
    from scipy.optimize import linear_sum_assignment

    result = np.full(len(here), -1, dtype=np.intp)
    if len(before):
        distance = np.abs(points[here][:, None, :] - points[before][None, :, :]).sum(axis=2)
        mine, theirs = linear_sum_assignment(np.where(distance > reach, 100.0, distance))
        near = distance[mine, theirs] <= reach
        result[mine[near]] = branch[before[theirs[near]]]
    return result
