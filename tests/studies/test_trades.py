"""Trade rates, swaps and the judgement of a deal, against finite differences and every outcome."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
import twin
from hypothesis import given, settings
from hypothesis import strategies as st
from rivals import Data, Rng, pick, rivals, rngs
from strategies import Wish, built, scenarios

import sim
from sim.studies.study import Study, judged
from sim.studies.trades import profitable_swaps, trade_rates

CLOSE = 1e-9


def linear(weights: dict[str, tuple[float, float]]) -> Data:
    """Two parties with opposite linear values of two issues of 10 and 4 units."""
    issues: Data = {"x": {"range": [0, 10], "step": 1}, "y": {"range": [0, 4], "step": 0.5}}
    values: Data = {name: {} for name in weights}
    for n, (k, spec) in enumerate(issues.items()):
        top = spec["range"][1]
        values["a"][k] = {"importance": weights["a"][n], "best": top, "worst": 0}
        values["b"][k] = {"importance": weights["b"][n], "best": 0, "worst": top}
    parties = {name: {"values": own, "no_deal": 0.1} for name, own in values.items()}
    return {"format": 1, "name": "Linear", "issues": issues, "parties": parties}


Ways = dict[tuple[str, str, str, str], Mapping[str, float | None]]


def rates_at(data: Data, *levels: int) -> Ways:
    game = sim.study(built(data)).game
    return {(r.give, r.give_way, r.take, r.take_way): r.rates for r in trade_rates(game, np.array(levels))}


def ways(place: int, size: int) -> set[str]:
    return {way for way, there in (("up", place < size - 1), ("down", place > 0)) if there}


@given(st.tuples(*[st.sampled_from([1, 2, 7])] * 4), st.integers(0, 10), st.integers(0, 8))
@settings(max_examples=20)
def test_rates_of_linear_values_in_closed_form(w: tuple[int, int, int, int], x: int, y: int) -> None:
    found = rates_at(linear({"a": w[:2], "b": w[2:]}), x, y)
    both = {(a, b) for a in ways(x, 11) for b in ways(y, 9)}
    assert set(found) == {("x", a, "y", b) for a, b in both} | {("y", b, "x", a) for a, b in both}
    for name, (first, second) in {"a": w[:2], "b": w[2:]}.items():
        # A unit of x is worth first / 10, a unit of y second / 4: less of the one is made up for by more of the other.
        for a, b in both:
            sign = 1 if b == "up" else -1
            wanted = sign * (first / 10) / (second / 4)
            assert found["x", a, "y", b][name] == (None if a == b else pytest.approx(wanted, rel=1e-9))


def test_rates_are_ratios_of_one_sided_differences() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(scenarios(Wish(outcomes=100, war=False, leverage=False, issues=(2, 4), modest=True)), st.integers(0, 10**6))
    def run(data: Data, place: int) -> None:
        answer, game = twin.solve(data), sim.study(built(data)).game
        every = list(itertools.product(*answer.levels))
        here = np.array(np.unravel_index(place % len(every), game.space.sizes))
        point = [own[k] for own, k in zip(answer.levels, here, strict=True)]
        numeric = [k for k, own in enumerate(answer.levels) if len(own) > 1 and not isinstance(own[0], str)]
        slopes: dict[tuple[int, str], dict[str, float]] = {}
        for k, (way, sign) in itertools.product(numeric, (("up", 1), ("down", -1))):
            own = answer.levels[k]
            beyond = [level for level in own if sign * (level - point[k]) > 0]
            nearest = sorted(beyond, key=lambda level: abs(level - point[k]))
            reached = [(*point[:k], level, *point[k + 1 :]) for level in nearest]
            for outcome in [o for o in reached if o in answer.feasible][:1]:
                there, now = answer.everyone(outcome), answer.everyone(tuple(point))
                slopes[k, way] = {name: (there[name] - now[name]) / abs(outcome[k] - point[k]) for name in now}
        found = {(r.give, r.give_way, r.take, r.take_way): r.rates for r in trade_rates(game, here)}
        pairs = [(a, b) for a, b in itertools.permutations(slopes, 2) if a[0] != b[0]]
        assert set(found) == {(answer.issues[k], a, answer.issues[m], b) for (k, a), (m, b) in pairs}
        for (k, a), (m, b) in pairs:
            rates = found[answer.issues[k], a, answer.issues[m], b]
            assert list(rates) == answer.parties
            for name, rate in rates.items():
                s, t = slopes[k, a][name], slopes[m, b][name]
                if abs(s) < 1e-12:
                    assert rate == 0
                elif s * t >= 0 or abs(t) < 1e-12:
                    assert rate is None
                    seen["nothing makes up"] += 1
                else:
                    assert rate == pytest.approx((1 if b == "up" else -1) * -s / t, rel=1e-6, abs=1e-9)
                    seen["rate"] += 1

    run()
    assert min(seen[key] for key in ("nothing makes up", "rate")) >= 1


def peaked() -> Data:
    """A union whose value of a contract's length peaks at 24 months, and an employer who wants it long."""
    issues: Data = {"months": {"range": [12, 36], "step": 1}, "hours": {"range": [30, 40], "step": 0.5}}
    union = {
        "months": {"importance": 20, "ideal": 24, "tolerance": 12},
        "hours": {"importance": 50, "best": 30, "worst": 40},
    }
    employer = {
        "months": {"importance": 10, "best": 36, "worst": 12},
        "hours": {"importance": 50, "best": 40, "worst": 30},
    }
    parties = {"union": {"values": union, "no_deal": 0}, "employer": {"values": employer, "no_deal": 0}}
    return {"format": 1, "name": "Contract", "issues": issues, "parties": parties}


