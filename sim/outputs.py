"""Datasets as files: NetCDF through scipy, and CSV with one row a point."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.crossings import axes_of
from sim.targets import check_target, replacing

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["SUFFIXES", "check_output", "write_dataset"]

SUFFIXES = (".nc", ".csv", ".zarr")


def check_output(path: str | Path) -> None:
    """Raise RequestError where a sweep cannot be written to a path: before any work is done."""
    check_target(path, SUFFIXES, folder=Path(path).suffix == ".zarr")


def write_dataset(dataset: xr.Dataset, path: str | Path) -> None:
    """Write a sweep to a ``.nc`` or a ``.csv`` file; an old file stays as it was until the new one is whole.

    A ``.zarr`` is written block by block while a sweep runs: give its name to `sim.sweep` as ``store``.

    Raises
    ------
    RequestError
        It cannot be written.
    """
    target = check_target(path, tuple(WRITERS))
    with replacing(target) as draft:
        WRITERS[target.suffix.lower()](dataset, draft)


def _netcdf(dataset: xr.Dataset, path: Path) -> None:
    dataset.to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")


def _csv(dataset: xr.Dataset, path: Path) -> None:
    axes = axes_of(dataset)
    columns = dict(_columns(dataset, axes))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*axes, *columns])
        cells = np.ndindex(*(dataset.sizes[axis] for axis in axes))
        levels = [dataset[axis].values.tolist() for axis in axes]
        for place, row in zip(cells, zip(*columns.values(), strict=True), strict=True):
            writer.writerow([*(own[k] for own, k in zip(levels, place, strict=True)), *row])


def _columns(dataset: xr.Dataset, axes: tuple[str, ...]) -> Iterator[tuple[str, list[Any]]]:
    """Yield a name and its values at every point; a variable with more dimensions gives a column for each entry."""
    names = json.loads(dataset.attrs.get("level_names", "{}"))
    reasons = json.loads(dataset.attrs.get("faults", "{}"))
    for name, variable in dataset.data_vars.items():
        rest = [str(dim) for dim in variable.dims if dim not in axes]
        flat = variable.transpose(*axes, *rest).values.reshape(-1, *(dataset.sizes[dim] for dim in rest))
        for entry in np.ndindex(*flat.shape[1:]):
            labels = [str(dataset[dim].values[k]) for dim, k in zip(rest, entry, strict=True)]
            values = flat[(slice(None), *entry)].tolist()
            if name == "fault":
                values = [reasons.get(str(code), "") if code else "" for code in values]
            elif rest == ["issue"] and labels[0] in names:
                values = [_named(names[labels[0]], value) for value in values]
            yield ".".join((str(name), *labels)), ["" if value != value else value for value in values]


def _named(levels: list[str], value: float) -> Any:
    return levels[int(value)] if value == value else value


WRITERS: dict[str, Callable[[xr.Dataset, Path], None]] = {".nc": _netcdf, ".csv": _csv}
