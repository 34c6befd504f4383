"""Notes on a sound scenario: not faults, but what an analyst should know before trusting it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sim.errors import visible
from sim.model.parties import Party
from sim.model.paths import Keys, dotted, is_number, lookup, split
from sim.model.reach import channel
from sim.model.situation import Uncertain
from sim.model.spec import Spec
from sim.model.statements import ordered, support
from sim.model.values import BestWorst, Value

__all__ = ["advice"]


def advice(spec: Spec, data: Mapping[str, Any]) -> dict[str, str]:
    """Return notes by path."""
    found = (_steering(data), _spans(spec), _unvalued(spec), _one_cause_one_channel(spec, data))
    return dict(itertools.chain(*found, _no_zone(spec), _straight(spec), _unplayed(spec), _disobeyed(spec, data)))


def _steering(data: Any, keys: Keys = ()) -> Iterator[tuple[str, str]]:
    """Yield a note on every text that would steer a terminal or turn the words around it."""
    if isinstance(data, str):
        if visible(data, keep="\n\t") != data:
            text = "holds control characters or overrides of direction, which are shown as escapes"
            yield visible(dotted(keys)), text
    elif isinstance(data, (Mapping, list)):
        for key, value in data.items() if isinstance(data, Mapping) else enumerate(data):
            yield from _steering(value, (*keys, str(key)))


def _spans(spec: Spec) -> Iterator[tuple[str, str]]:
    for party, record in spec.parties.items():
        for name, value in record.values.items():
            v = value.at(spec.issues[name].all_levels())
            if value.importance > 0 and (v.min() > 1e-9 or v.max() < 1 - 1e-9):
                low, high = float(v.min()), float(v.max())
                text = f"value runs from {low:.2g} to {high:.2g} over the declared levels, so the importance is not"
                yield f"parties.{party}.values.{name}", f"{text} the worth of the whole swing"


def _unvalued(spec: Spec) -> Iterator[tuple[str, str]]:
    for name in spec.issues:
        cares = any(name in p.values and p.values[name].importance > 0 for p in spec.parties.values())
        linked = any(name in k.issues for p in spec.parties.values() for k in p.linkages.values())
        if not cares and not linked:
            yield f"issues.{name}", "no party gives this issue any importance"


def _one_cause_one_channel(spec: Spec, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, leverage in spec.leverage.items():
        channels = {channel(split(data, path)) for path in leverage.shifts}
        for first, second in (("odds", "power"), ("cost", "level")):
            if {first, second} <= channels:
                words = {"level": "levels of what comes without a deal", "odds": "war odds", "cost": "war costs"}
                text = f"moves both {words[first]} and {words.get(second, second)}: the same cause may count twice"
                yield f"leverage.{name}", text


def _no_zone(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield a note on every number above what any deal can be worth to a party that must sign."""
    for name, party in spec.parties.items():
        ends = party.no_deal if isinstance(party.no_deal, float) else getattr(party.no_deal, "outside", 0.0)
        if party.consent and ends > 1:
            text = f"{ends:g} is more than its best deal is worth, which is 1: with it there is no zone"
            yield f"parties.{name}.no_deal", text


def _straight(spec: Spec) -> Iterator[tuple[str, str]]:
    """Yield a note where two signers value every issue that both care about along straight lines."""
    signers = {name: party for name, party in spec.parties.items() if party.consent}
    shared = [k for k in spec.issues if all(_cares(party, k) for party in signers.values())]
    if len(signers) == 2 and len(shared) > 1 and all(_line(p.values[k]) for p in signers.values() for k in shared):
        text = (
            "both signers' values are straight lines, so efficient deals give all of an issue to one side, but for one"
        )
        yield "parties", f"{text} (where the first steps matter most: shape: {{power: 0.7}})"


def _cares(party: Party, issue: str) -> bool:
    return issue in party.values and party.values[issue].importance > 0


def _line(value: Value) -> bool:
    return isinstance(value, BestWorst) and value.shape is None


def _unplayed(spec: Spec) -> Iterator[tuple[str, str]]:
    for name in spec.moves:
        if not spec.parties[name].consent:
            yield f"moves.{name}", "this party's consent is not needed, so its moves are played only where it signs too"


def _disobeyed(spec: Spec, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield a note on every statement that the numbers of the file do not obey themselves."""
    for path, statement in spec.uncertain.items():
        keys = split(data, path)
        found = [*_against_ranks(spec, keys, statement), *_outside(data, keys, statement)]
        if found:
            yield f"uncertain.{path}", f"the numbers of this file do not obey it: {'; '.join(found)}"


def _against_ranks(spec: Spec, keys: Keys, statement: Uncertain) -> Iterator[str]:
    """Yield which importances go against an order or a ratio."""
    if statement.order is None and statement.ratios is None:
        return
    own = {name: value.importance for name, value in spec.parties[keys[1]].values.items()}
    for above, below in ordered(statement):
        if own[below] > own[above] * (1 + 1e-12):
            yield f"{below} ({own[below]:g}) weighs more than {above} ({own[above]:g})"
    for pair, (low, high) in (statement.ratios or {}).items():
        first, second = (own[part] for part in pair.split("/"))
        if not low * second <= first * (1 + 1e-12) or not first <= high * second * (1 + 1e-12):
            yield f"{pair} is {first:g}/{second:g}, not from {low:g} to {high:g}"


def _outside(data: Mapping[str, Any], keys: Keys, statement: Uncertain) -> Iterator[str]:
    """Yield that a number lies outside what is said of it."""
    value = lookup(data, keys)
    ends = [statement.between, None if statement.distribution is None else support(statement.distribution)]
    for low, high in (each for each in ends if each is not None and is_number(value)):
        if not low <= value <= high:
            yield f"{value:g} is not from {low:g} to {high:g}"
