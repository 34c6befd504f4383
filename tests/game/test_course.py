"""A war that goes on today and changes at later dates: no-deal values through the one place that computes them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import built

import sim
from sim.errors import NotDefined, ScenarioError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.scenario import Scenario, with_values
from sim.model.statements import file_weights
from sim.studies.lottery_theorem import zone_by_theorem
from sim.studies.robust.no_deal import corners, reservations
from sim.studies.robust.stability import groups

Data = dict[str, Any]
READ_AS_WAR = {"future.half_year.if": "war", "future.long_run.if": "war"}
levels = st.floats(-1, 1).map(lambda x: round(x, 3))
courses = st.lists(
    st.tuples(st.floats(0.1, 5).map(lambda x: round(x, 2)), levels), max_size=4, unique_by=lambda d: d[0]
)


def strip(dates: list[tuple[float, float]], *, shifts: Data | None = None) -> Scenario:
    """A pie of 1 in a lasting war; the front moves the odds, and what else is asked."""
    fight = {"war": {"cost": 0.03, "discount_rate": 0.1, "optimism": {"won": 1}}}
    pie = {"a": {"importance": 1, "best": 1, "worst": 0}, "b": {"importance": 1, "best": 0, "worst": 1}}
    return built(
        {
            "format": 1,
            "name": "Strip",
            "issues": {"pie": {"range": [0, 1], "step": 0.1}},
            "parties": {name: {"values": {"pie": value}, "no_deal": fight} for name, value in pie.items()},
            "war": {
                "end_rate": 0.4,
                "status_quo": {"pie": 0.2},
                "outcomes": {"won": {"odds": 1, "levels": {"pie": 0.9}}, "lost": {"odds": 1, "levels": {"pie": 0.1}}},
            },
            "leverage": {
                "front": {
                    "range": [-1, 1],
                    "default": 0.2,
                    "shifts": {"war.outcomes.won.odds": {"factor": 2.5}, **(shifts or {})},
                }
            },
            "future": {
                f"d{n}": {"after_years": t, "if": "war", "leverage": {"front": level}}
                for n, (t, level) in enumerate(dates)
            },
        }
    )


def own(scenario: Scenario, **leverage: Any) -> np.ndarray:
    game = compile(scenario)
    found = terms(game, leverage_levels(game, leverage))
    assert not found.illegal
    return found.reservation


def test_may_2025_with_its_dates_read_as_the_course_of_war() -> None:
    scenario = sim.load("scenarios/may-2025.yaml")
    peace, war = sim.study(scenario), sim.study(scenario, set=READ_AS_WAR)
    assert list(war.reservation.values()) == pytest.approx([0.642, 0.492, 0.635], abs=5e-4)
    assert (peace.zone.exists, war.zone.exists) == (False, True)
    assert (peace.zone.margin, war.zone.margin) == pytest.approx((-0.0155, 0.0148), abs=5e-5)


@settings(max_examples=25)
@given(courses, levels)
def test_the_value_is_the_mean_over_the_times_of_war(dates: list[tuple[float, float]], today: float) -> None:
    found = own(strip(dates), front=today)[0]
    spans = [(0.0, today), *sorted(dates)]
    still = own(strip([]), front=np.array([level for _, level in spans]))
    left = [math.exp(-0.5 * t) for t, _ in spans] + [0.0]
    for i in range(2):
        parts = [still[s, i] * (left[s] - left[s + 1]) for s in range(len(spans))]
        assert found[i] == pytest.approx(math.fsum(parts), abs=1e-12)


@settings(max_examples=25)
@given(courses, levels)
def test_law_12(dates: list[tuple[float, float]], today: float) -> None:
    """A course that never changes gives today's value; one worse for a party from some date on never a higher one."""
    still = strip([(t, today) for t, _ in dates])
    assert own(still, front=today) == pytest.approx(own(strip([]), front=today), abs=1e-12)
    worse = [(t, level - 0.5 * (level + 1)) for t, level in dates]
    assert own(strip(worse), front=today)[0, 0] <= own(strip(dates), front=today)[0, 0] + 1e-12


def test_rates_that_change_count_from_their_date_on() -> None:
    faster = strip([(2.0, 1.0)], shifts={"war.end_rate": {"factor": 3}})
    one = strip([], shifts={"war.end_rate": {"factor": 3}})
    before, after = own(one, front=0.2)[0], own(one, front=1.0)[0]
    kept = math.exp(-(0.1 + 0.4 * 3**0.2) * 2.0)
    assert own(faster)[0] == pytest.approx((1 - kept) * before + kept * after, abs=1e-12)


