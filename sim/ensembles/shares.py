"""Shares of truths, with exact intervals."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CONFIDENCE", "Share", "interval"]

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """A share of truths with its exact 95 % interval, which counts undecided truths both ways.

    Attributes
    ----------
    count, of, undecided : int
    value, low, high : float
    """

    count: int
    of: int
    undecided: int
    value: float
    low: float
    high: float


def interval(count: int, undecided: int, n: int) -> tuple[float, float]:
    """Return the exact binomial interval of a share (Clopper and Pearson 1934), undecided ones both ways.

    Examples
    --------
    >>> [round(end, 4) for end in interval(8, 1, 10)]
    [0.4439, 0.9975]
    """
    from scipy.special import betaincinv

    rest, most = (1 - CONFIDENCE) / 2, count + undecided
    low = float(betaincinv(count, n - count + 1, rest)) if count else 0.0
    return low, float(betaincinv(most + 1, n - most, 1 - rest)) if most < n else 1.0
