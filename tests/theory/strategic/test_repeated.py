"""Grim trigger: the textbook threshold, the sum it stands for, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.theory.strategic.repeated import grim_trigger

payoff = st.floats(-5, 5)


def test_prisoners_dilemma() -> None:
    # Friedman (1971), (T - R) / (T - P); payoffs 5, 3, 1 are our own.
    assert grim_trigger(5, 3, 1) == pytest.approx(0.5, abs=1e-12)


@given(t=payoff, r=payoff, p=payoff, delta=st.floats(0.01, 0.99))
@settings(deadline=None)
def test_threshold_is_where_the_sums_cross(t: float, r: float, p: float, delta: float) -> None:
    r, p = max(r, p), min(r, p)
    stay, deviate = r / (1 - delta), t + delta * p / (1 - delta)
    assume(abs(stay - deviate) > 1e-6)
    assert (delta >= grim_trigger(t, r, p)) == (stay > deviate)


def test_edges() -> None:
    assert grim_trigger([2, 1, 3], [1, 1, 1], [1, 0, 1]).tolist() == [np.inf, 0.0, np.inf]


@pytest.mark.parametrize(
    ("payoffs", "named"),
    [
        ((5, 1, 3), "punishment"),
        ((np.nan, 3, 1), "temptation"),
        (([5, 5], [3, 3, 3], 1), "reward: axes"),
        ((5, "much", 1), "reward: not an array of numbers"),
    ],
)
def test_bad_input_names_the_argument(payoffs: tuple[object, object, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        grim_trigger(*payoffs)
