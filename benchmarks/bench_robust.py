"""One deal for every truth: the robust deal of each shipped scenario, with times and what is wanted of them.

Two kinds of statements: every signer's priorities in the order in which the file's importances rank, and every weight
within a fifth of the file's. Before a clock counts the answer is checked: the adversary's worst case of the deal found
equals the margin, for each signer by itself, no sampled truth is worse for it, and the margin does not exceed that of
the file's own numbers, which are one of the truths. Times are processor seconds, the best of some runs. Run it as
``python benchmarks/bench_robust.py``; it exits with 1 if a limit is missed by more than half.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from time import process_time

import numpy as np

from sim.game.compiled import Game, compile
from sim.game.terms import leverage_levels
from sim.model.scenario import Scenario, load
from sim.model.situation import Uncertain
from sim.model.statements import Known, file_weights, importances_within, known
from sim.space.truths.polytopes import Polytope
from sim.space.truths.robust import Found, Side, at, robust, worst
from sim.studies.robust.sides import Table, sides, table

SCENARIOS = Path(__file__).parent.parent / "scenarios"
LIMIT, LARGE, MANY = 1.0, 10.0, 20
RUNS, DRAWS = 2, 2_000


def ranked(scenario: Scenario) -> dict[str, Uncertain]:
    """Return each party's order of issues as the file's importances rank them, ties in one tier."""
    result = {}
    for name, party in scenario.spec.parties.items():
        tiers: dict[float, list[str]] = {}
        for issue, value in party.values.items():
            tiers.setdefault(value.importance, []).append(issue)
        result[f"parties.{name}.values"] = Uncertain(order=tuple(tuple(tiers[w]) for w in sorted(tiers, reverse=True)))
    return result


def cases(scenario: Scenario) -> Mapping[str, Known]:
    parties = scenario.spec.parties
    return {
        "orders as the file ranks": known(scenario, ranked(scenario)),
        "weights within 0.2": Known({name: importances_within(party, 0.2) for name, party in parties.items()}, {}),
    }


def drawn(polytope: Polytope, own: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return weights that obey every statement, by steps from the file's that are halved until they do."""
    step = rng.exponential(own.mean(), (DRAWS, len(own)))
    step *= own.sum() / step.sum(axis=1, keepdims=True)
    share = np.ones((DRAWS, 1))
    for _ in range(40):
        weights = own + share * (step - own)
        rows = weights @ polytope.rows[:, :-1].T if len(polytope.rows) else np.zeros((DRAWS, 1))
        good = (weights >= polytope.low - 1e-12).all(1) & (weights <= polytope.high + 1e-12).all(1)
        good &= (rows <= 1e-12).all(1)
        share[~good] /= 2
    return own + share * (step - own)


def check(found: Found, tough: list[Side], space: Table) -> None:
    """Assert that the margin is that of the deal in the truths that are worst for it."""
    if found.levels is None:
        assert found.margin == -np.inf
        return
    values = [worst(side, *at(side, space.among, found.levels))[0] for side in tough]
    assert abs(min(values) - found.margin) < 1e-9
    assert found.bound >= found.margin
    rng = np.random.default_rng(1)
    at_file = []
    for name, side, value in zip(space.game.signers, tough, values, strict=True):
        own = file_weights(space.game.scenario.spec.parties[name])
        features, fixed = at(side, space.among, found.levels)
        assert not side.weights.rows[:, -1:].any(), "rows on the raw scale are not drawn from"
        weights = np.vstack([own, drawn(side.weights, own, rng)])
        gains = weights @ (features - side.slopes[0]) + fixed - side.constants[0]
        assert gains.min() >= value - 1e-9
        at_file.append(gains[0])
    assert found.margin <= min(at_file) + 1e-9


def timed(game: Game, what: Known) -> tuple[float, Found, list[Side], Table]:
    best = np.inf
    for _ in range(RUNS):
        start = process_time()
        space = table(game)
        tough, _ = sides(space, leverage_levels(game), what)
        found = robust(tough, space.among, seconds=60.0)
        best = min(best, process_time() - start)
    return best, found, tough, space


def main() -> int:
    missed = 0
    print(f"{'scenario':26}{'what is known':27}{'margin':>9}{'exact':>7}{'CPU s':>8}{'limit':>7}")
    for file in sorted(SCENARIOS.glob("*.yaml")):
        scenario = load(file)
        game = compile(scenario)
        limit = LARGE if len(game.issues) > MANY else LIMIT
        for name, what in cases(scenario).items():
            seconds, found, tough, space = timed(game, what)
            check(found, tough, space)
            late = seconds > limit
            missed += seconds > 1.5 * limit
            margin = "none" if found.levels is None else f"{found.margin:.4f}"
            exact = "yes" if found.exact else f"{found.bound - found.margin:.1e}"
            print(
                f"{file.stem:26}{name:27}{margin:>9}{exact:>7}{seconds:>8.2f}{limit:>7.0f}{'  missed' if late else ''}"
            )
    return min(1, missed)


if __name__ == "__main__":
    sys.exit(main())
