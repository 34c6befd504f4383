"""The Nash solution with lotteries of any number of signers: closed form, first-order condition, axioms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.bargaining import nash
from sim.theory.bargaining.hull import upper_hull
from sim.theory.bargaining.nash_mixture import nash_mixture

Array = np.ndarray
states = st.integers(0, 2**32 - 1)


def problem(state: int, parties: int, count: int) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(state)
    return rng.random((count, parties)), rng.uniform(-0.2, 0.3, parties), rng.uniform(0.05, 1, parties)


@settings(max_examples=60, deadline=None)
@given(states, st.integers(1, 30))
def test_two_signers_against_the_closed_form(state: int, count: int) -> None:
    points, low, power = problem(state, 2, count)
    chances = nash_mixture(points, disagreement=low, power=power)
    hull = upper_hull(points).utilities
    if np.isnan(chances).any():
        assert not (np.interp(low[0], hull[:, 0], hull[:, 1]) > low[1] + 1e-6 and hull[-1, 0] > low[0] + 1e-6)
        return
    expected = nash.on_hull(hull, disagreement=low, ideal=hull.max(axis=0), power=power)
    assert chances @ points == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(states, st.integers(3, 5), st.integers(1, 200))
def test_no_outcome_is_better_by_the_weighted_relative_gain(state: int, parties: int, count: int) -> None:
    """The first-order condition, which is enough for a concave objective."""
    points, low, power = problem(state, parties, count)
    chances = nash_mixture(points, disagreement=low, power=power)
    if np.isnan(chances).any():
        assert not (points > low + 1e-6).all(axis=1).any()
        return
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1)
    reached = chances @ points - low
    assert ((points - low) @ (power / power.sum() / reached)).max() <= 1 + 1e-6


@settings(max_examples=40, deadline=None)
@given(states, st.integers(2, 4), st.integers(2, 40))
def test_scales_names_and_outcomes_not_chosen_make_no_difference(state: int, parties: int, count: int) -> None:
    points, low, power = problem(state, parties, count)
    chances = nash_mixture(points, disagreement=low, power=power)
    if np.isnan(chances).any():
        return
    rng = np.random.default_rng(state)
    scale, origin, order = rng.uniform(0.5, 2, parties), rng.uniform(-1, 1, parties), rng.permutation(parties)
    moved = nash_mixture(
        (points * scale + origin)[:, order], disagreement=(low * scale + origin)[order], power=power[order]
    )
    assert moved @ points == pytest.approx(chances @ points, abs=1e-5)
    kept = (chances > 1e-6) | (rng.random(count) < 0.5)
    fewer = nash_mixture(points[kept], disagreement=low, power=power)
    assert fewer @ points[kept] == pytest.approx(chances @ points, abs=1e-5)


def test_without_power_a_signer_still_gets_the_disagreement_point() -> None:
    points = np.array([[1.0, 0.0], [0.0, 1.0]])
    chances = nash_mixture(points, disagreement=[0, 0.25], power=[1, 0])
    assert chances == pytest.approx([0.75, 0.25], abs=1e-6)


@pytest.mark.parametrize(
    ("outcomes", "low", "power", "named"),
    [
        ([1, 2], [0, 0], [1, 1], "outcomes"),
        ([[1, 2]], [0], [1, 1], "outcomes"),
        ([[1, 2]], [0, 0], [1], "outcomes"),
        ([[1, np.inf]], [0, 0], [1, 1], "outcomes"),
        ([[1, 2]], [0, 0], [0, 0], "power"),
        ([[1, 2]], [0, 0], [1, -1], "power"),
    ],
)
def test_bad_input_names_the_argument(outcomes: object, low: object, power: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        nash_mixture(outcomes, disagreement=low, power=power)
