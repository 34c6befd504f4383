"""Probability of a zone: a derived case, slow twins, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.talks.distributions import Beta, Discrete, Distribution, Normal, Triangular, Uniform
from sim.theory.talks.uncertain_zone import trade_probability, zone_probability

unit = st.integers(0, 10).map(lambda k: k / 10)
beliefs = [Normal(0.5, 0.2), Uniform(0.2, 0.7), Triangular(0, 0.3, 1), Beta(0.5, 2), Discrete([0.3, 0.6], [0.4, 0.6])]


def test_normal_limits_of_buyer_and_seller() -> None:
    # In the manner of Raiffa (1982); derived: Phi((100 - 90) / sqrt(200)).
    assert trade_probability(Normal(100, 10), Normal(90, 10)) == pytest.approx(0.7602499389, abs=1e-9)


@pytest.mark.parametrize("buyer", beliefs, ids=repr)
@pytest.mark.parametrize("seller", beliefs, ids=repr)
def test_trade_against_many_pairs(buyer: Distribution, seller: Distribution) -> None:
    q = (np.arange(20000) + 0.5) / 20000
    slow = np.searchsorted(np.sort(seller.quantile(q)), buyer.quantile(q), side="right").mean() / 20000
    assert trade_probability(buyer, seller) == pytest.approx(slow, abs=2e-4)


@given(
    deals=st.lists(st.tuples(unit, unit), min_size=1, max_size=8),
    first=st.lists(unit, min_size=1, max_size=4),
    second=st.lists(unit, min_size=1, max_size=4),
)
@settings(deadline=None)
def test_zone_against_a_double_loop(deals: list[tuple[float, float]], first: list[float], second: list[float]) -> None:
    met = [any(a >= r and b >= s for a, b in deals) for r in first for s in second]
    weights = [np.full(len(values), 1 / len(values)) for values in (first, second)]
    obtained = zone_probability(deals, Discrete(first, weights[0]), Discrete(second, weights[1]))
    assert obtained == pytest.approx(np.mean(met), abs=1e-12)


def test_zone_on_a_pie_is_trade() -> None:
    kept = np.linspace(0, 1, 20001)
    pie = np.stack([kept, 1 - kept], axis=1)
    first, second = Uniform(0.2, 0.8), Beta(2, 2)
    # The first party can "sell" to the second wherever 1 - R_2 is at least R_1; Beta(2, 2) is its own mirror image.
    assert zone_probability(pie, first, second) == pytest.approx(trade_probability(second, first), abs=1e-4)


@pytest.mark.parametrize("deals", [np.empty((0, 2)), [[0.5]], [[0.5, np.nan]]], ids=["none", "one party", "nan"])
def test_bad_input_names_the_argument(deals: object) -> None:
    with pytest.raises(ValueError, match="utilities"):
        zone_probability(deals, Uniform(0, 1), Uniform(0, 1))  # type: ignore[arg-type]
