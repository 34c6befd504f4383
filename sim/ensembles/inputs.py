"""What may differ from truth to truth: each party's importances, and the numbers that set no-deal values.

By statements where the scenario makes some; by one doubt in place of them; else by the doubt of every assumption
(`sources`: `doubt`, three tenths where none is given).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.errors import RequestError
from sim.evidence.provenance import provenance
from sim.model.arguments import level_in
from sim.model.bounds import Bound, bounds
from sim.model.parties import Party
from sim.model.paths import Keys, lookup, split
from sim.model.scenario import Scenario
from sim.model.situation import Distribution, Source, Uncertain
from sim.model.statements import (
    Interval,
    Known,
    importances_within,
    intervals_within,
    known,
    no_deal_numbers,
)
from sim.space.truths.polytopes import Polytope
from sim.studies.robust.known import doubted
from sim.theory.talks.belief import Distribution as Belief
from sim.theory.talks.distributions import Uniform, make

__all__ = ["DOUBT", "Inputs", "Number", "Weights", "belief", "inputs"]

DOUBT = 0.3
_FAMILIES = ("uniform", "triangular", "normal", "beta", "discrete")


@dataclass(frozen=True, eq=False)
class Weights:
    """What is known of one party's weights.

    Attributes
    ----------
    issues : tuple of str
        Those it values, in the file's order.
    polytope : Polytope
    tiers : tuple of tuple of int
        An order of importance, by place among the issues; empty where there is none.
    raw : tuple of Number
        Raw importances drawn each by itself; empty where statements speak of all together.
    """

    issues: tuple[str, ...]
    polytope: Polytope
    tiers: tuple[tuple[int, ...], ...] = ()
    raw: tuple[Number, ...] = ()


@dataclass(frozen=True, eq=False)
class Number:
    """A number, between what ends it is drawn, and how.

    Attributes
    ----------
    low, high : float
    belief : Belief or None
        None: every value alike.
    """

    low: float
    high: float
    belief: Belief | None = None

    @property
    def open(self) -> bool:
        """Whether it may have more than one value."""
        return self.low < self.high

    def quantile(self, uniform: Any) -> Any:
        """Return the number at some uniform numbers: its distribution, cut off at the ends."""
        if not self.open:
            return np.full(np.shape(uniform), self.low)
        found = self.belief or Uniform(self.low, self.high)
        first, last = found.cdf(np.nextafter(self.low, -np.inf)), found.cdf(self.high)
        return np.clip(found.quantile(first + uniform * (last - first)), self.low, self.high)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything that may differ.

    Attributes
    ----------
    weights : dict of str to Weights
        By party.
    numbers : dict of keys to Number
        Numbers that set no-deal values.
    by : str
        What they are taken from, in words.
    left_out : tuple of str
        Statements that bound nothing here: what they speak of stands at the file's numbers.
    """

    weights: Mapping[str, Weights]
    numbers: Mapping[Keys, Number]
    by: str
    left_out: tuple[str, ...] = field(default=())


def inputs(scenario: Scenario, doubt: Any = None, *, signers: Sequence[str] | None = None) -> Inputs:
    """Return what may differ in a scenario.

    Parameters
    ----------
    scenario : Scenario
    doubt : float, optional
        Instead of statements: every assumption is known within this share only.
    signers : sequence of str, optional
        Whose inputs count, by default all parties': those of others move nothing.

    Raises
    ------
    RequestError
        The doubt is not above 0, or nothing is uncertain.
    """
    said = scenario.spec.uncertain
    if doubt is not None:
        share = level_in("doubt", doubt)
        if not 0 < share < math.inf:
            raise RequestError(f"doubt: {share:g} (expected a share above 0)")
        found = _plain(scenario, doubted(scenario, share), f"every assumption within {share:g} of its number")
    elif said:
        found = _stated(scenario, said)
    else:
        found = _plain(scenario, _by_sources(scenario), "every assumption within its own doubt")
    if signers is not None:
        found = _of(found, signers)
    if all(w.polytope.known for w in found.weights.values()) and not any(n.open for n in found.numbers.values()):
        raise RequestError(
            "nothing is uncertain: every number is vouched for by a document, or the statements leave it nothing "
            "(expected a section uncertain, or assumptions)"
        )
    return found


def _of(found: Inputs, signers: Sequence[str]) -> Inputs:
    """Return the inputs of some parties, and those that all share."""

    def whose(keys: Keys) -> str | None:
        return keys[1] if keys[0] == "parties" else keys[4] if keys[3:4] == ("worse_by",) else None

    weights = {name: known for name, known in found.weights.items() if name in signers}
    numbers = {keys: number for keys, number in found.numbers.items() if whose(keys) in (None, *signers)}
    return replace(found, weights=weights, numbers=numbers)


def _plain(scenario: Scenario, what: Known, by: str) -> Inputs:
    parties = scenario.spec.parties
    weights = {name: Weights(tuple(parties[name].values), what.polytopes[name]) for name in parties}
    return Inputs(weights, {keys: Number(*ends) for keys, ends in what.intervals.items()}, by)


