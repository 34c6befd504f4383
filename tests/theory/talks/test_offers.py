"""Alternating offers: published answers, the conditions of equilibrium, and the theorems."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.theory.bargaining import nash
from sim.theory.bargaining.hull import margin, upper_hull
from sim.theory.talks.offers import finite, fixed_costs, limit, limit_power, stationary, with_breakdown

Array = NDArray[np.float64]
PIE = [[0.0, 1.0], [1.0, 0.0]]
ZERO = [0.0, 0.0]

frontiers = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), min_size=1, max_size=8).map(
    lambda rows: upper_hull(np.array(rows, dtype=float) / 8).utilities
)
starts = st.tuples(st.integers(-4, 1), st.integers(-4, 1)).map(lambda pair: np.array(pair) / 8.0)
factor = st.sampled_from([0.05, 0.3, 0.5, 0.8, 0.9, 0.99])
factors = st.tuples(factor, factor).map(np.array)


# Rubinstein 1982, Econometrica 50; Osborne and Rubinstein 1990, chapter 3 (answer origin: recalled).
RUBINSTEIN = [
    ((0.9, 0.9), 0.5263157894736842),
    ((0.9, 0.8), 0.7142857142857143),
    ((0.5, 0.9), 0.18181818181818182),
    ((0.99, 0.98), 0.6711409395973144),
]


@pytest.mark.parametrize(("patience", "share"), RUBINSTEIN)
def test_rubinstein_1982_discounting(patience: tuple[float, float], share: float) -> None:
    assert stationary(PIE, disagreement=ZERO, patience=patience)[0, 0] == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize(("costs", "share"), [((0.1, 0.2), 1.0), ((0.2, 0.1), 0.1)])
def test_rubinstein_1982_fixed_costs(costs: tuple[float, float], share: float) -> None:
    # The conclusion for fixed costs (answer origin: recalled).
    least, most = fixed_costs(PIE, disagreement=ZERO, costs=costs)
    assert [least[0, 0], most[0, 0]] == pytest.approx([share, share], abs=1e-12)


def test_equal_fixed_costs_leave_a_range() -> None:
    # Rubinstein 1982: every share from the cost to the whole pie (answer origin: recalled).
    least, most = fixed_costs(PIE, disagreement=ZERO, costs=[0.1, 0.1])
    assert least == pytest.approx(np.array([[0.1, 0.9], [0.0, 1.0]]), abs=1e-9)
    assert most == pytest.approx(np.array([[1.0, 0.0], [0.9, 0.1]]), abs=1e-9)


def test_fixed_costs_on_a_bent_frontier_meet_inside() -> None:
    # u_2 = 1 - u_1^2: x solves 1 - (x - c)^2 - (1 - x^2) = k, so x = (k + c^2) / (2 c).
    first = np.linspace(0, 1, 20_001)
    least, most = fixed_costs(np.column_stack([first, 1 - first**2]), disagreement=ZERO, costs=[0.1, 0.1])
    assert [least[0, 0], most[0, 0]] == pytest.approx([0.55, 0.55], abs=1e-4)


@pytest.mark.parametrize(("rounds", "share"), [(1, 1.0), (2, 0.1), (3, 0.91), (4, 0.181), (5, 0.8371)])
def test_stahl_1972_finite_horizon(rounds: int, share: float) -> None:
    # Stahl 1972, Bargaining Theory (answer origin: recalled).
    agreed = finite(PIE, disagreement=ZERO, patience=[0.9, 0.9], rounds=rounds)
    assert agreed == pytest.approx([share, 1 - share], abs=1e-12)


def test_binmore_rubinstein_wolinsky_1986_limit() -> None:
    # RAND Journal of Economics 17 (answer origin: recalled).
    rates = np.array([0.1, 0.3])
    lengths = np.array([1, 0.1, 0.01, 0.001])
    shares = stationary(PIE, disagreement=ZERO, patience=np.exp(-rates * lengths[:, None]))[:, 0, 0]
    assert shares[-1] == pytest.approx(0.7500374987498953, abs=1e-9)
    assert limit(PIE, disagreement=ZERO, patience=np.exp(-rates)) == pytest.approx([0.75, 0.25], abs=1e-12)
    assert (np.diff(np.abs(shares - 0.75)) < 0).all()


@pytest.mark.parametrize(("option", "share"), [(0, 0.5263157894736842), (0.4, 0.5263157894736842), (0.6, 0.4)])
def test_binmore_shaked_sutton_1989_outside_option(option: float, share: float) -> None:
    # Quarterly Journal of Economics 104; the party that answers may opt out (answer origin: recalled).
    agreed = stationary(PIE, disagreement=ZERO, patience=[0.9, 0.9], outside=[-np.inf, option])
    assert agreed[0, 0] == pytest.approx(share, abs=1e-12)


@settings(deadline=None)
@given(frontiers, starts, factors)
def test_each_proposal_is_the_best_the_other_just_accepts(frontier: Array, low: Array, keep: Array) -> None:
    (x1, x2), (y1, y2) = stationary(frontier, disagreement=low, patience=keep)
    if margin(frontier, low) < -1e-9:
        assert np.isnan([x1, x2, y1, y2]).all()
        return
    waits = low + keep * (np.array([x1, y2]) - low)
    best = frontier.max(axis=0)
    assert y1 == pytest.approx(max(waits[0], frontier[0, 0]), abs=1e-9)
    assert x2 == pytest.approx(max(waits[1], frontier[-1, 1]), abs=1e-9)
    assert x1 == pytest.approx(np.interp(x2, frontier[::-1, 1], frontier[::-1, 0]), abs=1e-9)
    assert y2 == pytest.approx(np.interp(y1, frontier[:, 0], frontier[:, 1]), abs=1e-9)
    assert (np.array([x1, y2]) <= best + 1e-12).all()


@settings(deadline=None)
@given(frontiers, starts, factors)
def test_going_first_never_hurts(frontier: Array, low: Array, keep: Array) -> None:
    agreed = stationary(frontier, disagreement=low, patience=keep)
    if not np.isnan(agreed).any():
        assert agreed[0, 0] >= agreed[1, 0] - 1e-9
        assert agreed[1, 1] >= agreed[0, 1] - 1e-9


@settings(deadline=None)
@given(frontiers, starts, factors, st.integers(0, 1))
def test_more_patience_never_hurts(frontier: Array, low: Array, keep: Array, party: int) -> None:
    more = keep.copy()
    more[party] += (1 - keep[party]) / 2
    before, after = (stationary(frontier, disagreement=low, patience=patience) for patience in (keep, more))
    if not np.isnan(before).any():
        assert (after[:, party] >= before[:, party] - 1e-9).all()


@settings(deadline=None)
@given(frontiers, starts, factors)
def test_short_rounds_tend_to_the_nash_solution(frontier: Array, low: Array, keep: Array) -> None:
    reached = limit(frontier, disagreement=low, patience=keep)
    agreed = stationary(frontier, disagreement=low, patience=keep**1e-5)
    assert np.isnan(reached).any() == np.isnan(agreed).any()
    if not np.isnan(reached).any():
        assert agreed == pytest.approx(np.array([reached, reached]), abs=1e-3)
        kept = frontier[(frontier >= low).all(axis=1)]
        if len(kept) == len(frontier):
            power = limit_power(keep)
            solution = nash.on_hull(frontier, disagreement=low, ideal=frontier.max(axis=0), power=power)
            assert reached == pytest.approx(solution, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(frontiers, starts, st.tuples(*[st.sampled_from([0.05, 0.3, 0.5, 0.8])] * 2), st.integers(0, 1))
def test_a_longer_horizon_tends_to_the_stationary_equilibrium(
    frontier: Array, low: Array, keep: tuple[float, float], first: int
) -> None:
    agreed = stationary(frontier, disagreement=low, patience=keep)[first]
    long = finite(frontier, disagreement=low, patience=keep, rounds=120, first=first)
    assert long == pytest.approx(agreed, abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(frontiers, starts, factors, st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_an_outside_option_that_does_not_bind_changes_nothing(
    frontier: Array, low: Array, keep: Array, share: tuple[float, float]
) -> None:
    agreed = stationary(frontier, disagreement=low, patience=keep)
    assume(not np.isnan(agreed).any())
    accepts = np.array([agreed[1, 0], agreed[0, 1]])
    waits = np.minimum(accepts, low + keep * (agreed.diagonal() - low))
    options = waits - np.array(share) * 0.5
    assert stationary(frontier, disagreement=low, patience=keep, outside=options) == pytest.approx(agreed, abs=1e-9)
    assert finite(frontier, disagreement=low, patience=keep, rounds=3, outside=low) == pytest.approx(
        finite(frontier, disagreement=low, patience=keep, rounds=3), abs=1e-12
    )


@settings(deadline=None)
@given(frontiers, starts, factors, st.floats(0, 1))
def test_a_binding_outside_option_is_just_met(frontier: Array, low: Array, keep: Array, share: float) -> None:
    plain = stationary(frontier, disagreement=low, patience=keep)
    assume(not np.isnan(plain).any())
    option = plain[0, 1] + share * (frontier[0, 1] - plain[0, 1])
    assume(low[0] <= np.interp(option, frontier[::-1, 1], frontier[::-1, 0]))
    agreed = stationary(frontier, disagreement=low, patience=keep, outside=[-np.inf, option])
    assert agreed[0, 1] == pytest.approx(option, abs=1e-9)
    assert limit(frontier, disagreement=low, patience=keep, outside=[-np.inf, option])[1] >= option - 1e-9


@settings(deadline=None)
@given(frontiers, starts, factors)
def test_units_and_origins_do_not_matter(frontier: Array, low: Array, keep: Array) -> None:
    unit, origin = np.array([4.0, 0.5]), np.array([-0.25, 2.0])
    agreed = stationary(frontier, disagreement=low, patience=keep)
    scaled = stationary(frontier * unit + origin, disagreement=low * unit + origin, patience=keep)
    assert scaled == pytest.approx(agreed * unit + origin, abs=1e-8, nan_ok=True)


@settings(deadline=None)
@given(factors, st.sampled_from([0.0, 0.1, 0.4]))
def test_breakdown_is_less_patience_from_another_disagreement_point(keep: Array, risk: float) -> None:
    end = np.array([0.2, -0.1])
    low, patience = with_breakdown(disagreement=ZERO, patience=keep, probability=risk, payoff=end)
    (x1, x2), (y1, y2) = stationary(PIE, disagreement=low, patience=patience)
    assert y1 == pytest.approx(max(0.0, risk * 0.2 + (1 - risk) * keep[0] * x1), abs=1e-9)
    assert x2 == pytest.approx(max(0.0, -risk * 0.1 + (1 - risk) * keep[1] * y2), abs=1e-9)
    assert [x1 + x2, y1 + y2] == pytest.approx([1, 1], abs=1e-12)


def test_breakdown_alone_moves_parties_without_impatience() -> None:
    # Binmore, Rubinstein and Wolinsky 1986: as the risk vanishes the pie is split evenly from the breakdown point.
    low, patience = with_breakdown(disagreement=ZERO, patience=[1, 1], probability=1e-6, payoff=[0.3, 0.1])
    assert stationary(PIE, disagreement=low, patience=patience)[0] == pytest.approx([0.6, 0.4], abs=1e-5)


def test_batched_equals_one_by_one() -> None:
    frontier = np.array([[0.0, 1.0], [0.6, 0.8], [1.0, 0.0]])
    rng = np.random.default_rng(3)
    low, keep = rng.uniform(-0.3, 0.95, (4, 1, 2)), rng.uniform(0.1, 0.95, (3, 2))
    out = rng.uniform(-0.3, 0.95, (4, 3, 2))
    agreed = stationary(frontier, disagreement=low, patience=keep, outside=out)
    early = finite(frontier, disagreement=low, patience=keep, rounds=4, first=1, outside=out)
    least, most = fixed_costs(frontier, disagreement=low, costs=keep, outside=out)
    assert agreed.shape == least.shape == most.shape == (4, 3, 2, 2)
    assert early.shape == (4, 3, 2)
    assert 0 < np.isnan(agreed).sum() < agreed.size
    for i, j in np.ndindex(4, 3):
        one = {"disagreement": low[i, 0], "outside": out[i, j]}
        assert np.array_equal(stationary(frontier, patience=keep[j], **one), agreed[i, j], equal_nan=True)
        assert np.array_equal(finite(frontier, patience=keep[j], rounds=4, first=1, **one), early[i, j], equal_nan=True)
        for obtained, expected in zip(fixed_costs(frontier, costs=keep[j], **one), (least, most), strict=True):
            assert np.array_equal(obtained, expected[i, j], equal_nan=True)


FAULTS = [
    *(("patience", {"patience": [bad, 0.5]}) for bad in (0.0, 1.0, -0.2, 1.5, np.nan)),
    ("patience", {"patience": [0.5]}),
    ("disagreement", {"disagreement": [0.0]}),
    ("disagreement", {"disagreement": [-np.inf, 0.0]}),
    ("disagreement", {"disagreement": ["none", 0.0]}),
    ("frontier", {"frontier": "pie"}),
    ("outside", {"outside": [0.0, np.nan]}),
    ("frontier", {"frontier": [[1, 0], [0, 1]]}),
]


@pytest.mark.parametrize(("name", "change"), FAULTS)
@pytest.mark.parametrize("solve", [stationary, limit, lambda **given: finite(rounds=2, **given)])
def test_faults_name_the_argument(solve, name: str, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=name):
        solve(**{"frontier": PIE, "disagreement": ZERO, "patience": [0.5, 0.5]} | change)


def test_faults_of_the_variants() -> None:
    terms = {"disagreement": ZERO, "patience": [0.5, 0.5]}
    with pytest.raises(ValueError, match="rounds"):
        finite(PIE, rounds=0, **terms)
    for rounds in (2.5, 2.0, None):
        with pytest.raises(ValueError, match=r"rounds: .*whole number"):
            finite(PIE, rounds=rounds, **terms)  # type: ignore[arg-type]
    for first in (2, 1.0, "us"):
        with pytest.raises(ValueError, match="first"):
            finite(PIE, rounds=2, first=first, **terms)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="refused"):
        finite(PIE, rounds=2, refused=[-np.inf, 0.0], **terms)
    for name, batch in {"disagreement": ZERO, "patience": [0.5, 0.5], "outside": ZERO}.items():
        with pytest.raises(ValueError, match=rf"{name}: shape \(3, 2\) .*one problem at a time"):
            limit(PIE, **{**terms, name: [batch] * 3})
    for solve in (stationary, lambda frontier, **given: finite(frontier, rounds=2, **given)):
        with pytest.raises(ValueError, match="patience: axes"):
            solve(PIE, disagreement=[ZERO] * 2, patience=[[0.5, 0.5]] * 3)
    with pytest.raises(ValueError, match="costs: axes"):
        fixed_costs(PIE, disagreement=[ZERO] * 2, costs=[[0.1, 0.1]] * 3)
    with pytest.raises(ValueError, match="probability: axes"):
        with_breakdown(disagreement=[ZERO] * 2, patience=[0.5, 0.5], probability=[0.1] * 3)
    with pytest.raises(ValueError, match="costs"):
        fixed_costs(PIE, disagreement=ZERO, costs=[0.0, 0.1])
    with pytest.raises(ValueError, match="probability"):
        with_breakdown(probability=1.0, **terms)
    with pytest.raises(ValueError, match="patience"):
        with_breakdown(disagreement=ZERO, patience=[1.0, 0.5], probability=0.0)
    with pytest.raises(ValueError, match="patience"):
        limit_power([1.0, 0.5])
