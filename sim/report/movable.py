"""Numbers that leverage may move, and the points of the war lottery, as the page's script reads them.

The script repeats `sim.game.numbers` and `sim.game.war_values`: value = (number + sum of by x level) x product of
factor^level. A number that nothing moves and that is legal is embedded as itself; any other as a record with its shifts
and bounds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.game.compiled import Game
from sim.model.base import label_of
from sim.model.parties import Impasse, PackageNoDeal, Party, WarNoDeal
from sim.model.paths import Keys, dotted, lookup, split
from sim.model.situation import WarSection
from sim.show.words import war_text
from sim.studies.study import Study

__all__ = ["Movables", "numbers_of"]


@dataclass(frozen=True)
class _Bounds:
    """What a number must exceed, reach or stay under."""

    above: float | None = None
    least: float | None = None
    below: float | None = None


_ANY = _Bounds()
_POSITIVE = _Bounds(above=0.0)
_NOT_NEGATIVE = _Bounds(least=0.0)
_PATIENCE = _Bounds(above=0.0, below=1.0)


@dataclass(frozen=True)
class Movables:
    """The numbers of a game that decide what the parties have without a deal.

    Attributes
    ----------
    game : Game
    """

    game: Game

    @cached_property
    def shifts(self) -> Mapping[Keys, list[tuple[int, Any]]]:
        """What moves each number: a leverage variable's position and the shift."""
        result: dict[Keys, list[tuple[int, Any]]] = {}
        data = self.game.scenario.tree.data
        for lever, variable in enumerate(self.game.scenario.spec.leverage.values()):
            for path, shift in variable.shifts.items():
                result.setdefault(split(data, path), []).append((lever, shift))
        return result

    def number(
        self, *keys: str, default: float | None = None, bounds: _Bounds = _ANY, open_to_edits: bool = False
    ) -> Any:
        """Return the number at a path; with its shifts and bounds where leverage, or a reader, may move it."""
        stored = lookup(self.game.scenario.tree.data, keys)
        at = default if stored is None else float(stored)
        moved = self.shifts.get(keys, [])
        if at is None or not (moved or (open_to_edits and stored is not None)):
            return at
        return {
            "path": dotted(keys),
            "at": at,
            "by": [[lever, shift.by] for lever, shift in moved if shift.by is not None],
            "factor": [[lever, shift.factor] for lever, shift in moved if shift.factor is not None],
            **dataclasses.asdict(bounds),
        }

    def power(self, party: str) -> Any:
        """Return a party's bargaining power."""
        return self.number("parties", party, "power", default=1.0, bounds=_POSITIVE)

    def end_rate(self) -> Any:
        """Return the rate at which the war ends; None where war is one lottery or there is none."""
        return self.number("war", "end_rate", bounds=_POSITIVE)

    def checks(self) -> list[Any]:
        """Return numbers the page does not use but that must stay legal: patience and the length of a round."""
        found = [self.number("parties", name, "patience", bounds=_PATIENCE) for name in self.game.parties]
        found.append(self.number("war", "round", bounds=_POSITIVE))
        return [one for one in found if isinstance(one, dict)]

    def no_deal(self, name: str) -> dict[str, Any]:
        """Return what a party has without a deal."""
        party = self.game.scenario.spec.parties[name]
        here = ("parties", name, "no_deal")
        if isinstance(party.no_deal, WarNoDeal):
            return self._war(name, party)
        if isinstance(party.no_deal, Impasse):
            parts = {part: self.number(*here, part, open_to_edits=True) for part in ("outside", "impasse")}
            return {"kind": "impasse", **parts}
        if isinstance(party.no_deal, PackageNoDeal):
            cost = self.number(*here, "cost", default=0.0, open_to_edits=True)
            return {"kind": "package", "worth": [self._point(party, (*here, "package"))], "cost": cost}
        return {"kind": "value", "value": self.number(*here, open_to_edits=True)}

    def _war(self, name: str, party: Party) -> dict[str, Any]:
        section = self.game.scenario.spec.war
        assert section is not None
        here = ("parties", name, "no_deal", "war")
        ends = list(section.outcomes)
        result: dict[str, Any] = {
            "kind": "war",
            "cost": self.number(*here, "cost", open_to_edits=True),
            "odds": [self.odds(w) for w in ends],
            "optimism": [
                self.number(*here, "optimism", w, default=1.0, bounds=_POSITIVE, open_to_edits=True) for w in ends
            ],
            "worth": [self._point(party, ("war", "outcomes", w, "levels")) for w in ends],
            "worseBy": [self.number("war", "outcomes", w, "worse_by", name, default=0.0) for w in ends],
        }
        return result | self._lasting(section, party, here)

    def odds(self, way: str) -> Any:
        """Return the shared odds of one way that the war can end."""
        return self.number("war", "outcomes", way, "odds", bounds=_NOT_NEGATIVE, open_to_edits=True)

    def _lasting(self, section: WarSection, party: Party, here: Keys) -> dict[str, Any]:
        if section.end_rate is None:
            return {}
        rate = self.number(*here, "discount_rate", bounds=_NOT_NEGATIVE)
        written = self.game.scenario.file_rates.get(here[1], 0.0)
        return {"discountRate": rate, "costAtRate": written, "statusQuo": self._point(party, ("war", "status_quo"))}

    def _point(self, party: Party, keys: Keys) -> list[Any]:
        """Return v of a point for each issue the party values; a moved level with its value function."""
        point = lookup(self.game.scenario.tree.data, keys)
        return [self._entry(value, point[issue], (*keys, issue)) for issue, value in party.values.items()]

    def _entry(self, value: Any, level: Any, keys: Keys) -> Any:
        if isinstance(level, str) or keys not in self.shifts:
            return float(value.at([level])[0])
        return {"level": self.number(*keys), "value": _family(value)}


