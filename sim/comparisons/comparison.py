"""Two scenarios side by side: which inputs differ, and what that does to the results at the same leverage.

A party's utility scale is its own file's: where its values differ between the two, so does the meaning of 0.1, and a
note says so. The share of outcomes is compared on the same grid only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.comparisons.inputs import Change, Inputs, differences
from sim.comparisons.leverage import Shift, situation_shifts
from sim.errors import RequestError
from sim.model.arguments import levels_in, values_in
from sim.model.names import suggest
from sim.model.paths import split
from sim.model.scenario import Scenario, prepared
from sim.studies.records import LevelRange, Study
from sim.studies.study import study

__all__ = ["MOVED", "Comparison", "compare"]

MOVED = 5e-4


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two studies and the differences between their scenarios.

    Attributes
    ----------
    old, new : Study
    inputs : Inputs
    notes : dict of str to str
        What limits the comparison, by path in `data`.
    """

    old: Study
    new: Study
    inputs: Inputs
    notes: Mapping[str, str]

    @cached_property
    def parties(self) -> list[str]:
        """The parties of both, in the old one's order."""
        return [name for name in self.old.game.parties if name in self.new.game.parties]

    @cached_property
    def issues(self) -> list[str]:
        """The issues of both, in the old one's order."""
        return [name for name in self.old.game.issues if name in self.new.game.issues]

    @cached_property
    def reservation(self) -> dict[str, Change]:
        """Reservation values of the parties of both."""
        return {p: Change(p, self.old.reservation[p], self.new.reservation[p]) for p in self.parties}

    @cached_property
    def _told(self) -> dict[str, Shift | str]:
        return situation_shifts(self.old, self.new)

    @property
    def shifts(self) -> dict[str, Shift]:
        """What the change of the situation does to the parties' reservation values, on the new one's scale."""
        return {party: shift for party, shift in self._told.items() if isinstance(shift, Shift)}

    @property
    def untold(self) -> dict[str, str]:
        """The parties whose shift cannot be told, and why."""
        return {party: shift for party, shift in self._told.items() if isinstance(shift, str)}

    @cached_property
    def gained(self) -> list[str]:
        """Who gained leverage: to whom the change of the situation makes no deal worth more, in file order."""
        return [party for party, shift in self.shifts.items() if shift.total >= MOVED]

    @cached_property
    def lost(self) -> list[str]:
        """Who lost leverage: to whom the change of the situation makes no deal worth less, in file order."""
        return [party for party, shift in self.shifts.items() if shift.total <= -MOVED]

    @cached_property
    def rescaled(self) -> list[str]:
        """The parties whose values differ, so that their utilities are on two scales."""
        return [party for party in self.parties if f"results.reservation.{party}" in self.notes]

    def shares(self) -> Change:
        """Return the share of outcomes in the zone, None where the grids differ."""
        if "results.zone.share" in self.notes:
            return Change("share", None, None)
        return Change("share", *(float(s.zone.share.share[0]) for s in (self.old, self.new)))

    def terms(self) -> dict[str, Change]:
        """Return the Nash deal's level of every common issue; None where there is no zone."""
        deals = [s.solutions["nash"].outcome if s.solutions else {} for s in (self.old, self.new)]
        return {name: Change(name, *(deal.get(name) for deal in deals)) for name in self.issues}

    def utilities(self) -> dict[str, Change]:
        """Return the utilities of the Nash deal; None where there is no zone."""
        deals = [s.solutions["nash"].utilities if s.solutions else {} for s in (self.old, self.new)]
        return {name: Change(name, *(deal.get(name) for deal in deals)) for name in self.parties}

    def surplus(self) -> dict[str, Change]:
        """Return the surplus of the parties that sign in both; None where there is no zone."""
        signers = [p for p in self.old.game.signers if p in self.new.game.signers]
        return {p: Change(p, self.old.zone.surplus.get(p), self.new.zone.surplus.get(p)) for p in signers}

    def ranges(self) -> dict[str, Change]:
        """Return the levels of the common issues that occur in some agreement; None where there is no zone."""
        return {k: Change(k, self.old.zone.issues.get(k), self.new.zone.issues.get(k)) for k in self.issues}

    @cached_property
    def moved(self) -> list[str]:
        """The issues of both whose levels in the zone or whose Nash term differ, in the old one's order."""
        ranges, terms = self.ranges(), self.terms()
        return [k for k in self.issues if any(change.old != change.new for change in (ranges[k], terms[k]))]

    def data(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        pair = (self.old, self.new)
        scenarios = [_about(one) for one in pair]
        return {
            "schema_version": 1,
            "scenarios": dict(zip(("old", "new"), scenarios, strict=True)),
            "leverage": {
                "old": {name: float(level) for name, level in self.old.leverage.items()},
                "new": {name: float(level) for name, level in self.new.leverage.items()},
            },
            "inputs": self.inputs.data(),
            "results": self._results(),
            "notes": {**self.notes, **{f"results.leverage_shifts.{p}": reason for p, reason in self.untold.items()}},
        }

    def _results(self) -> dict[str, Any]:
        zones = self.old.zone, self.new.zone
        return {
            "zone": {
                "exists": Change("exists", zones[0].exists, zones[1].exists).values(),
                "margin": Change("margin", zones[0].margin, zones[1].margin).values(),
                "share": self.shares().values(),
                "surplus": _values(self.surplus()),
                "issues": {k: {side: _range(v) for side, v in c.values().items()} for k, c in self.ranges().items()},
            },
            "reservation": _values(self.reservation),
            "gained_leverage": self.gained,
            "lost_leverage": self.lost,
            "leverage_shifts": {
                party: dataclasses.asdict(shift) if isinstance(shift, Shift) else None
                for party, shift in self._told.items()
            },
            "nash": {"outcome": _values(self.terms()), "utilities": _values(self.utilities())},
        }


def _values(changes: Mapping[str, Change]) -> dict[str, Any]:
    return {name: change.values() for name, change in changes.items()}


def _range(levels: LevelRange | None) -> dict[str, Any] | None:
    if levels is None:
        return None
    return {"min": levels.min, "max": levels.max} if levels.numeric else {"levels": list(levels.levels)}


def compare(
    old: Scenario | str,
    new: Scenario | str,
    leverage: Mapping[str, float] | None = None,
    *,
    set: Mapping[str, Any] | None = None,
) -> Comparison:
    """Compare two scenarios.

    Parameters
    ----------
    old, new : Scenario or str
        Or the path of its file.
    leverage : mapping, optional
        Levels by variable, each for the scenarios that have it. Variables left out stand at each one's own default, as
        in `sim.study`; a note says where these differ.
    set : mapping, optional
        Values by path that replace the files', each in the scenarios that have the path.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        A file is at fault, a variable is in neither scenario, or a level is not allowed.
    """
    first, second = _with_values((prepared(old), prepared(new)), values_in("set", set))
    levels, notes = _levels(first, second, levels_in("leverage", leverage))
    studies = study(first, levels[0]), study(second, levels[1])
    notes |= dict((*_scale_notes(first, second), *_result_notes(*studies)))
    return Comparison(*studies, differences(first.tree.data, second.tree.data), notes)


Levels = tuple[dict[str, float], dict[str, float]]


def _with_values(pair: tuple[Scenario, Scenario], values: Mapping[str, Any]) -> list[Scenario]:
    """Return the scenarios with values set in those that have the path; where neither has it the first says so."""
    own = [{path: value for path, value in values.items() if _has(scenario, path)} for scenario in pair]
    for path, value in values.items():
        if not any(path in some for some in own):
            own[0][path] = value
    return [scenario.changed(some) for scenario, some in zip(pair, own, strict=True)]


def _has(scenario: Scenario, path: str) -> bool:
    try:
        split(scenario.tree.data, path)
    except KeyError:
        return False
    return True


def _levels(old: Scenario, new: Scenario, given: Mapping[str, float]) -> tuple[Levels, dict[str, str]]:
    """Return the levels for each scenario, and notes on the variables that stand at different ones."""
    first, second = old.spec.leverage, new.spec.leverage
    known = list(dict.fromkeys((*first, *second)))
    unknown = [f"no leverage variable {name!r} {suggest(name, known)}" for name in given if name not in known]
    if unknown:
        raise RequestError("\n".join(unknown))
    levels: Levels = {k: v for k, v in given.items() if k in first}, {k: v for k, v in given.items() if k in second}
    notes = {}
    for name in (name for name in first if name in second and name not in given):
        before, now = first[name].default, second[name].default
        if before != now:
            text = f"each at its own default, {before:g} in the old scenario and {now:g} in the new one"
            notes[f"leverage.new.{name}"] = f"{text} (--at {name}=LEVEL puts both at one)"
    return levels, notes


def _scale_notes(old: Scenario, new: Scenario) -> Iterator[tuple[str, str]]:
    """Yield notes on results whose scales differ between the two scenarios."""
    grids = [{name: issue.all_levels() for name, issue in s.spec.issues.items()} for s in (old, new)]
    if grids[0] != grids[1]:
        yield "results.zone.share", "the scenarios do not list the same outcomes, so their shares cannot be compared"
    for name, party in old.spec.parties.items():
        other = new.spec.parties.get(name)
        if other is not None and (party.values, party.linkages) != (other.values, other.linkages):
            yield f"results.reservation.{name}", "its values differ, so its utilities are on two scales"


def _result_notes(old: Study, new: Study) -> Iterator[tuple[str, str]]:
    for side, result in (("old", old), ("new", new)):
        if result.zone.exists is None:
            yield f"results.zone.exists.{side}", result.notes["zone.exists"]
        if result.zone.margin is None:
            yield f"results.zone.margin.{side}", result.notes["zone.margin"]
        if not result.zone.exists:
            yield f"results.nash.{side}", result.notes["solutions"]


def _about(study: Study) -> dict[str, Any]:
    scenario = study.game.scenario
    digests = {"sha256": scenario.sha256, "file_sha256": scenario.file_sha256}
    return {"name": scenario.name, "path": scenario.path, **digests, "changes": study.changes.data()}
