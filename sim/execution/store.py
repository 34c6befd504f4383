"""Blocks of results on disk: a zarr store whose chunks are blocks, so that nothing done is ever lost.

The results of a block are written first and its done flag last; a process killed in between leaves the block undone
and it is simply done again. Every chunk carries a checksum, and a done block has a record with the digests of all of
its chunks, its number and what the store is made for: what is damaged, and what is sound but belongs elsewhere, counts
as undone. The store says what it was made for, and is refused for anything else. It holds no clock times: an
interrupted sweep ends in the same bytes as one that ran through.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sim.errors import NotWritten, RequestError
from sim.execution.drafts import free_name
from sim.execution.frames import DONE, RECORD, ROOT, Array, Template, arrays_in, corner, frame_files, root_file, zarr

__all__ = ["Array", "BlockStore", "NotWritten", "Template", "create_store", "is_complete", "open_store"]

_MADE_FOR = "made_for"
_COMPLETE = "complete"
_FORMAT = "store_format"
_THIS_FORMAT = 3
# What reading a chunk raises whose file is missing, cut short or changed.
_DAMAGE = (RuntimeError, ValueError, KeyError, OSError)


@dataclass(eq=False)
class BlockStore:
    """A store; one that is new is not there before its first block is.

    Attributes
    ----------
    path : Path
    template : Template
    frame : dict of str to bytes
        The files that follow from the template.
    arrays : dict of str to zarr.Array or None
        What blocks are written to; None as long as nothing is there.
    writable : bool
        Whether they were opened for writing.
    """

    path: Path
    template: Template
    frame: Mapping[str, bytes]
    arrays: Mapping[str, Any] | None = None
    writable: bool = False
    _reasons: dict[int, str] = field(default_factory=dict)

    def left(self) -> list[int]:
        """Return the blocks that are not done, or whose files were damaged since."""
        if self.arrays is None:
            return list(range(self.template.blocks))
        return [number for number in range(self.template.blocks) if not self._done(number)]

    def _done(self, number: int) -> bool:
        try:
            if not self._read(DONE, number):
                return False
            record = json.loads(self._read(RECORD, number))
            if record != self._record(number, reasons := record["reasons"]):
                return False
            self._note(reasons)
        except (*_DAMAGE, TypeError):
            return False
        return True

    def _record(self, number: int, reasons: Mapping[str, str]) -> dict[str, Any]:
        """Return what ties a block's chunks to their place: each is taken for this one of this store alone."""
        chunks = {name: hashlib.sha256(self._chunk(name, number).read_bytes()) for name in self.template.results}
        digests = {name: digest.hexdigest() for name, digest in chunks.items()}
        store = hashlib.sha256(_words(self.template).encode()).hexdigest()
        return {"store": store, "block": number, "chunks": digests, "reasons": dict(reasons)}

    def _read(self, name: str, number: int) -> Any:
        """Return what is said of a block; unlike zarr, take a chunk that is missing for damage."""
        if not self._chunk(name, number).is_file():
            raise FileNotFoundError(name)
        assert self.arrays is not None
        return self.arrays[name][number].item()

    def _array(self, name: str) -> Array:
        return self.template.arrays[name] if name in self.template.arrays else self.template.progress[name]

    def _chunk(self, name: str, number: int) -> Path:
        return self.path.joinpath(name, "c", *map(str, corner(self._array(name), number)))

    def _note(self, reasons: Mapping[Any, str]) -> None:
        self._reasons |= {int(code): words for code, words in reasons.items()}

    def begin(self) -> None:
        """Make sure that it is there and may be written to."""
        if self.writable:
            return
        with _writing(self.path):
            if self.arrays is None:
                _make(self.path, {**self.frame, ROOT: self._root(complete=False)})
            else:
                for stray in self.path.rglob("*.partial"):
                    stray.unlink(missing_ok=True)
                _replace(self.path / ROOT, self._root(complete=False))
            self.arrays = arrays_in(self.path, self.template, mode="r+")
            self.writable = True

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
        assert self.arrays is not None
        with _writing(self.path):
            for name in (DONE, *arrays, RECORD):
                # What is damaged must not be read to be written over.
                self._chunk(name, number).unlink(missing_ok=True)
            for name, values in arrays.items():
                self.arrays[name][place] = values
            words = {str(code): words for code, words in reasons.items()}
            self.arrays[RECORD][number] = json.dumps(self._record(number, words), sort_keys=True)
            self.arrays[DONE][number] = True
            self._note(reasons)
            if reasons:
                _replace(self.path / ROOT, self._root(complete=False))

    def reasons(self) -> dict[int, str]:
        """Return why cells of the blocks that were looked at or written failed, by code."""
        return dict(sorted(self._reasons.items()))

    def finish(self) -> None:
        """Mark the store as finished; one that is so already is only read."""
        root = self._root(complete=True)
        if self.arrays is None or not _holds(self.path / ROOT, root):
            self.begin()
            with _writing(self.path):
                _replace(self.path / ROOT, root)

    def mend(self) -> None:
        """Write what is damaged of the frame again.

        Raises
        ------
        NotWritten
            It cannot be written.
        """
        with _writing(self.path):
            for name, data in self.frame.items():
                if name != ROOT and not _holds(self.path / name, data):
                    _replace(self.path / name, data)

    def _root(self, *, complete: bool) -> bytes:
        frame = self.template
        own = {_MADE_FOR: _words(frame), _FORMAT: _THIS_FORMAT}
        end = {_COMPLETE: True} if complete else {}
        return root_file(self.frame, {**frame.attributes, **frame.explain(self.reasons()), **own, **end})


