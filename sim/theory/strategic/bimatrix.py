"""All Nash equilibria of bimatrix games (A, B), many games at once.

A pair of mixed strategies (x, y) is a Nash equilibrium if x' A y >= (A y)_i for every row i and x' B y >= (x' B)_j for
every column j (Nash 1951). Every game has one; a non-degenerate game has an odd number, each with supports of equal
size (Lemke and Howson 1964; Shapley 1974). In a degenerate game - some mixed strategy has more pure best replies than
strategies in its support - equilibria may form continua; reported are then the extreme equilibria (Mangasarian 1964).
The whole set is the union of the polytopes spanned by those in which every row strategy goes with every column strategy
(Winkels 1979); a mixture of others need not be an equilibrium.

Method: both players' vertices of best replies are read off the signs of bordered minors (`bimatrix_minors`), computed
in doubles on payoffs brought to one scale, with a bound on their error. A game in which some sign is not certain, or an
equilibrium would leave a regret, is solved again in whole numbers (`bimatrix_exact`), which also decides whether it is
degenerate. The signs that count are thus always right; rounding touches only the last digits of the probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import SizeError
from sim.theory.strategic.bimatrix_exact import solve_exactly
from sim.theory.strategic.bimatrix_minors import Pairs, agree, minors, pairs, rows, sign_bits, where
from sim.theory.strategic.bimatrix_payoffs import Floats, Scaled, checked_pair, evaluate, scaled

__all__ = ["LIMIT", "Equilibria", "check_size", "solve"]

LIMIT = 200_000
"""Most bordered minors, or pairs of supports, of one game: 10 x 10, 5 x 19, 3 x 45, 2 x 104 or 1 x 631."""

_TABLE_CELLS = 1_000_000
_MOST_GAMES = 8192
_REGRET = 1e-11
_ROUGH = 1e-14


@dataclass(frozen=True, eq=False)
class Equilibria:
    """The E equilibria of N games, grouped by game.

    Attributes
    ----------
    game : array (E,) of int
        The game each equilibrium belongs to, ascending.
    row, column : array (E, m), (E, n)
        The mixed strategies; a strategy not in use has probability exactly 0.
    payoffs : array (E, 2)
        Expected payoffs of the row and the column player.
    degenerate : array (N,) of bool
        Whether the game is degenerate, decided exactly; its equilibria are then the extreme ones.
    regret : array (E,)
        The most either player could gain by changing strategy: rounding only.
    """

    game: NDArray[np.intp]
    row: Floats
    column: Floats
    payoffs: Floats
    degenerate: NDArray[np.bool_]
    regret: Floats

    def __post_init__(self) -> None:
        for array in vars(self).values():
            array.flags.writeable = False

    def of(self, game: int) -> slice:
        """Which equilibria belong to one game, as a slice of the arrays."""
        first, last = np.searchsorted(self.game, [game, game + 1])
        return slice(int(first), int(last))


@dataclass(frozen=True, eq=False)
class _Found:
    """Equilibria of a piece: game (E,), strategies (m, E) and (n, E), payoffs (2, E), regret (E,)."""

    game: NDArray[np.intp]
    x: Floats
    y: Floats
    payoffs: Floats
    regret: Floats


def solve(A: ArrayLike, B: ArrayLike) -> Equilibria:
    """All equilibria of each of N games; of a degenerate one all extreme equilibria.

    Parameters
    ----------
    A, B : array_like (N, m, n) or (m, n)
        Payoffs of the row and the column player; (m, n) is one game. Payoffs equal up to a few roundings on the
        player's scale count as equal in degenerate games, unless both have at most 12 digits.

    Returns
    -------
    Equilibria

    Raises
    ------
    ValueError
        If the shapes do not match, a player has no strategy, or a payoff is nan, infinite or beyond 1e300.
    SizeError
        If one game has more than `LIMIT` minors (10 x 10 is the largest square game).

    Notes
    -----
    Nash (1951), Annals of Mathematics; on the geometry of best replies and degeneracy von Stengel (2002), Handbook of
    Game Theory 3.

    Examples
    --------
    Hawk and dove over a prize of 2 with a fight costing 4 (Maynard Smith and Price 1973):

    >>> found = solve([[-1, 2], [0, 1]], [[-1, 0], [2, 1]])
    >>> found.row
    array([[1. , 0. ],
           [0. , 1. ],
           [0.5, 0.5]])
    """
    first, second = checked_pair(A, B)
    games, m, n = first.shape
    check_size(m, n)
    tables = pairs(m, n)
    step = max(8, min(_MOST_GAMES, _TABLE_CELLS // max(rows(m, n), rows(n, m)))) // 8 * 8
    parts, doubtful = [], [np.zeros(0, dtype=np.intp)]
    for start in range(0, games, step):
        part, unsure = _by_signs(first[start : start + step], second[start : start + step], tables)
        parts.append(_shifted(part, np.arange(start, start + step)))
        doubtful.append(unsure + start)
    left = np.concatenate(doubtful)
    degenerate = np.zeros(games, dtype=bool)
    for start in range(0, len(left), step):
        chosen = left[start : start + step]
        part, degenerate[chosen] = _exactly(first[chosen], second[chosen])
        parts.append(_shifted(part, chosen))
    return _joined(parts, (m, n), degenerate)


def check_size(m: int, n: int) -> None:
    """Refuse games with too many minors to list.

    Raises
    ------
    SizeError
        If C(m + n, k) exceeds `LIMIT` for k = m, m + 1 or n + 1: the numbers of pairs of supports and of minors.

    Examples
    --------
    >>> check_size(10, 10)
    """
    count = max(comb(m + n, m), comb(m + n, m + 1), comb(m + n, n + 1))
    if count > LIMIT:
        raise SizeError(
            f"all equilibria of a {m} x {n} game would need {count:,} minors of each payoff matrix, the limit is "
            f"{LIMIT:,} (10 x 10, 5 x 19, 3 x 45 or 2 x 104 strategies): remove dominated strategies or take "
            "fewer"
        )


def _by_signs(A: Floats, B: Floats, tables: Pairs) -> tuple[_Found, NDArray[np.intp]]:
    """Equilibria of the games whose signs are all certain, and the other games."""
    games, m, n = A.shape
    a, b = scaled(A), scaled(B.swapaxes(1, 2))
    minors_a, minors_b = minors(a.values), minors(b.values)
    bits_a, bits_b = sign_bits(minors_a, (m, n), a.noise), sign_bits(minors_b, (n, m), b.noise)
    certain = _all_known(bits_a) & _all_known(bits_b)
    hits = agree(bits_a, tables.row)[1] & agree(bits_b, tables.column)[1] & certain
    pair, game = where(hits)
    order = np.argsort(game.astype(np.uint16), kind="stable")
    pair, game = pair[order], game[order]
    x = _shares(minors_b, tables.column.weight.T.take(pair, axis=1), game)
    y = _shares(minors_a, tables.row.weight.T.take(pair, axis=1), game)
    found, worst = _valued(a, b, game, (x, y))
    unsure = ~np.unpackbits(certain, count=games).astype(bool)
    unsure[found.game[worst > _REGRET]] = True
    return _kept(found, ~unsure[found.game]), np.flatnonzero(unsure)


def _all_known(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Packed: the games of which every minor is certainly positive or certainly negative."""
    positive, negative = bits.reshape(2, -1, bits.shape[1])
    return np.asarray(np.bitwise_and.reduce(positive | negative, axis=0), dtype=np.uint8)


