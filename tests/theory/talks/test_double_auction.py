"""Double auction: the published equilibrium, best responses by search, and bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.theory.talks.double_auction import double_auction


def test_published_equilibrium() -> None:
    # Chatterjee and Samuelson (1983); Myerson and Satterthwaite (1983). Recalled: b = 2v/3 + 1/12, s = 2c/3 + 1/4.
    auction = double_auction()
    values = np.array([0.5, 0.7, 0.9])
    assert auction.buyer_bid(values) == pytest.approx([5 / 12, 0.55, 0.6833333333], abs=1e-9)
    assert auction.seller_bid(values) == pytest.approx(2 * values / 3 + 1 / 4, abs=1e-12)
    assert (auction.trade_probability, auction.expected_gains) == (0.28125, 0.140625)
    assert auction.first_best == pytest.approx(1 / 6)


@given(split=st.floats(0, 1), low=st.floats(-3, 3), width=st.floats(0.5, 4))
@settings(deadline=None, max_examples=30)
def test_probability_and_gains_by_counting(split: float, low: float, width: float) -> None:
    auction = double_auction(split, low=low, high=low + width)
    grid = low + width * (np.arange(600) + 0.5) / 600
    trade = auction.buyer_bid(grid)[:, None] >= auction.seller_bid(grid)[None, :]
    gains = np.where(trade, grid[:, None] - grid[None, :], 0.0)
    assert trade.mean() == pytest.approx(auction.trade_probability, abs=3e-3)
    assert gains.mean() == pytest.approx(auction.expected_gains, abs=3e-3 * width)


@pytest.mark.parametrize("split", [0.0, 0.3, 0.5, 1.0])
def test_bids_are_best_responses(split: float) -> None:
    auction = double_auction(split)
    costs = (np.arange(4000) + 0.5) / 4000
    asked, bids = auction.seller_bid(costs), np.linspace(0, 1, 401)
    for value in (0.6, 0.8, 1.0):
        trade = bids[:, None] >= asked
        profit = np.where(trade, value - split * bids[:, None] - (1 - split) * asked, 0.0).mean(axis=1)
        own = auction.buyer_bid(value)
        earned = np.where(own >= asked, value - split * own - (1 - split) * asked, 0.0).mean()
        assert earned >= profit.max() - 1e-3


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: double_auction(1.5), "split"),
        (lambda: double_auction(low=1, high=1), "high"),
        (lambda: double_auction().buyer_bid(1.5), "amount"),
    ],
)
def test_bad_input_names_the_argument(call: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        call()  # type: ignore[operator]
