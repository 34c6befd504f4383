"""Who gained leverage between two scenarios: what a change of the situation does to no-deal values, on one scale.

A party's utility runs from its worst deal to its best by its own file, so where its values differ between two files
r_old and r_new are on two scales. What can be compared is r_new and the new file's r with the old file's numbers for
odds, hopes, costs, rates and levels of war in their place, as the old leverage leaves them: both are measured by the
new file's values. Where values do not differ, nor anything else, that is r_new - r_old.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.model.parties import WarNoDeal
from sim.model.paths import Keys
from sim.model.reach import channel, reaches_no_deal_only
from sim.records import Study
from sim.terms import Numbers, terms

__all__ = ["Shift", "situation_shifts"]

_ABSENT = {"optimism": 1.0, "odds": 0.0}


@dataclass(frozen=True)
class Shift:
    """What the change of the situation does to one party's reservation value.

    Attributes
    ----------
    total : float
        On the scale of its values in the new scenario.
    hopes : float
        The part of it that is due to its own view of the odds.
    """

    total: float
    hopes: float


def situation_shifts(old: Study, new: Study) -> dict[str, Shift]:
    """Return the shift of each party of both whose no-deal value is of one kind in both."""
    before = dict(_old_numbers(old, new))
    hopes = {keys: x for keys, x in before.items() if channel(keys) == "optimism"}
    whole, part = (terms(new.game, new.leverage, final=final) for final in (before, hopes))
    if whole.illegal or part.illegal:
        return {}
    columns = [(k, name) for k, name in enumerate(new.game.parties) if _kind(old, name) == _kind(new, name)]
    now = new.reservation
    return {
        name: Shift(now[name] - float(whole.reservation[0, k]), now[name] - float(part.reservation[0, k]))
        for k, name in columns
    }


def _kind(study: Study, party: str) -> tuple[Any, ...] | None:
    """Return what a party's no-deal value is made of; None where the scenario lacks the party."""
    spec = study.game.scenario.spec
    if party not in spec.parties:
        return None
    lasts = spec.war is not None and spec.war.end_rate is not None
    return type(spec.parties[party].no_deal), lasts and isinstance(spec.parties[party].no_deal, WarNoDeal)


def _old_numbers(old: Study, new: Study) -> Iterator[tuple[Keys, float]]:
    """Yield every number that reaches only no-deal values, by keys, as the old scenario's leverage leaves it."""
    number = Numbers(old.game, old.leverage, {}, {})
    known = dict(_leaves(old.game.scenario.tree.data))
    for keys, _ in _leaves(new.game.scenario.tree.data):
        if keys in known:
            yield keys, float(number(*keys)[0])
        elif (kind := channel(keys)) in _ABSENT:
            yield keys, _ABSENT[kind]
    for keys in known:
        if channel(keys) == "optimism":
            yield keys, float(number(*keys)[0])


def _leaves(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, float]]:
    """Yield the numbers below a path that reach only no-deal values."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, (*keys, key))
    elif isinstance(data, (int, float)) and not isinstance(data, bool) and reaches_no_deal_only(keys):
        yield keys, float(data)
