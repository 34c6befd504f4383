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
from sim.theory.strategic import bimatrix
from sim.theory.strategic.dominance import undominated
from sim.theory.strategic.normal_form import checked_payoffs
from sim.theory.strategic.supports import fits, supports
from sim.theory.strategic.three_mixing import Profile, fully_mixed

__all__ = ["MOST_SUPPORTS", "ManySided", "equilibria", "replies"]

Floats = NDArray[np.float64]

MOST_SUPPORTS = 20_000
"""Most sets of strategies in use by three who mix, and most choices of those who do not: 5 x 5 x 5 strategies."""

_TIE = 1e-9
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
    full = [array[0] for array in arrays]
    kept = undominated(full)
    tables = [table[np.ix_(*kept)] for table in full]
    _check_size(tables[0].shape)
    pairs, ties = _two_mixing(tables)
    threes, doubtful, wide = _three_mixing(tables)
    found = [_widened(profile, kept) for profile in _distinct([*pairs, *threes])]
    degenerate = ties or doubtful or any(_tied(full, profile) for profile in found)
    missing = _missing(tables[0].shape, wide=wide, odd=degenerate or len(found) % 2 == 1)
    found.sort(key=lambda profile: sum(int((x > 0).sum()) for x in profile))
    return ManySided(
        tuple(np.array([p[i] for p in found]).reshape(-1, n) for i, n in enumerate(full[0].shape)),
        np.array([[_payoff(table, p, i) for i, table in enumerate(full)] for p in found]).reshape(-1, len(full)),
        degenerate,
        missing,
    )


def replies(payoff: Floats, strategies: Sequence[Floats], player: int) -> Floats:
    """What each of a player's strategies earns against the mixed strategies of the others.

    Parameters
    ----------
    payoff : ndarray, shape (n_1, ..., n_P)
        Of that player.
    strategies : sequence of P ndarray, shape (n_i,)
    player : int

    Returns
    -------
    ndarray, shape (n_player,)

    Examples
    --------
    >>> replies(np.array([[3.0, 0.0], [4.0, 1.0]]), [np.array([1, 0]), np.array([0.5, 0.5])], 0).tolist()
    [1.5, 2.5]
    """
    table = payoff
    for k in reversed(range(len(strategies))):
        if k != player:
            table = np.tensordot(table, strategies[k], axes=([k], [0]))
    return np.asarray(table)


def _payoff(payoff: Floats, profile: Profile, player: int) -> float:
    return float(profile[player] @ replies(payoff, profile, player))


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


def _two_mixing(tables: list[Floats]) -> tuple[list[Profile], bool]:
    """Equilibria in which at most two mix, and whether others may follow from ties."""
    shape = tables[0].shape
    found: list[Profile] = []
    ties = False
    for pair in itertools.combinations(range(len(shape)), 2):
        games = [np.moveaxis(tables[k], pair, (-2, -1)).reshape(-1, shape[pair[0]], shape[pair[1]]) for k in pair]
        solved = bimatrix.solve(*games)
        others = [range(n) for k, n in enumerate(shape) if k not in pair]
        for game, chosen in enumerate(itertools.product(*others)):
            some = solved.of(game)
            profiles = [
                _with_pure(shape, chosen, pair, mixed)
                for mixed in zip(solved.row[some], solved.column[some], strict=True)
            ]
            gains = np.array([_gains_of_others(tables, profile, pair) for profile in profiles])
            found += [profile for profile, gain in zip(profiles, gains, strict=True) if (gain <= _TIE).all()]
            ties |= bool(solved.degenerate[game]) and _continuum(solved.row[some], solved.column[some], gains)
    return found, ties


def _with_pure(
    shape: tuple[int, ...], chosen: tuple[int, ...], mixers: tuple[int, ...], mixed: Sequence[Floats]
) -> Profile:
    """The profile in which the mixers play `mixed` and the others, in turn, `chosen`."""
    own, fixed = iter(mixed), iter(chosen)
    return tuple(next(own) if k in mixers else np.eye(n)[next(fixed)] for k, n in enumerate(shape))


