"""What a sweep says in a few lines."""

from __future__ import annotations

import numpy as np
from scenario_texts import LEVERED, read

import sim
from sim.sweeps.findings.summaries import summarise


def test_a_summary_looks_along_lines_through_the_scenario() -> None:
    ds = sim.sweep(read(LEVERED), {"push": np.linspace(-1, 2, 7), "pull": [0.1, 0.9]})
    found = summarise(ds)
    assert found.at == {"push": 0.0, "pull": 0.1}
    assert found.points == 14
    assert found.zone == int(ds.exists.sum())
    assert {crossing.axis for crossing in found.crossings} == {"push"}
