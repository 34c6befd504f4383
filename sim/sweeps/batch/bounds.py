"""A two-party frontier under its concave bound, and binary search along it for many leverage points at once.

A solution's objective never falls in a utility and is quasi-concave, so along the concave bound (the upper hull) it
rises to one peak and falls after it. A point of the frontier is at most as good as the bound above it: whatever level
some point reaches, all points that reach it too lie in one short stretch, found by bisection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.space.zone import TOLERANCE

__all__ = ["Outline", "first_where", "outline", "stretch"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Outline:
    """A frontier and its concave bound.

    Attributes
    ----------
    utilities : ndarray, shape (n, 2)
        Utility of the first party rises, of the second falls.
    bound : ndarray, shape (n, 2)
        The first party's utility with the most that the bound leaves the second there.
    slope : ndarray, shape (n,)
        What the second loses per unit of the first along the bound to the right of each point; inf at the last.
    before, after : ndarray of int, shape (n,)
        The nearest points at or before, and after, at which the bound is attained.
    """

    utilities: Floats
    bound: Floats
    slope: Floats
    before: Ints
    after: Ints

    def __len__(self) -> int:
        return len(self.utilities)


def outline(utilities: Floats) -> Outline:
    """Return a frontier with its concave bound.

    Parameters
    ----------
    utilities : ndarray, shape (n, 2)
        By rising utility of the first party; n at least 1.

    Examples
    --------
    >>> outline(np.array([[0.0, 1.0], [0.5, 0.4], [1.0, 0.0]])).bound[:, 1].tolist()
    [1.0, 0.5, 0.0]
    """
    corners = _corners(utilities)
    first, second = utilities[corners].T
    step = np.diff(utilities[corners], axis=0)
    with np.errstate(divide="ignore"):
        falls = np.append(-step[:, 1] / step[:, 0], np.inf)
    place = np.searchsorted(corners, np.arange(len(utilities)), side="right") - 1
    most = np.maximum(np.interp(utilities[:, 0], first, second), utilities[:, 1])
    following = corners[np.minimum(place + 1, len(corners) - 1)]
    return Outline(utilities, np.column_stack([utilities[:, 0], most]), falls[place], corners[place], following)


def _corners(utilities: Floats) -> Ints:
    """Return the rows at which the upper hull bends; points below the chord of their neighbours go, all at once."""
    chain = np.arange(len(utilities), dtype=np.int64)
    while len(chain) > 2:
        step = np.diff(utilities[chain], axis=0)
        bends = step[:-1, 0] * step[1:, 1] < step[:-1, 1] * step[1:, 0]
        if bends.all():
            break
        chain = chain[np.concatenate([[True], bends, [True]])]
    return chain


def first_where(holds: Callable[[Ints], Bools], low: Ints, high: Ints) -> Ints:
    """Return, for each entry, the least place in [low, high) at which a condition holds, else high.

    Parameters
    ----------
    holds : callable
        Places (G,) to bool (G,); once true along the places of an entry, true from there on.
    low, high : ndarray of int, shape (G,)

    Examples
    --------
    >>> first_where(lambda k: k * k >= np.array([9, 50]), np.array([0, 0]), np.array([6, 6])).tolist()
    [3, 6]
    """
    low, high = low.copy(), np.maximum(low, high)
    for _ in range(int((high - low).max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        active = low < high
        true = holds(np.where(active, middle, np.maximum(low - 1, 0)))
        high = np.where(active & true, middle, high)
        low = np.where(active & ~true, middle + 1, low)
    return low


def stretch(utilities: Floats, reservation: Floats) -> tuple[Ints, Ints]:
    """Return the stretch [start, stop) of a two-party frontier (n, 2) that is acceptable at each point (G, 2).

    Where nothing is, stop is at most start.

    Examples
    --------
    >>> u = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])
    >>> [part.tolist() for part in stretch(u, np.array([[0.2, 0.2], [0.9, 0.9]]))]
    [[1, 2], [2, 1]]
    """
    start = np.searchsorted(utilities[:, 0], reservation[:, 0] - TOLERANCE)
    stop = len(utilities) - np.searchsorted(utilities[::-1, 1], reservation[:, 1] - TOLERANCE)
    return start.astype(np.int64), stop.astype(np.int64)
