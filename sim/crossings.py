"""Where the zone opens and closes in a sweep: break-even levels and contours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.model.names import suggest

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Crossing", "axes_of", "axis_of", "break_even", "contour", "crossings"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Crossing:
    """A level of an axis at which the zone opens or closes as the level rises.

    Attributes
    ----------
    axis : str
    level : float
        Between two levels of the sweep, by linear interpolation of the gap; levels at which the frontier's resolution
        leaves it undecided lie between them unseen.
    opens : bool
    """

    axis: str
    level: float
    opens: bool


def axes_of(dataset: xr.Dataset) -> tuple[str, ...]:
    """Return the names of a sweep's axes in order."""
    return tuple(str(dim) for dim in dataset["gap"].dims)


def axis_of(dataset: xr.Dataset, name: str) -> str:
    """Return the name of an axis; raises RequestError where it is none."""
    if name not in axes_of(dataset):
        raise RequestError(f"no axis {name!r} {suggest(name, axes_of(dataset))}")
    return name


def crossings(dataset: xr.Dataset, along: str) -> tuple[Crossing, ...]:
    """Return where the zone opens and closes along the only axis that is left of a sweep.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with one axis, or a line of one chosen with ``isel`` or ``sel``.
    along : str

    Raises
    ------
    RequestError
        It is not an axis.
    """
    axis_of(dataset, along)
    order = np.argsort(dataset[along].values, kind="stable")
    order = order[~dataset["undecided"].values[order]]
    levels, gap, exists, sound = (
        np.asarray(part)[order]
        for part in (
            dataset[along].values,
            dataset["gap"].values,
            dataset["exists"].values,
            dataset["fault"].values == 0,
        )
    )
    turns = np.flatnonzero((exists[1:] != exists[:-1]) & sound[1:] & sound[:-1])
    found = _between(levels, gap, turns)
    return tuple(Crossing(along, level, bool(exists[k + 1])) for k, level in zip(turns.tolist(), found, strict=True))


def _between(levels: Floats, gap: Floats, turns: NDArray[np.int64]) -> list[float]:
    """Return where the gap passes 0 between neighbours; halfway where one side has no gap."""
    below, above = gap[turns], gap[turns + 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = below / (below - above)
    share = np.clip(np.where(np.isfinite(share), share, 0.5), 0.0, 1.0)
    between: list[float] = (levels[turns] + share * (levels[turns + 1] - levels[turns])).tolist()
    return between


def break_even(dataset: xr.Dataset, along: str) -> xr.Dataset:
    """Return the levels of one axis at which the zone opens or closes, for every combination of the other axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep.
    along : str
        The axis to look along.

    Returns
    -------
    xarray.Dataset
        ``level`` (nan where there are fewer) and ``opens``, with a dimension ``crossing`` beside the other axes.

    Raises
    ------
    RequestError
        It is not an axis.
    """
    import xarray as xr

    others = [name for name in axes_of(dataset) if name != axis_of(dataset, along)]
    parts = dataset[["gap", "exists", "undecided", "fault"]].transpose(*others, along)
    shape = tuple(parts.sizes[name] for name in others)
    found = [crossings(parts.isel(dict(zip(others, cell, strict=True))), along) for cell in np.ndindex(*shape)]
    most = max((len(some) for some in found), default=0)
    level, opens = np.full((len(found), most), np.nan), np.zeros((len(found), most), dtype=bool)
    for row, some in enumerate(found):
        level[row, : len(some)] = [crossing.level for crossing in some]
        opens[row, : len(some)] = [crossing.opens for crossing in some]
    dims = (*others, "crossing")
    variables = {
        "level": (dims, level.reshape(*shape, most), dict(dataset[along].attrs)),
        "opens": (dims, opens.reshape(*shape, most), {"long_name": "Whether the zone exists above the level"}),
    }
    return xr.Dataset(variables, {name: dataset[name] for name in others})


def contour(dataset: xr.Dataset, x: str, y: str) -> tuple[Floats, ...]:
    """Return the lines on which the zone just exists, gap 0, in the plane of two axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep whose only axes are these two; choose levels of others with ``isel`` first.
    x, y : str

    Returns
    -------
    tuple of ndarray, shape (n, 2) each
        Points (x, y) along each line, to linear interpolation between points of the sweep.

    Raises
    ------
    RequestError
        One is not an axis, there are others, or one has a single level.
    """
    from contourpy import contour_generator

    if {axis_of(dataset, x), axis_of(dataset, y)} != set(axes_of(dataset)) or x == y:
        raise RequestError(f"the sweep has the axes {', '.join(axes_of(dataset))} (expected {x} and {y} alone)")
    plane = dataset["gap"].transpose(y, x).sortby([x, y])
    if min(plane.shape) < 2:
        raise RequestError(f"{x if plane.sizes[x] < 2 else y}: one level (expected at least two for a line)")
    gap = np.ma.masked_invalid(plane.values)
    lines = contour_generator(plane[x].values, plane[y].values, gap, line_type="Separate").lines(0.0)
    return tuple(np.asarray(line, dtype=np.float64) for line in lines)
