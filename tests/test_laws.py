"""Laws that hold for every scenario: what rises when costs, reservation values, odds, red lines or units change.

Utilities obey them. The terms of a deal do not: which levels make up a deal may jump either way, and is never tested.
"""

from __future__ import annotations

import copy
import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import twin
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import Wish, built, numeric, scenarios

from sim.game.compiled import Game, compile
from sim.game.terms import leverage_levels, terms
from sim.model.scenario import Scenario, lift
from sim.space.blocks import Factors, Pair, compile_space
from sim.space.trees import fold_space
from sim.studies.solve import Point, Solved, solve

SLACK = 1e-9
Data = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the laws speak of: one leverage point solved, without the explanations a study adds."""

    game: Game
    reservation: dict[str, float]
    zone: set[tuple[int, ...]]
    margin: float
    exists: bool
    levels: list[set[int]]
    surplus: dict[str, float]
    utilities: dict[str, dict[str, float]]
    ties: dict[str, int]


def no_deal(data: Data) -> dict[str, float]:
    """Reservation values by party."""
    game = compile(built(data))
    return dict(zip(game.parties, terms(game, leverage_levels(game)).reservation[0].tolist(), strict=True))


def answer(scenario: Data | Scenario) -> Answer:
    """Solve a scenario at its default leverage."""
    game = compile(scenario if isinstance(scenario, Scenario) else built(scenario))
    found = terms(game, leverage_levels(game))
    point = Point(*(part[0, game.columns] for part in (found.reservation, found.disagreement, found.power)))
    solved = solve(fold_space(game.space), point)
    assert solved.exists is not None
    rows = {name: solved.frontier.utilities[choice.row].tolist() for name, choice in solved.choices.items()}
    top = (solved.ideal - point.reservation).tolist() if solved.exists else []
    return Answer(
        game=game,
        reservation=dict(zip(game.parties, found.reservation[0].tolist(), strict=True)),
        zone=zone_of(game, point.reservation),
        margin=solved.margin,
        exists=solved.exists,
        levels=[set(np.flatnonzero(mask).tolist()) for mask in solved.levels],
        surplus=dict(zip(game.signers, top, strict=True)) if top else {},
        utilities={name: dict(zip(game.signers, row, strict=True)) for name, row in rows.items()},
        ties={name: choice.ties for name, choice in solved.choices.items()},
    )


def zone_of(game: Game, r: np.ndarray) -> set[tuple[int, ...]]:
    """Every outcome in the zone, one by one."""
    space = game.space
    every = np.stack(np.unravel_index(np.arange(space.outcomes), space.sizes), axis=1)
    inside = (space.factors.utilities(every) >= r - 1e-9).all(axis=1) & space.factors.allowed(every)
    return {tuple(row) for row in every[inside].tolist()}


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
    before, after = answer(data), answer(dearer)
    assert after.reservation[name] < before.reservation[name]
    for other in set(data["parties"]) - {name}:
        assert after.reservation[other] == before.reservation[other]
    assert after.zone >= before.zone
    assert after.margin >= before.margin - SLACK
    assert after.exists or not before.exists
    assert all(was <= now for was, now in zip(before.levels, after.levels, strict=True))


# 2. Reservation values ----------------------------------------------------------------------------------------------

SIMPLE = Wish(war=False, leverage=False, outcomes=150, modest=True, issues=(1, 5))
PAIRS = replace(SIMPLE, parties=(2, 2), watcher=False, issues=(2, 5))


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
    before, after = answer(data), answer(raised(data, name, rise))
    assert after.reservation[name] > before.reservation[name]
    assert after.zone <= before.zone
    assert after.margin <= before.margin + SLACK
    if after.exists:
        assert all(after.surplus[p] <= before.surplus[p] + SLACK for p in before.surplus)


def test_a_reservation_value_up_never_hurts_its_party_nor_helps_the_other() -> None:
    """Two parties, all five solutions."""
    seen: Counter[str] = Counter()

    @settings(max_examples=110)
    @given(
        scenarios(PAIRS) | scenarios(replace(PAIRS, red_lines=False)),
        st.sampled_from([0.02, 0.2, 0.35, 0.5]),
        st.integers(0, 1),
    )
    def run(data: Data, rise: float, k: int) -> None:
        own, other = (list(data["parties"])[j] for j in (k, 1 - k))
        before, after = answer(data), answer(raised(data, own, rise))
        for name, now in after.utilities.items():
            was = before.utilities[name]
            assert now[own] >= was[own] - SLACK, name
            assert now[other] <= was[other] + SLACK, name
            seen[name] += now[own] > was[own] + 1e-6

    run()
    assert set(seen) == set(twin.SOLUTIONS)
    assert min(seen.values()) >= 1


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
    at_once, lottery = no_deal(fast), no_deal(decisive)
    assert set(at_once) == set(lottery) == set(data["parties"])
    assert all(abs(at_once[name] - lottery[name]) <= 1e-6 for name in lottery)


@settings(max_examples=40)
@given(LASTING, st.sampled_from([0.05, 0.3, 2]))
def test_a_war_that_never_ends_is_worth_the_status_quo_less_its_costs(data: Data, rho: float) -> None:
    slow = changed(data, "war.end_rate", lambda _: 1e-10)
    for party in slow["parties"].values():
        party["no_deal"]["war"]["discount_rate"] = rho
    found = no_deal(slow)
    for name, party in data["parties"].items():
        meanwhile = twin.utility(party, data["war"]["status_quo"])
        assert abs(found[name] - (meanwhile - party["no_deal"]["war"]["cost"] / rho)) <= 1e-6


@settings(max_examples=40)
@given(WARS, st.sampled_from([0.01, 3, 1e6]))
def test_odds_matter_only_by_their_ratio(data: Data, factor: float) -> None:
    scaled = copy.deepcopy(data)
    for outcome in scaled["war"]["outcomes"].values():
        outcome["odds"] *= factor
    before, after = no_deal(data), no_deal(scaled)
    assert all(abs(after[name] - r) <= 1e-12 for name, r in before.items())


def worths(data: Data, name: str) -> dict[str, float]:
    """What each end of the war is worth to a party."""
    return {
        w: twin.utility(data["parties"][name], outcome["levels"]) - outcome.get("worse_by", {}).get(name, 0)
        for w, outcome in data["war"]["outcomes"].items()
    }


@settings(max_examples=35)
@given(scenarios(Wish(war=True, optimism=False, leverage=False, outcomes=30)), st.sampled_from([0.3, 1.0]))
def test_odds_moved_to_a_preferred_outcome_never_lower_a_reservation_value(data: Data, part: float) -> None:
    """Odds as all see them: an optimist rescales them, and what is moved would weigh more than what is taken."""
    assume(len(data["war"]["outcomes"]) > 1)
    before = no_deal(data)
    for first, second in ((a, b) for a in data["war"]["outcomes"] for b in data["war"]["outcomes"] if a != b):
        moved = copy.deepcopy(data)
        odds = moved["war"]["outcomes"]
        odds[second]["odds"] += part * odds[first]["odds"]
        odds[first]["odds"] *= 1 - part
        after = no_deal(moved)
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
    before = no_deal(data)
    for name in data["parties"]:
        worth = worths(data, name)
        best = max(worth, key=worth.__getitem__)
        moved = changed(data, f"war.outcomes.{best}.odds", lambda odds: odds * factor)
        assert no_deal(moved)[name] >= before[name] - 1e-12


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

    @settings(max_examples=70)
    @given(scenarios(Wish(outcomes=100, modest=True)), st.integers(0, 3), st.sampled_from([0.25, 0.7, 1.9, 3]))
    def run(data: Data, k: int, scale: float) -> None:
        game = compile(built(data))
        factors = game.factors.columns(game.columns)
        found = terms(game, leverage_levels(game))
        r, d, power = (part[0, game.columns] for part in (found.reservation, found.disagreement, found.power))
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
    assert deals[True] >= 15


# 7. What nobody cares about -----------------------------------------------------------------------------------------


def assert_same_worth(before: Answer, after: Answer) -> None:
    """The same margin, surplus, and solution utilities."""
    assert after.exists is before.exists
    assert after.margin == before.margin == -math.inf or abs(after.margin - before.margin) <= SLACK
    assert set(after.surplus) == set(before.surplus)
    assert all(abs(after.surplus[name] - x) <= SLACK for name, x in before.surplus.items())
    assert after.ties == before.ties
    assert set(after.utilities) == set(before.utilities)
    for name, was in before.utilities.items():
        assert set(after.utilities[name]) == set(was)
        assert all(abs(after.utilities[name][party] - u) <= SLACK for party, u in was.items()), name


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
        if isinstance(party["no_deal"], dict) and "package" in party["no_deal"]:
            party["no_deal"]["package"]["idle"] = some
    assert_same_worth(answer(data), answer(more))


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
        named = [name for name, spec in data["issues"].items() if not numeric(spec)]
        assume(named)
        issue = choose.draw(st.sampled_from(named))
        level = choose.draw(st.sampled_from(data["issues"][issue]["levels"]))
        twice = split(data, issue, level, choose.draw(st.booleans()))
        before, after = answer(data), answer(twice)
        assert_same_worth(before, after)
        fixed = set(data["issues"][issue].get("control", [])) - set(before.game.signers)
        if not fixed:
            assert after.game.space.outcomes > before.game.space.outcomes
        splits["zone" if before.exists else "no zone"] += 1

    run()
    assert splits["zone"] >= 15
    assert splits["no zone"] >= 3


# 8. Red lines -------------------------------------------------------------------------------------------------------


def test_lifting_a_red_line_never_lowers_margin_or_ideals() -> None:
    seen = Counter[str]()

    @settings(max_examples=80)
    @given(scenarios(Wish(outcomes=100)) | scenarios(Wish(outcomes=100, modest=True)))
    def run(data: Data) -> None:
        lines = [f"{name}.{line}" for name, party in data["parties"].items() for line in party.get("red_lines", {})]
        scenario = built(data)
        before = answer(scenario)
        for line in lines:
            after = answer(lift(scenario, [line]))
            seen["lines"] += 1
            assert after.margin >= before.margin - SLACK
            assert after.zone >= before.zone
            assert after.reservation == before.reservation
            for name, surplus in before.surplus.items():
                assert after.surplus[name] >= surplus - SLACK
            seen["wider"] += after.margin > before.margin + 1e-6
            seen["zone"] += before.exists
        if lines:  # All of them lifted: the scenario without them.
            bare = copy.deepcopy(data)
            for party in bare["parties"].values():
                party.pop("red_lines", None)
            free, none = answer(lift(scenario, lines)), answer(bare)
            assert free.margin == none.margin
            assert free.zone == none.zone

    run()
    assert seen["lines"] >= 1
    assert seen["wider"] >= 1
    assert seen["zone"] >= 1
