"""Slices: the frontier of all outcomes in which one issue has a given level.

From the frontier of everything outside the issue's block (leave one out) and the block's combinations with that level.
Which levels occur in some agreement, and how good the best deal with a level can be, follow for every leverage point
without enumeration: objectives that never fall in any party's utility are attained on these frontiers.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Block, Space
from sim.space.codes import strides
from sim.space.folds import LIMIT, Frontier, leave_one_out, merge
from sim.space.pareto import Floats
from sim.space.points import Points, pruned
from sim.space.zone import TOLERANCE, exists, gap

__all__ = ["others", "possible_levels", "slices"]


def others(space: Space, *, limit: int = LIMIT) -> list[Frontier]:
    """Return, for each block, the frontier of the sum of all other blocks."""
    width = strides(space.sizes).shape[1]
    nothing = Points(np.zeros((1, space.parties)), np.zeros((1, width), dtype=np.int64))
    return leave_one_out([block.points for block in space.blocks], start=Frontier(nothing), limit=limit)


def slices(space: Space, rest: list[Frontier]) -> Iterator[tuple[int, int, Points]]:
    """Yield (issue, level, frontier of the outcomes with that level); levels that no outcome has are left out.

    Parameters
    ----------
    space : Space
    rest : list of Frontier
        From `others`.
    """
    for block, frontier in zip(space.blocks, rest, strict=True):
        for issue in block.issues:
            for level in range(space.sizes[issue]):
                here = _having(block, issue, level)
                if len(here) == 1:
                    yield issue, level, frontier.points.plus(here.utilities, here.codes)
                elif len(here):
                    yield issue, level, merge(frontier, Frontier(here)).points


def _having(block: Block, issue: int, level: int) -> Points:
    here = block.having(issue, level)
    return here if len(here) < 2 else pruned(here)


def possible_levels(space: Space, rest: list[Frontier], reservation: Floats) -> list[NDArray[np.bool_]]:
    """Say which levels of each issue occur in some agreement.

    Parameters
    ----------
    space : Space
    rest : list of Frontier
        From `others`.
    reservation : ndarray, shape (G, P)

    Returns
    -------
    list of ndarray of bool, shape (G, n_k) each
    """
    result = [np.zeros((len(reservation), size), dtype=bool) for size in space.sizes]
    for issue, level, points in slices(space, rest):
        if space.parties == 2:
            result[issue][:, level] = _some_two(points.utilities, reservation)
        else:
            result[issue][:, level] = exists(gap(points.utilities, reservation))
    return result


def _some_two(u: Floats, r: Floats) -> NDArray[np.bool_]:
    first = np.searchsorted(u[:, 0], r[:, 0] - TOLERANCE)
    return np.asarray((first < len(u)) & (u[np.minimum(first, len(u) - 1), 1] >= r[:, 1] - TOLERANCE))
