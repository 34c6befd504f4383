"""Checks shared by the concepts: x is finite, x >= 0, sum p = 1, shapes fit, d u_1 > 0 > d u_2 along a frontier.

The fault names the argument.

No source: plain input checking, kept in one place so that every concept words the same fault alike.
"""

from __future__ import annotations

from math import isfinite
from operator import index
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "broadcast",
    "check_frontier",
    "check_points",
    "check_power",
    "finite",
    "non_negative",
    "number",
    "numbers",
    "per_party",
    "probabilities",
    "together",
    "whole",
]

Array = NDArray[np.float64]

SUM_TOLERANCE = 1e-9


def numbers(name: str, values: ArrayLike) -> Array:
    """Return `values` as an array of doubles of the same shape; ValueError naming `name` where they are no numbers.

    Examples
    --------
    >>> numbers("cost", [1, float("inf")]).tolist()
    [1.0, inf]
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name}: not an array of numbers ({fault})") from None


def finite(name: str, values: ArrayLike) -> Array:
    """Return `values` as an array of doubles of the same shape; ValueError naming `name` where one is not finite.

    Examples
    --------
    >>> finite("cost", [1, 2]).tolist()
    [1.0, 2.0]
    """
    array = numbers(name, values)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: not finite (expected finite numbers)")
    return array


def non_negative(name: str, values: ArrayLike) -> Array:
    """Return `values` as finite doubles of the same shape; ValueError naming `name` where one is below 0.

    Examples
    --------
    >>> non_negative("odds", [0, 3]).tolist()
    [0.0, 3.0]
    """
    array = finite(name, values)
    if (array < 0).any():
        raise ValueError(f"{name}: negative (expected numbers of at least 0)")
    return array


def probabilities(name: str, values: ArrayLike) -> Array:
    """Return `values` (..., W) as doubles of at least 0 that sum to 1 over the last axis, within 1e-9.

    A ValueError names `name` where they do not, or where they have no axis.

    Examples
    --------
    >>> probabilities("p", [0.25, 0.75]).tolist()
    [0.25, 0.75]
    """
    array = numbers(name, values)
    if array.ndim == 0:
        raise ValueError(f"{name}: a single number (expected one for each outcome)")
    # What is not finite fails one of these comparisons too.
    if not (array >= 0).all() or not (np.abs(array.sum(axis=-1) - 1) <= SUM_TOLERANCE).all():
        worst = np.abs(non_negative(name, array).sum(axis=-1) - 1).max()
        raise ValueError(f"{name}: off a sum of 1 by {worst:g} (expected probabilities)")
    return array


def number(name: str, value: object) -> float:
    """Return one finite number as a float; ValueError naming `name` for anything else.

    Examples
    --------
    >>> number("cost", np.array(2))
    2.0
    """
    array = finite(name, value)  # type: ignore[arg-type]
    if array.ndim:
        raise ValueError(f"{name}: shape {array.shape} (expected a single number)")
    return float(array)


def per_party(name: str, values: ArrayLike, parties: int) -> Array:
    """Return `values` as finite doubles (..., P), one for each of P parties; ValueError naming `name` otherwise.

    Examples
    --------
    >>> per_party("today", [0.5, 0.25], 2).tolist()
    [0.5, 0.25]
    """
    array = finite(name, values)
    if array.shape[-1:] != (parties,):
        raise ValueError(f"{name}: shape {array.shape} (expected (..., {parties}), one number for each party)")
    return array


def whole(name: str, value: Any) -> int:
    """Return a whole number as an int; ValueError naming `name` for anything else, 2.0 included.

    Examples
    --------
    >>> whole("rounds", np.int64(3))
    3
    """
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"{name}: {value!r} (expected a whole number)") from None


def together(**shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that shapes broadcast to; ValueError naming the first that does not fit those before it.

    Examples
    --------
    >>> together(today=(4, 2), rates=(2,))
    (4, 2)
    >>> together(today=(4, 2), rates=(3,))
    Traceback (most recent call last):
        ...
    ValueError: rates: axes (3,) do not fit the axes (4, 2) of today (expected shapes that broadcast)
    """
    try:
        return np.broadcast_shapes(*shapes.values())
    except ValueError:
        before: dict[str, tuple[int, ...]] = {}
        for name, shape in shapes.items():
            try:
                np.broadcast_shapes(shape, *before.values())
            except ValueError:
                given = f"the axes {np.broadcast_shapes(*before.values())} of {', '.join(before)}"
                fault = f"{name}: axes {shape} do not fit {given} (expected shapes that broadcast)"
                raise ValueError(fault) from None
            before[name] = shape
        raise


def broadcast(**arrays: Array) -> tuple[Array, ...]:
    """Return arrays broadcast against each other; ValueError naming the first that does not fit those before it.

    Examples
    --------
    >>> [array.shape for array in broadcast(reward=np.zeros(3), punishment=np.zeros(()))]
    [(3,), (3,)]
    """
    together(**{name: array.shape for name, array in arrays.items()})
    return tuple(np.broadcast_arrays(*arrays.values()))


def check_frontier(frontier: Array, name: str = "frontier") -> None:
    """Refuse what is no list of vertices, not finite or in no order; whether it is concave is not looked at.

    Raises
    ------
    ValueError
        Naming the argument, if vertices are not (k, 2), k >= 1, finite, party 1's utility strictly rising and party
        2's strictly falling.

    Examples
    --------
    >>> check_frontier(np.array([[0.0, 1.0], [1.0, 0.0]]))
    """
    if frontier.ndim != 2 or frontier.shape[1] != 2 or not len(frontier) or not np.isfinite(frontier).all():
        raise ValueError(f"{name}: shape {frontier.shape} (expected finite vertices (k, 2), k at least 1)")
    step = frontier[1:] - frontier[:-1]
    if not ((step[:, 0] > 0).all() and (step[:, 1] < 0).all()):
        raise ValueError(f"{name}: not in order (expected party 1's utility to rise and party 2's to fall)")


def check_points(**points: Array) -> None:
    """Refuse points that are not two finite numbers.

    Raises
    ------
    ValueError
        Naming the first such argument.

    Examples
    --------
    >>> check_points(disagreement=np.zeros(2))
    """
    for name, point in points.items():
        if point.shape != (2,) or not all(map(isfinite, point.tolist())):
            raise ValueError(f"{name}: {point.tolist()} (expected two finite numbers)")


def check_power(power: Array) -> None:
    """Refuse bargaining powers that are negative, not finite or all 0.

    Raises
    ------
    ValueError
        Naming the argument.

    Examples
    --------
    >>> check_power(np.array([0.0, 1.0]))
    """
    check_points(power=power)
    if not min(power.tolist()) >= 0 or not max(power.tolist()) > 0:
        raise ValueError(f"power: {power.tolist()} (expected numbers of at least 0, not all 0)")
