"""All extreme equilibria of degenerate bimatrix games, in whole numbers.

A bimatrix game is *degenerate* if some mixed strategy has more pure best replies than it has strategies in its support
(von Stengel 2002). Its equilibria may then form convex sets; these are unions of polytopes whose vertices are the
*extreme equilibria*: the pairs of vertices (x, y) of the two best-reply polyhedra at which every strategy in use is a
best reply (Mangasarian 1964; Winkels 1979). They are finitely many and determine the whole set.

Whether a game is degenerate is a matter of exact equality, so it is decided on fractions. Payoffs arrive as doubles;
0.1 + 0.2 is read as 0.3: where all payoffs of a player, on the scale from that player's least to greatest, lie within a
few roundings of fractions with small denominators, these fractions are meant, otherwise the shortest decimals that
stand for the doubles. Decimals are also meant where the fractions would make two payoffs equal that differ and have at
most 12 digits each: rounding leaves more, so that 1.3 and 0.1 stay apart even beside a payoff of 1e15. Common
denominators are then cleared, and the signs of the bordered minors of `bimatrix_minors` are exact, zeros included.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import factorial, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.theory.strategic.bimatrix_minors import Bits, Index, Side, agree, minors, pairs, sign_bits, where
from sim.theory.strategic.bimatrix_payoffs import ROUNDINGS, Floats

__all__ = ["Exact", "integers", "solve_exactly"]

_DOUBLE_HOLDS = 2**53
_CONVERGENTS = 40
_NOISE = 5e-10
"""Greater noise, from an offset far beyond the span, is not rounded away: equilibria would leave a visible regret."""


@dataclass(frozen=True, eq=False)
class Exact:
    """Extreme equilibria of F games: the game of each, its strategies (E, m) and (E, n), and which games degenerate."""

    game: Index
    row: Floats
    column: Floats
    degenerate: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Vertices:
    """Vertices of one player's best-reply polyhedron: weights (V, n), their support, and the best replies (V, m)."""

    weights: NDArray[Any]
    support: NDArray[np.bool_]
    best: NDArray[np.bool_]


