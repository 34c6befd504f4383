"""Games in normal form with any number of players: pure equilibria, selection, and moving first.

Player p of P has n_p strategies and payoffs u_p (n_1, ..., n_P). A profile is a *pure equilibrium* if no player gains
by a change of its own strategy alone (Nash 1951). An equilibrium is *payoff-dominant* if every player gets at least as
much there as in any other equilibrium (Harsanyi and Selten 1988); there may be none, or several with equal payoffs. A
*leader* who commits to a pure strategy first, seen by the follower, earns the Stackelberg payoff (Stackelberg 1934).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import non_negative, numbers, together
from sim.theory.strategic.bimatrix_payoffs import Floats, checked_pair

__all__ = [
    "Commitment",
    "advantage",
    "checked_payoffs",
    "commitment",
    "payoff_dominant",
    "pure_equilibria",
]

Flags = NDArray[np.bool_]

_MARGIN = 1e-9
_ROUNDED = 1e-6


def checked_payoffs(payoffs: Sequence[ArrayLike] | NDArray[np.float64]) -> tuple[list[Floats], bool]:
    """Return one float array (N, n_1, ..., n_P) a player, and whether there was one game without the axis N.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P), or (N, n_1, ..., n_P) for N games
        The payoffs of each player in turn; an array with the player as the first axis will do.

    Raises
    ------
    ValueError
        If there is no list of arrays, shapes differ or have the wrong number of axes, a player has no strategy, or a
        payoff is not a finite number.

    Examples
    --------
    >>> arrays, single = checked_payoffs([[[1, 2]], [[3, 4]]])
    >>> arrays[1].shape, single
    ((1, 1, 2), True)
    """
    try:
        given = list(payoffs)
    except TypeError:
        raise ValueError(f"payoffs: {payoffs!r} (expected an array for each player)") from None
    arrays = [numbers(f"payoffs[{player}]", payoff) for player, payoff in enumerate(given)]
    players = len(arrays)
    if players == 0:
        raise ValueError("payoffs: no player (expected an array for each player)")
    for number, array in enumerate(arrays):
        if array.shape != arrays[0].shape:
            raise ValueError(
                f"payoffs[{number}]: shape {array.shape} does not match the first player's {arrays[0].shape}"
            )
        if array.ndim not in (players, players + 1):
            raise ValueError(f"payoffs[{number}]: {array.ndim} axes (expected one for each of {players} players)")
        if 0 in array.shape[-players:]:
            raise ValueError(f"payoffs[{number}]: shape {array.shape} (expected a strategy for each player)")
        if not np.isfinite(array).all():
            raise ValueError(f"payoffs[{number}]: holds nan or infinite payoffs")
    single = arrays[0].ndim == players
    return ([array[None] for array in arrays] if single else arrays), single


def pure_equilibria(payoffs: Sequence[ArrayLike] | NDArray[np.float64], *, tolerance: float = 0.0) -> Flags:
    """Mark the pure equilibria of games with any number of players.

    Parameters
    ----------
    payoffs : sequence of P arrays (n_1, ..., n_P), or (N, n_1, ..., n_P) for N games
    tolerance : float
        A gain up to this, in units of payoff, does not count.

    Returns
    -------
    array of bool, shaped like one player's payoffs

    Raises
    ------
    ValueError
        As `checked_payoffs`.

    Notes
    -----
    Nash (1951), Annals of Mathematics.

    Examples
    --------
    The prisoner's dilemma: only defection by both.

    >>> np.argwhere(pure_equilibria([[[3, 0], [4, 1]], [[3, 4], [0, 1]]])).tolist()
    [[1, 1]]
    """
    arrays, single = checked_payoffs(payoffs)
    stable = np.ones(arrays[0].shape, dtype=bool)
    for player, array in enumerate(arrays):
        stable &= array >= array.max(axis=player + 1, keepdims=True) - tolerance
    return stable[0] if single else stable


def payoff_dominant(
    game: ArrayLike, payoffs: ArrayLike, *, scale: ArrayLike | None = None, tolerance: float = 1e-9
) -> Flags:
    """Mark equilibria in which every player gets at least as much as in any other equilibrium of the same game.

    Parameters
    ----------
    game : array_like (E,) of int
        The game of each equilibrium, from 0.
    payoffs : array_like (E, P)
    scale : array_like, broadcast to (G, P), optional
        The span of each player's payoffs in each game. Without it, how far the player's payoffs in the equilibria of
        the game lie apart, or 1 where that is less.
    tolerance : float
        Payoffs this close, as a share of the scale, count as equal; an origin common to all of them does not matter,
        but for a scale below a millionth of the payoffs, where doubles round.

    Returns
    -------
    array (E,) of bool

    Raises
    ------
    ValueError
        If the shapes do not match, or a scale is negative or not finite.

    Notes
    -----
    Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games.

    Examples
    --------
    >>> payoff_dominant([0, 0, 1, 1], [[2, 2], [1, 1], [2, 1], [1, 2]])
    array([ True, False, False, False])
    """
    games, values = np.asarray(game, dtype=np.intp), np.asarray(payoffs, dtype=np.float64)
    if games.ndim != 1 or values.ndim != 2 or len(games) != len(values):
        raise ValueError(
            f"payoffs: shape {values.shape} does not match game's {games.shape} (expected (E, P) and (E,))"
        )
    if not len(games):
        return np.zeros(0, dtype=bool)
    best = np.full((int(games.max()) + 1, values.shape[1]), -np.inf)
    np.maximum.at(best, games, values)
    spans = _spread(games, values, best) if scale is None else _spans(scale, best.shape)
    slack = tolerance * np.maximum(spans[games], _ROUNDED * np.abs(best[games]))
    return np.asarray((values >= best[games] - slack).all(axis=1), dtype=np.bool_)


def _spread(games: NDArray[np.intp], values: Floats, best: Floats) -> Floats:
    """How far each player's payoffs lie apart in each game, (G, P), at least 1."""
    least = np.full(best.shape, np.inf)
    np.minimum.at(least, games, values)
    return np.asarray(np.maximum(best - least, 1.0))


