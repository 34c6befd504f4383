"""A scenario read, checked and ready: `load`, and copies of it with other numbers or without some red lines."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.errors import Fault, RequestError, ScenarioError
from sim.model.advice import advice
from sim.model.arguments import source_in, values_in
from sim.model.checks import Context, all_faults
from sim.model.frozen import frozen
from sim.model.given import tree_in
from sim.model.load import read_value
from sim.model.names import listed, names_in, suggest
from sim.model.paths import Keys, is_number, lookup, replace, split
from sim.model.scalars import MAX_NUMBER
from sim.model.shape import conform
from sim.model.spec import Spec
from sim.model.tree import Place, Tree

__all__ = ["Scenario", "build", "lift", "load", "prepared", "with_values"]


@dataclass(frozen=True, eq=False, repr=False)
class Scenario:
    """A negotiation scenario that passed every check.

    Attributes
    ----------
    spec : Spec
        What the file says.
    path : str
        Where it was read; ``<stdin>`` or ``<data>`` otherwise.
    sha256 : str
        Of the merged scenario as canonical JSON, values set included.
    tree : Tree
        The data with the place of every node.
    notes : dict
        What an analyst should know, by path.
    lifted : tuple of str
        Red lines taken out, as PARTY.LINE.
    set : dict
        Values set, by path, as they stand in `tree`.
    origin : str
        The hash before any were set.
    file_rates : dict
        The discount rate of each party that has one above 0, before any were set: what costs of war are counted at.
    file_sha256 : str or None
        Of the bytes of the file itself; None for data that no file holds.
    """

    spec: Spec
    path: str
    sha256: str
    tree: Tree = field(repr=False)
    notes: Mapping[str, str] = field(default_factory=dict, repr=False)
    lifted: tuple[str, ...] = ()
    set: Mapping[str, Any] = field(default_factory=dict, repr=False)
    origin: str = ""
    file_rates: Mapping[str, float] = field(default_factory=dict, repr=False)
    file_sha256: str | None = None

    @property
    def name(self) -> str:
        """The scenario's title."""
        return self.spec.name

    def changed(self, values: Mapping[str, Any]) -> Scenario:
        """Return the scenario with values replaced by path and everything checked again; this one stays as it is.

        Raises
        ------
        ScenarioError, RequestError
            A path does not exist or a value is not allowed.

        Examples
        --------
        >>> found = load("scenarios/istanbul-2022.yaml").changed({"parties.russia.power": 2})
        >>> found.spec.parties["russia"].power
        2.0
        """
        return with_values(self, values_in("values", values))

    def __repr__(self) -> str:
        signing = sum(party.consent for party in self.spec.parties.values())
        parties, issues = len(self.spec.parties), len(self.spec.issues)
        edits = f", {len(self.set)} set" if self.set else ""
        topics = "1 issue" if issues == 1 else f"{issues} issues"
        return f"<Scenario {self.name!r}: {topics}, {signing} of {parties} parties must sign{edits}>"


def load(source: Any, set: Mapping[str, Any] | None = None) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    source : str, path, mapping or file object
        The path of a YAML file in scenario format 1 (``-`` reads standard input), YAML text of more than one line, an
        open file, or plain data.
    set : mapping, optional
        Values by path that replace the file's, such as ``{"parties.russia.power": 2}``.

    Raises
    ------
    ScenarioError
        With every fault found in the file, in what it extends, and in the values set.
    """
    values = values_in("set", set)
    tree, path = tree_in(source)
    return build(tree, path=path, set=values)


def build(tree: Tree, *, path: str = "<data>", set: Mapping[str, Any] | None = None) -> Scenario:
    """Check a tree and return its scenario; raises ScenarioError with every fault."""
    read = tree
    tree, faults = _assign(tree, set or {})
    spec, shape_faults = conform(tree)
    faults += shape_faults
    tree = _without_nulls(tree, {fault.path for fault in shape_faults})
    if spec is not None:
        faults += all_faults(Context(spec, tree))
    faults = [*tree.faults, *(fault for fault in faults if not _follows(fault, tree.faults))]
    if faults or spec is None:
        raise ScenarioError(faults)
    digest = _digest(tree.data)
    origin = _digest(_without_nulls(read, ()).data) if set else digest
    found = {path: lookup(tree.data, split(tree.data, path)) for path in set or {}}
    rates, notes = (frozen(dict(some)) for some in (_rates(read.data), advice(spec, tree.data)))
    traces: dict[str, Any] = {"set": frozen(found), "origin": origin, "file_sha256": tree.sha256}
    return Scenario(spec, path, digest, tree, notes, file_rates=rates, **traces)


def _rates(data: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the discount rate of every party that has one above 0."""
    for name in data["parties"]:
        rate = lookup(data, ("parties", name, "no_deal", "war", "discount_rate"))
        if is_number(rate) and rate > 0:
            yield name, float(rate)


