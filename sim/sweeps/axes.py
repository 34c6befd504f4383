"""Axes of a sweep: which numbers vary over which levels, and whether the space must be compiled again for each.

An axis is a leverage variable or the path of any number. Numbers that reach only reservation values, disagreement
points, power and patience vary on the compiled space; any other path makes a new scenario of each of its levels. What
a file leaves out may bring more into being than a number (a war that lasts, alternating offers), so a sweep starts
from the scenario with some level of each such axis set.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import RequestError, ScenarioError, shown
from sim.model.arguments import count_in, level_in, map_in
from sim.model.base import label_of
from sim.model.bounds import bounds
from sim.model.names import suggest
from sim.model.paths import Keys, is_number, lookup, split
from sim.model.reach import channel, reaches_terms_only
from sim.model.scalars import MAX_NUMBER
from sim.model.scenario import Scenario, with_values
from sim.model.units import unit_of

__all__ = ["Axis", "Levels", "Span", "axes_in", "check_names", "find_axes", "points_of", "size_of", "with_samples"]

Floats = NDArray[np.float64]
_TRIES = 50


@dataclass(frozen=True)
class Span:
    """Levels from low to high, both included, as many as `count`; not laid out before they are needed."""

    low: float
    high: float
    count: int

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            object.__setattr__(self, end, level_in(end, getattr(self, end)))
        object.__setattr__(self, "count", count_in("count", self.count, least=0, most=10**100))
        if not (np.isfinite(self.low) and np.isfinite(self.high)):
            raise RequestError(f"{self.low:g}:{self.high:g}: an end that is not finite (expected finite numbers)")
        if self.low == self.high and self.count > 1:
            raise RequestError(
                f"{self.low:g}:{self.high:g}:{self.count}: both ends are the same (expected LOW:HIGH:COUNT)"
            )
        if max(abs(self.low), abs(self.high)) > MAX_NUMBER:
            raise RequestError(f"{self.low:g}:{self.high:g}: an end is too large (expected at most {MAX_NUMBER:g})")

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
    sample : float or None
        A level at which the scenario is sound, with the samples of the other axes; None where the file has the number.
    meaning : str
        What the ends of a leverage variable stand for, where the file says so.
    """

    name: str
    levels: Floats
    kind: str
    label: str
    units: str
    sample: float | None = None
    meaning: str = ""

    def __len__(self) -> int:
        return len(self.levels)

    @cached_property
    def attributes(self) -> dict[str, str]:
        """Attributes of the coordinate."""
        found = {"long_name": self.label, "units": self.units, "kind": self.kind}
        return found | ({"meaning": self.meaning} if self.meaning else {})


def axes_in(over: Any) -> dict[str, Levels]:
    """Return levels by axis as a caller gave them: spans as they are, anything else as an array of numbers."""
    return {
        name: levels if isinstance(levels, Span) else _listed(name, levels)
        for name, levels in map_in("over", over).items()
    }


def _listed(name: str, levels: Any) -> Floats:
    try:
        given = np.asarray(levels)
        # Dates and complex numbers would be cut down to numbers without a word.
        found = given.astype(np.float64) if given.dtype.kind in "iufO" else None
    except (TypeError, ValueError, OverflowError):
        found = None
    if found is None:
        raise RequestError(f"{name}: {shown(levels)}: levels that are not numbers (expected a list of numbers)")
    return found


def points_of(over: Mapping[str, Levels]) -> int:
    """Return how many points a sweep has, without laying out its levels."""
    return math.prod(size_of(levels) for levels in over.values()) if over else 0


def size_of(levels: Levels) -> int:
    """Return how many levels an axis has."""
    return levels.count if isinstance(levels, Span) else int(np.size(np.asarray(levels)))


