"""Folding: the Pareto frontier of a sum of blocks, block by block.

The frontier of a Minkowski sum lies in the sum of the frontiers: PF(A + B) = PF(PF(A) + PF(B)). So blocks are merged
one at a time, smallest first, and dominated points dropped at once; a space of 10^20 outcomes is seen through a few
thousand points. Where every outcome is efficient no exact frontier fits: beyond `LIMIT` points (fewer for three
parties and more) a merge keeps, in each of as many equal cells of the other parties' utilities, the point best for the
last one. What that may hide, at most, is the cells' width, summed over merges: the *resolution*. Kept points are
always real outcomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.codes import Ints
from sim.space.pareto import NOISE, Floats
from sim.space.points import Points, joined, pruned
from sim.space.sieves import sieved, through

__all__ = ["LIMIT", "Frontier", "best", "fold", "leave_one_out", "merge", "reaching", "thinned", "union"]

LIMIT = 200_000
MOST = {2: LIMIT, 3: 40_000, 4: 8_000, 5: 4_000}
MOST_OF_MANY = 2_000
_PAIRS = 1 << 20
_MOST_PAIRS = 1 << 26
_SMALL = 4096
_SAMPLE = 512
_FAST = 3  # up to so many parties dominated points are found in time n log n
_EXCESS = 4
_KEPT = {2: 1, 3: 8}
_ROOM, _COARSER = 32, 0.8  # cells for every point wanted, at first; most are empty


@dataclass(frozen=True, eq=False)
class Frontier:
    """The Pareto frontier of a sum of blocks.

    Attributes
    ----------
    points : Points
        Mutually non-dominated, by rising utility of the first party.
    resolution : float
        For every outcome some point of the frontier is no worse for the last party and at most this much worse for
        the others; 0: exact.
    """

    points: Points
    resolution: float = 0.0


def fold(parts: Sequence[Frontier], *, limit: int = LIMIT, floor: Floats | None = None) -> Frontier:
    """Return the frontier of the sum of some frontiers, at least one, the smallest merged first.

    Parameters
    ----------
    parts : sequence of Frontier
    limit : int
        Points kept by a merge before the frontier is thinned.
    floor : ndarray, shape (P,), optional
        Only points that reach it are asked for: what cannot, whatever is added to it, is dropped on the way.

    Examples
    --------
    >>> part = Frontier(Points(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([[0], [1]])))
    >>> fold([part, part]).points.utilities.tolist()
    [[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]]
    >>> fold([part, part], floor=np.array([0.6, 0.0])).points.utilities.tolist()
    [[1.0, 0.0]]
    """
    ordered = sorted(parts, key=lambda part: len(part.points))
    if floor is None:
        result = ordered[0]
        for part in ordered[1:]:
            result = merge(result, part, limit=limit)
        return result
    ordered = [reaching(part, floor - best([*ordered[:n], *ordered[n + 1 :]])) for n, part in enumerate(ordered)]
    result = ordered[0]
    for n, part in enumerate(ordered[1:], start=2):
        result = reaching(merge(result, part, limit=limit), floor - best(ordered[n:]))
    return result


def best(parts: Sequence[Frontier]) -> Floats | float:
    """Return the most of each party that a sum of frontiers holds, shape (P,); -inf where one has no point."""
    return sum((part.points.utilities.max(axis=0, initial=-np.inf) for part in parts), 0.0)


def reaching(whole: Frontier, floor: Floats) -> Frontier:
    """Return the part of a frontier that reaches a floor, shape (P,)."""
    good = (whole.points.utilities >= floor).all(axis=1)
    return whole if good.all() else Frontier(whole.points.take(np.flatnonzero(good)), whole.resolution)


def leave_one_out(
    parts: Sequence[Frontier],
    *,
    start: Frontier | None = None,
    limit: int = LIMIT,
    floor: Floats | None = None,
) -> list[Frontier]:
    """Return, for each part, the frontier of `start` plus all other parts.

    Halves the list again and again, so that each part is merged about log2(n) times instead of n.

    Parameters
    ----------
    parts : sequence of Frontier
    start : Frontier, optional
        Part of every result; needed where there is one part only.
    limit : int
        Points kept by a merge before the frontier is thinned.
    floor : ndarray, shape (P,), optional
        Only what reaches it together with the part left out is asked for.
    """
    if len(parts) == 1:
        assert start is not None
        return [start]
    half = len(parts) // 2
    sides = (parts[:half], parts[half:])
    base = [] if start is None else [start]
    result: list[Frontier] = []
    for side, other in (sides, sides[::-1]):
        left = None if floor is None else floor - best(side)
        without = fold([*base, *other], limit=limit, floor=left)
        result += leave_one_out(side, start=without, limit=limit, floor=floor)
    return result


def union(parts: Sequence[Frontier], *, limit: int = LIMIT) -> Frontier:
    """Return the frontier of the union of some frontiers, at least one."""
    if len(parts) == 1:
        return parts[0]
    kept = pruned(joined([part.points for part in parts]))
    loss = max(part.resolution for part in parts)
    return _bounded(kept, loss, limit)


def thinned(whole: Frontier, limit: int) -> Frontier:
    """Return a frontier of at most about `limit` points, its resolution stated."""
    if len(whole.points) <= limit:
        return whole
    points, loss = _thinned(whole.points, limit)
    return Frontier(points, whole.resolution + loss)


def _bounded(kept: Points, loss: float, limit: int) -> Frontier:
    if len(kept) <= limit:
        return Frontier(kept, loss)
    # Merges of three parties and more cost far more a point, so a frontier that does not fit is thinned further.
    thin, more = _thinned(kept, _room(kept, limit))
    return Frontier(thin, loss + more)


def _room(points: Points, limit: int) -> int:
    """Return how many points a thinned frontier keeps: fewer than fit, as later merges make more of them."""
    return max(1, limit // _KEPT.get(points.utilities.shape[1], 6))


def merge(a: Frontier, b: Frontier, *, limit: int = LIMIT) -> Frontier:
    """Return the frontier of the sum of two frontiers."""
    large, small = (a, b) if len(a.points) >= len(b.points) else (b, a)
    resolution = a.resolution + b.resolution
    limit = min(limit, MOST.get(large.points.utilities.shape[1], MOST_OF_MANY))
    if not len(small.points):
        return Frontier(small.points, resolution)
    if len(small.points) == 1:
        # A frontier that is only moved stays one.
        moved = large.points.plus(small.points.utilities, small.points.codes)
        return _bounded(moved, resolution, limit)
    if large.points.utilities.shape[1] == 2:
        candidates, loss = _candidates_two(large.points, small.points, limit)
    else:
        candidates, loss = _candidates_many(large.points, small.points, limit)
        most = limit if resolution + loss else _EXCESS * limit
        if large.points.utilities.shape[1] > _FAST and len(candidates) > most:
            # To compare so many is only worth while where the frontier may yet be exact.
            thin, more = _thinned(candidates, _room(candidates, limit))
            return Frontier(thin, resolution + loss + more)
    return _bounded(pruned(candidates), resolution + loss, limit)


def _candidates_two(a: Points, b: Points, limit: int) -> tuple[Points, float]:
    """Return the pair sums that a coarse frontier of the same sum does not already dominate."""
    if len(a) * len(b) <= _SMALL:
        return _sums(a, b, *_all_pairs(len(a), len(b))), 0.0
    coarse = pruned(_candidates_two(_sampled(a), _sampled(b), limit)[0]).utilities
    step = max(1, _PAIRS // len(coarse))
    runs: list[tuple[Ints, Ints, Ints]] = []
    total = 0
    for low in range(0, len(b), step):
        runs.append(_surviving(a.utilities, b.utilities[low : low + step], coarse))
        total += int(runs[-1][2].sum())
        runs[-1][0][:] += low
        if total > 4 * limit:
            return _cells_two(a, b, limit)
    rows, starts, counts = (np.concatenate(part) for part in zip(*runs, strict=True))
    first = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return _sums(a, b, first + np.arange(total), np.repeat(rows, counts)), 0.0


def _sampled(points: Points) -> Points:
    """Return every so-manieth point, both ends included: about a quarter, at most `_SAMPLE`."""
    return points.take(np.linspace(0, len(points) - 1, min(_SAMPLE, max(2, len(points) // 4))).astype(np.int64))


def _surviving(a: Floats, b: Floats, coarse: Floats) -> tuple[Ints, Ints, Ints]:
    """Return runs of pairs that no coarse point beats: row of b, first row of a, and length.

    Along a fixed row of b the sums rise in the first utility and fall in the second, and between two coarse points
    the bound on the second is constant: the survivors of each stretch are a run at its start.
    """
    stops = np.searchsorted(a[:, 0], coarse[:, 0][None, :] - b[:, 0][:, None], side="right")
    starts = np.concatenate([np.zeros((len(b), 1), dtype=np.int64), stops], axis=1)
    bound = coarse[:, 1][None, :] - NOISE - b[:, 1][:, None]
    runs = np.searchsorted(-a[:, 1], -bound, side="right")
    ends = np.concatenate([np.minimum(stops, runs), np.full((len(b), 1), len(a))], axis=1)
    sizes = np.maximum(ends - starts, 0)
    rows, columns = np.nonzero(sizes)
    return np.asarray(rows, dtype=np.int64), starts[rows, columns], sizes[rows, columns]


def _cells_two(a: Points, b: Points, limit: int) -> tuple[Points, float]:
    """Return, for each of half `limit` equal cells of the first utility, the sum best for the second party.

    Within a row of b the first sum in a cell is its best, so no sorting is needed.
    """
    loss, limit = 0.0, max(1, limit // 2)
    if len(a) * len(b) > _MOST_PAIRS:
        b, loss = _thinned(b, max(1, _MOST_PAIRS // len(a)))
    low = a.utilities[0, 0] + b.utilities[0, 0]
    width = max((a.utilities[-1, 0] + b.utilities[-1, 0] - low) / limit, 1e-300)
    best = np.full(limit, -np.inf)
    i, j = np.zeros(limit, dtype=np.int64), np.zeros(limit, dtype=np.int64)
    for row, (x, y) in enumerate(b.utilities):
        place = np.minimum(((a.utilities[:, 0] + (x - low)) / width).astype(np.int64), limit - 1)
        first = np.concatenate([[0], np.flatnonzero(place[1:] != place[:-1]) + 1])
        value = a.utilities[first, 1] + y
        better = value > best[place[first]]
        cells = place[first[better]]
        best[cells], i[cells], j[cells] = value[better], first[better], row
    used = np.flatnonzero(best > -np.inf)
    return _sums(a, b, i[used], j[used]), loss + width


def _all_pairs(n: int, m: int) -> tuple[Ints, Ints]:
    return np.tile(np.arange(n), m), np.repeat(np.arange(m), n)


def _sums(a: Points, b: Points, i: Ints, j: Ints) -> Points:
    return Points(a.utilities[i] + b.utilities[j], a.codes[i] + b.codes[j])


def _candidates_many(a: Points, b: Points, limit: int) -> tuple[Points, float]:
    """Return a superset of the frontier of the sum, sieved piece by piece so that memory stays bounded."""
    if len(a) * len(b) <= _SMALL:
        return _sums(a, b, *_all_pairs(len(a), len(b))), 0.0
    kept = pruned(_candidates_many(_sampled(a), _sampled(b), limit)[0])
    sieve, loss = sieved(kept.utilities), 0.0
    waiting = [kept]
    step = max(1, _PAIRS // len(a))
    for low in range(0, len(b), step):
        piece = b.take(slice(low, low + step))
        sums = _sums(a, piece, *_all_pairs(len(a), len(piece)))
        waiting.append(sums.take(through(sieve, sums.utilities)))
        if sum(map(len, waiting)) > _PAIRS:
            kept = pruned(joined(waiting))
            if len(kept) > limit:
                kept, more = _thinned(kept, limit)
                loss += more
            sieve, waiting = sieved(kept.utilities), [kept]
    return joined(waiting), loss


def _thinned(points: Points, limit: int) -> tuple[Points, float]:
    """Return the best points of equal cells, at most `limit` of them that do not dominate each other."""
    axes = points.utilities.shape[1] - 1
    each = int(limit ** (1.0 / axes) + 1e-9) if axes == 1 else int((_ROOM * limit) ** (1.0 / axes))
    while True:
        rows, loss = _best_of_cells(points.utilities, max(1, each))
        if len(rows) <= _EXCESS * limit or each <= 1:
            kept = pruned(points.take(rows))
            if len(kept) <= limit or each <= 1:
                return kept, loss
        each = int(each * _COARSER)


def _best_of_cells(u: Floats, each: int) -> tuple[Ints, float]:
    """Return rows best for the last party in each cell of the other parties' utilities, and the cells' width.

    So many cells a party.
    """
    others = u[:, :-1]
    low, high = others.min(axis=0), others.max(axis=0)
    width = np.maximum((high - low) / each, 1e-300)
    place = np.minimum(((others - low) / width).astype(np.int64), each - 1)
    cell = place @ (each ** np.arange(others.shape[1], dtype=np.int64))
    order = np.lexsort((-u[:, -1], cell))
    first = np.append(True, np.diff(cell[order]) > 0)
    return order[first], float(width.max())
