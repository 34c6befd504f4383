"""Durability: a deal lasts while nobody would rather break it, at any later date.

Party i, at a deal worth U_i(x), can break it at date t for its no-deal value then, r_i(t), losing e_i(x) to those
who enforce the deal. The deal is *durable* where

    margin(x) = min over i, t of U_i(x) + e_i(x) - r_i(t) >= 0.

What a deal is worth that does not last is in `pauses`.

Conditions: a deal that fails for one party fails for all and no-deal values follow.
Sources: Fearon (1995), Rationalist Explanations for War, and Powell (2006), War as a Commitment Problem, for
commitment as a cause of war; the margin is derived from it here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.choosing import TOLERANCE
from sim.theory.checks import finite, per_party, together

__all__ = ["acceptable", "deals_and_dates", "durable", "enforcement_needed", "kept", "margin"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def margin(utilities: ArrayLike, future: ArrayLike, *, enforcement: ArrayLike = 0.0) -> Array:
    """By how much the least contented party prefers to keep each deal, at the worst date.

    Parameters
    ----------
    utilities : array_like, shape (..., n, P)
        Utilities of n deals.
    future : array_like, shape (..., T, P)
        Reservation values at T dates.
    enforcement : array_like, shape broadcastable to (..., n, P)
        Expected loss from breaking each deal.

    Returns
    -------
    ndarray, shape (..., n)
        min over parties and dates of U + e - r, on the utility scale; below 0 the deal fails.

    Raises
    ------
    ValueError
        Where shapes do not match or broadcast, there is no date, or a number is not finite.

    References
    ----------
    Derived from Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> margin([[0.5, 0.5], [0.7, 0.3]], [[0.4, 0.4], [0.6, 0.2]], enforcement=[0.2, 0.0]).round(9).tolist()
    [0.1, -0.1]
    """
    deals, later = deals_and_dates(utilities, future)
    held = kept(deals, later, enforcement)
    # The worst date is each party's own: the greatest reservation value it ever has.
    least: Array = (held - later.max(axis=-2)[..., None, :]).min(axis=-1)
    return least


def durable(utilities: ArrayLike, today: ArrayLike, future: ArrayLike, *, enforcement: ArrayLike = 0.0) -> Mask:
    """Which deals are acceptable today and never worth breaking.

    Parameters
    ----------
    utilities : array_like, shape (..., n, P)
        Utilities of n deals that cross no red line.
    today : array_like, shape (..., P)
        Reservation values now; enforcement does not make a deal acceptable.
    future : array_like, shape (..., T, P)
        Reservation values at T dates.
    enforcement : array_like, shape broadcastable to (..., n, P)
        Expected loss from breaking each deal.

    Returns
    -------
    ndarray of bool, shape (..., n)
        The durable zone, a part of the zone.

    Raises
    ------
    ValueError
        As for `margin`, and where there is not one value today a party.

    References
    ----------
    Derived from Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> durable([[0.5, 0.5], [0.7, 0.3]], [0.4, 0.2], [[0.6, 0.2]]).tolist()
    [False, True]
    """
    lasts = margin(utilities, future, enforcement=enforcement) >= -TOLERANCE
    deals = np.asarray(utilities, dtype=np.float64)
    now = per_party("today", today, deals.shape[-1])
    together(utilities=lasts.shape[:-1], today=now.shape[:-1])
    return acceptable(deals, now) & lasts


def enforcement_needed(utilities: ArrayLike, future: ArrayLike) -> Array:
    """Least loss from breaking each deal, per party, that makes it last: max(0, max_t r_i(t) - U_i).

    Parameters
    ----------
    utilities : array_like, shape (..., n, P)
        Utilities of n deals.
    future : array_like, shape (..., T, P)
        Reservation values at T dates.

    Returns
    -------
    ndarray, shape (..., n, P)
        In utility; the whole loss, not what is missing from enforcement already there.

    Raises
    ------
    ValueError
        As for `margin`.

    References
    ----------
    Derived from Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> enforcement_needed([[0.5, 0.5]], [[0.4, 0.2], [0.8, 0.1]]).round(9).tolist()
    [[0.3, 0.0]]
    """
    deals, later = deals_and_dates(utilities, future)
    return np.asarray(np.maximum(0.0, later.max(axis=-2)[..., None, :] - deals))


def deals_and_dates(utilities: ArrayLike, future: ArrayLike) -> tuple[Array, Array]:
    """Check that deals (..., n, P) and reservation values at dates (..., T, P) fit, and return them as arrays.

    Raises
    ------
    ValueError
        Where shapes do not match or broadcast, there is no date, or a number is not finite.

    Examples
    --------
    >>> deals_and_dates([[0.5, 0.5]], [[0.4, 0.2], [0.8, 0.1]])[1].shape
    (2, 2)
    """
    deals, later = finite("utilities", utilities), finite("future", future)
    if deals.ndim < 2 or later.ndim < 2 or deals.shape[-1] != later.shape[-1]:
        raise ValueError(f"future: shape {later.shape} for utilities {deals.shape} (expected (T, P) and (n, P))")
    if later.shape[-2] == 0:
        raise ValueError("future: no date (expected at least one)")
    together(utilities=deals.shape[:-2], future=later.shape[:-2])
    return deals, later


def kept(deals: Array, later: Array, enforcement: ArrayLike) -> Array:
    """What each party has of each deal it keeps, (..., n, P): its utility and what breaking the deal would cost it.

    Raises
    ------
    ValueError
        Where the losses are not finite or do not fit the deals.

    Examples
    --------
    >>> kept(np.array([[0.5, 0.5]]), np.array([[0.4, 0.2]]), [0.1, 0.0]).tolist()
    [[0.6, 0.5]]
    """
    loss = finite("enforcement", enforcement)
    shape = together(utilities=deals.shape, enforcement=loss.shape)
    if shape[-2:] != deals.shape[-2:]:
        raise ValueError(f"enforcement: shape {loss.shape} for {deals.shape[-2]} deals (expected to fit (..., n, P))")
    together(utilities=deals.shape[:-2], future=later.shape[:-2], enforcement=loss.shape[:-2])
    return deals + loss


def acceptable(values: Array, today: Array) -> Mask:
    """Whether every party has at least its reservation value, (..., n), of values (..., n, P) and today's (..., P).

    Examples
    --------
    >>> acceptable(np.array([[0.5, 0.5]]), np.array([0.4, 0.6])).tolist()
    [False]
    """
    return np.asarray((values >= today[..., None, :] - TOLERANCE).all(axis=-1))
