"""Checks of the war, talks, future, enforcement, moves, private and dynamics sections."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Iterator, Mapping

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.checks.terms import check_terms
from sim.model.names import listed, suggest
from sim.model.paths import Keys, is_number, lookup, split
from sim.model.reach import channel, reaches_no_deal_only
from sim.model.situation import Distribution, Leverage
from sim.model.values import Table, key_level
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = [
    "check_beliefs",
    "check_distribution",
    "check_enforcement",
    "check_future",
    "check_moves",
    "check_talks",
    "check_war",
    "leverage_set",
    "number_at",
]


def check_war(c: Context) -> Iterator[Fault]:
    """Yield every fault of the war lottery."""
    war = c.spec.war
    if war is None:
        return
    if sum(outcome.odds for outcome in war.outcomes.values()) <= 0:
        yield c.fault(("war", "outcomes"), "all odds are zero (expected at least one above zero)")
    if war.end_rate is not None and war.status_quo is None:
        yield c.fault(("war",), "status_quo is missing (end_rate needs where matters stand while war lasts)")
    if war.status_quo is not None:
        yield from _point(c, ("war", "status_quo"), war.status_quo)
    for name, outcome in war.outcomes.items():
        keys = ("war", "outcomes", name)
        yield from _point(c, (*keys, "levels"), outcome.levels)
        for party in outcome.worse_by:
            yield from c.unknown((*keys, "worse_by", party), party, "party", "parties")


def check_talks(c: Context) -> Iterator[Fault]:
    """Yield every fault of the talks section."""
    talks = c.spec.talks
    if talks is None:
        return
    known = [name for name, solution in SOLUTIONS.items() if solution.objective is not None]
    if talks.solution not in known:
        yield c.fault(("talks", "solution"), f"no solution named {talks.solution!r} {suggest(talks.solution, known)}")
    written = c.names("talks", "costs")
    for name in written:
        yield from c.unknown(("talks", "costs", name), name, "party", "parties")
    missing = [name for name, party in c.spec.parties.items() if party.consent and name not in written]
    if written and missing:
        yield c.fault(("talks", "costs"), f"no cost for {listed(missing)} (expected one for every party that consents)")


def _point(c: Context, keys: Keys, levels: Mapping[str, float | str]) -> Iterator[Fault]:
    written = set(c.names(*keys))
    missing = [name for name in c.names("issues") if name not in written]
    if missing:
        yield c.fault(keys, f"no level for {', '.join(missing)} (expected every issue)")
    for name, level in levels.items():
        here = (*keys, name)
        yield from c.unknown(here, name, "issue", "issues")
        issue = c.issue(name)
        if issue is not None:
            yield from c.off_space(here, issue, level)
            if issue.numeric and is_number(level):
                yield from _in_tables(c, here, name, float(level))


def _in_tables(c: Context, keys: Keys, name: str, level: float) -> Iterator[Fault]:
    for party, record in c.spec.parties.items():
        value = record.values.get(name)
        if isinstance(value, Table) and not value.has(level):
            yield c.fault(keys, f"{level:.12g} is not in {party}'s table (a table needs one of its levels)")


def leverage_set(c: Context, keys: Keys, levels: Mapping[str, float], *, added: bool) -> Iterator[Fault]:
    """Yield a fault where levels of variables, set or added to their defaults, are unknown or out of range."""
    for name, level in levels.items():
        here = (*keys, name)
        yield from c.unknown(here, name, "leverage variable", "leverage")
        leverage = c.spec.leverage.get(name)
        if leverage is not None and _in_range(leverage):
            low, high = leverage.range
            final = level + (leverage.default if added else 0.0)
            if not leverage.holds(final):
                yield c.fault(here, f"makes the level {final:.12g} (expected {low:.12g} to {high:.12g})")


def _in_range(leverage: Leverage) -> bool:
    """Say whether a leverage variable's own numbers are sound."""
    return leverage.range[0] <= leverage.default <= leverage.range[1] and leverage.range[0] < leverage.range[1]


def check_future(c: Context) -> Iterator[Fault]:
    """Yield every fault of the later dates."""
    for name, date in c.spec.future.items():
        yield from leverage_set(c, ("future", name, "leverage"), date.leverage, added=False)
        yield from check_terms(c, name, date)
    yield from _course(c)


def _course(c: Context) -> Iterator[Fault]:
    """Yield every fault of the dates of the course of war."""
    war, seen = c.spec.war, dict[float, str]()
    for name, date in c.spec.war_dates.items():
        if war is None or war.end_rate is None:
            yield c.fault(("future", name, "if"), "war has no course (expected war.end_rate: a war that lasts)")
        if (other := seen.setdefault(date.after_years, name)) != name:
            yield c.fault(
                ("future", name, "after_years"),
                f"{date.after_years:.12g} is also the date of {other} (expected one date of war at a time)",
            )


