"""Outcomes as integers: the position of an outcome in file order, additive over issues.

With issues of n_1, ..., n_K levels, outcome (x_1, ..., x_K) has code sum_k x_k prod_{l>k} n_l. The code of a sum of
parts is the sum of the parts' codes, so folding carries outcomes along at no cost, and comparing codes compares
outcomes in file order. A code is held in W words of 64 bits, most significant first: spaces of 10^30 outcomes and
more need no big integers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ints", "decode", "first_rows", "strides", "words"]

Ints = NDArray[np.int64]
WORD = 2**62


def words(sizes: Sequence[int]) -> list[list[int]]:
    """Return the issues of each word, first issues first; no word's outcomes exceed 2**62.

    Examples
    --------
    >>> words([10, 20])
    [[0, 1]]
    """
    groups: list[list[int]] = [[]]
    room = WORD
    for k, size in enumerate(sizes):
        if size > room:
            groups.append([])
            room = WORD
        room //= size
        groups[-1].append(k)
    return groups


def strides(sizes: Sequence[int]) -> Ints:
    """Return what one step of each issue adds to the code, shape (K, W).

    Examples
    --------
    >>> strides([2, 3, 4]).tolist()
    [[12], [4], [1]]
    """
    groups = words(sizes)
    result = np.zeros((len(sizes), len(groups)), dtype=np.int64)
    for w, group in enumerate(groups):
        stride = 1
        for k in reversed(group):
            result[k, w] = stride
            stride *= sizes[k]
    return result


def decode(codes: Ints, sizes: Sequence[int]) -> Ints:
    """Return the level of every issue, shape (n, K), from codes (n, W).

    Examples
    --------
    >>> decode(np.array([[17]]), [2, 3, 4]).tolist()
    [[1, 1, 1]]
    """
    steps = strides(sizes)
    levels = np.empty((len(codes), len(sizes)), dtype=np.int64)
    for w, group in enumerate(words(sizes)):
        rest = codes[:, w].copy()
        for k in group:
            levels[:, k], rest = np.divmod(rest, steps[k, w])
    return levels


def first_rows(groups: Ints, codes: Ints) -> Ints:
    """Return, for each group number 0, 1, ..., the row of that group with the least code.

    Parameters
    ----------
    groups : ndarray of int, shape (n,)
        Group of each row; every number up to the largest occurs.
    codes : ndarray of int, shape (n, W)

    Examples
    --------
    >>> first_rows(np.array([0, 1, 0]), np.array([[5], [2], [3]])).tolist()
    [2, 1]
    """
    order = np.lexsort((*reversed(codes.T), groups))
    sorted_groups = groups[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = sorted_groups[1:] != sorted_groups[:-1]
    return np.asarray(order[first], dtype=np.int64)
