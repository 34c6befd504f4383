r"""Where repeating a round leads: fictitious play and replicator dynamics, and which equilibria they approach.

A bimatrix game (A, B) is played again and again.

- *Fictitious play*: each side believes that the other draws from its past moves (and a first guess), and plays a best
  reply to that; what may settle are the frequencies of moves. They settle on an equilibrium in zero-sum games (Robinson
  1951), in 2 x 2 games (Miyasawa 1961) and where iterated dominance leaves one profile; not in all (Shapley 1964).
- *Replicator dynamics* of two populations: the share of a move grows as fast as the move earns more than its side does
  on average,

  .. math:: \dot x_i = x_i [(A y)_i - x^T A y], \qquad \dot y_j = y_j [(x^T B)_j - x^T B y] .

  Strict equilibria attract all near them, mixed ones of both sides never do (Hofbauer and Sigmund 1998); iterated
  strictly dominated moves die out (Samuelson and Zhang 1992).

Which equilibrium is to be expected is told by the share of starts, drawn evenly, that approach it: a start does where
the last half of its path stays within a tolerance of the equilibrium. Those shares describe these two processes and
an even draw, nothing else, and are exact to the sampling error of the starts; a slow path counts as approaching none.

Conditions: sides are myopic and repeat the same round; each side's payoffs are divided by their span first, so that
units of utility set no side's pace. The dynamics themselves are nashpy's.

Sources: Brown (1951), Iterative Solution of Games by Fictitious Play; Taylor and Jonker (1978), Evolutionary Stable
Strategies and Game Dynamics; Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics (two
populations); Fudenberg and Levine (1998), The Theory of Learning in Games.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import whole
from sim.theory.strategic.bimatrix_payoffs import checked_pair

__all__ = ["Leads", "fictitious_play", "replicator_dynamics"]

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

_POINTS = 401


@dataclass(frozen=True, eq=False)
class Leads:
    """Where S starts lead.

    Attributes
    ----------
    reached : ndarray of int, shape (S,)
        Which equilibrium each start approaches, -1 where none.
    share : ndarray, shape (E,)
        The share of starts that approach each equilibrium; what is missing to 1 approaches none.
    row, column : ndarray, shape (S, m) and (S, n)
        Where each start had led to in the end: frequencies of moves, or shares of the populations.
    """

    reached: NDArray[np.intp]
    share: Floats
    row: Floats
    column: Floats


def fictitious_play(
    payoffs: tuple[ArrayLike, ArrayLike],
    equilibria: tuple[ArrayLike, ArrayLike],
    *,
    rng: np.random.Generator,
    starts: int = 50,
    rounds: int = 1000,
    tolerance: float = 0.05,
) -> Leads:
    """Which equilibria fictitious play approaches from first guesses drawn evenly, each of the weight of one round.

    Parameters
    ----------
    payoffs : (array_like, array_like), shape (m, n) each
        Of the row and the column player.
    equilibria : (array_like, array_like), shape (E, m) and (E, n)
        As `bimatrix.solve` gives them.
    rng : numpy.random.Generator
        For the first guesses and for choices among best replies that are equally good.
    starts, rounds : int
        At least 1.
    tolerance : float
        How far a frequency may be off.

    Raises
    ------
    ValueError
        If shapes do not match, payoffs are not finite, or a number is not allowed.

    References
    ----------
    Brown (1951), Iterative Solution of Games by Fictitious Play.

    Examples
    --------
    A dilemma leads to its one equilibrium:

    >>> dilemma = [[3, 0], [5, 1]], [[3, 5], [0, 1]]
    >>> alone = [[0, 1]], [[0, 1]]
    >>> fictitious_play(dilemma, alone, rng=np.random.default_rng(0), starts=5, rounds=100).share
    array([1.])
    """
    if whole("rounds", rounds) < 1:
        raise ValueError(f"rounds: {rounds} (expected at least 1)")
    game, known = _checked(payoffs, equilibria)

    def paths() -> Iterator[Pair]:
        for start in _starts(game, rng, starts):
            with _drawing_from(rng):
                counts = list(game.fictitious_play(iterations=rounds, play_counts=start))
            row, column = (np.array([side[k] for side in counts]) for k in (0, 1))
            yield row / row.sum(axis=1, keepdims=True), column / column.sum(axis=1, keepdims=True)

    return _leads(paths(), known, tolerance)


def replicator_dynamics(
    payoffs: tuple[ArrayLike, ArrayLike],
    equilibria: tuple[ArrayLike, ArrayLike],
    *,
    rng: np.random.Generator,
    starts: int = 100,
    time: float = 400.0,
    tolerance: float = 0.01,
) -> Leads:
    """Which equilibria replicator dynamics of two populations approach from shares drawn evenly.

    Parameters
    ----------
    payoffs, equilibria
        As for `fictitious_play`.
    rng : numpy.random.Generator
        For the starts.
    starts : int
        At least 1.
    time : float
        How long to follow them, above 0: in a time of 1 a move ahead by the whole span of payoffs grows e-fold.
    tolerance : float
        How far a share may be off.

    Raises
    ------
    ValueError
        As `fictitious_play`.

    References
    ----------
    Taylor and Jonker (1978); Hofbauer and Sigmund (1998), Evolutionary Games and Population Dynamics.

    Examples
    --------
    Meeting at one of two places: at one or the other, never by tossing for it.

    >>> met, known = np.eye(2), np.array([[1, 0], [0, 1], [0.5, 0.5]])
    >>> found = replicator_dynamics((met, met), (known, known), rng=np.random.default_rng(0), starts=20)
    >>> float(found.share.sum()), float(found.share[2])
    (1.0, 0.0)
    """
    if not 0 < time < np.inf:
        raise ValueError(f"time: {time} (expected a finite number above 0)")
    game, known = _checked(payoffs, equilibria)
    moments = np.linspace(0.0, time, _POINTS)
    paths = (game.asymmetric_replicator_dynamics(*start, timepoints=moments) for start in _starts(game, rng, starts))
    return _leads(paths, known, tolerance)


def _checked(payoffs: tuple[ArrayLike, ArrayLike], equilibria: tuple[ArrayLike, ArrayLike]) -> tuple[Any, Pair]:
    """The game, each side's payoffs running from 0 to 1, and the equilibria."""
    from nashpy import Game  # type: ignore[import-untyped]

    first, second = checked_pair(*payoffs)
    if len(first) != 1:
        raise ValueError(f"payoffs: {len(first)} games (expected one)")
    row, column = (np.asarray(side, dtype=np.float64) for side in equilibria)
    shape = first.shape[1:]
    if (row.ndim, column.ndim) != (2, 2) or (row.shape[1], column.shape[1]) != shape or len(row) != len(column):
        raise ValueError(f"equilibria: shapes {row.shape}, {column.shape} (expected (E, {shape[0]}), (E, {shape[1]}))")
    spans = (side[0] - side.min() for side in (first, second))
    return Game(*(side / (side.max() or 1.0) for side in spans)), (row, column)


