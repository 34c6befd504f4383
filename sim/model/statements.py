"""Statements about numbers that are not known, as sets: polytopes of importances, intervals of no-deal numbers.

A statement stands in the section `uncertain` at a path. About a party's importances together (`parties.P.values`): an
`order` of tiers, `within` a share of the file's weights, `ratios` of two. About one importance or one number that sets
a no-deal value: `within` or `between`; a distribution counts by its ends. Importances of which nothing is said are
bound by the others alone where a statement speaks of all, and stand at the file's where only single ones are open.
Linkages keep their weight, and more of an issue never hurts: w_k is at least what its substitutes take away.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.model.parties import Party, Valuer
from sim.model.paths import is_number, lookup, split
from sim.model.situation import Distribution, Uncertain
from sim.model.spec import Spec
from sim.model.tree import Tree
from sim.space.truths.polytopes import Polytope

__all__ = [
    "UNBOUND",
    "File",
    "Known",
    "file_weights",
    "importances_within",
    "intervals_within",
    "known",
    "least_weights",
    "no_deal_numbers",
    "support",
    "weights",
]

Floats = NDArray[np.float64]
Keys = tuple[str, ...]
Interval = tuple[float, float]
UNBOUND = 1e6
_NONE = -1
_IMPORTANCE = ((), ("importance",))


class File(Protocol):
    """What was read of a scenario file."""

    @property
    def spec(self) -> Spec:
        """Its record."""

    @property
    def tree(self) -> Tree:
        """Its data with places."""


@dataclass(frozen=True, eq=False)
class Known:
    """What a truth may be.

    Attributes
    ----------
    polytopes : dict of str to Polytope
        Weights of the issues a party values, in the file's order, by party; the linkages keep theirs.
    intervals : dict of keys to (low, high)
        Numbers that set no-deal values; those left out are as in the file.
    statements : tuple of str
        The paths of the statements used.
    left_out : tuple of str
        Those of statements that bound neither importances nor numbers that set a no-deal value.
    """

    polytopes: Mapping[str, Polytope]
    intervals: Mapping[Keys, Interval]
    statements: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def known(file: File, statements: Mapping[str, Uncertain]) -> Known:
    """Return what some statements leave open; what they do not speak of is as in the file."""
    found = [(split(file.tree.data, path), statement) for path, statement in statements.items()]
    polytopes = {name: _polytope(party, name, found) for name, party in file.spec.parties.items()}
    intervals: dict[Keys, Interval] = {}
    for keys, statement in found:
        for number in no_deal_numbers(file):
            if number[: len(keys)] == keys and (ends := _ends(file, number, statement)) is not None:
                low, high = intervals.get(number, (-np.inf, np.inf))
                intervals[number] = (max(low, ends[0]), min(high, ends[1]))
    used = {path for path, (keys, said) in zip(statements, found, strict=True) if _bounds(file, keys, said)}
    idle = tuple(path for path in statements if path not in used)
    return Known(polytopes, intervals, tuple(path for path in statements if path in used), idle)


def _bounds(file: File, keys: Keys, statement: Uncertain) -> bool:
    """Say whether a statement bounds importances or numbers that set a no-deal value."""
    if _speaks(statement) or statement.between is not None:
        return True
    if statement.distribution is None or support(statement.distribution) is None:
        return False
    return (keys[0] == "parties" and keys[2:3] == ("values",)) or keys in set(no_deal_numbers(file))


@dataclass
class _Rows:
    """A polytope in the making."""

    low: Floats
    high: Floats
    rows: list[Floats] = field(default_factory=list)
    names: list[int] = field(default_factory=list)

    def add(self, statement: int, size: int, *entries: tuple[int, float]) -> None:
        row = np.zeros(size + 1)
        for k, coefficient in entries:
            row[k] += coefficient
        self.rows.append(row)
        self.names.append(statement)


def weights(party: Valuer) -> tuple[dict[str, float], dict[str, float]]:
    """Return the normalised weights of a party's issues and of its linkages; together they sum to 1."""
    issues = {name: value.importance for name, value in party.values.items()}
    linkages = {name: linkage.importance for name, linkage in party.linkages.items()}
    total = sum(issues.values()) + sum(linkages.values())
    return {k: w / total for k, w in issues.items()}, {k: w / total for k, w in linkages.items()}


