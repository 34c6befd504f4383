"""Datasets as files: NetCDF through scipy, and CSV with one row a point."""

from __future__ import annotations

import csv
import functools
import json
import math
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, SizeError
from sim.execution.drafts import free_name
from sim.output.files import check_target, replacing
from sim.sweeps.findings.crossings import axes_of

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["SUFFIXES", "check_fits", "check_output", "columns_of", "is_store", "rescued", "write_dataset"]

SUFFIXES = (".nc", ".csv", ".zarr")
# What scipy can write: it notes the size of a variable, a multiple of 4, in 31 bits.
_NETCDF_MOST = 2**31 - 4
_ROWS = 1 << 12
# Words of the format's own language, which name nothing in a file.
_NETCDF_WORDS = {"byte", "char", "short", "ushort", "int", "uint", "int64", "uint64"}
_NETCDF_WORDS |= {"float", "real", "double", "bool", "string"}
# What a spreadsheet may take for the start of a formula; the report page has the same rule (csv.js).
_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")


def is_store(path: str | Path) -> bool:
    """Say whether blocks are kept at a path as they are done: a ``.zarr``, in small or capital letters."""
    return Path(path).suffix.lower() == ".zarr"


def check_output(path: str | Path) -> None:
    """Raise RequestError where a sweep cannot be written to a path: before any work is done."""
    check_target(path, SUFFIXES, folder=is_store(path))


def check_fits(path: str | Path, sizes: Mapping[str, int]) -> None:
    """Raise SizeError or RequestError where a file of this kind cannot hold results: too large, or of such a name.

    Parameters
    ----------
    path : str or path
    sizes : dict of str to int
        Bytes of each result and each axis.
    """
    name, size = max(sizes.items(), key=lambda entry: entry[1], default=("", 0))
    if Path(path).suffix.lower() == ".nc" and size > _NETCDF_MOST:
        raise SizeError(
            f"{path}: {name} would take {size / 2**30:.1f} GiB, and a .nc file holds at most 2 GiB of one variable "
            "(expected a .zarr output, or fewer levels)"
        )
    words = [name for name in sizes if name in _NETCDF_WORDS] if Path(path).suffix.lower() == ".nc" else []
    if words:
        raise RequestError(f"{path}: no .nc file can hold the name {words[0]} (expected a .zarr or .csv output)")


def write_dataset(dataset: xr.Dataset, path: str | Path) -> None:
    """Write a sweep, or two compared, to a ``.nc`` or ``.csv`` file; an old one stays until the new one is whole.

    A ``.zarr`` is written block by block while a sweep runs: give its name to `sim.sweep` as ``store``.

    Raises
    ------
    RequestError
        It cannot be written.
    SizeError
        It is too large for this kind of file.
    """
    target = check_target(path, tuple(WRITERS))
    check_fits(target, {str(name): variable.nbytes for name, variable in dataset.variables.items()})
    with replacing(target) as draft:
        try:
            WRITERS[target.suffix.lower()](dataset, draft)
        except (OSError, ValueError):
            raise
        except Exception as error:
            raise RequestError(f"{path}: cannot be written ({type(error).__name__}: {error})") from None


def rescued(dataset: xr.Dataset, path: str | Path) -> Path | None:
    """Write a sweep that could not be written to a path to the folder for temporary files; None if that fails too.

    What cannot be written as the same kind of file is written as another.
    """
    folder = Path(tempfile.gettempdir())
    for suffix in dict.fromkeys((Path(path).suffix, *WRITERS)):
        try:
            write_dataset(dataset, target := free_name(folder / f"sweep{suffix}"))
        except (RequestError, SizeError):
            continue
        return target.rename(target.with_name(target.name.lstrip(".")))
    return None


def _netcdf(dataset: xr.Dataset, path: Path) -> None:
    # The format asks for names in UTF-8 and scipy writes Latin-1: characters that stand for the bytes of the one are
    # written as just these by the other.
    names = {str(name): _in_utf8(str(name)) for name in (*dataset.variables, *dataset.dims)}
    dataset.rename({name: new for name, new in names.items() if new != name}).to_netcdf(
        path, engine="scipy", format="NETCDF3_64BIT"
    )


