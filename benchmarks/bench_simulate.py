"""Paths in time: 10,000 paths of 36 months of the Istanbul scenario, margin and Nash deal at every step."""

from __future__ import annotations

from typing import Any

import numpy as np

import sim

FILE = "scenarios/time/istanbul-2022-in-time.yaml"
SECONDS = 5.0


def test_ten_thousand_paths_of_three_years(benchmark: Any) -> None:
    """At most five seconds; agreement with single studies first."""
    scenario = sim.load(FILE)
    few = sim.simulate(scenario, 2, rng=3)
    for step in (0, 20):
        levels = {name: float(own[1, step]) for name, own in few.levels.items()}
        study = sim.study(scenario, levels, samples=100)
        assert abs(few.margin[1, step] - study.zone.margin) < 1e-12
        assert np.allclose(few.deal[1, step], list(study.solutions["nash"].utilities.values()))
    found = benchmark.pedantic(lambda: sim.simulate(scenario, 10_000), rounds=3, iterations=1)
    assert found.margin.shape == (10_000, 37)
    assert benchmark.stats.stats.min < SECONDS
