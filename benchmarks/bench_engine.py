"""The exact engine: frontiers, solutions, ranges, counts and maps, with sizes, times and what is wanted of them.

Before a clock runs, each answer is compared with one found another way: by enumerating all outcomes where they fit, and
where they do not by support functions. The largest value over all outcomes of a weighted sum of the parties' utilities
is a sum of maxima over single issues, and the frontier must attain it for any weights. Times are the best of some runs.

Run it as ``python benchmarks/bench_engine.py``; it exits with 1 if a limit is missed by more than half.
"""

from __future__ import annotations

import math
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from sim.space.blocks import Factors, Pair, Space, compile_space
from sim.space.count_pairs import issue_shares, pair_shares
from sim.space.counting import count
from sim.space.folds import Frontier
from sim.space.share import share
from sim.space.trees import fold_space, frontier, possible_levels
from sim.space.zone import acceptable, ideal, margins
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS

Floats = NDArray[np.float64]
FIVE = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss")
SLACK = 1.5
missed: list[str] = []


def best_time(work: Callable[[], object], rounds: int = 3) -> float:
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def report(what: str, size: str, seconds: float, wanted: float) -> None:
    print(f"{what:<58} {size:>22} {seconds:>9.4f} s   at most {wanted:g} s", flush=True)
    if seconds > SLACK * wanted:
        missed.append(what)