def test_a_step_either_way_from_a_peak_loses() -> None:
    found = rates_at(peaked(), 12, 10)
    # A month away from 24 costs 20 / 12 of 70, an hour 50 / 10: only shorter hours make up for it, whichever way it is.
    for way in ("up", "down"):
        assert found["months", way, "hours", "down"]["union"] == pytest.approx(-(20 / 12) / (50 / 10))
        assert found["months", way, "hours", "up"]["union"] is None
    # No change of the length makes up for longer hours; either change of it pays for shorter ones.
    for way, sign in (("up", 1), ("down", -1)):
        assert found["hours", "up", "months", way]["union"] is None
        assert found["hours", "down", "months", way]["union"] == pytest.approx(sign * 3)
    assert found["months", "up", "hours", "up"]["employer"] is None
    assert found["months", "up", "hours", "down"]["employer"] == pytest.approx(-(10 / 24) / 5)


def test_a_kink_has_two_rates() -> None:
    data = linear({"a": (1, 1), "b": (1, 1)})
    data["parties"]["a"]["values"]["x"] = {"importance": 1, "points": [[0, 0], [5, 0.8], [10, 1]]}
    found = rates_at(data, 5, 4)
    assert found["x", "down", "y", "up"]["a"] == pytest.approx(0.16 * 4)
    assert found["x", "up", "y", "down"]["a"] == pytest.approx(-0.04 * 4)


def test_no_rate_beyond_a_red_line() -> None:
    data = linear({"a": (1, 1), "b": (1, 1)})
    data["parties"]["a"]["red_lines"] = {"cap": {"issue": "x", "max": 5}}
    assert {way for give, way, _, _ in rates_at(data, 5, 4) if give == "x"} == {"down"}
    data["parties"]["a"]["red_lines"] = {"not_six": {"issue": "x", "forbid": [6]}}
    found = rates_at(data, 5, 4)
    assert found["x", "up", "y", "down"]["a"] == pytest.approx(-(1 / 10) / (1 / 4))


