"""Whole studies of many signers: processor seconds of `sim.study`, and what is wanted of them.

Before a clock runs the answers are compared with the efficient outcomes found by folding: where the fold is exact the
margin, ideal points and every solution's objective are its own; where it had to thin, no outcome that it kept may be
better, and the study must say that its answers are proven. Times are processor seconds of this process, the least of
some runs. Run it as ``python benchmarks/bench_studies.py``; it exits with 1 if a limit is missed by more than half.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

import numpy as np
from bench_engine import missed, report

import sim
from sim.theory.bargaining.solutions import SOLUTIONS

SCENARIOS = Path(__file__).parents[1] / "scenarios"
CASES = {"january-2025": ("united_states",), "comprehensive-settlement": ("united_states", "european_allies")}
SECONDS = 3.0
RUNS = 2


def studied(name: str) -> sim.Study:
    return sim.study(str(SCENARIOS / f"{name}.yaml"), sign=CASES[name])


def check(study: sim.Study) -> None:
    """Compare a study with the frontier of all outcomes that folding found."""
    whole, point = study.folded.frontier, study.point
    exact = whole.resolution == 0
    utilities = whole.points.utilities
    gains = utilities - point.reservation
    assert study.resolution == 0
    assert study.zone.margin is not None
    _no_less(study.zone.margin, gains.min(axis=1).max(), exact=exact)
    zone = utilities[(gains >= -1e-9).all(axis=1)]
    ideal = point.reservation + np.array([study.zone.surplus[name] for name in study.game.signers])
    for mine, most in zip(ideal, zone.max(axis=0), strict=True):
        _no_less(float(mine), float(most), exact=exact)
    for name, deal in study.solutions.items():
        objective = SOLUTIONS[name].objective
        assert objective is not None
        own = np.array([[deal.utilities[signer] for signer in study.game.signers]])
        mine, others = (
            objective(u, disagreement=point.disagreement, ideal=ideal, power=point.power) for u in (own, zone)
        )
        _no_less(float(mine[0]), float(others.max()), exact=exact)


def _no_less(found: float, known: float, *, exact: bool) -> None:
    assert found >= known - 1e-8
    assert not exact or found <= known + 1e-8


def seconds(name: str) -> float:
    taken = []
    for _ in range(RUNS):
        start = process_time()
        studied(name)
        taken.append(process_time() - start)
    return min(taken)


def main() -> int:
    for name in CASES:
        study = studied(name)
        check(study)
        report(f"study of {name}, all sign", f"{study.game.space.outcomes:.1e} outcomes", seconds(name), SECONDS)
    print(f"\nMissed: {'; '.join(missed)}" if missed else "\nAll within reach.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