def generic(sizes: Sequence[int], parties: int, seed: int) -> Factors:
    """Weights and values drawn at random; on every issue some parties want the opposite of the others."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.full(len(sizes), 5.0), parties)
    tables = []
    for k, n in enumerate(sizes):
        rising = np.sort(rng.random((n, parties)), axis=0)
        values = np.where(rng.permutation(parties) % 2 == 0, rising, rising[::-1])
        tables.append(values * weights[:, k])
    return Factors(tuple(tables))


def opposed(sizes: Sequence[int], seed: int) -> Factors:
    weights = np.random.default_rng(seed).dirichlet(np.full(len(sizes), 5.0))
    lines = [np.linspace(0, w, n) for w, n in zip(weights, sizes, strict=True)]
    return Factors(tuple(np.column_stack([line, line[::-1]]) for line in lines))


def star(leaves: int, levels: int, seed: int) -> Factors:
    """A hub linked to every leaf, linkages as weighty as the issues themselves."""
    rng = np.random.default_rng(seed)
    plain = generic([levels] * (leaves + 1), 2, seed)
    pairs = []
    for leaf in range(1, leaves + 1):
        hub_values, leaf_values = rng.random((levels, 2)), rng.random((levels, 2))
        pairs.append(Pair((0, leaf), hub_values[:, None] * leaf_values[None] * rng.uniform(0.05, 0.2)))
    return Factors(plain.single, tuple(pairs))


def enumerated(factors: Factors) -> Floats:
    total = np.zeros((1, factors.parties))
    for table in factors.single:
        total = (total[:, None, :] + table[None, :, :]).reshape(-1, factors.parties)
    return total


def plain_frontier(utilities: Floats) -> Floats:
    """Sort by the first utility and keep the running maximum of the second; a second time with ties in order."""
    for order in (np.argsort(-utilities[:, 0]), None):
        rows = np.lexsort((-utilities[:, 1], -utilities[:, 0])) if order is None else order
        second = utilities[rows, 1]
        best = np.concatenate([[-np.inf], np.maximum.accumulate(second)[:-1]])
        utilities = utilities[rows[second > best + 1e-12]]
    return np.asarray(utilities[::-1])


def chosen(utilities: Floats, r: Floats) -> dict[str, Floats]:
    """Return the utilities that each of the five solutions chooses from a set of points."""
    inside = utilities[acceptable(utilities, r)]
    top, power = inside.max(axis=0), np.ones(len(r))
    result = {}
    for name in FIVE:
        objective = SOLUTIONS[name].objective
        assert objective is not None
        values = objective(inside, disagreement=r, ideal=top, power=power)
        result[name] = inside[int(choose(values, inside, disagreement=r, ideal=top)[0])]
    return result


def support(factors: Factors, weights: Floats) -> float:
    """Return the largest weighted sum of utilities over all outcomes of a space without linkages, or of a star."""
    if not factors.pairs:
        return float(sum((table @ weights).max() for table in factors.single))
    hub = factors.single[0] @ weights
    for pair in factors.pairs:
        hub = hub + ((pair.table + factors.single[pair.issues[1]][None]) @ weights).max(axis=1)
    return float(hub.max())


def check_frontier(space: Space, found: Frontier) -> None:
    u = found.points.utilities
    assert np.allclose(space.factors.utilities(space.levels(found.points.codes)), u, rtol=0, atol=1e-9)
    for weights in np.random.default_rng(0).dirichlet(np.ones(space.parties), 200):
        best = support(space.factors, weights)
        assert best - found.resolution - 1e-9 <= (u @ weights).max() <= best + 1e-9
    if space.parties == 2:
        assert (np.diff(u[:, 0]) > 0).all()
        assert (np.diff(u[:, 1]) < 0).all()


def size_of(space: Space) -> str:
    return f"{space.outcomes:,}" if space.outcomes < 10**11 else f"10^{math.log10(space.outcomes):.1f}"


def bench_against_enumeration(factors: Factors) -> None:
    space, r = compile_space(factors), np.array([0.35, 0.4])
    everything = enumerated(factors)
    exact = plain_frontier(everything)
    mine = frontier(space).points.utilities
    assert len(mine) == len(exact)
    assert np.allclose(mine, exact, rtol=0, atol=1e-9)
    slow, quick = chosen(everything, r), chosen(mine, r)
    assert all(np.allclose(slow[name], quick[name], rtol=0, atol=1e-9) for name in FIVE)
    assert np.isclose(margins(mine, r[None])[0], (everything - r).min(axis=1).max(), rtol=0, atol=1e-9)
    assert np.allclose(ideal(mine, r[None])[0], everything[acceptable(everything, r)].max(axis=0), rtol=0, atol=1e-9)

    def by_hand() -> None:
        chosen(plain_frontier(enumerated(factors)), r)

    seconds = best_time(lambda: chosen(frontier(compile_space(factors)).points.utilities, r))
    other = best_time(by_hand, 1)
    report("frontier and five solutions, compiling included", size_of(space), seconds, 0.05)
    print(f"    {len(mine):,} points")
    print(f"{'    by enumeration in numpy':<58} {'':>22} {other:>9.4f} s   ratio {other / seconds:,.0f} (at least 50)")
    if other < 50 * seconds:
        missed.append("ratio to enumeration")


def bench_frontiers() -> None:
    cases = (
        ("frontier, two parties, generic weights", generic([10] * 20, 2, 1), 0.1),
        ("frontier, 16 issues of 21 levels, generic weights", generic([21] * 16, 2, 2), 0.3),
        ("frontier, 16 issues, same weights, opposed and linear", opposed([21] * 16, 3), 1.0),
        ("frontier, a hub and ten linked leaves of 50 levels", star(10, 50, 4), 5.0),
        ("frontier, three parties", generic([40, 40, 40, 40, 40], 3, 5), 0.6),
    )
    for what, factors, wanted in cases:
        space = compile_space(factors)
        found = frontier(space)
        check_frontier(space, found)
        assert found.resolution <= 1e-3, found.resolution
        report(what, size_of(space), best_time(lambda space=space: frontier(space), 2), wanted)
        print(f"    {len(found.points):,} points, resolution {found.resolution:.1e}")


def bench_ranges(factors: Factors) -> None:
    space = compile_space(factors)
    folded = fold_space(space)
    r = np.random.default_rng(6).random((10_000, 2)) * 0.8
    levels = possible_levels(folded, r)
    for g in range(0, 10_000, 1000):
        shares = issue_shares(space, r[g])
        assert shares is not None
        assert all((found[g] == (part > 0)).all() for found, part in zip(levels, shares, strict=True))
    report("fold, leave-one-out frontiers kept", size_of(space), best_time(lambda: fold_space(space)), 0.05)
    report(
        "levels possible at 10,000 points, all issues",
        size_of(space),
        best_time(lambda: possible_levels(folded, r)),
        0.1,
    )


def check_counts(space: Space, r: Floats, found: NDArray[np.int64]) -> None:
    everything = enumerated(space.factors)
    for g in range(0, len(r), len(r) // 10):
        assert found[g] == np.count_nonzero(acceptable(everything, r[g]))


def bench_counts(factors: Factors) -> None:
    rng = np.random.default_rng(7)
    ends = np.linspace(0, 0.9, 101)
    grid = np.stack(np.meshgrid(ends, ends, indexing="ij"), axis=-1).reshape(-1, 2)
    three = generic([34, 34, 12, 13, 28], 3, 8)
    cases = (
        ("counts at 10,000 arbitrary points", factors, rng.random((10_000, 2)), 1.0),
        ("counts at 101 x 101 points of a grid", factors, grid, 0.1),
        ("counts at 10,000 arbitrary points, three parties", three, rng.random((10_000, 3)) * 0.7, 10.0),
    )
    for what, case, r, wanted in cases:
        space = compile_space(case)
        check_counts(space, r, count(space, r))
        report(what, size_of(space), best_time(lambda space=space, r=r: count(space, r), 2), wanted)
    large = compile_space(generic([9, 8, 7, 6, 5, 7, 6, 4, 13], 2, 9))
    point = np.array([0.45, 0.4])
    check_counts(large, np.tile(point, (10, 1)), np.repeat(count(large, point[None]), 10))
    report("count at one point, nine issues", size_of(large), best_time(lambda: count(large, point[None])), 0.1)
    pairs = pair_shares(large, point)
    assert pairs is not None
    total = count(large, point[None])[0] / large.outcomes
    assert all(np.isclose(table.mean(), total, rtol=0, atol=1e-12) for table in pairs.values())
    report(
        "acceptable shares of all pairs of levels, nine issues",
        size_of(large),
        best_time(lambda: pair_shares(large, point)),
        0.3,
    )
    huge = compile_space(generic([10] * 20, 2, 1))
    r = rng.random((10_000, 2))
    report("shares sampled at 10,000 points, 10^6 draws", size_of(huge), best_time(lambda: share(huge, r), 1), 2.0)


def bench_map() -> None:
    factors = generic([34, 34, 12, 13, 28], 3, 8)
    space = compile_space(factors)
    ends = np.linspace(0, 0.7, 101)
    r = np.stack([*np.meshgrid(ends, ends, indexing="ij"), np.full((101, 101), 0.3)], axis=-1).reshape(-1, 3)

    def mapped() -> Floats:
        return margins(frontier(space).points.utilities, r)

    found, everything = mapped(), enumerated(factors)
    for g in range(0, len(r), 1000):
        assert np.isclose(found[g], (everything - r[g]).min(axis=1).max(), rtol=0, atol=1e-9)
    report("frontier and margin at 101 x 101 points, three parties", size_of(space), best_time(mapped, 1), 30.0)


def main() -> int:
    names = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
    print(f"Python {platform.python_version()}, {names}, {platform.machine()}\n")
    five = generic([34, 34, 12, 13, 30], 2, 0)
    bench_against_enumeration(five)
    bench_frontiers()
    bench_ranges(five)
    bench_counts(five)
    bench_map()
    print(f"\nMissed: {'; '.join(missed)}" if missed else "\nAll within reach.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