def check_enforcement(c: Context) -> Iterator[Fault]:
    """Yield every fault of the enforcement section."""
    for party, issues in c.spec.enforcement.items():
        yield from c.unknown(("enforcement", party), party, "party", "parties")
        for name, losses in issues.items():
            keys = ("enforcement", party, name)
            yield from c.unknown(keys, name, "issue", "issues")
            issue = c.issue(name)
            for level in losses if issue is not None else ():
                assert issue is not None
                given = key_level(level) if issue.numeric else level
                yield from c.off_grid((*keys, level), issue, given, key=True)


def check_moves(c: Context) -> Iterator[Fault]:
    """Yield every fault of the moves; all moves made together must stay in the leverage ranges."""
    sound = True
    for party, moves in c.spec.moves.items():
        yield from c.unknown(("moves", party), party, "party", "parties")
        for name, move in moves.items():
            faults = list(leverage_set(c, ("moves", party, name, "leverage"), move.leverage, added=True))
            sound = sound and not faults
            yield from faults
    if sound and c.spec.moves:
        yield from _joint_moves(c)


def _joint_moves(c: Context) -> Iterator[Fault]:
    for name, leverage in c.spec.leverage.items():
        if not _in_range(leverage):
            continue
        steps = [[m.leverage.get(name, 0.0) for m in moves.values()] for moves in c.spec.moves.values() if moves]
        for total, words in ((sum(map(max, steps)), "most"), (sum(map(min, steps)), "least")):
            level = leverage.default + total
            if not leverage.holds(level):
                low, high = leverage.range
                message = f"moves together take {name} to {level:.12g} at {words} (expected {low:.12g} to {high:.12g})"
                yield c.fault(("moves",), message)


def check_beliefs(c: Context) -> Iterator[Fault]:
    """Yield every fault of the private section."""
    for path, private in c.spec.private.items():
        keys = ("private", path)
        number = yield from number_at(c, keys, path)
        if number is not None and not reaches_no_deal_only(number):
            yield c.fault(keys, "reaches more than a reservation value (expected war or no_deal numbers)", key=True)
        yield from c.unknown((*keys, "known_to"), private.known_to, "party", "parties")
        if number is not None and number[0] == "parties" and private.known_to in set(c.spec.parties) - {number[1]}:
            message = f"{private.known_to!r} has nothing to do with this number (expected {number[1]})"
            yield c.fault((*keys, "known_to"), message)
        yield from check_distribution(c, (*keys, "distribution"), private.distribution)
        if number is not None:
            yield from _support(c, (*keys, "distribution"), private.distribution, number)


def number_at(c: Context, keys: Keys, path: str) -> Generator[Fault, None, Keys | None]:
    """Yield a fault where a path names no number; return the path's keys otherwise."""
    try:
        found = split(c.tree.data, path)
    except KeyError as error:
        yield c.fault(keys, str(error.args[0]), key=True)
        return None
    if not is_number(lookup(c.tree.data, found)):
        yield c.fault(keys, f"{path} is not a number in this file (expected a path to one)", key=True)
        return None
    return found


def check_distribution(c: Context, keys: Keys, belief: Distribution) -> Iterator[Fault]:
    """Yield every fault of a distribution's own numbers."""
    given = [name for name in ("uniform", "triangular", "normal", "beta", "discrete") if getattr(belief, name)]
    if len(given) != 1:
        if len(c.names(*keys)) == len(given):
            yield c.fault(keys, f"{len(given)} families (expected one: uniform, triangular, normal, beta or discrete)")
        return
    parameters = getattr(belief, given[0])
    ordered = parameters if given[0] in ("uniform", "triangular") else parameters[2:] if given[0] == "beta" else ()
    if ordered and (any(a > b for a, b in itertools.pairwise(ordered)) or ordered[0] == ordered[-1]):
        yield c.fault((*keys, given[0]), "numbers do not rise (expected low below high)")
    if given[0] == "discrete" and abs(sum(p for _, p in parameters) - 1) > 1e-9:
        total = sum(p for _, p in parameters)
        yield c.fault((*keys, "discrete"), f"probabilities sum to {total:.12g} (expected 1)")


def _support(c: Context, keys: Keys, belief: Distribution, number: Keys) -> Iterator[Fault]:
    """Yield a fault where a belief reaches values that the number may not have."""
    kind, lowest = channel(number), _lowest(belief)
    positive = kind == "optimism" or number[-1] in ("end_rate", "round")
    if lowest is None or not (positive or kind in ("odds", "rate")):
        return
    if lowest < 0 or (positive and lowest == 0):
        shown = "any number below 0" if lowest == -math.inf else f"{lowest:.12g}"
        yield c.fault(keys, f"reaches {shown} (expected {'more than' if positive else 'at least'} 0)")


def _lowest(belief: Distribution) -> float | None:
    """Return the least value of a belief; None where no family is given."""
    if belief.normal is not None:
        return -math.inf
    if belief.discrete is not None:
        return min(value for value, _ in belief.discrete)
    if belief.beta is not None:
        return belief.beta[2]
    ends = belief.uniform or belief.triangular
    return None if ends is None else ends[0]
