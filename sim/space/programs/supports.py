"""The best outcome for a weighting of the columns: h(w) = max over outcomes of w . U(x), block by block.

For weights w >= 0 with sum 1 no outcome gives everybody more than h(w) - w . r above r: the bound by which programs and
brackets know that nothing better is left (Lagrangian relaxation of the signers' rows; Geoffrion (1974)). The maximum is
attained by an undominated combination of each block, found for many weightings at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.points import Points
from sim.space.programs.unknowns import Link, Part, Program

__all__ = ["best_outcomes", "likeliest", "support"]

_PIECE = 1 << 21


def support(program: Program, weights: Floats) -> Floats:
    """Return h(w), shape (G,), of weights (G, C), not negative.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> from sim.space.programs.unknowns import program
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> support(program(compile_space(Factors((table, table)))), np.array([[1.0, 0.0], [0.5, 0.5]])).tolist()
    [1.0, 0.5]
    """
    result, weights = np.zeros(len(weights)), _padded(program, weights)
    for rows in _pieces(program, len(weights)):
        some = weights[rows].T
        if len(program.starts):
            result[rows] = np.maximum.reduceat(program.points.utilities @ some, program.starts, axis=0).sum(axis=0)
        for tree in program.trees:
            result[rows] += _inward(tree, some).max(axis=0)
    return result


def best_outcomes(program: Program, weights: Floats) -> Points:
    """Return an outcome that attains h(w) for each of some weights (G, C), not negative.

    Constraints in columns of their own are not asked unless they are given weights, (G, C + B).

    Returns
    -------
    Points
        Utilities (G, C + B) and codes (G, W).
    """
    count, weights = len(weights), _padded(program, weights)
    utilities = np.zeros((count, len(program.columns)))
    codes = np.zeros((count, program.points.codes.shape[1]), dtype=np.int64)
    for rows in _pieces(program, count):
        some = weights[rows].T
        for start, size in zip(program.starts.tolist(), program.sizes.tolist(), strict=True):
            mine = program.points.take(slice(start, start + size))
            chosen = (mine.utilities @ some).argmax(axis=0)
            utilities[rows] += mine.utilities[chosen]
            codes[rows] += mine.codes[chosen]
        for tree in program.trees:
            found = _chosen(tree, some, np.zeros(some.shape[1], dtype=np.int64), np.zeros(len(tree.points), np.int64))
            utilities[rows] += found.utilities
            codes[rows] += found.codes
    return Points(utilities, codes)


def _padded(program: Program, weights: Floats) -> Floats:
    missing = len(program.columns) - weights.shape[1]
    return np.hstack([weights, np.zeros((len(weights), missing))]) if missing else weights


def _pieces(program: Program, count: int) -> list[slice]:
    step = max(1, _PIECE // max(1, len(program.unknowns)))
    return [slice(low, low + step) for low in range(0, count, step)]


def _inward(part: Part, weights: Floats) -> Floats:
    """Return, for each combination of a node, what it and all below are worth at best, shape (n, G)."""
    worth = part.points.utilities @ weights
    for link in part.links:
        worth = worth + _message(link, _inward(link.child, weights))
    return np.asarray(worth)


def _message(link: Link, worth: Floats) -> Floats:
    order = np.argsort(link.inner, kind="stable")
    keys, first = np.unique(link.inner[order], return_index=True)
    best = np.full((len(keys) + 1, worth.shape[1]), -np.inf)
    if len(keys):
        best[:-1] = np.maximum.reduceat(worth[order], first, axis=0)
    place = np.searchsorted(keys, link.outer)
    known = place < len(keys)
    known[known] = keys[place[known]] == link.outer[known]
    return best[np.where(known, place, len(keys))]


def _chosen(part: Part, weights: Floats, wanted: Ints, key: Ints) -> Points:
    """Return the best combination of a node and all below whose key is the wanted one (G,), for each weighting."""
    worth = _inward(part, weights)
    rows = np.empty(len(wanted), dtype=np.int64)
    for number in np.unique(wanted).tolist():
        mine, here = np.flatnonzero(key == number), np.flatnonzero(wanted == number)
        rows[here] = mine[worth[np.ix_(mine, here)].argmax(axis=0)]
    result = part.points.take(rows)
    for link in part.links:
        below = _chosen(link.child, weights, link.outer[rows], link.inner)
        result = result.plus(below.utilities, below.codes)
    return result


def likeliest(program: Program, chances: Floats) -> tuple[Ints, Points]:
    """Return the outcome of the likeliest combination of each block; in trees given those above it.

    Parameters
    ----------
    program : Program
    chances : ndarray, shape (N,)
        Of every unknown.

    Returns
    -------
    columns, outcome : ndarray of int, Points
        The unknowns chosen, and the one outcome that they are.
    """
    blocks = zip(program.starts.tolist(), program.sizes.tolist(), strict=True)
    columns = [low + int(chances[low : low + size].argmax()) for low, size in blocks]
    low = len(program.points)
    for tree in program.trees:
        chosen, low = _branch(tree, chances, low, np.ones(len(tree.points), dtype=bool))
        columns += chosen
    chosen_rows = np.array(columns, dtype=np.int64)
    every = program.unknowns[chosen_rows].sum(axis=0), program.codes[chosen_rows].sum(axis=0)
    return chosen_rows, Points(every[0][None, :], every[1][None, :])


def _branch(part: Part, chances: Floats, low: int, allowed: NDArray[np.bool_]) -> tuple[list[int], int]:
    size = len(part.points)
    row = int(np.where(allowed, chances[low : low + size], -1.0).argmax())
    columns, low = [low + row], low + size
    for link in part.links:
        chosen, low = _branch(link.child, chances, low, link.inner == link.outer[row])
        columns += chosen
    return columns, low
