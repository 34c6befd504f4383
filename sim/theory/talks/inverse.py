"""The inverse of a non-decreasing function f: the greatest t with f(t) <= y, for many y at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["invert"]

Array = NDArray[np.float64]

# Halving an interval more often than this moves no double: 53 bits of fraction and a few to spare.
HALVINGS = 60


def invert(function: Callable[[Array], Array], target: ArrayLike, low: float, high: float) -> Array:
    """Greatest t in [low, high] with function(t) <= target, for a non-decreasing function.

    Parameters
    ----------
    function : callable
        Non-decreasing on [low, high], from an array to an array of the same shape.
    target : array_like, shape (...)
        Values to reach.
    low, high : float
        Ends of the interval, finite.

    Returns
    -------
    ndarray, shape (...)
        `low` where even function(low) exceeds the target, `high` where nothing does.

    References
    ----------
    Bisection to the spacing of doubles, with the false position tried from both sides at each step.

    Examples
    --------
    >>> invert(lambda t: t**2, [0.25, 9.0, -1.0], 0.0, 2.0).tolist()
    [0.5, 2.0, 0.0]
    """
    aim = np.asarray(target, dtype=np.float64)
    wanted = aim.ravel()
    below, above = np.full(wanted.shape, float(low)), np.full(wanted.shape, float(high))
    least, most = function(below), function(above)
    result = np.where(most <= wanted, high, low)
    open_ = np.flatnonzero((least <= wanted) & (most > wanted))
    bracket = _Bracket(wanted[open_], below[open_], above[open_], least[open_], most[open_])
    for _ in range(HALVINGS):
        if not len(bracket.aim) or (np.nextafter(bracket.below, bracket.above) >= bracket.above).all():
            break
        bracket = _tightened(bracket, function)
    result[open_] = bracket.below
    return result.reshape(aim.shape)


class _Bracket(NamedTuple):
    """Where functions pass their aims: the greatest t known not to pass, the least known to, and values there."""

    aim: Array
    below: Array
    above: Array
    least: Array
    most: Array


def _tightened(old: _Bracket, function: Callable[[Array], Array]) -> _Bracket:
    aim, below, above, least, most = old
    width = above - below
    guess = below + width * np.clip((aim - least) / (most - least), 0.0, 1.0)
    hair = 4 * np.spacing(np.maximum(np.abs(below), np.abs(above)))
    tried = np.sort(np.clip([below + width / 2, guess - hair, guess + hair], below, above), axis=0)
    values = function(tried.ravel()).reshape(tried.shape)
    for t, value in zip(tried, values, strict=True):
        reached, passed = (value <= aim) & (t >= below), (value > aim) & (t < above)
        below, least = np.where(reached, t, below), np.where(reached, value, least)
        above, most = np.where(passed, t, above), np.where(passed, value, most)
    return _Bracket(aim, below, above, least, most)
