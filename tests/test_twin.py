"""The engine against the brute-force twin, on random scenarios.

Everything is compared exactly (outcomes, levels, counts) or to 1e-11 (utilities). Where a verdict turns on less than
float noise, sums added in another order may honestly fall on the other side; the twin says where (`Pick.clear`, None
in `within`), and a test makes sure that this is rare.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

import numpy as np
import pytest
import strategies
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Wish, built, scenarios

import sim
from sim.space import blocks, folds
from sim.studies.study import Study

CLOSE = 1e-11
COUNTS: Counter[str] = Counter()

# Merging needs no care below 4,096 pairs, and linked issues no tree below 100,000 combinations: a brute force reaches
# neither. With small limits the same questions go through every branch of the engine.
SMALL = {
    "as it is": {},
    "small pieces": {"_SMALL": 12, "_PAIRS": 40},
    "trees": {"MAX_JOINT": 1},
    "small trees": {"MAX_JOINT": 12, "_SMALL": 12, "_PAIRS": 40},
}


@contextmanager
def limits(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        for key, number in SMALL[name].items():
            stack.enter_context(mock.patch.object(blocks if key == "MAX_JOINT" else folds, key, number))
        yield


def near(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE


def outcomes(study: Study) -> list[twin.Outcome]:
    """The frontier's outcomes as levels."""
    rows = study.game.space.levels(study.frontier.codes)
    return [tuple(study.game.outcome(row).values()) for row in rows]


def check(study: Study, expected: twin.Twin) -> None:
    """Compare everything a study says with the twin."""
    check_terms(study, expected)
    check_zone(study, expected)
    check_frontier(study, expected)
    assert set(study.solutions) == set(expected.picks)
    for name in expected.picks:
        check_deal(study, expected, name)
        for issue in expected.issues:
            check_profile(study, expected, name, issue)


def check_terms(study: Study, expected: twin.Twin) -> None:
    assert list(study.reservation) == list(study.disagreement) == expected.parties
    for name in expected.parties:
        assert near(study.reservation[name], expected.reservation[name])
        assert near(study.disagreement[name], expected.disagreement[name])


def check_zone(study: Study, expected: twin.Twin) -> None:
    zone = study.zone
    assert study.resolution == 0
    assert (zone.margin is None) == (expected.margin is None)
    assert zone.margin is None or near(zone.margin, expected.margin)
    assert zone.exists is bool(expected.zone)
    assert set(zone.surplus) == set(expected.surplus)
    assert all(near(zone.surplus[name], x) for name, x in expected.surplus.items())
    assert zone.share.method == "counted"
    assert zone.share.share.tolist() == zone.share.low.tolist() == zone.share.high.tolist() == [expected.share]
    assert study.game.space.outcomes == math.prod(len(levels) for levels in expected.levels)
    ranges = {issue: found.levels for issue, found in zone.issues.items()}
    assert ranges == (expected.ranges() if expected.zone else {})


def check_frontier(study: Study, expected: twin.Twin) -> None:
    found = outcomes(study)
    assert len(found) == len(set(found))
    assert set(found) == set(expected.frontier)
    for outcome, u in zip(found, study.frontier.utilities, strict=True):
        assert np.allclose(u, expected.frontier[outcome], rtol=0, atol=CLOSE)


def check_deal(study: Study, expected: twin.Twin, name: str) -> None:
    deal, chosen = study.solutions[name], expected.picks[name]
    outcome = tuple(deal.outcome.values())
    assert list(deal.outcome) == expected.issues
    COUNTS["clear" if chosen.clear else "unclear"] += 1
    COUNTS["tied"] += chosen.ties > 1
    if chosen.clear:
        assert deal.ties == chosen.ties
        assert outcome in chosen.candidates
    else:  # Noise may break the tie another way; the deal is still among the best.
        assert outcome in expected.frontier
        assert twin.objective(name, expected.frontier[outcome], expected.terms) >= chosen.best - 1e-9 - chosen.doubt
    everyone = expected.everyone(outcome)
    assert list(deal.utilities) == list(deal.gains) == expected.parties
    assert all(near(deal.utilities[party], u) for party, u in everyone.items())
    assert all(near(deal.gains[party], u - expected.reservation[party]) for party, u in everyone.items())


