"""Checks shared by the concepts: x is a finite array, x >= 0; the fault names the argument.

No source: plain input checking, kept in one place so that every concept words the same fault alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["finite", "non_negative"]


def finite(name: str, numbers: ArrayLike) -> NDArray[np.float64]:
    """Return `numbers` as an array of doubles of the same shape; ValueError naming `name` where one is not finite.

    Examples
    --------
    >>> finite("cost", [1, 2]).tolist()
    [1.0, 2.0]
    """
    array = np.asarray(numbers, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: not finite (expected finite numbers)")
    return array


def non_negative(name: str, numbers: ArrayLike) -> NDArray[np.float64]:
    """Return `numbers` as finite doubles of the same shape; ValueError naming `name` where one is below 0.

    Examples
    --------
    >>> non_negative("odds", [0, 3]).tolist()
    [0.0, 3.0]
    """
    array = finite(name, numbers)
    if (array < 0).any():
        raise ValueError(f"{name}: negative (expected numbers of at least 0)")
    return array
