"""Answers of an ensemble as data for `--json`: never nan, shares with their intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.ensembles.answers import Answers
from sim.ensembles.deciding import Deciding
from sim.model.scenario import Scenario

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["answers_data", "map_data"]


def answers_data(found: Answers, scenario: Scenario, decides: Deciding | None = None) -> dict[str, Any]:
    """Return what an ensemble answers, and which inputs decide where that was asked."""
    data = dataclasses.asdict(found)
    for name in ("margin", *(f"surplus.{party}" for party in found.surplus)):
        *above, last = name.split(".")
        here = data[above[0]] if above else data
        here[last] = {f"{quantile:g}": value for quantile, value in here[last].items()}
    data["terms"] = {issue: {_level(k): v for k, v in levels.items()} for issue, levels in found.terms.items()}
    about = {"name": scenario.name, "path": scenario.path, "sha256": scenario.sha256}
    more = {} if decides is None else {"decides": _plain(dataclasses.asdict(decides))}
    return {"schema_version": 1, "scenario": about, **data, **more, "notes": dict(_notes(found, decides))}


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Return what decides with text for the names of everything."""
    for output in ("margin", "existence"):
        indices = data["sensitivity"][output]
        indices["path"] = {str(n): totals for n, totals in indices["path"].items()}
    return data


def _notes(found: Answers, decides: Deciding | None) -> Iterator[tuple[str, str]]:
    """Yield why something is null."""
    if found.width is None:
        yield "width", "the red lines leave no outcome in any truth"
    if decides is None:
        return
    if decides.sensitivity.file_margin is None:
        yield "decides.sensitivity.file_margin", "the red lines leave no outcome"
    if decides.box is None:
        yield "decides.box", "fewer than 20 truths have a zone, or fewer than 20 have none"
    if decides.learning is None:
        yield "decides.learning", "there are no two deals to choose between"
    if decides.terms is None:
        yield "decides.terms", "no deals were looked for"


def _level(level: float | str) -> str:
    return level if isinstance(level, str) else f"{level:.12g}"


def map_data(dataset: xr.Dataset) -> dict[str, Any]:
    """Return a map of the share over levers."""
    share = dataset["share"]
    return {
        "schema_version": 1,
        "truths": int(dataset.attrs["truths"]),
        "rng": dataset.attrs["rng"],
        "known": dataset.attrs["known"],
        "over": {str(dim): share[dim].values.tolist() for dim in share.dims},
        **{name: dataset[name].values.tolist() for name in ("share", "share_low", "share_high", "undecided")},
    }
