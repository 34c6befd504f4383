"""Budgets as masks: which levels of some numeric issues keep a weighted sum within its bounds, in exact arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from sim.model.constraints import Constraint
from sim.space.blocks import Mask

__all__ = ["budget_mask", "spent"]

_INT64 = 1 << 62


def budget_mask(constraint: Constraint, levels: Mapping[str, Sequence[Any]]) -> Mask:
    """Return the combinations of levels that a budget allows.

    Sums are of whole multiples of the smallest unit that all numbers share, so that 0.1 + 0.2 keeps to 0.3.

    Parameters
    ----------
    constraint : Constraint
    levels : mapping
        The levels of each issue that are open.
    """
    names = list(levels)
    parts = [[_exact(w) * _exact(level) for level in levels[issue]] for issue, w in constraint.sum.items()]
    ends = [_exact(end) for end in (constraint.min, constraint.max) if end is not None]
    unit = math.lcm(*(number.denominator for number in (*ends, *(x for part in parts for x in part))))
    whole = [[int(x * unit) for x in part] for part in parts]
    large = sum(max(map(abs, part)) for part in whole) >= _INT64 or any(abs(end * unit) >= _INT64 for end in ends)
    total = reduce(np.add.outer, [np.array(part, dtype=object if large else np.int64) for part in whole])
    allowed = np.ones(total.shape, dtype=bool)
    if constraint.min is not None:
        allowed &= np.asarray(total >= int(_exact(constraint.min) * unit), dtype=bool)
    if constraint.max is not None:
        allowed &= np.asarray(total <= int(_exact(constraint.max) * unit), dtype=bool)
    return Mask(tuple(names.index(issue) for issue in constraint.sum), allowed)


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