def _family(value: Any) -> dict[str, Any]:
    record = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if not f.name.startswith("_")}
    del record["importance"]
    shape = record.get("shape")
    return record if shape is None else record | {"shape": dataclasses.asdict(shape)}


def numbers_of(study: Study, movables: Movables) -> list[dict[str, Any]]:
    """Return the numbers behind no deal that a reader may set: odds, costs, hopes, outside options, plain values.

    Discount rates are not among them: a cost belongs to the rate in its file.
    """
    section = study.game.scenario.spec.war
    found = [{"label": f"Odds: {label_of(w, way)}", **movables.odds(w)} for w, way in _ways(section)]
    for name in study.game.parties:
        found += _own_numbers(study, name, movables.no_deal(name))
    return [{key: one[key] for key in ("label", "path", "at", "above", "least")} for one in found]


def _own_numbers(study: Study, name: str, own: Mapping[str, Any]) -> list[dict[str, Any]]:
    section, who = study.game.scenario.spec.war, study.game.label(name)
    yearly = ", a year" if section is not None and section.end_rate is not None else ""
    labels = {
        "value": f"No deal, to {who}",
        "outside": f"Outside option of {who}",
        "impasse": f"Impasse, to {who}",
        "cost": f"Cost of {war_text(study)} to {who}{yearly}",
    }
    found = [{"label": text, **own[key]} for key, text in labels.items() if isinstance(own.get(key), dict)]
    hopes = zip(_ways(section), own.get("optimism", []), strict=False)
    stated = _hopes(study.game.scenario.spec.parties[name])
    return found + [{"label": f"Hopes of {who}: {label_of(w, way)}", **x} for (w, way), x in hopes if w in stated]


def _ways(section: WarSection | None) -> list[tuple[str, Any]]:
    return [] if section is None else list(section.outcomes.items())


def _hopes(party: Party) -> Mapping[str, float]:
    return party.no_deal.war.optimism if isinstance(party.no_deal, WarNoDeal) else {}