def _gains_of_others(tables: list[Floats], profile: Profile, mixers: tuple[int, ...]) -> Floats:
    """What each strategy of those who do not mix would gain them, as a share of the span of their payoffs."""
    gains = [
        (replies(table, profile, k) - _payoff(table, profile, k)) / (np.ptp(table) or 1.0)
        for k, table in enumerate(tables)
        if k not in mixers
    ]
    return np.concatenate(gains) if gains else np.zeros(0)


def _continuum(row: Floats, column: Floats, gains: Floats) -> bool:
    """Whether a continuum of equilibria of a bimatrix game may hold points that the others accept.

    A continuum has extreme equilibria that share a strategy. Gains are multilinear, so one deviation that pays at all
    extreme points of a component pays everywhere on it.
    """
    from scipy.sparse.csgraph import connected_components

    alike = [np.abs(x[:, None] - x[None]).max(axis=2) < _SAME for x in (row, column)]
    _, part = connected_components(alike[0] | alike[1], directed=False)
    parts = np.flatnonzero(np.bincount(part) > 1)
    return any(not (gains[part == label] > _TIE).all(axis=0).any() for label in parts)


def _three_mixing(tables: list[Floats]) -> tuple[list[Profile], bool, bool]:
    """Equilibria in which three mix, one over two strategies; whether some are doubtful; whether wider ones may be."""
    shape = tables[0].shape
    found: list[Profile] = []
    doubtful = wide = False
    for three in itertools.combinations(range(len(shape)), 3):
        for chosen in itertools.product(*(range(n) for k, n in enumerate(shape) if k not in three)):
            games = [np.moveaxis(tables[k], three, (-3, -2, -1))[chosen] for k in three]
            for support in supports(games):
                if min(map(len, support)) > 2:
                    wide |= fits(support)
                    continue
                inside = fully_mixed([game[np.ix_(*support)] for game in games])
                doubtful |= inside.doubtful
                for profile in inside.profiles:
                    mixed = [_spread(x, used, n) for x, used, n in zip(profile, support, games[0].shape, strict=True)]
                    found.append(_with_pure(shape, chosen, three, mixed))
    return [profile for profile in found if _stable(tables, profile)], doubtful, wide


def _spread(strategy: Floats, used: tuple[int, ...], count: int) -> Floats:
    whole = np.zeros(count)
    whole[list(used)] = strategy
    return whole


def _stable(tables: list[Floats], profile: Profile) -> bool:
    return all(
        replies(table, profile, k).max() - _payoff(table, profile, k) <= _TIE * np.ptp(table)
        for k, table in enumerate(tables)
    )


def _tied(tables: list[Floats], profile: Profile) -> bool:
    """Whether a best reply is not in use."""
    for k, table in enumerate(tables):
        earned = replies(table, profile, k)
        if ((earned >= earned.max() - _TIE * np.ptp(table)) & (profile[k] == 0)).any():
            return True
    return False


def _distinct(profiles: list[Profile]) -> list[Profile]:
    kept: list[Profile] = []
    for profile in profiles:
        if not any(_apart(profile, other) < _SAME for other in kept):
            kept.append(profile)
    return kept


def _apart(first: Profile, second: Profile) -> float:
    return max(float(np.abs(x - y).max()) for x, y in zip(first, second, strict=True))


def _widened(profile: Profile, kept: tuple[NDArray[np.bool_], ...]) -> Profile:
    """The same profile among all strategies, dominated ones included."""
    return tuple(_spread(x, tuple(np.flatnonzero(mask)), len(mask)) for x, mask in zip(profile, kept, strict=True))


def _missing(shape: tuple[int, ...], *, wide: bool, odd: bool) -> str | None:
    if sum(n > 1 for n in shape) > 3:
        return "those in which four sides or more mix were not looked for"
    if wide:
        return "those in which three sides mix over three moves or more each were not looked for"
    return None if odd else "an even number was found, almost every game has an odd one"
