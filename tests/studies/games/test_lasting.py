"""Durability of a scenario's deals: brute force over all outcomes, preventive war, and the laws."""

from __future__ import annotations

import copy
import math
from collections import Counter
from typing import Any
from unittest import mock

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from rivals import Data, Rng, pick, rivals, rngs, with_leverage
from strategies import built

import sim
from sim.studies.games import breaking
from sim.studies.games.lasting import Durability
from sim.studies.games.setting import Absent
from sim.studies.study import Study

CLOSE = 1e-9


def with_future(rng: Rng, data: Data) -> Data:
    """Later dates, and losses from breaking some terms."""
    data = with_leverage(rng, data)
    future = {
        f"date {k}": {
            "after_years": pick(rng, [0.5, 1, 5]),
            "leverage": {v: pick(rng, [-1, -0.4, 0.3, 1]) for v in data["leverage"] if rng.random() < 0.8},
        }
        for k in range(int(rng.integers(1, 4)))
    }
    enforcement: Data = {}
    for name in data["parties"]:
        for issue, spec in data["issues"].items():
            if rng.random() < 0.4:
                some = [level for level in twin.levels_of(spec) if rng.random() < 0.5] or twin.levels_of(spec)[:1]
                losses = {str(level): pick(rng, [0, 0.02, 0.1, 0.3]) for level in some}
                enforcement.setdefault(name, {})[issue] = losses
    return data | {"future": future, "enforcement": enforcement}


def losses_of(data: Data, answer: twin.Twin, outcome: twin.Outcome) -> list[float]:
    found = []
    for name in answer.signers:
        total = 0.0
        for issue, table in data.get("enforcement", {}).get(name, {}).items():
            level = dict(zip(answer.issues, outcome, strict=True))[issue]
            total += sum(
                x for key, x in table.items() if key == level or (level not in table and _number(key) == level)
            )
        found.append(total)
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def later_values(data: Data, answer: twin.Twin) -> dict[str, list[float]]:
    today = {name: spec["default"] for name, spec in data["leverage"].items()}
    return {
        name: [twin.Situation(data, today | date["leverage"]).no_deal(p)[0] for p in answer.signers]
        for name, date in data["future"].items()
    }


def studied(data: Data, **options: Any) -> tuple[Study, Durability]:
    study = sim.study(built(data), **options)
    assert isinstance(study.durability, Durability)
    return study, study.durability


@pytest.mark.parametrize("most", [breaking.MOST_COMBINATIONS, 1])
def test_durability_against_all_outcomes(most: int) -> None:
    seen = Counter[str]()

    @settings(max_examples=80)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = with_future(rng, rivals(rng, parties=pick(rng, [2, 3]), issues=2, lines=1, no_deal=[0.1, 0.2, 0.3]))
        answer = twin.solve(data)
        if not answer.feasible:
            assert isinstance(sim.study(built(data)).durability, Absent)
            return
        with mock.patch.object(breaking, "MOST_COMBINATIONS", most):
            study, found = studied(data)
        later = later_values(data, answer)
        assert list(found.reservation) == list(later)
        for name, values in later.items():
            assert list(found.reservation[name].values()) == pytest.approx(values, abs=1e-12)
        today = [answer.reservation[name] for name in answer.signers]
        margins, durable = {}, set()
        for outcome, u in answer.feasible.items():
            kept = [x + e for x, e in zip(u, losses_of(data, answer, outcome), strict=True)]
            lasts = min(x - r for values in later.values() for x, r in zip(kept, values, strict=True))
            margins[outcome] = min(lasts, *(x - r for x, r in zip(u, today, strict=True)))
            if margins[outcome] >= -CLOSE:
                durable.add(outcome)
        assert durable <= set(answer.zone)
        if most > 1:
            assert found.zone_margin == pytest.approx(max(margins.values()), abs=1e-11)
            assert found.zone_exists is bool(durable)
            levels = {
                name: tuple(x for x in answer.levels[k] if any(o[k] == x for o in durable))
                for k, name in enumerate(answer.issues)
            }
            assert found.issues == (levels if durable else {})
        else:
            # Enforcement left out can only understate: a zone found is one, and a doubt is said.
            assert found.zone_margin <= max(margins.values()) + 1e-11
            assert found.zone_exists in ((True, None) if durable else (False, None))
        seen["durable" if durable else "not durable"] += 1
        seen["zone shrinks"] += 0 < len(durable) < len(answer.zone)
        seen["undecided"] += found.zone_exists is None
        check_deals(data, answer, study, later)

    run()
    assert min(seen["durable"], seen["not durable"]) >= 1
    assert (seen["undecided"] >= 2) is (most == 1)


