"""What weights may be: least and greatest over a polytope against sampling and against extreme weightings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.space.truths.polytopes import Polytope, box, box_least, greatest, least


def order(size: int) -> Polytope:
    """Return weights that never rise, of sum 1."""
    rows = np.zeros((size - 1, size + 1))
    for k in range(size - 1):
        rows[k, k], rows[k, k + 1] = -1.0, 1.0
    return Polytope(1.0, np.zeros(size), np.full(size, np.inf), rows, tuple(range(size - 1)))


@given(st.integers(0, 2**32 - 1), st.integers(2, 7))
def test_an_order_is_the_hull_of_the_averages_of_its_first_issues(seed: int, size: int) -> None:
    direction = np.random.default_rng(seed).normal(size=(1, size))
    averages = np.array([direction[0, : j + 1].mean() for j in range(size)])
    value, weights = least(order(size), direction)
    assert value[0] == pytest.approx(averages.min(), abs=1e-9)
    assert weights[0] @ direction[0] == pytest.approx(value[0], abs=1e-12)
    assert (np.diff(weights[0]) <= 1e-9).all()
    assert greatest(order(size), direction)[0][0] == pytest.approx(averages.max(), abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.floats(0.05, 1.5))
def test_a_box_by_sorting_is_the_linear_program(seed: int, size: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    own = rng.dirichlet(np.ones(size))
    low, high = own * max(0.0, 1 - share), own * (1 + share)
    directions = rng.normal(size=(3, size))
    value, weights = least(box(own, low, high), directions)
    # A row that never binds sends the same question to the solver.
    idle = Polytope(1.0, low, high, np.append(np.zeros(size), 0.0)[None, :], (0,))
    assert value == pytest.approx(least(idle, directions)[0], abs=1e-9)
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert (weights >= low - 1e-12).all()
    assert (weights <= high + 1e-12).all()
    drawn = np.array([w for w in rng.dirichlet(np.ones(size), 2000) if (w >= low).all() and (w <= high).all()])
    for row, direction in enumerate(directions):
        assert not len(drawn) or value[row] <= (drawn @ direction).min() + 1e-12


def test_a_box_that_cannot_reach_the_sum_has_no_weights() -> None:
    assert np.isnan(box_least(1.0, np.array([0.1, 0.1]), np.array([0.2, 0.3]), np.ones((1, 2)))).all()
    assert np.isnan(box_least(1.0, np.array([0.6, 0.6]), np.array([0.7, 0.7]), np.ones((1, 2)))).all()


def test_raw_importances_share_one_scale() -> None:
    """Raw importances 1 and [1, 3], made to sum to 1: the second weighs from a half to three quarters."""
    rows = np.array([[-1.0, 0.0, 1.0], [1.0, 0.0, -1.0], [0.0, -1.0, 1.0], [0.0, 1.0, -3.0]])
    known = Polytope(1.0, np.zeros(2), np.full(2, np.inf), rows, (0, 0, 1, 1))
    second = np.array([[0.0, 1.0]])
    assert least(known, second)[0][0] == pytest.approx(0.5)
    assert greatest(known, second)[0][0] == pytest.approx(0.75)
