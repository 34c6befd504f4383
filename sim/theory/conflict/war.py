"""War as a costly lottery, and the deals both sides prefer to it.

War ends in one of W outcomes, outcome w with probability p_w = o_w / sum_v o_v for odds o. A party that values the
outcomes at V_w and loses c by fighting values a single, decisive war at

    r = sum_w p_w V_w - c.

A war that lasts ends at rate L; meanwhile the party lives at a status quo worth m, loses c a year and discounts at
rate rho. With utility as the worth of a state kept for ever,

    r = [rho m - c + L sum_w p_w V_w] / (rho + L),

which tends to the lottery sum p V as L grows and to m - c / rho as L falls to zero.

Conditions: risk-neutral in utility (any attitude to risk is in V), constant rates, the same end for both sides.
Source: Fearon (1995), "Rationalist Explanations for War", for the lottery and the bargaining range; the lasting war
is the exponential-discounting form of it, derived here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory import checks
from sim.theory.checks import broadcast, finite, non_negative, together
from sim.theory.talks.inverse import invert

__all__ = ["BargainingRange", "bargaining_range", "lasting_war", "lottery", "probabilities"]

Array = NDArray[np.float64]


class BargainingRange(NamedTuple):
    """Shares of the first side that both sides prefer to war; empty where `low` exceeds `high`."""

    low: Array
    high: Array


def probabilities(odds: ArrayLike, optimism: ArrayLike | None = None) -> Array:
    """Probabilities of the outcomes of war from odds, as one party sees them.

    Parameters
    ----------
    odds : array_like, shape (..., W)
        Shared odds, at least 0, not all 0; only their ratios matter.
    optimism : array_like, shape broadcastable to (..., W), optional
        What the party multiplies the shared odds by; 1 is no optimism.

    Returns
    -------
    ndarray, shape (..., W)
        Non-negative, summing to 1 over the last axis.

    Raises
    ------
    ValueError
        Where odds or optimism are negative or not finite, their shapes do not fit, or all odds of a war are 0.

    References
    ----------
    Fearon (1995), for disagreement about the odds as a cause of war.

    Examples
    --------
    >>> probabilities([2, 1, 1]).tolist()
    [0.5, 0.25, 0.25]
    >>> probabilities([2, 1, 1], optimism=[3, 1, 1]).tolist()
    [0.75, 0.125, 0.125]
    """
    weights = non_negative("odds", odds)
    if optimism is not None:
        more = non_negative("optimism", optimism)
        together(odds=weights.shape, optimism=more.shape)
        with np.errstate(over="ignore"):
            weights = finite("odds times optimism", weights * more)
    if weights.ndim == 0:
        raise ValueError("odds: a single number (expected one for each outcome of war)")
    greatest = weights.max(axis=-1, keepdims=True, initial=0.0)
    if not np.all(greatest > 0):
        raise ValueError("odds: all are 0 (expected at least one above 0 in every war)")
    # Scaled by a power of two, which rounds nothing, so that the sum of huge odds does not overflow.
    scaled: Array = np.ldexp(weights, -np.frexp(greatest)[1])
    shares: Array = scaled / scaled.sum(axis=-1, keepdims=True)
    return shares


def lottery(odds_probabilities: ArrayLike, values: ArrayLike, cost: ArrayLike) -> Array:
    """Value of one decisive, costly war: sum_w p_w V_w - c.

    Parameters
    ----------
    odds_probabilities : array_like, shape (..., W)
        Probabilities of the outcomes, as `probabilities` returns them.
    values : array_like, shape (..., W)
        Utility of each outcome to the party.
    cost : array_like, shape (...)
        Utility lost by fighting, whatever the outcome.

    Returns
    -------
    ndarray, shape (...)
        The reservation value; the three arguments are broadcast over the leading axes.

    Raises
    ------
    ValueError
        Where an argument is not finite, the last axes differ or the others do not fit, or probabilities are negative
        or off a sum of 1 by more than 1e-9.

    References
    ----------
    Fearon (1995); for two outcomes worth 1 and 0 it is the textbook p - c.

    Examples
    --------
    >>> round(float(lottery([0.6, 0.4], [1, 0], 0.2)), 12)
    0.4
    """
    loss = finite("cost", cost)
    return _mean_value("odds_probabilities", odds_probabilities, values, cost=loss) - loss


def lasting_war(
    probabilities: ArrayLike,
    values: ArrayLike,
    *,
    cost: ArrayLike,
    end_rate: ArrayLike,
    discount_rate: ArrayLike,
    status_quo: ArrayLike,
) -> Array:
    """Value of a war that ends at a random time: [rho m - c + L sum_w p_w V_w] / (rho + L).

    Parameters
    ----------
    probabilities, values : array_like, shape (..., W)
        Probability and utility of each outcome in which the war can end.
    cost : array_like, shape (...)
        Utility lost in each year of war, c.
    end_rate : array_like, shape (...)
        Rate at which the war ends, L, a year; at least 0.
    discount_rate : array_like, shape (...)
        The party's discount rate, rho, a year; at least 0, and rho + L above 0.
    status_quo : array_like, shape (...)
        Utility of the state in which the war is waged, m, were it kept for ever.

    Returns
    -------
    ndarray, shape (...)
        The reservation value; all arguments are broadcast over the leading axes.

    Raises
    ------
    ValueError
        Where an argument is not finite, shapes do not fit, probabilities are negative or off a sum of 1 by more than
        1e-9, a rate is negative, or both rates are 0.

    References
    ----------
    Derived here by discounting Fearon's (1995) lottery over an exponential time of ending.

    Examples
    --------
    >>> r = lasting_war([1.0], [0.6], cost=0.1, end_rate=0.5, discount_rate=0.1, status_quo=0.0)
    >>> round(float(r), 12)
    0.333333333333
    """
    end, discount = non_negative("end_rate", end_rate), non_negative("discount_rate", discount_rate)
    loss, state = finite("cost", cost), finite("status_quo", status_quo)
    others = {"cost": loss, "end_rate": end, "discount_rate": discount, "status_quo": state}
    mean = _mean_value("probabilities", probabilities, values, **others)
    total = discount + end
    if not np.all(total > 0):
        raise ValueError("end_rate: 0 together with a discount rate of 0 (expected one of them above 0)")
    value: Array = (discount * state - loss + end * mean) / total
    return value


def bargaining_range(
    win_probability: ArrayLike,
    cost_a: ArrayLike,
    cost_b: ArrayLike,
    *,
    value_a: Callable[[Array], Array] | None = None,
    value_b: Callable[[Array], Array] | None = None,
) -> BargainingRange:
    """Shares x of a pie of 1 that A (gets x) and B (gets 1 - x) both weakly prefer to a war for all of it.

    Parameters
    ----------
    win_probability : array_like, shape (...)
        Probability p that A wins the whole pie; B wins it otherwise.
    cost_a, cost_b : array_like, shape (...)
        What the war costs each side, in its own utility.
    value_a, value_b : callable, optional
        Increasing, continuous utility of a share in [0, 1]; without it, the share itself.

    Returns
    -------
    BargainingRange
        `low` and `high`, shape (...), cut to [0, 1]: [p - cost_a, p + cost_b] where utility is the share. `low` is
        inf where A refuses even the whole pie, `high` is -inf where B does.

    Raises
    ------
    ValueError
        Where the probability is outside [0, 1], a cost is not finite or shapes do not fit.

    References
    ----------
    Fearon (1995); concave values open a range even where war costs nothing.

    Examples
    --------
    >>> low, high = bargaining_range(0.6, 0.2, 0.1)
    >>> round(float(low), 9), round(float(high), 9)
    (0.4, 0.7)
    """
    p = non_negative("win_probability", win_probability)
    if np.any(p > 1):
        raise ValueError("win_probability: above 1 (expected a probability)")
    p, loss_a, loss_b = broadcast(win_probability=p, cost_a=finite("cost_a", cost_a), cost_b=finite("cost_b", cost_b))
    first = _least_share(value_a or _identity, p, loss_a)
    return BargainingRange(first, 1 - _least_share(value_b or _identity, 1 - p, loss_b))


def _least_share(value: Callable[[Array], Array], p: Array, cost: Array) -> Array:
    none, everything = value(np.zeros(1))[0], value(np.ones(1))[0]
    war = p * everything + (1 - p) * none - cost
    # Mirrored, so that the greatest share still refused becomes the greatest share that can be given away.
    given = invert(lambda t: -value(1 - t), -war, 0.0, 1.0)
    return np.where(war > everything, np.inf, 1 - given)


def _identity(share: Array) -> Array:
    return share


def _mean_value(name: str, chances: ArrayLike, values: ArrayLike, **others: Array) -> Array:
    """Mean of the values, (...), once it is sure that the other arguments fit its shape."""
    p, v = checks.probabilities(name, chances), finite("values", values)
    if v.ndim == 0 or p.shape[-1] != v.shape[-1]:
        raise ValueError(f"values: shape {v.shape} does not match {name} {p.shape} (expected the same last axis)")
    shapes = {other: array.shape for other, array in others.items()}
    together(**{name: p.shape[:-1], "values": v.shape[:-1]}, **shapes)
    mean: Array = (p * v).sum(axis=-1)
    return mean
