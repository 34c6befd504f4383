"""Pauses: what a deal is worth that will be broken, by backward induction over the dates at which it may be.

At dates 0 = t_0 < t_1 < ... < t_S each party may end a deal worth U_i for its no-deal value then, r_i(t_s), losing
e_i if it is the one to break it. With b_is = exp(-rho_i (t_{s+1} - t_s)) and W_i = U_i after the last date, keeping the
deal at s is worth

    K_i(s) = (1 - b_is) U_i + b_is W_i(s + 1)   (U_i at the last date).

Where r_i(t_s) - e_i > K_i(s) for some party the deal ends at s: W_j(s) = r_j(t_s), less e_j for those who break it.
Else W(s) = K(s). Signing is worth K_i(0), and all sign only if that is at least r_i today for each.

The deal ends at some date exactly if it is not durable. Where one party alone may ever break it, its worth to that
party is a value of optimal stopping, which never rises with e_i. Where several may, a higher cost of breaking can also
bind: it may keep the others from ending the deal before.

Conditions: dates, values and costs are foreseen by all; whoever breaks at s does not wait for another to do so.
Sources: Fearon (1995), Rationalist Explanations for War, and Powell (2006), War as a Commitment Problem, for
commitment as a cause of war; the induction is derived from it here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import non_negative, per_party, together
from sim.theory.conflict.durability import acceptable, deals_and_dates, kept

__all__ = ["Pauses", "pauses"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pauses:
    """When each of n deals ends and what signing it is worth.

    Attributes
    ----------
    ends : ndarray of int, shape (..., n)
        Index of the date at which the deal is broken, in the order the dates were given; -1 where it lasts.
    value : ndarray, shape (..., n, P)
        Worth of signing: of the pause, or of the deal itself where it lasts.
    signed : ndarray of bool, shape (..., n)
        Whether that is at least today's reservation value for every party.
    """

    ends: NDArray[np.intp]
    value: Array
    signed: Mask


def pauses(
    utilities: ArrayLike,
    today: ArrayLike,
    future: ArrayLike,
    *,
    times: ArrayLike,
    discount_rate: ArrayLike,
    enforcement: ArrayLike = 0.0,
) -> Pauses:
    """When each deal is broken, what signing it is worth, and whether all would sign.

    Parameters
    ----------
    utilities : array_like, shape (..., n, P)
        Utilities of n deals.
    today : array_like, shape (..., P)
        Reservation values now.
    future : array_like, shape (..., T, P)
        Reservation values at T dates.
    times : array_like, shape (T,)
        The dates in years from now, at least 0, in any order.
    discount_rate : array_like, shape (..., P)
        Discount rates a year, at least 0.
    enforcement : array_like, shape broadcastable to (..., n, P)
        Expected loss from breaking each deal.

    Returns
    -------
    Pauses

    Raises
    ------
    ValueError
        Where shapes do not match or broadcast, there is no date, a number is not finite, times or rates are negative,
        or there is not one time a date, or not one value today or one rate a party.

    References
    ----------
    Derived from Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> later = {"times": [3], "discount_rate": [0.1, 0.1], "enforcement": [0.2, 0.0]}
    >>> result = pauses([[0.5, 0.5]], [0.62, 0.2], [[0.8, 0.1]], **later)
    >>> result.ends.tolist(), result.value.round(4).tolist(), result.signed.tolist()
    ([0], [[0.5741, 0.2037]], [False])
    """
    deals, later = deals_and_dates(utilities, future)
    dates, parties = non_negative("times", times), deals.shape[-1]
    now = per_party("today", today, parties)
    rates = per_party("discount_rate", non_negative("discount_rate", discount_rate), parties)
    if dates.shape != later.shape[-2:-1]:
        raise ValueError(f"times: shape {dates.shape} for {later.shape[-2]} dates (expected one a date)")
    lost = kept(deals, later, enforcement) - deals
    points = np.broadcast_shapes(lost.shape[:-2], later.shape[:-2])
    points = together(utilities=points, today=now.shape[:-1], discount_rate=rates.shape[:-1])
    ends = np.full((*points, deals.shape[-2]), -1, dtype=np.intp)
    worth = np.broadcast_to(deals, (*ends.shape, parties))
    order = np.argsort(dates, kind="stable")
    gaps = np.diff(dates[order], prepend=0.0)
    for t, gap in zip(order[::-1], gaps[::-1], strict=True):
        then = later[..., t, None, :]
        breaks = np.asarray(then - lost > worth + TOLERANCE)
        over = np.asarray(breaks.any(axis=-1))
        ends = np.where(over, t, ends)
        at_date = np.where(over[..., None], then - np.where(breaks, lost, 0.0), worth)
        waiting = np.exp(-rates * gap)[..., None, :]
        worth = (1 - waiting) * deals + waiting * at_date
    return Pauses(ends, np.array(worth), acceptable(worth, now))