def _shares(table: Floats, weight: NDArray[np.intp], game: NDArray[np.intp]) -> Floats:
    """Probabilities (k, E) from the minors behind them."""
    sizes: Floats = np.abs(table[weight, game])
    return np.asarray(sizes / reduce(np.add, sizes), dtype=np.float64)


def _exactly(A: Floats, B: Floats) -> tuple[_Found, NDArray[np.bool_]]:
    exact = solve_exactly(A, B)
    found, _ = _valued(scaled(A), scaled(B.swapaxes(1, 2)), exact.game, (exact.row.T, exact.column.T))
    return found, exact.degenerate


def _valued(a: Scaled, b: Scaled, game: NDArray[np.intp], strategies: tuple[Floats, Floats]) -> tuple[_Found, Floats]:
    """Add payoffs and regret; also the regret as a share of the payoffs' scale."""
    x, y = strategies
    payoff_a, regret_a = _paid(a, game, x, y)
    payoff_b, regret_b = _paid(b, game, y, x)
    found = _Found(game, x, y, np.stack([payoff_a, payoff_b]), np.maximum(regret_a, regret_b))
    return found, np.maximum(regret_a * a.unit[game], regret_b * b.unit[game])


def _paid(side: Scaled, game: NDArray[np.intp], mine: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """One player's payoff and regret; a regret that might be the rounding of an offset is reckoned without it."""
    own = side.raw.take(game, axis=2)
    payoff, regret = evaluate(own, mine, theirs)
    rough = np.flatnonzero(regret * side.unit[game] > _ROUGH)
    if len(rough):
        own, mine, theirs = own[:, :, rough], mine[:, rough], theirs[:, rough]
        over = own - np.take_along_axis(own, mine.argmax(axis=0)[None, None], axis=0)
        regret[rough] = evaluate(over, mine, theirs)[1]
    return payoff, regret


def _kept(found: _Found, keep: NDArray[np.bool_]) -> _Found:
    if keep.all():
        return found
    return _Found(found.game[keep], found.x[:, keep], found.y[:, keep], found.payoffs[:, keep], found.regret[keep])


def _shifted(found: _Found, number: NDArray[np.intp]) -> _Found:
    """The same equilibria with games numbered as in the whole batch."""
    return _Found(number[found.game], found.x, found.y, found.payoffs, found.regret)


def _joined(parts: list[_Found], shape: tuple[int, int], degenerate: NDArray[np.bool_]) -> Equilibria:
    if not parts:
        none = np.zeros(0)
        parts = [_Found(none.astype(np.intp), np.zeros((shape[0], 0)), np.zeros((shape[1], 0)), np.zeros((2, 0)), none)]
    game = np.concatenate([part.game for part in parts])
    x, y, payoffs = (np.concatenate([getattr(part, name).T for part in parts]) for name in ("x", "y", "payoffs"))
    regret = np.concatenate([part.regret for part in parts])
    if (np.diff(game) < 0).any():
        order = np.argsort(game, kind="stable")
        game, x, y, payoffs, regret = (array[order] for array in (game, x, y, payoffs, regret))
    return Equilibria(game, x, y, payoffs, degenerate, regret)
