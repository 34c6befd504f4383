"""Axes of a sweep: which numbers vary over which levels, and whether the space must be compiled again for each.

An axis is a leverage variable or the path of any number. Numbers that reach only reservation values, disagreement
points, power and patience vary on the compiled space; any other path makes a new scenario of each of its levels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import RequestError, ScenarioError
from sim.model.base import label_of
from sim.model.names import suggest
from sim.model.paths import Keys, is_number, lookup, split
from sim.model.reach import channel, reaches_terms_only
from sim.model.scenario import Scenario, with_values

__all__ = ["Axis", "Levels", "Span", "find_axes", "points_of"]

Floats = NDArray[np.float64]
_TRIES = 50


@dataclass(frozen=True)
class Span:
    """Levels from low to high, both included, as many as `count`; not laid out before they are needed."""

    low: float
    high: float
    count: int

    def __post_init__(self) -> None:
        if not (np.isfinite(self.low) and np.isfinite(self.high)):
            raise RequestError(f"{self.low:g}:{self.high:g}: an end that is not finite (expected finite numbers)")
        if self.count < 0:
            raise RequestError(f"{self.count} levels (expected at least one)")

    def laid_out(self) -> Floats:
        """Return the levels."""
        return np.linspace(self.low, self.high, self.count)


Levels = Span | ArrayLike


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension of a sweep.

    Attributes
    ----------
    name : str
        A leverage variable or a path; the dimension's name.
    levels : ndarray, shape (n,)
    kind : str
        ``leverage``, ``number`` (reaches only the terms) or ``compile`` (a new space for each level).
    label, units : str
        What a reader sees.
    """

    name: str
    levels: Floats
    kind: str
    label: str
    units: str

    def __len__(self) -> int:
        return len(self.levels)

    @cached_property
    def attributes(self) -> dict[str, str]:
        """Attributes of the coordinate."""
        return {"long_name": self.label, "units": self.units, "kind": self.kind}


def points_of(over: Mapping[str, Levels]) -> int:
    """Return how many points a sweep has, without laying out its levels."""
    return math.prod(size_of(levels) for levels in over.values()) if over else 0


def size_of(levels: Levels) -> int:
    """Return how many levels an axis has."""
    return levels.count if isinstance(levels, Span) else int(np.size(np.asarray(levels)))


def find_axes(scenario: Scenario, over: Mapping[str, Levels], *, taken: Iterable[str] = ()) -> tuple[Axis, ...]:
    """Return the axes that names and levels describe, in the order given.

    Parameters
    ----------
    scenario : Scenario
    over : mapping
        Levels by leverage variable or path.
    taken : iterable of str
        Names that an axis may not have: those of the results.

    Raises
    ------
    RequestError
        A name is unknown, does not lead to a number, or is taken; a level is no number or outside the variable's
        range. Every fault at once.
    """
    reserved, faults, axes = set(taken), [], []
    for name, levels in over.items():
        try:
            if name in reserved:
                raise RequestError(f"{name}: a result has this name (rename the leverage variable)")
            axes.append(_axis(scenario, name, _numbers(name, levels)))
        except (RequestError, ScenarioError) as error:
            faults.append(str(error))
    if faults:
        raise RequestError("\n".join(faults))
    return tuple(axes)


def _numbers(name: str, levels: Levels) -> Floats:
    try:
        found = levels.laid_out() if isinstance(levels, Span) else np.asarray(levels, dtype=np.float64)
    except (TypeError, ValueError):
        raise RequestError(f"{name}: levels that are not numbers (expected numbers)") from None
    if found.ndim != 1 or not len(found):
        raise RequestError(f"{name}: no list of levels (expected at least one number)")
    if not np.isfinite(found).all():
        raise RequestError(f"{name}: a level that is not finite (expected finite numbers)")
    values, counts = np.unique(found, return_counts=True)
    if (counts > 1).any():
        raise RequestError(f"{name}: level {values[counts > 1][0]:g} twice (expected each level once)")
    return found


