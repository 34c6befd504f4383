"""What opens or closes the zone, against brute force over all sets of lines, levels and outcomes."""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from typing import Any

import numpy as np
import pytest
import twin
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rivals import Data, Rng, pick, rivals, rngs, with_leverage
from strategies import Wish, built, scenarios

import sim
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.space.programs.budgets import Budget
from sim.space.trees import frontier
from sim.studies.openings import cheapest_relaxations, falls_needed, lifts_needed, zone_by_theorem
from sim.studies.solve import Point
from sim.studies.study import Study
from sim.studies.thresholds import threshold_levels

CLOSE = 1e-9
Line = tuple[str, str]


def fenced(rng: Rng) -> Data:
    """A scenario with several red lines a party, so that lifting one is often not enough."""
    return rivals(rng, parties=int(rng.integers(2, 4)), issues=int(rng.integers(1, 4)), lines=3)


def reservation(data: Data, signers: list[str], leverage: dict[str, float] | None = None) -> list[float]:
    situation = twin.Situation(data, leverage or {})
    return [situation.no_deal(name)[0] for name in signers]


def bare(data: Data) -> Data:
    """The same without red lines."""
    result = copy.deepcopy(data)
    for party in result["parties"].values():
        party.pop("red_lines", None)
    return result


def lines_of(data: Data, signers: list[str]) -> dict[Line, Data]:
    return {(p, name): line for p in signers for name, line in data["parties"][p].get("red_lines", {}).items()}


class Crossings:
    """Every outcome with its least excess over r and the set of lines it crosses."""

    def __init__(self, data: Data) -> None:
        self.data = data
        free = twin.solve(bare(data))
        self.signers, self.issues, self.levels = free.signers, free.issues, free.levels
        r = reservation(data, self.signers)
        self.lines = lines_of(data, self.signers)
        self.rows = []
        for outcome, u in free.feasible.items():
            point = dict(zip(self.issues, outcome, strict=True))
            crossed = frozenset(line for line, spec in self.lines.items() if twin.crosses(spec, point))
            self.rows.append((point, min(x - y for x, y in zip(u, r, strict=True)), crossed))

    def margin(self, lifted: frozenset[Line] = frozenset(), changed: dict[Line, Data] | None = None) -> float:
        """The margin with some lines lifted and others drawn elsewhere."""
        found = -np.inf
        for point, least, crossed in self.rows:
            held = crossed - lifted - frozenset(changed or {})
            if not held and not any(twin.crosses(line, point) for line in (changed or {}).values()):
                found = max(found, least)
        return found

    def arguments(self) -> tuple[Any, Any]:
        game = compile(built(self.data))
        return game, np.array(reservation(self.data, self.signers))


def test_lifts_are_all_minimal_sets_of_up_to_three_lines() -> None:
    seen = Counter[Any]()

    @settings(max_examples=150)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = fenced(rng)
        brute = Crossings(data)
        if brute.margin() >= -CLOSE:
            return
        names = list(brute.lines)
        subsets = [frozenset(s) for n in range(len(names) + 1) for s in itertools.combinations(names, n)]
        opening = [s for s in subsets if brute.margin(s) >= -CLOSE]
        minimal = {s for s in opening if not any(other < s for other in opening)}
        found, sure = lifts_needed(*brute.arguments(), Budget())
        assert sure
        assert len({frozenset(lines) for lines in found}) == len(found)
        assert {frozenset(lines) for lines in found} == {s for s in minimal if len(s) <= 3}
        assert [len(lines) for lines in found] == sorted(len(lines) for lines in found)
        seen.update(len(lines) for lines in found)
        seen["none"] += not found

    run()
    assert min(seen[1], seen[2], seen["none"]) >= 1
    assert seen[3] >= 1


