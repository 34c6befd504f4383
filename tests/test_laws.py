"""Laws that hold for every scenario: what rises when costs, reservation values, odds, red lines or units change.

Utilities obey them. The terms of a deal do not: which levels make up a deal may jump either way, and is never tested.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import twin
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

import sim
from sim.solve import Point, Solved, solve
from sim.space.blocks import Factors, Pair, compile_space
from sim.space.trees import fold_space
from sim.studies import Study

SLACK = 1e-9
Data = dict[str, Any]


def zone_of(study: Study) -> set[tuple[int, ...]]:
    """Every outcome in the zone, by the study's own numbers."""
    space = study.game.space
    every = np.stack(np.unravel_index(np.arange(space.outcomes), space.sizes), axis=1)
    r = np.array([study.reservation[name] for name in study.game.signers])
    inside = (space.factors.utilities(every) >= r - 1e-9).all(axis=1) & space.factors.allowed(every)
    return {tuple(row) for row in every[inside].tolist()}


def gap_of(study: Study) -> float:
    return -math.inf if study.zone.gap is None else study.zone.gap


def changed(data: Data, path: str, change: Any) -> Data:
    """A copy with the number at a path replaced by what `change` makes of it."""
    result = copy.deepcopy(data)
    *way, last = path.split(".")
    here = result
    for key in way:
        here = here[key]
    here[last] = change(here[last])
    return result


# 1. Costs of war ----------------------------------------------------------------------------------------------------

WARS = scenarios(Wish(war=True, leverage=False, outcomes=80))


@settings(max_examples=60)
@given(WARS, st.sampled_from([0.01, 0.1, 0.5]), st.integers(0, 3))
def test_a_cost_up_never_raises_the_own_reservation_value_nor_shrinks_the_zone(data: Data, rise: float, k: int) -> None:
    name = list(data["parties"])[k % len(data["parties"])]
    dearer = changed(data, f"parties.{name}.no_deal.war.cost", lambda cost: cost + rise)
    before, after = sim.study(built(data)), sim.study(built(dearer))
    assert after.reservation[name] < before.reservation[name]
    for other in set(data["parties"]) - {name}:
        assert after.reservation[other] == before.reservation[other]
    assert zone_of(after) >= zone_of(before)
    assert gap_of(after) >= gap_of(before) - SLACK
    assert after.zone.share.share[0] >= before.zone.share.share[0]
    assert after.zone.exists or not before.zone.exists
    for issue, found in before.zone.issues.items():
        assert set(found.levels) <= set(after.zone.issues[issue].levels)


# 2. Reservation values ----------------------------------------------------------------------------------------------

SIMPLE = Wish(war=False, leverage=False, outcomes=150, modest=True, issues=(1, 5))
PAIRS = replace(SIMPLE, parties=(2, 2), watcher=False)


def raised(data: Data, name: str, rise: float) -> Data:
    """The reservation value up: a number, or an outside option that binds from here on."""
    result = copy.deepcopy(data)
    party = result["parties"][name]
    if isinstance(party["no_deal"], dict):
        party["no_deal"]["outside"] = max(party["no_deal"].values()) + rise
    else:
        party["no_deal"] += rise
    return result


@settings(max_examples=50)
@given(scenarios(SIMPLE), st.sampled_from([0.01, 0.1, 0.25]), st.integers(0, 3))
def test_a_reservation_value_up_shrinks_the_zone(data: Data, rise: float, k: int) -> None:
    name = list(data["parties"])[k % len(data["parties"])]
    before, after = sim.study(built(data)), sim.study(built(raised(data, name, rise)))
    assert after.reservation[name] > before.reservation[name]
    assert zone_of(after) <= zone_of(before)
    assert gap_of(after) <= gap_of(before) + SLACK
    assert after.zone.share.share[0] <= before.zone.share.share[0]
    if after.zone.exists:
        assert all(after.zone.surplus[p] <= before.zone.surplus[p] + SLACK for p in before.zone.surplus)


