"""Who gained leverage between two scenarios: what a change of the situation does to no-deal values, on one scale.

A party's utility runs from its worst deal to its best by its own file. Where its values are the same in both files the
change is r_new - r_old. Where they differ these are on two scales; for a party at war what can be compared is r_new
and what the old file's war would be worth by the new file's values, both measured by the new ones. The old war is
taken as the old leverage leaves it; where it says nothing of an issue, or names a level that the new file lacks, the
new file's outcome of that name speaks, else the new file's status quo. A plain no-deal number cannot be measured anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import RequestError, ScenarioError
from sim.game.compiled import compile
from sim.game.numbers import Numbers
from sim.game.terms import terms
from sim.game.war_values import war_cost
from sim.model.issues import level_index
from sim.model.parties import WarNoDeal
from sim.model.paths import Keys
from sim.model.reach import channel, reaches_no_deal_only
from sim.model.scenario import build
from sim.model.tree import Place, Tree
from sim.studies.records import Study

__all__ = ["Shift", "situation_shifts"]


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


def situation_shifts(old: Study, new: Study) -> dict[str, Shift | str]:
    """Return each common party's shift, or why it cannot be told."""
    before = _before(old, new)
    cooler = terms(new.game, new.leverage, final=dict(_old_hopes(old, new)))
    found: dict[str, Shift | str] = {}
    for name, earlier in before.items():
        now, calm = new.reservation[name], float(cooler.reservation[0, new.game.parties.index(name)])
        hopes = 0.0 if cooler.illegal else now - calm
        found[name] = earlier if isinstance(earlier, str) else Shift(now - earlier, hopes)
    return found


def _before(old: Study, new: Study) -> dict[str, float | str]:
    """Return what no deal was worth to each common party in the old situation, by its new values; or why not."""
    war, reason = _old_war(old, new)
    result: dict[str, float | str] = {}
    for name in (name for name in old.game.parties if name in new.game.parties):
        if not _rescaled(old, new, name):
            result[name] = old.reservation[name]
        elif all(isinstance(_no_deal(study, name), WarNoDeal) for study in (old, new)):
            result[name] = war.get(name, reason)
        else:
            result[name] = "its values differ, and only a war is measured anew by the new ones"
    return result


def _no_deal(study: Study, party: str) -> Any:
    return study.game.scenario.spec.parties[party].no_deal


def _rescaled(old: Study, new: Study, party: str) -> bool:
    first, second = (study.game.scenario.spec.parties[party] for study in (old, new))
    return (first.values, first.linkages) != (second.values, second.linkages)


def _old_hopes(old: Study, new: Study) -> Iterator[tuple[Keys, float]]:
    """Yield the optimism of the old file for every outcome and party of the new one, 1 where it gives none."""
    number = Numbers(old.game, old.leverage, {}, {})
    known = {keys for keys, _ in _leaves(old.game.scenario.tree.data) if channel(keys) == "optimism"}
    for keys in known | {keys for keys, _ in _leaves(new.game.scenario.tree.data) if channel(keys) == "optimism"}:
        yield keys, float(number(*keys)[0]) if keys in known else 1.0


def _old_war(old: Study, new: Study) -> tuple[dict[str, float], str]:
    """Return what the old file's war is worth to each party by its new values; nothing, and why, where it cannot be."""
    if old.game.scenario.spec.war is None or new.game.scenario.spec.war is None:
        return {}, "its values differ, and only one of the two files has a war"
    data = {"format": 1, "name": "The old war by the new values", **_combined(old, new)}
    try:
        game = compile(build(Tree(data, {(): Place("the comparison")})))
        found = terms(game, {})
    except (ScenarioError, RequestError):
        return {}, "its values differ, and the old war cannot be put in the new file's terms"
    return dict(zip(game.parties, found.reservation[0].tolist(), strict=True)), ""


def _combined(old: Study, new: Study) -> dict[str, Any]:
    """Return the new file's issues and values with the old file's war and what it costs, at the old leverage."""
    after, before = new.game.scenario.tree.data, _settled(old)
    issues = {
        name: {key: value for key, value in issue.items() if key not in ("control", "reversion")}
        for name, issue in after["issues"].items()
    }
    parties = {}
    for name, party in after["parties"].items():
        kept = {key: party[key] for key in ("values", "linkages") if key in party}
        earlier = before["parties"].get(name, {}).get("no_deal")
        parties[name] = kept | {"no_deal": earlier if isinstance(earlier, Mapping) and "war" in earlier else 0}
    war = dict(before["war"])
    if "status_quo" in war:
        war["status_quo"] = _levels(new, war["status_quo"], None)
    war["outcomes"] = {
        name: {
            **outcome,
            "levels": _levels(new, outcome["levels"], name),
            "worse_by": {p: x for p, x in outcome.get("worse_by", {}).items() if p in parties},
        }
        for name, outcome in war["outcomes"].items()
    }
    return {"issues": issues, "parties": parties, "war": war}


def _levels(new: Study, levels: Mapping[str, Any], outcome: str | None) -> dict[str, Any]:
    """Return a point of the old war in the new file's issues."""
    war = new.game.scenario.tree.data["war"]
    spoken = war["outcomes"].get(outcome, {}).get("levels", {})
    fallback = {**war.get("status_quo", {}), **(war.get("status_quo", {}) if outcome is None else spoken)}
    issues = new.game.scenario.spec.issues
    known = {name: level for name, level in levels.items() if name in issues and _fits(issues[name], level)}
    return {name: known.get(name, fallback.get(name)) for name in issues}


def _fits(issue: Any, level: Any) -> bool:
    """Say whether a point of war may have this level: numbers need not be on the grid."""
    return not isinstance(level, str) if issue.numeric else level_index(issue, level) is not None


def _settled(study: Study) -> dict[str, Any]:
    """Return a scenario's data with every number of its no-deal values as leverage leaves it."""
    number = Numbers(study.game, study.leverage, {}, {})
    costs = {("parties", name, "no_deal", "war", "cost") for name in study.game.parties}

    def settled(data: Any, keys: Keys) -> Any:
        if isinstance(data, Mapping):
            return {key: settled(value, (*keys, key)) for key, value in data.items()}
        if keys in costs:
            return float(war_cost(number, keys[1])[0])
        plain = isinstance(data, (int, float)) and not isinstance(data, bool)
        return float(number(*keys)[0]) if plain and reaches_no_deal_only(keys) else data

    data = study.game.scenario.tree.data
    return {key: settled(data[key], (key,)) for key in ("parties", "war") if key in data}


def _leaves(data: Any, keys: Keys = ()) -> Iterator[tuple[Keys, float]]:
    """Yield the numbers below a path that reach only no-deal values."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, (*keys, key))
    elif isinstance(data, (int, float)) and not isinstance(data, bool) and reaches_no_deal_only(keys):
        yield keys, float(data)
