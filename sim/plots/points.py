"""What figures share of a sweep: its axes, measures and issues with their words, read from its coordinates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, counted
from sim.model.names import suggest
from sim.plots.data import Scale, known, solution_label
from sim.show.words import number_text, signed
from sim.studies.exactness import known as known_to
from sim.sweeps.findings.crossings import axes_of
from sim.sweeps.findings.summaries import worst_resolution

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["NO_OUTCOME", "Lever", "Measure", "lever_of", "measure_of", "only_axes", "sweep_scales", "sweep_source"]

Floats = NDArray[np.float64]
NO_OUTCOME = ": the red lines leave no outcome"


@dataclass(frozen=True, eq=False)
class Lever:
    """An axis of a sweep: its levels in rising order, where they stand in the dataset, and its words.

    Attributes
    ----------
    name, label, meaning : str
        The last says what the ends stand for; empty where nothing does.
    levels : ndarray, shape (n,)
    order : ndarray of int, shape (n,)
    default : float or None
        Where the scenario itself stands.
    """

    name: str
    label: str
    levels: Floats
    order: NDArray[np.int64]
    default: float | None
    meaning: str = ""

    @property
    def centred(self) -> bool:
        """Whether the lever runs to both sides of 0, so that signs say something."""
        return bool(self.levels[0] < 0 < self.levels[-1])

    def text(self, level: float) -> str:
        """Return a level in words."""
        level = round(level, 3)
        return (signed(level) if self.centred else number_text(level)).replace("-", "−")


def lever_of(dataset: xr.Dataset, name: str) -> Lever:
    """Return an axis of a sweep."""
    levels = np.asarray(dataset[name].values, dtype=np.float64)
    order = np.argsort(levels, kind="stable")
    notes = dataset[name].attrs
    unit = notes.get("units", "1")
    label = str(notes.get("long_name", name)) + ("" if unit in ("1", "") else f" ({unit})")
    default = json.loads(dataset.attrs.get("defaults", "{}")).get(name)
    return Lever(name, label, levels[order], order, default, str(notes.get("meaning", "")))


def only_axes(dataset: xr.Dataset, count: int, figure: str) -> tuple[Lever, ...]:
    """Return a sweep's axes, which must be so many.

    Raises
    ------
    RequestError
        There are more or fewer, or one has a single level.
    """
    names = axes_of(dataset)
    if len(names) != count:
        wanted = "one axis" if count == 1 else f"{count} axes"
        raise RequestError(
            f"{figure}: the sweep has {counted(len(names), 'axis', 'axes')} ({', '.join(names)}) (expected {wanted}; "
            "choose levels of others with isel or sel)"
        )
    levers = tuple(lever_of(dataset, name) for name in names)
    for lever in levers:
        if len(lever.levels) < 2:
            raise RequestError(f"{figure}: {lever.name} has one level (expected at least two)")
    return levers


@dataclass(frozen=True, eq=False)
class Measure:
    """One number at every point of a sweep, with its words.

    Attributes
    ----------
    values : ndarray
    label : str
    scale : Scale or None
        Where it is a level of an issue.
    over_no_deal : bool
        Whether it is counted over no deal, so that 0 parts better from worse.
    """

    values: Floats
    label: str
    scale: Scale | None = None
    over_no_deal: bool = False


def measure_of(dataset: xr.Dataset, name: str, levers: Sequence[Lever]) -> Measure:
    """Return a measure over the levers, NAME or NAME:ENTRY for one party or issue.

    Raises
    ------
    RequestError
        No such measure, or an entry that is missing or unknown.
    """
    base, _, entry = name.partition(":")
    dims = [lever.name for lever in levers]
    found = {str(key) for key, value in dataset.data_vars.items() if set(dims) <= set(value.dims)}
    known("measure", base, sorted(found))
    variable = dataset[base]
    rest = [str(dim) for dim in variable.dims if dim not in dims]
    label, scale = str(variable.attrs.get("long_name", base)), None
    if rest:
        entries = [str(value) for value in dataset[rest[0]].values]
        if entry not in entries or len(rest) > 1:
            raise RequestError(f"measure {base!r} is for each {rest[0]}: give {base}:NAME {suggest(entry, entries)}")
        variable = variable.isel({rest[0]: entries.index(entry)})
        label = f"{label}, {_entry_label(dataset, rest[0], entries.index(entry))}"
        if rest[0] == "issue" and variable.attrs.get("units") == "of the issue":
            scale = sweep_scales(dataset, [entry])[0]
            label = f"{scale.label} {_place(base)}{f' ({scale.unit.strip()})' if scale.unit else ''}"
    elif entry:
        raise RequestError(f"measure {base!r} has no entries (expected {base})")
    values = np.asarray(variable.transpose(*dims).values, dtype=np.float64)
    over = base in ("margin", "surplus", "durable_margin", "lasting_margin") or base.endswith("_gain")
    return Measure(values[np.ix_(*(lever.order for lever in levers))], label, scale, over)


_PLACES = {
    "_deal": "in the {} deal",
    "_within_low": "about as good as in the {} deal, lowest",
    "_within_high": "about as good as in the {} deal, highest",
}
_RANGES = {"range_low": "in some agreement, lowest", "range_high": "in some agreement, highest"}


def _place(base: str) -> str:
    """Return in which deals a term is, in words."""
    found = [
        words.format(solution_label(base.removesuffix(end))) for end, words in _PLACES.items() if base.endswith(end)
    ]
    return found[0] if found else _RANGES.get(base, base.replace("_", " "))


def _entry_label(dataset: xr.Dataset, dim: str, place: int) -> str:
    labels = dataset.get(f"{dim}_label")
    return str(dataset[dim].values[place] if labels is None else labels.values[place])


def sweep_scales(dataset: xr.Dataset, names: Sequence[str] = ()) -> list[Scale]:
    """Return scales of a sweep's issues: named levels as they are, numbers by what agreements reach.

    Raises
    ------
    RequestError
        An issue that does not exist.
    """
    issues = [str(name) for name in dataset["issue"].values]
    named: dict[str, list[str]] = json.loads(dataset.attrs.get("level_names", "{}"))
    labels: dict[str, list[list[Any]]] = json.loads(dataset.attrs.get("level_labels", "{}"))
    result = []
    for name in [known("issue", name, issues) for name in names] or issues:
        here = dataset.sel(issue=name)
        label = str(here["issue_label"].values) if "issue_label" in here.coords else name.replace("_", " ")
        unit = str(here["issue_unit"].values) if "issue_unit" in here.coords else ""
        shown = {"": "", "percent": " %"}.get(unit, f" {unit}")
        levels: tuple[Any, ...] = tuple(named[name]) if name in named else _reach(here)
        result.append(Scale(name, label, shown, levels, dict(labels.get(name, ()))))
    return result


def _reach(here: xr.Dataset) -> tuple[float, ...]:
    parts = [here[name].values.ravel() for name in ("range_low", "range_high", "nash_deal") if name in here]
    values = np.concatenate([part[np.isfinite(part)] for part in parts]) if parts else np.array([])
    return tuple(np.unique(values).tolist()) if values.size else (0.0,)


def sweep_source(dataset: xr.Dataset) -> str:
    """Return where a sweep's numbers come from."""
    notes = dataset.attrs
    made: dict[str, str] = json.loads(notes.get("arguments", "{}"))
    parts = [str(notes.get("scenario", "sweep"))]
    if notes.get("as_of") and str(notes["as_of"]) not in parts[0]:
        parts.append(f"as of {notes['as_of']}")
    if made.get("leverage", "defaults") != "defaults":
        parts.append(made["leverage"].replace(", ", " · "))
    elif "leverage" in made:
        parts.append("other leverage at its defaults")
    if made.get("values set", "none") != "none":
        parts.append(made["values set"])
    if made.get("without red lines", "none") != "none":
        parts.append(f"without {made['without red lines']}")
    if made.get("signing besides", "none") != "none":
        parts.append(f"{made['signing besides']} signing")
    if doubt := known_to(worst_resolution(dataset)):
        parts.append(doubt)
    digests = {"file": str(notes.get("file_sha256", ""))[:8], "scenario": str(notes.get("scenario_sha256", ""))[:8]}
    return " · ".join([*parts, *(f"{of} sha256 {digest}" for of, digest in digests.items() if digest)])
