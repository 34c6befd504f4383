"""Counting, for many thresholds at once, the points of a stream that reach all of them.

Utilities are whole numbers here, so comparisons are exact and every method gives the same counts. A stream is a
function that starts a fresh pass over pieces, integer arrays (P, n) that fit the cache. Four methods, each the fastest
somewhere:

- `directly`: each threshold compared with each piece;
- `by_ranks`: a histogram over the ranks of the utilities among each party's thresholds, summed from above along
  every axis; for few distinct thresholds a party, as on a grid of leverage points;
- `by_buckets`: two parties and arbitrary thresholds, by square-root decomposition;
- `by_bits`: any number of parties, points of the stream as bits of words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.codes import Ints

__all__ = ["Ranker", "Stream", "by_bits", "by_buckets", "by_ranks", "directly", "ranker"]

Stream = Callable[[], Iterator[Ints]]
CHUNK = 1 << 15
_BITS_CHUNK = 1024
_BITS_PIECE = 4096
_TABLE_BITS = 17
_ONE = np.int32(1)


@dataclass(frozen=True, eq=False)
class Ranker:
    """Thresholds with a table of equal cells that finds most ranks without a search.

    Attributes
    ----------
    thresholds : ndarray of int, shape (D,)
        Distinct and rising.
    start, shift : int
        Value x lies in cell (x - start) >> shift.
    table : ndarray of int
        The rank of every value in a cell; -1 where the cell holds a threshold, so that it must be searched for.
    """

    thresholds: Ints
    start: int
    shift: int
    table: Ints

    def ranks(self, values: Ints) -> Ints:
        """Return how many thresholds each value (n,) reaches."""
        cells = values - self.start
        cells >>= self.shift
        found = self.table.take(cells, mode="clip")
        unsure = np.flatnonzero(found < 0)
        found[unsure] = np.searchsorted(self.thresholds, values[unsure], side="right")
        return found


def ranker(thresholds: Ints) -> Ranker:
    """Return the ranker of some thresholds (G,), at least one, in any order.

    Examples
    --------
    >>> ranker(np.array([5, 3, 5])).ranks(np.array([2, 3, 4, 5, 9])).tolist()
    [0, 1, 1, 2, 2]
    """
    distinct = np.unique(thresholds)
    low, high = int(distinct[0]), int(distinct[-1])
    shift = max(0, (high - low).bit_length() - min(_TABLE_BITS, (16 * len(distinct)).bit_length()))
    start = low - (1 << shift)
    held = np.bincount((distinct - start) >> shift)
    table = np.concatenate([[0], np.cumsum(held)])
    table[:-1][held > 0] = -1
    return Ranker(distinct, start, shift, table)


def directly(stream: Stream, thresholds: Ints) -> Ints:
    """Count by comparing every point of the stream with every threshold.

    Parameters
    ----------
    stream : callable
        Starts a pass over pieces, integer arrays (P, n).
    thresholds : ndarray of int, shape (G, P)

    Returns
    -------
    ndarray of int, shape (G,)
        How many points reach the threshold of every party.
    """
    counts = np.zeros(len(thresholds), dtype=np.int64)
    for piece in stream():
        for g, need in enumerate(thresholds):
            inside = piece[0] >= need[0]
            for row, least in zip(piece[1:], need[1:], strict=True):
                inside &= row >= least
            counts[g] += np.count_nonzero(inside)
    return counts


def by_ranks(stream: Stream, thresholds: Ints) -> Ints:
    """Count by a histogram of ranks with as many axes as parties; arguments as in `directly`.

    Memory and time grow with the product of the parties' numbers of distinct thresholds.

    Examples
    --------
    >>> points = np.array([[1, 2, 3], [3, 2, 1]])
    >>> by_ranks(lambda: iter([points]), np.array([[1, 1], [2, 2], [2, 4]])).tolist()
    [3, 1, 0]
    """
    rankers = [ranker(column) for column in thresholds.T]
    shape = [len(r.thresholds) + 1 for r in rankers]
    histogram = np.zeros(math.prod(shape), dtype=np.int32)
    for piece in stream():
        cells = rankers[0].ranks(piece[0])
        for size, r, row in zip(shape[1:], rankers[1:], piece[1:], strict=True):
            cells *= size
            cells += r.ranks(row)
        np.add.at(histogram, cells, _ONE)
    reach = _from_above(histogram.reshape(shape), range(len(shape)))
    return np.asarray(reach[tuple(r.ranks(column) for r, column in zip(rankers, thresholds.T, strict=True))], np.int64)


def _from_above(histogram: NDArray[np.int32], axes: range) -> NDArray[np.int32]:
    """Replace every cell by the sum of the cells not below it along some axes."""
    for axis in axes:
        falling = np.flip(histogram, axis)
        np.cumsum(falling, axis=axis, out=falling)
    return histogram


def by_buckets(stream: Stream, thresholds: Ints) -> Ints:
    """Count for two parties by square-root decomposition; arguments as in `directly`.

    Thresholds sorted by the first party's are cut into buckets of about sqrt(G). A point of the stream reaches, for
    the first party, whole buckets and a part of one. Two histograms take it: bucket by rank among all second
    thresholds, and place in the sorted order by rank among the second thresholds of that one bucket.
    """
    counts = np.empty(len(thresholds), dtype=np.int64)
    order = np.argsort(thresholds[:, 0], kind="stable")
    for low in range(0, len(order), CHUNK):
        rows = order[low : low + CHUNK]
        counts[rows] = _bucketed(stream, thresholds[rows])
    return counts


def _bucketed(stream: Stream, thresholds: Ints) -> Ints:
    """Count for thresholds sorted by the first party's."""
    size = math.isqrt(len(thresholds) - 1) + 1
    first, second = ranker(thresholds[:, 0]), ranker(thresholds[:, 1])
    reached = np.concatenate([[0], np.searchsorted(thresholds[:, 0], first.thresholds, side="right")])
    bucket, place = np.divmod(np.arange(len(thresholds)), size)
    rank = second.ranks(thresholds[:, 1])
    local = _local_ranks(bucket, rank, (len(thresholds) // size + 1, len(second.thresholds) + 1))
    whole = np.zeros((len(local) + 1, local.shape[1]), dtype=np.int32)
    partly = np.zeros((len(local), size + 1, size + 1), dtype=np.int32)
    whole_rows = reached // size * local.shape[1]
    partly_rows = (reached // size * (size + 1) + reached % size) * (size + 1)
    for piece in stream():
        ranks = first.ranks(piece[0])
        cells = whole_rows.take(ranks)
        cells += second.ranks(piece[1])
        np.add.at(whole.reshape(-1), cells, _ONE)
        np.add.at(partly.reshape(-1), partly_rows.take(ranks) + local.reshape(-1).take(cells), _ONE)
    return np.asarray(
        _from_above(whole, range(2))[bucket + 1, rank].astype(np.int64)
        + _from_above(partly, range(1, 3))[bucket, place + 1, local[bucket, rank]]
    )


def _local_ranks(bucket: Ints, rank: Ints, shape: tuple[int, int]) -> NDArray[np.int16]:
    """Return, for each bucket and each rank among all thresholds, the rank among those of the bucket."""
    held = np.zeros(shape, dtype=np.int16)
    np.add.at(held, (bucket, rank), 1)
    return np.asarray(np.cumsum(held, axis=1, dtype=np.int16))


def by_bits(stream: Stream, thresholds: Ints) -> Ints:
    """Count for any number of parties with the stream's points as bits of words; arguments as in `directly`.

    For each party the points that reach each threshold make one row of bits; a count is the number of bits set in
    the rows of all parties at once. Thresholds are taken in runs by the first party's: a point that reaches none of a
    run's is left out, and of one that reaches them all only the other parties are asked.
    """
    counts = np.zeros(len(thresholds), dtype=np.int64)
    order = np.argsort(thresholds[:, 0], kind="stable")
    for low in range(0, len(order), _BITS_CHUNK):
        rows = order[low : low + _BITS_CHUNK]
        need = thresholds[rows]
        rankers = [ranker(column) for column in need.T]
        allowed = [len(r.thresholds) - r.ranks(column) for r, column in zip(rankers, need.T, strict=True)]
        for piece in stream():
            lasting = piece[:, piece[0] >= need[0, 0]]
            sure = lasting[0] >= need[-1, 0]
            counts[rows] += _in_bits(lasting[:, ~sure], rankers, allowed)
            counts[rows] += _in_bits(lasting[1:, sure], rankers[1:], allowed[1:])
    return counts


def _in_bits(points: Ints, rankers: list[Ranker], allowed: list[Ints]) -> Ints:
    """Count points (P, n); `allowed` holds, for each party, how many distinct thresholds a point may miss, (G,)."""
    sizes = [len(r.thresholds) + 1 for r in rankers]
    missed = [len(r.thresholds) - r.ranks(row) for r, row in zip(rankers, points, strict=True)]
    counts = np.zeros(len(allowed[0]), dtype=np.int64)
    for low in range(0, points.shape[1], _BITS_PIECE):
        counts += _bits_set([row[low : low + _BITS_PIECE] for row in missed], allowed, sizes)
    return counts


def _bits_set(missed: list[Ints], allowed: list[Ints], sizes: list[int]) -> Ints:
    """Return, for each threshold, how many points of a piece reach it for every party.

    Parameters
    ----------
    missed : list of ndarray of int, shape (n,)
        For each party, how many of its distinct thresholds each point does not reach.
    allowed : list of ndarray of int, shape (G,)
        For each party, the most that a point may miss.
    sizes : list of int
        How many numbers of thresholds missed there are.
    """
    words, bits = np.divmod(np.arange(len(missed[0])), 64)
    masks = np.uint64(1) << bits.astype(np.uint64)
    inside: NDArray[np.uint64] | None = None
    for row, most, size in zip(missed, allowed, sizes, strict=True):
        reach = np.zeros((words[-1] + 1, size), dtype=np.uint64)
        np.add.at(reach.reshape(-1), words * size + row, masks)
        np.bitwise_or.accumulate(reach, axis=1, out=reach)
        chosen = reach.take(most, axis=1, mode="clip")
        inside = chosen if inside is None else np.bitwise_and(inside, chosen, out=inside)
    assert inside is not None
    return np.asarray(np.bitwise_count(inside).sum(axis=0, dtype=np.uint16).astype(np.int64))
