"""Terms of a deal that move later power: known shares, all outcomes one by one, sweeps, laws 9 and 13, bad input."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from rivals import Data, Rng, pick, rivals, rngs, with_leverage
from strategies import built

import sim
from sim.errors import ScenarioError
from sim.game.terms import terms
from sim.studies.games import breaking
from sim.studies.games.breaking import enforcement
from sim.studies.games.lasting import Durability
from sim.studies.games.setting import Absent, Setting, signers_terms
from sim.studies.study import Study

CLOSE = 1e-9


def pie(*, a: float, beta: float, cost: float, table: Data | None = None) -> Data:
    """A pie of 1. War today costs more than any deal; later a, with the share x, wins a + beta x."""
    sides = {"a": (1, 0), "b": (0, 1)}
    fight = {"war": {"cost": cost, "discount_rate": 0.1}}
    costs = {f"parties.{name}.no_deal.war.cost": {"by": 1} for name in sides}
    odds = {"war.outcomes.a wins.odds": {"by": 1}, "war.outcomes.b wins.odds": {"by": -1}}
    moved = {"power": {"pie": table or {"from": 0, "to": beta}}}
    return {
        "format": 1,
        "name": "Shares that arm",
        "issues": {"pie": {"range": [0, 1], "step": 0.05}},
        "parties": {
            name: {"values": {"pie": {"importance": 1, "best": best, "worst": worst}}, "no_deal": fight}
            for name, (best, worst) in sides.items()
        },
        "war": {
            "outcomes": {
                "a wins": {"odds": a, "levels": {"pie": 1}},
                "b wins": {"odds": 1 - a, "levels": {"pie": 0}},
            }
        },
        "leverage": {
            "power": {"range": [-0.2, 0.6], "default": 0, "shifts": odds},
            "ruin": {"range": [0, 1], "default": 1, "shifts": costs},
        },
        "future": {"later": {"after_years": 1, "leverage": {"ruin": 0}, "terms": moved}},
    }


def lasting(data: Data, **options: Any) -> tuple[Study, Durability]:
    study = sim.study(built(data), **options)
    assert isinstance(study.durability, Durability)
    return study, study.durability


# Derived: a keeps x if x >= a + beta x - c, b keeps 1 - x if 1 - x >= 1 - a - beta x - c.
@pytest.mark.parametrize(("beta", "low", "high"), [(0.5, 0.4, 0.8), (0.0, 0.2, 0.4)])
def test_durable_shares_of_a_pie_that_arms(beta: float, low: float, high: float) -> None:
    a, cost = 0.3, 0.1
    assert ((a - cost) / (1 - beta), (a + cost) / (1 - beta)) == pytest.approx((low, high))
    study, found = lasting(pie(a=a, beta=beta, cost=cost))
    assert len(study.zone.issues["pie"].levels) == 21
    shares = found.issues["pie"]
    assert (min(shares), max(shares)) == pytest.approx((low, high))
    assert len(shares) == round((high - low) / 0.05) + 1


def test_levels_and_ends_say_the_same() -> None:
    ends = pie(a=0.3, beta=0.5, cost=0.1)
    levels = pie(a=0.3, beta=0.5, cost=0.1, table={f"{0.05 * k:g}": 0.025 * k for k in range(21)})
    assert lasting(ends)[1].issues == lasting(levels)[1].issues


def with_terms(rng: Rng, data: Data) -> Data:
    """Later dates whose leverage the levels of some issues move; losses from breaking some."""
    data = with_leverage(rng, data)
    future: Data = {}
    for k in range(int(rng.integers(1, 3))):
        moved: Data = {}
        for lever, issue in itertools.product(data["leverage"], data["issues"]):
            levels = data["issues"][issue].get("levels")
            if rng.random() < 0.5:
                sizes = [pick(rng, [-0.3, 0.1, 0.3]) for _ in levels or "ab"]
                table = dict(zip(levels or ("from", "to"), sizes, strict=True))
                moved.setdefault(lever, {})[issue] = table
        future[f"date {k}"] = {
            "after_years": 1 + k,
            "leverage": {lever: pick(rng, [-0.4, 0.0, 0.3]) for lever in data["leverage"] if rng.random() < 0.7},
            "terms": moved,
        }
    named = [name for name, issue in data["issues"].items() if issue.get("levels")]
    losses = {
        p: {name: {level: pick(rng, [0.0, 0.1, 0.2]) for level in data["issues"][name]["levels"]} for name in named[:1]}
        for p in data["parties"]
    }
    return data | {"future": future, "enforcement": losses}


def one_by_one(study: Study) -> tuple[dict[tuple[int, ...], float], dict[tuple[int, ...], np.ndarray]]:
    """Return the least margin of every outcome, today and later, and what breaking each is worth later."""
    game = study.game
    margins, after = {}, {}
    found = terms(game, study.leverage)
    setting = Setting(game, study.folded, study.leverage, found, signers_terms(game, found))
    for levels in itertools.product(*(range(len(own)) for own in game.levels)):
        if not all(mask.allowed[tuple(levels[k] for k in mask.issues)] for mask in game.factors.masks):
            continue
        row = np.array(levels)
        u = game.factors.utilities(row[None, :])[0, game.columns]
        rows = []
        for date in game.scenario.spec.future.values():
            then = {**study.leverage, **date.leverage}
            for lever, own in date.terms.items():
                then[lever] = float(
                    np.clip(then[lever] + sum(_shift(game, i, levels, t) for i, t in own.items()), -1, 1)
                )
            rows.append(terms(game, then).reservation[0, game.columns])
        after[levels] = np.array(rows) - enforcement(setting, row)
        lasts = float((u - after[levels]).min())
        margins[levels] = min(lasts, float((u - found.reservation[0, game.columns]).min()))
    return margins, after


def _shift(game: Any, issue: str, levels: tuple[int, ...], table: Data) -> float:
    k = game.issues.index(issue)
    level, own = game.levels[k][levels[k]], game.levels[k]
    if "from" not in table:
        return float(table[level])
    share = (level - own[0]) / (own[-1] - own[0]) if len(own) > 1 else 0.0
    return float(table["from"] + share * (table["to"] - table["from"]))


def test_against_all_outcomes() -> None:
    seen = Counter[str]()

    @settings(max_examples=25)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = with_terms(rng, rivals(rng, parties=pick(rng, [2, 3]), issues=2, lines=1, no_deal=[0.1, 0.2, 0.3]))
        try:
            study = sim.study(built(data))
        except ScenarioError:
            return
        if isinstance(study.durability, Absent):
            return
        found = study.durability
        margins, after = one_by_one(study)
        assert found.zone_margin == pytest.approx(max(margins.values()), abs=1e-11)
        durable = [levels for levels, margin in margins.items() if margin >= -CLOSE]
        assert found.zone_exists is bool(durable)
        kept = {name: {levels[k] for levels in durable} for k, name in enumerate(study.game.issues)}
        named = {name: {study.game.levels[k][n] for n in kept[name]} for k, name in enumerate(study.game.issues)}
        assert {name: set(levels) for name, levels in found.issues.items()} == (named if durable else {})
        for name, deal in study.solutions.items():
            levels = tuple(study.game.level_numbers(deal.outcome)[0].tolist())
            u = np.array([deal.utilities[p] for p in study.game.signers])
            assert found.deals[name].margin == pytest.approx(float((u - after[levels]).min()), abs=1e-11)
        seen["durable" if durable else "none"] += 1
        seen["losses"] += any(loss for own in data["enforcement"].values() for t in own.values() for loss in t.values())
        seen["moved"] += any(np.ptp(list(after.values()), axis=0).ravel() > 1e-6)

    run()
    assert min(seen["durable"], seen["moved"], seen["losses"]) >= 3


@settings(max_examples=8)
@given(rngs)
def test_a_sweep_says_what_studies_say(rng: Rng) -> None:
    data = with_terms(rng, rivals(rng, issues=2, lines=0, no_deal=[0.1, 0.2]))
    try:
        scenario = built(data)
    except ScenarioError:
        return
    lever = next(iter(data["leverage"]))
    levels = np.array([-0.5, 0.0, 0.4])
    swept = sim.sweep(scenario, {lever: levels}, measures=["durability"])
    for n, level in enumerate(levels.tolist()):
        found = sim.study(scenario, {lever: level}).durability
        if isinstance(found, Durability):
            assert float(swept.durable_margin[n]) == pytest.approx(found.zone_margin, abs=1e-11)
            for name, deal in found.deals.items():
                assert float(swept.lasting_margin.sel(solution=name)[n]) == pytest.approx(deal.margin, abs=1e-11)


def test_past_the_end_of_a_range_leverage_is_held_and_said() -> None:
    data = pie(a=0.3, beta=0.5, cost=0.1)
    study, found = lasting(data, leverage={"power": 0.3})
    assert found.saturated == ("power",)
    # a wins with 0.3 + min(0.6, 0.3 + x / 2) = min(0.9, 0.6 + x / 2); it keeps x >= that - 0.1.
    kept = [
        x
        for x in study.game.levels[0]
        if min(0.9, 0.6 + x / 2) - 0.1 <= x + CLOSE and 1 - x >= 1 - min(0.9, 0.6 + x / 2) - 0.1 - CLOSE
    ]
    assert list(found.issues["pie"]) == kept
    assert lasting(data)[1].saturated == ()


def test_law_9_a_future_that_is_today_and_moves_nothing() -> None:
    data = pie(a=0.3, beta=0.0, cost=0.1)
    data["future"]["later"]["leverage"] = {}
    study, found = lasting(data)
    assert found.issues["pie"] == study.zone.issues["pie"].levels
    assert found.zone_margin == pytest.approx(study.zone.margin, abs=1e-12)


def test_law_13_what_breaking_costs_makes_a_pause_worth_no_more_to_its_breaker() -> None:
    worth = []
    for loss in (0.0, 0.02, 0.05):
        data = pie(a=0.3, beta=0.5, cost=0.1)
        data["enforcement"] = {"a": {"pie": {f"{0.05 * k:g}": loss for k in range(21)}}}
        data["parties"]["a"]["power"] = 0.2
        _, found = lasting(data)
        deal = found.deals["nash"]
        assert deal.ends_at == "later"
        assert deal.pause_value is not None
        worth.append(deal.pause_value["a"])
    assert worth[0] - worth[1] == pytest.approx(0.02 * math.exp(-0.1), abs=1e-12)
    assert worth == sorted(worth, reverse=True)


def test_too_many_combinations_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaking, "MOST_COMBINATIONS", 20)
    found = sim.study(built(pie(a=0.3, beta=0.5, cost=0.1))).durability
    assert isinstance(found, Absent)
    assert "21 combinations of levels (at most 20)" in found.reason


@pytest.mark.parametrize(
    ("moved", "path", "words"),
    [
        ({"powr": {"pie": {"from": 0, "to": 0.1}}}, "future.later.terms.powr", "did you mean power?"),
        ({"power": {"pi": {"from": 0, "to": 0.1}}}, "future.later.terms.power.pi", "did you mean pie?"),
        ({"power": {"pie": {"from": 0}}}, "future.later.terms.power.pie", "expected from and to"),
        ({"power": {"pie": {"0.51": 0.1}}}, "future.later.terms.power.pie.0.51", "0.51 is not a level"),
        ({"power": {"pie": {"from": 0, "to": 0.7}}}, "future.later.terms.power", "takes power to 0.7 at most"),
        ({"power": {"pie": {"from": 0, "to": -0.3}}}, "future.later.terms.power", "takes power to -0.3 at least"),
    ],
)
def test_bad_terms_are_located(moved: Data, path: str, words: str) -> None:
    data = pie(a=0.3, beta=0.5, cost=0.1)
    data["future"]["later"]["terms"] = moved
    with pytest.raises(ScenarioError) as caught:
        built(data)
    assert [(fault.path, words in fault.message) for fault in caught.value.faults] == [(path, True)]


def test_a_date_of_war_has_no_terms() -> None:
    data = pie(a=0.3, beta=0.5, cost=0.1)
    data["future"]["later"]["if"] = "war"
    data["war"] |= {"end_rate": 0.5, "status_quo": {"pie": 0.5}}
    with pytest.raises(ScenarioError, match="no deal while fighting goes on"):
        built(data)
