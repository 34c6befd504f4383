"""Results of a plan as a labelled dataset: coordinates, attributes, and the frame of a store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import counted
from sim.execution.store import Array, Template
from sim.model.base import label_of
from sim.model.paths import lookup, split
from sim.model.scenario import Scenario
from sim.sweeps.axes import Axis
from sim.sweeps.measures import Variable
from sim.sweeps.plans import FILL, Block, Plan
from sim.version import __version__

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "RESERVED",
    "about_scenario",
    "arrays_of",
    "axes_text",
    "dataset",
    "enter",
    "faults_attribute",
    "issue_labels",
    "leverage_text",
    "made_for",
    "origin_text",
    "template",
]

FAULT = Variable((), "0, or the code of why the cell failed (attribute faults)", "1", "i4")
RESERVED = (
    *("party", "issue", "solution", "first", "move", "date", "private", "fault", "progress"),
    *("party_label", "issue_label", "issue_unit", "move_label", "scenario", "scenario_name"),
    *("crossing", "level", "opens", "closes", "margin_change"),
)
_AID = "A thinking aid, not a forecast: what follows from these inputs, for no side."
Coordinates = dict[str, tuple[tuple[str, ...], NDArray[Any], dict[str, Any]]]


def all_variables(plan: Plan) -> dict[str, Variable]:
    """Return the results of a plan with the code of failed cells."""
    return {**plan.variables, "fault": FAULT}


def dims_of(plan: Plan, variable: Variable) -> tuple[str, ...]:
    """Return the dimensions of a result: axes in order, then its own."""
    return (*(axis.name for axis in plan.axes), *variable.dims)


def coordinates(plan: Plan) -> Coordinates:
    """Return coordinates as (dims, values, attributes)."""
    found: Coordinates = {axis.name: ((axis.name,), axis.levels, dict(axis.attributes)) for axis in plan.axes}
    for dim, values in plan.coordinates.items():
        found[dim] = ((dim,), np.array(list(values)), {"long_name": dim.replace("_", " ")})
    if "party" in found:
        found["party_label"] = (("party",), np.array([plan.game.label(name) for name in plan.game.parties]), {})
    return found | (issue_labels(plan.scenario) if "issue" in found else {})


def issue_labels(scenario: Scenario) -> Coordinates:
    """Return the coordinates that say what a reader calls each issue, and its unit."""
    issues = scenario.spec.issues.items()
    return {
        "issue_label": (("issue",), np.array([label_of(name, issue) for name, issue in issues]), {}),
        "issue_unit": (("issue",), np.array([issue.unit or "" for _, issue in issues]), {}),
    }


def attributes(plan: Plan) -> dict[str, Any]:
    """Return what the results were made from: scenario, version, arguments, and what codes stand for."""
    return {
        "title": f"Sweep of {plan.scenario.name}",
        **about_scenario(plan.scenario, made_for(plan)),
        "signers": json.dumps(list(plan.game.signers), ensure_ascii=False),
        "defaults": json.dumps({axis.name: _default(plan, axis.name) for axis in plan.axes}),
    }


def about_scenario(scenario: Scenario, arguments: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that all results have: scenario, version, arguments, what codes of levels stand for."""
    named = {
        name: list(issue.levels) for name, issue in scenario.spec.issues.items() if issue.levels and not issue.numeric
    }
    return {
        "scenario": scenario.name,
        "as_of": scenario.spec.as_of or "",
        "scenario_sha256": scenario.sha256,
        "file_sha256": scenario.file_sha256 or "",
        "sim_version": __version__,
        "arguments": json.dumps(dict(arguments), ensure_ascii=False),
        "level_names": json.dumps(named, ensure_ascii=False),
        "level_labels": json.dumps(_level_labels(scenario), ensure_ascii=False),
        "comment": _AID,
    }


def _level_labels(scenario: Scenario) -> dict[str, list[list[Any]]]:
    """Return, by issue, the levels that have labels for readers, each with its label."""
    labelled = {name: issue.labelled for name, issue in scenario.spec.issues.items()}
    return {name: [[level, text] for level, text in own.items()] for name, own in labelled.items() if own}


def _default(plan: Plan, name: str) -> float | None:
    """Return where the scenario itself stands on an axis."""
    variables = plan.scenario.spec.leverage
    if name in variables:
        return float(variables[name].default)
    data = plan.scenario.tree.data
    found = lookup(data, split(data, name))
    return None if found is None else float(found)