def _starts(game: Any, rng: np.random.Generator, starts: int) -> Iterator[Pair]:
    """Mixed strategies of both sides, drawn evenly."""
    if whole("starts", starts) < 1:
        raise ValueError(f"starts: {starts} (expected at least 1)")
    m, n = game.payoff_matrices[0].shape
    for _ in range(starts):
        yield rng.dirichlet(np.ones(m)), rng.dirichlet(np.ones(n))


@contextmanager
def _drawing_from(rng: np.random.Generator) -> Iterator[None]:
    """Make numpy's global random state, from which nashpy breaks ties, depend on `rng`; put it back afterwards."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(int(rng.integers(2**32)))  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


def _leads(paths: Iterator[Pair], equilibria: Pair, tolerance: float) -> Leads:
    if not tolerance > 0:
        raise ValueError(f"tolerance: {tolerance} (expected above 0)")
    ends, reached = [], []
    for path in paths:
        late = [side[len(side) // 2 :] for side in path]
        apart = np.maximum(*(_farthest(side, known) for side, known in zip(late, equilibria, strict=True)))
        nearest = int(apart.argmin()) if len(apart) else -1
        reached.append(nearest if len(apart) and apart[nearest] <= tolerance else -1)
        ends.append([side[-1] for side in path])
    found = np.array(reached, dtype=np.intp)
    count = np.bincount(found[found >= 0], minlength=len(equilibria[0]))
    row, column = (np.array([end[k] for end in ends]) for k in (0, 1))
    return Leads(found, count / len(found), row, column)


def _farthest(path: Floats, known: Floats) -> Floats:
    """The most by which a path (T, n) is off each of the points (E, n)."""
    return np.asarray(np.abs(path[:, None] - known[None]).max(axis=(0, 2)))
