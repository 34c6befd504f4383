"""Two-issue maps: which combinations of two issues' levels occur in some agreement.

With issue k at level a, what the others must still reach is r - u_k(a): leaving out k's block and asking which levels
of each other issue are possible at those reservation points gives all maps of k at once (leave two out), for every
leverage point, without enumeration.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Mask, Node, Space, compile_space
from sim.space.folds import Frontier
from sim.space.pareto import Floats, nondominated
from sim.space.trees import Folded, fold_space, possible_levels, some_acceptable

__all__ = ["pair_maps"]

Bools = NDArray[np.bool_]


def pair_maps(folded: Folded, reservation: Floats) -> Mapping[tuple[int, int], Bools]:
    """Return, for every pair of issues k < l, which combinations of levels occur in some agreement.

    Parameters
    ----------
    folded : Folded
    reservation : ndarray, shape (G, P)

    Returns
    -------
    dict of (k, l) to ndarray of bool, shape (G, n_k, n_l)
    """
    space, groups = folded.space, len(reservation)
    sizes = space.sizes
    pairs = itertools.combinations(range(len(sizes)), 2)
    result = {(k, m): np.zeros((groups, sizes[k], sizes[m]), dtype=bool) for k, m in pairs}
    for block, rest in zip(space.blocks, folded.rest, strict=False):
        if block.children:
            _by_restriction(space, block, reservation, result)
        else:
            _inside(block, rest, reservation, result)
            _across(space, block, reservation, result)
    return result


def _set(result: dict[tuple[int, int], Bools], k: int, m: int, level: int, found: Bools) -> None:
    """Enter which levels of m, shape (G, n_m), go with one level of k."""
    if k < m:
        result[k, m][:, level, :] |= found
    elif m < k:
        result[m, k][:, :, level] |= found


def _inside(block: Node, rest: Frontier, reservation: Floats, result: dict[tuple[int, int], Bools]) -> None:
    for k, m in itertools.combinations(sorted(block.own), 2):
        both = np.stack([block.column(k), block.column(m)], axis=1)
        for a, b in np.unique(both, axis=0).tolist():
            rows = np.flatnonzero((both == (a, b)).all(axis=1))
            for u in _efficient(block, rows):
                result[k, m][:, a, b] |= some_acceptable(rest.points.utilities, reservation - u)


def _efficient(block: Node, rows: NDArray[np.int64]) -> Floats:
    points = block.points.take(rows)
    return points.utilities[nondominated(points.utilities, points.codes)]


def _across(space: Space, block: Node, reservation: Floats, result: dict[tuple[int, int], Bools]) -> None:
    others = tuple(other for other in space.blocks if other is not block)
    if not others:
        return
    folded = fold_space(Space(space.factors, others))
    issues = [m for other in others for m in other.issues]
    for k in block.own:
        column = block.column(k)
        for level in np.unique(column).tolist():
            needs = _efficient(block, np.flatnonzero(column == level))
            left = (reservation[:, None, :] - needs[None, :, :]).reshape(-1, space.parties)
            possible = possible_levels(folded, left)
            for m in issues:
                found = possible[m].reshape(len(reservation), len(needs), -1).any(axis=1)
                _set(result, k, m, level, np.asarray(found))


def _by_restriction(space: Space, block: Node, reservation: Floats, result: dict[tuple[int, int], Bools]) -> None:
    for k in block.issues:
        for level in range(space.sizes[k]):
            only = Mask((k,), np.arange(space.sizes[k]) == level)
            factors = dataclasses.replace(space.factors, masks=(*space.factors.masks, only))
            possible = possible_levels(fold_space(compile_space(factors)), reservation)
            for m, found in enumerate(possible):
                _set(result, k, m, level, found)