def _without_nulls(tree: Tree, told: Collection[str]) -> Tree:
    """Return the tree without keys whose value is null, but for those that are at fault already."""

    def kept(data: Any, path: str) -> Any:
        if not isinstance(data, Mapping):
            return data
        inner = {key: kept(value, f"{path}.{key}" if path else key) for key, value in data.items()}
        result = {k: v for k, v in inner.items() if v is not None or (f"{path}.{k}" if path else k) in told}
        # What is frozen already and stays as it is need not be frozen anew.
        return data if len(result) == len(data) and all(v is data[k] for k, v in result.items()) else result

    return dataclasses.replace(tree, data=frozen(kept(tree.data, "")))


def _follows(fault: Fault, unread: Iterable[Fault]) -> bool:
    """Say whether a fault only says again that a value could not be read."""
    for cause in unread:
        above, _, key = cause.path.rpartition(".")
        if fault.path == cause.path or (fault.path == above and fault.message.startswith(f"{key} is missing")):
            return True
    return False


def with_values(scenario: Scenario, set: Mapping[str, Any]) -> Scenario:
    """Return the scenario with values replaced by path and everything checked again.

    Raises
    ------
    ScenarioError
        A path does not exist or a value is not allowed.
    """
    if not set:
        return scenario
    changed = build(scenario.tree, path=scenario.path, set=set)
    known = frozen({**scenario.set, **changed.set})
    changed = dataclasses.replace(changed, set=known, origin=scenario.origin, file_rates=scenario.file_rates)
    return lift(changed, scenario.lifted)


def prepared(
    scenario: Scenario | str, set: Mapping[str, Any] | None = None, lift_lines: Iterable[str] = ()
) -> Scenario:
    """Return a scenario, or that of a file, with values set and without some red lines.

    Raises
    ------
    ScenarioError, RequestError
        As `load`, `with_values` and `lift`; or the lines are a single text.
    """
    lines, values = names_in("lift_lines", lift_lines), values_in("set", set)
    found = scenario if isinstance(scenario, Scenario) else load(source_in("scenario", scenario))
    return lift(with_values(found, values), lines)


def lift(scenario: Scenario, lines: Iterable[str]) -> Scenario:
    """Return the scenario without some red lines, each named PARTY.LINE.

    Raises
    ------
    RequestError
        No such party or red line; the message lists those there are.
    """
    names = tuple(dict.fromkeys(lines))
    if not names:
        return scenario
    known = [f"{p}.{line}" for p, party in scenario.spec.parties.items() for line in party.red_lines]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise RequestError("\n".join(f"no red line {name!r} {suggest(name, known)}" for name in unknown))
    parties = {p: _without(party, p, names) for p, party in scenario.spec.parties.items()}
    spec = dataclasses.replace(scenario.spec, parties=parties)
    return dataclasses.replace(scenario, spec=spec, lifted=tuple(dict.fromkeys((*scenario.lifted, *names))))


def _without(party: Any, name: str, lines: tuple[str, ...]) -> Any:
    kept = {line: record for line, record in party.red_lines.items() if f"{name}.{line}" not in lines}
    return dataclasses.replace(party, red_lines=kept)


def _assign(tree: Tree, values: Mapping[str, Any]) -> tuple[Tree, list[Fault]]:
    faults: list[Fault] = []
    for path, value in values.items():
        place = Place(f"--set {path}")
        try:
            keys = split(tree.data, path)
            plain = read_value(value) if isinstance(value, str) else _plain(value)
        except (KeyError, ValueError) as error:
            faults.append(place.fault("", str(error.args[0])))
            continue
        trouble = _not_settable(tree.data, keys, plain)
        if trouble:
            faults.append(place.fault("", trouble))
            continue
        places, names = (_outside(table, keys) | {keys: place} for table in (tree.values, tree.keys))
        tree = dataclasses.replace(tree, data=replace(tree.data, keys, plain), values=places, keys=names)
    return tree, faults


def _outside(places: Mapping[Keys, Place], keys: Keys) -> dict[Keys, Place]:
    """Return the places that do not lie at or below a path."""
    return {path: place for path, place in places.items() if path[: len(keys)] != keys}


def _plain(value: Any) -> Any:
    """Return numpy scalars and arrays, tuples and the like as plain data."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def _not_settable(data: Mapping[str, Any], keys: Keys, value: Any) -> str | None:
    if keys[0] in ("extends", "sources", "format"):
        return f"{keys[0]} cannot be set (expected a path to a number)"
    old = lookup(data, keys)
    if isinstance(old, Mapping):
        return f"names a section, not a value (it holds {listed(old, 8)})"
    if isinstance(value, Mapping):
        return "cannot be set to a map (expected a number, a name or a list)"
    if _too_large(value):
        return f"too large (expected at most {MAX_NUMBER:g})"
    return None


def _too_large(value: Any) -> bool:
    """Say whether a number, or one in a list, is finite and yet more than a file may hold."""
    if isinstance(value, list):
        return any(map(_too_large, value))
    return is_number(value) and MAX_NUMBER < abs(value) < float("inf")


def _digest(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
