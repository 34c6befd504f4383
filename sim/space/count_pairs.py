"""How much of each level, and of each pair of levels, is acceptable at one reservation point.

One counting pass over the two halves of the space: for every tile of outcomes of the left half against all of the
right half it is known which sums are acceptable. Products with the levels as 0-1 columns then give the counts by level
of the right half, for each outcome of the left, and from these all pairs across the halves. Pairs inside a half need
only how many partners each of its outcomes has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Space
from sim.space.codes import Ints
from sim.space.counting import COUNTABLE, Halves, pieces, split, whole
from sim.space.pareto import Floats

if TYPE_CHECKING:
    from scipy.sparse import csc_array

__all__ = ["issue_shares", "pair_shares"]

_TILE = 1 << 18


@dataclass(frozen=True, eq=False)
class _Side:
    """Outcomes of one half: levels (n, K) of its issues, and how many partners each has (n,)."""

    issues: Sequence[int]
    levels: Ints
    partners: Floats


def pair_shares(space: Space, reservation: Floats) -> dict[tuple[int, int], Floats] | None:
    """Return, for each two issues and each pair of their levels, the share of acceptable completions.

    Parameters
    ----------
    space : Space
    reservation : ndarray, shape (P,)
        One reservation point.

    Returns
    -------
    dict or None
        For issues k < l an array (n_k, n_l): of all outcomes with that pair of levels, those that cross a constraint
        included, the fraction that every party accepts and no constraint forbids. None where the space has more than
        `COUNTABLE` outcomes.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> shares = pair_shares(compile_space(Factors((table, table, table))), np.array([0.5, 0.5]))
    >>> shares[0, 1].tolist()
    [[0.5, 1.0], [1.0, 0.5]]
    """
    if space.outcomes > COUNTABLE:
        return None
    sides, counts = _passed(space, reservation)
    for side in sides:
        for k, j in combinations(range(len(side.issues)), 2):
            counts[side.issues[k], side.issues[j]] = _by_pair(side, (k, j), space.sizes)
    ordered = {(min(pair), max(pair)): table if pair[0] < pair[1] else table.T for pair, table in counts.items()}
    return {pair: ordered[pair] * (ordered[pair].size / space.outcomes) for pair in sorted(ordered)}


def issue_shares(space: Space, reservation: Floats) -> list[Floats] | None:
    """Return, for each issue and each of its levels, the share of acceptable completions.

    Parameters
    ----------
    space : Space
    reservation : ndarray, shape (P,)
        One reservation point.

    Returns
    -------
    list of ndarray, shape (n_k,) each, or None
        Of all outcomes with that level the fraction in the zone; None where the space is too large to count.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> [shares.tolist() for shares in issue_shares(compile_space(Factors((table, table))), np.array([0.5, 0.0]))]
    [[0.5, 1.0], [0.5, 1.0]]
    """
    if space.outcomes > COUNTABLE:
        return None
    sides, _ = _passed(space, reservation)
    result: list[Floats] = [np.zeros(size) for size in space.sizes]
    for side in sides:
        for place, issue in enumerate(side.issues):
            counts = np.bincount(side.levels[:, place], weights=side.partners, minlength=space.sizes[issue])
            result[issue] = np.asarray(counts * (space.sizes[issue] / space.outcomes), dtype=np.float64)
    return result


def _by_pair(side: _Side, places: tuple[int, int], sizes: Sequence[int]) -> Floats:
    """Return the acceptable outcomes with each pair of levels of two issues of one half."""
    n, m = (sizes[side.issues[place]] for place in places)
    cells = side.levels[:, places[0]] * m + side.levels[:, places[1]]
    return np.asarray(np.bincount(cells, weights=side.partners, minlength=n * m).reshape(n, m), dtype=np.float64)


def _passed(space: Space, reservation: Floats) -> tuple[list[_Side], dict[tuple[int, int], Floats]]:
    """Return both halves with the numbers of partners, and the counts of all pairs of levels across them."""
    factors, need = whole(space.factors, reservation[None, :])
    halves = split(factors)
    parts = list(pieces(halves.right))
    levels, b = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts], axis=1)
    columns = _indicator(levels, halves.right.sizes).astype(np.float32)
    partners, table = np.zeros(len(levels)), np.zeros((sum(halves.left.sizes), columns.shape[0]))
    lefts: list[tuple[Ints, Floats]] = []
    step = max(1, _TILE // max(1, len(levels)))
    for rows, a in pieces(halves.left):
        missing = need[0][:, None] - a
        for low in range(0, len(rows) if len(levels) else 0, step):
            piece = slice(low, low + step)
            inside = _inside(b, missing[:, piece])
            # Counts in this tile are whole numbers below 2**24: float32 holds them exactly.
            partners += inside @ np.ones(inside.shape[1], dtype=np.float32)
            by_level = np.ascontiguousarray((columns @ inside).T, dtype=np.float64)
            _add_by_level(table, rows[piece] + _firsts(halves.left.sizes), by_level)
            lefts.append((rows[piece], by_level[:, : halves.right.sizes[0]].sum(axis=1)))
    left = _Side(halves.left_issues, *_joined(lefts, len(halves.left.sizes)))
    right = _Side(halves.right_issues, levels, partners)
    return [left, right], _across(halves, table)


def _add_by_level(table: Floats, rows: Ints, values: Floats) -> None:
    """Add each row of values (n, m) to the rows of the table, one for each issue, that `rows` (n, K) names."""
    for column in rows.T:
        order = np.argsort(column, kind="stable")
        starts = np.flatnonzero(np.diff(column[order], prepend=-1))
        table[column[order[starts]]] += np.add.reduceat(values[order], starts, axis=0)


def _firsts(sizes: Sequence[int]) -> Ints:
    return np.cumsum([0, *sizes[:-1]])


def _inside(b: Ints, missing: Ints) -> NDArray[np.float32]:
    """Return 1 where an outcome of the right half (row) gives every party what one of the left (column) misses."""
    inside = b[0][:, None] >= missing[0]
    for row, least in zip(b[1:], missing[1:], strict=True):
        inside &= row[:, None] >= least
    return np.asarray(inside, dtype=np.float32)


def _joined(parts: list[tuple[Ints, Floats]], issues: int) -> tuple[Ints, Floats]:
    levels = [np.zeros((0, issues), dtype=np.int64), *(part[0] for part in parts)]
    return np.concatenate(levels), np.concatenate([np.zeros(0), *(part[1] for part in parts)])


def _indicator(levels: Ints, sizes: Sequence[int]) -> csc_array:
    """Return a sparse array (sum of sizes, n): 1 where an outcome, levels (n, K), has that level."""
    from scipy.sparse import csc_array

    rows = levels + _firsts(sizes)
    starts = np.arange(0, rows.size + 1, len(sizes))
    return csc_array((np.ones(rows.size), rows.ravel(), starts), shape=(sum(sizes), len(levels)))


def _across(halves: Halves, table: Floats) -> dict[tuple[int, int], Floats]:
    """Cut a table, levels of the left half by levels of the right, into one table for each pair of issues."""
    result: dict[tuple[int, int], Floats] = {}
    bands = np.split(table, _firsts(halves.left.sizes)[1:])
    for first, band in zip(halves.left_issues, bands, strict=True):
        parts = np.split(band, _firsts(halves.right.sizes)[1:], axis=1)
        # Not strict: a right half without issues is cut into one part all the same.
        result |= {(first, second): part for second, part in zip(halves.right_issues, parts, strict=False)}
    return result
