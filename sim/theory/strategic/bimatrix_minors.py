"""Bordered minors of payoff matrices, and the vertices of best replies that their signs reveal.

For the player with payoffs A (m, n), rows R = r_0 < ... < r_t and columns C, |C| = t, let

    E(R, C) = det (A[r_s, c] - A[r_0, c]), s = 1..t, c in C        ( = ± det [A[R, C] | 1] ).

For equally many rows I and columns J (a *pair*) the weights y on J that make the player indifferent among I, and the
slack of every other row i, are up to one common factor

    y_q ~ (-1)^q E(I, J - j_q),        u - (A y)_i ~ (-1)^s E(I + i, J),  s the place of i in I + i

(Cramer's rule; on the geometry see von Stengel 2002). So (I, J) is a vertex of the best-reply polyhedron exactly when
these m numbers show one sign only, zeros allowed; with a zero among them the vertex is degenerate. Where no E is 0 the
game is non-degenerate, and its equilibria are the pairs at which both players' m and n numbers have strictly one sign.

All E come from one Laplace recursion along the last column,

    E(R, C) = sum_s (-1)^(s + t) (A[r_s, c_t] - A[r_0, c_t]) E(R - r_s, C - c_t),

with the batch of games as the last axis. Subsets are in colexicographic order: the sets C that end in c are then
contiguous, and so are the sets C - c, so that every step is a product of slices.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb, factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pairs", "Side", "agree", "minors", "pairs", "rows", "sign_bits", "where"]

Bits = NDArray[np.uint8]
Index = NDArray[np.intp]

ONE, ZERO, FIRST = 0, 1, 2
"""Rows of a table of minors: the empty minor, a zero for what is absent, and where layer 1 starts."""


@dataclass(frozen=True, eq=False)
class Side:
    """Where one player's minors stand for each of P pairs (I, J), I its own rows and J the other's strategies.

    Attributes
    ----------
    weight : array (P, n)
        Row of the minor behind y_j; `ZERO` where j is not in J.
    slack : array (P, m)
        Row of the minor behind the slack of i; `ZERO` where i is in I.
    same, other : array (m, P)
        Rows of the table of signs that are set where a number has sign + (or -), for the m numbers of each pair.
    """

    weight: Index
    slack: Index
    same: Index
    other: Index


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of equally large supports of an m x n game, in one order for both players."""

    row: Side
    column: Side


def _subsets(n: int, k: int) -> Index:
    """All k-subsets of range(n), (C(n, k), k), in colexicographic order."""
    sets = sorted(combinations(range(n), k), key=lambda members: members[::-1])
    return np.array(sets, dtype=np.intp).reshape(comb(n, k), k)


def _rank(sets: Index, n: int) -> Index:
    """Place of sorted subsets (..., k) of range(n) in colexicographic order."""
    k = sets.shape[-1]
    choose = np.array([[comb(c, i + 1) for i in range(k)] for c in range(n)], dtype=np.intp).reshape(n, k)
    return np.asarray(choose[sets, np.arange(k)].sum(axis=-1), dtype=np.intp)


def _start(m: int, n: int, t: int) -> int:
    """First row of layer t >= 1, which holds E(R, C) for |C| = t."""
    return FIRST + sum(comb(m, s + 1) * comb(n, s) for s in range(1, t))


def _depth(m: int, n: int) -> int:
    return min(m - 1, n)


def rows(m: int, n: int) -> int:
    """Rows in the table of minors of an (m, n) payoff matrix.

    Examples
    --------
    >>> rows(3, 3)
    14
    """
    return _start(m, n, _depth(m, n) + 1)


def _without(sets: Index, n: int) -> Index:
    """Ranks (S, k) of the sets (S, k) with each member left out in turn."""
    k = sets.shape[1]
    kept = np.array([[j for j in range(k) if j != q] for q in range(k)], dtype=np.intp).reshape(k, k - 1)
    return _rank(sets[:, kept], n)


