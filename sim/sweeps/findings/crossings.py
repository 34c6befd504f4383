"""Where the zone opens and closes in a sweep: break-even levels and contours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, shown
from sim.model.names import suggest

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Crossing", "axes_of", "axis_of", "break_even", "contour", "crossings"]

Floats = NDArray[np.float64]
_TELLING = ("margin", "exists", "undecided", "fault")


@dataclass(frozen=True)
class Crossing:
    """A level of an axis at which the zone opens or closes as the level rises.

    Attributes
    ----------
    axis : str
    level : float
        Between two levels of the sweep, by linear interpolation of the margin; levels at which the frontier's
        resolution leaves it undecided lie between them unseen.
    opens : bool
    """

    axis: str
    level: float
    opens: bool


def axes_of(dataset: xr.Dataset) -> tuple[str, ...]:
    """Return the names of a sweep's axes in order; raises RequestError where it is no sweep."""
    _check(dataset, ("margin",))
    return tuple(str(dim) for dim in dataset["margin"].dims)


def _check(dataset: object, needs: tuple[str, ...]) -> None:
    """Raise RequestError where something is no sweep, or one without some of its results."""
    import xarray as xr

    if not isinstance(dataset, xr.Dataset) or not {*needs} <= {*dataset.variables}:
        raise RequestError(f"dataset: {shown(dataset)} (expected what sim.sweep returns)")


def axis_of(dataset: xr.Dataset, name: str) -> str:
    """Return the name of an axis; raises RequestError where it is none."""
    if not isinstance(name, str) or name not in axes_of(dataset):
        raise RequestError(f"no axis {shown(name)} {suggest(name, axes_of(dataset))}")
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
    _check(dataset, _TELLING)
    axis_of(dataset, along)
    order = np.argsort(dataset[along].values, kind="stable")
    order = order[~dataset["undecided"].values[order]]
    levels, margin, exists, sound = (
        np.asarray(part)[order]
        for part in (
            dataset[along].values,
            dataset["margin"].values,
            dataset["exists"].values,
            dataset["fault"].values == 0,
        )
    )
    turns = np.flatnonzero((exists[1:] != exists[:-1]) & sound[1:] & sound[:-1])
    found = _between(levels, margin, turns)
    return tuple(Crossing(along, level, bool(exists[k + 1])) for k, level in zip(turns.tolist(), found, strict=True))


def _between(levels: Floats, margin: Floats, turns: NDArray[np.int64]) -> list[float]:
    """Return where the margin passes 0 between neighbours; halfway where one side has no margin."""
    below, above = margin[turns], margin[turns + 1]
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

    _check(dataset, _TELLING)
    others = [name for name in axes_of(dataset) if name != axis_of(dataset, along)]
    parts = dataset[["margin", "exists", "undecided", "fault"]].transpose(*others, along)
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
    """Return the lines on which the zone just exists, margin 0, in the plane of two axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep whose only axes are these two; choose levels of others with ``isel`` first.
    x, y : str

    Returns
    -------
    tuple of ndarray, shape (n, 2) each
        Points (x, y) along each line, to linear interpolation between points of the sweep; halfway where one side has
        no outcome at all. A line ends beside failed cells.

    Raises
    ------
    RequestError
        One is not an axis, there are others, or one has a single level.
    """
    from contourpy import contour_generator

    _check(dataset, ("margin", "fault"))
    if {axis_of(dataset, x), axis_of(dataset, y)} != set(axes_of(dataset)) or x == y:
        raise RequestError(f"the sweep has the axes {', '.join(axes_of(dataset))} (expected {x} and {y} alone)")
    plane = dataset[["margin", "fault"]].transpose(y, x).sortby([x, y])
    if min(plane.sizes.values()) < 2:
        raise RequestError(f"{x if plane.sizes[x] < 2 else y}: one level (expected at least two for a line)")
    levels, margin = (plane[x].values, plane[y].values), np.asarray(plane["margin"].values, dtype=np.float64)
    none = np.isnan(margin) & (plane["fault"].values == 0)
    if none.any():
        levels, margin = (_halved(levels[0]), _halved(levels[1])), _with_borders(margin, none)
    lines = contour_generator(*levels, np.ma.masked_invalid(margin), line_type="Separate").lines(0.0)
    return tuple(np.asarray(line, dtype=np.float64) for line in lines)


def _halved(levels: Floats) -> Floats:
    """Return levels with the middle of each two neighbours between them."""
    return _woven(levels, (levels[:-1] + levels[1:]) / 2)


def _woven(rows: NDArray[Any], between: NDArray[Any]) -> NDArray[Any]:
    found = np.empty((2 * len(rows) - 1, *rows.shape[1:]), dtype=rows.dtype)
    found[::2], found[1::2] = rows, between
    return found


def _with_borders(margin: Floats, none: NDArray[np.bool_]) -> Floats:
    """Return the margin on a grid twice as fine, 0 halfway from a zone to where there is no outcome at all.

    Elsewhere it is interpolated, so a line of margin 0 crosses the coarse grid where it did; what lies beside a failed
    cell stays unknown.
    """
    for _ in range(2):
        margin, none = _with_columns_between(margin, none)
    return np.where(none, -1.0, margin)


def _with_columns_between(margin: Floats, none: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return both transposed, with a row in the middle of each two that were columns."""
    margin, none = margin.T, none.T
    one_sided = none[:-1] ^ none[1:]
    beside = np.where(none[:-1], margin[1:], margin[:-1])
    middle = np.where(one_sided, np.minimum(beside, 0.0), (margin[:-1] + margin[1:]) / 2)
    return _woven(margin, middle), _woven(none, none[:-1] & none[1:])