@dataclass(frozen=True, eq=False)
class _Asked:
    """A name with its levels; the keys of a path, None for leverage."""

    name: str
    levels: Floats
    keys: Keys | None


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
        range; numbers that the file leaves out are sound at none of the levels tried. Every fault at once.
    """
    check_names(over, taken)
    faults, asked = [], []
    for name, levels in over.items():
        try:
            asked.append(_asked(scenario, name, _numbers(name, levels)))
        except RequestError as error:
            faults.append(str(error))
    if faults:
        raise RequestError("\n".join(faults))
    samples = _samples(scenario, asked)
    whole = with_values(scenario, samples)
    return tuple(_axis(whole, one, samples.get(one.name)) for one in asked)


def check_names(names: Iterable[str], taken: Iterable[str]) -> None:
    """Raise RequestError where an axis has a name of the results."""
    reserved = set(taken)
    faults = [f"{name}: a result has this name (rename the leverage variable)" for name in names if name in reserved]
    if faults:
        raise RequestError("\n".join(faults))


def with_samples(scenario: Scenario, axes: Iterable[Axis]) -> Scenario:
    """Return the scenario with the samples of its axes set, so that what they bring into being is there."""
    return with_values(scenario, {axis.name: axis.sample for axis in axes if axis.sample is not None})


def _numbers(name: str, levels: Levels) -> Floats:
    try:
        found = levels.laid_out() if isinstance(levels, Span) else np.asarray(levels, dtype=np.float64)
    except (TypeError, ValueError):
        raise RequestError(f"{name}: levels that are not numbers (expected numbers)") from None
    if found.ndim != 1 or not len(found):
        raise RequestError(f"{name}: no list of levels (expected at least one number)")
    if not np.isfinite(found).all():
        raise RequestError(f"{name}: a level that is not finite (expected finite numbers)")
    if (large := np.abs(found) > MAX_NUMBER).any():
        raise RequestError(f"{name}: level {found[large][0]:g} is too large (expected at most {MAX_NUMBER:g})")
    values, counts = np.unique(found, return_counts=True)
    if (counts > 1).any():
        raise RequestError(f"{name}: level {values[counts > 1][0]:g} twice (expected each level once)")
    return found


def _asked(scenario: Scenario, name: str, levels: Floats) -> _Asked:
    variables = scenario.spec.leverage
    if name in variables:
        low, high = variables[name].range
        outside = levels[~variables[name].holds(levels)]
        if len(outside):
            raise RequestError(f"{name}: level {outside[0]:g} is out of range (expected {low:g} to {high:g})")
        return _Asked(name, levels, None)
    if "." not in name:
        hint = f"{suggest(name, variables)}; a path to a number works too, such as {_some_path(scenario)}"
        raise RequestError(f"no leverage variable {name!r} {hint}")
    try:
        keys = split(scenario.tree.data, name)
    except KeyError as error:
        raise RequestError(f"{name}: {error.args[0]}") from None
    _check_number(scenario, name, lookup(scenario.tree.data, keys))
    return _Asked(name, levels, keys)


def _some_path(scenario: Scenario) -> str:
    """Return the path of a number that a sweep may move: a party's no-deal value or its power."""
    name, party = next(iter(scenario.spec.parties.items()))
    return f"parties.{name}.{'no_deal' if isinstance(party.no_deal, float) else 'power'}"


def _check_number(scenario: Scenario, path: str, stored: Any) -> None:
    if isinstance(stored, Mapping):
        raise RequestError(f"{path}: names a section, not a number (it holds {', '.join(map(str, stored))})")
    if stored is not None and not is_number(stored):
        what = "a list" if isinstance(stored, Sequence) and not isinstance(stored, str) else repr(stored)
        raise RequestError(f"{path}: holds {what}, which is not a number (expected the path of a number)")
    if stored is not None:
        try:
            with_values(scenario, {path: stored})
        except ScenarioError as error:
            raise RequestError(_words(error)) from None


def _samples(scenario: Scenario, asked: Iterable[_Asked]) -> dict[str, float]:
    """Return a level of every number that the file leaves out at which, all set, the scenario is sound."""
    absent = [one for one in asked if one.keys is not None and lookup(scenario.tree.data, one.keys) is None]
    first: ScenarioError | None = None
    for levels in _tries([_likely(scenario, one) for one in absent]):
        chosen = dict(zip((one.name for one in absent), levels, strict=True))
        try:
            with_values(scenario, chosen)
        except ScenarioError as error:
            first = first or error
        else:
            return chosen
    assert first is not None
    raise RequestError(_words(first))


def _likely(scenario: Scenario, asked: _Asked) -> list[float]:
    """Return some levels of an axis, evenly chosen: those within the number's bounds if there are any."""
    assert asked.keys is not None
    tests = [bound.holds(asked.levels) for bound in bounds(scenario.spec, asked.keys)]
    legal = asked.levels[np.all(tests, axis=0)] if tests else asked.levels
    some = legal if len(legal) else asked.levels
    chosen = np.unique(np.linspace(0, len(some) - 1, min(len(some), _TRIES)).round().astype(np.int64))
    found: list[float] = some[chosen].tolist()
    return found


def _tries(levels: Sequence[list[float]]) -> Iterator[tuple[float, ...]]:
    """Yield combinations of levels: the first of each, the second of each and so on, then any."""
    most = max(map(len, levels), default=1)
    yield from (tuple(some[min(k, len(some) - 1)] for some in levels) for k in range(most))
    yield from itertools.islice(itertools.product(*levels), _TRIES)


def _words(error: ScenarioError) -> str:
    """Return why numbers cannot be moved, without the place that a value set by hand would have."""
    return "\n".join(
        dict.fromkeys(f"{fault.path or fault.file.removeprefix('--set ')}: {fault.message}" for fault in error.faults)
    )


def _axis(scenario: Scenario, asked: _Asked, sample: float | None) -> Axis:
    name, keys = asked.name, asked.keys
    if keys is None:
        variable = scenario.spec.leverage[name]
        label, meaning = label_of(name, variable), variable.meaning or ""
        return Axis(name, asked.levels, "leverage", label, "1", meaning=meaning)
    kind = "number" if _on_compiled_space(scenario, keys) else "compile"
    return Axis(name, asked.levels, kind, name, unit_of(scenario.spec, keys), sample)


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
