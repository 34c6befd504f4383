"""Scenarios for tests of figures, studied once: small ones with every section, without a zone, hostile in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scenario_texts import FULL, SMALL, edited, read

import sim
from sim.model.scenario import Scenario
from sim.plots import Request
from sim.plots.requests import study_for
from sim.studies.study import Study

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NO_ZONE = edited(SMALL, ("no_deal: 0.2", "no_deal: 0.7"), ("no_deal: 0.3", "no_deal: 0.6"))
NO_OUTCOME = edited(
    SMALL,
    ("no_deal: 0.2", "red_lines: {much: {issue: cake, min: 0.9}}, no_deal: 0.2"),
    ("no_deal: 0.3", "red_lines: {little: {issue: cake, max: 0.1}}, no_deal: 0.3"),
)
THREE = """\
format: 1
name: Three heirs
issues:
  land: {range: [0, 10], step: 1, unit: acres}
  house: {levels: [first, second, third]}
  rent: {range: [0, 1000], step: 250, unit: pounds}
parties:
  ann:
    values: {land: {importance: 3, best: 10, worst: 0}, house: {importance: 2, table: {first: 1, second: 0, third: 0}}}
    no_deal: 0.15
  bob:
    values:
      rent: {importance: 3, best: 1000, worst: 0}
      house: {importance: 2, table: {first: 0, second: 1, third: 0}}
    no_deal: 0.1
  cat:
    values:
      land: {importance: 2, best: 0, worst: 10}
      rent: {importance: 1, best: 0, worst: 1000}
      house: {importance: 1, table: {first: 0, second: 0, third: 1}}
    no_deal: 0.1
  dan: {consent: false, values: {rent: {importance: 1, best: 1000, worst: 0}}, no_deal: 0.4}
leverage:
  court: {label: Court, range: [-1, 1], default: 0, shifts: {parties.ann.no_deal: {by: 0.9}}}
  gossip: {label: Gossip, range: [0, 1], default: 0, shifts: {parties.bob.no_deal: {by: 0.7}}}
"""
TROUBLE = "A $x_{1}$ cost </text><script>alert(1)</script> & 100 % \\frac of a very long label that goes on and on"
HOSTILE = edited(
    THREE,
    ("name: Three heirs", f"name: '{TROUBLE}'"),
    ("land: {range", f"land: {{label: '{TROUBLE}', range"),
    ("unit: acres", "unit: '$acres$_of_a_rather_long_unit'"),
    ("label: Court", f"label: '{TROUBLE}'"),
).replace("  ann:\n", f"  ann:\n    label: '{TROUBLE}'\n")
TEXTS = {"full": FULL, "small": SMALL, "no zone": NO_ZONE, "no outcome": NO_OUTCOME, "three": THREE, "hostile": HOSTILE}


@cache
def scenario(name: str) -> Scenario:
    """Return a scenario of this module by name, or one of the shipped."""
    return read(TEXTS[name]) if name in TEXTS else sim.load(SCENARIOS / f"{name}.yaml")


@cache
def studied(name: str) -> Study:
    """Return its study at the default leverage point."""
    return sim.study(scenario(name))


@cache
def gathered(gather: Callable[[Request], Any], name: str) -> Any:
    """Return what some figures need of it, worked out once."""
    return studied(name) if gather is study_for else gather(Request(scenario=scenario(name)))


@cache
def swept(name: str, *axes: str, count: int = 21) -> Any:
    """Return a sweep of it over the whole range of some levers."""
    spec = scenario(name).spec
    return sim.sweep(scenario(name), {axis: np.linspace(*spec.leverage[axis].range, count) for axis in axes})
