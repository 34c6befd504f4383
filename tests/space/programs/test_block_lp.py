"""Linear programs of blocks: the hull of all outcomes against hulls of listed outcomes, and known values."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_spaces import Floats, factors, feasible, rows
from scipy.optimize import linprog

import sim
from sim.game.compiled import compile
from sim.space import blocks
from sim.space.blocks import Factors, compile_space
from sim.space.programs import unknowns
from sim.space.programs.hull import Mixture, hull_margin, hull_solutions, sole_prices
from sim.space.programs.solutions import NAMES, Terms, margin
from sim.space.programs.unknowns import Program, program
from sim.theory.bargaining.hull import upper_hull
from sim.theory.bargaining.lotteries import bargain
from sim.theory.bargaining.solutions import SOLUTIONS

SCENARIOS = Path(sim.__file__).parents[1] / "scenarios"


def made(space: Factors, how: str) -> Program:
    joint, flat = {"joint": (100_000, 20_000), "flattened": (1, 20_000), "trees": (1, 0)}[how]
    with mock.patch.object(blocks, "MAX_JOINT", joint), mock.patch.object(unknowns, "FLAT", flat):
        return program(compile_space(space))


HOW = st.sampled_from(["joint", "flattened", "trees"])


def listed_margin(utilities: Floats, r: Floats) -> float:
    """max t over lotteries of listed outcomes with U_i - t >= r_i."""
    n, width = utilities.shape
    found = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.column_stack([-utilities.T, np.ones(width)]),
        b_ub=-r,
        A_eq=np.append(np.ones(n), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * n + [(None, None)],
    )
    return float(found.x[-1])


def check_lottery(lottery: Mixture, space: Factors, mean: Floats, most: int) -> None:
    assert 1 <= len(lottery.chances) <= most
    assert (lottery.chances > 0).all()
    assert np.isclose(lottery.chances.sum(), 1)
    sound = set(rows(feasible(space)[0]))
    assert all(outcome in sound for outcome in rows(lottery.levels))
    assert np.allclose(space.utilities(lottery.levels), lottery.utilities, rtol=0, atol=1e-12)
    assert np.allclose(lottery.mean, mean, rtol=0, atol=1e-7)


@settings(max_examples=80, deadline=None)
@given(factors(most=150), HOW, st.integers(0, 2**32 - 1))
def test_the_margin_with_lotteries(space: Factors, how: str, seed: int) -> None:
    levels, utilities = feasible(space)
    rng = np.random.default_rng(seed)
    r = rng.uniform(0, 1, space.parties)
    sought = made(space, how)
    found = hull_margin(sought, r)
    if not len(levels):
        assert found.value == -np.inf
        assert found.lottery is None
        return
    assert np.isclose(found.value, listed_margin(utilities, r), rtol=0, atol=1e-7)
    assert found.value >= margin(sought, r).value - 1e-9
    assert (found.prices >= 0).all()
    assert np.isclose(found.prices.sum(), 1)
    # The prices are a proof: no outcome is worth more at them.
    assert np.isclose((utilities @ found.prices).max() - found.prices @ r, found.value, rtol=0, atol=1e-9)
    slopes = [(found.value - listed_margin(utilities, r + 1e-5 * unit)) / 1e-5 for unit in np.eye(space.parties)]
    assert sole_prices(sought, r, found) == np.allclose(slopes, found.prices, rtol=0, atol=1e-3)
    assert found.lottery is not None
    assert ((found.lottery.mean - r).min()) >= found.value - 1e-7
    check_lottery(found.lottery, space, found.lottery.mean, space.parties if how == "joint" else len(levels))


@pytest.mark.parametrize("parties", [2, 3, 4])
def test_a_cake_shared_by_lot(parties: int) -> None:
    """One indivisible good: all solutions give it to each with the same chance; the margin's prices are equal."""
    sought = program(compile_space(Factors((np.eye(parties),))))
    zero = np.zeros(parties)
    found = hull_solutions(sought, Terms(zero, zero, np.ones(parties)))
    assert set(found) == set(NAMES)
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "equal_loss"):
        assert np.allclose(found[name].utilities, 1 / parties, atol=1e-4 if name == "nash" else 1e-9), name
    first = hull_margin(sought, zero)
    assert np.isclose(first.value, 1 / parties)
    assert np.allclose(first.prices, 1 / parties)