def test_float_noise_is_no_slope() -> None:
    data = linear({"a": (1, 1), "b": (1, 1)})
    data["issues"]["y"] = {"range": [0, 0.9], "step": 0.3}
    data["parties"]["a"]["values"]["y"] = {"importance": 1, "points": [[0, 0.3], [0.6, 0.3], [0.9, 1]]}
    data["parties"]["b"]["values"]["y"] = {"importance": 1, "best": 0, "worst": 0.9}
    found = rates_at(data, 5, 1)
    assert found["x", "up", "y", "down"]["a"] is None
    assert found["y", "down", "x", "up"]["a"] == 0
    assert found["y", "down", "x", "up"]["b"] == pytest.approx((1 / 0.9) / (1 / 10))


# Swaps ---------------------------------------------------------------------------------------------------------------


def lined(rng: Rng) -> Data:
    return rivals(rng, parties=pick(rng, [2, 2, 3]), issues=int(rng.integers(1, 4)), lines=1, no_deal=[0.1, 0.3])


def test_swaps_are_the_best_pareto_improvements_by_one_or_two_issues() -> None:
    seen = Counter[str]()

    @settings(max_examples=70)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = lined(rng)
        answer, game = twin.solve(data), sim.study(built(data)).game
        free = twin.solve({**data, "parties": {n: p | {"red_lines": {}} for n, p in data["parties"].items()}})
        for outcome in [pick(rng, list(free.feasible)), *list(answer.frontier)[:2]]:
            now = free.feasible[outcome]
            expected: dict[frozenset[str], float] = {}
            for other, u in answer.feasible.items():
                gains = [x - y for x, y in zip(u, now, strict=True)]
                changed = frozenset(i for i, x, y in zip(answer.issues, outcome, other, strict=True) if x != y)
                if len(changed) <= 2 and min(gains) >= -1e-12 and max(gains) > CLOSE:
                    expected[changed] = max(expected.get(changed, 0.0), min(gains))
            levels = game.level_numbers(dict(zip(answer.issues, outcome, strict=True)))[0]
            found = profitable_swaps(game, levels)
            for swap in found:
                after = tuple(swap.changes.get(i, x) for i, x in zip(answer.issues, outcome, strict=True))
                assert after in answer.feasible
                assert all(
                    x != y for i, x in swap.changes.items() for y in [dict(zip(answer.issues, outcome, strict=True))[i]]
                )
                gains = [x - y for x, y in zip(answer.feasible[after], now, strict=True)]
                assert list(swap.utility_change.values()) == pytest.approx(gains, abs=1e-12)
                assert min(gains) >= -1e-12
                assert max(gains) > CLOSE
                # No change of these issues alone gains more evenly.
                assert min(gains) == pytest.approx(expected[frozenset(swap.changes)], abs=1e-11)
            keys = {frozenset(swap.changes) for swap in found}
            assert len(keys) == len(found)
            assert keys <= set(expected)
            # What is missing for a pair is no better than what one of its issues gives alone.
            for pair, gain in expected.items():
                assert pair in keys or any(expected[k] >= gain - 1e-11 for k in keys if k < pair)
            assert [min(s.utility_change.values()) for s in found] == sorted(
                (min(s.utility_change.values()) for s in found), reverse=True
            )
            if outcome in answer.frontier:
                assert found == ()
                seen["frontier"] += 1
            else:
                seen["some" if found else "none"] += 1

    run()
    assert min(seen.values()) >= 1


@settings(max_examples=25)
@given(scenarios(Wish(outcomes=60, modest=True)))
def test_no_swap_is_left_on_the_frontier(data: Data) -> None:
    study = sim.study(built(data))
    for row in study.game.space.levels(study.frontier.codes):
        assert profitable_swaps(study.game, row) == ()
        assert judged(study, study.game.outcome(row)).better is None


# Judgement -----------------------------------------------------------------------------------------------------------


