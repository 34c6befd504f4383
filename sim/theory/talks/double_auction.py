"""Sealed-bid double auction: linear equilibrium of the k-double auction under two-sided private information.

A buyer who values the good at v and a seller whose cost is c, independent and uniform on [low, high], bid b and s at
once; they trade when b >= s at the price k b + (1 - k) s. On the unit interval the linear equilibrium is

    b(v) = v / (1 + k) + k (1 - k) / (2 (1 + k)),        s(c) = c / (2 - k) + (1 - k) / 2,

so that trade happens on a triangle: never with v below (1 - k) / 2 nor with c above (2 - k) / 2. Some deals that both
would gain from are lost; at k = 1/2 the expected gains are the most that any voluntary mechanism can reach.

Sources: Chatterjee and Samuelson (1983), Bargaining under Incomplete Information; Myerson and Satterthwaite (1983),
Efficient Mechanisms for Bilateral Trading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import finite, number

__all__ = ["DoubleAuction", "double_auction"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DoubleAuction:
    """The linear equilibrium of one double auction.

    Attributes
    ----------
    split : float
        Weight k of the buyer's bid in the price.
    low, high : float
        Ends of the interval on which value and cost are uniform.
    trade_probability : float
        Probability that the two trade.
    expected_gains : float
        Expected value less cost of what is traded, both sides together.
    first_best : float
        The same were every deal struck that both could gain from.
    """

    split: float
    low: float
    high: float
    trade_probability: float
    expected_gains: float
    first_best: float

    def buyer_bid(self, value: ArrayLike) -> Array:
        """Bid of a buyer who values the good at `value`, shape (...).

        Examples
        --------
        >>> double_auction().buyer_bid([0.25, 1.0]).tolist()
        [0.25, 0.75]
        """
        k, v = self.split, self._unit(value)
        return self._price(v / (1 + k) + k * (1 - k) / (2 * (1 + k)))

    def seller_bid(self, cost: ArrayLike) -> Array:
        """Bid of a seller to whom the good costs `cost`, shape (...).

        Examples
        --------
        >>> double_auction().seller_bid([0.0, 0.75]).tolist()
        [0.25, 0.75]
        """
        k, c = self.split, self._unit(cost)
        return self._price(c / (2 - k) + (1 - k) / 2)

    def _unit(self, amount: ArrayLike) -> Array:
        unit: Array = (finite("amount", amount) - self.low) / (self.high - self.low)
        if not np.all((unit >= 0) & (unit <= 1)):
            raise ValueError(f"amount: outside [{self.low}, {self.high}] (expected a value or cost that can occur)")
        return unit

    def _price(self, unit: Array) -> Array:
        return self.low + (self.high - self.low) * unit


def double_auction(split: float = 0.5, *, low: float = 0.0, high: float = 1.0) -> DoubleAuction:
    """Linear equilibrium of the double auction whose price is k b + (1 - k) s.

    Parameters
    ----------
    split : float
        k, from 0 (the seller names the price) to 1 (the buyer does).
    low, high : float
        Ends of the interval on which value and cost are independent and uniform; low < high.

    Returns
    -------
    DoubleAuction

    Raises
    ------
    ValueError
        Where k is outside [0, 1], an end is not finite or the interval is empty.

    References
    ----------
    Chatterjee and Samuelson (1983); Myerson and Satterthwaite (1983).

    Examples
    --------
    >>> double_auction().trade_probability, double_auction().expected_gains
    (0.28125, 0.140625)
    """
    split, low, high = number("split", split), number("low", low), number("high", high)
    if not 0 <= split <= 1:
        raise ValueError(f"split: {split} (expected from 0 to 1)")
    if not low < high:
        raise ValueError(f"high: {high} (expected above low, {low})")
    least_value, greatest_cost = (1 - split) / 2, (2 - split) / 2
    probability = (1 - least_value) * greatest_cost / 2
    # Gains are linear, so their mean over the triangle of trades is their worth at its centre.
    mean_gain = (least_value + 2 - greatest_cost) / 3
    return DoubleAuction(split, low, high, probability, probability * mean_gain * (high - low), (high - low) / 6)
