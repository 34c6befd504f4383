"""Published problems, and the choice among tied points against a plain twin."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.theory.bargaining.choosing import choose
from sim.theory.bargaining.hull import upper_hull
from sim.theory.bargaining.lotteries import Rule, bargain
from sim.theory.bargaining.solutions import SOLUTIONS, within_floor

Array = NDArray[np.float64]
ON_HULL = [name for name, solution in SOLUTIONS.items() if solution.on_hull is not None]
GRID = [solution for solution in SOLUTIONS.values() if solution.objective is not None]
ZERO, ONE = np.zeros(2), np.ones(2)


def best(name: str, deals: Array, disagreement: Array, power: Array = ONE) -> int:
    ideal = deals.max(axis=0)
    values = SOLUTIONS[name].objective(deals, disagreement=disagreement, ideal=ideal, power=power)
    index, _ = choose(values, deals, disagreement=disagreement, ideal=ideal)
    return int(index)


def with_lotteries(name: str, deals: Array, disagreement: Array = ZERO, power: Array = ONE) -> Array:
    rule = SOLUTIONS[name].on_hull
    answer = bargain(upper_hull(deals), rule, reservation=disagreement, disagreement=disagreement, power=power)
    return answer.utilities


def on_parabola(rule: Rule) -> Array:
    """Solve u_2 <= 4 - u_1^2; the polyline is refined around each answer until its edges are 1e-7 long."""
    first = 2 * np.linspace(0, 1, 2001) ** 2
    for width in (4e-3, 2e-4, 1e-5, 0.0):
        deals = np.column_stack([first, 4 - first**2])
        point = bargain(upper_hull(deals), rule, reservation=ZERO, disagreement=ZERO).utilities
        first = np.unique(np.concatenate([first, np.round(point[0] + np.linspace(-width, width, 101), 10)]))
    return point


# One convex set that tells all solutions apart. Concepts: Nash 1950, Kalai and Smorodinsky 1975, Kalai 1977, Chun
# 1988, Perles and Maschler 1981, Raiffa 1953; the set and its closed forms are our own (answer origin: own).
PARABOLA = {
    "nash": (1.1547005383792517, 2.6666666666666665),
    "kalai_smorodinsky": (1.2360679774997898, 2.4721359549995796),
    "egalitarian": (1.5615528128088303, 1.5615528128088303),
    "utilitarian": (0.5, 3.75),
    "equal_loss": (1.0, 3.0),
    "raiffa": (1.2159418171471694, 2.5214854973128396),
    "raiffa_continuous": (1.1765897219961723, 2.6156366260929698),
    "perles_maschler": (1.2599210498948732, 2.4125989480318006),
}


def test_parabola_covers_the_registry() -> None:
    assert set(PARABOLA) == set(ON_HULL)


@pytest.mark.parametrize("name", ON_HULL)
def test_parabola(name: str) -> None:
    assert on_parabola(SOLUTIONS[name].on_hull) == pytest.approx(PARABOLA[name], abs=2e-6)


@pytest.mark.parametrize(
    ("exponents", "share"),
    # Risk aversion lowers the share; Osborne and Rubinstein 1990, chapter 2 (closed form derived; answer origin: own).
    [((1, 1), 1 / 2), ((1, 0.5), 2 / 3), ((0.5, 0.25), 2 / 3), ((0.3, 0.9), 1 / 4)],
)
def test_divide_the_dollar_with_power_utilities(exponents: tuple[float, float], share: float) -> None:
    first = np.linspace(0, 1, 1201)
    deals = np.column_stack([first ** exponents[0], (1 - first) ** exponents[1]])
    assert first[best("nash", deals, ZERO)] == pytest.approx(share, abs=1e-9)
    assert with_lotteries("nash", deals)[0] ** (1 / exponents[0]) == pytest.approx(share, abs=2e-3)


def test_asymmetric_nash_on_a_linear_pie() -> None:
    # Harsanyi and Selten 1972; Kalai 1977 (answer origin: own).
    first = np.linspace(0, 1, 101)
    deals, outside, power = np.column_stack([first, 1 - first]), np.array([0.2, 0.1]), np.array([0.7, 0.3])
    assert with_lotteries("nash", deals, outside, power) == pytest.approx([0.69, 0.31], abs=1e-12)
    assert deals[best("nash", deals, outside, power)] == pytest.approx([0.69, 0.31], abs=1e-12)


def test_nash_1950_bill_and_jack() -> None:
    # Nash 1950, The Bargaining Problem: barter of nine goods, worth to (Bill, Jack) (answer origin: recalled; the
    # maximum of the product was checked by enumeration).
    bill = {"book": (2, 4), "whip": (2, 2), "ball": (2, 1), "bat": (2, 2), "box": (4, 1)}
    jack = {"pen": (10, 1), "toy": (4, 1), "knife": (6, 2), "hat": (2, 2)}
    goods, worth = [*bill, *jack], np.array([*bill.values(), *jack.values()], dtype=float)
    owners = np.array(list(product((0, 1), repeat=9)))
    deals = np.column_stack([(owners == 0) @ worth[:, 0], (owners == 1) @ worth[:, 1]])
    before = np.array([12.0, 6.0])
    chosen = best("nash", deals, before)
    assert {good for good, owner in zip(goods, owners[chosen], strict=True) if owner == 0} == {
        "box",
        "pen",
        "toy",
        "knife",
    }
    assert (deals[chosen] - before).tolist() == [12.0, 5.0]
    assert with_lotteries("nash", deals, before).tolist() == [24.0, 11.0]


def test_kalai_smorodinsky_1975_more_deals_for_party_2() -> None:
    # Kalai and Smorodinsky 1975: at every level of party 1's utility the second set offers party 2 more, yet the
    # Nash solution gives it less (answer origin: recalled; closed forms checked by hand).
    small, large = np.array([[0, 1], [0.75, 0.75], [1, 0]]), np.array([[0, 1], [1, 0.7], [1, 0]])
    assert with_lotteries("nash", small) == pytest.approx([0.75, 0.75], abs=1e-12)
    assert with_lotteries("nash", large) == pytest.approx([1, 0.7], abs=1e-12)
    assert with_lotteries("kalai_smorodinsky", small) == pytest.approx([0.75, 0.75], abs=1e-12)
    assert with_lotteries("kalai_smorodinsky", large) == pytest.approx([1 / 1.3, 1 / 1.3], abs=1e-12)


deals_of = st.integers(2, 4).flatmap(
    lambda parties: st.lists(
        st.lists(st.integers(0, 4), min_size=parties, max_size=parties), min_size=1, max_size=8
    ).map(lambda rows: np.array(rows, dtype=float) / 4)
)


def twin(values: Array, deals: Array, low: Array, ideal: Array) -> tuple[int, int]:
    """Loop twin of `choose`, for utilities whose comparisons are far from the tolerance."""
    tied = [row for row in range(len(values)) if values[row] >= values.max() - 1e-9]

    def key(row: int) -> tuple[float, ...]:
        spans = zip(deals[row], low, ideal, strict=True)
        shares = sorted(1.0 if a - d <= 1e-9 else (u - d) / (a - d) for u, d, a in spans)
        return (*(round(share, 6) for share in shares), round(deals[row, 0] - low[0], 6), -row)

    return max(tied, key=key), len(tied)


@pytest.mark.parametrize("solution", GRID, ids=lambda solution: solution.name)
@given(deals=deals_of)
@settings(max_examples=40, deadline=None)
def test_choose_equals_a_plain_loop(solution, deals: Array) -> None:
    low, ideal, power = deals.min(axis=0), deals.max(axis=0), np.ones(deals.shape[1])
    values = solution.objective(deals, disagreement=low, ideal=ideal, power=power)
    index, ties = choose(values, deals, disagreement=low, ideal=ideal)
    assert (int(index), int(ties)) == twin(values, deals, low, ideal)


@pytest.mark.parametrize("solution", GRID, ids=lambda solution: solution.name)
def test_batched_equals_one_by_one(solution) -> None:
    rng = np.random.default_rng(2)
    deals = rng.integers(0, 6, (40, 3)) / 5.0
    low, power = rng.integers(-3, 3, (4, 5, 3)) / 10.0, rng.integers(1, 4, (4, 5, 3)).astype(float)
    ideal = np.ones((4, 5, 3))
    values = solution.objective(deals, disagreement=low, ideal=ideal, power=power)
    assert values.shape == (4, 5, 40)
    index, ties = choose(values, deals, disagreement=low, ideal=ideal)
    for cell in np.ndindex(4, 5):
        one = solution.objective(deals, disagreement=low[cell], ideal=ideal[cell], power=power[cell])
        assert values[cell] == pytest.approx(one, abs=1e-15)
        assert choose(one, deals, disagreement=low[cell], ideal=ideal[cell]) == (index[cell], ties[cell])


def test_points_that_may_not_be_chosen() -> None:
    deals = np.array([[1.0, 0.0], [0.0, 1.0]])
    values = np.array([[-np.inf, 0.2], [-np.inf, -np.inf], [np.nan, np.nan]])
    index, ties = choose(values, deals, disagreement=ZERO, ideal=ONE)
    assert index.tolist() == [1, -1, -1]
    assert ties.tolist() == [1, 0, 0]


def test_gains_below_zero_within_the_tolerance_count_as_none() -> None:
    deals = np.array([[-1e-10, 0.5], [0.2, 0.1]])
    for power in (ONE, np.array([2.0, 1.0])):
        values = SOLUTIONS["nash"].objective(deals, disagreement=ZERO, ideal=ONE, power=power)
        assert values[0] == 0.0
        assert values[1] == pytest.approx(0.2 ** (power[0] / power.sum()) * 0.1 ** (power[1] / power.sum()))


def test_a_party_with_nothing_to_gain_counts_as_satisfied() -> None:
    deals, low, ideal = np.array([[0.3, 0.2], [0.3, 0.6]]), np.array([0.3, 0.2]), np.array([0.3, 0.6])
    values = SOLUTIONS["kalai_smorodinsky"].objective(deals, disagreement=low, ideal=ideal, power=ONE)
    assert values.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("solution", GRID, ids=lambda solution: solution.name)
def test_the_best_is_within(solution) -> None:
    span = np.array([0.2, 0.5])
    for top in (np.array(0.4), np.array(0.0), np.array(-1e-10), np.array(-0.3)):
        assert within_floor(solution, top, span) < top
    stakes = {"kalai_smorodinsky": 2.0, "utilitarian": 2.0}.get(solution.name, 1.0)
    for top in (0.4, -0.4, 1e-4):
        assert within_floor(solution.name, np.array(top), span) == pytest.approx(top - 0.005 * stakes)
    for top in (2.0, -2.0):
        assert within_floor(solution.name, np.array(top), span) == pytest.approx(top - 0.02)


def test_shares_of_nothing_are_all_within() -> None:
    floors = within_floor("kalai_smorodinsky", np.ones(2), np.array([[0.0, 0.0], [1e-12, 0.5]]))
    assert floors[0] < -1e6
    assert floors[1] == pytest.approx(0.99)
