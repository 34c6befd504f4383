"""Checks of the parties section: values, linkages, red lines, no deal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.issues import Issue
from sim.model.names import listed
from sim.model.parties import Bounds, PackageNoDeal, Party, RedLine, Valuer, WarNoDeal
from sim.model.paths import Keys, is_number
from sim.model.values import BestWorst, Points, Table, Value, key_level

__all__ = ["check_parties", "check_valuer"]


def check_parties(c: Context) -> Iterator[Fault]:
    """Yield every fault of the parties."""
    parties = c.spec.parties
    written = len(c.names("parties"))
    if written == len(parties) and sum(p.consent for p in parties.values()) < 2:
        yield c.fault(("parties",), "fewer than two parties consent (expected at least two to agree)")
    for name, party in parties.items():
        keys = ("parties", name)
        yield from check_valuer(c, keys, party)
        for line, red_line in party.red_lines.items():
            yield from _red_line(c, (*keys, "red_lines", line), red_line)
        if isinstance(party.no_deal, WarNoDeal):
            yield from _war(c, (*keys, "no_deal", "war"), party.no_deal)
        if isinstance(party.no_deal, PackageNoDeal):
            yield from _package(c, (*keys, "no_deal", "package"), party, party.no_deal)


def check_valuer(c: Context, keys: Keys, party: Valuer) -> Iterator[Fault]:
    """Yield every fault of the values and linkages at a path."""
    yield from _values(c, keys, party)
    yield from _linkages(c, keys, party)


def _values(c: Context, keys: Keys, party: Valuer) -> Iterator[Fault]:
    for name in c.names(*keys, "values"):
        yield from c.unknown((*keys, "values", name), name, "issue", "issues")
    for name, value in party.values.items():
        here = (*keys, "values", name)
        issue = c.issue(name)
        if issue is not None:
            yield from _family_fits(c, here, issue, value)
        yield from _value(c, here, value)
    if len(c.names(*keys, "values")) == len(party.values) and _total(party) <= 0:
        yield c.fault((*keys, "values"), "importances sum to zero (expected at least one above zero)")


def _total(party: Valuer) -> float:
    return sum(v.importance for v in party.values.values()) + sum(k.importance for k in party.linkages.values())


def _family_fits(c: Context, keys: Keys, issue: Issue, value: Value) -> Iterator[Fault]:
    if isinstance(value, Table):
        for level in value.table:
            given = key_level(level) if issue.numeric else level
            yield from c.off_grid((*keys, "table", level), issue, given, key=True)
        if len(set(map(key_level, value.table))) < len(value.table) and issue.numeric:
            yield c.fault((*keys, "table"), "two keys name the same number (expected each level once)")
        missing = [level for level in issue.all_levels() if not value.has(level)]
        if missing and len(c.names(*keys, "table")) == len(value.table):
            yield c.fault((*keys, "table"), f"no value for {listed(missing, 4)} (expected every level)")
    elif not issue.numeric:
        yield c.fault(keys, "a numeric value function for named levels (expected table)")


def _value(c: Context, keys: Keys, value: Value) -> Iterator[Fault]:
    if isinstance(value, BestWorst):
        if value.best == value.worst:
            yield c.fault(keys, f"best and worst are both {value.best:.12g} (expected them to differ)")
        if value.shape is not None:
            given = [s for s in (value.shape.power, value.shape.exponential, value.shape.sigmoid) if s is not None]
            if len(given) != 1 and len(c.names(*keys, "shape")) == len(given):
                yield c.fault((*keys, "shape"), f"{len(given)} shapes (expected one: power, exponential or sigmoid)")
            if value.shape.exponential == 0:
                yield c.fault((*keys, "shape", "exponential"), "0 (expected a rate other than 0; leave shape out)")
    if isinstance(value, Points):
        levels = [x for x, _ in value.points]
        if any(b <= a for a, b in itertools.pairwise(levels)):
            yield c.fault((*keys, "points"), "levels do not rise (expected each above the one before)")


def _linkages(c: Context, keys: Keys, party: Valuer) -> Iterator[Fault]:
    for name, linkage in party.linkages.items():
        here = (*keys, "linkages", name)
        first, second = linkage.issues
        if first == second:
            yield c.fault((*here, "issues"), f"{first} is linked to itself (expected two issues)")
        for k, issue in enumerate(linkage.issues):
            yield from c.unknown((*here, "issues", str(k)), issue, "issue", "issues")
            if issue in c.names("issues") and issue not in c.names(*keys, "values"):
                message = f"{issue} has no value function here (expected one; importance 0 is allowed)"
                yield c.fault((*here, "issues", str(k)), message)
    if len(c.names(*keys, "linkages")) == len(party.linkages):
        yield from _monotone(c, keys, party)


def _monotone(c: Context, keys: Keys, party: Valuer) -> Iterator[Fault]:
    for name, value in party.values.items():
        substitutes = sum(min(0.0, k.importance) for k in party.linkages.values() if name in k.issues)
        if value.importance + substitutes < -1e-12:
            message = f"linkages take {-substitutes:.12g} from {name}, whose importance is {value.importance:.12g}"
            yield c.fault((*keys, "linkages"), f"{message} (expected no more than that: utility must not fall)")


def _red_line(c: Context, keys: Keys, line: RedLine) -> Iterator[Fault]:
    yield from c.unknown((*keys, "issue"), line.issue, "issue", "issues")
    given = {"min": line.min, "max": line.max, "forbid": line.forbid, "allow": line.allow}
    if not any(value is not None for value in given.values()) and not set(given) & set(c.names(*keys)):
        yield c.fault(keys, "no limit (expected min, max, forbid or allow)")
    issue = c.issue(line.issue)
    if issue is not None:
        yield from _bounds(c, keys, issue, line)
        for kind in ("forbid", "allow"):
            for k, level in enumerate(given[kind] or ()):  # type: ignore[arg-type]
                yield from c.off_grid((*keys, kind, str(k)), issue, level)
    for name, condition in line.when.items():
        yield from _condition(c, (*keys, "when", name), name, condition)
        if name == line.issue:
            yield c.fault((*keys, "when", name), "the limited issue itself (expected another issue)", key=True)


def _bounds(c: Context, keys: Keys, issue: Issue, bounds: RedLine | Bounds) -> Iterator[Fault]:
    if bounds.min is None and bounds.max is None:
        return
    if not issue.numeric:
        yield c.fault(keys, "min or max on named levels (expected forbid or allow)")
    elif bounds.min is not None and bounds.max is not None and bounds.min > bounds.max:
        yield c.fault(keys, f"min {bounds.min:.12g} above max {bounds.max:.12g} (expected min at most max)")


def _condition(c: Context, keys: Keys, name: str, condition: Any) -> Iterator[Fault]:
    yield from c.unknown(keys, name, "issue", "issues")
    issue = c.issue(name)
    if issue is None:
        return
    if isinstance(condition, Bounds):
        if condition.min is None and condition.max is None:
            yield c.fault(keys, "no bound (expected min, max or a list of levels)")
        yield from _bounds(c, keys, issue, condition)
    else:
        for k, level in enumerate(condition):
            yield from c.off_grid((*keys, str(k)), issue, level)


def _package(c: Context, keys: Keys, party: Party, no_deal: PackageNoDeal) -> Iterator[Fault]:
    written = set(c.names(*keys))
    missing = [name for name in party.values if name not in written and name in c.names("issues")]
    if missing:
        yield c.fault(keys, f"no level for {listed(missing)} (expected one for every issue this party values)")
    for name, level in no_deal.package.items():
        yield from c.unknown((*keys, name), name, "issue", "issues")
        issue, value = c.issue(name), party.values.get(name)
        if issue is None:
            continue
        yield from c.off_space((*keys, name), issue, level)
        if issue.numeric and is_number(level) and isinstance(value, Table) and not value.has(level):
            message = f"{level:.12g} is not in this party's table (a table needs one of its levels)"
            yield c.fault((*keys, name), message)


def _war(c: Context, keys: Keys, no_deal: WarNoDeal) -> Iterator[Fault]:
    if "war" not in c.names():
        yield c.fault(keys, "no section war (expected one at the top level with the outcomes of war)")
        return
    war = c.spec.war
    if war is None:
        return
    if war.end_rate is not None and no_deal.war.discount_rate is None and "discount_rate" not in c.names(*keys):
        yield c.fault(keys, "discount_rate is missing (war.end_rate makes costs yearly)")
    for outcome in no_deal.war.optimism:
        yield from c.unknown((*keys, "optimism", outcome), outcome, "war outcome", "war", "outcomes")