def test_leverage_points_in_one_call_are_those_one_by_one() -> None:
    scenario, points = strip([(0.5, 0.6), (3.0, -1.0)]), np.linspace(-1, 1, 5)
    together = own(scenario, front=points)
    assert together == pytest.approx(np.concatenate([own(scenario, front=level) for level in points]), abs=1e-15)


def test_a_sweep_and_a_study_agree() -> None:
    scenario = strip([(0.5, 0.6), (3.0, -1.0)])
    swept = sim.sweep(scenario, {"front": np.array([-1.0, 0.3])}, measures=["margin"])
    for n, level in enumerate((-1.0, 0.3)):
        assert float(swept.margin[n]) == pytest.approx(sim.study(scenario, {"front": level}).zone.margin, abs=1e-12)


@settings(max_examples=25)
@given(courses)
def test_values_by_weight_are_the_values(dates: list[tuple[float, float]]) -> None:
    game = compile(strip(dates))
    for i, name in enumerate(game.signers):
        slopes, constants = reservations(game, name, {"front": 0.2}, {})
        weights = file_weights(game.scenario.spec.parties[name])
        assert (slopes @ weights + constants)[0] == pytest.approx(own(strip(dates))[0, i], abs=1e-12)


def test_odds_and_rates_are_not_opened_where_war_has_a_course() -> None:
    game = compile(strip([(1.0, 0.5)]))
    assert set(groups(game)) == {"parties.a.no_deal.war.cost", "parties.b.no_deal.war.cost"}
    with pytest.raises(NotDefined, match=r"war\.end_rate: odds and rates cannot be open"):
        corners(game, "a", {("war", "end_rate"): (0.3, 0.5)}, highest=True)
    assert "war.end_rate" in groups(compile(strip([])))


def test_the_theorem_asks_every_time_of_the_war() -> None:
    hopes = {"parties.a.no_deal.war.optimism.won": {"factor": 2}}
    assert zone_by_theorem(compile(strip([(1.0, 0.5)])), {"front": 0.2})
    assert zone_by_theorem(compile(strip([], shifts=hopes)), {"front": 0.0})
    assert not zone_by_theorem(compile(strip([(1.0, 0.5)], shifts=hopes)), {"front": 0.0})


def test_a_war_begun_after_peace_has_no_course() -> None:
    scenario = sim.load("scenarios/may-2025.yaml")
    before = sim.study(scenario).durability
    mixed = sim.study(scenario, set={"future.half_year.if": "war"}).durability
    assert mixed.reservation["long_run"] == before.reservation["long_run"]
    assert list(mixed.dates) == ["long_run"]


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"future.half_year.if": "truce"}, "future.half_year.if", "expected 'peace' or 'war'"),
        ({"future.half_year.if": "war", "future.long_run.if": "war", "future.long_run.after_years": 0.5},
         "future.half_year.after_years", "also the date of long_run"),
    ],
)  # fmt: skip
def test_bad_dates_are_located(change: Data, path: str, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        with_values(sim.load("scenarios/may-2025.yaml"), change)
    assert [(fault.path, words in fault.message) for fault in caught.value.faults] == [(path, True)]


def test_a_war_of_one_battle_has_no_course() -> None:
    with pytest.raises(ScenarioError, match=r"expected war\.end_rate") as caught:
        built(
            {
                "format": 1,
                "name": "Once",
                "issues": {"pie": {"range": [0, 1], "step": 0.1}},
                "parties": {
                    name: {
                        "values": {"pie": {"importance": 1, "best": best, "worst": 1 - best}},
                        "no_deal": {"war": {"cost": 0.1}},
                    }
                    for name, best in (("a", 1), ("b", 0))
                },
                "war": {"outcomes": {"won": {"odds": 1, "levels": {"pie": 1}}}},
                "leverage": {"front": {"range": [0, 1], "default": 0, "shifts": {"war.outcomes.won.odds": {"by": 1}}}},
                "future": {"later": {"after_years": 1, "if": "war", "leverage": {"front": 1}}},
            }
        )
    assert [fault.path for fault in caught.value.faults] == ["future.later.if"]