def test_relaxations_are_the_nearest_levels_that_open_the_zone() -> None:
    seen = Counter[str]()

    @settings(max_examples=150)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = fenced(rng)
        brute = Crossings(data)
        if brute.margin() >= -CLOSE:
            return
        expected = {}
        for line, spec in brute.lines.items():
            for bound in ("min", "max"):
                if bound not in spec:
                    continue
                way = -1 if bound == "min" else 1
                levels = brute.levels[brute.issues.index(spec["issue"])]
                beyond = sorted((x for x in levels if way * (x - spec[bound]) > 0), key=lambda x, w=way: w * x)
                opens = [x for x in beyond if brute.margin(changed={line: spec | {bound: x}}) >= -CLOSE]
                seen[f"{bound} does not help"] += not opens
                if opens:
                    expected[line, bound] = (spec[bound], opens[0])
        moves, sure = cheapest_relaxations(*brute.arguments(), Budget())
        assert sure
        assert all(move.exact for move in moves)
        found = {(r.line, r.bound): (r.old, r.new) for r in moves}
        assert found == expected
        seen.update(bound for _, bound in found)

    run()
    assert min(seen["min"], seen["max"], seen["min does not help"], seen["max does not help"]) >= 1


def test_falls_open_the_zone_and_nothing_less_does() -> None:
    seen = Counter[str]()

    @settings(max_examples=40)
    @given(scenarios(Wish(outcomes=40, leverage=False)))
    def run(data: Data) -> None:
        answer = twin.solve(data)
        assume(answer.feasible)
        game = compile(built(data))
        r = np.array([answer.reservation[name] for name in answer.signers])
        found, unsettled = falls_needed(game, frontier(game.space), Point(r, r, np.ones(len(r))), Budget())
        assert unsettled == ()
        assert list(found) == answer.signers

        def opens(name: str, fall: float) -> bool:
            lower = r - fall * (np.array(answer.signers) == name)
            return any((np.array(u) >= lower - CLOSE).all() for u in answer.feasible.values())

        for name, fall in found.items():
            if fall is None:
                assert not opens(name, 1e6)
                seen["none"] += 1
            else:
                assert fall >= 0
                assert opens(name, fall + 1e-12)
                assert (fall == 0) if answer.zone else not opens(name, fall - 1e-6)
                seen["zone" if answer.zone else "fall"] += 1

    run()
    assert min(seen["none"], seen["zone"], seen["fall"]) >= 1


# Leverage -----------------------------------------------------------------------------------------------------------


def test_every_change_along_a_variable_is_found_and_bisected() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = with_leverage(rng, rivals(rng, parties=int(rng.integers(2, 4)), issues=2, lines=1))
        here = {"v0": pick(rng, [-0.5, 0.25, 1])}
        answer = twin.solve(data, here)
        assume(answer.feasible)
        u = np.array(list(answer.feasible.values()))
        game = compile(built(data))
        levels = leverage_levels(game, here)
        found, sure = threshold_levels(game, frontier(game.space), levels, Budget())
        assert sure
        for name, variable in data["leverage"].items():
            low, high = variable["range"]

            def excess(level: float, name: str = name) -> float:
                r = reservation(data, answer.signers, levels | {name: level})
                return float((u - r).min(axis=1).max())

            mine = [change for change in found if change.variable == name]
            assert [c.level for c in mine] == sorted(c.level for c in mine)
            step = 2e-6 * (high - low)
            for change in mine:
                assert low <= change.level <= high
                around = [excess(min(max(change.level + side, low), high)) for side in (-step, step)]
                assert (around[0] >= -CLOSE) is not change.opens
                assert (around[1] >= -CLOSE) is change.opens
                seen["opens" if change.opens else "closes"] += 1
            grid = np.linspace(low, high, 64)
            open_ = [excess(level) >= -CLOSE for level in grid]
            for (a, b), (x, y) in zip(itertools.pairwise(grid), itertools.pairwise(open_), strict=True):
                inside = sum(a < change.level <= b for change in mine)
                if abs(excess(a)) > 1e-7 and abs(excess(b)) > 1e-7:
                    assert inside % 2 == (x != y)
        assert {change.variable for change in found} <= set(data["leverage"])

    run()
    assert min(seen["opens"], seen["closes"]) >= 1


