"""The share of all outcomes that lie in the zone: counted, or sampled with its interval.

Counting splits the blocks into two halves of about the square root of the space and looks at the sums of both in
cache-sized pieces, so no array of all outcomes exists. Above `COUNTABLE` outcomes the share is estimated from uniform
draws, the same for every leverage point, with the exact binomial interval of Clopper and Pearson (1934), The Use of
Confidence or Fiducial Limits Illustrated in the Case of the Binomial.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Factors, Mask, Pair, Space, components
from sim.space.pareto import Floats
from sim.space.zone import TOLERANCE

__all__ = ["COUNTABLE", "DRAWS", "Share", "binomial_interval", "share"]

COUNTABLE = 50_000_000
DRAWS = 1_000_000
LEVEL = 0.99
_PIECE = 1 << 18
_DRAW = 1 << 16


@dataclass(frozen=True, eq=False)
class Share:
    """Fractions of all outcomes in the zone.

    Attributes
    ----------
    share, low, high : ndarray, shape (G,)
        The fraction and its 99 % interval (equal to it when counted).
    method : str
        ``counted`` or ``sampled``.
    """

    share: Floats
    low: Floats
    high: Floats
    method: str


def share(space: Space, reservation: Floats, *, draws: int = DRAWS, rng: np.random.Generator | None = None) -> Share:
    """Return the share of all outcomes that every party accepts and no constraint forbids.

    Parameters
    ----------
    space : Space
    reservation : ndarray, shape (G, P)
    draws : int
        Uniform draws where the space is too large to count.
    rng : numpy Generator, optional
        For the draws; a fixed one by default, so that results repeat.

    Examples
    --------
    >>> from sim.space.blocks import Factors, compile_space
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> share(compile_space(Factors((table, table))), np.array([[0.5, 0.5]])).share.tolist()
    [0.5]
    """
    if space.outcomes <= COUNTABLE:
        counts = _counted(space, reservation)
        fraction = np.array([count / space.outcomes for count in counts])
        return Share(fraction, fraction, fraction, "counted")
    hits = _sampled(space, reservation, draws, rng or np.random.default_rng(0))
    low, high = binomial_interval(hits, draws)
    return Share(hits / draws, low, high, "sampled")


def _counted(space: Space, reservation: Floats) -> NDArray[np.int64]:
    left, right = _halves(space)
    b = np.concatenate(list(_pieces(_part(space.factors, right))))
    counts = np.zeros(len(reservation), dtype=np.int64)
    counter = _count_two if space.parties == 2 else _count_many
    for a in _pieces(_part(space.factors, left)) if len(b) else ():
        counts += [counter(a, b, r - TOLERANCE) for r in reservation]
    return counts


def _halves(space: Space) -> tuple[list[int], list[int]]:
    """Split the issues, block by block, into two groups of outcomes as near each other as greedy choice makes them.

    The first is the larger.
    """
    groups: tuple[list[int], list[int]] = ([], [])
    sizes = [1, 1]
    blocks = [(math.prod(space.sizes[k] for k in issues), issues) for issues in components(space.factors)]
    for count, issues in sorted(blocks, reverse=True):
        k = 0 if sizes[0] <= sizes[1] else 1
        groups[k].extend(issues)
        sizes[k] *= count
    return (groups[0], groups[1]) if sizes[0] >= sizes[1] else (groups[1], groups[0])


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
        tuple(Mask(tuple(place[k] for k in m.issues), m.allowed) for m in masks),
    )


def _pieces(part: Factors) -> Iterator[Floats]:
    """Yield the utilities of all allowed outcomes of a part, a cache-sized piece at a time."""
    count = math.prod(part.sizes)
    for low in range(0, count, _PIECE):
        codes = np.arange(low, min(low + _PIECE, count))
        levels = np.stack(np.unravel_index(codes, part.sizes), axis=1).astype(np.int64)
        yield part.utilities(levels[part.allowed(levels)])


def _count_two(a: Floats, b: Floats, r: Floats) -> int:
    """Count pairs (i, j) with a_i + b_j >= r for both parties, by square-root decomposition of b.

    With b sorted by the first utility the partners of a row of a are a suffix: whole buckets of it are counted by
    binary search in their sorted second utilities, the rest of one bucket directly.
    """
    size = max(1, math.isqrt(len(b)))
    order = np.argsort(b[:, 0], kind="stable")
    first, second = b[order, 0], b[order, 1]
    starts = np.searchsorted(first, r[0] - a[:, 0])
    need = r[1] - a[:, 1]
    total = 0
    for low in range(0, len(b), size):
        bucket = np.sort(second[low : low + size])
        whole = starts <= low
        total += int((len(bucket) - np.searchsorted(bucket, need[whole])).sum())
        partly = (starts > low) & (starts < low + len(bucket))
        total += _count_part(second[low : low + size], starts[partly] - low, need[partly])
    return total


def _count_part(bucket: Floats, starts: NDArray[np.int64], need: Floats) -> int:
    total = 0
    step = max(1, _PIECE // len(bucket))
    places = np.arange(len(bucket))
    for low in range(0, len(starts), step):
        piece = slice(low, low + step)
        inside = (bucket[None, :] >= need[piece, None]) & (places[None, :] >= starts[piece, None])
        total += int(np.count_nonzero(inside))
    return total


def _count_many(a: Floats, b: Floats, r: Floats) -> int:
    total = 0
    step = max(1, _PIECE // len(b))
    for low in range(0, len(a), step):
        need = r - a[low : low + step]
        inside = b[None, :, 0] >= need[:, None, 0]
        for i in range(1, b.shape[1]):
            inside &= b[None, :, i] >= need[:, None, i]
        total += int(np.count_nonzero(inside))
    return total


def _sampled(space: Space, reservation: Floats, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    hits = np.zeros(len(reservation), dtype=np.int64)
    for low in range(0, draws, _DRAW):
        n = min(_DRAW, draws - low)
        levels = np.stack([rng.integers(size, size=n) for size in space.sizes], axis=1)
        utilities = space.factors.utilities(levels)[space.factors.allowed(levels)]
        for g, r in enumerate(reservation - TOLERANCE):
            hits[g] += np.count_nonzero((utilities >= r).all(axis=1))
    return hits


def binomial_interval(hits: NDArray[np.int64], draws: int, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the exact (Clopper-Pearson) interval of a proportion.

    Parameters
    ----------
    hits : ndarray of int, shape (G,)
    draws : int
    level : float
        Coverage, at least.

    Examples
    --------
    >>> low, high = binomial_interval(np.array([0, 50]), 100)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.369], [0.052, 0.631])
    """
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    k = hits.astype(np.float64)
    with np.errstate(all="ignore"):
        low = np.where(k > 0, betaincinv(np.maximum(k, 1), draws - k + 1, tail), 0.0)
        high = np.where(k < draws, betaincinv(k + 1, np.maximum(draws - k, 1), 1 - tail), 1.0)
    return low, high
