"""The frame of a store: every file of it that follows from what it is made for alone.

Only results and how far the work is come besides. So whatever of the frame is damaged can be written again, and the
frame that is there can be compared with the one that should be, byte for byte.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError

__all__ = ["DONE", "RECORD", "ROOT", "Array", "Template", "arrays_in", "corner", "frame_files", "root_file", "zarr"]

ROOT = "zarr.json"
DONE = "progress/done"
RECORD = "progress/record"


@dataclass(frozen=True, eq=False)
class Array:
    """One array of a store.

    Attributes
    ----------
    dims, shape, chunks : tuple
    dtype : str
        A numpy type, or ``str`` for text.
    fill : object
        What missing values read as.
    attributes : dict
    values : ndarray or None
        For coordinates: what it holds; None for results.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    dtype: str
    fill: Any
    attributes: Mapping[str, Any] = field(default_factory=dict)
    values: NDArray[Any] | None = None


def _nothing(_: Mapping[int, str]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, eq=False)
class Template:
    """What a store is to look like.

    Attributes
    ----------
    arrays : dict of str to Array
    attributes : dict
        Of the whole.
    made_for : dict of str to str
        What must be alike for results to belong together, each part in words.
    blocks : int
    explain : callable
        Attributes that say why cells failed, from the reasons by code.
    """

    arrays: Mapping[str, Array]
    attributes: Mapping[str, Any]
    made_for: Mapping[str, str]
    blocks: int
    explain: Callable[[Mapping[int, str]], Mapping[str, Any]] = _nothing

    @property
    def progress(self) -> dict[str, Array]:
        """The arrays that say which blocks are done, what belongs to each, and why cells of it failed."""
        kinds: tuple[tuple[str, str, Any], ...] = ((DONE, "bool", False), (RECORD, "str", ""))
        return {name: Array(("block",), (self.blocks,), (1,), dtype, fill) for name, dtype, fill in kinds}

    @property
    def results(self) -> dict[str, Array]:
        """The arrays that blocks fill."""
        return {name: array for name, array in self.arrays.items() if array.values is None}


def zarr() -> Any:
    """Return the package zarr.

    Raises
    ------
    RequestError
        It is not installed.
    """
    try:
        import zarr as package
    except ImportError:
        raise RequestError("a .zarr output needs zarr (pip install 'peace-sim[store]')") from None
    return package


def frame_files(template: Template) -> dict[str, bytes]:
    """Return the frame as files by name; the root's own is still without attributes."""
    package = zarr()
    files: dict[str, Any] = {}
    store = package.storage.MemoryStore(files)
    group = package.open_group(store, mode="w-", zarr_format=3)
    group.create_group("progress")
    for name, array in {**template.arrays, **template.progress}.items():
        _add(group, name, array)
    with warnings.catch_warnings():
        # The note that version 3 of the format does not yet describe consolidated metadata.
        warnings.simplefilter("ignore")
        package.consolidate_metadata(store)
    return {name: data.to_bytes() for name, data in files.items()}


def _add(group: Any, name: str, array: Array) -> None:
    codecs = zarr().codecs
    made = group.create_array(
        name,
        shape=array.shape,
        chunks=tuple(max(1, size) for size in array.chunks),
        dtype=str if array.dtype == "str" else array.dtype,
        fill_value=array.fill,
        dimension_names=array.dims,
        attributes=dict(array.attributes),
        # The checksum comes last: it covers every bit of a file.
        compressors=[codecs.ZstdCodec(level=0), codecs.Crc32cCodec()],
        config={"write_empty_chunks": True},
    )
    if array.values is not None:
        made[...] = array.values


def root_file(frame: Mapping[str, bytes], attributes: Mapping[str, Any]) -> bytes:
    """Return the root's own file with attributes."""
    return json.dumps({**json.loads(frame[ROOT]), "attributes": dict(attributes)}, indent=2).encode()


def arrays_in(path: Any, template: Template, *, mode: str) -> dict[str, Any]:
    """Return the arrays of a store that blocks are written to, by name.

    A missing chunk is damage and never short for "nothing but missing values", so all are written.
    """
    package = zarr()
    group = package.open_group(str(path), mode=mode, zarr_format=3, use_consolidated=False)
    with package.config.set({"array.write_empty_chunks": True}):
        return {name: group[name] for name in {**template.results, **template.progress}}


def corner(array: Array, number: int) -> tuple[int, ...]:
    """Return which chunk of an array belongs to a block: both are counted alike."""
    grid = [-(-n // size) for n, size in zip(array.shape, array.chunks, strict=True)]
    return tuple(int(k) for k in np.unravel_index(number, grid))