CAKE: Data = {
    "format": 1,
    "name": "Cake",
    "issues": {"cake": {"range": [0, 1], "step": 0.1}},
    "parties": {
        "a": {"values": {"cake": {"importance": 1, "best": 1, "worst": 0}}, "no_deal": 0.2},
        "b": {"values": {"cake": {"importance": 1, "best": 0, "worst": 1}}, "no_deal": 0.3},
    },
    "leverage": {"push": {"range": [-2, 2], "default": 0, "shifts": {"parties.a.no_deal": {"by": 0.3}}}},
}


def test_a_threshold_in_closed_form() -> None:
    """b leaves a 0.7 at most: the zone closes where 0.2 + 0.3 x passes it."""
    (change,) = sim.study(built(CAKE)).why.changes
    assert (change.variable, change.opens) == ("push", False)
    assert change.level == pytest.approx(5 / 3, abs=4e-6)


FIGHT: Data = {
    "format": 1,
    "name": "Fight",
    "issues": {"land": {"range": [0, 1], "step": 0.1}},
    "parties": {
        "a": {
            "values": {"land": {"importance": 1, "best": 1, "worst": 0}},
            "no_deal": {"war": {"cost": 0.1, "discount_rate": 0.1}},
        },
        "b": {
            "values": {"land": {"importance": 1, "best": 0, "worst": 1}},
            "no_deal": {"war": {"cost": 0.1, "discount_rate": 0.1}},
        },
    },
    "war": {
        "end_rate": 0.5,
        "status_quo": {"land": 0.4},
        "outcomes": {"a wins": {"odds": 1, "levels": {"land": 1}}, "b wins": {"odds": 1, "levels": {"land": 0}}},
    },
}


def edited(data: Data, **changes: Any) -> Data:
    """A copy with values at dotted paths replaced (`__` for a dot)."""
    result = copy.deepcopy(data)
    for path, value in changes.items():
        *way, last = path.split("__")
        here = result
        for key in way:
            here = here[key]
        here[last] = value
    return result


def moving(path: str, shift: Data, low: float = -1, high: float = 1) -> Data:
    return {"x": {"range": [low, high], "default": 0, "shifts": {path: shift}}}


def test_a_number_that_becomes_illegal_closes_no_zone() -> None:
    data = edited(FIGHT, leverage=moving("war.end_rate", {"by": -1}))
    study = sim.study(built(data))
    assert study.zone.exists
    with pytest.raises(sim.RequestError, match=r"war\.end_rate"):
        sim.study(built(data), {"x": 0.8})
    assert study.why.changes == ()


# Sources ------------------------------------------------------------------------------------------------------------


def without_shift(data: Data, path: str) -> None:
    for variable in data.get("leverage", {}).values():
        variable["shifts"].pop(path, None)
    data["leverage"] = {name: spec for name, spec in data.get("leverage", {}).items() if spec["shifts"]}


def margin_of(data: Data) -> float | None:
    return sim.study(built(data)).zone.margin


def test_sources_are_the_margins_of_edited_scenarios() -> None:
    seen = Counter[str]()

    @settings(max_examples=30)
    @given(scenarios(Wish(outcomes=30, war=True, issues=(1, 3))))
    def run(data: Data) -> None:
        study = sim.study(built(data))
        found, signers = study.why.sources, study.game.signers
        assert found is not None
        cheap, sober = copy.deepcopy(data), copy.deepcopy(data)
        optimists = [name for name in signers if data["parties"][name]["no_deal"]["war"].get("optimism")]
        for name in signers:
            cheap["parties"][name]["no_deal"]["war"]["cost"] = 0
            without_shift(cheap, f"parties.{name}.no_deal.war.cost")
            for outcome in sober["parties"][name]["no_deal"]["war"].pop("optimism", {}):
                without_shift(sober, f"parties.{name}.no_deal.war.optimism.{outcome}")
        assert_same(found.without_war_costs, margin_of(cheap))
        assert_same(found.with_shared_odds, margin_of(sober) if optimists else None)
        lines = any(data["parties"][name].get("red_lines") for name in signers)
        assert_same(found.without_red_lines, margin_of(bare(data)) if lines else None)
        seen["optimists"] += bool(optimists)
        seen["lines"] += lines
        seen["no outcome"] += study.zone.margin is None

    run()
    assert min(seen["optimists"], seen["lines"]) >= 1