def check_deals(data: Data, answer: twin.Twin, study: Study, later: dict[str, list[float]]) -> None:
    found = study.durability
    assert isinstance(found, Durability)
    assert found.dates == {name: date["after_years"] for name, date in data["future"].items()}
    assert set(found.deals) == set(study.solutions)
    for name, deal in study.solutions.items():
        outcome = tuple(deal.outcome.values())
        u, e = answer.feasible[outcome], losses_of(data, answer, outcome)
        margins = {date: min(x + y - r for x, y, r in zip(u, e, values, strict=True)) for date, values in later.items()}
        mine = found.deals[name]
        assert mine.margin == pytest.approx(min(margins.values()), abs=1e-11)
        failing = [date for date, margin in margins.items() if margin < -CLOSE]
        assert margins[mine.worst_at] == pytest.approx(mine.margin, abs=1e-11)
        assert mine.lasts is not bool(failing)
        assert (mine.ends_at, mine.pause_value, mine.signed) == (None, None, None)  # no discount rates in these
    if "nash" in study.solutions:
        u = answer.feasible[tuple(study.solutions["nash"].outcome.values())]
        needed = [max(0, *(values[i] - x for values in later.values())) for i, x in enumerate(u)]
        assert list(found.enforcement_needed.values()) == pytest.approx(needed, abs=1e-11)
    else:
        assert found.enforcement_needed == {}
    assert found.preventive_war == ()


# Law 9 ---------------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(rngs)
def test_the_durable_zone_is_the_zone_when_the_future_is_today(rng: Rng) -> None:
    data = with_future(rng, rivals(rng, issues=2, lines=1, no_deal=[0.1, 0.3]))
    for date in data["future"].values():
        date["leverage"] = {name: spec["default"] for name, spec in data["leverage"].items()}
    study = sim.study(built(data))
    if study.zone.margin is None:
        assert isinstance(study.durability, Absent)
        return
    assert isinstance(study.durability, Durability)
    assert study.durability.zone_exists is study.zone.exists
    assert study.durability.zone_margin == pytest.approx(study.zone.margin, abs=1e-11)
    assert study.durability.issues == {name: levels.levels for name, levels in study.zone.issues.items()}


def test_the_durable_zone_grows_with_enforcement() -> None:
    grew = []

    @settings(max_examples=40)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = with_future(rng, rivals(rng, issues=2, no_deal=[0.1, 0.2]))
        more = copy.deepcopy(data)
        for issues in more["enforcement"].values():
            for table in issues.values():
                for level in table:
                    table[level] += 0.1
        (_, before), (study, after) = studied(data), studied(more)
        assert after.zone_margin >= before.zone_margin - 1e-12
        assert after.zone_exists or not before.zone_exists
        for name, levels in before.issues.items():
            assert set(levels) <= set(after.issues[name]) <= set(study.zone.issues[name].levels)
        grew.append(after.zone_margin > before.zone_margin + 1e-6)

    run()
    assert sum(grew) >= 5


# Pauses and preventive war -------------------------------------------------------------------------------------------


