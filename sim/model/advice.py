"""Notes on a sound scenario: not faults, but what an analyst should know before trusting it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from sim.errors import visible
from sim.model.paths import Keys, dotted, split
from sim.model.reach import channel
from sim.model.spec import Spec

__all__ = ["advice"]


def advice(spec: Spec, data: Mapping[str, Any]) -> dict[str, str]:
    """Return notes by path."""
    found = (_steering(data), _spans(spec), _unvalued(spec), _one_cause_one_channel(spec, data))
    return dict(itertools.chain(*found, _unplayed(spec), _unused(spec)))


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
                words = {"level": "levels in the war outcomes", "odds": "war odds", "cost": "war costs"}
                text = f"moves both {words[first]} and {words.get(second, second)}: the same cause may count twice"
                yield f"leverage.{name}", text


def _unplayed(spec: Spec) -> Iterator[tuple[str, str]]:
    for name in spec.moves:
        if not spec.parties[name].consent:
            yield f"moves.{name}", "this party's consent is not needed, so its moves are played only where it signs too"


def _unused(spec: Spec) -> Iterator[tuple[str, str]]:
    if spec.dynamics:
        yield "dynamics", "only checked and kept: no answer depends on it yet"