@pytest.mark.parametrize(
    ("name", "value", "prices"),
    [
        ("istanbul-2022", 0.143406, (0.456, 0.544)),
        ("may-2025", -0.013602, (0.431, 0.459, 0.110)),
        ("four-party-2025", 0.112753, (0.416, 0.505, 0.079)),
    ],
)
def test_margins_found_by_another_program(name: str, value: float, prices: tuple[float, ...]) -> None:
    """Made by an independent script from the no-deal numbers below."""
    game = compile(sim.load(SCENARIOS / f"{name}.yaml"))
    found = hull_margin(program(game.space), np.array(RESERVATION[name]))
    assert np.isclose(found.value, value, rtol=0, atol=1e-6)
    assert np.allclose(found.prices, prices, rtol=0, atol=6e-4)
    assert found.exists is (value >= 0)


RESERVATION = {
    "istanbul-2022": (0.44626457, 0.49287206),
    "may-2025": (0.61439768, 0.5855421, 0.66421531),
    "four-party-2025": (0.39121784, 0.46993429, 0.61364864),
}


@settings(max_examples=60, deadline=None)
@given(factors(parties=(2, 2), most=150), HOW, st.integers(0, 2**32 - 1))
def test_two_parties_agree_with_the_hull_in_the_plane(space: Factors, how: str, seed: int) -> None:
    levels, utilities = feasible(space)
    assume(len(levels) > 0)
    rng = np.random.default_rng(seed)
    r = utilities[rng.integers(len(levels))] - rng.uniform(0.01, 0.5, 2)
    power = rng.uniform(0.5, 2, 2)
    d = r - rng.choice([0.0, 0.2])
    found = hull_solutions(made(space, how), Terms(r, d, power))
    outline = upper_hull(utilities)
    assert set(found) == set(NAMES)
    for name, solution in found.items():
        rule = SOLUTIONS[name].on_hull
        assert rule is not None
        other = bargain(outline, rule, reservation=r, disagreement=d, power=power)
        assert other is not None
        near = 1e-4 if name == "nash" else 1e-6
        if name == "utilitarian":  # along an edge of slope -1 all points are best
            assert np.isclose(solution.utilities.sum(), other.utilities.sum(), rtol=0, atol=near)
        else:
            assert np.allclose(solution.utilities, other.utilities, rtol=0, atol=near), name
        assert solution.bound >= solution.value - 1e-9
        assert solution.bound - solution.value <= 1e-7
        check_lottery(solution.lottery, space, solution.utilities, 2 if how == "joint" else len(levels))


@settings(max_examples=30, deadline=None)
@given(factors(parties=(3, 4), most=100), st.integers(0, 2**32 - 1))
def test_solutions_with_lotteries_are_efficient(space: Factors, seed: int) -> None:
    """More parties: in the zone, at least as good as every outcome, and nobody could gain at no cost to another."""
    levels, utilities = feasible(space)
    assume(len(levels) > 0)
    rng = np.random.default_rng(seed)
    r = utilities[rng.integers(len(levels))] - rng.uniform(0.01, 0.5, space.parties)
    terms = Terms(r, r, np.ones(space.parties))
    found = hull_solutions(made(space, "joint"), terms)
    zone = utilities[(utilities >= r).all(axis=1)]
    assert set(found) == set(NAMES)
    for name, solution in found.items():
        assert (solution.utilities >= r - 1e-7).all(), name
        better = np.clip(listed_gain(utilities, solution.utilities), 0, None)
        assert better <= 1e-4, name
        assert len(solution.lottery.chances) <= space.parties
    assert found["utilitarian"].value >= zone.sum(axis=1).max() - 1e-7
    assert found["egalitarian"].value >= (zone - r).min(axis=1).max() - 1e-7
    gains = np.maximum(zone - r, 0)
    assert found["nash"].value >= (gains.prod(axis=1) ** (1 / space.parties)).max() - 1e-7


def listed_gain(utilities: Floats, least: Floats) -> float:
    """The most that some lottery gives in sum above what it gives everybody at least."""
    n = len(utilities)
    found = linprog(-utilities.sum(axis=1), A_ub=-utilities.T, b_ub=-(least - 1e-7), A_eq=np.ones((1, n)), b_eq=[1.0])
    return float(-found.fun - least.sum())


def test_a_budget_binds_lotteries_too() -> None:
    """Two goods, both to be had only in half of the cases: the second party's price covers the budget."""
    both = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, -1.0]])
    other = np.array([[0.0, 0.0, 0.0], [0.0, 1.0, -1.0]])
    sought = program(compile_space(Factors((both, other))))
    found = hull_margin(sought, np.array([0.0, 0.0, -1.0]), counted=[True, True, False])
    assert np.isclose(found.value, 0.5)
    assert np.allclose(found.prices, [0.5, 0.5, 0.5])
    assert found.lottery is not None
    assert np.isclose(found.lottery.mean[2], -1.0)
