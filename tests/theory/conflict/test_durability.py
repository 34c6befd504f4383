"""Durability and enforcement: derived cases, slow twins, laws and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.conflict.durability import durable, enforcement_needed, margin


def problem(rng: np.random.Generator, parties: int, dates: int) -> tuple[np.ndarray, ...]:
    utilities, enforcement = rng.random((15, parties)), 0.2 * rng.random((15, parties))
    return utilities, rng.random(parties) * 0.6, rng.random((dates, parties)) * 0.8, enforcement


problems = st.builds(
    lambda stream, parties, dates: problem(np.random.default_rng(stream), parties, dates),
    st.integers(0, 2**32),
    st.integers(2, 4),
    st.integers(1, 4),
)


@given(case=problems)
@settings(deadline=None)
def test_margin_against_loops(case: tuple[np.ndarray, ...]) -> None:
    utilities, _, future, enforcement = case
    slow = [
        min(utilities[x, i] + enforcement[x, i] - r[i] for r in future for i in range(len(r)))
        for x in range(len(utilities))
    ]
    assert margin(utilities, future, enforcement=enforcement) == pytest.approx(slow, abs=1e-12)


@given(case=problems, more=st.floats(0, 0.5))
@settings(deadline=None)
def test_durable_zone_lies_in_the_zone_and_grows_with_enforcement(case: tuple[np.ndarray, ...], more: float) -> None:
    utilities, today, future, enforcement = case
    zone = (utilities >= today - 1e-9).all(axis=1)
    lasting = durable(utilities, today, future, enforcement=enforcement)
    assert np.all(zone | ~lasting)
    assert np.all(~lasting | durable(utilities, today, future, enforcement=enforcement + more))
    assert np.array_equal(durable(utilities, today, today[None], enforcement=enforcement), zone)


@given(case=problems)
@settings(deadline=None)
def test_enforcement_needed_is_enough_and_no_more(case: tuple[np.ndarray, ...]) -> None:
    utilities, _, future, _ = case
    needed = enforcement_needed(utilities, future)
    assert np.all(margin(utilities, future, enforcement=needed) >= -1e-12)
    for i in range(utilities.shape[1]):
        less = needed.copy()
        less[:, i] -= 1e-3
        short = needed[:, i] > 0
        assert np.all(margin(utilities, future, enforcement=less)[short] < 0)


def test_guarantee_that_deters_the_return_to_war() -> None:
    # g_min = (p2 - y) / (1 - delta) - k, in units of one period's pie; derived, not published.
    p2, war_cost, share, delta = 0.7, 1.0, 0.5, 0.9
    later = [[p2 - war_cost * (1 - delta)]]
    needed = enforcement_needed([[share]], later) / (1 - delta)
    assert needed == pytest.approx((p2 - share) / (1 - delta) - war_cost, abs=1e-9)
    assert needed == pytest.approx(1.0, abs=1e-9)
    attacked = [bool(margin([[share]], later, enforcement=g * (1 - delta)) < 0) for g in (0.99, 1.01)]
    assert attacked == [True, False]


def test_margins_broadcast_over_leverage_points() -> None:
    rng = np.random.default_rng(3)
    utilities, future = rng.random((4, 6, 2)), rng.random((4, 3, 2))
    for g in range(4):
        assert np.array_equal(margin(utilities, future)[g], margin(utilities[g], future[g]))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: margin([0.5, 0.5], [[0.1, 0.1]]), "future"),
        (lambda: margin([[0.5, 0.5]], [[0.1]]), "future"),
        (lambda: margin([[0.5, 0.5]], np.empty((0, 2))), "future"),
        (lambda: margin([[0.5, np.nan]], [[0.1, 0.1]]), "utilities"),
        (lambda: margin([[0.5, 0.5]], [[0.1, 0.1]], enforcement=np.inf), "enforcement"),
        (lambda: durable([[0.5]], [np.nan], [[0.1]]), "today"),
        (lambda: margin([[0.5, 0.5]], [[0.1, 0.1]], enforcement=np.zeros((3, 2))), "enforcement"),
        (lambda: margin([[0.5, 0.5]] * 4, [[0.1, 0.1]], enforcement=np.zeros((3, 2))), "enforcement"),
        (lambda: margin([[0.5, 0.5]] * 4, [[0.1, 0.1]], enforcement=np.zeros(3)), "enforcement"),
        (lambda: margin([[0.5]], [[0.1]], enforcement=[0.1, 0.2]), "enforcement"),
        (lambda: margin(np.zeros((2, 1, 2)), np.zeros((3, 1, 2))), "future"),
        (lambda: margin([[0.5]], np.zeros((2, 1, 1)), enforcement=np.zeros((3, 1, 1))), "enforcement"),
        (lambda: enforcement_needed(np.zeros((2, 1, 2)), np.zeros((3, 1, 2))), "future"),
        (lambda: durable([[0.5, 0.5]], [0.1], [[0.1, 0.1]]), "today"),
        (lambda: durable([[0.5, 0.5]], 0.1, [[0.1, 0.1]]), "today"),
        (lambda: durable(np.zeros((2, 1, 2)), np.zeros((3, 2)), [[0.1, 0.1]]), "today"),
    ],
)
def test_bad_input_names_the_argument(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
