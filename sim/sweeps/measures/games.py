"""Measures of the games: the leverage game and the demand game, whole batches at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.space.zone import acceptable
from sim.studies.games.demand import selected
from sim.studies.games.moves import DIGITS, no_game
from sim.studies.games.setting import how_they_talk
from sim.sweeps.batch.batch import Batch
from sim.sweeps.batch.bounds import Bools, Floats
from sim.sweeps.measures.record import DOUBT, Layout, Measure, Variable, Variables, for_parties
from sim.sweeps.measures.talks import talks
from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.index import index
from sim.theory.strategic.many_sides import equilibria, equilibria_of_games
from sim.theory.strategic.normal_form import pure_equilibria
from sim.theory.talks.demand_game import demand_game, stances

__all__ = ["GAME_MEASURES"]

Arrays = dict[str, NDArray[Any]]
MOST = 31
_Found = tuple[NDArray[np.intp], Floats, Floats, Floats]


# The leverage game


def _movers(layout: Layout) -> dict[str, tuple[str, ...]]:
    written = layout.game.scenario.spec.moves
    return {name: tuple(moves) for name, moves in written.items() if moves and name in layout.game.signers}


def _no_moves(layout: Layout) -> str | None:
    return no_game([len(moves) for moves in _movers(layout).values()])


def _most_equilibria(layout: Layout) -> int:
    """Return how many equilibria are kept: all that two movers can have unless they are more than 31.

    A game of m by n has at most 2^min(m, n) - 1 where that is 3 x 3 or 4 x 4, but 2 x n up to n + 1, and degenerate
    ones at least up to m n extreme ones; one of 2 x 2 x 2 up to nine. The count says where there are more.
    """
    sizes = [len(moves) for moves in _movers(layout).values()]
    return min(MOST, max(math.prod(sizes), 2 ** min(sizes) - 1) if len(sizes) == 2 else 2 * math.prod(sizes))


def _move_coordinates(layout: Layout) -> dict[str, Sequence[Any]]:
    return {
        "moves_equilibrium": range(_most_equilibria(layout)),
        "move": [f"{name}.{move}" for name, moves in _movers(layout).items() for move in moves],
    }


def _moves(batch: Batch) -> Arrays:
    layout = Layout(batch.compiled.game, batch.solutions)
    movers, most = _movers(layout), _most_equilibria(layout)
    sizes = [len(moves) for moves in movers.values()]
    payoffs, sound, sure = _move_payoffs(batch, movers)
    count = np.where(sound, 0.0, np.nan)
    chances = np.full((len(batch), most, sum(sizes)), np.nan)
    paid = np.full((len(batch), most, len(layout.game.parties)), np.nan)
    columns = [layout.game.parties.index(name) for name in movers]
    rows = np.flatnonzero(sound)
    signs = np.full((len(batch), most), np.nan)
    for row, k, strategy, worth, sign in _equilibria(rows, payoffs[:, rows], sizes):
        count[row] = k + 1
        if k < most:
            chances[row, k] = strategy
            paid[row, k, columns] = worth
            signs[row, k] = sign
    return {"moves_count": count, "moves_probability": chances, "moves_payoff": paid, "moves_index": signs} | {
        DOUBT: np.where(sure, 0.0, batch.compiled.resolution)
    }


def _move_payoffs(batch: Batch, movers: Mapping[str, tuple[str, ...]]) -> tuple[Floats, Bools, Bools]:
    """Return payoffs (movers, G, moves of the first, ...), where all of them are legal, and where all are proven."""
    game = batch.compiled.game
    own = [[game.scenario.spec.moves[name][move] for move in moves] for name, moves in movers.items()]
    profiles = list(itertools.product(*own))
    found = talks(batch, [_shifted(batch, chosen) for chosen in profiles], how_they_talk(game).solution)
    costs = np.array([[move.cost for move in chosen] for chosen in profiles])
    columns = [game.signers.index(name) for name in movers]
    payoffs = np.moveaxis(np.round(found.utilities[:, :, columns] - costs, DIGITS), 2, 0)
    every = payoffs.reshape(len(movers), len(batch), *map(len, own))
    return every, np.asarray(found.legal.all(axis=1)), np.asarray((found.sure | ~found.legal).all(axis=1))


def _shifted(batch: Batch, chosen: Iterable[Any]) -> dict[str, Floats]:
    levels = {name: np.array(level, dtype=np.float64) for name, level in batch.leverage.items()}
    for move in chosen:
        for variable, change in move.leverage.items():
            levels[variable] = levels[variable] + change
    # A move that would take a variable out of its range takes it to the end, as in a study.
    ranges = {name: record.range for name, record in batch.compiled.game.scenario.spec.leverage.items()}
    return {name: np.clip(level, *ranges[name]) for name, level in levels.items()}


def _equilibria(
    rows: NDArray[np.int64], payoffs: Floats, sizes: list[int]
) -> Iterator[tuple[int, int, Any, Any, float]]:
    """Yield row, number among its equilibria, probabilities of all moves, payoffs, and index."""
    if not len(rows):
        return
    found = _of_two(payoffs, sizes) if len(sizes) == 2 else _of_many(payoffs, sizes)
    seen = np.arange(len(found[0])) - np.searchsorted(found[0], found[0])
    yield from zip(rows[found[0]].tolist(), seen.tolist(), *found[1:], strict=True)


def _of_two(payoffs: Floats, sizes: list[int]) -> _Found:
    """Return game, probabilities of all moves, payoffs, and index: nan in degenerate games, where there is none."""
    try:
        found = solve(payoffs[0], payoffs[1])
    except SizeError:
        return _pure_ones(payoffs, sizes)
    signs = index(payoffs[0], payoffs[1], found.game, found.row, found.column)
    sound = ~found.degenerate[found.game] & (signs != 0)
    return found.game, np.hstack([found.row, found.column]), found.payoffs, np.where(sound, signs, np.nan)


def _of_many(payoffs: Floats, sizes: list[int]) -> _Found:
    try:
        found = equilibria_of_games(payoffs)
    except SizeError:
        # One by one, since dominance may leave few enough moves of some.
        alone = [_of_one(payoffs[:, n], sizes) for n in range(payoffs.shape[1])]
        game = np.repeat(np.arange(len(alone)), [len(each[0]) for each in alone])
        chances, paid, signs = (np.concatenate([each[k] for each in alone]) for k in (1, 2, 3))
        return game, chances, paid, signs
    return found.game, np.hstack(found.strategies), found.payoffs, np.full(len(found.game), np.nan)


def _of_one(payoffs: Floats, sizes: list[int]) -> _Found:
    try:
        found = equilibria(payoffs)
    except SizeError:
        return _pure_ones(payoffs[:, None], sizes)
    count = len(found.payoffs)
    return np.zeros(count, dtype=np.intp), np.hstack(found.strategies), found.payoffs, np.full(count, np.nan)


def _pure_ones(payoffs: Floats, sizes: list[int]) -> _Found:
    profiles = np.argwhere(pure_equilibria(payoffs))
    strategies = [np.eye(size)[profiles[:, k + 1]] for k, size in enumerate(sizes)]
    paid = np.stack([table[tuple(profiles.T)] for table in payoffs], axis=1)
    return profiles[:, 0], np.hstack(strategies), paid, np.full(len(profiles), np.nan)


# The demand game


def _no_demands(layout: Layout) -> str | None:
    return None if len(layout.game.signers) == 2 else "the demand game is solved for two signers"


def _demands(batch: Batch) -> Arrays:
    count = np.full(len(batch), np.nan)
    count[batch.zone] = 0
    paid = np.full((len(batch), MOST, 2), np.nan)
    picked = np.full((len(batch), 2), np.nan)
    games = [_demand_game(batch, row, picked) for row in batch.zone.tolist()]
    for size in {len(first) for first, _ in games}:
        some = [n for n, (first, _) in enumerate(games) if len(first) == size]
        found = solve(np.stack([games[n][0] for n in some]), np.stack([games[n][1] for n in some]))
        place = batch.zone[np.array(some)][found.game]
        seen = np.arange(len(found.game)) - np.searchsorted(found.game, found.game)
        np.maximum.at(count, place, seen + 1.0)
        kept = seen < MOST
        paid[place[kept], seen[kept]] = found.payoffs[kept]
    return {
        "demand_count": count,
        "demand_payoff": for_parties(batch, paid),
        "demand_selected": for_parties(batch, picked),
    }


def _demand_game(batch: Batch, row: int, picked: Floats) -> tuple[Floats, Floats]:
    """Return both payoff tables at one point; note what slight doubt about compatibility picks."""
    u, reservation = batch.compiled.utilities, batch.reservation[row]
    points = u[acceptable(u, reservation)]
    chosen = stances(points, how_they_talk(batch.compiled.game).stances)
    game = demand_game(points, reservation, rows=chosen, columns=chosen)
    place = selected(points, reservation, chosen)
    if place is not None:
        picked[row] = game.row[place], game.column[place]
    return game.A, game.B


def _both(layout: Layout) -> Variables:
    return {
        **({} if _no_moves(layout) else _MOVES),
        **({} if _no_demands(layout) else _DEMANDS),
    }


_MOVES = {
    "moves_count": Variable((), "Leverage game: how many Nash equilibria", "1"),
    "moves_probability": Variable(("moves_equilibrium", "move"), "Leverage game: probability of each move", "1"),
    "moves_index": Variable(("moves_equilibrium",), "Leverage game: index of the equilibrium, -1 where unstable", "1"),
    "moves_payoff": Variable(("moves_equilibrium", "party"), "Leverage game: payoff, move costs paid"),
}
_DEMANDS = {
    "demand_count": Variable((), "Demand game: how many Nash equilibria", "1"),
    "demand_payoff": Variable(("demand_equilibrium", "party"), "Demand game: payoff"),
    "demand_selected": Variable(("party",), "Demand game: what slight doubt about compatibility picks"),
}


def _games(batch: Batch) -> Arrays:
    layout = Layout(batch.compiled.game, batch.solutions)
    found = {} if _no_moves(layout) else _moves(batch)
    if _no_demands(layout):
        return found
    # Demands are of points of the frontier itself.
    return found | _demands(batch) | {DOUBT: np.full(len(batch), batch.compiled.resolution)}


def _games_coordinates(layout: Layout) -> dict[str, Sequence[Any]]:
    return {
        **({} if _no_moves(layout) else _move_coordinates(layout)),
        **({} if _no_demands(layout) else {"demand_equilibrium": range(MOST)}),
    }


GAME_MEASURES: dict[str, Measure] = {
    "games": Measure(
        _both,
        _games,
        lambda layout: _no_demands(layout) and _no_moves(layout),
        _games_coordinates,
        at_once=2048,
    ),
}
