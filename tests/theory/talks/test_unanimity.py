"""Random proposers under unanimity: the division known, a fixed point, and the Nash solution as rounds shorten."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.bargaining import nash
from sim.theory.bargaining.hull import upper_hull
from sim.theory.talks import offers
from sim.theory.talks.unanimity import limit, limit_power, limit_with_lotteries, proposals

Array = np.ndarray


@st.composite
def signers(draw: st.DrawFn) -> tuple[Array, Array, Array, float]:
    """Disagreement point, patience, recognition and total."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(2, 6))
    low = rng.uniform(-1, 1, count)
    return low, rng.uniform(0.01, 0.99, count), rng.dirichlet(np.ones(count)), float(low.sum() + rng.uniform(0, 2))


def test_division_of_a_pie_among_three() -> None:
    # Proportional to p / (1 - delta) (Laruelle and Valenciano 2008): 5 : 1.5 : 4.
    found = proposals(1, disagreement=[0, 0, 0], patience=[0.9, 0.8, 0.95], recognition=[0.5, 0.3, 0.2])
    assert found.expected == pytest.approx([0.47619, 0.14286, 0.38095], abs=5e-6)
    assert found.first == pytest.approx(1 / 10.5)


def test_two_alike_split_evenly_and_the_proposer_gains() -> None:
    # Binmore (1987): with even chances the proposer gets 1 - delta / 2.
    found = proposals(1, disagreement=[0, 0], patience=[0.9, 0.9])
    assert found.offers == pytest.approx(np.array([[0.55, 0.45], [0.45, 0.55]]))


@settings(max_examples=100, deadline=None)
@given(signers())
def test_values_reproduce_themselves(problem: tuple[Array, Array, Array, float]) -> None:
    low, keep, chance, total = problem
    found = proposals(total, disagreement=low, patience=keep, recognition=chance)
    assert chance @ found.offers == pytest.approx(found.expected)
    assert found.offers.sum(axis=1) == pytest.approx(np.full(len(low), total))
    waiting = low + keep * (found.expected - low)
    for proposer in range(len(low)):
        others = np.arange(len(low)) != proposer
        assert found.offers[proposer][others] == pytest.approx(waiting[others])
        assert found.offers[proposer][proposer] >= waiting[proposer] - 1e-12


@settings(max_examples=60, deadline=None)
@given(signers())
def test_backward_induction_tends_to_it(problem: tuple[Array, Array, Array, float]) -> None:
    low, keep, chance, total = problem
    keep = np.minimum(keep, 0.8)
    value = low.copy()
    for _ in range(200):
        waiting = low + keep * (value - low)
        offered = np.array([waiting + (total - waiting.sum()) * row for row in np.eye(len(low))])
        value = chance @ offered
    assert value == pytest.approx(
        proposals(total, disagreement=low, patience=keep, recognition=chance).expected, abs=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(signers(), st.floats(0.001, 0.5))
def test_patience_and_chances_to_propose_never_hurt(problem: tuple[Array, Array, Array, float], more: float) -> None:
    low, keep, chance, total = problem
    before = proposals(total, disagreement=low, patience=keep, recognition=chance).expected
    patient = keep.copy()
    patient[0] += more * (1 - patient[0])
    assert proposals(total, disagreement=low, patience=patient, recognition=chance).expected[0] >= before[0] - 1e-12
    louder = (1 - more) * chance + more * np.eye(len(low))[0]
    assert proposals(total, disagreement=low, patience=keep, recognition=louder).expected[0] >= before[0] - 1e-12


@settings(max_examples=60, deadline=None)
@given(signers())
def test_short_rounds_lead_to_the_nash_solution(problem: tuple[Array, Array, Array, float]) -> None:
    low, keep, chance, total = problem
    power = limit_power(keep, chance)
    asymmetric = low + power * (total - low.sum())
    short = proposals(total, disagreement=low, patience=keep**1e-7, recognition=chance)
    assert short.expected == pytest.approx(asymmetric, abs=1e-5)
    assert short.offers == pytest.approx(np.tile(asymmetric, (len(low), 1)), abs=1e-5)


def test_even_chances_and_two_signers_are_alternating_offers_in_the_limit() -> None:
    pie, keep = [[0.0, 1.0], [0.6, 0.8], [1.0, 0.0]], [0.9, 0.7]
    expected = offers.limit(pie, disagreement=[0.1, 0], patience=keep)
    chances = limit_with_lotteries(pie, disagreement=[0.1, 0], patience=keep)
    assert chances @ np.array(pie) == pytest.approx(expected)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_two_signers_with_lotteries_against_the_closed_form(state: int, count: int) -> None:
    rng = np.random.default_rng(state)
    points, low, keep = rng.random((count, 2)), rng.uniform(-0.2, 0.3, 2), rng.uniform(0.1, 0.99, 2)
    chances = limit_with_lotteries(points, disagreement=low, patience=keep)
    hull = upper_hull(points).utilities
    inside = np.interp(low[0], hull[:, 0], hull[:, 1]) > low[1] + 1e-6 and hull[-1, 0] > low[0] + 1e-6
    if np.isnan(chances).any():
        assert not inside
    else:
        expected = nash.on_hull(hull, disagreement=low, ideal=hull.max(axis=0), power=limit_power(keep))
        assert chances @ points == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 5), st.integers(1, 200))