def made_for(plan: Plan) -> dict[str, str]:
    """Return what must be alike for results to belong together, in words."""
    return {
        **origin_text(plan.scenario, plan.sign),
        **axes_text(plan.axes),
        "leverage": leverage_text(plan.leverage),
        "measures": ", ".join(plan.measures),
        "solutions": ", ".join(plan.solutions),
        "samples": str(plan.samples),
        "points of a block": " x ".join(map(str, plan.chunk)),
        "version": __version__,
    }


def origin_text(scenario: Scenario, sign: Iterable[str]) -> dict[str, str]:
    """Return which scenario it is, what was set and lifted in it, and who signs besides, in words."""
    values = (f"{path}={json.dumps(value, ensure_ascii=False)}" for path, value in sorted(scenario.set.items()))
    return {
        "scenario": f"{scenario.name} ({scenario.origin})",
        "values set": ", ".join(values) or "none",
        "without red lines": ", ".join(scenario.lifted) or "none",
        "signing besides": ", ".join(sign) or "none",
    }


def axes_text(axes: Sequence[Axis]) -> dict[str, str]:
    """Return axes and their levels in words."""
    return {
        "order of axes": ", ".join(axis.name for axis in axes),
        **{f"axis {axis.name}": _levels_text(axis.levels) for axis in axes},
    }


def leverage_text(leverage: Mapping[str, float]) -> str:
    """Return levels of leverage variables in words."""
    return ", ".join(f"{name}={float(level)!r}" for name, level in sorted(leverage.items())) or "defaults"


def _levels_text(levels: NDArray[np.float64]) -> str:
    even = np.linspace(levels[0], levels[-1], len(levels))
    if len(levels) > 2 and np.array_equal(levels, even):
        ends = f"from {levels[0]!r:.40} to {levels[-1]!r:.40}".replace("np.float64(", "").replace(")", "")
        return f"{counted(len(levels), 'level')} {ends}"
    return ", ".join(repr(level) for level in levels.tolist())


def arrays_of(plan: Plan) -> dict[str, NDArray[Any]]:
    """Return empty arrays for all results of a plan."""
    return {
        name: np.full(_shape(plan, variable), FILL[variable.dtype], dtype=variable.dtype)
        for name, variable in all_variables(plan).items()
    }


def _shape(plan: Plan, variable: Variable) -> tuple[int, ...]:
    return (*plan.shape, *(len(plan.coordinates[dim]) for dim in variable.dims))


def enter(plan: Plan, arrays: Mapping[str, NDArray[Any]], block: Block) -> None:
    """Enter the results of a block."""
    place = plan.place(block.number)
    for name, values in block.arrays.items():
        arrays[name][place] = values


def faults_attribute(reasons: Mapping[int, str]) -> dict[str, str]:
    """Return the attribute that says what codes of failed cells mean."""
    words = {str(code): reasons[code] for code in sorted(reasons)}
    return {"faults": json.dumps(words, ensure_ascii=False)}


def _about(plan: Plan, variable: Variable) -> dict[str, Any]:
    return {"long_name": variable.about, "units": variable.units or "1"}


def dataset(plan: Plan, arrays: Mapping[str, NDArray[Any]], reasons: Mapping[int, str]) -> xr.Dataset:
    """Return results as a dataset."""
    import xarray as xr

    variables = {
        name: (dims_of(plan, variable), arrays[name], _about(plan, variable))
        for name, variable in all_variables(plan).items()
    }
    return xr.Dataset(variables, coordinates(plan), {**attributes(plan), **faults_attribute(reasons)})


def template(plan: Plan) -> Template:
    """Return the frame of a store for a plan: a chunk is a block."""
    found = {}
    for name, (dims, values, notes) in coordinates(plan).items():
        text = values.dtype.kind == "U"
        dtype, fill = ("str", "") if text else (values.dtype.str, 0)
        stored = values.astype(object) if text else values
        found[name] = Array(dims, values.shape, values.shape, dtype, fill, notes, stored)
    names = " ".join(name for name, (dims, _, _) in coordinates(plan).items() if dims != (name,))
    for name, variable in all_variables(plan).items():
        shape = _shape(plan, variable)
        chunks = (*plan.chunk, *shape[len(plan.chunk) :])
        notes = {**_about(plan, variable), **({"coordinates": names} if names else {})}
        found[name] = Array(dims_of(plan, variable), shape, chunks, variable.dtype, FILL[variable.dtype], notes)
    return Template(found, attributes(plan), made_for(plan), plan.blocks)
