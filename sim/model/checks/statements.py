"""Checks of the section uncertain: what a statement names, what it says, and that some truth obeys them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.errors import Fault
from sim.model.bounds import bounds
from sim.model.checks.context import Context
from sim.model.checks.situation import check_distribution, number_at
from sim.model.names import listed, suggest
from sim.model.paths import Keys, split
from sim.model.situation import Uncertain
from sim.model.statements import Known, file_weights, known, no_deal_numbers, support
from sim.space.truths.polytopes import least

__all__ = ["check_statements"]

_KINDS = ("order", "within", "between", "ratios", "distribution")


def check_statements(c: Context) -> Iterator[Fault]:
    """Yield every fault of what is said of uncertain numbers."""
    sound: dict[str, Uncertain] = {}
    for path, statement in c.spec.uncertain.items():
        faults = list(_faults(c, path, statement))
        yield from faults
        if not faults:
            sound[path] = statement
    if sound and not any(True for _ in _broken(c)):
        yield from _contradictions(c, sound)


def _broken(c: Context) -> Iterator[str]:
    """Yield sections with faults of their own, of which other checks tell."""
    if c.names("war") and c.spec.war is None:
        yield "war"
    for name in c.names("parties"):
        party = c.spec.parties.get(name)
        if party is None or set(c.names("parties", name, "values")) != set(party.values):
            yield name
            continue
        total = sum(v.importance for v in party.values.values()) + sum(x.importance for x in party.linkages.values())
        if total <= 0 or any(set(x.issues) - set(party.values) for x in party.linkages.values()):
            yield name


def _faults(c: Context, path: str, statement: Uncertain) -> Iterator[Fault]:
    keys = ("uncertain", path)
    given = [kind for kind in _KINDS if getattr(statement, kind) is not None]
    if not given:
        yield c.fault(keys, f"says nothing (expected {listed(_KINDS)})")
        return
    try:
        found = split(c.tree.data, path)
    except KeyError as error:
        yield c.fault(keys, str(error.args[0]), key=True)
        return
    for kind in ("order", "ratios"):
        if kind in given and (len(found) != 3 or found[0] != "parties" or found[2] != "values"):
            yield c.fault((*keys, kind), f"{path} is not a party's values (expected parties.NAME.values)")
            return
    yield from _order(c, keys, found, statement)
    yield from _ratios(c, keys, found, statement)
    if statement.within is not None and not _open_below(c, found):
        yield c.fault((*keys, "within"), f"{path} holds no importance and nothing that sets a no-deal value", key=True)
    if statement.between is not None or statement.distribution is not None:
        number = yield from number_at(c, keys, path)
        if number is not None:
            yield from _interval(c, keys, number, statement)
    if statement.distribution is not None:
        yield from check_distribution(c, (*keys, "distribution"), statement.distribution)


def _named(c: Context, keys: Keys, found: Keys, issue: str) -> Iterator[Fault]:
    values = c.names(*found)
    if issue not in values:
        yield c.fault(keys, f"no issue {issue!r} among the values of {found[1]} {suggest(issue, values)}")


def _order(c: Context, keys: Keys, found: Keys, statement: Uncertain) -> Iterator[Fault]:
    names = [name for tier in statement.order or () for name in ((tier,) if isinstance(tier, str) else tier)]
    for name in dict.fromkeys(names):
        yield from _named(c, (*keys, "order"), found, name)
    for name, count in Counter(names).items():
        if count > 1:
            yield c.fault((*keys, "order"), f"names {name} {count} times (expected each issue once)")
    if any(not isinstance(tier, str) and not tier for tier in statement.order or ()):
        yield c.fault((*keys, "order"), "an empty tier (expected an issue, or some in brackets)")


def _ratios(c: Context, keys: Keys, found: Keys, statement: Uncertain) -> Iterator[Fault]:
    for pair, (low, high) in (statement.ratios or {}).items():
        here = (*keys, "ratios", pair)
        names = pair.split("/")
        if len(names) != 2 or names[0] == names[1]:
            yield c.fault(here, f"{pair!r} is no ratio of two issues (expected ISSUE/ISSUE)", key=True)
            continue
        for name in names:
            yield from _named(c, here, found, name)
        if low > high:
            yield c.fault(here, f"{low:g} is above {high:g} (expected [low, high])")


def _open_below(c: Context, found: Keys) -> bool:
    """Say whether a path holds importances or numbers that set no-deal values."""
    if any(keys[: len(found)] == found for keys in no_deal_numbers(c)):
        return True
    if found[0] != "parties" or len(found) < 2:
        return False
    return len(found) < 3 or (found[2] == "values" and found[4:] in ((), ("importance",)))


def _interval(c: Context, keys: Keys, number: Keys, statement: Uncertain) -> Iterator[Fault]:
    ends = {}
    if statement.between is not None:
        ends["between"] = statement.between
        low, high = statement.between
        if low > high:
            yield c.fault((*keys, "between"), f"{low:g} is above {high:g} (expected [low, high])")
            return
        if not _open_below(c, number):
            yield c.fault(keys, "is no importance and sets no no-deal value (expected one of these)", key=True)
    if statement.distribution is not None and (reach := support(statement.distribution)) is not None:
        ends["distribution"] = reach
    for kind, reached in ends.items():
        for bound in bounds(c.spec, number):
            beyond = [end for end in reached if not bound.holds(end)]
            if beyond:
                yield c.fault((*keys, kind), f"reaches {beyond[0]:g} (expected {bound.expected})")


def _contradictions(c: Context, statements: Mapping[str, Uncertain]) -> Iterator[Fault]:
    """Yield a fault for each smallest set of statements that no truth obeys."""
    left = dict(statements)
    while (guilty := _guilty(c, left)) is not None:
        chosen = _smallest(c, {path: left[path] for path in guilty})
        last = chosen[-1]
        others = listed(chosen[:-1])
        words = f"no numbers obey this and {others}" if others else "no numbers obey this"
        yield c.fault(("uncertain", last), f"{words} (expected statements that can be true together)", key=True)
        del left[last]


def _smallest(c: Context, statements: Mapping[str, Uncertain]) -> list[str]:
    """Drop statements while the rest still contradict each other."""
    chosen = list(statements)
    for path in list(statements):
        rest = [other for other in chosen if other != path]
        if rest and _guilty(c, {other: statements[other] for other in rest}) is not None:
            chosen = rest
    return chosen


def _guilty(c: Context, statements: Mapping[str, Uncertain]) -> Sequence[str] | None:
    """Return statements among which some contradict each other, None where some truth obeys all."""
    found = known(c, statements)
    keys = {path: split(c.tree.data, path) for path in statements}
    for number, (low, high) in found.intervals.items():
        if low > high:
            return [path for path, at in keys.items() if number[: len(at)] == at]
    for name in found.polytopes:
        home = ("parties", name, "values")
        if _empty(c, name, found):
            return [path for path, at in keys.items() if at[:3] == home[: len(at[:3])]]
    return None


def _empty(c: Context, name: str, found: Known) -> bool:
    polytope = found.polytopes[name]
    own = file_weights(c.spec.parties[name])
    raw = sum(v.importance for v in c.spec.parties[name].values.values())
    scaled = np.append(own, own.sum() / raw if raw else 0.0)
    inside = (own >= polytope.low - 1e-12).all() and (own <= polytope.high + 1e-12).all()
    if inside and (not len(polytope.rows) or (polytope.rows @ scaled <= 1e-12).all()):
        return False
    return bool(np.isnan(least(polytope, np.zeros((1, polytope.size)))[0]).any())
