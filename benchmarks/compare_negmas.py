"""The frontier and the Nash deal of a two-party linear-additive scenario, beside NegMAS, which enumerates its outcomes.

NegMAS is under the AGPL. It is no dependency of this project and no check runs this script. To run it, make an
environment of its own, from the head of the repository::

    python -m venv /tmp/negmas-env
    /tmp/negmas-env/bin/pip install negmas
    PYTHONPATH=. /tmp/negmas-env/bin/python benchmarks/compare_negmas.py

Only numpy is needed on our side, and NegMAS brings it. Both programs get the same tables. Before any time is printed,
the frontiers must hold the same utilities (above the reservation values, the part that NegMAS gives) and the Nash
deals the same product of gains. Where NegMAS cannot be imported, the script says so and exits with 0.
"""

from __future__ import annotations

import importlib.util
import platform
import sys
from importlib.metadata import version
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIZES = ((6, 6, 6, 6), (10, 10, 10, 10), (8, 8, 8, 8, 8), (10, 10, 10, 10, 10), (20, 20, 20, 20, 5))
RESERVATION = np.array([0.3, 0.35])
ROUNDS = 5


def tables_of(sizes: tuple[int, ...]) -> tuple[list[Floats], Floats]:
    """Return values (n_k, 2) of every issue, which fall for one party where they rise for the other; weights (K, 2)."""
    rng = np.random.default_rng(len(sizes) * 1000 + sizes[0])
    values = []
    for n in sizes:
        rising = np.sort(rng.random((n, 2)), axis=0)
        values.append(np.column_stack([rising[:, 0], rising[::-1, 1]]))
    return values, rng.dirichlet(np.full(len(sizes), 5.0), 2).T


def ours(values: list[Floats], weights: Floats) -> tuple[Floats, Floats, float]:
    from sim.space.blocks import Factors, compile_space
    from sim.space.trees import frontier
    from sim.space.zone import acceptable

    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        tables = tuple(table * weight for table, weight in zip(values, weights, strict=True))
        points = frontier(compile_space(Factors(tables))).points.utilities
        inside = points[acceptable(points, RESERVATION)]
        deal = inside[(inside - RESERVATION).prod(axis=1).argmax()]
        times.append(perf_counter() - start)
    return inside, deal, min(times)


def theirs(values: list[Floats], weights: Floats) -> tuple[Floats, Floats, float]:
    from negmas import LinearAdditiveUtilityFunction, make_issue, make_os
    from negmas.preferences.ops import nash_points, pareto_frontier

    space = make_os([make_issue([f"level {j}" for j in range(len(v))], f"issue {k}") for k, v in enumerate(values)])
    start = perf_counter()
    functions: list[Any] = [
        LinearAdditiveUtilityFunction(
            values=[{f"level {j}": float(x) for j, x in enumerate(v[:, party])} for v in values],
            weights=weights[:, party].tolist(),
            outcome_space=space,
            reserved_value=float(RESERVATION[party]),
        )
        for party in range(2)
    ]
    found, _ = pareto_frontier(functions, issues=space.issues, sort_by_welfare=True)
    deals = nash_points(functions, found, outcome_space=space)
    seconds = perf_counter() - start
    return np.array(found), np.array(deals[0][0]), seconds


def assert_same(points: Floats, others: Floats, deal: Floats, other: Floats) -> None:
    others = others[np.argsort(others[:, 0])]
    if points.shape != others.shape or not np.allclose(points, others, rtol=0, atol=1e-9):
        raise SystemExit(f"the frontiers differ: {len(points)} points here, {len(others)} in NegMAS")
    if not np.isclose((deal - RESERVATION).prod(), (other - RESERVATION).prod(), rtol=0, atol=1e-9):
        raise SystemExit(f"the Nash deals differ: {deal} here, {other} in NegMAS")


def main() -> int:
    if importlib.util.find_spec("negmas") is None:
        print("NegMAS cannot be imported here, so nothing was compared. To compare:\n")
        print("    python -m venv /tmp/negmas-env")
        print("    /tmp/negmas-env/bin/pip install negmas")
        print("    PYTHONPATH=. /tmp/negmas-env/bin/python benchmarks/compare_negmas.py")
        return 0
    print(f"Python {platform.python_version()}, numpy {version('numpy')}, NegMAS {version('negmas')}\n")
    print(f"{'outcomes':>10} {'frontier':>9} {'here':>12} {'NegMAS':>11} {'ratio':>9}")
    for sizes in SIZES:
        values, weights = tables_of(sizes)
        points, deal, seconds = ours(values, weights)
        others, other, slow = theirs(values, weights)
        assert_same(points, others, deal, other)
        outcomes = int(np.prod(sizes))
        print(
            f"{outcomes:>10,} {len(points):>9,} {seconds * 1e3:>9.2f} ms {slow:>9.3f} s {slow / seconds:>9,.0f}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
