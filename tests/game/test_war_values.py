"""What fighting on is worth when the discount rate moves: the share k = c / rho of the stakes that war burns stays."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.scenario import Scenario, with_values

Data = dict[str, Any]
RATE = "parties.a.no_deal.war.discount_rate"
COST = "parties.a.no_deal.war.cost"


def strip(rate: float, cost: float = 0.03, **war: Any) -> Data:
    """A pie of 1; a lives at a fifth of it while war lasts, and war ends at three fifths."""
    fight = {"war": {"cost": cost, "discount_rate": rate}}
    pie = {"a": {"importance": 1, "best": 1, "worst": 0}, "b": {"importance": 1, "best": 0, "worst": 1}}
    shift = {"range": [-2, 2], "default": 0, "shifts": {RATE: {"factor": 2}}}
    losses = {"range": [0, 1], "default": 0, "shifts": {COST: {"by": 0.02}}}
    return {
        "format": 1,
        "name": "Strip",
        "issues": {"pie": {"range": [0, 1], "step": 0.1}},
        "parties": {name: {"values": {"pie": value}, "no_deal": fight} for name, value in pie.items()},
        "war": {"outcomes": {"draw": {"odds": 1, "levels": {"pie": 0.6}}}, **war},
        "leverage": {"haste": shift, "losses": losses},
    }


LASTING = {"end_rate": 0.4, "status_quo": {"pie": 0.2}}


def worth(scenario: Scenario, *, leverage: Data | None = None, numbers: Data | None = None) -> list[float]:
    game = compile(scenario)
    found = terms(game, leverage_levels(game, leverage), numbers=numbers)
    assert not found.illegal
    return found.reservation[:, 0].tolist()


@pytest.mark.parametrize("rate", [0.05, 0.1, 0.2, 0.4])
def test_leverage_values_set_and_sweeps_move_the_cost_with_the_rate(rate: float) -> None:
    scenario = built(strip(0.1, **LASTING))
    right = [pytest.approx((rate * (0.2 - 0.03 / 0.1) + 0.4 * 0.6) / (rate + 0.4), abs=1e-12)]
    assert worth(scenario, leverage={"haste": np.log2(rate / 0.1)}) == right
    assert worth(with_values(scenario, {RATE: rate})) == right
    assert worth(with_values(with_values(scenario, {RATE: 0.7}), {RATE: rate})) == right
    assert worth(scenario, numbers={RATE: [rate]}) == right
    half = with_values(scenario, {RATE: rate / 2})
    assert worth(half, leverage={"haste": 1}) == right


def test_a_cost_is_counted_at_the_files_rate_however_both_are_moved() -> None:
    scenario = built(strip(0.1, **LASTING))
    right = [pytest.approx((0.2 * (0.2 - 0.07 / 0.1) + 0.4 * 0.6) / 0.6, abs=1e-12)]
    assert worth(with_values(scenario, {RATE: 0.2, COST: 0.07})) == right
    assert worth(with_values(scenario, {COST: 0.07, RATE: 0.2})) == right
    assert worth(scenario, numbers={COST: [0.07], RATE: [0.2]}) == right
    assert worth(with_values(scenario, {COST: 0.05}), numbers={RATE: [0.2]}, leverage={"losses": 1}) == right


def test_a_rate_of_nought_has_no_share_and_one_lottery_no_rate() -> None:
    still = built(strip(0, **LASTING))
    assert worth(still, numbers={RATE: [0.2]}) == [pytest.approx((0.2 * 0.2 - 0.03 + 0.4 * 0.6) / 0.6, abs=1e-12)]
    once = built(strip(0.1))
    assert worth(once, numbers={RATE: [0.1, 0.9]}) == [pytest.approx(0.57)] * 2


def test_a_cost_beyond_floats_is_a_fault_of_its_point() -> None:
    scenario = built(strip(1e-300, cost=1e80, **LASTING))
    found = terms(compile(scenario), {"haste": 0, "losses": 0}, numbers={RATE: [1e-300, 0.1]})
    assert list(found.illegal) == [f"{COST}: inf at this leverage (expected finite)"]
    assert found.illegal[f"{COST}: inf at this leverage (expected finite)"].tolist() == [False, True]


# Law 11: the slope of r in rho is L (m - k - V) / (rho + L)^2, and m - k <= r exactly where m - k <= V.
def test_impatience_never_pays_where_waiting_is_no_better_than_war() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(scenarios(Wish(war=True, end_rate=True, outcomes=30)), st.sampled_from([1.01, 2, 30]), st.booleans())
    def run(data: Data, more: float, by_lever: bool) -> None:
        data = copy.deepcopy(data)
        name = next(iter(data["parties"]))
        path = f"parties.{name}.no_deal.war.discount_rate"
        shifts = {path: {"factor": more}}
        data.setdefault("leverage", {})
        for variable in data["leverage"].values():
            variable["shifts"].pop(path, None)
        data["leverage"] = {k: v for k, v in data["leverage"].items() if v["shifts"]}
        data["leverage"]["haste"] = {"range": [0, 1], "default": 0, "shifts": shifts}
        scenario, here = built(data), twin.Situation(data, {})
        rate, before = here.number(path), worth(scenario)[0]
        if rate == 0:
            return
        resting = twin.utility(data["parties"][name], here.point("war.status_quo", data["war"]["status_quo"]))
        left = resting - here.number(f"parties.{name}.no_deal.war.cost") / rate
        hasty = (
            worth(scenario, leverage={"haste": 1}) if by_lever else worth(with_values(scenario, {path: rate * more}))
        )
        seen["lower" if hasty[0] < before - 1e-9 else "not lower"] += 1
        assert hasty[0] <= before + 1e-12 if left <= before else hasty[0] >= before - 1e-12

    run()
    assert min(seen["lower"], seen["not lower"]) >= 1