def test_a_reservation_value_up_never_hurts_its_party_nor_helps_the_other() -> None:
    """Two parties, all five solutions."""
    seen: Counter[str] = Counter()

    @settings(max_examples=150)
    @given(scenarios(PAIRS), st.sampled_from([0.01, 0.1, 0.25]), st.integers(0, 1))
    def run(data: Data, rise: float, k: int) -> None:
        own, other = (list(data["parties"])[j] for j in (k, 1 - k))
        before, after = sim.study(built(data)), sim.study(built(raised(data, own, rise)))
        for name, deal in after.solutions.items():
            was = before.solutions[name]
            assert deal.utilities[own] >= was.utilities[own] - SLACK, name
            assert deal.utilities[other] <= was.utilities[other] + SLACK, name
            seen[name] += deal.utilities[own] > was.utilities[own] + 1e-6

    run()
    assert set(seen) == set(twin.SOLUTIONS)
    assert min(seen.values()) >= 5


# 5. The war lottery -------------------------------------------------------------------------------------------------

LASTING = scenarios(Wish(war=True, end_rate=True, leverage=False, outcomes=30))


@settings(max_examples=40)
@given(LASTING)
def test_a_war_that_ends_at_once_is_worth_its_lottery(data: Data) -> None:
    fast = changed(data, "war.end_rate", lambda _: 1e9)
    decisive = copy.deepcopy(data)
    del decisive["war"]["end_rate"]
    for party in decisive["parties"].values():
        party["no_deal"]["war"]["cost"] = 0  # a yearly cost of no years
    at_once, lottery = sim.study(built(fast)).reservation, sim.study(built(decisive)).reservation
    assert set(at_once) == set(lottery) == set(data["parties"])
    assert all(abs(at_once[name] - lottery[name]) <= 1e-6 for name in lottery)


@settings(max_examples=40)
@given(LASTING, st.sampled_from([0.05, 0.3, 2]))
def test_a_war_that_never_ends_is_worth_the_status_quo_less_its_costs(data: Data, rho: float) -> None:
    slow = changed(data, "war.end_rate", lambda _: 1e-10)
    for party in slow["parties"].values():
        party["no_deal"]["war"]["discount_rate"] = rho
    found = sim.study(built(slow)).reservation
    for name, party in data["parties"].items():
        meanwhile = twin.utility(party, data["war"]["status_quo"])
        assert abs(found[name] - (meanwhile - party["no_deal"]["war"]["cost"] / rho)) <= 1e-6


@settings(max_examples=40)
@given(WARS, st.sampled_from([0.01, 3, 1e6]))
def test_odds_matter_only_by_their_ratio(data: Data, factor: float) -> None:
    scaled = copy.deepcopy(data)
    for outcome in scaled["war"]["outcomes"].values():
        outcome["odds"] *= factor
    before, after = sim.study(built(data)).reservation, sim.study(built(scaled)).reservation
    assert all(abs(after[name] - r) <= 1e-12 for name, r in before.items())


def worths(data: Data, name: str) -> dict[str, float]:
    """What each end of the war is worth to a party."""
    return {
        w: twin.utility(data["parties"][name], outcome["levels"]) - outcome.get("worse_by", {}).get(name, 0)
        for w, outcome in data["war"]["outcomes"].items()
    }


@settings(max_examples=60)
@given(scenarios(Wish(war=True, optimism=False, leverage=False, outcomes=30)), st.sampled_from([0.3, 1.0]))
def test_odds_moved_to_a_preferred_outcome_never_lower_a_reservation_value(data: Data, part: float) -> None:
    """Odds as all see them: an optimist rescales them, and what is moved would weigh more than what is taken."""
    assume(len(data["war"]["outcomes"]) > 1)
    before = sim.study(built(data)).reservation
    for first, second in ((a, b) for a in data["war"]["outcomes"] for b in data["war"]["outcomes"] if a != b):
        moved = copy.deepcopy(data)
        odds = moved["war"]["outcomes"]
        odds[second]["odds"] += part * odds[first]["odds"]
        odds[first]["odds"] *= 1 - part
        after = sim.study(built(moved)).reservation
        for name in data["parties"]:
            worth = worths(data, name)
            if worth[second] >= worth[first]:
                assert after[name] >= before[name] - 1e-12
            else:
                assert after[name] < before[name] + 1e-12


