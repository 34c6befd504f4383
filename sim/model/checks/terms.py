"""Checks of terms of a deal that move later leverage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.issues import Issue
from sim.model.paths import Keys
from sim.model.situation import FutureDate
from sim.model.values import key_level

__all__ = ["check_terms"]

_ENDS = {"from", "to"}


def check_terms(c: Context, name: str, date: FutureDate) -> Iterator[Fault]:
    """Yield every fault of what the terms of a deal move by a date."""
    if date.terms and date.during == "war":
        yield c.fault(
            ("future", name, "terms"), "there is no deal while fighting goes on (expected a date with if: peace)"
        )
    for lever, own in date.terms.items():
        keys = ("future", name, "terms", lever)
        yield from c.unknown(keys, lever, "leverage variable", "leverage")
        for issue, table in own.items():
            yield from c.unknown((*keys, issue), issue, "issue", "issues")
            if (record := c.issue(issue)) is not None:
                yield from _table(c, (*keys, issue), record, table)
        if lever in c.spec.leverage and all(c.issue(issue) is not None for issue in own):
            yield from _together(c, keys, date, own)


def _table(c: Context, keys: Keys, issue: Issue, table: Mapping[str, float]) -> Iterator[Fault]:
    if issue.numeric and _ENDS & set(table):
        if set(table) != _ENDS:
            yield c.fault(keys, f"{', '.join(table)} (expected from and to, or levels)")
        return
    for level in table:
        given = key_level(level) if issue.numeric else level
        yield from c.off_grid((*keys, level), issue, given, key=True)


def _together(c: Context, keys: Keys, date: FutureDate, own: Mapping[str, Mapping[str, float]]) -> Iterator[Fault]:
    """Yield a fault where the terms of some deal take a variable out of its range."""
    variable = c.spec.leverage[keys[-1]]
    level = date.leverage.get(keys[-1], variable.default)
    for pick, words in ((max, "most"), (min, "least")):
        total = level + sum(
            pick([0.0, *table.values()]) if not set(table) >= _ENDS else pick(table.values()) for table in own.values()
        )
        if variable.range[0] < variable.range[1] and variable.holds(level) and not variable.holds(total):
            low, high = variable.range
            yield c.fault(keys, f"takes {keys[-1]} to {total:.12g} at {words} (expected {low:.12g} to {high:.12g})")
