"""Exact counts of the outcomes that every party accepts, at many reservation points in one pass.

The blocks are split into two halves of about the square root of the space each, and the sums of both are looked at in
pieces that fit the cache, so no array of all outcomes exists. Utilities are first rounded to whole multiples of a
unit near the last bit of a float: sums are then exact whatever their order, and how the space was split and which
method counted make no difference (`sim.space.count_methods`). The rounding is of the order of 1e-16 of the largest
utility, far within the tolerance of 1e-9 that comparisons with reservation values grant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sim.space.blocks import Factors, Pair, Space, components
from sim.space.codes import Ints
from sim.space.count_methods import CHUNK, Stream, by_bits, by_buckets, by_ranks, directly
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE

__all__ = ["COUNTABLE", "Halves", "count", "pieces", "split", "tally", "whole"]

COUNTABLE = 50_000_000
_PIECE = 1 << 18
_TILE = 1 << 16
_CELLS = 20_000_000
_BITS = 52


@dataclass(frozen=True, eq=False)
class Halves:
    """A space as the sum of two parts without a common term or constraint.

    Attributes
    ----------
    left, right : Factors
        Of the larger and the smaller part, with issues renumbered; a part without issues is one outcome worth 0.
    left_issues, right_issues : list of int
        Which issues of the space they hold, in their order.
    """

    left: Factors
    right: Factors
    left_issues: list[int]
    right_issues: list[int]


def count(space: Space, reservation: Floats) -> Ints:
    """Count the outcomes that every party accepts and no constraint forbids.

    Parameters
    ----------
    space : Space
    reservation : ndarray, shape (G, P)

    Returns
    -------
    ndarray of int, shape (G,)

    Examples
    --------
    >>> from sim.space.blocks import compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> count(compile_space(Factors((table, table))), np.array([[0.5, 0.5], [0.0, 0.5], [0.6, 0.0]])).tolist()
    [2, 3, 1]
    """
    factors, need = whole(space.factors, reservation)
    halves = split(factors)
    b = np.concatenate([utilities for _, utilities in pieces(halves.right)], axis=1)
    if not len(need) or not b.size:
        return np.zeros(len(need), dtype=np.int64)
    rows = math.prod(halves.left.sizes)
    price, method = _cheapest(rows * b.shape[1], need)
    if len(b) == 2 and 20.0 * len(need) * rows * math.sqrt(b.shape[1]) < price:
        return _by_search(halves.left, b, need)
    return method(_sums(halves.left, b), need)


def tally(stream: Stream, need: Ints, points: int) -> Ints:
    """Count, by the method that is probably fastest, the points of a stream that reach thresholds (G, P).

    Parameters
    ----------
    stream : callable
        Starts a pass over pieces, integer arrays (P, n).
    need : ndarray of int, shape (G, P)
    points : int
        About how many points the stream has.
    """
    return _cheapest(points, need)[1](stream, need) if len(need) else np.zeros(0, dtype=np.int64)


def _cheapest(points: int, need: Ints) -> tuple[float, Callable[[Stream, Ints], Ints]]:
    """Return about how many nanoseconds the fastest method takes, and the method."""
    groups, parties = need.shape
    cells = math.prod(len(np.unique(column)) + 1 for column in need.T)
    prices: list[tuple[float, Callable[[Stream, Ints], Ints]]] = [(0.4 * points * groups * parties, directly)]
    if cells <= _CELLS or parties == 1:
        prices.append((points * (8.0 * parties + cells / (cells + 1e6) * 10) + 10.0 * cells, by_ranks))
    if parties == 2:
        run = min(groups, CHUNK)
        prices.append((-(-groups // run) * (30.0 * points + 20.0 * run**1.5), by_buckets))
    elif parties > 2:
        prices.append((points * (30.0 + 0.03 * parties * groups), by_bits))
    return min(prices, key=lambda entry: entry[0])


def whole(factors: Factors, reservation: Floats) -> tuple[Factors, Ints]:
    """Return factors rounded to whole numbers of a small unit, and what a party needs in that unit.

    Parameters
    ----------
    factors : Factors
    reservation : ndarray, shape (G, P)

    Returns
    -------
    factors : Factors
        Sums of their terms stay below 2**52 in size, so that floats hold them exactly.
    need : ndarray of int, shape (G, P)
        An outcome is acceptable where its utilities in units are not below; the tolerance is in it.
    """
    tables = [*factors.single, *(pair.table for pair in factors.pairs)]
    bound = max(sum(float(np.abs(table).max()) for table in tables), np.finfo(np.float64).tiny)
    bits = _BITS - math.frexp(bound)[1]
    pairs = tuple(Pair(p.issues, np.rint(np.ldexp(p.table, bits))) for p in factors.pairs)
    single = tuple(np.rint(np.ldexp(table, bits)) for table in factors.single)
    need = np.ceil(np.ldexp(np.clip(reservation - TOLERANCE, -2 * bound, 2 * bound), bits))
    return Factors(single, pairs, factors.masks), need.astype(np.int64)


def split(factors: Factors) -> Halves:
    """Split a space, block by block, into two parts of sizes as near each other as greedy choice makes them."""
    groups: tuple[list[int], list[int]] = ([], [])
    counts = [1, 1]
    blocks = [(math.prod(factors.sizes[k] for k in issues), issues) for issues in components(factors)]
    for combinations, issues in sorted(blocks, reverse=True):
        k = 0 if counts[0] <= counts[1] else 1
        groups[k].extend(issues)
        counts[k] *= combinations
    left, right = groups if counts[0] >= counts[1] else groups[::-1]
    return Halves(_part(factors, left), _part(factors, right), left, right)


def _part(factors: Factors, issues: Sequence[int]) -> Factors:
    """Return the factors of whole blocks, their issues renumbered; without issues, one outcome worth nothing."""
    if not issues:
        return Factors((np.zeros((1, factors.parties)),))
    place = {k: n for n, k in enumerate(issues)}
    pairs = (p for p in factors.pairs if p.issues[0] in place)
    masks = (m for m in factors.masks if m.issues[0] in place)
    return Factors(
        tuple(factors.single[k] for k in issues),
        tuple(Pair((place[p.issues[0]], place[p.issues[1]]), p.table) for p in pairs),
        tuple(m.renumbered(place) for m in masks),
    )


def pieces(part: Factors) -> Iterator[tuple[Ints, Ints]]:
    """Yield levels (n, K) and utilities (P, n) of all allowed outcomes of a part in whole numbers, piece by piece."""
    combinations = math.prod(part.sizes)
    for low in range(0, combinations, _PIECE):
        codes = np.arange(low, min(low + _PIECE, combinations))
        levels = np.stack(np.unravel_index(codes, part.sizes), axis=1).astype(np.int64)
        levels = levels[part.allowed(levels)]
        yield levels, np.ascontiguousarray(part.utilities(levels).T).astype(np.int64)


def _sums(left: Factors, b: Ints) -> Stream:
    """Return the stream of all sums of an outcome of the left part and one of the right, utilities (P, m)."""
    step = max(1, _TILE // b.shape[1])

    def stream() -> Iterator[Ints]:
        for _, a in pieces(left):
            for low in range(0, a.shape[1], step):
                yield (a[:, low : low + step, None] + b[:, None, :]).reshape(len(b), -1)

    return stream


def _by_search(left: Factors, b: Ints, need: Ints) -> Ints:
    """Count for two parties without looking at single sums, one reservation point at a time.

    With the right part sorted by the first utility, the partners of an outcome of the left are a suffix: whole
    buckets of it are counted by binary search in their sorted second utilities, the rest of one bucket directly.
    """
    size = max(1, math.isqrt(b.shape[1]))
    first, second = b[:, np.argsort(b[0], kind="stable")]
    plain = [second[low : low + size] for low in range(0, len(second), size)]
    buckets = [(n * size, bucket, np.sort(bucket)) for n, bucket in enumerate(plain)]
    counts = np.zeros(len(need), dtype=np.int64)
    for _, a in pieces(left):
        for g, (least, other) in enumerate(need):
            starts, missing = np.searchsorted(first, least - a[0]), other - a[1]
            counts[g] += sum(_partners(bucket, starts, missing) for bucket in buckets)
    return counts


def _partners(bucket: tuple[int, Ints, Ints], starts: Ints, missing: Ints) -> int:
    """Count pairs with one bucket: its first place, its second utilities by place, the same by size."""
    low, plain, ordered = bucket
    reached = missing[starts <= low]
    total = len(reached) * len(ordered) - int(np.searchsorted(ordered, reached).sum())
    partly = np.flatnonzero((starts > low) & (starts < low + len(plain)))
    step = max(1, _PIECE // len(plain))
    for n in range(0, len(partly), step):
        rows = partly[n : n + step]
        inside = plain >= missing[rows, None]
        inside &= np.arange(low, low + len(plain)) >= starts[rows, None]
        total += int(np.count_nonzero(inside))
    return total
