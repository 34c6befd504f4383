"""Shares of truths with a zone against the EMA workbench, over the same function and the same doubt.

The workbench runs a model function once for each experiment; the function here makes the scenario anew with the numbers
of that experiment and returns its margin, which is all that has to be known. It wants an environment of its own, and
nothing of it is a dependency. At the head of the repository::

    python -m venv /tmp/ema-env
    /tmp/ema-env/bin/pip install . ema_workbench
    PYTHONPATH=. /tmp/ema-env/bin/python benchmarks/compare_ema.py

What differs is the same to all: every number that sets a no-deal value, within three tenths of the file's. Experiments
of the workbench are judged as an ensemble judges truths, and margins and zones must agree; only then are seconds of one
processor printed, whole studies beside them.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import sim
from sim.ensembles.draws import Truths
from sim.ensembles.inputs import inputs
from sim.ensembles.judging import Judged, judge
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.paths import dotted
from sim.model.scenario import with_values
from sim.model.statements import file_weights
from sim.space.trees import fold_space
from sim.space.zone import margins
from sim.studies.robust.sides import table

SCENARIO = str(Path(__file__).parents[1] / "scenarios" / "trial-balloon-2023.yaml")
EXPERIMENTS, STUDIES, TRUTHS, DOUBT = 60, 5, 20_000, 0.3


class Doubted:
    """The scenario, with every number that sets a no-deal value known within a share."""

    def __init__(self) -> None:
        self.scenario = sim.load(SCENARIO)
        self.game = compile(self.scenario)
        self.levels = {name: float(x) for name, x in leverage_levels(self.game, {}).items()}
        self.known = inputs(self.scenario, DOUBT, signers=self.game.signers).numbers
        self.numbers = {f"x{k}": (keys, n) for k, (keys, n) in enumerate(self.known.items()) if n.open}

    def at(self, values: dict[str, Any]) -> dict[str, float]:
        """Return what is set by path."""
        return {dotted(keys): float(values[name]) for name, (keys, _) in self.numbers.items()}

    def margin(self, **values: float) -> dict[str, float]:
        """Return the margin of the scenario made anew."""
        changed = with_values(self.scenario, self.at(values))
        game = compile(dataclasses.replace(changed, file_rates=self.scenario.file_rates))
        r = terms(game, self.levels).reservation[:, game.columns]
        return {"margin": float(margins(fold_space(game.space).frontier.points.utilities, r)[0])}

    def judged(self, columns: dict[str, Any]) -> Judged:
        """Judge truths as an ensemble does."""
        n, parties = len(next(iter(columns.values()))), self.scenario.spec.parties
        weights = {name: np.repeat(file_weights(parties[name])[None, :], n, axis=0) for name in self.game.signers}
        fixed = {keys: np.full(n, number.low) for keys, number in self.known.items() if not number.open}
        drawn = {keys: columns[name] for name, (keys, _) in self.numbers.items()}
        return judge(table(compile(self.scenario)), Truths(weights, fixed | drawn, {}), self.levels)


def workbench(case: Doubted) -> tuple[Any, Any, float]:
    """Return the workbench's experiments, their margins, and seconds of one processor for each."""
    from ema_workbench import Model, RealParameter, ScalarOutcome, perform_experiments

    model = Model("zone", function=case.margin)
    model.uncertainties = [RealParameter(name, n.low, n.high) for name, (_, n) in case.numbers.items()]
    model.outcomes = [ScalarOutcome("margin")]
    start = time.process_time()
    drawn, outcomes = perform_experiments(model, scenarios=EXPERIMENTS)
    return drawn, np.asarray(outcomes["margin"]), (time.process_time() - start) / EXPERIMENTS


def assert_same(case: Doubted, drawn: Any, found: Any) -> None:
    same = case.judged({name: drawn[name].to_numpy() for name in case.numbers})
    np.testing.assert_array_equal(same.exists, found >= -1e-9)
    assert (same.bracket.low <= found + 1e-9).all()
    assert (same.bracket.high[same.exists] >= found[same.exists] - 1e-9).all()


def main() -> int:
    if importlib.util.find_spec("ema_workbench") is None:
        print("The EMA workbench cannot be imported here, so nothing was compared. To compare:\n")
        print("    python -m venv /tmp/ema-env\n    /tmp/ema-env/bin/pip install . ema_workbench")
        print("    PYTHONPATH=. /tmp/ema-env/bin/python benchmarks/compare_ema.py")
        return 0
    warnings.simplefilter("ignore")
    case = Doubted()
    drawn, found, theirs = workbench(case)
    assert_same(case, drawn, found)
    rows = [row for _, row in drawn.iterrows()]
    start = time.process_time()
    looped = np.array([case.margin(**{name: row[name] for name in case.numbers})["margin"] for row in rows])
    loop = (time.process_time() - start) / EXPERIMENTS
    np.testing.assert_allclose(looped, found, atol=1e-12)
    start = time.process_time()
    whole = [sim.study(SCENARIO, set=case.at(row)).zone.margin for row in rows[:STUDIES]]
    study = (time.process_time() - start) / STUDIES
    np.testing.assert_allclose(whole, found[:STUDIES], atol=1e-9)
    rng = np.random.default_rng(1)
    columns = {name: rng.uniform(n.low, n.high, TRUTHS) for name, (_, n) in case.numbers.items()}
    start = time.process_time()
    many = case.judged(columns)
    ours = (time.process_time() - start) / TRUTHS
    print(f"{len(case.numbers)} uncertain numbers of {case.scenario.name}; {EXPERIMENTS} experiments agree")
    for name, seconds in (
        ("EMA workbench", theirs),
        ("a loop", loop),
        ("a loop of sim.study", study),
        ("ensemble", ours),
    ):
        print(f"{name:>20} {1e3 * seconds:10.3f} ms of one processor a draw, {seconds / ours:9,.0f} times an ensemble")
    print(f"a zone in {many.exists.mean():.3f} of {TRUTHS:,} truths, undecided {int(many.undecided.sum())}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