def _with(sets: Index, n: int) -> tuple[Index, Index, Index]:
    """For sets (S, k) and the n - k strangers of each: the stranger, its place in the larger set, that set's rank."""
    inside = np.zeros((len(sets), n), dtype=bool)
    np.put_along_axis(inside, sets, True, axis=1)
    strangers = np.nonzero(~inside)[1].reshape(len(sets), n - sets.shape[1])
    larger = np.concatenate([np.repeat(sets[:, None], strangers.shape[1], axis=1), strangers[..., None]], axis=2)
    place = (sets[:, None, :] < strangers[..., None]).sum(axis=2)
    return strangers, place, _rank(np.sort(larger, axis=2), n)


def _side_of_size(m: int, n: int, k: int) -> tuple[Index, Index, Index, Index]:
    """Minor rows of weights and slacks for the pairs of size k, each (C(m, k), C(n, k), ...); own sets first."""
    own, others = _subsets(m, k), _subsets(n, k)
    shape = len(own), len(others)
    drop = np.arange(len(own))[:, None, None] * comb(n, k - 1) + _without(others, n)
    weights = np.zeros_like(drop) + ONE if k == 1 else drop + _start(m, n, k - 1)
    strangers, place, rank = _with(own, m)
    slacks = rank[:, None] * comb(n, k) + np.arange(len(others))[:, None] + _start(m, n, k)
    weight = np.full((*shape, n), ZERO, dtype=np.intp)
    np.put_along_axis(weight, np.broadcast_to(others, (*shape, k)), weights, axis=2)
    slack = np.full((*shape, m), ZERO, dtype=np.intp)
    np.put_along_axis(slack, np.broadcast_to(strangers[:, None], slacks.shape), slacks, axis=2)
    odd = np.concatenate(
        [np.broadcast_to(np.arange(k) % 2, weights.shape), np.repeat(place[:, None] % 2, shape[1], 1)], 2
    )
    return weight, slack, np.concatenate([weights, slacks], axis=2), odd


def _side(m: int, n: int, *, transposed: bool) -> Side:
    """Gather all sizes; transposed: list the pairs by the other's set first, to match the row player's order."""
    parts: list[list[Index]] = [[], [], [], []]
    for k in range(1, min(m, n) + 1):
        for part, array in zip(parts, _side_of_size(m, n, k), strict=True):
            part.append((array.swapaxes(0, 1) if transposed else array).reshape(-1, array.shape[2]))
    weight, slack, label, odd = (np.concatenate(part) for part in parts)
    count = rows(m, n)
    return Side(weight, slack, *((label + count * sign).T.copy() for sign in (odd, 1 - odd)))


@lru_cache(maxsize=32)
def pairs(m: int, n: int) -> Pairs:
    """Tables of minors for all C(m + n, m) - 1 pairs of equally large supports of an m x n game.

    Examples
    --------
    >>> pairs(3, 3).row.weight.shape
    (19, 3)
    """
    return Pairs(_side(m, n, transposed=False), _side(n, m, transposed=True))


_Step = tuple[int, int, tuple[tuple[int, int], ...]]


@lru_cache(maxsize=32)
def _plan(m: int, n: int) -> tuple[_Step, ...]:
    """Steps of the recursion from layer 2 on: (first row, width, ((row of the factor, first row of minors), ...))."""
    steps: list[_Step] = []
    for t in range(2, _depth(m, n) + 1):
        sets = _subsets(m, t + 1)
        before = _without(sets, m)[:, 1:] * comb(n, t - 1) + _start(m, n, t - 1)
        edges = _rank(np.stack([np.repeat(sets[:, :1], t, axis=1), sets[:, 1:]], axis=2), m) * n + FIRST
        for rank in range(len(sets)):
            for c in range(t - 1, n):
                first = _start(m, n, t) + rank * comb(n, t) + comb(c, t)
                terms = zip((edges[rank] + c).tolist(), before[rank].tolist(), strict=True)
                steps.append((first, comb(c, t - 1), tuple(terms)[::-1]))
    return tuple(steps)