def _axis(scenario: Scenario, name: str, levels: Floats) -> Axis:
    variables = scenario.spec.leverage
    if name in variables:
        low, high = variables[name].range
        slack = 1e-12 * max(1.0, abs(low), abs(high))
        outside = levels[(levels < low - slack) | (levels > high + slack)]
        if len(outside):
            raise RequestError(f"{name}: level {outside[0]:g} is out of range (expected {low:g} to {high:g})")
        return Axis(name, levels, "leverage", label_of(name, variables[name]), "1")
    if "." not in name:
        raise RequestError(f"no leverage variable {name!r} {suggest(name, variables)}")
    keys = _keys(scenario, name)
    _check_number(scenario, name, (keys, levels))
    kind = "number" if _on_compiled_space(scenario, keys) else "compile"
    return Axis(name, levels, kind, name, _units(scenario, keys))


def _keys(scenario: Scenario, path: str) -> Keys:
    try:
        return split(scenario.tree.data, path)
    except KeyError as error:
        raise RequestError(f"{path}: {error.args[0]}") from None


def _check_number(scenario: Scenario, path: str, place: tuple[Keys, Floats]) -> None:
    keys, levels = place
    stored = lookup(scenario.tree.data, keys)
    if isinstance(stored, Mapping):
        raise RequestError(f"{path}: names a section, not a number (it holds {', '.join(map(str, stored))})")
    if stored is not None and not is_number(stored):
        what = "a list" if isinstance(stored, Sequence) and not isinstance(stored, str) else repr(stored)
        raise RequestError(f"{path}: holds {what}, which is not a number (expected the path of a number)")
    if stored is not None:
        try:
            with_values(scenario, {path: stored})
        except ScenarioError as error:
            raise RequestError(_words(path, error)) from None
        return
    first: ScenarioError | None = None
    tried = np.unique(np.linspace(0, len(levels) - 1, min(len(levels), _TRIES)).round().astype(np.int64))
    for level in levels[tried].tolist():
        try:
            with_values(scenario, {path: level})
        except ScenarioError as error:
            first = first or error
        else:
            return
    assert first is not None
    raise RequestError(_words(path, first))


def _words(path: str, error: ScenarioError) -> str:
    """Return why a number cannot be moved, without the place that a value set by hand would have."""
    return "\n".join(dict.fromkeys(f"{fault.path or path}: {fault.message}" for fault in error.faults))


def _on_compiled_space(scenario: Scenario, keys: Keys) -> bool:
    # A war level of an issue with a table must be one of its levels: the checks of a new scenario say so per level.
    tabled = channel(keys) == "level" and "worse_by" not in keys
    return (
        reaches_terms_only(keys)
        and channel(keys) != "enforcement"
        and not (
            tabled and any(hasattr(party.values.get(keys[-1]), "table") for party in scenario.spec.parties.values())
        )
    )


_UNITS = {"odds": "odds", "optimism": "1", "power": "1", "patience": "1 per round", "no_deal": "utility"}


def _units(scenario: Scenario, keys: Keys) -> str:
    """Return the unit of a number as far as its path tells it."""
    kind = channel(keys)
    yearly = scenario.spec.war is not None and scenario.spec.war.end_rate is not None
    if kind == "cost":
        return "utility per year" if yearly else "utility"
    if kind == "rate":
        return "years" if keys[-1] == "round" else "1 per year"
    if kind in ("level", None):
        return _issue_unit(scenario, keys)
    return _UNITS.get(kind, "utility")


def _issue_unit(scenario: Scenario, keys: Keys) -> str:
    if keys[-1] in ("importance", "middle", "steepness", "power", "exponential"):
        return "1"
    issue = next((key for key in reversed(keys) if key in scenario.spec.issues), None)
    unit = None if issue is None or "worse_by" in keys or "table" in keys else scenario.spec.issues[issue].unit
    return unit or ("utility" if "worse_by" in keys else "1")
