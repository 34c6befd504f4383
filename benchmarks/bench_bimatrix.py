"""All equilibria of many random bimatrix games: `bimatrix.solve` on the whole batch against other programs in a loop.

Payoffs are drawn from the uniform distribution on [0, 1]. The others solve a sample one game at a time, the games being
built outside the clock; their time is scaled to the batch. Gambit works in doubles, its faster mode. Before any clock
runs, the sets of equilibria of the sample are compared both ways. Run it as
``python benchmarks/bench_bimatrix.py [GAMES]``.
"""

from __future__ import annotations

import platform
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version
from time import perf_counter

import numpy as np

from sim.theory.strategic.bimatrix import Equilibria, solve

SAMPLES = {2: (300, 300), 3: (300, 200), 4: (200, 30), 5: (60, 5)}
"""Size: games for Gambit, games for nashpy."""

TARGETS = {3: (100, 3000)}
ROUNDS = 5


def best_time(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def same_sets(left: np.ndarray, right: np.ndarray) -> bool:
    if len(left) != len(right):
        return False
    distance = np.abs(left[:, None] - right[None]).max(axis=2)
    return bool(distance.min(axis=1).max() <= 1e-7 and distance.min(axis=0).max() <= 1e-7)


def timed_loop(find: Callable[[int], np.ndarray], count: int, found: Equilibria) -> float:
    """Seconds a game, after every game of the sample has given the same equilibria."""
    for game in range(count):
        chosen = found.of(game)
        if not same_sets(np.hstack([found.row[chosen], found.column[chosen]]), find(game)):
            raise SystemExit(f"game {game}: the sets of equilibria differ")
    start = perf_counter()
    for game in range(count):
        find(game)
    return (perf_counter() - start) / count


def gambit(a: np.ndarray, b: np.ndarray) -> Callable[[int], np.ndarray]:
    import pygambit

    games = [pygambit.Game.from_arrays(first, second) for first, second in zip(a, b, strict=True)]

    def find(game: int) -> np.ndarray:
        found = pygambit.nash.enummixed_solve(games[game], rational=False).equilibria
        order = [s for player in games[game].players for s in player.strategies]
        return np.array([[float(profile[s]) for s in order] for profile in found])

    return find


def nashpy(a: np.ndarray, b: np.ndarray) -> Callable[[int], np.ndarray]:
    from nashpy import Game

    games = [Game(first, second) for first, second in zip(a, b, strict=True)]
    return lambda game: np.array([np.concatenate(pair) for pair in games[game].vertex_enumeration()])


def main(games: int) -> None:
    print(
        f"Python {platform.python_version()}, "
        + ", ".join(f"{p} {version(p)}" for p in ("numpy", "nashpy", "pygambit"))
    )
    print(f"{games:,} games a row; best of {ROUNDS} runs of solve; ratios of times per game; wanted: {TARGETS}\n")
    heads = f"{'size':>5} {'solve':>9} {'games/s':>11} {'Gambit':>11} {'ratio':>8} {'nashpy':>11} {'ratio':>9}"
    print(f"{heads} {'equilibria':>11}")
    for size, (for_gambit, for_nashpy) in SAMPLES.items():
        a, b = np.random.default_rng(size).random((2, games, size, size))
        found = solve(a, b)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            slow = [
                timed_loop(build(a[:count], b[:count]), min(count, games), found)
                for build, count in ((gambit, for_gambit), (nashpy, for_nashpy))
            ]
        seconds = best_time(lambda a=a, b=b: solve(a, b))
        ratios = [other * games / seconds for other in slow]
        print(
            f"{size}x{size:<3} {seconds:>7.3f} s {games / seconds:>11,.0f} {slow[0] * 1e3:>8.3f} ms {ratios[0]:>8,.0f} "
            f"{slow[1] * 1e3:>8.2f} ms {ratios[1]:>9,.0f} {len(found.game):>11,}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
