"""The one door to figures from Python: what is given is checked, and a scenario will do where its result is drawn."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Callable, Mapping
from typing import Any

from matplotlib.axes import Axes

from sim.errors import RequestError, shown
from sim.model.arguments import count_in, level_in, map_in
from sim.model.names import names_in
from sim.model.scenario import Scenario, load
from sim.plots.recipe import Recipe
from sim.plots.requests import InDoubt, Request, doubt_for, paths_for, study_for, trace_for
from sim.simulations.records import Simulation
from sim.simulations.session_records import Sessions
from sim.studies.records import Study

__all__ = ["axes_in", "door"]

_LISTS, _TEXTS = ("issues", "solutions", "parties", "levers"), ("issue", "solution", "measure", "title")
_MOST = 200.0
_DRAWN: Mapping[Any, tuple[type, str]] = {
    study_for: (Study, "sim.study"),
    doubt_for: (InDoubt, "sim.plots.requests.doubt_for"),
    paths_for: (Simulation, "sim.simulate"),
    trace_for: (Sessions, "sim.sessions"),
}


def door(recipe: Recipe) -> Callable[..., Axes]:
    """Return a figure's function that takes a scenario, the path of its file or a study for what it draws, and checks.

    What a recipe's result depends on (`Recipe.sweeps`) can then be told as well, such as ``levers`` of a map.
    """

    @functools.wraps(recipe.figure)
    def figure(result: Any, ax: Axes | None = None, **told: Any) -> Axes:
        options = {name: _checked(name, value) for name, value in told.items()}
        if ax is not None:
            axes_in("ax", ax)
        made = {name: options.pop(name) for name in recipe.sweeps if name in options and name not in recipe.takes}
        return recipe.figure(_drawn(recipe, result, {**options, **made}, made), ax, **options)

    return figure


def _drawn(recipe: Recipe, result: Any, options: Mapping[str, Any], made: Mapping[str, Any]) -> Any:
    """Return what a figure draws: as given, or worked out of a scenario."""
    kind, maker = _kind(recipe)
    if isinstance(result, kind):
        if made:
            raise RequestError(f"{recipe.name}: {next(iter(made))} is told of a scenario, not of what was worked out")
        return result
    asked = {name: options[name] for name in ("levers", "doubt", "solution", "measure", "tactics") if name in options}
    if isinstance(result, Study):
        return recipe.gather(
            Request(scenario=result.game.scenario, leverage=result.changes.at, sign=result.changes.sign, **asked)
        )
    if isinstance(result, (str, os.PathLike, Scenario, Mapping)):
        return recipe.gather(Request(scenario=result if isinstance(result, Scenario) else load(result), **asked))
    words = f"expected what {maker} returns, a study, a scenario, or the path of one"
    raise RequestError(f"{recipe.name}: {shown(result)} ({words})")


def _kind(recipe: Recipe) -> tuple[type, str]:
    """Return the type of what a figure draws, and what makes one."""
    if recipe.gather in _DRAWN:
        return _DRAWN[recipe.gather]
    import xarray as xr

    makers = {"share_map": "sim.ensemble", "lever_terms": "sim.elasticities"}
    return xr.Dataset, makers.get(recipe.name, "sim.sweep")


def axes_in(what: str, given: Any) -> Axes:
    """Return what must be matplotlib axes; raises RequestError where it is something else."""
    if not isinstance(given, Axes) or given.figure is None:
        raise RequestError(f"{what}: {shown(given)} (expected matplotlib axes)")
    return given


def _checked(name: str, value: Any) -> Any:
    """Return an option, found to be of its type; those that no figure knows are left to the figure's own refusal."""
    if name in _LISTS:
        return names_in(name, value)
    if name == "doubt":
        return None if value is None else level_in(name, value)
    if name in ("page_number", "session"):
        return count_in(name, value, 0 if name == "session" else 1)
    if name == "tactics":
        return map_in(name, value)
    if name == "size":
        return _size(value)
    wanted = str if name in _TEXTS else bool if name == "source" else object
    if not isinstance(value, wanted):
        raise RequestError(f"{name}: {shown(value)} (expected {'text' if wanted is str else 'True or False'})")
    return value


def _size(value: Any) -> tuple[float, float]:
    """Return width and height in inches."""
    try:
        width, height = (level_in("size", side) for side in value)
    except (TypeError, ValueError):
        width = height = math.nan
    if not (0 < width <= _MOST and 0 < height <= _MOST):
        raise RequestError(f"size: {shown(value)} (expected width and height in inches, each at most {_MOST:g})")
    return width, height
