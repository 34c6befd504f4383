"""The course of a war: what fighting is worth when leverage is known to change at later dates.

A war that ends at rate L is worth q_i(s) to party i under the leverage that holds from t_s on, were that leverage to
stay (`war.lasting_war`). With dates 0 = t_0 < t_1 < ... < t_S and rates rho_i, begun at t_s it is worth

    r_i(t_s) = sum_{j >= s} q_i(j) [exp(-(rho_i + L) (t_j - t_s)) - exp(-(rho_i + L) (t_{j+1} - t_s))],

t_{S+1} infinite: a mean of the q, each weighted by how much of the discounted war falls in its time. It solves
r(t_s) = (1 - b) q(s) + b r(t_{s+1}), b = exp(-(rho + L) (t_{s+1} - t_s)), from the last date backwards.

Where rates change at the dates too, that recursion holds with the rates of [t_s, t_{s+1}) in b and in q(s).

Conditions: the dates and what they bring are foreseen by all.
Source: exponential discounting of Fearon's (1995), Rationalist Explanations for War, lottery; derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.checks import finite, non_negative, per_party, together

__all__ = ["course_of_war"]

Array = NDArray[np.float64]


def course_of_war(values: ArrayLike, *, times: ArrayLike, discount_rate: ArrayLike, end_rate: ArrayLike) -> Array:
    """Value of a war that begins at each date, its leverage changing at the later ones.

    Parameters
    ----------
    values : array_like, shape (..., T, P)
        What the war would be worth were the leverage of each date to stay for ever.
    times : array_like, shape (T,)
        Years from now, rising; today is 0.
    discount_rate : array_like, shape broadcastable to (..., T, P)
        Discount rates a year from each date on, at least 0.
    end_rate : array_like, shape broadcastable to (..., T)
        Rate at which the war ends, a year, from each date on, at least 0.

    Returns
    -------
    ndarray, shape (..., T, P)
        Reservation values at each date.

    Raises
    ------
    ValueError
        Where shapes do not match or broadcast, a number is not finite, a rate is negative or times do not rise.

    References
    ----------
    Derived from Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> worth = course_of_war([[0.6, 0.5], [0.2, 0.7]], times=[0, 2], discount_rate=[0.1, 0.1], end_rate=0.4)
    >>> worth.round(4).tolist()
    [[0.4528, 0.5736], [0.2, 0.7]]
    """
    held, dates = finite("values", values), non_negative("times", times)
    if held.ndim < 2 or dates.shape != held.shape[-2:-1] or not dates.size:
        raise ValueError(f"times: shape {dates.shape} for values {held.shape} (expected one a date, at least one)")
    if not (np.diff(dates) > 0).all():
        raise ValueError(f"times: {dates.tolist()} do not rise (expected each date after the one before)")
    rates = per_party("discount_rate", non_negative("discount_rate", discount_rate), held.shape[-1])
    ends = non_negative("end_rate", end_rate)
    shape = together(values=held.shape, discount_rate=rates.shape, end_rate=(*ends.shape, 1) if ends.ndim else ())
    if shape[-2:] != held.shape[-2:]:
        raise ValueError(f"discount_rate, end_rate: axes {shape} for {held.shape[-2]} dates (expected one a date)")
    worth = np.array(np.broadcast_to(held, shape))
    leaving = np.broadcast_to(rates + ends[..., None], shape)
    for s in reversed(range(len(dates) - 1)):
        later = np.exp(-leaving[..., s, :] * (dates[s + 1] - dates[s]))
        worth[..., s, :] = (1 - later) * worth[..., s, :] + later * worth[..., s + 1, :]
    return worth