def _simple_fractions(values: Floats, tolerance: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """First convergents p/q of the continued fractions of values (F, K) within tolerance (F, 1); and where q is small.

    With q at most a tenth of tolerance^-1/2 a number drawn at random is within tolerance of some p/q less than once in
    a hundred times, so that one meant otherwise is hardly ever taken for a fraction.
    """
    p_before, q_before = np.zeros_like(values), np.ones_like(values)
    p, q = np.ones_like(values), np.zeros_like(values)
    rest, done = values.copy(), np.zeros(values.shape, dtype=bool)
    limit = np.broadcast_to(0.1 / np.sqrt(tolerance), values.shape)
    for _ in range(_CONVERGENTS):
        whole = np.floor(rest)
        p_next, q_next = np.where(done, p, whole * p + p_before), np.where(done, q, whole * q + q_before)
        p_before, q_before, p, q = p, q, p_next, q_next
        done |= (np.abs(values - p / q) <= tolerance) | (q > limit)
        if done.all():
            break
        rest = 1 / np.where(done | (rest <= whole), 1.0, rest - whole)
    return p, q, q <= limit


def _on_unit_scale(payoffs: Floats) -> tuple[Floats, Floats]:
    """Payoffs (F, K) on the scale from 0, the least of a game, to 1; and a few roundings on that scale, (F, 1)."""
    low, high = payoffs.min(axis=1, keepdims=True), payoffs.max(axis=1, keepdims=True)
    span = np.where(high > low, high - low, 1.0)
    return (payoffs - low) / span, ROUNDINGS * (np.maximum(np.abs(low), np.abs(high)) / span + 1)


def _equates(payoffs: list[float], fractions: list[tuple[int, int]]) -> bool:
    """Whether one fraction stands for two different payoffs that both are written with at most 12 digits."""
    if len(set(payoffs)) == len(set(fractions)):
        return False
    both = zip(payoffs, fractions, strict=True)
    written = {(payoff, fraction) for payoff, fraction in both if float(f"{payoff:.12g}") == payoff}
    return len(written) > len({fraction for _, fraction in written})


def _clear(fractions: list[tuple[int, int]]) -> list[int]:
    common = lcm(*(q for _, q in fractions))
    whole = [p * (common // q) for p, q in fractions]
    low = min(whole)
    return [number - low for number in whole]


def integers(payoffs: Floats) -> NDArray[Any]:
    """Whole numbers in the proportions of a player's payoffs, from 0 up.

    Parameters
    ----------
    payoffs : array (F, m, n)

    Returns
    -------
    array (m, n, F) of Python integers

    Examples
    --------
    >>> integers(np.array([[[0.1 + 0.2, 0.4], [0.3, 0.6]]]))[:, :, 0].tolist()
    [[0, 1], [0, 3]]
    """
    games, m, n = payoffs.shape
    given = payoffs.reshape(games, m * n)
    values, tolerance = _on_unit_scale(given)
    p, q, simple = _simple_fractions(values, tolerance)
    simple &= tolerance <= _NOISE
    whole = np.empty((games, m * n), dtype=object)
    for game in range(games):
        numbers, meant = given[game].tolist(), list[tuple[int, int]]()
        if simple[game].all():
            meant = list(zip(p[game].astype(int).tolist(), q[game].astype(int).tolist(), strict=True))
        if not meant or _equates(numbers, meant):
            meant = [Fraction(repr(payoff)).as_integer_ratio() for payoff in numbers]
        whole[game] = _clear(meant)
    return np.ascontiguousarray(whole.T).reshape(m, n, games)


def _doubles_do(payoffs: NDArray[Any]) -> NDArray[np.bool_]:
    """Where every minor of whole payoffs (m, n, F), and every partial sum on the way, is exact in doubles."""
    m, n, games = payoffs.shape
    depth = min(m - 1, n)
    greatest = payoffs.reshape(m * n, games).max(axis=0)
    return np.array(
        [factorial(depth) * max(int(high), 1) ** max(depth, 1) < _DOUBLE_HOLDS for high in greatest], dtype=bool
    )


def solve_exactly(A: Floats, B: Floats) -> Exact:
    """All extreme equilibria of games (F, m, n), degenerate or not, by exact signs.

    Examples
    --------
    >>> found = solve_exactly(np.array([[[1.0, 1.0]]]), np.array([[[2.0, 2.0]]]))
    >>> found.degenerate, found.column
    (array([ True]), array([[1., 0.],
           [0., 1.]]))
    """
    a, b = integers(A), integers(B).swapaxes(0, 1)
    small = _doubles_do(a) & _doubles_do(b)
    parts, degenerate = [], np.zeros(len(A), dtype=bool)
    for chosen, dtype in ((np.flatnonzero(small), np.float64), (np.flatnonzero(~small), object)):
        if len(chosen):
            part = _solve_whole(a[:, :, chosen].astype(dtype), b[:, :, chosen].astype(dtype))
            degenerate[chosen] = part.degenerate
            parts.append((chosen[part.game], part.row, part.column))
    game, row, column = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Exact(game, row, column, degenerate)


def _solve_whole(a: NDArray[Any], b: NDArray[Any]) -> Exact:
    """Extreme equilibria of games with whole payoffs, a (m, n, F) and b (n, m, F)."""
    m, n, games = a.shape
    sides, tables = pairs(m, n), (minors(a), minors(b))
    vertex_a, strict_a = agree(sign_bits(tables[0], (m, n)), sides.row)
    vertex_b, strict_b = agree(sign_bits(tables[1], (n, m)), sides.column)
    loose = np.bitwise_or.reduce((vertex_a & ~strict_a) | (vertex_b & ~strict_b), axis=0)
    degenerate = np.unpackbits(loose, count=games).astype(bool)
    pair, game = where(strict_a & strict_b & ~np.packbits(degenerate))
    rows = [_shares(tables[1][sides.column.weight[pair], game[:, None]])]
    columns = [_shares(tables[0][sides.row.weight[pair], game[:, None]])]
    where_from = [game]
    for one in np.flatnonzero(degenerate).tolist():
        x, y = _labelled(
            _vertices(tables[1][:, one], sides.column, _column(vertex_b, one)),
            _vertices(tables[0][:, one], sides.row, _column(vertex_a, one)),
        )
        rows.append(_shares(x))
        columns.append(_shares(y))
        where_from.append(np.full(len(x), one))
    return Exact(np.concatenate(where_from), np.concatenate(rows), np.concatenate(columns), degenerate)


def _column(bits: Bits, game: int) -> Index:
    """The pairs whose bit is set for one game."""
    return np.flatnonzero(bits[:, game // 8] & (128 >> game % 8))


def _shares(weights: NDArray[Any]) -> Floats:
    """Whole weights (E, k) of one sign a row, as probabilities: one correctly rounded division each."""
    sizes = np.abs(weights)
    return np.asarray(sizes / sizes.sum(axis=1, keepdims=True), dtype=np.float64)


def _vertices(table: NDArray[Any], side: Side, bases: Index) -> _Vertices:
    """The distinct vertices behind the bases of one game; a vertex is known by its support and its best replies."""
    weights = table[side.weight[bases]]
    support = np.asarray(weights != 0, dtype=bool)
    best = np.asarray(table[side.slack[bases]] == 0, dtype=bool)
    codes = np.packbits(np.concatenate([support, best], axis=1), axis=1)
    first = list({code.tobytes(): place for place, code in reversed(list(enumerate(codes)))}.values())[::-1]
    return _Vertices(weights[first], support[first], best[first])


def _labelled(left: _Vertices, right: _Vertices) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights (K, m) and (K, n) of the pairs of vertices at which all that is played is a best reply."""
    missed = left.support.astype(np.float32) @ (~right.best).astype(np.float32).T
    missed += (~left.best).astype(np.float32) @ right.support.astype(np.float32).T
    x, y = np.nonzero(missed == 0)
    return left.weights[x], right.weights[y]
