"""Budgets as sums of whole numbers: what some numeric issues' levels add up to, in exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from sim.model.constraints import Constraint
from sim.space.constraints import Sum

__all__ = ["budget_sum", "spent"]

_INT64 = 1 << 62


def budget_sum(constraint: Constraint, levels: Mapping[str, Sequence[Any]]) -> Sum:
    """Return a budget over the levels that are open.

    Sums are of whole multiples of the smallest unit that the levels share, so that 0.1 + 0.2 keeps to 0.3; bounds that
    are no multiple of it are drawn in to the next one that is.

    Parameters
    ----------
    constraint : Constraint
    levels : mapping
        The levels of each issue that are open.

    Examples
    --------
    >>> found = budget_sum(Constraint(sum={"a": 1.0}, max=0.35), {"a": [0.1, 0.2, 0.3]})
    >>> [part.tolist() for part in found.parts], found.high
    ([[1, 2, 3]], 3)
    """
    names = list(levels)
    parts = [[_exact(w) * _exact(level) for level in levels[issue]] for issue, w in constraint.sum.items()]
    numbers = [x for part in parts for x in part]
    unit = Fraction(math.gcd(*(x.numerator for x in numbers)) or 1, math.lcm(*(x.denominator for x in numbers)))
    whole = [[int(x / unit) for x in part] for part in parts]
    large = sum(max(map(abs, part)) for part in whole) >= _INT64
    return Sum(
        tuple(names.index(issue) for issue in constraint.sum),
        tuple(np.array(part, dtype=object if large else np.int64) for part in whole),
        None if constraint.min is None else math.ceil(_exact(constraint.min) / unit),
        None if constraint.max is None else math.floor(_exact(constraint.max) / unit),
    )


def spent(constraint: Constraint, outcome: Mapping[str, Any]) -> float:
    """Return the weighted sum of an outcome.

    Examples
    --------
    >>> spent(Constraint(sum={"a": 1.0, "b": 2.0}, max=9.0), {"a": 0.1, "b": 0.1})
    0.3
    """
    return float(sum((_exact(w) * _exact(outcome[issue]) for issue, w in constraint.sum.items()), Fraction(0)))


def _exact(number: float) -> Fraction:
    return Fraction(repr(float(number)))
