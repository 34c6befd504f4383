"""Probability that a zone exists when the reservation values are uncertain and independent.

Two parties bargain over a finite set with frontier {(a_k, b_k)}; R_1, R_2 are independent with distributions F_1,
F_2. A zone exists where some a_k >= R_1 and b_k >= R_2. With the frontier by rising a, so that b falls,

    P(zone) = sum_k [F_1(a_k) - F_1(a_(k-1))] F_2(b_k).

A buyer with limit B and a seller with limit S can trade with probability P(B >= S) = E F_S(B).

Source: Raiffa (1982), The Art and Science of Negotiation, for uncertain reservation prices; formulas derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import finite
from sim.theory.talks.belief import Distribution, check_beliefs

__all__ = ["trade_probability", "zone_probability"]


def zone_probability(utilities: ArrayLike, first: Distribution, second: Distribution) -> float:
    """Probability that some outcome meets both parties' reservation values.

    Parameters
    ----------
    utilities : array_like, shape (n, 2)
        Utilities of the outcomes, or of their Pareto frontier, which gives the same answer.
    first, second : Distribution
        Beliefs about each party's reservation value, independent.

    Returns
    -------
    float
        In [0, 1]; exact for every belief.

    Raises
    ------
    ValueError
        Where there is no outcome, not two parties, or a utility is not finite.

    References
    ----------
    Raiffa (1982), The Art and Science of Negotiation; derived here.

    Examples
    --------
    >>> from sim.theory.talks.distributions import Uniform
    >>> zone_probability([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], Uniform(0, 1), Uniform(0, 1))
    0.25
    """
    check_beliefs(first=first, second=second)
    deals = finite("utilities", utilities)
    if deals.ndim != 2 or deals.shape[1] != 2 or len(deals) == 0:
        raise ValueError(f"utilities: shape {deals.shape} (expected (n, 2), n at least 1)")
    ranked = deals[np.argsort(deals[:, 0], kind="stable")]
    best = np.maximum.accumulate(ranked[::-1, 1])[::-1]
    reached = first.cdf(ranked[:, 0] + _slack(first))
    return float(np.diff(reached, prepend=0.0) @ second.cdf(best + _slack(second)))


def trade_probability(buyer: Distribution, seller: Distribution) -> float:
    """Probability that the buyer's limit is at least the seller's.

    Parameters
    ----------
    buyer, seller : Distribution
        Beliefs about the most the one would pay and the least the other would take, independent.

    Returns
    -------
    float
        In [0, 1]; exact for discrete beliefs, by quadrature otherwise.

    References
    ----------
    Raiffa (1982), The Art and Science of Negotiation; derived here.

    Examples
    --------
    >>> from sim.theory.talks.distributions import Normal
    >>> round(trade_probability(Normal(100, 10), Normal(90, 10)), 6)
    0.76025
    """
    check_beliefs(buyer=buyer, seller=seller)
    limits, weight = buyer.nodes(buyer.cdf(seller.knots))
    return float(weight @ seller.cdf(limits))


def _slack(belief: Distribution) -> float:
    # Where there is a density nobody sits on the edge, and the tolerance would only bend the answer.
    return TOLERANCE if belief.discrete else 0.0