def _by_sources(scenario: Scenario) -> Known:
    """Return what is known where each assumption may be off by the doubt that its source gives."""
    data = scenario.tree.data
    sources = {split(data, path): source for path, source in scenario.spec.sources.items()}
    assumed = {split(data, item.path) for item in provenance(scenario).inputs if item.kind != "evidence"}
    polytopes = {}
    for name, party in scenario.spec.parties.items():
        places = [("parties", name, "values", issue, "importance") for issue in party.values]
        share = np.array([_doubt(sources, keys) if keys in assumed else 0.0 for keys in places])
        polytopes[name] = importances_within(party, share)
    numbers: dict[Keys, Interval] = {}
    for keys in no_deal_numbers(scenario):
        if keys in assumed:
            numbers |= intervals_within(scenario, [keys], _doubt(sources, keys))
    return Known(polytopes, numbers)


def _doubt(sources: Mapping[Keys, Source], keys: Keys) -> float:
    near = next((sources[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in sources), None)
    return DOUBT if near is None or near.doubt is None else near.doubt


def _stated(scenario: Scenario, said: Mapping[str, Uncertain]) -> Inputs:
    data = scenario.tree.data
    what = known(scenario, said)
    found = {split(data, path): statement for path, statement in said.items()}
    weights = {
        name: _weights(scenario, name, party, (what.polytopes[name], found))
        for name, party in scenario.spec.parties.items()
    }
    numbers = {keys: Number(low, high, _own(found, keys)) for keys, (low, high) in what.intervals.items()}
    unbounded = dict(_unbounded(scenario, found, numbers))
    told = {path for path in said if split(data, path) in unbounded}
    left_out = tuple(path for path in what.left_out if path not in told)
    return Inputs(weights, numbers | unbounded, "the statements of the scenario", left_out)


def _own(found: Mapping[Keys, Uncertain], keys: Keys) -> Belief | None:
    statement = found.get(keys)
    return None if statement is None or statement.distribution is None else belief(statement.distribution)


def _unbounded(
    scenario: Scenario, found: Mapping[Keys, Uncertain], bounded: Mapping[Keys, Number]
) -> Iterator[tuple[Keys, Number]]:
    """Yield numbers whose distribution has no ends: it is cut off where the number would be illegal."""
    free = set(no_deal_numbers(scenario)) - set(bounded)
    for keys in found:
        if keys in free and (own := _own(found, keys)) is not None:
            legal = bounds(scenario.spec, keys)
            low = max((_end(bound) for bound in legal if bound.kind[0] == "g"), default=-np.inf)
            high = min((_end(bound) for bound in legal if bound.kind[0] == "l"), default=np.inf)
            yield keys, Number(low, high, own)


def _end(bound: Bound) -> float:
    """Return the last number that keeps to a bound."""
    way = {"gt": np.inf, "lt": -np.inf}.get(bound.kind)
    return bound.limit if way is None else float(np.nextafter(bound.limit, way))


def _weights(scenario: Scenario, name: str, party: Party, what: tuple[Polytope, Mapping[Keys, Uncertain]]) -> Weights:
    polytope, found = what
    home = ("parties", name, "values")
    whole = [s for keys, s in found.items() if keys == home[: len(keys)] and (s.order or s.within or s.ratios)]
    issues = tuple(party.values)
    order = next((s.order for s in whole if s.order), ())
    tiers = tuple(tuple(issues.index(x) for x in ((t,) if isinstance(t, str) else t)) for t in order)
    raw = () if whole or polytope.known else tuple(_raw(scenario, name, issue, found) for issue in issues)
    return Weights(issues, polytope, tiers, raw)


def _raw(scenario: Scenario, name: str, issue: str, found: Mapping[Keys, Uncertain]) -> Number:
    """Return how one raw importance is drawn where nothing is said of all together."""
    home: Keys = ("parties", name, "values", issue)
    written = float(lookup(scenario.tree.data, (*home, "importance")))
    told = [statement for keys in (home, (*home, "importance")) if (statement := found.get(keys)) is not None]
    low, high, own = 0.0, np.inf, None
    for statement in told:
        if statement.within is not None:
            low, high = max(low, written * (1 - statement.within)), min(high, written * (1 + statement.within))
        if statement.between is not None:
            low, high = max(low, statement.between[0]), min(high, statement.between[1])
        if statement.distribution is not None:
            own = belief(statement.distribution)
            low, high = max(low, own.support[0]), min(high, own.support[1])
    return Number(low, high, own) if told else Number(written, written)


def belief(written: Distribution) -> Belief:
    """Return a distribution as the theory wants it: the file pairs each discrete value with its probability."""
    family = next(name for name in _FAMILIES if getattr(written, name) is not None)
    numbers = getattr(written, family)
    return make(family, tuple(zip(*numbers, strict=True)) if family == "discrete" else numbers)
