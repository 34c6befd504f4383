"""Durability: a deal lasts while nobody would rather break it, at any later date.

Party i, at a deal worth U_i(x), can break it at date t for its no-deal value then, r_i(t), losing e_i(x) to those
who enforce the deal. The deal is *durable* where

    margin(x) = min over i, t of U_i(x) + e_i(x) - r_i(t) >= 0.

A deal that first fails at t is a *pause*, worth (1 - b) U_i(x) + b r_i(t) to party i, b = exp(-rho_i t); all sign it
only if that is at least r_i today.

Conditions: dates are foreseen by all; a deal that fails for one party fails for all and no-deal values follow.
Sources: Fearon (1995), Rationalist Explanations for War, and Powell (2006), War as a Commitment Problem, for
commitment as a cause of war; the margin and the pause are derived from it here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.theory.bargaining.solutions import TOLERANCE
from sim.theory.checks import finite, non_negative, per_party, together

__all__ = ["Pauses", "durable", "enforcement_needed", "margin", "pauses"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pauses:
    """When each of n deals fails and what it is worth until and after then.

    Attributes
    ----------
    first : ndarray of int, shape (..., n)
        Index of the earliest date at which the deal fails, in the order the dates were given; -1 where none.
    value : ndarray, shape (..., n, P)
        Worth of signing: of the pause, or of the deal itself where it does not fail.
    signed : ndarray of bool, shape (..., n)
        Whether that is at least today's reservation value for every party.
    """

    first: NDArray[np.intp]
    value: Array
    signed: Mask


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
    deals, later = _deals_and_dates(utilities, future)
    kept = _kept(deals, later, enforcement)
    # The worst date is each party's own: the greatest reservation value it ever has.
    least: Array = (kept - later.max(axis=-2)[..., None, :]).min(axis=-1)
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
    return _acceptable(deals, now) & lasts


def pauses(
    utilities: ArrayLike,
    today: ArrayLike,
    future: ArrayLike,
    *,
    times: ArrayLike,
    discount_rate: ArrayLike,
    enforcement: ArrayLike = 0.0,
) -> Pauses:
    """When each deal first fails, what signing it is worth, and whether all would sign.

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
        As for `margin`, where times or rates are negative, or where there is not one time a date, or not one value
        today or one rate a party.

    References
    ----------
    Derived from Fearon (1995), Rationalist Explanations for War.

    Examples
    --------
    >>> result = pauses([[0.5, 0.5]], [0.4, 0.2], [[0.4, 0.2], [0.8, 0.1]], times=[1, 2], discount_rate=[0.1, 0.1])
    >>> result.first.tolist(), result.value.round(3).tolist(), result.signed.tolist()
    ([1], [[0.746, 0.173]], [False])
    """
    deals, later = _deals_and_dates(utilities, future)
    dates, parties = non_negative("times", times), deals.shape[-1]
    now = per_party("today", today, parties)
    rates = per_party("discount_rate", non_negative("discount_rate", discount_rate), parties)
    if dates.shape != later.shape[-2:-1]:
        raise ValueError(f"times: shape {dates.shape} for {later.shape[-2]} dates (expected one a date)")
    kept = _kept(deals, later, enforcement)
    points = np.broadcast_shapes(kept.shape[:-2], later.shape[:-2])
    points = together(utilities=points, today=now.shape[:-1], discount_rate=rates.shape[:-1])
    first = np.full((*points, deals.shape[-2]), -1, dtype=np.intp)
    value = np.broadcast_to(deals, (*first.shape, parties)).copy()
    for t in np.argsort(dates, kind="stable"):
        then, waiting = later[..., t, None, :], np.exp(-rates * dates[t])[..., None, :]
        fails = (first < 0) & (kept < then - TOLERANCE).any(axis=-1)
        first[fails] = t
        value = np.where(fails[..., None], (1 - waiting) * deals + waiting * then, value)
    return Pauses(first, value, _acceptable(value, now))


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
    deals, later = _deals_and_dates(utilities, future)
    return np.asarray(np.maximum(0.0, later.max(axis=-2)[..., None, :] - deals))


def _deals_and_dates(utilities: ArrayLike, future: ArrayLike) -> tuple[Array, Array]:
    deals, later = finite("utilities", utilities), finite("future", future)
    if deals.ndim < 2 or later.ndim < 2 or deals.shape[-1] != later.shape[-1]:
        raise ValueError(f"future: shape {later.shape} for utilities {deals.shape} (expected (T, P) and (n, P))")
    if later.shape[-2] == 0:
        raise ValueError("future: no date (expected at least one)")
    together(utilities=deals.shape[:-2], future=later.shape[:-2])
    return deals, later


def _kept(deals: Array, later: Array, enforcement: ArrayLike) -> Array:
    """What each party has of each deal it keeps, (..., n, P): its utility and what breaking the deal would cost it."""
    loss = finite("enforcement", enforcement)
    shape = together(utilities=deals.shape, enforcement=loss.shape)
    if shape[-2:] != deals.shape[-2:]:
        raise ValueError(f"enforcement: shape {loss.shape} for {deals.shape[-2]} deals (expected to fit (..., n, P))")
    together(utilities=deals.shape[:-2], future=later.shape[:-2], enforcement=loss.shape[:-2])
    return deals + loss


def _acceptable(values: Array, today: Array) -> Mask:
    return np.asarray((values >= today[..., None, :] - TOLERANCE).all(axis=-1))
