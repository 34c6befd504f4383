"""Equilibria followed along the axes of sweeps: turns agree with studies on both sides, branches with counts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import sim
from sim.errors import RequestError
from sim.show.sweep import summary_lines
from sim.studies.games.setting import Absent
from sim.sweeps.findings.summaries import summarise

SCENARIOS = Path(__file__).parents[3] / "scenarios"
MEASURES = ("margin", "games")


@pytest.fixture(scope="module")
def scenario() -> sim.Scenario:
    return sim.load(SCENARIOS / "january-2025.yaml")


@pytest.fixture(scope="module")
def line(scenario: sim.Scenario) -> xr.Dataset:
    return sim.sweep(scenario, {"battlefield": np.linspace(-0.6, 0.6, 13)}, MEASURES)


Equilibrium = frozenset[tuple[str, str, float]]


def played(moves: Mapping[str, Mapping[str, float]]) -> Equilibrium:
    return frozenset((p, m, round(x, 6)) for p, own in moves.items() for m, x in own.items() if x > 1e-9)


def equilibria(scenario: sim.Scenario, level: float) -> set[Equilibrium]:
    found = sim.study(scenario, {"battlefield": level}).games.leverage
    assert not isinstance(found, Absent)
    return {played(equilibrium.strategies) for equilibrium in found.equilibria}


def test_turns_are_what_studies_on_both_sides_find(scenario: sim.Scenario, line: xr.Dataset) -> None:
    found = sim.equilibrium_turns(line, "battlefield")
    assert found
    for turn in found:
        before, after = equilibria(scenario, turn.low), equilibria(scenario, turn.high)
        gone, come = {played(moves) for moves in turn.vanish}, {played(moves) for moves in turn.appear}
        assert (gone, come) == (before - after, after - before)
    at, solved = line.battlefield.values.tolist(), (line.moves_count > 0).values
    quiet = [k for k in range(1, len(at)) if solved[k - 1 : k + 1].all() and at[k] not in {t.high for t in found}]
    assert quiet
    for k in quiet:
        assert equilibria(scenario, at[k]) == equilibria(scenario, at[k - 1])


def test_branches_number_every_equilibrium_once(line: xr.Dataset) -> None:
    found = sim.equilibrium_branches(line, "battlefield")
    there = np.isfinite(line.moves_probability).all("move")
    assert ((found >= 0) == there).all()
    assert found.max() + 1 == len(set(found.values[there.values].tolist()))
    for row in found.values:
        some = row[row >= 0]
        assert len(set(some.tolist())) == len(some)


def test_the_order_of_levels_does_not_matter(scenario: sim.Scenario, line: xr.Dataset) -> None:
    order = [3, 0, 12, 7, 1, 2, 4, 11, 10, 9, 8, 6, 5]
    shuffled = sim.sweep(scenario, {"battlefield": line.battlefield.values[order]}, MEASURES)
    assert sim.equilibrium_turns(shuffled, "battlefield") == sim.equilibrium_turns(line, "battlefield")
    there = sim.equilibrium_branches(shuffled, "battlefield").sel(battlefield=line.battlefield)
    assert there.equals(sim.equilibrium_branches(line, "battlefield"))


def test_each_line_of_a_map_is_followed_by_itself(scenario: sim.Scenario) -> None:
    axes = {"parties.ukraine.no_deal.war.cost": [0.05, 0.1], "battlefield": [-0.5, 0.0, 0.5]}
    ds = sim.sweep(scenario, axes, MEASURES)
    whole = sim.equilibrium_branches(ds, "battlefield")
    assert whole.dims == (*ds.moves_count.dims, "moves_equilibrium")
    for k in range(2):
        row = ds.isel({"parties.ukraine.no_deal.war.cost": k})
        assert whole.isel({"parties.ukraine.no_deal.war.cost": k}).values.tolist() == (
            sim.equilibrium_branches(row, "battlefield").values.tolist()
        )
    with pytest.raises(RequestError, match="alone"):
        sim.equilibrium_turns(ds, "battlefield")


def test_the_summary_says_where_equilibria_turn(line: xr.Dataset) -> None:
    text = "\n".join(summary_lines(summarise(line)))
    turn = sim.equilibrium_turns(line, "battlefield")[0]
    assert f"Between {turn.low:.4g} and {turn.high:.4g} of battlefield the equilibrium (russia: " in text
    assert "gives way to" in text


def test_what_cannot_be_followed(line: xr.Dataset) -> None:
    with pytest.raises(RequestError, match="no axis 'battlefeld' \\(did you mean battlefield"):
        sim.equilibrium_branches(line, "battlefeld")
    plain = sim.sweep(SCENARIOS / "teaching" / "logroll.yaml", {"claim": [0, 0.1]})
    with pytest.raises(RequestError, match="expected a scenario with moves"):
        sim.equilibrium_turns(plain, "claim")