def test_judgements_against_all_outcomes() -> None:
    seen = Counter[str]()

    @settings(max_examples=60)
    @given(rngs)
    def run(rng: Rng) -> None:
        data = lined(rng)
        if rng.random() < 0.3:
            data["parties"]["guest"] = data["parties"]["alpha"] | {"consent": False, "no_deal": 0.9}
        answer, study = twin.solve(data), sim.study(built(data))
        if not answer.feasible:
            return
        outcome = tuple(pick(rng, levels) for levels in answer.levels)
        point = dict(zip(answer.issues, outcome, strict=True))
        found = judged(study, point)
        everyone = answer.everyone(outcome)
        assert dict(found.outcome) == point
        assert list(found.utilities) == answer.parties
        assert list(found.utilities.values()) == pytest.approx(list(everyone.values()), abs=1e-11)
        assert found.gains == pytest.approx({p: everyone[p] - answer.reservation[p] for p in answer.signers}, abs=1e-11)
        crossed = {
            (p, name)
            for p in answer.signers
            for name, line in data["parties"][p].get("red_lines", {}).items()
            if twin.crosses(line, point)
        }
        assert set(found.crossed) == crossed
        assert len(found.crossed) == len(crossed)
        leave = {p for p in answer.signers if everyone[p] < answer.reservation[p] - CLOSE} | {p for p, _ in crossed}
        assert set(found.walk_away) == leave
        assert len(found.walk_away) == len(leave)
        mine = [everyone[p] for p in answer.signers]
        gains = {o: [x - y for x, y in zip(u, mine, strict=True)] for o, u in answer.feasible.items()}
        improving = {o: g for o, g in gains.items() if min(g) >= -1e-12 and max(g) > CLOSE}
        assert (found.better is not None) == bool(improving)
        assert found.distance == pytest.approx(max((max(min(g), 0) for g in gains.values()), default=0), abs=1e-11)
        if found.better is not None:
            better = tuple(found.better.values())
            assert better in improving
            assert min(improving[better]) == pytest.approx(found.distance, abs=1e-11)
            assert found.better_utilities == pytest.approx(answer.everyone(better), abs=1e-11)
        else:
            assert found.better_utilities is None
        seen["crossed"] += bool(crossed)
        seen["better"] += found.better is not None
        seen["on the frontier"] += found.better is None
        seen["nobody leaves"] += not leave
        seen["guest"] += "guest" in answer.parties

    run()
    assert min(seen.values()) >= 1


@pytest.fixture(scope="module")
def ports() -> Study:
    data = linear({"a": (1, 2), "b": (2, 1)})
    data["issues"]["flag"] = {"levels": ["red", "green"]}
    data["issues"]["canal"] = {"levels": ["open", "shut"], "control": ["guild"], "reversion": "shut"}
    data["parties"]["guild"] = {
        "values": {"x": {"importance": 1, "best": 0, "worst": 10}},
        "no_deal": 0,
        "consent": False,
    }
    return sim.study(built(data))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"x": 0.5}, ["x: 0.5", "0 to 10 in steps of 1"]),
        ({"x": 11}, ["x: 11", "0 to 10 in steps of 1; the nearest is 10)"]),
        ({"flag": "gren"}, ["flag: 'gren'", "did you mean green?"]),
        ({"x": "red"}, ["x: 'red'", "0 to 10 in steps of 1"]),
        ({"x": True}, ["x: True", "0 to 10"]),
        ({"flag": "blue"}, ["flag: 'blue'", "red, green"]),
        ({"canal": "open"}, ["canal: 'open'", "expected one of: shut"]),
        ({"flag": None}, ["flag: None", "red, green"]),
        ({"flga": "red"}, ["no issue 'flga'", "flag"]),
    ],
)
def test_what_is_no_outcome_is_refused_with_what_is_allowed(ports: Study, changes: Data, words: list[str]) -> None:
    outcome = {"x": 1, "y": 0.5, "flag": "red", "canal": "shut"}
    assert judged(ports, outcome).crossed == ()
    with pytest.raises(sim.RequestError) as caught:
        judged(ports, outcome | changes)
    assert all(word in str(caught.value) for word in words)


def test_a_missing_issue_and_every_fault_at_once(ports: Study) -> None:
    with pytest.raises(sim.RequestError) as caught:
        judged(ports, {"x": 99, "flag": "red"})
    message = str(caught.value)
    assert [line.split(":")[0] for line in message.splitlines()] == ["x", "y", "canal"]
    assert message.count("no level given (expected every issue)") == 2