def _spans(scale: ArrayLike, shape: tuple[int, ...]) -> Floats:
    spans = non_negative("scale", scale)
    if together(payoffs=shape, scale=spans.shape) != shape:
        raise ValueError(f"scale: shape {spans.shape} (expected a span for each of {shape[0]} games and player)")
    return np.broadcast_to(spans, shape)


@dataclass(frozen=True, eq=False)
class Commitment:
    """What the leader of each of N games earns by committing to a pure strategy first.

    Attributes
    ----------
    strategy, reply : array (N,) of int
        The leader's strategy (the first of equally good ones) and the follower's best reply.
    leader, follower : array (N,)
        Their payoffs.
    """

    strategy: NDArray[np.intp]
    reply: NDArray[np.intp]
    leader: Floats
    follower: Floats


def commitment(
    A: ArrayLike,
    B: ArrayLike,
    *,
    leader: Literal["row", "column"] = "row",
    ties: Literal["for", "against"] = "for",
) -> Commitment:
    """Value of moving first, seen by the other side, with pure strategies.

    Parameters
    ----------
    A, B : array_like (N, m, n) or (m, n)
        Payoffs of the row and the column player.
    leader : {"row", "column"}
    ties : {"for", "against"}
        Among equally good replies the follower takes the one best for the leader (the optimistic, "strong" convention:
        the leader could tip the balance at a vanishing cost), or the worst (the cautious, "weak" one). Replies within
        1e-9 of the span of the follower's payoffs are equally good.

    Returns
    -------
    Commitment
        `advantage` compares it with the equilibria of the simultaneous game.

    Raises
    ------
    ValueError
        If the shapes do not match, payoffs are not finite, or an option does not exist.

    Notes
    -----
    von Stackelberg (1934); the conventions for ties: Leitmann (1978), Breton, Alj and Haurie (1988).

    Examples
    --------
    In chicken, whoever commits to going straight wins:

    >>> first = commitment([[3, 2], [4, 1]], [[3, 4], [2, 1]])
    >>> first.strategy, first.reply, first.leader
    (array([1]), array([0]), array([4.]))
    """
    if leader not in ("row", "column") or ties not in ("for", "against"):
        raise ValueError(f"leader, ties: {leader!r}, {ties!r} (expected 'row' or 'column', 'for' or 'against')")
    row, column = checked_pair(A, B)
    own, other = (row, column) if leader == "row" else (column.swapaxes(1, 2), row.swapaxes(1, 2))
    span = np.ptp(other, axis=(1, 2))[:, None, None]
    good = other >= other.max(axis=2, keepdims=True) - _MARGIN * span
    reply = np.where(good, own, -np.inf).argmax(axis=2) if ties == "for" else np.where(good, own, np.inf).argmin(axis=2)
    earned = np.take_along_axis(own, reply[:, :, None], axis=2)[:, :, 0]
    games, strategy = np.arange(len(own)), earned.argmax(axis=1)
    chosen = reply[games, strategy]
    return Commitment(strategy, chosen, earned[games, strategy], other[games, strategy, chosen])


def advantage(leader: ArrayLike, game: ArrayLike, payoffs: ArrayLike) -> Floats:
    """What being able to commit first is worth: the leader's payoff less that in the simultaneous game's equilibria.

    Parameters
    ----------
    leader : array_like (N,)
        The leader's payoff when committing, as from `commitment`.
    game : array_like (E,) of int
        The game of each equilibrium; every game has at least one.
    payoffs : array_like (E,)
        The leader's payoff in each, as from `bimatrix.solve`.

    Returns
    -------
    array (N, 2)
        Less the best equilibrium, less the worst. With ties for the leader and pure strategies the first can be
        negative only where the best equilibrium is mixed.

    Raises
    ------
    ValueError
        If the shapes do not match or a game has no equilibrium.

    Examples
    --------
    >>> advantage([4.0], [0, 0, 0], [4.0, 2.0, 2.5])
    array([[0., 2.]])
    """
    value, games, earned = np.asarray(leader, dtype=np.float64), np.asarray(game), np.asarray(payoffs, dtype=np.float64)
    if games.shape != earned.shape or set(games.tolist()) != set(range(len(value))):
        raise ValueError(f"game: {games.shape} for payoffs {earned.shape} (expected equilibria of {len(value)} games)")
    best, worst = np.full(len(value), -np.inf), np.full(len(value), np.inf)
    np.maximum.at(best, games, earned)
    np.minimum.at(worst, games, earned)
    return np.stack([value - best, value - worst], axis=1)