def check_profile(study: Study, expected: twin.Twin, name: str, issue: str) -> None:
    deal = study.solutions[name]
    levels = expected.levels[expected.issues.index(issue)]
    profile = deal.profile[issue].tolist()
    for obtained, (best, noise) in zip(profile, expected.profile(name, issue), strict=True):
        assert math.isnan(obtained) == math.isnan(best)
        assert math.isnan(best) or abs(obtained - best) <= CLOSE + noise
    inside = {level: level in deal.within[issue].levels for level in levels}
    assert set(deal.within[issue].levels) <= set(levels)
    for (level, obtained), wanted in zip(inside.items(), expected.within(name, issue), strict=True):
        COUNTS["doubtful level" if wanted is None else "level"] += 1
        assert wanted is None or obtained is wanted, (issue, level)


ANY = scenarios() | scenarios(Wish(modest=True, issues=(2, 5))) | scenarios(Wish(budgets=True, issues=(2, 5)))
LINKED = scenarios(Wish(modest=True, issues=(3, 5), parties=(2, 3), watcher=False, war=False))


@pytest.mark.parametrize("engine", SMALL)
def test_a_study_agrees_with_the_twin(engine: str) -> None:
    """Everything about a leverage point, on scenarios of every kind."""
    COUNTS.clear()

    @settings(max_examples=60)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        plain = data.draw(ANY if engine == "as it is" else LINKED | ANY)
        leverage = data.draw(strategies.levels(plain))
        expected = twin.solve(plain, leverage)
        COUNTS["zone"] += bool(expected.zone)
        COUNTS["no zone"] += not expected.zone
        COUNTS["no outcome"] += not expected.feasible
        COUNTS["frontier over 5"] += len(expected.frontier) > 5
        COUNTS["three or more"] += len(expected.signers) > 2 and len(expected.frontier) > 1
        with limits(engine):
            check(sim.study(built(plain), leverage), expected)

    run()
    # The comparison must have had something to compare, and clear verdicts nearly always.
    assert COUNTS["zone"] >= 3
    assert COUNTS["no zone"] >= 1
    assert COUNTS["no outcome"] >= 1
    assert COUNTS["frontier over 5"] >= 1
    assert COUNTS["three or more"] >= 8
    assert COUNTS["tied"] >= 1
    assert COUNTS["unclear"] <= 0.02 * COUNTS["clear"]
    assert COUNTS["doubtful level"] <= 0.02 * COUNTS["level"]


# Float noise --------------------------------------------------------------------------------------------------------

QUARTERS = st.sampled_from([0, 0.25, 0.5, 0.75, 1])


