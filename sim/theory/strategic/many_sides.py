"""Nash equilibria, mixed ones included, of games in normal form of two players and more.

Player i of P mixes by x_i over n_i strategies; u_i is multilinear. A profile x is a Nash equilibrium if u_i(x) >=
u_i(s, x_-i) for every i and every strategy s of i (Nash 1951). Almost every game has an odd number (Wilson 1971). With
three players and more their probabilities need not be rational even where all payoffs are (Nash 1951).

What is looked for, once strictly dominated strategies are gone, by the number of players who mix:

- at most two: for each choice of the others, all equilibria of the bimatrix game of the two (exact, `bimatrix`) against
  which each of the others' strategies is a best reply;
- three, where one mixes over two strategies: `three_mixing`, for each set of strategies in use that no conditional
  dominance rules out (Porter, Nudelman and Shoham 2008);
- three over three strategies each and more, four players and more: not looked for. Unless dominance rules them out,
  `missing` says so. It also does where an even number was found though no tie was seen.

Ties - a bimatrix game with a continuum of equilibria that the others may accept, an equilibrium with a best reply that
is not in use, a doubtful polynomial - make the game `degenerate`: those found are then some of its equilibria.

Sources: Nash (1951), Non-cooperative Games; Wilson (1971), Computing Equilibria of N-Person Games; McKelvey and
McLennan (1996), Computation of Equilibria in Finite Games; Porter, Nudelman and Shoham (2008), Simple Search Methods
for Finding a Nash Equilibrium.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import SizeError
from sim.theory.strategic.dominance import undominated
from sim.theory.strategic.mixed_payoffs import gains_of
from sim.theory.strategic.normal_form import checked_payoffs, pure_equilibria
from sim.theory.strategic.supports import fits, supports, unbeaten
from sim.theory.strategic.three_mixing import fully_mixed
from sim.theory.strategic.two_mixing import TIE, continua, pairs

__all__ = ["MOST_SUPPORTS", "ManyGames", "ManySided", "equilibria", "equilibria_of_games"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Flags = NDArray[np.bool_]
Strategies = tuple[Floats, ...]

MOST_SUPPORTS = 20_000
"""Most sets of strategies in use by three who mix, and most choices of those who do not: 5 x 5 x 5 strategies."""

_SAME = 1e-7


@dataclass(frozen=True, eq=False)
class ManySided:
    """The E equilibria found, those with the fewest strategies in use first.

    Attributes
    ----------
    strategies : tuple of P ndarray, shape (E, n_i)
        A strategy not in use has probability 0.
    payoffs : ndarray, shape (E, P)
    degenerate : bool
        Whether ties were seen from which infinitely many equilibria may follow; the ones found are then some of them.
    missing : str or None
        Which kinds of equilibria were not looked for and may exist.
    """

    strategies: tuple[Floats, ...]
    payoffs: Floats
    degenerate: bool
    missing: str | None

    @property
    def complete(self) -> bool:
        """Whether these are all equilibria, within rounding."""
        return self.missing is None and not self.degenerate


@dataclass(frozen=True, eq=False)
class ManyGames:
    """The E equilibria found of N games, grouped by game, those with the fewest strategies in use first.

    Attributes
    ----------
    game : ndarray of int, shape (E,)
    strategies : tuple of P ndarray, shape (E, n_i)
    payoffs : ndarray, shape (E, P)
    """

    game: Ints
    strategies: Strategies
    payoffs: Floats


def equilibria(payoffs: Sequence[ArrayLike] | Floats) -> ManySided:
    """Find the Nash equilibria of one game, mixed ones included.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P), P >= 2
        The payoffs of each player in turn.

    Raises
    ------
    ValueError
        As `normal_form.checked_payoffs`, and for several games or one player.
    SizeError
        If the game is larger than `MOST_SUPPORTS` or `bimatrix.LIMIT` allow.

    Examples
    --------
    Three who all want to meet at one of two places:

    >>> met = np.zeros((2, 2, 2))
    >>> met[0, 0, 0] = met[1, 1, 1] = 1.0
    >>> found = equilibria([met] * 3)
    >>> found.strategies[0].round(6).tolist(), found.complete
    ([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], True)
    """
    arrays, single = checked_payoffs(payoffs)
    if not single or len(arrays) < 2:
        raise ValueError(f"payoffs: {len(arrays)} players, {'one' if single else 'several'} games (expected one of 2+)")
    kept = undominated([array[0] for array in arrays])
    tables = [array[0][np.ix_(*kept)][None] for array in arrays]
    _check_size(tables[0].shape[1:])
    threes = _three_mixing(tables)
    found = _found(tables, threes)
    wide = [np.zeros((len(found.game), len(mask))) for mask in kept]
    for whole, part, mask in zip(wide, found.strategies, kept, strict=True):
        whole[:, mask] = part
    odd = len(found.game) % 2 == 1
    ties = any(continua(pair) for pair in pairs(tables)) or _tied(arrays, found.game, wide)
    degenerate = ties or bool(threes.doubtful[0])
    missing = _missing(tables[0].shape[1:], wide=bool(threes.wide[0]), odd=degenerate or odd)
    return ManySided(tuple(wide), found.payoffs, degenerate, missing)


def equilibria_of_games(payoffs: Sequence[ArrayLike] | Floats) -> ManyGames:
    """Find what `equilibria` finds of each of many games; whether that is all of one, only `equilibria` tells.

    Parameters
    ----------
    payoffs : sequence of P arrays (N, n_1, ..., n_P), P >= 2

    Raises
    ------
    ValueError, SizeError
        As `equilibria`.

    Examples
    --------
    >>> met = np.zeros((2, 2, 2))
    >>> met[0, 0, 0] = met[1, 1, 1] = 1.0
    >>> equilibria_of_games([[met, -met]] * 3).game.tolist()
    [0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
    """
    arrays, single = checked_payoffs(payoffs)
    if single or len(arrays) < 2:
        raise ValueError(f"payoffs: {len(arrays)} players, {'one' if single else 'several'} games (expected several)")
    _check_size(arrays[0].shape[1:])
    return _found(arrays, _three_mixing(arrays))


def _check_size(shape: tuple[int, ...]) -> None:
    count = sum(
        prod(2 ** shape[k] - 1 - shape[k] for k in three) * prod(n for k, n in enumerate(shape) if k not in three)
        for three in itertools.combinations(range(len(shape)), 3)
    )
    if max(count, prod(shape)) > MOST_SUPPORTS:
        raise SizeError(
            f"all equilibria of a game of {' x '.join(map(str, shape))} moves would take {max(count, prod(shape)):,} "
            f"sets of moves in use, the limit is {MOST_SUPPORTS:,}: take fewer moves"
        )


def _found(tables: list[Floats], threes: _Threes) -> ManyGames:
    """All that is in equilibrium, in order."""
    profiles = np.argwhere(pure_equilibria(tables))
    shape = tables[0].shape[1:]
    parts = [(profiles[:, 0], [np.eye(n)[profiles[:, k + 1]] for k, n in enumerate(shape)]), threes.profiles]
    for pair in pairs(tables):
        keep = (pair.gains <= TIE).all(axis=1) & (_used(pair.strategies) > len(shape))
        parts.append((pair.game[keep], [x[keep] for x in pair.strategies]))
    game = np.concatenate([part for part, _ in parts])
    strategies = [np.concatenate([own[k] for _, own in parts]) for k in range(len(shape))]
    used = _used(strategies)
    order = np.lexsort((used, game))
    order = order[_first_of_each(game[order], np.hstack(strategies)[order], used[order] == len(shape) + 1)]
    game, strategies = game[order], [x[order] for x in strategies]
    paid = [gains_of(table[game], strategies, k)[0] for k, table in enumerate(tables)]
    return ManyGames(game, tuple(strategies), np.stack(paid, axis=1))


def _used(strategies: Sequence[Floats]) -> Ints:
    """How many strategies are in use in all."""
    return np.asarray(sum((x > 0).sum(axis=1) for x in strategies), dtype=np.intp)


def _first_of_each(game: Ints, points: Floats, single: Flags) -> list[int]:
    """Numbers of the points to keep; where one player alone mixes, several pairs found the same."""
    kept: list[int] = []
    seen: dict[int, list[Floats]] = {}
    for k, alone in enumerate(single.tolist()):
        others = seen.setdefault(int(game[k]), []) if alone else []
        if not any(np.abs(points[k] - other).max() < _SAME for other in others):
            kept.append(k)
            others.append(points[k])
    return kept


@dataclass(frozen=True, eq=False)
class _Threes:
    """Equilibria of N games in which three mix, one over two strategies: the game and the strategies of each.

    Also (N,) whether some are doubtful, and whether there may be some in which all three mix over three or more.
    """

    profiles: tuple[Ints, list[Floats]]
    doubtful: Flags
    wide: Flags


def _three_mixing(tables: list[Floats]) -> _Threes:
    count, shape = len(tables[0]), tables[0].shape[1:]
    found: list[tuple[int, list[Floats]]] = []
    doubtful, wide = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for three in itertools.combinations(range(len(shape)), 3):
        for chosen in itertools.product(*(range(n) for k, n in enumerate(shape) if k not in three)):
            place = (slice(None), *_place(three, chosen, len(shape)))
            games = [tables[k][place] for k in three]
            for support in supports(games[0].shape[1:]):
                open_ = unbeaten(games, support)
                if min(map(len, support)) > 2:
                    wide |= open_ & fits(support)
                    continue
                for n in np.flatnonzero(open_).tolist():
                    inside = fully_mixed([game[n][np.ix_(*support)] for game in games])
                    doubtful[n] |= inside.doubtful
                    found += [(n, _widened(shape, (three, chosen), support, mixed)) for mixed in inside.profiles]
    game = np.array([n for n, _ in found], dtype=np.intp)
    strategies = [np.array([own[k] for _, own in found]).reshape(-1, n) for k, n in enumerate(shape)]
    gains = [gains_of(table[game], strategies, k)[1].max(axis=1, initial=-np.inf) for k, table in enumerate(tables)]
    stable = np.max(gains, axis=0) <= TIE
    return _Threes((game[stable], [x[stable] for x in strategies]), doubtful, wide)


def _place(mixers: tuple[int, ...], chosen: tuple[int, ...], players: int) -> tuple[slice | int, ...]:
    """An index that leaves the mixers' axes whole and takes the others' choices."""
    fixed = iter(chosen)
    return tuple(slice(None) if k in mixers else next(fixed) for k in range(players))


def _widened(
    shape: tuple[int, ...],
    who: tuple[tuple[int, ...], tuple[int, ...]],
    support: Sequence[Sequence[int]],
    mixed: Sequence[Floats],
) -> list[Floats]:
    """Strategies of all, from those of mixers over what they use and the others' choices."""
    mixers, chosen = who
    profile = [np.zeros(n) for n in shape]
    for k, used, own in zip(mixers, support, mixed, strict=True):
        profile[k][list(used)] = own
    for k, move in zip((k for k in range(len(shape)) if k not in mixers), chosen, strict=True):
        profile[k][move] = 1.0
    return profile


def _tied(tables: list[Floats], game: Ints, strategies: Sequence[Floats]) -> bool:
    """Whether a best reply is not in use."""
    gains = [gains_of(table[game], strategies, k)[1] for k, table in enumerate(tables)]
    return any(bool(((own >= -TIE) & (x == 0)).any()) for own, x in zip(gains, strategies, strict=True))


def _missing(shape: tuple[int, ...], *, wide: bool, odd: bool) -> str | None:
    if sum(n > 1 for n in shape) > 3:
        return "those in which four sides or more mix were not looked for"
    if wide:
        return "those in which three sides mix over three moves or more each were not looked for"
    return None if odd else "an even number was found, almost every game has an odd one"
