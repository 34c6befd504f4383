r"""Value functions of one issue: v maps a level to [0, 1].

With :math:`t = \mathrm{clip}((x - worst)/(best - worst), 0, 1)` a *shape* bends t and keeps v(0) = 0 and v(1) = 1:

- power a: :math:`t^a` (a < 1: diminishing returns);
- exponential a: :math:`(1 - e^{-a t}) / (1 - e^{-a})` (a > 0: diminishing returns), linear as a tends to 0;
- sigmoid (m, s): the logistic :math:`1/(1 + e^{-s (t - m)})`, rescaled to run from 0 to 1.

A *peak* falls off linearly on both sides of an ideal level: :math:`\max(0, 1 - |x - x_0| / w)`.

Because utilities are von Neumann-Morgenstern utilities, a concave shape is risk aversion over that issue.

Source: Keeney and Raiffa (1976), Decisions with Multiple Objectives, on value functions of one attribute.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["exponential", "peak", "piecewise", "power", "progress", "sigmoid"]

Floats = NDArray[np.float64]


def progress(x: ArrayLike, best: float, worst: float) -> Floats:
    """Return t, how far from worst to best each level lies, held at 0 and 1.

    Parameters
    ----------
    x : array_like
        Levels, any shape, in the issue's unit.
    best, worst : float
        Levels of value 1 and 0; they differ.

    Examples
    --------
    >>> progress([40, 160, 300], best=280, worst=40).tolist()
    [0.0, 0.5, 1.0]
    """
    levels = np.asarray(x, dtype=np.float64)
    return np.asarray(np.clip((levels - worst) / (best - worst), 0.0, 1.0))


def power(t: Floats, a: float) -> Floats:
    """Return t to the power a, for a > 0.

    Examples
    --------
    >>> power(np.array([0.0, 0.25, 1.0]), 0.5).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.asarray(t**a)


def exponential(t: Floats, a: float) -> Floats:
    """Return the exponential shape of t, for a other than 0.

    Examples
    --------
    >>> exponential(np.array([0.0, 1.0]), 2.0).tolist()
    [0.0, 1.0]
    """
    return np.asarray(np.expm1(-a * t) / np.expm1(-a))


def sigmoid(t: Floats, middle: float, steepness: float) -> Floats:
    """Return the logistic in t about `middle`, rescaled to run from 0 to 1, for steepness > 0.

    Examples
    --------
    >>> sigmoid(np.array([0.0, 0.5, 1.0]), 0.5, 8.0).tolist()
    [0.0, 0.5, 1.0]
    """

    def logistic(z: Floats) -> Floats:
        return np.asarray(0.5 * (1.0 + np.tanh(z / 2)))

    low, high = (logistic(np.float64(steepness * (end - middle))) for end in (0.0, 1.0))  # type: ignore[arg-type]
    return np.asarray((logistic(steepness * (t - middle)) - low) / (high - low))


def peak(x: ArrayLike, ideal: float, tolerance: float) -> Floats:
    """Return max(0, 1 - abs(x - ideal) / tolerance).

    Examples
    --------
    >>> peak([0, 5, 10, 40], ideal=10, tolerance=10).tolist()
    [0.0, 0.5, 1.0, 0.0]
    """
    levels = np.asarray(x, dtype=np.float64)
    return np.asarray(np.maximum(0.0, 1.0 - np.abs(levels - ideal) / tolerance))


def piecewise(x: ArrayLike, points: ArrayLike) -> Floats:
    """Return the piecewise linear value through points (k, 2), held at both ends.

    Examples
    --------
    >>> piecewise([-1, 5, 20], [[0, 0.25], [10, 0.75]]).tolist()
    [0.25, 0.5, 0.75]
    """
    knots = np.asarray(points, dtype=np.float64)
    return np.asarray(np.interp(np.asarray(x, dtype=np.float64), knots[:, 0], knots[:, 1]))
