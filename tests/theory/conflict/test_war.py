"""The war lottery and the bargaining range: published cases, laws and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.conflict.war import bargaining_range, lasting_war, lottery, probabilities
from sim.theory.talks.inverse import invert

unit = st.floats(0, 1)
positive = st.floats(0.01, 10)


def test_range_between_the_costs_of_war() -> None:
    # Fearon (1995), Rationalist Explanations for War: [p - cA, p + cB]. Answer recalled from the paper.
    low, high = bargaining_range(0.6, 0.2, 0.1)
    assert [low, high, high - low, (low + high) / 2] == pytest.approx([0.4, 0.7, 0.3, 0.55], abs=1e-12)


def test_risk_aversion_alone_opens_a_range() -> None:
    # Fearon (1995) on risk aversion; the numbers are our own: square-root utility, free war, even odds.
    assert bargaining_range(0.5, 0, 0, value_a=np.sqrt, value_b=np.sqrt) == pytest.approx([0.25, 0.75], abs=1e-12)
    assert bargaining_range(0.5, 0, 0) == pytest.approx([0.5, 0.5], abs=1e-12)


def test_indivisible_pie_has_no_deal_without_side_payment() -> None:
    # Fearon (1995) on indivisible issues; the numbers are our own.
    low, high = bargaining_range(0.5, 0.2, 0.2)
    assert [low, high] == pytest.approx([0.3, 0.7], abs=1e-12)
    shares = np.array([0.0, 1.0])
    assert shares[(shares >= low) & (shares <= high)].tolist() == []
    # Whoever takes the pie can pay the other its war value and still gain.
    assert lottery([0.5, 0.5], [1, 0], 0.2) + lottery([0.5, 0.5], [0, 1], 0.2) < 1


def test_lasting_war_discounts_until_it_ends() -> None:
    # (lambda v - k) / (r + lambda) by exponential discounting; answer our own.
    value = lasting_war([1.0], [0.6], cost=0.1, end_rate=0.5, discount_rate=0.1, status_quo=0.0)
    assert value == pytest.approx(1 / 3, abs=1e-12)


def test_lasting_war_against_summing_over_days() -> None:
    step, years = 1e-3, np.arange(0, 120, 1e-3)
    rho, end = 0.2, 0.7
    alive = np.exp(-(rho + end) * (years + step / 2)) * step
    # A state worth u for ever pays rho u a year; ending at t hands over the lottery from then on.
    slow = np.sum(alive * (rho * 0.3 - 0.05 + end * 0.55))
    fast = lasting_war([0.5, 0.5], [0.2, 0.9], cost=0.05, end_rate=end, discount_rate=rho, status_quo=0.3)
    assert fast == pytest.approx(slow, abs=1e-6)


@given(p=unit, a=st.floats(-0.2, 0.5), b=st.floats(-0.2, 0.5))
@settings(deadline=None)
def test_range_is_what_the_lottery_says(p: float, a: float, b: float) -> None:
    low, high = bargaining_range(p, a, b)
    war_a, war_b = lottery([p, 1 - p], [1, 0], a), lottery([p, 1 - p], [0, 1], b)
    for x in np.linspace(0, 1, 41):
        if min(abs(x - war_a), abs(1 - x - war_b)) > 1e-9:
            assert (low <= x <= high) == (x >= war_a and 1 - x >= war_b)


@given(odds=st.lists(positive, min_size=2, max_size=4), scale=positive, data=st.data())
@settings(deadline=None)
def test_odds_matter_by_ratio_and_follow_preferences(odds: list[float], scale: float, data: st.DataObject) -> None:
    values = np.array(data.draw(st.lists(unit, min_size=len(odds), max_size=len(odds))))
    assert probabilities(np.array(odds) * scale) == pytest.approx(probabilities(odds), abs=1e-12)
    moved = np.array(odds)
    moved[values.argmax()] *= 1 + scale
    terms = {"cost": 0.1, "end_rate": 0.4, "discount_rate": 0.1, "status_quo": 0.2}
    before, after = (lasting_war(probabilities(o), values, **terms) for o in (odds, moved))
    assert after >= before - 1e-12
    assert lottery(probabilities(moved), values, 0.1) >= lottery(probabilities(odds), values, 0.1) - 1e-12


@given(cost=unit, more=unit, rho=positive, end=positive, m=unit, v=unit)
@settings(deadline=None)
def test_limits_and_costs_of_a_lasting_war(
    cost: float, more: float, rho: float, end: float, m: float, v: float
) -> None:
    def war(c: float, rate: float) -> float:
        return float(lasting_war([0.3, 0.7], [v, 0.5], cost=c, end_rate=rate, discount_rate=rho, status_quo=m))

    assert war(cost + more, end) <= war(cost, end)
    assert war(cost, 1e9) == pytest.approx(float(lottery([0.3, 0.7], [v, 0.5], 0.0)), abs=1e-6)
    assert war(cost, 0.0) == pytest.approx(m - cost / rho, abs=1e-9)


@given(a=unit, b=unit, rho=positive, end=positive, p=unit, m=unit)
@settings(deadline=None)
def test_margin_of_opposed_linear_values_is_the_mean_cost(
    a: float, b: float, rho: float, end: float, p: float, m: float
) -> None:
    terms = {"end_rate": end, "discount_rate": rho}
    r_a = lasting_war([p, 1 - p], [1, 0], cost=a, status_quo=m, **terms)
    r_b = lasting_war([p, 1 - p], [0, 1], cost=b, status_quo=1 - m, **terms)
    x = np.clip((1 + r_a - r_b) / 2, 0, 1)
    expected = (a + b) / (2 * (rho + end))
    if 0 < x < 1:
        assert min(x - r_a, 1 - x - r_b) == pytest.approx(expected, abs=1e-9)


def test_broadcasts_over_leverage_points_and_parties() -> None:
    rng = np.random.default_rng(1)
    odds, values, cost = rng.random((5, 1, 3)), rng.random((2, 3)), rng.random((5, 2))
    optimism = np.array([[1.5, 1.0, 1.0], [1.0, 1.0, 2.0]])
    p = probabilities(odds, optimism)
    together = lasting_war(p, values, cost=cost, end_rate=0.4, discount_rate=[0.1, 0.2], status_quo=[0.3, 0.5])
    assert together.shape == (5, 2)
    for g in range(5):
        for i, (rho, m) in enumerate([(0.1, 0.3), (0.2, 0.5)]):
            w = odds[g, 0] * optimism[i]
            alone = (rho * m - cost[g, i] + 0.4 * (w / w.sum()) @ values[i]) / (rho + 0.4)
            assert together[g, i] == pytest.approx(alone, abs=1e-12)


def test_probabilities_may_miss_a_sum_of_one_by_rounding() -> None:
    assert lottery([0.5, 0.5 + 5e-10], [1, 0], 0) == 0.5
    assert lottery(np.full((3, 10), 0.1), np.ones(10), [0.1, 0.2, 0.3]) == pytest.approx([0.9, 0.8, 0.7])
    assert lottery(np.ones((0, 2)), [1, 0], 0).shape == (0,)


def test_huge_odds_do_not_overflow() -> None:
    assert probabilities([1e308, 1e308, 0]).tolist() == [0.5, 0.5, 0.0]
    assert probabilities([1e-300, 3e-300]).tolist() == pytest.approx([0.25, 0.75])


@given(target=st.lists(st.floats(-2, 3), min_size=1, max_size=5))
@settings(deadline=None)
def test_invert_finds_the_last_point_reached(target: list[float]) -> None:
    def steps(t: np.ndarray) -> np.ndarray:
        return np.maximum(0.25, np.floor(2 * t) / 2)

    found = invert(steps, target, 0.0, 1.0)
    assert np.all((steps(found) <= target) | (found == 0.0))
    assert np.all((steps(np.minimum(found + 1e-9, 1.0)) > target) | (found == 1.0))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: probabilities([1, -1]), "odds"),
        (lambda: probabilities([0, 0]), "odds"),
        (lambda: probabilities([]), "odds"),
        (lambda: probabilities(3.0), "odds"),
        (lambda: probabilities([np.nan, 1]), "odds"),
        (lambda: probabilities([1, 2], [-1, 1]), "optimism"),
        (lambda: probabilities([1e300, 2], [1e300, 1]), "odds times optimism"),
        (lambda: probabilities([1, 2], [1, 1, 1]), "optimism"),
        (lambda: lottery([0.5, 0.5], [1, 0, 0], 0), "values"),
        (lambda: lottery([1.5, -0.5], [1, 0], 0), "odds_probabilities: negative"),
        (lambda: lottery([0.5, 0.4], [1, 0], 0), "odds_probabilities: off a sum of 1 by 0.1"),
        (lambda: lottery([[0.5, 0.5], [0.5, 0.5 + 2e-9]], [1, 0], 0), "odds_probabilities: off"),
        (lambda: lottery([np.nan, 1], [1, 0], 0), "odds_probabilities: not finite"),
        (lambda: lottery([np.inf, -np.inf], [1, 0], 0), "odds_probabilities: not finite"),
        (lambda: lottery(["a", "b"], [1, 0], 0), "odds_probabilities: not an array of numbers"),
        (lambda: lottery(1.0, 1.0, 0), "odds_probabilities: a single number"),
        (lambda: lottery([[0.5, 0.5]] * 2, [1, 0], [0.1] * 3), "cost"),
        (lambda: lottery([[0.5, 0.5]] * 2, [[1, 0]] * 3, 0), "values"),
        (lambda: lasting_war([2, -1], [1, 0], cost=0, end_rate=1, discount_rate=1, status_quo=0), "^probabilities: n"),
        (lambda: lasting_war([0.5], [1], cost=0, end_rate=1, discount_rate=1, status_quo=0), "^probabilities: off"),
        (
            lambda: lasting_war([[1]] * 2, [1], cost=0, end_rate=[1, 1, 1], discount_rate=1, status_quo=0),
            "end_rate: axes",
        ),
        (lambda: bargaining_range([0.5, 0.5], [0, 0, 0], 0), "cost_a"),
        (lambda: lottery([0.5, 0.5], [1, np.inf], 0), "values"),
        (lambda: lottery([0.5, 0.5], [1, 0], np.nan), "cost"),
        (lambda: lasting_war([1], [1], cost=0, end_rate=-1, discount_rate=1, status_quo=0), "end_rate"),
        (lambda: lasting_war([1], [1], cost=0, end_rate=0, discount_rate=0, status_quo=0), "end_rate"),
        (lambda: lasting_war([1], [1], cost=0, end_rate=1, discount_rate=-1, status_quo=0), "discount_rate"),
        (lambda: bargaining_range(1.5, 0, 0), "win_probability"),
    ],
)
def test_bad_input_names_the_argument(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