def _in_utf8(name: str) -> str:
    return unicodedata.normalize("NFC", name).encode().decode("latin-1")


def _csv(dataset: xr.Dataset, path: Path) -> None:
    axes = axes_of(dataset)
    columns = dict(_columns(_labelled(dataset, axes), axes))
    shape = tuple(dataset.sizes[axis] for axis in axes)
    points = math.prod(shape)
    words = [*axes, *columns, *str(dataset.attrs.get("level_names", "")), *str(dataset.attrs.get("faults", ""))]
    # Spreadsheets take text for UTF-8 only behind a mark, which is left out where it would make no difference.
    marked = "utf-8" if all(word.isascii() for word in words) else "utf-8-sig"
    with path.open("w", newline="", encoding=marked) as stream:
        writer = csv.writer(stream)
        writer.writerow(map(_guarded, [*axes, *columns]))
        # In Python, values take several times the room that they have in arrays: never all of them at once.
        for start in range(0, points, _ROWS):
            rows = slice(start, min(start + _ROWS, points))
            places = np.unravel_index(np.arange(rows.start, rows.stop), shape)
            levels = [_cells(dataset[axis].values[place], _plain) for axis, place in zip(axes, places, strict=True)]
            writer.writerows(zip(*levels, *(cells(rows) for cells in columns.values()), strict=True))


def columns_of(dataset: xr.Dataset) -> dict[str, list[Any]]:
    """Return the results of all points by column; what is not there is None."""
    axes = axes_of(dataset)
    columns = dict(_columns(_labelled(dataset, axes), axes))
    every = slice(0, math.prod(dataset.sizes[axis] for axis in axes))
    return {name: [None if cell == "" else cell for cell in cells(every)] for name, cells in columns.items()}


def _labelled(dataset: xr.Dataset, axes: tuple[str, ...]) -> xr.Dataset:
    """Return a dataset whose results come after what an axis says besides its levels: the names of two scenarios."""
    labels = [name for name, values in dataset.coords.items() if name not in axes and set(values.dims) & set(axes)]
    plain = dataset.reset_coords(labels)
    return plain[[*labels, *dataset.data_vars]]


def _columns(dataset: xr.Dataset, axes: tuple[str, ...]) -> Iterator[tuple[str, Callable[[slice], list[Any]]]]:
    """Yield a name and its cells in some rows; a variable with more dimensions gives a column for each entry."""
    names = json.loads(dataset.attrs.get("level_names", "{}"))
    reasons = json.loads(dataset.attrs.get("faults", "{}"))
    for name, variable in dataset.data_vars.items():
        rest = [str(dim) for dim in variable.dims if dim not in axes]
        alike = {axis: dataset.sizes[axis] for axis in axes if axis not in variable.dims}
        values = variable.expand_dims(alike).transpose(*axes, *rest).values
        flat = values.reshape(-1, *(dataset.sizes[dim] for dim in rest))
        for entry in np.ndindex(*flat.shape[1:]):
            labels = [str(dataset[dim].values[k]) for dim, k in zip(rest, entry, strict=True)]
            words: Callable[[Any], Any] = _plain
            if name == "fault":
                words = functools.partial(_reason, reasons)
            elif rest == ["issue"] and labels[0] in names:
                words = functools.partial(_named, names[labels[0]])
            yield ".".join((str(name), *labels)), functools.partial(_cells, flat[(slice(None), *entry)], words)


def _cells(values: NDArray[Any], words: Callable[[Any], Any], rows: slice = slice(None)) -> list[Any]:
    return [_guarded(words(value)) for value in values[rows].tolist()]


def _guarded(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _plain(value: Any) -> Any:
    return "" if value != value else value


def _reason(reasons: Mapping[str, str], code: int) -> str:
    return reasons.get(str(code), "") if code else ""


def _named(levels: Sequence[str], value: float) -> str:
    return levels[int(value)] if value == value else ""


WRITERS: dict[str, Callable[[xr.Dataset, Path], None]] = {".nc": _netcdf, ".csv": _csv}