def test_no_outcome_is_better_by_the_weighted_relative_gain(state: int, parties: int, count: int) -> None:
    """The first-order condition, which is enough for a concave objective."""
    rng = np.random.default_rng(state)
    points, low = rng.random((count, parties)), rng.uniform(-0.2, 0.3, parties)
    keep, chance = rng.uniform(0.1, 0.99, parties), rng.dirichlet(np.ones(parties))
    chances = limit_with_lotteries(points, disagreement=low, patience=keep, recognition=chance)
    if np.isnan(chances).any():
        assert limit(points, disagreement=low + 1e-6, patience=keep) is None
        return
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1)
    reached = chances @ points - low
    assert ((points - low) @ (limit_power(keep, chance) / reached)).max() <= 1 + 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(1, 50))
def test_the_best_of_finitely_many_outcomes(state: int, parties: int, count: int) -> None:
    rng = np.random.default_rng(state)
    points, low, keep = rng.random((count, parties)), rng.uniform(0, 0.4, parties), rng.uniform(0.1, 0.99, parties)
    products = [np.prod((point - low) ** limit_power(keep)) if (point >= low).all() else -np.inf for point in points]
    found = limit(points, disagreement=low, patience=keep)
    assert (found is None) == (max(products) == -np.inf)
    assert found is None or products[found] == pytest.approx(max(products))


def test_nothing_to_agree_on() -> None:
    points = [[0.2, 0.2, 0.9]]
    assert limit(points, disagreement=[0.3, 0, 0], patience=[0.9, 0.9, 0.9]) is None
    assert np.isnan(limit_with_lotteries(points, disagreement=[0.3, 0, 0], patience=[0.9, 0.9, 0.9])).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"total": -1}, "total"),
        ({"total": np.nan}, "total"),
        ({"disagreement": [0]}, "disagreement"),
        ({"disagreement": [0, np.inf]}, "disagreement"),
        ({"patience": [0.9, 1]}, "patience"),
        ({"patience": [0.9, 0.9, 0.9]}, "patience"),
        ({"recognition": [0.5, 0.6]}, "recognition"),
        ({"recognition": [0.5, 0.25, 0.25]}, "recognition"),
    ],
)
def test_bad_input_names_the_argument(change: dict[str, object], named: str) -> None:
    good = {"total": 1, "disagreement": [0, 0], "patience": [0.9, 0.9]}
    with pytest.raises(ValueError, match=named):
        proposals(**(good | change))


@pytest.mark.parametrize("outcomes", [[], [1, 2], [[1, 2, 3]]])
def test_outcomes_fit_the_signers(outcomes: list[object]) -> None:
    with pytest.raises(ValueError, match="outcomes"):
        limit(outcomes, disagreement=[0, 0], patience=[0.9, 0.9])
