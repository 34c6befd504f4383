"""Many truths against a loop that makes the scenario anew for each; agreement is asserted before anything is timed.

Processor seconds compare alike whatever else the machine is doing; seconds by the clock include starting processes.

Run: python benchmarks/bench_ensembles.py [TRUTHS]
"""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path

import numpy as np

from sim.ensembles.draws import draw
from sim.ensembles.ensemble import run_plan
from sim.ensembles.plans import Plan
from sim.ensembles.requests import plan_of
from sim.execution.executors import LocalProcesses
from sim.game.compiled import compile
from sim.game.terms import terms
from sim.model.paths import dotted
from sim.model.scenario import with_values
from sim.model.statements import weights
from sim.space.trees import fold_space
from sim.space.zone import margins

SCENARIOS = Path(__file__).parents[1] / "scenarios"
CASES = (("istanbul-2022", None), ("istanbul-2022", 0.3), ("trial-balloon-2023", 0.3), ("may-2025", None))
LOOPED = 30


def anew(plan: Plan, row: int) -> float:
    """Return the margin of one truth from a scenario made anew with its numbers."""
    numbers = {dotted(keys): float(values[row]) for keys, values in plan.truths.numbers.items()}
    for name in plan.game.signers:
        party = plan.scenario.spec.parties[name]
        for issue, weight in zip(party.values, plan.truths.weights[name][row].tolist(), strict=True):
            numbers[f"parties.{name}.values.{issue}.importance"] = weight
        for link, weight in weights(party)[1].items():
            numbers[f"parties.{name}.linkages.{link}.importance"] = weight
    changed = dataclasses.replace(with_values(plan.scenario, numbers), file_rates=plan.scenario.file_rates)
    game = compile(changed)
    r = terms(game, plan.levels).reservation[:, game.columns]
    return float(margins(fold_space(game.space).frontier.points.utilities, r)[0])


def main(truths: int) -> None:
    print(f"{truths:,} truths each; the loop is timed over {LOOPED}")
    for name, doubt in CASES:
        path = str(SCENARIOS / f"{name}.yaml")
        few = plan_of(path, LOOPED, doubt=doubt, solved=0)
        found = run_plan(few)
        start = time.process_time()
        slow = np.array([anew(few, row) for row in range(LOOPED)])
        each = (time.process_time() - start) / LOOPED
        low, high, exists = (found[part].values for part in ("margin", "margin_high", "exists"))
        assert (low <= slow + 1e-9).all()
        assert (exists == (slow >= -1e-9)).all()
        assert (high[exists] >= slow[exists] - 1e-9).all()
        plan = plan_of(path, truths, doubt=doubt, solved=0)
        start = time.process_time()
        draw(plan.inputs, truths, 1)
        drawn = time.process_time() - start
        start = time.process_time()
        kept = run_plan(plan)
        alone = time.process_time() - start
        start = time.perf_counter()
        run_plan(plan, engine=LocalProcesses(2))
        seconds = time.perf_counter() - start
        known = np.isfinite(kept["margin"].values)
        width = float((kept["margin_high"] - kept["margin"]).values[known].mean())
        print(
            f"{name:20s} doubt {doubt or '-':>4}: {alone:5.1f} s of one processor, draws {drawn:4.1f} s, "
            f"{1e6 * alone / truths:5.0f} us a truth, {each * truths / alone:5.0f} times the loop "
            f"({1e3 * each:.0f} ms a truth); {seconds:.1f} s by the clock on two processes; "
            f"share {float(kept['exists'].mean()):.4f}, undecided "
            f"{int(kept['undecided'].sum())}, mean width {width:.4f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