def file_weights(party: Party) -> Floats:
    """Return the normalised weights of a party's issues, shape (m,)."""
    return np.array(list(weights(party)[0].values()))


def least_weights(party: Party) -> Floats:
    """Return the least weight of each issue for which more of it never hurts, whatever substitutes it has."""
    linked = weights(party)[1]
    least = dict.fromkeys(party.values, 0.0)
    for name, linkage in party.linkages.items():
        for issue in linkage.issues:
            least[issue] += max(0.0, -linked[name])
    return np.array(list(least.values()))


def importances_within(party: Party, share: Any) -> Polytope:
    """Return the weights each within a share of the file's, a number or (m,); 0 where it is known."""
    own = file_weights(party)
    low, high = np.maximum(own * (1 - np.asarray(share)), 0.0), own * (1 + np.asarray(share))
    low = np.minimum(np.maximum(low, least_weights(party)), own)
    return Polytope(float(own.sum()), low, high, np.empty((0, len(own) + 1)))


def intervals_within(file: File, numbers: Iterable[Keys], share: Any) -> dict[Keys, tuple[Any, Any]]:
    """Return the intervals of numbers each within a share of the file's; none changes its sign.

    The share may be an array of shape (n,); then so are the ends.
    """
    return {keys: _within(file, keys, share) for keys in numbers}


def _within(file: File, keys: Keys, share: Any) -> tuple[Any, Any]:
    value = float(lookup(file.tree.data, keys))
    if np.ndim(share) == 0 and share >= UNBOUND:
        # As good as unbounded, also where the file's number is 0, of which every share is 0.
        most = UNBOUND * max(1.0, abs(value))
        one_sided = keys[-1] in ("odds", "end_rate", "discount_rate") or "optimism" in keys
        return (1e-9 * most / UNBOUND if one_sided else -most), most
    # A rate at which war ends, or a factor of optimism, may be small but not 0.
    least = 1e-9 if keys[-1] == "end_rate" or "optimism" in keys else 0.0
    near, far = value * np.maximum(1 - np.asarray(share), least), value * (1 + np.asarray(share))
    return np.minimum(near, far), np.maximum(near, far)


def no_deal_numbers(file: File) -> Iterator[Keys]:
    """Yield the keys of every number that sets a no-deal value: odds, losses, rates, costs, optimism, plain values."""
    spec, data = file.spec, file.tree.data
    if spec.war is not None:
        for name, outcome in spec.war.outcomes.items():
            yield ("war", "outcomes", name, "odds")
            yield from (("war", "outcomes", name, "worse_by", party) for party in outcome.worse_by)
        if spec.war.end_rate is not None:
            yield ("war", "end_rate")
    for name in spec.parties:
        yield from _numbers_below(("parties", name, "no_deal"), lookup(data, ("parties", name, "no_deal")))


def _numbers_below(keys: Keys, value: Any) -> Iterator[Keys]:
    if is_number(value):
        yield keys
    elif isinstance(value, Mapping):
        # The levels of a package are a point of issue space, as those of a war's outcomes are.
        for name, inner in value.items():
            if name != "package":
                yield from _numbers_below((*keys, name), inner)


def _ends(file: File, keys: Keys, statement: Uncertain) -> Interval | None:
    """Return the interval that a statement leaves a number, None where it says nothing of it."""
    found = []
    if statement.within is not None:
        low, high = _within(file, keys, statement.within)
        found.append((float(low), float(high)))
    if statement.between is not None:
        found.append(statement.between)
    if statement.distribution is not None and (ends := support(statement.distribution)) is not None:
        found.append(ends)
    if not found:
        return None
    return max(low for low, _ in found), min(high for _, high in found)


