"""Every null of a study's JSON has a reason, and the right one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from rivals import Rng, pick, rivals, rngs, with_leverage
from strategies import built

import sim
from sim.model.frozen import thawed
from sim.output.reasons import UNEXPLAINED
from sim.output.study_json import study_data

SHIPPED = sorted(str(path) for path in Path("scenarios").rglob("*.yaml") if path.parent.name != "readings")


def nulls(data: Any, path: str = "") -> Iterator[str]:
    if data is None:
        yield path
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key != "reason" and not (value is None and data.get("reason")):
                yield from nulls(value, f"{path}.{key}" if path else str(key))
    if isinstance(data, list):
        for entry in data:
            if isinstance(entry, Mapping):
                yield from nulls(entry, f"{path}.*")


def check(study: Any) -> dict[str, str]:
    data = study_data(study, maps=True)
    notes: dict[str, str] = data["notes"]
    assert set(nulls(data)) <= set(notes)
    assert UNEXPLAINED not in notes.values()
    return notes


@pytest.mark.parametrize("path", SHIPPED)
def test_shipped_scenarios(path: str) -> None:
    check(sim.study(path))


@given(rngs)
def test_random_scenarios(rng: Rng) -> None:
    data = rivals(rng, parties=pick(rng, [2, 3]), issues=pick(rng, [1, 3]), lines=2, no_deal=[0.1, 0.4, 0.9])
    if rng.random() < 0.5:
        data = with_leverage(rng, data)
        data["future"] = {"later": {"after_years": 1, "leverage": {}}}
    check(sim.study(built(data)))


def test_a_zone_without_trades_has_a_deal_all_the_same() -> None:
    notes = check(sim.study("scenarios/teaching/divide-the-dollar.yaml"))
    assert notes["trade_rates"] == "fewer than two numeric issues"


def test_red_lines_that_leave_nothing_are_the_reason_before_others() -> None:
    data = thawed(sim.load("scenarios/teaching/fearon-crisis.yaml").tree.data)
    (issue,) = data["issues"]
    top = data["issues"][issue]["range"][1]
    for party, bound in zip(data["parties"].values(), ({"min": top}, {"max": 0}), strict=True):
        party["red_lines"] = {"own": {"issue": issue, **bound}}
    notes = check(sim.study(built(data)))
    assert notes["why.sources.without_war_costs"] == "the red lines leave no outcome"


def test_only_parties_that_care_have_a_rate_of_trade() -> None:
    study = sim.study("scenarios/comprehensive-settlement.yaml")
    rates = study_data(study)["trade_rates"]
    for rate in study.trade_rates:
        ways = rates[rate.give][rate.give_way][rate.take]
        assert ways[rate.take_way] == {p: x for p, x in rate.rates.items() if x is not None}
    assert any(None in rate.rates.values() for rate in study.trade_rates)