def minors(payoffs: NDArray[Any]) -> NDArray[Any]:
    """All E(R, C) of a batch of payoff matrices.

    Parameters
    ----------
    payoffs : array (m, n, B)
        Floats, or Python integers (dtype object) for exact minors.

    Returns
    -------
    array (rows(m, n), B)

    Examples
    --------
    >>> minors(np.array([[[3.0], [1.0]], [[5.0], [2.0]]]))[2:, 0]
    array([2., 1.])
    """
    m, n, batch = payoffs.shape
    table = np.empty((rows(m, n), batch), dtype=payoffs.dtype)
    table[ONE], table[ZERO] = 1, 0
    for rank, (low, high) in enumerate(_subsets(m, 2).tolist()):
        np.subtract(payoffs[high], payoffs[low], out=table[FIRST + rank * n : FIRST + (rank + 1) * n])
    plan = _plan(m, n)
    product = np.empty((max((width for _, width, _ in plan), default=0), batch), dtype=payoffs.dtype)
    for first, width, terms in plan:
        _expand(table, table[first : first + width], terms, product[:width])
    return table


def _expand(
    table: NDArray[Any], target: NDArray[Any], terms: tuple[tuple[int, int], ...], product: NDArray[Any]
) -> None:
    width = len(target)
    (factor, start), *rest = terms
    np.multiply(table[factor], table[start : start + width], out=target)
    for place, (factor, start) in enumerate(rest):
        np.multiply(table[factor], table[start : start + width], out=product)
        if place % 2:
            target += product
        else:
            target -= product


def sign_bits(table: NDArray[Any], shape: tuple[int, int], noise: NDArray[np.float64] | None = None) -> Bits:
    """Certain signs of minors, eight games to a byte.

    With payoffs at most 1 apart, each known up to `noise`, and t <= 15, E of layer t is off by less than 4 t t! noise:
    t! terms of t factors, each factor off by twice the noise, the rest for rounding. Beyond that its sign is certain.

    Parameters
    ----------
    table : array (rows(m, n), B)
    shape : (m, n)
    noise : array (B,), optional
        Left out: the minors are exact.

    Returns
    -------
    array (2 rows(m, n), ceil(B / 8)) of uint8
        First the bits of "positive", then of "negative"; the two leading rows count as positive.

    Examples
    --------
    >>> sign_bits(np.array([[1.0], [0.0], [-3.0]]), (2, 1))[:, 0] // 128
    array([1, 1, 0, 0, 0, 1], dtype=uint8)
    """
    m, n = shape
    signs = np.zeros((2, *table.shape), dtype=bool)
    signs[0, :FIRST] = True
    for t in range(1, _depth(m, n) + 1):
        layer = slice(_start(m, n, t), _start(m, n, t + 1))
        bound = 0 if noise is None else 4 * t * factorial(t) * noise
        np.greater(table[layer], bound, out=signs[0, layer])
        np.less(table[layer], -bound, out=signs[1, layer])
    return np.packbits(signs.reshape(-1, table.shape[1]), axis=1)


def agree(bits: Bits, side: Side) -> tuple[Bits, Bits]:
    """At which pairs one player's numbers show one sign only (zeros allowed), and at which strictly so.

    Parameters
    ----------
    bits : array (2 rows, bytes)
    side : Side

    Returns
    -------
    vertex, strict : array (P, bytes)

    Examples
    --------
    Row 2 beats row 1 in column 1, ties in column 2:

    >>> bits = sign_bits(minors(np.array([[[3.0], [1.0]], [[5.0], [1.0]]])), (2, 2))
    >>> [found[:, 0] // 128 for found in agree(bits, pairs(2, 2).row)]
    [array([0, 1, 1, 1, 1], dtype=uint8), array([0, 0, 1, 0, 0], dtype=uint8)]
    """
    some, none = bits[side.same[0]], bits[side.other[0]]
    plus, minus = some.copy(), none.copy()
    for same, other in zip(side.same[1:], side.other[1:], strict=True):
        mine, opposite = bits[same], bits[other]
        some |= mine
        none |= opposite
        plus &= mine
        minus &= opposite
    return some ^ none, plus | minus


def where(bits: Bits) -> tuple[Index, Index]:
    """Row and game of every set bit of packed rows.

    Examples
    --------
    >>> where(np.array([[0b01000001, 0]], dtype=np.uint8))
    (array([0, 0]), array([1, 7]))
    """
    row, byte = np.nonzero(bits)
    hit, bit = np.nonzero(np.unpackbits(bits[row, byte][:, None], axis=1))
    return row[hit], byte[hit] * 8 + bit
