"""Preventive war: the published condition, that it is a case of the general one, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.theory.conflict.preventive_war import declining_side_attacks, prefers_war, temptation

ROWS = [(0.3, 0.7, 0.9, 0.2), (0.3, 0.35, 0.9, 0.2), (0.5, 0.6, 0.9, 0.1), (0.5, 0.6, 0.5, 0.1), (0.2, 0.9, 0.95, 5.0)]


def test_fearons_condition() -> None:
    # Fearon (1995) on preventive war; the condition was recalled and derived again, p1, p2, delta, cost by row.
    p1, p2, delta, cost = np.array(ROWS).T
    attacks = declining_side_attacks(p1, p2, discount_factor=delta, cost=cost)
    assert attacks.tolist() == [True, True, True, False, True]


@given(p1=st.floats(0, 1), p2=st.floats(0, 1), delta=st.floats(0.05, 0.95), cost=st.floats(0, 5))
@settings(deadline=None)
def test_fearons_condition_is_a_case_of_the_general_one(p1: float, p2: float, delta: float, cost: float) -> None:
    # Per period: war now is worth 1 - p1 - c (1 - delta); peace at most the whole pie, then the war value at p2.
    assume(abs(delta * p2 - p1 - cost * (1 - delta) ** 2) > 1e-6)
    now, later = (1 - p - cost * (1 - delta) for p in (p1, p2))
    general = prefers_war([now], [1.0], [[later]], times=[1.0], discount_rate=[-np.log(delta)])
    assert general[0, 0] == declining_side_attacks(p1, p2, discount_factor=delta, cost=cost)


def test_both_readings_of_what_comes_later() -> None:
    # With the other side making all later offers the fall to 0.1 is worth a war; with a Nash bargain of 0.4 it is not.
    terms = {"times": [1.0], "discount_rate": [0.2, 0.2]}
    today, best = [0.5, 0.2], [0.8, 0.7]
    assert prefers_war(today, best, [[0.1, 0.3]], **terms).tolist() == [[True, False]]
    assert prefers_war(today, best, [[0.4, 0.6]], **terms).tolist() == [[True, False]]
    assert prefers_war(today, best, [[0.45, 0.6]], **terms).tolist() == [[False, False]]


def test_temptation_by_date_and_leverage_point_against_loops() -> None:
    rng = np.random.default_rng(5)
    today, best, later = rng.random((3, 2)), rng.random((3, 2)), rng.random((3, 4, 2))
    times, rates = np.array([0.0, 0.5, 1.0, 4.0]), np.array([0.1, 0.3])
    together = temptation(today, best, later, times=times, discount_rate=rates)
    assert together.shape == (3, 4, 2)
    for g in range(3):
        for t, time in enumerate(times):
            for i, rate in enumerate(rates):
                b = np.exp(-rate * time)
                slow = today[g, i] - ((1 - b) * best[g, i] + b * later[g, t, i])
                assert together[g, t, i] == pytest.approx(slow, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: temptation([0.5], [0.8], [[0.1]], times=[1, 2], discount_rate=[0.1]), "later"),
        (lambda: temptation([0.5], [0.8], [0.1], times=[1], discount_rate=[0.1]), "later"),
        (lambda: temptation([0.5] * 2, [0.8], [[0.1, 0.1]], times=[1], discount_rate=[0.1] * 2), "best"),
        (lambda: temptation([0.5], [0.8] * 2, [[0.1, 0.1]], times=[1], discount_rate=[0.1] * 2), "today"),
        (lambda: temptation([0.5] * 2, [0.8] * 2, [[0.1, 0.1]], times=[1], discount_rate=0.1), "discount_rate"),
        (lambda: temptation([[0.5]] * 2, [0.8], [[[0.1]]] * 3, times=[1], discount_rate=[0.1]), "today: axes"),
        (lambda: declining_side_attacks([0.2, 0.3], [0.5] * 3, discount_factor=0.5, cost=0), "p_later"),
        (lambda: temptation([0.5], [np.nan], [[0.1]], times=[1], discount_rate=[0.1]), "best"),
        (lambda: temptation([0.5], [0.8], [[0.1]], times=[-1], discount_rate=[0.1]), "times"),
        (lambda: temptation([0.5], [0.8], [[0.1]], times=[1], discount_rate=[-1]), "discount_rate"),
        (lambda: declining_side_attacks(1.2, 0.5, discount_factor=0.9, cost=0), "p_now"),
        (lambda: declining_side_attacks(0.2, -0.5, discount_factor=0.9, cost=0), "p_later"),
        (lambda: declining_side_attacks(0.2, 0.5, discount_factor=1.0, cost=0), "discount_factor"),
    ],
)
def test_bad_input_names_the_argument(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