def rising(*, p: float, later: float, costs: tuple[float, float], rates: tuple[float, float], years: float = 1) -> Data:
    """A pie of 1; a wins with chance p today, `later` after some years."""
    parties = {}
    for name, best, worst, cost, rate in (("a", 1, 0, costs[0], rates[0]), ("b", 0, 1, costs[1], rates[1])):
        values = {"pie": {"importance": 1, "best": best, "worst": worst}}
        parties[name] = {"values": values, "no_deal": {"war": {"cost": cost, "discount_rate": rate}}}
    factor = (later / (1 - later)) / (p / (1 - p))
    return {
        "format": 1,
        "name": "Rising",
        "issues": {"pie": {"range": [0, 1], "step": 0.01}},
        "parties": parties,
        "war": {
            "outcomes": {
                "a wins": {"odds": p / (1 - p), "levels": {"pie": 1}},
                "b wins": {"odds": 1, "levels": {"pie": 0}},
            }
        },
        "leverage": {
            "power": {"range": [0, 1], "default": 0, "shifts": {"war.outcomes.a wins.odds": {"factor": factor}}}
        },
        "future": {"later": {"after_years": years, "leverage": {"power": 1}}},
    }


# Fearon 1995, pp. 401-409, the condition delta p2 - p1 > c (1 - delta)^2 for a pie of 1 a period (answer origin:
# recalled, and derived again): in shares of the pie kept for ever the cost is c (1 - delta). Until the later date a
# could give b everything, since a is paid later; so what war costs a does not matter.
@pytest.mark.parametrize("other", [0.0, 0.02, 0.2, 0.6])
@pytest.mark.parametrize(
    ("p1", "p2", "delta", "cost", "war"),
    [
        (0.3, 0.7, 0.9, 0.2, True),
        (0.3, 0.35, 0.9, 0.2, True),
        (0.5, 0.6, 0.9, 0.1, True),
        (0.5, 0.6, 0.5, 0.1, False),
        (0.2, 0.9, 0.95, 5.0, True),
        (0.5, 0.55, 0.7, 0.1, False),
        (0.4, 0.5, 0.7, 0.3, False),
        (0.5, 0.7, 0.7, 0.2, False),
    ],
)
def test_fearon_1995_preventive_war(p1: float, p2: float, delta: float, cost: float, war: bool, other: float) -> None:
    assert (delta * p2 - p1 > cost * (1 - delta) ** 2) is war
    rate = -math.log(delta)
    data = rising(p=p1, later=p2, costs=(other, cost * (1 - delta)), rates=(rate, rate))
    study, found = studied(data)
    (condition,) = found.preventive_war
    assert condition.date == "later"
    assert condition.harsh["b"] is war
    assert condition.harsh["a"] is False
    # The two readings differ by what b would get in talks at the later date.
    after = sim.study(built(data), {"power": 1})
    talks = after.solutions["nash"].utilities["b"]
    assert talks >= after.reservation["b"]
    fair = study.reservation["b"] > (1 - delta) * 1 + delta * talks + 1e-9
    assert condition.fair["b"] is fair


def test_a_pause_is_worth_the_deal_until_it_fails_and_tends_to_the_deal() -> None:
    worth = []
    for years in (0.25, 1, 4, 16, 64):
        study, found = studied(rising(p=0.4, later=0.7, costs=(0.1, 0.1), rates=(0.1, 0.2), years=years))
        deal = found.deals["nash"]
        assert deal.ends_at == deal.worst_at == "later"
        assert deal.pause_value is not None
        u = study.solutions["nash"].utilities
        for name, rate in (("a", 0.1), ("b", 0.2)):
            b = math.exp(-rate * years)
            assert deal.pause_value[name] == pytest.approx((1 - b) * u[name] + b * found.reservation["later"][name])
        signed = all(deal.pause_value[name] >= study.reservation[name] - CLOSE for name in "ab")
        assert deal.signed is signed
        worth.append(max(abs(deal.pause_value[name] - u[name]) for name in "ab"))
        assert found.enforcement_needed == pytest.approx({"a": max(0, 0.6 - u["a"]), "b": max(0, 0.2 - u["b"])})
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] < 2e-3 < worth[0]


def test_breaking_is_charged_to_the_breaker() -> None:
    data = rising(p=0.4, later=0.7, costs=(0.1, 0.1), rates=(0.1, 0.2), years=2)
    study, found = studied(data)
    level = f"{study.solutions['nash'].outcome['pie']:g}"
    _, charged = studied(data | {"enforcement": {"a": {"pie": {level: 0.05}}, "b": {"pie": {level: 0.05}}}})
    before, after = found.deals["nash"].pause_value, charged.deals["nash"].pause_value
    assert before is not None
    assert after is not None
    assert before["a"] - after["a"] == pytest.approx(0.05 * math.exp(-0.2), abs=1e-12)
    assert after["b"] == before["b"]


