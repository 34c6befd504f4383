"""Blocks of results on disk: a zarr store whose chunks are blocks, so that nothing done is ever lost.

The results of a block are written first and its done flag last; a process killed in between leaves the block undone
and it is simply done again. The store says what it was made for, and is refused for anything else. It holds no clock
times: an interrupted sweep ends in the same bytes as one that ran through.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.targets import free_name

__all__ = ["Array", "BlockStore", "NotWritten", "Template", "create_store", "is_complete", "open_store"]

_MADE_FOR = "made_for"
_COMPLETE = "complete"
_PROGRESS = "progress"
# What reading a chunk raises whose file is cut short.
_DAMAGE = (RuntimeError, ValueError)


class NotWritten(RequestError):
    """A store cannot be written to; what it holds is kept."""


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
    """

    arrays: Mapping[str, Array]
    attributes: Mapping[str, Any]
    made_for: Mapping[str, str]
    blocks: int


@dataclass(eq=False)
class BlockStore:
    """A store; one that is new is not there before its first block is.

    Attributes
    ----------
    path : Path
    template : Template
    group : zarr.Group or None
        None as long as nothing is there.
    """

    path: Path
    template: Template
    group: Any = None

    def left(self) -> list[int]:
        """Return the blocks that are not done, or whose files were damaged since."""
        if self.group is None:
            return list(range(self.template.blocks))
        return [number for number in range(self.template.blocks) if not self._done(number)]

    def _done(self, number: int) -> bool:
        progress = self.group[_PROGRESS]
        try:
            if not progress["done"][number]:
                return False
            for name, array in self.template.arrays.items():
                if array.values is None:
                    self.group[name].blocks[_corner(array, number)]
            if (reasons := f"reasons_{number}") in progress:
                progress[reasons][:]
        except _DAMAGE:
            return False
        return True

    def begin(self) -> None:
        """Make sure that it is there and may be written to."""
        with _writing(self.path):
            if self.group is None:
                _make(self.path, self.template)
            elif not self.group.read_only:
                return
            self.group = _zarr().open_group(str(self.path), mode="r+", zarr_format=3)
            for stray in self.path.rglob("*.partial"):
                stray.unlink(missing_ok=True)

    @property
    def complete(self) -> bool:
        """Whether the store was finished."""
        return self.group is not None and bool(self.group.attrs.get(_COMPLETE, False))

    def write(
        self, number: int, place: tuple[slice, ...], arrays: Mapping[str, NDArray[Any]], reasons: Mapping[int, str]
    ) -> None:
        """Write the results of one block, then say that it is done.

        Raises
        ------
        NotWritten
            They cannot be written; the block stays undone.
        """
        self.begin()
        with _writing(self.path):
            for name, values in arrays.items():
                self.group[name][place] = values
            if reasons:
                text = json.dumps({str(code): words for code, words in reasons.items()}, sort_keys=True)
                _text_array(self.group[_PROGRESS], f"reasons_{number}", text)
            self.group[_PROGRESS]["done"][number] = True

    def reasons(self) -> dict[int, str]:
        """Return why cells failed, by code."""
        found: dict[int, str] = {}
        if self.group is None:
            return found
        for name, array in sorted(self.group[_PROGRESS].arrays()):
            if name.startswith("reasons_"):
                found |= {int(code): words for code, words in json.loads(bytes(array[:]).decode()).items()}
        return dict(sorted(found.items()))

    def finish(self, attributes: Mapping[str, Any]) -> None:
        """Add attributes, and mark the store as finished."""
        import zarr

        self.begin()
        with _writing(self.path), warnings.catch_warnings():
            # The note that version 3 of the format does not yet describe consolidated metadata.
            warnings.simplefilter("ignore")
            self.group.attrs.update({**attributes, _COMPLETE: True})
            zarr.consolidate_metadata(str(self.path))


def create_store(path: str | Path, template: Template) -> BlockStore:
    """Prepare a new store; it appears, with all of its frame, when its first block is written.

    Raises
    ------
    RequestError
        Something is there already, it cannot be written, or zarr is not installed.
    """
    _zarr()
    target = Path(path)
    if target.exists():
        raise RequestError(f"{target} is there already (expected a new name, or --resume to go on with it)")
    with _writing(target), _draft(target) as draft:
        draft.mkdir(parents=True)
    return BlockStore(target, template)


def open_store(path: str | Path, template: Template) -> BlockStore:
    """Open a store to go on with it.

    Raises
    ------
    RequestError
        It is not a store of sweeps, or was made for something else; the message names every difference.
    """
    zarr = _zarr()
    target = Path(path)
    try:
        group = zarr.open_group(str(target), mode="r", zarr_format=3)
        made_for = json.loads(group.attrs[_MADE_FOR])
    except (KeyError, ValueError, OSError):
        raise RequestError(f"{target}: not the store of a sweep (expected one that sim sweep made)") from None
    wanted = dict(template.made_for)
    names = [*wanted, *(name for name in made_for if name not in wanted)]
    unlike = [name for name in names if made_for.get(name) != wanted.get(name)]
    if unlike:
        lines = (f"{name}: {made_for.get(name, 'none')} there, {wanted.get(name, 'none')} here" for name in unlike)
        raise RequestError(f"{target} holds another sweep:\n" + "\n".join(f"  {line}" for line in lines))
    return BlockStore(target, template, group)


def is_complete(path: str | Path) -> bool:
    """Say whether there is a store that was finished."""
    try:
        return bool(_zarr().open_group(str(path), mode="r", zarr_format=3).attrs.get(_COMPLETE, False))
    except (ValueError, OSError):
        return False


def _zarr() -> Any:
    try:
        import zarr
    except ImportError:
        raise RequestError("a .zarr output needs zarr (pip install 'peace-sim[store]')") from None
    return zarr


def _make(path: Path, template: Template) -> None:
    """Write the frame of a store; it appears under its name only when all of it is there."""
    with _draft(path) as draft:
        group = _zarr().open_group(str(draft), mode="w-", zarr_format=3)
        for name, array in template.arrays.items():
            _add(group, name, array)
        progress = group.create_group(_PROGRESS)
        progress.create_array("done", shape=(template.blocks,), chunks=(1,), dtype="bool", fill_value=False)
        group.attrs.update({**template.attributes, _MADE_FOR: json.dumps(dict(template.made_for), sort_keys=True)})
        os.replace(draft, path)


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A free name beside a path; what is still there at the end is removed."""
    draft = free_name(path)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _corner(array: Array, number: int) -> tuple[int, ...]:
    """Return which chunk of an array belongs to a block: both are counted alike."""
    grid = [-(-n // size) for n, size in zip(array.shape, array.chunks, strict=True)]
    return tuple(int(k) for k in np.unravel_index(number, grid))


def _add(group: Any, name: str, array: Array) -> None:
    made = group.create_array(
        name,
        shape=array.shape,
        chunks=tuple(max(1, size) for size in array.chunks),
        dtype=str if array.dtype == "str" else array.dtype,
        fill_value=array.fill,
        dimension_names=array.dims,
        attributes=dict(array.attributes),
    )
    if array.values is not None:
        made[...] = array.values


def _text_array(group: Any, name: str, text: str) -> None:
    data = np.frombuffer(text.encode(), dtype="u1")
    made = group.create_array(name, shape=data.shape, chunks=data.shape, dtype="u1", overwrite=True)
    made[:] = data


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        words = "no space left on the disk" if error.errno == errno.ENOSPC else (error.strerror or str(error))
        raise NotWritten(f"{path}: cannot be written ({words})") from None