def assert_same(obtained: float | None, expected: float | None) -> None:
    assert (obtained is None) == (expected is None), (obtained, expected)
    assert obtained is None or expected is None or abs(obtained - expected) <= 1e-11


@st.composite
def shared_wars(draw: st.DrawFn) -> Data:
    """Wars whose lottery the theorem puts on the table: shared odds and rates, points among the outcomes."""
    wish = Wish(war=True, red_lines=False, optimism=False, leverage=False, outcomes=40, watcher=False)
    data = draw(scenarios(wish))
    rate = draw(st.sampled_from([0, 0.1, 0.7]))
    for party in data["parties"].values():
        party["no_deal"]["war"]["discount_rate"] = rate
    for name, spec in data["issues"].items():
        spec.pop("control", None)
        spec.pop("reversion", None)
        for end in points_of(data["war"]):
            end[name] = draw(st.sampled_from(twin.levels_of(spec)))
    for outcome in data["war"]["outcomes"].values():
        if "worse_by" in outcome:
            outcome["worse_by"] = {name: abs(x) for name, x in outcome["worse_by"].items()}
    return data


def points_of(war: Data) -> list[Data]:
    return [outcome["levels"] for outcome in war["outcomes"].values()] + [war[k] for k in ("status_quo",) if k in war]


def test_a_zone_with_lotteries_exists_by_theorem() -> None:
    seen = Counter[str]()

    @settings(max_examples=40)
    @given(shared_wars())
    def run(data: Data) -> None:
        study = sim.study(built(data))
        assert study.why.sources is not None
        assert study.why.sources.by_theorem
        assert study.mixes.exists is True
        seen["lottery needed" if not study.zone.exists else "zone"] += 1
        seen["free"] += all(p["no_deal"]["war"]["cost"] == 0 for p in data["parties"].values())
        seen["many"] += len(study.game.signers) > 2

    run()
    assert min(seen.values()) >= 1


@settings(max_examples=40)
@given(scenarios(Wish(war=True, outcomes=40)))
def test_the_theorem_is_never_claimed_where_no_lottery_suits_all(data: Data) -> None:
    study = sim.study(built(data))
    assert study.why.sources is not None
    assert study.mixes.exists is True or not study.why.sources.by_theorem


WHAT_BREAKS_IT = {
    "a cost below 0": edited(FIGHT, parties__a__no_deal__war__cost=-0.01),
    "optimism": edited(FIGHT, parties__a__no_deal__war__optimism={"a wins": 1.2}),
    "another rate": edited(FIGHT, parties__b__no_deal__war__discount_rate=0.2),
    "an end better than its levels": edited(FIGHT, war__outcomes__b_wins=None),
    "an end off the table": edited(FIGHT, war__status_quo={"land": 0.45}),
    "a red line": edited(FIGHT, parties__a__red_lines={"some": {"issue": "land", "min": 0.1}}),
    "a party that does not fight": edited(FIGHT, parties__a__no_deal=0.3),
    "optimism by leverage": edited(
        FIGHT,
        parties__a__no_deal__war__optimism={"a wins": 1},
        leverage={"x": moving("parties.a.no_deal.war.optimism.a wins", {"factor": 2})["x"] | {"default": 0.5}},
    ),
    "another rate by leverage": edited(
        FIGHT, leverage={"x": moving("parties.b.no_deal.war.discount_rate", {"by": 0.1})["x"] | {"default": 0.5}}
    ),
    "a point moved off the table by leverage": edited(
        FIGHT, leverage={"x": moving("war.status_quo.land", {"by": 0.1})["x"] | {"default": 0.5}}
    ),
}
del WHAT_BREAKS_IT["an end better than its levels"]["war"]["outcomes"]["b_wins"]
WHAT_BREAKS_IT["an end better than its levels"]["war"]["outcomes"]["b wins"]["worse_by"] = {"a": -0.1}


