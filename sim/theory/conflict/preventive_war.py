"""Preventive war: a side about to weaken fights now, since nobody can promise away the other's later strength.

Today party i can have its no-deal value r_i. Peace can give it at most its best deal, a_i, until date t, and from
then on what its position will be worth, S_i(t). With b = exp(-rho_i t) it prefers war, whatever is offered, where

    r_i > (1 - b) a_i + b S_i(t).

Two readings of S: the other side makes all later offers, S_i = r_i(t); or the two bargain then, S_i = the Nash
bargaining solution at t.

In periods, with a pie of 1 a period, discount factor delta, a rising side that makes all offers and wins with p1
today and p2 from the next period on, and a war cost c to the declining side paid once, it reads

    delta p2 - p1 > c (1 - delta)^2.

Source: Fearon (1995), Rationalist Explanations for War; Powell (2006), War as a Commitment Problem.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import broadcast, finite, non_negative, per_party, together

__all__ = ["declining_side_attacks", "prefers_war", "temptation"]

Array = NDArray[np.float64]


def temptation(
    today: ArrayLike, best: ArrayLike, later: ArrayLike, *, times: ArrayLike, discount_rate: ArrayLike
) -> Array:
    """How much better war now is than the best peace: r - [(1 - b) a + b S], for each date and party.

    Parameters
    ----------
    today : array_like, shape (..., P)
        Reservation values now.
    best : array_like, shape (..., P)
        The most each party can get from a deal now.
    later : array_like, shape (..., T, P)
        What each party's position is worth at each date, S: its reservation value then, or its utility under a
        bargaining solution then.
    times : array_like, shape (T,)
        Dates in years from now, at least 0.
    discount_rate : array_like, shape (..., P)
        Discount rates a year, at least 0.

    Returns
    -------
    ndarray, shape (..., T, P)
        Above 0 where the party prefers war now; on the utility scale.

    Raises
    ------
    ValueError
        Where a number is not finite, a date or rate is negative, `later` has not one row a date, or an argument not
        one number a party.

    References
    ----------
    Fearon (1995), Rationalist Explanations for War; Powell (2006), War as a Commitment Problem.

    Examples
    --------
    >>> temptation([0.5], [0.8], [[0.1]], times=[10], discount_rate=[0.2]).round(3).tolist()
    [[-0.205]]
    >>> temptation([0.5], [0.8], [[0.1]], times=[1], discount_rate=[0.2]).round(3).tolist()
    [[0.273]]
    """
    then, dates = finite("later", later), non_negative("times", times)
    if dates.ndim != 1 or then.ndim < 2 or then.shape[-2] != dates.size:
        raise ValueError(f"later: shape {then.shape} for {dates.size} dates (expected one row a date)")
    now, most = (per_party(name, x, then.shape[-1]) for name, x in [("today", today), ("best", best)])
    rates = per_party("discount_rate", non_negative("discount_rate", discount_rate), then.shape[-1])
    named = {"today": now, "best": most, "discount_rate": rates}
    together(later=then.shape[:-2], **{name: array.shape[:-1] for name, array in named.items()})
    waiting = np.exp(-rates[..., None, :] * dates[:, None])
    excess: Array = now[..., None, :] - ((1 - waiting) * most[..., None, :] + waiting * then)
    return excess


def prefers_war(
    today: ArrayLike, best: ArrayLike, later: ArrayLike, *, times: ArrayLike, discount_rate: ArrayLike
) -> NDArray[np.bool_]:
    """Whether a party would rather fight now than take the best peace, for each date and party.

    Parameters
    ----------
    today, best, later, times, discount_rate
        As for `temptation`.

    Returns
    -------
    ndarray of bool, shape (..., T, P)
        True where `temptation` exceeds the tolerance of 1e-9.

    References
    ----------
    Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> prefers_war([0.5], [0.8], [[0.1]], times=[1], discount_rate=[0.2]).tolist()
    [[True]]
    """
    return temptation(today, best, later, times=times, discount_rate=discount_rate) > TOLERANCE


def declining_side_attacks(
    p_now: ArrayLike, p_later: ArrayLike, *, discount_factor: ArrayLike, cost: ArrayLike
) -> NDArray[np.bool_]:
    """Whether the declining side attacks at once: delta p2 - p1 > c (1 - delta)^2.

    Parameters
    ----------
    p_now, p_later : array_like, shape (...)
        Probability that the *rising* side wins a war today, and from the next period on.
    discount_factor : array_like, shape (...)
        delta, in (0, 1).
    cost : array_like, shape (...)
        What war costs the declining side, once, in units of one period's pie.

    Returns
    -------
    ndarray of bool, shape (...)

    Raises
    ------
    ValueError
        Where a probability is outside [0, 1], the discount factor outside (0, 1), a cost negative, or shapes do not
        fit.

    References
    ----------
    Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> declining_side_attacks(0.5, 0.6, discount_factor=[0.9, 0.5], cost=0.1).tolist()
    [True, False]
    """
    first, second, delta, loss = broadcast(
        p_now=finite("p_now", p_now),
        p_later=finite("p_later", p_later),
        discount_factor=finite("discount_factor", discount_factor),
        cost=non_negative("cost", cost),
    )
    for name, p in [("p_now", first), ("p_later", second)]:
        if ((p < 0) | (p > 1)).any():
            raise ValueError(f"{name}: outside [0, 1] (expected a probability)")
    if ((delta <= 0) | (delta >= 1)).any():
        raise ValueError("discount_factor: outside (0, 1)")
    attacks: NDArray[np.bool_] = np.asarray(delta * second - first > loss * (1 - delta) ** 2)
    return attacks