@settings(max_examples=40)
@given(WARS, st.sampled_from([1.5, 40]))
def test_more_odds_for_its_best_outcome_never_lower_a_reservation_value(data: Data, factor: float) -> None:
    """Optimism and all."""
    before = sim.study(built(data)).reservation
    for name in data["parties"]:
        worth = worths(data, name)
        best = max(worth, key=worth.__getitem__)
        moved = changed(data, f"war.outcomes.{best}.odds", lambda odds: odds * factor)
        assert sim.study(built(moved)).reservation[name] >= before[name] - 1e-12


# 6. Units of utility ------------------------------------------------------------------------------------------------


def rescaled(factors: Factors, party: int, scale: float, shift: float) -> Factors:
    """The same space with one party's utility in another unit and from another origin."""
    unit = np.ones(factors.parties)
    unit[party] = scale
    origin = np.zeros(factors.parties)
    origin[party] = shift
    first, *others = (table * unit for table in factors.single)
    pairs = tuple(Pair(pair.issues, pair.table * unit) for pair in factors.pairs)
    return Factors((first + origin, *others), pairs, factors.masks)


def solved(factors: Factors, point: Point) -> tuple[Solved, dict[str, tuple[int, ...]]]:
    """The answer at one leverage point, and the outcomes that the scale-free solutions choose."""
    space = compile_space(factors)
    answer = solve(fold_space(space), point)
    rows = {name: answer.choices[name].row for name in ("nash", "kalai_smorodinsky") if answer.choices}
    return answer, {name: tuple(space.levels(answer.frontier.codes[[row]])[0].tolist()) for name, row in rows.items()}


def test_units_of_utility_do_not_matter() -> None:
    """U, d and r of one party rescaled: the same outcome under Nash and Kalai-Smorodinsky."""
    deals = Counter[bool]()

    @settings(max_examples=100)
    @given(scenarios(Wish(outcomes=100, modest=True)), st.integers(0, 3), st.sampled_from([0.25, 0.7, 1.9, 3]))
    def run(data: Data, k: int, scale: float) -> None:
        study = sim.study(built(data))
        game = study.game
        factors = game.factors.columns(game.columns)
        r, d = (np.array([x[name] for name in game.signers]) for x in (study.reservation, study.disagreement))
        power = np.array([data["parties"][name].get("power", 1) for name in game.signers], dtype=np.float64)
        party = k % len(game.signers)
        unit, origin = np.ones(len(r)), np.zeros(len(r))
        unit[party], origin[party] = scale, scale - 0.4
        before, chosen = solved(factors, Point(r, d, power))
        point = Point(r * unit + origin, d * unit + origin, power)
        after, again = solved(rescaled(factors, party, scale, scale - 0.4), point)
        assert after.exists is before.exists
        assert again == chosen
        assert [x.tolist() for x in after.levels] == [x.tolist() for x in before.levels]
        assert set(map(tuple, after.frontier.codes.tolist())) == set(map(tuple, before.frontier.codes.tolist()))
        deals[len(before.frontier) > 1] += 1

    run()
    assert deals[True] >= 20


# 7. What nobody cares about -----------------------------------------------------------------------------------------


def assert_same_worth(before: Study, after: Study) -> None:
    """The same gap, surplus, reservation values and solution utilities."""
    assert after.zone.exists is before.zone.exists
    assert (after.zone.gap is None) == (before.zone.gap is None)
    assert after.zone.gap is None or abs(after.zone.gap - before.zone.gap) <= SLACK
    assert set(after.zone.surplus) == set(before.zone.surplus)
    assert all(abs(after.zone.surplus[name] - x) <= SLACK for name, x in before.zone.surplus.items())
    assert set(after.solutions) == set(before.solutions)
    for name, deal in before.solutions.items():
        again = after.solutions[name]
        assert again.ties == deal.ties
        assert set(again.utilities) == set(deal.utilities)
        signers = before.game.signers  # what nobody who signs cares about may still matter to a bystander
        assert all(abs(again.utilities[p] - deal.utilities[p]) <= SLACK for p in signers), name


MIXED = scenarios(Wish(outcomes=80, modest=True, issues=(1, 4))) | scenarios(Wish(outcomes=80, issues=(1, 4)))
IDLE = st.sampled_from(
    [{"levels": ["red", "green", "blue"]}, {"levels": ["only"]}, {"range": [0, 1], "step": 0.5}, {"levels": ["a", "b"]}]
)