def support(belief: Distribution) -> Interval | None:
    """Return the ends of a distribution, None where it has none."""
    if belief.discrete is not None:
        values = [value for value, _ in belief.discrete]
        return min(values), max(values)
    if belief.beta is not None:
        return belief.beta[2], belief.beta[3]
    ends = belief.uniform or belief.triangular
    return None if ends is None else (ends[0], ends[-1])


def _polytope(party: Party, name: str, found: list[tuple[Keys, Uncertain]]) -> Polytope:
    home = ("parties", name, "values")
    whole = [(n, s) for n, (keys, s) in enumerate(found) if keys == home[: len(keys)] and _speaks(s)]
    below = [(n, keys, s) for n, (keys, s) in enumerate(found) if len(keys) > 3 and keys[:3] == home]
    single = [(n, keys[3], s) for n, keys, s in below if keys[4:] in _IMPORTANCE]
    if not whole and not single:
        return importances_within(party, 0.0)
    own, least = file_weights(party), least_weights(party)
    rows = _Rows(least, np.full(len(own), np.inf))
    for number, statement in whole:
        _of_all(rows, party, number, statement)
    told = {issue: (number, ends) for number, issue, s in single if (ends := _raw_ends(party, issue, s)) is not None}
    if not whole:
        # Of the others nothing is said: their raw importances are the file's.
        told = {issue: told.get(issue, (_NONE, (v.importance, v.importance))) for issue, v in party.values.items()}
    for issue, (number, (low, high)) in told.items():
        k = list(party.values).index(issue)
        rows.add(number, len(own), (k, -1.0), (len(own), low))
        rows.add(number, len(own), (k, 1.0), (len(own), -high))
    built = np.array(rows.rows).reshape(len(rows.rows), len(own) + 1)
    total = float(own.sum())
    return Polytope(total, rows.low, np.minimum(rows.high, total), built, tuple(rows.names))


def _speaks(statement: Uncertain) -> bool:
    """Say whether a statement at or above `parties.P.values` says something of importances."""
    return any(x is not None for x in (statement.order, statement.within, statement.ratios))


def _of_all(rows: _Rows, party: Party, number: int, statement: Uncertain) -> None:
    """Add what a statement about a party's importances together says."""
    issues, own = list(party.values), file_weights(party)
    if statement.within is not None and statement.within < UNBOUND:
        rows.low = np.maximum(rows.low, np.minimum(own, own * (1 - statement.within)))
        rows.high = np.minimum(rows.high, own * (1 + statement.within))
    for above, below in ordered(statement):
        rows.add(number, len(own), (issues.index(below), 1.0), (issues.index(above), -1.0))
    for pair, (low, high) in (statement.ratios or {}).items():
        first, second = (issues.index(part) for part in pair.split("/"))
        rows.add(number, len(own), (first, -1.0), (second, low))
        rows.add(number, len(own), (first, 1.0), (second, -high))


def _raw_ends(party: Party, issue: str, statement: Uncertain) -> Interval | None:
    """Return the interval of one raw importance that a statement leaves."""
    raw = party.values[issue].importance
    found = [] if statement.within is None else [(raw * (1 - statement.within), raw * (1 + statement.within))]
    found += [] if statement.between is None else [statement.between]
    ends = None if statement.distribution is None else support(statement.distribution)
    found += [] if ends is None else [ends]
    return (max(0.0, *(low for low, _ in found)), min(high for _, high in found)) if found else None


def ordered(statement: Uncertain) -> Iterator[tuple[str, str]]:
    """Yield (issue, issue that matters no more) for neighbouring tiers of an order."""
    tiers = [(tier,) if isinstance(tier, str) else tier for tier in statement.order or ()]
    for upper, lower in itertools.pairwise(tiers):
        yield from ((above, below) for above in upper for below in lower)