@pytest.mark.parametrize("name", WHAT_BREAKS_IT)
def test_conditions_of_the_theorem(name: str) -> None:
    def claims(data: Data) -> bool:
        game = compile(built(data))
        return zone_by_theorem(game, leverage_levels(game))

    assert claims(FIGHT)
    assert not claims(WHAT_BREAKS_IT[name])


def test_optimism_that_leverage_takes_away_does_not_break_the_theorem() -> None:
    """Both see the odds as 3 to 1: shared odds, whatever they are."""
    data = edited(FIGHT, parties__a__no_deal__war__optimism={"a wins": 3})
    data["parties"]["b"]["no_deal"]["war"]["optimism"] = {"a wins": 3}
    study = sim.study(built(data))
    assert study.why.sources is not None
    assert study.why.sources.by_theorem
    assert study.mixes.exists


def test_no_theorem_without_outcomes_or_with_illegal_terms() -> None:
    game = compile(built(edited(FIGHT, leverage=moving("war.end_rate", {"by": -1}))))
    assert np.isnan(terms(game, {"x": 0.9}).reservation).all()
    assert zone_by_theorem(game, {"x": 0.3})


# Law 3: the costs of war are what there is to share -------------------------------------------------------------------

COUNTED = st.integers(1, 3)


@st.composite
def opposed(draw: st.DrawFn) -> Data:
    """Same importances, linear, opposed, shared odds, equal rates."""
    issues: Data = {}
    values: dict[str, Data] = {"a": {}, "b": {}}
    for k in range(draw(COUNTED)):
        steps = draw(st.integers(4, 20))
        issues[f"i{k}"] = {"range": [0, steps], "step": 1}
        importance = draw(st.sampled_from([1, 2, 5]))
        for name, best, worst in (("a", steps, 0), ("b", 0, steps)):
            values[name][f"i{k}"] = {"importance": importance, "best": best, "worst": worst}
    rho = draw(st.sampled_from([0, 0.05, 0.3]))
    costs = {name: draw(st.sampled_from([0, 0.02, 0.1])) for name in values}

    def somewhere() -> Data:
        return {name: spec["range"][1] * draw(st.sampled_from([0, 0.37, 0.5, 1])) for name, spec in issues.items()}

    ends = {f"end {k}": {"odds": draw(st.sampled_from([1, 3])), "levels": somewhere()} for k in range(draw(COUNTED))}
    war = {"end_rate": draw(st.sampled_from([0.2, 1])), "status_quo": somewhere(), "outcomes": ends}
    parties = {
        name: {"values": own, "no_deal": {"war": {"cost": costs[name], "discount_rate": rho}}}
        for name, own in values.items()
    }
    return {"format": 1, "name": "Opposed", "issues": issues, "parties": parties, "war": war}


@settings(max_examples=40)
@given(opposed())
def test_the_margin_is_half_the_costs_up_to_the_grid(data: Data) -> None:
    study: Study = sim.study(built(data))
    wars = [party["no_deal"]["war"] for party in data["parties"].values()]
    wide = sum(war["cost"] for war in wars) / (2 * (wars[0]["discount_rate"] + data["war"]["end_rate"]))
    weights = [spec["importance"] for spec in data["parties"]["a"]["values"].values()]
    steps = [w / sum(weights) / spec["range"][1] for w, spec in zip(weights, data["issues"].values(), strict=True)]
    assert study.zone.margin is not None
    assert wide - max(steps) <= study.zone.margin <= wide + 1e-9
