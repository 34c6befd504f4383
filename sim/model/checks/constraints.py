"""Checks of the constraints section."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.constraints import Constraint
from sim.model.paths import Keys

__all__ = ["check_constraints"]


def check_constraints(c: Context) -> Iterator[Fault]:
    """Yield every fault of the budgets."""
    for name, constraint in c.spec.constraints.items():
        keys = ("constraints", name)
        faults = [*_issues(c, keys, constraint), *_ends(c, keys, constraint)]
        yield from faults or _reachable(c, keys, constraint)


def _issues(c: Context, keys: Keys, constraint: Constraint) -> Iterator[Fault]:
    for name in constraint.sum:
        yield from c.unknown((*keys, "sum", name), name, "issue", "issues")
        issue = c.issue(name)
        if issue is not None and not issue.numeric:
            yield c.fault((*keys, "sum", name), f"{name} has named levels (expected a numeric issue)", key=True)


def _ends(c: Context, keys: Keys, constraint: Constraint) -> Iterator[Fault]:
    if constraint.min is None and constraint.max is None and not {"min", "max"} & set(c.names(*keys)):
        yield c.fault(keys, "no bound (expected min, max or both)")
    if constraint.min is not None and constraint.max is not None and constraint.min > constraint.max:
        message = f"min {constraint.min:.12g} above max {constraint.max:.12g} (expected min at most max)"
        yield c.fault(keys, message)


def _reachable(c: Context, keys: Keys, constraint: Constraint) -> Iterator[Fault]:
    """Yield a fault where no levels whatever keep to the budget."""
    issues = {name: c.issue(name) for name in constraint.sum}
    ends = []
    for name, weight in constraint.sum.items():
        if (issue := issues[name]) is None:
            return
        levels = issue.all_levels()
        ends.append(sorted(Fraction(repr(weight)) * Fraction(repr(float(level))) for level in (levels[0], levels[-1])))
    least, most = (float(sum(pair[k] for pair in ends)) for k in (0, 1))
    if least > (math.inf if constraint.max is None else constraint.max):
        yield c.fault((*keys, "max"), f"{constraint.max:.12g} (expected at least {least:.12g}, the least that can be)")
    if most < (-math.inf if constraint.min is None else constraint.min):
        yield c.fault((*keys, "min"), f"{constraint.min:.12g} (expected at most {most:.12g}, the most that can be)")
