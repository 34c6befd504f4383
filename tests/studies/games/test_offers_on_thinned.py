"""What two signers may offer each other, on frontiers of a handful of points, is what it is on whole ones."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_spaces import factors, feasible
from rivals import Data, rivals, rngs
from strategies import built

import sim
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.output.study_json import study_data
from sim.show.games import equilibrium_sentences
from sim.space import folds
from sim.space.blocks import Factors, compile_space
from sim.space.corners import corners
from sim.space.programs.budgets import Budget
from sim.space.programs.unknowns import program
from sim.space.trees import fold_space
from sim.studies.games.fixed_costs import fixed_cost_offers
from sim.studies.games.offers import alternating_offers
from sim.studies.games.setting import Setting, signers_terms
from sim.studies.games.ultimatum import TakeOrLeave, take_it_or_leave_it
from sim.studies.lotteries import mixes
from sim.theory.bargaining.hull import upper_hull

FEW = 5
DISCRETE = {"discrete": [[0.2, 0.3], [0.3, 0.3], [0.45, 0.4]]}


@settings(max_examples=60, deadline=None)
@given(factors(parties=(2, 3)))
def test_corners_are_those_of_every_outcome(space: Factors) -> None:
    """Against enumeration: the same hull, from above, corner by corner."""
    _, utilities = feasible(space)
    if not len(utilities) or utilities.shape[1] != 2:
        return
    found = upper_hull(corners(program(compile_space(space))).utilities).utilities
    expected = upper_hull(utilities).utilities
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def talking(rng: np.random.Generator, belief: Data) -> Data:
    """Two signers that make offers in turn, at a price too, and one of whom knows what no deal is worth to it."""
    data = rivals(rng, issues=5, no_deal=(0.2, 0.3))
    data["talks"] = {"breakdown": 0.1, "costs": {"alpha": 0.01, "beta": 0.02}}
    data["private"] = {"parties.beta.no_deal": {"known_to": "beta", "distribution": belief}}
    for name, patience in (("alpha", 0.9), ("beta", 0.85)):
        data["parties"][name]["patience"] = patience
    return data


def setting(data: Data) -> Setting:
    """What games start from at the file's numbers."""
    game = compile(built(data))
    found = terms(game, leverage_levels(game, {}))
    return Setting(game, fold_space(game.space), {}, found, signers_terms(game, found))


def pair(data: Data) -> tuple[Setting, Setting]:
    """The setting on a frontier of a handful of points, and on the whole one."""
    with mock.patch.dict(folds.MOST, {2: FEW}):
        rough = setting(data)
    return rough, setting(data)


def last(found: Setting) -> TakeOrLeave:
    (game,) = take_it_or_leave_it(found)
    assert isinstance(game, TakeOrLeave)
    return game


@settings(max_examples=20, deadline=None)
@given(rngs)
def test_offers_and_lotteries_are_exact(rng: np.random.Generator) -> None:
    rough, fine = pair(talking(rng, DISCRETE))
    for ask in (alternating_offers, fixed_cost_offers):
        assert values(ask(rough)) == pytest.approx(values(ask(fine)), abs=1e-9)
    found, expected = (mixes(each.game, each.folded.frontier, each.point) for each in (rough, fine))
    assert found.exists == expected.exists
    assert found.solutions.keys() == expected.solutions.keys()
    for name, mix in found.solutions.items():
        assert mix.utilities == pytest.approx(expected.solutions[name].utilities, abs=1e-9)


def values(part: Any) -> dict[str, float]:
    """Every number of a record that is of no deal, by its path."""
    part = part.__dict__ if hasattr(part, "__dict__") else part
    if not isinstance(part, dict):
        return {"": part} if isinstance(part, float) else {}
    inner = {key: values(value) for key, value in part.items() if key not in ("parts", "outcome")}
    return {f"{key}/{path}": number for key, found in inner.items() for path, number in found.items()}


@settings(max_examples=20, deadline=None)
@given(rngs)
def test_last_offers_to_a_few_types_are_exact(rng: np.random.Generator) -> None:
    rough, fine = pair(talking(rng, DISCRETE))
    found, true = last(rough), last(fine)
    assert found.resolution == true.resolution == 0
    assert (found.best is None, found.safe is None) == (true.best is None, true.safe is None)
    assert (found.surplus, found.spread) == pytest.approx((true.surplus, true.spread), abs=1e-9)
    for one, other in ((found.best, true.best), (found.safe, true.safe)):
        if one is not None and other is not None:
            assert (one.payoff, one.risk) == pytest.approx((other.payoff, other.risk), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(rngs, st.sampled_from([{"uniform": [0.1, 0.6]}, {"triangular": [0.0, 0.3, 0.7]}, {"normal": [0.3, 0.1]}]))
def test_last_offers_to_any_type_are_bracketed(rng: np.random.Generator, belief: Data) -> None:
    rough, fine = pair(talking(rng, belief))
    found, true = last(rough), last(fine)
    assert true.resolution == 0
    assert (found.resolution > 0) <= (rough.folded.frontier.resolution > 0)
    assert found.surplus - 1e-9 <= true.surplus <= found.surplus + found.resolution + 1e-9
    assert (found.safe is None) == (true.safe is None)
    if found.safe is not None and true.safe is not None:
        assert found.safe.payoff == pytest.approx(true.safe.payoff, abs=1e-9)
    if found.best is not None and true.best is not None:
        assert found.best.payoff - 1e-9 <= true.best.payoff <= found.best.payoff + found.resolution + 1e-9


def test_without_time_for_programs_what_was_missed_is_still_bounded() -> None:
    rough, fine = pair(talking(np.random.default_rng(0), DISCRETE))
    assert rough.folded.frontier.resolution > 0
    (found,), true = take_it_or_leave_it(rough, Budget.of(0.0)), last(fine)
    assert isinstance(found, TakeOrLeave)
    assert found.resolution > 0
    assert found.best is not None
    assert true.best is not None
    assert found.best.payoff - 1e-9 <= true.best.payoff <= found.best.payoff + found.resolution + 1e-9


def test_each_game_says_how_exactly_it_is_known() -> None:
    with mock.patch.dict(folds.MOST, {2: FEW}):
        study = sim.study(built(talking(np.random.default_rng(0), {"uniform": [0.1, 0.6]})), samples=100)
    doubts, data = study.games_resolution, study_data(study)
    assert doubts["offers"] == doubts["fixed_costs"] == 0 < doubts["take_it_or_leave_it"]
    assert doubts["demand_game"] == study.frontier_resolution
    for name in ("offers", "fixed_costs", "demand_game"):
        part = data["equilibria"][name]
        assert (part["exact"], part["resolution"]) == (doubts[name] == 0, doubts[name])
        assert (f"equilibria.{name}" in data["notes"]) == (doubts[name] > 0)
    (part,) = data["equilibria"]["take_it_or_leave_it"]
    assert (part["exact"], part["resolution"]) == (False, doubts["take_it_or_leave_it"])
    assert all(mix["exact"] for mix in data["lotteries"].values())
    marked = [line for line in equilibrium_sentences(study) if "may have been missed" in line]
    assert [("same moment" in line, "last offer" in line) for line in marked] == [
        (True, False),
        (False, True),
    ]