@st.composite
def tables(draw: st.DrawFn) -> strategies.Data:
    """Tables of quarters and small whole importances: utilities tie often, and otherwise differ by 1e-3 and more."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=4))
    names = [f"i{k}" for k in range(len(sizes))]
    levels = [[f"l{n}" for n in range(size)] for size in sizes]

    def party(opposed: bool) -> strategies.Data:
        values = {}
        for name, mine in zip(names, levels, strict=True):
            numbers = draw(st.lists(QUARTERS, min_size=len(mine), max_size=len(mine)))
            table = dict(zip(mine, sorted(numbers, reverse=opposed), strict=True))
            values[name] = {"importance": draw(st.sampled_from([1, 1, 2])), "table": table}
        return {"values": values, "no_deal": draw(st.sampled_from([-0.2, 0.1234]))}

    return {
        "format": 1,
        "name": "Quarters",
        "issues": {name: {"levels": mine} for name, mine in zip(names, levels, strict=True)},
        "parties": {name: party(k % 2 == 1) for k, name in enumerate(strategies.NAMES[: draw(st.integers(2, 4))])},
    }


def disturbed(data: strategies.Data, rng: np.random.Generator) -> strategies.Data:
    """The same tables with every value off by up to 2e-13."""
    parties = {
        name: party
        | {
            "values": {
                issue: spec
                | {"table": {k: float(np.clip(v + rng.uniform(-2e-13, 2e-13), 0, 1)) for k, v in spec["table"].items()}}
                for issue, spec in party["values"].items()
            }
        }
        for name, party in data["parties"].items()
    }
    return data | {"parties": parties}


@pytest.mark.parametrize("engine", ["as it is", "small trees"])
def test_utilities_off_by_1e_13_add_no_frontier_points(engine: str) -> None:
    merged = []

    @settings(max_examples=30)
    @given(tables(), st.integers(0, 2**32 - 1))
    def run(data: strategies.Data, seed: int) -> None:
        with limits(engine):
            clean = sim.study(built(data))
            noisy = sim.study(built(disturbed(data, np.random.default_rng(seed))))
        assert sorted(outcomes(noisy)) == sorted(outcomes(clean))
        assert noisy.zone.share.share.tolist() == clean.zone.share.share.tolist()
        assert set(noisy.solutions) == set(clean.solutions)
        for name, deal in clean.solutions.items():
            assert noisy.solutions[name].ties == deal.ties
            assert noisy.solutions[name].outcome == deal.outcome
            assert noisy.solutions[name].within == deal.within
        expected = twin.solve(data)
        assert set(outcomes(clean)) == set(expected.frontier)
        efficient = [u for u in expected.zone.values() if any(near_all(u, v) for v in expected.frontier.values())]
        merged.append(len(efficient) - len(expected.frontier))

    run()
    assert sum(count > 0 for count in merged) >= 6  # many outcomes shared a frontier point


def near_all(u: twin.Vector, v: twin.Vector) -> bool:
    return all(near(x, y) for x, y in zip(u, v, strict=True))


def test_a_gain_that_is_rounding_is_no_gain_under_nash() -> None:
    """Alpha has 0.15 in all three deals and 0.15 without one, but 0.1 + 0.2 is not 0.3 in floats.

    So every deal has a Nash product of 0 and all of them tie; a root must not turn 3e-17 into something.
    """
    alpha = {
        "a": {"importance": 1, "table": {"left": 0.1, "right": 0.2, "mid": 0}},
        "b": {"importance": 1, "table": {"left": 0.2, "right": 0.1, "mid": 0.3}},
    }
    lines = {
        "one": {"issue": "a", "allow": ["left"], "when": {"b": ["left"]}},
        "two": {"issue": "a", "allow": ["right"], "when": {"b": ["right"]}},
        "three": {"issue": "a", "allow": ["mid"], "when": {"b": ["mid"]}},
    }
    levels = ["left", "mid", "right"]

    def divides(*table: float) -> strategies.Data:
        values = {"b": {"importance": 1, "table": dict(zip(levels, table, strict=True))}}
        return {"values": values, "no_deal": 0, "power": 5}

    data = {
        "format": 1,
        "name": "Nothing for alpha",
        "issues": {"a": {"levels": levels}, "b": {"levels": levels}},
        "parties": {
            "alpha": {"values": alpha, "red_lines": lines, "no_deal": 0.15},
            "beta": divides(0.05, 0.6, 1),
            "gamma": divides(1, 0.7, 0.05),
        },
    }
    study = sim.study(built(data))
    check(study, twin.solve(data))
    assert study.solutions["nash"].ties == 3
    assert study.solutions["nash"].within["b"].levels == tuple(levels)


# The edges of a grid ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["0.1", "0.3", "0.7", "1e-3", "5000", "0.25"])
def test_a_range_of_one_step_or_several_is_a_grid(step: str) -> None:
    """In decimal, as written: 0.3 - 0.2 is one step of 0.1, though it is less in floats."""
    for start in range(-3, 12):
        for steps in (1, 2, 5):
            low, high = (strategies.plain(strategies.Fraction(step) * k) for k in (start, start + steps))
            issue = {"range": [low, high], "step": strategies.plain(strategies.Fraction(step))}
            party = {"values": {"x": {"importance": 1, "best": low, "worst": high}}, "no_deal": 0}
            data = {"format": 1, "name": "Grid", "issues": {"x": issue}, "parties": {"a": party, "b": party}}
            game = sim.study(built(data)).game
            assert game.levels == (tuple(twin.levels_of(issue)),)
            assert len(game.levels[0]) == steps + 1
