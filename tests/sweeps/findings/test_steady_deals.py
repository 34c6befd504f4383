"""Deals that stay acceptable over many leverage points, against counting."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import strategies
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scenario_texts import LEVERED, read

import sim
from sim.errors import RequestError, SizeError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.space.trees import frontier


@settings(max_examples=25)
@given(strategies.scenarios(strategies.Wish(outcomes=60)), st.data())
def test_steady_deals_by_counting(data: Any, drawn: Any) -> None:
    scenario = strategies.built(data)
    path = drawn.draw(st.sampled_from(strategies.movable(data)))
    over = {path: [0.1, 0.2, 0.45]} | {name: [-0.5, 1.0] for name in data.get("leverage", {})}
    game = compile(scenario)
    u = frontier(game.space).points.utilities
    assume(len(u))
    margins = []
    for values in np.stack(np.meshgrid(*over.values(), indexing="ij"), axis=-1).reshape(-1, len(over)):
        chosen = dict(zip(over, values.tolist(), strict=True))
        own = {path: chosen.pop(path)}
        found = terms(game, leverage_levels(game, chosen), numbers=own)
        if not found.illegal:
            margins.append((u - found.reservation[0, game.columns]).min(axis=1))
    assume(margins)
    robust = sim.steady_deals(scenario, over)
    table = np.stack(margins)
    assert robust.attrs["points"] == len(table)
    assert robust.acceptable.values == pytest.approx((table >= -1e-9).mean(axis=0))
    assert robust.margin.values == pytest.approx(table.min(axis=0))
    regret = (table.max(axis=1, keepdims=True) - table).max(axis=0)
    assert robust.regret.values == pytest.approx(regret)
    assert table.min(axis=0)[int(robust.maximin)] == pytest.approx(table.min(axis=0).max())
    assert regret[int(robust.minimax_regret)] == pytest.approx(regret.min())


def test_steady_deals_need_outcomes_that_stay() -> None:
    with pytest.raises(RequestError, match="changes the outcomes themselves"):
        sim.steady_deals(read(LEVERED), {"parties.a.values.cake.importance": [1, 2]})


def test_steady_deals_refuse_what_is_too_large_or_doubled() -> None:
    file = "scenarios/istanbul-2022.yaml"
    with pytest.raises(SizeError, match="expected at most 10,000,000"):
        sim.steady_deals(file, {"battlefield": sim.Span(-1, 1, 10**9)})
    with pytest.raises(RequestError, match="a level and an axis"):
        sim.steady_deals(file, {"battlefield": [0.0]}, leverage={"battlefield": 1})
    cost = "parties.ukraine.no_deal.war.cost"
    with pytest.raises(RequestError, match="cost: a value set and an axis"):
        sim.steady_deals(file, {cost: [0.0, 0.1]}, set={cost: 0.2})
    four = "scenarios/four-party-2025.yaml"
    alone = sim.steady_deals(four, {"battlefield": [0.0, 0.1]})
    joined = sim.steady_deals(four, {"battlefield": [0.0, 0.1]}, sign=["european_allies"])
    assert not alone.equals(joined)


@pytest.mark.parametrize("over", [{}, {"battlefield": []}])
def test_steady_deals_need_points(over: Any) -> None:
    with pytest.raises(RequestError, match="there are no levels"):
        sim.steady_deals("scenarios/istanbul-2022.yaml", over)


def test_steady_deals_over_a_number_that_the_file_leaves_out() -> None:
    """War that lasts is worth the more the sooner it ends; without the axis the file has one lottery."""
    file = "scenarios/istanbul-2022.yaml"
    once = {"war.end_rate": None, "war.round": None}
    robust = sim.steady_deals(file, {"war.end_rate": [0.2, 0.8]}, set=once)
    assert robust.equals(sim.steady_deals(file, {"war.end_rate": [0.2, 0.8]}))
    assert not robust.margin.equals(sim.steady_deals(file, {"war.end_rate": [0.2]}).margin)