def test_enforcement_makes_the_deal_last() -> None:
    data = rising(p=0.4, later=0.7, costs=(0.1, 0.1), rates=(0.1, 0.2))
    study, found = studied(data)
    needed = found.enforcement_needed["a"]
    assert needed > 0.05
    level = f"{study.solutions['nash'].outcome['pie']:g}"
    for loss, lasts in ((needed - 1e-6, False), (needed + 1e-6, True)):
        _, again = studied(data | {"enforcement": {"a": {"pie": {level: loss}}}})
        assert again.deals["nash"].lasts is lasts
        assert again.enforcement_needed["a"] == pytest.approx(needed)


def test_rates_that_leverage_makes_negative_are_no_rates() -> None:
    data = rising(p=0.4, later=0.7, costs=(0.1, 0.1), rates=(0.1, 0.2))
    shifts = data["leverage"]["power"]["shifts"] | {"parties.a.no_deal.war.discount_rate": {"by": -0.5}}
    data["leverage"]["power"] |= {"range": [0, 1], "shifts": shifts}
    _, found = studied(data, leverage={"power": 0.5})
    assert found.deals["nash"].pause_value is None
    assert found.preventive_war == ()


def test_why_there_is_no_durability() -> None:
    def reason(data: Data) -> str:
        found = sim.study(built(data)).durability
        assert isinstance(found, Absent)
        return found.reason

    data = rising(p=0.4, later=0.7, costs=(0.1, 0.1), rates=(0.1, 0.2))
    assert "no later dates" in reason({k: v for k, v in data.items() if k != "future"})
    illegal = copy.deepcopy(data)
    illegal["leverage"]["power"]["shifts"]["parties.a.power"] = {"by": -2}
    assert reason(illegal) == "a number would be illegal at later"
    shut = copy.deepcopy(data)
    shut["parties"]["a"]["red_lines"] = {"all": {"issue": "pie", "min": 1}}
    shut["parties"]["b"]["red_lines"] = {"all": {"issue": "pie", "max": 0}}
    assert "no outcome" in reason(shut)


# Derived: war V = (end rate x end value - cost a year) / (rate + end rate); numbers chosen (answer origin: own).
def test_reservation_value_of_a_war_that_lasts() -> None:
    data = rising(p=0.6, later=0.7, costs=(0.1, 0.1), rates=(0.1, 0.1))
    data["war"] |= {"end_rate": 0.5, "status_quo": {"pie": 0}}
    study = sim.study(built(data))
    assert study.reservation["a"] == pytest.approx(0.3333333333333333, abs=1e-12)


# Fearon 1995: p - c_A to p + c_B (answer origin: recalled); with concave values and no costs the range of risk averse
# sides, numbers chosen (answer origin: own).
@pytest.mark.parametrize(
    ("p", "costs", "shape", "zone"),
    [(0.6, (0.2, 0.1), None, (0.4, 0.7)), (0.5, (0, 0), {"power": 0.5}, (0.25, 0.75))],
)
def test_fearon_1995_range(p: float, costs: tuple[float, float], shape: Data | None, zone: tuple[float, float]) -> None:
    data = rising(p=p, later=0.7, costs=costs, rates=(0.1, 0.1))
    for party in data["parties"].values():
        party["values"]["pie"] |= {"shape": shape} if shape else {}
    found = sim.study(built(data)).zone
    assert (found.issues["pie"].min, found.issues["pie"].max) == pytest.approx(zone, abs=1e-9)
    if shape is None:
        assert sum(found.surplus.values()) == pytest.approx(2 * sum(costs), abs=1e-9)
        assert found.margin == pytest.approx(sum(costs) / 2, abs=0.01)
    else:
        assert np.all(np.array(list(found.surplus.values())) > 0)
