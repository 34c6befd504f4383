"""Truths obey every statement, uniformly: rank-order centroids, sections, walks, distributions, correlations."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_1samp, ks_2samp, spearmanr, truncnorm

import sim
from sim.ensembles.draws import draw, groups
from sim.ensembles.inputs import Inputs, Number, Weights, inputs
from sim.ensembles.simplex import Region, inside, ordered, region, section, walk
from sim.ensembles.ways import code, drawn, way
from sim.errors import RequestError
from sim.model.scenario import Scenario
from sim.model.situation import Distribution, Source, Uncertain
from sim.space.pareto import Floats
from sim.space.truths.polytopes import Polytope, box
from sim.theory.talks.distributions import Discrete, Normal, Triangular

ISTANBUL = "scenarios/istanbul-2022.yaml"
LOADED = sim.load(ISTANBUL)
CRISIS = "scenarios/teaching/fearon-crisis.yaml"


def order(m: int, total: float = 1.0, low: float = 0.0) -> Weights:
    """Return weights of which a full order is known, first issue first."""
    rows = np.zeros((m - 1, m + 1))
    for k in range(m - 1):
        rows[k, k + 1], rows[k, k] = 1.0, -1.0
    polytope = Polytope(total, np.full(m, low), np.full(m, total), rows)
    return Weights(tuple(f"issue_{k}" for k in range(m)), polytope, tuple((k,) for k in range(m)))


def open_of(*weights: Weights, numbers: Any = ()) -> Inputs:
    return Inputs({f"party_{k}": each for k, each in enumerate(weights)}, dict(numbers), "a test")


def said(**statements: Any) -> Scenario:
    """Return the Istanbul scenario with other statements."""
    statements = {path: Uncertain(**what) for path, what in statements.items()}
    return replace(LOADED, spec=replace(LOADED.spec, uncertain=statements))


def centroid(m: int) -> Floats:
    """Return the rank-order centroid weights: w_k = sum over j >= k of 1 / j, over m."""
    return np.array([sum(1 / j for j in range(k, m + 1)) / m for k in range(1, m + 1)])


@pytest.mark.parametrize("m", [2, 5, 9])
def test_means_of_ordered_weights_are_the_rank_order_centroids(m: int) -> None:
    weights = draw(open_of(order(m)), 1 << 13, 1).weights["party_0"]
    assert (np.diff(weights, axis=1) <= 1e-12).all()
    np.testing.assert_allclose(weights.mean(axis=0), centroid(m), atol=1e-3)


def test_tiers_keep_chance_within_and_leave_issues_out() -> None:
    uniform = np.random.default_rng(1).random((20_000, 4))
    weights = ordered(2.0, [(1, 3), (0,)], uniform)
    np.testing.assert_allclose(weights.sum(axis=1), 2.0)
    assert (weights[:, [1, 3]].min(axis=1) >= weights[:, 0]).all()
    assert abs((weights[:, 1] > weights[:, 3]).mean() - 0.5) < 0.02
    assert abs(weights[:, 2].mean() - 0.5) < 0.01, "of what no tier names nothing is known"
    assert abs(weights[:, 0].mean() - 2 * centroid(3)[2] * 0.75) < 0.01


def grid(known: Region, steps: int) -> Floats:
    """Return all weights of three issues on a fine grid that obey what is known."""
    first, second = np.meshgrid(*[np.linspace(0, known.total, steps)] * 2, indexing="ij")
    weights = np.stack([first.ravel(), second.ravel(), known.total - first.ravel() - second.ravel()], axis=1)
    return weights[inside(known, weights)]


@pytest.mark.parametrize("how", ["section", "walk"])
def test_boxes_with_rows_are_filled_evenly(how: str) -> None:
    rows = np.array([[-1.0, 1.5, 0.0, 0.0], [0.0, 0.3, -1.0, 0.0]])
    known = region(Polytope(1.0, np.array([0.1, 0.0, 0.2]), np.array([0.7, 0.4, 0.8]), rows))
    rng = np.random.default_rng(3)
    found = section(known, rng.random((40_000, 2))) if how == "section" else walk(known, 4_000, rng)
    found = found[inside(known, found)]
    assert len(found) > 3_000
    wanted = grid(known, 401)
    np.testing.assert_allclose(found.mean(axis=0), wanted.mean(axis=0), atol=0.006)
    np.testing.assert_allclose(np.cov(found.T), np.cov(wanted.T), atol=0.0015)


def test_a_scale_that_rows_share_is_eliminated() -> None:
    # Raw importances of two issues in [1, 2] and [1, 3]: the first weighs from 1/4 to 2/3 of both.
    rows = np.array([[-1.0, 0, 1], [1, 0, -2], [0, -1, 1], [0, 1, -3.0]])
    known = region(Polytope(1.0, np.zeros(2), np.ones(2), rows))
    first = np.linspace(0, 1, 1201)
    good = inside(known, np.stack([first, 1 - first], axis=1))
    assert first[good].min() == pytest.approx(0.25, abs=1e-3)
    assert first[good].max() == pytest.approx(2 / 3, abs=1e-3)


issues = ("army_cap", "tanks", "missile_range", "nato", "foreign_troops", "territory", "sanctions")


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_truth_obeys_every_statement(data: st.DataObject) -> None:
    chosen = data.draw(st.permutations(issues))
    cut = data.draw(st.integers(1, 6))
    statement: dict[str, Any] = {"order": (tuple(chosen[:cut]), tuple(chosen[cut:]))}
    if data.draw(st.booleans()):
        statement["ratios"] = {f"{chosen[0]}/{chosen[-1]}": (1, data.draw(st.sampled_from([2, 10])))}
    scenario = said(**{"parties.ukraine.values": statement, "parties.russia.values": {"within": 0.4}})
    found = inputs(scenario)
    truths = draw(found, 200, data.draw(st.integers(0, 100)))
    for name, known in found.weights.items():
        assert inside(region(known.polytope), truths.weights[name]).all()
        assert len(truths.weights[name]) == 200
    own = truths.weights["ukraine"]
    place = {issue: k for k, issue in enumerate(found.weights["ukraine"].issues)}
    for above in chosen[:cut]:
        for below in chosen[cut:]:
            assert (own[:, place[above]] >= own[:, place[below]] - 1e-9).all()
    low, high = found.weights["russia"].polytope.low, found.weights["russia"].polytope.high
    assert ((truths.weights["russia"] >= low - 1e-9) & (truths.weights["russia"] <= high + 1e-9)).all()


def test_tightening_a_statement_keeps_every_remaining_truth() -> None:
    loose = {"within": 0.5}
    tight = loose | {"ratios": {"nato/territory": (0.9, 1.4)}}
    before, after = (
        draw(inputs(said(**{"parties.russia.values": x})), 2_000, 7).weights["russia"] for x in (loose, tight)
    )
    known = region(inputs(said(**{"parties.russia.values": tight})).weights["russia"].polytope)
    remaining = before[inside(known, before)]
    assert 100 < len(remaining) < 1_900
    np.testing.assert_array_equal(after[: len(remaining)], remaining)


def test_the_first_of_more_truths_are_the_same() -> None:
    found = inputs(sim.load(ISTANBUL), 0.3)
    few, many = draw(found, 256, 3), draw(found, 512, 3)
    for name, weights in few.weights.items():
        np.testing.assert_array_equal(weights, many.weights[name][:256])
    for keys, values in few.numbers.items():
        np.testing.assert_array_equal(values, many.numbers[keys][:256])


def test_two_scenarios_with_the_same_inputs_get_the_same_truths() -> None:
    first = draw(inputs(sim.load(ISTANBUL)), 100, 5)
    other = sim.load(ISTANBUL, {"parties.russia.no_deal.war.cost": 0.2, "war.end_rate": 1.0})
    second = draw(inputs(other), 100, 5)
    for name, weights in first.weights.items():
        np.testing.assert_array_equal(weights, second.weights[name])
    assert not np.array_equal(first.weights["russia"], draw(inputs(other), 100, 6).weights["russia"])


def test_distributions_are_drawn_as_given_and_cut_off_at_their_ends() -> None:
    numbers = {
        ("a",): Number(0.0, np.inf, Normal(0.1, 0.1)),
        ("b",): Number(2.0, 6.0, Triangular(2, 3, 6)),
        ("c",): Number(1.0, 3.0, Discrete((1, 2, 3, 4), (0.1, 0.2, 0.3, 0.4))),
        ("d",): Number(0.5, 0.5),
    }
    found = draw(open_of(order(2), numbers=numbers), 1 << 12, 2).numbers
    assert ks_1samp(found["a",], truncnorm(-1, np.inf, 0.1, 0.1).cdf).statistic < 0.005
    assert ks_1samp(found["b",], Triangular(2, 3, 6).cdf).statistic < 0.005
    shares = [float((found["c",] == value).mean()) for value in (1, 2, 3, 4)]
    np.testing.assert_allclose(shares, [1 / 6, 2 / 6, 3 / 6, 0], atol=0.002)
    assert (found["d",] == 0.5).all()


def test_a_single_importance_is_drawn_as_the_file_writes_it() -> None:
    path = "parties.russia.values.nato.importance"
    found = inputs(said(**{path: {"distribution": Distribution(triangular=(10, 20, 60))}}))
    own = found.weights["russia"]
    truths = draw(found, 1 << 11, 1)
    others = sum(number.low for number in own.raw if not number.open)
    share = truths.weights["russia"][:, own.issues.index("nato")] / own.polytope.total
    raw = share * others / (1 - share)
    assert ks_1samp(raw, Triangular(10, 20, 60).cdf).statistic < 0.01
    assert list(groups(found)) == ["parties.russia.values"]


def test_a_normal_number_never_leaves_what_is_legal() -> None:
    path = "parties.russia.no_deal.war.discount_rate"
    found = inputs(said(**{path: {"distribution": Distribution(normal=(0.05, 0.2))}}))
    values = draw(found, 500, 1).numbers[tuple(path.split("."))]
    assert values.min() >= 0
    assert np.ptp(values) > 0.3
    assert found.left_out == ()


def test_correlated_sides_share_priorities_and_keep_their_own_distribution() -> None:
    known = open_of(order(2), order(2))
    plain = open_of(
        *(Weights(w.issues, Polytope(1.0, np.zeros(2), np.ones(2), np.empty((0, 3)))) for w in (order(2), order(2)))
    )
    for rho, check in ((0.8, lambda x: x > 0.6), (-0.8, lambda x: x < -0.6), (0.0, lambda x: abs(x) < 0.05)):
        found = draw(plain, 1 << 12, 4, correlation=rho).weights
        assert check(spearmanr(found["party_0"][:, 0], found["party_1"][:, 0]).statistic)
        assert ks_1samp(found["party_1"][:, 0], lambda x: x).statistic < 0.02, "uniform on the segment"
    assert draw(known, 64, 1, correlation=0.5).methods == {f"parties.party_{k}.values": "Sobol points" for k in (0, 1)}


def test_correlations_that_cannot_be_are_refused() -> None:
    with pytest.raises(RequestError, match=r"expected from -0\.5 to 1"):
        draw(open_of(order(2), order(2), order(2)), 8, 1, correlation=-0.7)
    with pytest.raises(RequestError, match="expected two parties"):
        draw(open_of(order(2)), 8, 1, correlation=0.5)
    rows = np.zeros((1, 10))
    rows[0, 0], rows[0, 1] = -1.0, 200.0
    walked = Weights(tuple("abcdefghi"), Polytope(1.0, np.r_[0.4, np.zeros(8)], np.ones(9), rows))
    with pytest.raises(RequestError, match="party_1 leaves so little room"):
        draw(open_of(order(9), walked), 8, 1, correlation=0.5)


def boxed(low: float, high: float) -> Weights:
    """Return weights of three issues, the last two each between two ends: drawn by rejection."""
    known = box(np.full(3, 1 / 3), np.array([0.0, low, 0.1]), np.array([1.0, high, 0.5]))
    return Weights(("a", "b", "c"), known)


def test_rejection_keeps_the_correlation_and_says_how_much_it_kept() -> None:
    sides = open_of(boxed(0.1, 0.6), boxed(0.1, 0.6))
    for rho, check in ((0.8, lambda x: x > 0.5), (-0.8, lambda x: x < -0.5), (1e-9, lambda x: abs(x) < 0.05)):
        found = draw(sides, 1 << 11, 4, correlation=rho)
        first, second = found.weights["party_0"], found.weights["party_1"]
        assert check(spearmanr(first[:, 1], second[:, 1]).statistic)
        for own, known in zip((first, second), sides.weights.values(), strict=True):
            assert inside(region(known.polytope), own).all()
        assert re.fullmatch(
            r"rejection, 0\.\d+ of the correlated proposals kept", found.methods["parties.party_1.values"]
        )
    again = draw(sides, 1 << 10, 4, correlation=-0.8).weights["party_1"]
    np.testing.assert_array_equal(again, draw(sides, 1 << 11, 4, correlation=-0.8).weights["party_1"][: 1 << 10])


def test_without_a_correlation_joint_rejection_draws_what_single_rejection_draws() -> None:
    sides = open_of(boxed(0.1, 0.6), order(3))
    joint, apart = (draw(sides, 1 << 12, 2, correlation=rho).weights["party_0"] for rho in (1e-9, 0.0))
    for k in range(3):
        assert ks_2samp(joint[:, k], apart[:, k]).pvalue > 0.001


def test_an_order_and_an_interval_are_correlated_the_same_way() -> None:
    raw = tuple(Number(0.5, 1.5) for _ in range(2))
    free = Polytope(1.0, np.zeros(2), np.ones(2), np.empty((0, 3)))
    sides = open_of(Weights(("issue_0", "issue_1"), free), Weights(("issue_0", "issue_1"), free, raw=raw))
    found = draw(sides, 1 << 10, 1, correlation=0.8).weights
    assert spearmanr(found["party_0"][:, 0], found["party_1"][:, 0]).statistic > 0.6


def test_correlations_that_leave_hardly_any_proposal_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = open_of(boxed(0.1, 0.6), boxed(0.1, 0.6))
    kept = float(draw(sides, 64, 1, correlation=0.5).methods["parties.party_0.values"].split()[1])
    monkeypatch.setattr("sim.ensembles.coupling.RARE", kept + 0.05)
    with pytest.raises(RequestError, match=r"0\.5 leaves \d+ of \d+,\d+ proposals"):
        draw(sides, 1 << 16, 1, correlation=0.5)


def test_where_rejection_hardly_ever_ends_weights_are_walked() -> None:
    m = 9
    rows = np.zeros((1, m + 1))
    rows[0, 0], rows[0, 1] = -1.0, 200.0
    known = Polytope(1.0, np.r_[0.4, np.zeros(m - 1)], np.ones(m), rows)
    found = way("x", Weights(tuple("abcdefghi"), known))
    assert found.method == "hit-and-run"
    weights = drawn(found, 64, np.random.default_rng(code("x")))
    assert inside(found.region, weights).all()
    assert len(np.unique(weights.round(9), axis=0)) == 64


@pytest.mark.parametrize("doubt", [0, -1, float("nan"), float("inf"), "x"])
def test_a_doubt_that_is_none_is_refused(doubt: Any) -> None:
    with pytest.raises(RequestError, match="doubt"):
        inputs(sim.load(CRISIS), doubt)


def test_without_statements_each_assumption_has_the_doubt_of_its_source() -> None:
    loaded = sim.load(CRISIS)
    guess = {"parties.a.no_deal": Source(assumption="A guess.", doubt=0.1)}
    scenario = replace(loaded, spec=replace(loaded.spec, uncertain={}, sources=guess))
    found = inputs(scenario)
    number = found.numbers["parties", "a", "no_deal", "war", "cost"]
    other = found.numbers["parties", "b", "no_deal", "war", "cost"]
    cost, rival = scenario.spec.parties["a"].no_deal.war.cost, scenario.spec.parties["b"].no_deal.war.cost
    assert (number.low, number.high) == pytest.approx((0.9 * cost, 1.1 * cost))
    assert (other.low, other.high) == pytest.approx((0.7 * rival, 1.3 * rival))
