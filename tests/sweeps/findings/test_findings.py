"""What holds for everything derived from sweeps: requests are checked alike, results say what they are made from."""

from __future__ import annotations

import json
from typing import Any

import pytest

import sim
from sim.errors import RequestError


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"leverage": {"aid": [0, 1]}}, r"aid: 2 levels \(expected one number"),
        ({"leverage": {"aid": "much"}}, "aid: 'much' is not a level"),
        ({"leverage": {"aidd": 0.0}}, "no leverage variable 'aidd'"),
        ({"lift_lines": "russia.x"}, "lift_lines: a single text 'russia.x'"),
        ({"sign": "russia"}, "sign: a single text 'russia'"),
    ],
)
def test_what_is_derived_checks_its_request(wrong: Any, words: str) -> None:
    file = "scenarios/istanbul-2022.yaml"
    with pytest.raises(RequestError, match=words):
        sim.steady_deals(file, {"battlefield": [0.0, 0.5]}, **wrong)
    with pytest.raises(RequestError, match=words):
        sim.elasticities(file, steps=2, **wrong)
    with pytest.raises(RequestError, match=words):
        sim.sweep(file, {"battlefield": [0.0, 0.5]}, ["margin"], **wrong)


def test_what_is_derived_says_what_it_is_made_from() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml", {"parties.ukraine.power": 2})
    robust = sim.steady_deals(scenario, {"battlefield": [0.0, 0.5]}, leverage={"aid": 0.5})
    answers = sim.elasticities(scenario, leverage={"aid": 0.5}, steps=3)
    for found in (robust, answers):
        told = json.loads(found.attrs["arguments"])
        assert (told["values set"], told["leverage"]) == ("parties.ukraine.power=2", "aid=0.5")
        assert found.attrs["scenario_sha256"] == scenario.sha256
        assert found.attrs["sim_version"] == sim.__version__
        assert json.loads(found.attrs["level_names"])["nato"]
        assert found["issue_unit"].sel(issue="army_cap").item() == "soldiers"
        assert all(
            {"long_name", "units"} <= set(variable.attrs) or not variable.dims for variable in found.data_vars.values()
        )
    assert json.loads(robust.attrs["arguments"])["axis battlefield"] == "0.0, 0.5"
    assert answers["lever_label"].sel(lever="aid").item() == scenario.spec.leverage["aid"].label
    assert answers.attrs["solution"] == "nash"
