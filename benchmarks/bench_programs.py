"""Programs over blocks: one best outcome of large spaces, exactly, with times and what is wanted of them.

Before a clock runs every answer is compared with numpy enumeration of all outcomes where they fit; where they do not,
the bound that comes with an answer is the proof. Times are the best of some runs. Run it as
``python benchmarks/bench_programs.py``; it exits with 1 if a limit is missed by more than half.
"""

from __future__ import annotations

import sys
from time import perf_counter

import numpy as np
from bench_engine import FIVE, best_time, generic, missed, report, size_of

from sim.space.blocks import Factors, compile_space
from sim.space.pareto import Floats
from sim.space.programs.brackets import bracket, decide
from sim.space.programs.goals import Terms
from sim.space.programs.hull import hull_margin
from sim.space.programs.levels import possible_levels
from sim.space.programs.solutions import Solved, margin, solve
from sim.space.programs.unknowns import program
from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.solutions import SOLUTIONS


def enumerated(factors: Factors) -> Floats:
    """Return the utilities (n, P) of all outcomes, held party by party: sums along long axes are quick."""
    columns = []
    for i in range(factors.parties):
        total = np.zeros(1)
        for table in factors.single:
            total = np.add.outer(total, table[:, i]).ravel()
        columns.append(total)
    return np.stack(columns).T


def by_hand(factors: Factors, terms: Terms) -> dict[str, Floats]:
    """Return margin, ideal point and what each solution picks, by looking at every outcome."""
    utilities = enumerated(factors)
    least = utilities[:, 0] - terms.reservation[0]
    for i in range(1, utilities.shape[1]):
        np.minimum(least, utilities[:, i] - terms.reservation[i], out=least)
    zone = np.stack([column[least >= -1e-9] for column in utilities.T]).T
    top = zone.max(axis=0)
    result = {"margin": np.array([least.max()]), "ideal": top}
    for name in FIVE:
        objective = SOLUTIONS[name].objective
        assert objective is not None
        values = objective(zone, disagreement=terms.disagreement, ideal=top, power=terms.power)
        # Points that do not tie need no rule for ties.
        near = np.flatnonzero(values >= values.max() - 1e-9)
        row, _ = choose(values[near], zone[near], disagreement=terms.disagreement, ideal=top)
        result[name] = zone[near[int(row)]]
    return result


def check(found: Solved, expected: dict[str, Floats]) -> None:
    assert found.margin.exact
    assert np.isclose(found.margin.value, expected["margin"][0], rtol=0, atol=1e-9)
    assert np.allclose(found.ideal, expected["ideal"], rtol=0, atol=1e-9)
    for name in FIVE:
        assert found.choices[name].exact
        assert np.allclose(found.choices[name].utilities, expected[name], rtol=0, atol=1e-9), name


def bench_four_signers() -> None:
    factors = generic([32, 32, 32, 31, 30], 4, 11)
    space = compile_space(factors)
    r = np.full(4, 0.4)
    terms = Terms(r, r, np.ones(4))
    start = perf_counter()
    expected = by_hand(factors, terms)
    slow = perf_counter() - start
    check(solve(program(space), terms), expected)
    seconds = best_time(lambda: solve(program(compile_space(factors)), terms))
    report("four signers: margin, ideals, five solutions, exact", size_of(space), seconds, 1.0)
    print(f"{'    by enumeration in numpy':<58} {'':>22} {slow:>9.4f} s   ratio {slow / seconds:,.0f} (at least 30)")
    if slow < 30 * seconds:
        missed.append("ratio to enumeration")
    sought = program(space)
    report("    margin alone", size_of(space), best_time(lambda: margin(sought, r)), 0.1)
    report("    margin with lotteries and prices", size_of(space), best_time(lambda: hull_margin(sought, r)), 0.05)
    report("    levels of all issues that occur", size_of(space), best_time(lambda: possible_levels(sought, r)), 2.0)


def bench_large() -> None:
    for what, factors, r, wanted in (
        ("margin, three signers, 31 issues", generic([10] * 31, 3, 5), np.full(3, 0.4), 0.5),
        ("margin, four signers, 20 issues of 21 levels", generic([21] * 20, 4, 5), np.full(4, 0.4), 5.0),
    ):
        space = compile_space(factors)
        sought = program(space)
        found = margin(sought, r)
        assert found.exact
        outcome = space.levels(found.points.codes[:1])
        assert np.isclose((space.factors.utilities(outcome)[0] - r).min(), found.value, rtol=0, atol=1e-9)
        report(what, size_of(space), best_time(lambda sought=sought, r=r: margin(sought, r), 2), wanted)


def bench_brackets() -> None:
    space = compile_space(generic([32, 32, 32, 31, 30], 4, 11))
    sought = program(space)
    rng = np.random.default_rng(0)
    r = rng.normal(0.5, 0.05, (10_000, 4))
    found = bracket(sought, r)
    for g in range(0, len(r), 500):
        exact = margin(sought, r[g])
        assert exact.exact
        assert found.low[g] - 1e-9 <= exact.value <= found.high[g] + 1e-9
    report("bracket at 10,000 reservation points", size_of(space), best_time(lambda: bracket(sought, r), 2), 1.0)
    print(f"    mean width {(found.high - found.low).mean():.4f}")
    some = r[:1000]
    decided = decide(sought, some)
    assert not decided.undecided.any()
    report("a zone or none at 1,000 of them, decided", size_of(space), best_time(lambda: decide(sought, some), 1), 10.0)
    print(f"    {decided.programs} programs of their own, a zone at {decided.reached.mean():.1%}")


def main() -> int:
    bench_four_signers()
    bench_large()
    bench_brackets()
    print(f"\nMissed: {'; '.join(missed)}" if missed else "\nAll within reach.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