def _words(template: Template) -> str:
    return json.dumps(dict(template.made_for), sort_keys=True)


def create_store(path: str | Path, template: Template) -> BlockStore:
    """Prepare a new store; it appears, with all of its frame, when its first block is written.

    Raises
    ------
    RequestError
        Something is there already, it cannot be written, or zarr is not installed.
    """
    zarr()
    target = Path(path)
    if target.exists():
        raise RequestError(f"{target} is there already (expected a new name, or --resume to go on with it)")
    with _writing(target), _draft(target) as draft:
        draft.mkdir(parents=True)
    return BlockStore(target, template, frame_files(template))


def open_store(path: str | Path, template: Template) -> BlockStore:
    """Open a store to go on with it; what is damaged of its frame is mended.

    Raises
    ------
    RequestError
        It is not a store of sweeps, or was made for something else; the message names every difference.
    """
    zarr()
    target = Path(path)
    found = _attributes(target)
    if _MADE_FOR not in found:
        raise RequestError(
            f"{target}: not the store of a sweep, or its {ROOT} is damaged (expected one that sim sweep made, or a new "
            "name to begin again)"
        )
    _check_made_for(target, found, template)
    kept = BlockStore(target, template, frame_files(template))
    kept.mend()
    try:
        kept.arrays = arrays_in(target, template, mode="r")
    except _DAMAGE as error:
        raise RequestError(f"{target}: cannot be read ({error}; expected a new name to begin again)") from None
    return kept


def _check_made_for(target: Path, found: Mapping[str, Any], template: Template) -> None:
    if found.get(_FORMAT) != _THIS_FORMAT:
        raise RequestError(
            f"{target}: blocks whose checksums do not say where they belong, as an earlier version made them (expected "
            "a new name to begin again; xarray.open_zarr reads what is there)"
        )
    made_for, wanted = json.loads(found[_MADE_FOR]), dict(template.made_for)
    names = [*wanted, *(name for name in made_for if name not in wanted)]
    unlike = [name for name in names if made_for.get(name) != wanted.get(name)]
    if unlike:
        lines = (f"{name}: {made_for.get(name, 'none')} there, {wanted.get(name, 'none')} here" for name in unlike)
        raise RequestError(f"{target} holds another sweep:\n" + "\n".join(f"  {line}" for line in lines))


def is_complete(path: str | Path) -> bool:
    """Say whether there is a store that was finished."""
    return _attributes(Path(path)).get(_COMPLETE) is True


def _attributes(path: Path) -> dict[str, Any]:
    """Return the attributes of a store; none where there is no store that can be read."""
    try:
        found = json.loads((path / ROOT).read_bytes())["attributes"]
        json.loads(found.get(_MADE_FOR, "{}")).items()
    except (*_DAMAGE, AttributeError, TypeError):
        return {}
    return dict(found)


def _make(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder; it appears under its name only when all of them are there."""
    with _draft(path) as draft:
        for name, data in files.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(data)
        os.replace(draft, path)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _replace(path: Path, data: bytes) -> None:
    """Write a file; whoever reads it meanwhile, or after a crash, finds it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = free_name(path).with_suffix(".partial")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A free name beside a path; what is still there at the end is removed."""
    draft = free_name(path)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        words = "no space left on the disk" if error.errno == errno.ENOSPC else (error.strerror or str(error))
        raise NotWritten(f"{path}: cannot be written ({words})") from None