@settings(max_examples=60)
@given(MIXED, IDLE, st.booleans(), st.booleans())
def test_an_issue_nobody_values_changes_nothing(data: Data, idle: Data, first: bool, named: bool) -> None:
    more = copy.deepcopy(data)
    more["issues"] = {"idle": idle} | more["issues"] if first else more["issues"] | {"idle": idle}
    some = twin.levels_of(idle)[-1]
    war = more.get("war", {"outcomes": {}})
    for here in [outcome["levels"] for outcome in war["outcomes"].values()] + [war.get("status_quo", {})]:
        if here:
            here["idle"] = some
    if named:  # with a value function, and no importance
        party = next(iter(more["parties"].values()))
        party["values"]["idle"] = {
            "importance": 0,
            "table": {str(level): k % 2 for k, level in enumerate(twin.levels_of(idle))},
        }
    assert_same_worth(sim.study(built(data)), sim.study(built(more)))


def split(data: Data, issue: str, level: str, after: bool) -> Data:
    """A named level in two, alike in everything."""
    result = copy.deepcopy(data)
    spec = result["issues"][issue]
    at = spec["levels"].index(level)
    spec["levels"].insert(at + after, "other half")
    for party in result["parties"].values():
        if issue in party["values"]:
            table = party["values"][issue]["table"]
            table["other half"] = table[level]
        for line in party.get("red_lines", {}).values():
            lists = [line[kind] for kind in ("forbid", "allow") if kind in line and line["issue"] == issue]
            lists += [line["when"][issue]] if issue in line.get("when", {}) else []
            for names in lists:
                if level in names:
                    names.append("other half")
    return result


def test_a_level_split_in_two_changes_nothing() -> None:
    splits = Counter[str]()

    @settings(max_examples=60)
    @given(MIXED, st.data())
    def run(data: Data, choose: st.DataObject) -> None:
        named = [name for name, spec in data["issues"].items() if "levels" in spec]
        assume(named)
        issue = choose.draw(st.sampled_from(named))
        level = choose.draw(st.sampled_from(data["issues"][issue]["levels"]))
        twice = split(data, issue, level, choose.draw(st.booleans()))
        before, after = sim.study(built(data)), sim.study(built(twice))
        assert_same_worth(before, after)
        fixed = set(data["issues"][issue].get("control", [])) - set(before.game.signers)
        if not fixed:
            assert after.game.space.outcomes > before.game.space.outcomes
        splits["zone" if before.zone.exists else "no zone"] += 1

    run()
    assert splits["zone"] >= 15
    assert splits["no zone"] >= 3


# 8. Red lines -------------------------------------------------------------------------------------------------------


def test_lifting_a_red_line_never_lowers_gap_or_ideals() -> None:
    seen = Counter[str]()

    @settings(max_examples=80)
    @given(scenarios(Wish(outcomes=100)) | scenarios(Wish(outcomes=100, modest=True)))
    def run(data: Data) -> None:
        lines = [f"{name}.{line}" for name, party in data["parties"].items() for line in party.get("red_lines", {})]
        scenario = built(data)
        before = sim.study(scenario)
        for line in lines:
            after = sim.study(scenario, lift_lines=[line])
            seen["lines"] += 1
            assert gap_of(after) >= gap_of(before) - SLACK
            assert zone_of(after) >= zone_of(before)
            assert after.reservation == before.reservation
            for name, surplus in before.zone.surplus.items():
                assert after.zone.surplus[name] >= surplus - SLACK
            seen["wider"] += gap_of(after) > gap_of(before) + 1e-6
            seen["zone"] += bool(before.zone.exists)
        if lines:  # All of them lifted: the scenario without them.
            bare = copy.deepcopy(data)
            for party in bare["parties"].values():
                party.pop("red_lines", None)
            free, none = sim.study(scenario, lift_lines=lines), sim.study(built(bare))
            assert gap_of(free) == gap_of(none)
            assert zone_of(free) == zone_of(none)

    run()
    assert seen["lines"] >= 40
    assert seen["wider"] >= 8
    assert seen["zone"] >= 15
