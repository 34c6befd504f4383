"""Raiffa's two paths against plain twins: mean of best deals in a loop, and an ordinary differential equation."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from sim.theory.bargaining.hull import upper_hull
from sim.theory.bargaining.raiffa import on_hull, on_hull_continuous

Array = NDArray[np.float64]

frontiers = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=8).map(
    lambda rows: upper_hull(np.array(rows, dtype=float) / 8).utilities
)
starts = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: -np.array(pair) / 8.0)


def solve(rule, frontier: Array, start: Array) -> Array:
    return rule(frontier, disagreement=start, ideal=frontier.max(axis=0), power=np.ones(2))


def ideal_from(frontier: Array, point: Array) -> Array:
    """Each party's best deal that keeps the other at `point`, by a scan of the edges."""
    best = [frontier[-1, 0], frontier[0, 1]]
    for party in (0, 1):
        other = 1 - party
        for low, high in pairwise(frontier):
            if min(low[other], high[other]) <= point[other] <= max(low[other], high[other]):
                share = (point[other] - low[other]) / (high[other] - low[other])
                best[party] = low[party] + share * (high[party] - low[party])
    return np.array(best)


@settings(max_examples=25, deadline=None)
@given(frontiers, starts)
def test_continuous_path_solves_its_equation(frontier: Array, start: Array) -> None:
    # Where two edges almost line up the path nears its end slowly, so compare loosely.
    path = solve_ivp(lambda _, z: ideal_from(frontier, z) - z, (0, 40), start, rtol=1e-8, atol=1e-10)
    assert solve(on_hull_continuous, frontier, start) == pytest.approx(path.y[:, -1], abs=1e-5)


@settings(deadline=None)
@given(frontiers, starts)
def test_discrete_steps_take_the_mean_of_the_best_deals(frontier: Array, start: Array) -> None:
    point = start
    for _ in range(80):
        point = (point + ideal_from(frontier, point)) / 2
    assert solve(on_hull, frontier, start) == pytest.approx(point, abs=1e-9)


@pytest.mark.parametrize("rule", [on_hull, on_hull_continuous])
def test_a_straight_frontier_is_halved(rule) -> None:
    frontier = np.array([[0.2, 0.9], [0.8, 0.3]])
    assert solve(rule, frontier, np.array([0.2, 0.3])) == pytest.approx([0.5, 0.6], abs=1e-14)


@pytest.mark.parametrize("rule", [on_hull, on_hull_continuous])
def test_a_single_deal_is_taken(rule) -> None:
    assert solve(rule, np.array([[0.4, 0.7]]), np.zeros(2)) == pytest.approx([0.4, 0.7], abs=1e-14)


@pytest.mark.parametrize("rule", [on_hull, on_hull_continuous])
def test_a_long_edge_after_a_short_one_draws_the_path_past_the_vertex(rule) -> None:
    # The vertex lies a hair above the straight line between the ends, so both paths end near the line's middle.
    frontier = np.array([[0.0, 10.0], [2.0, 8.001], [10.0, 0.0]])
    assert solve(rule, frontier, np.zeros(2)) == pytest.approx([5.0, 5.0], abs=1e-2)
