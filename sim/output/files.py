"""Files to write: refused before any work is done, and written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sim.errors import RequestError
from sim.execution.drafts import free_name
from sim.model.names import listed

__all__ = ["check_target", "replacing"]


def check_target(path: str | Path, suffixes: Sequence[str] = (), *, folder: bool = False) -> Path:
    """Return a path that can be written to.

    Parameters
    ----------
    path : str or path
    suffixes : sequence of str
        How its name may end; empty: anyhow.
    folder : bool
        Whether a folder may stand there.

    Raises
    ------
    RequestError
        The kind of file is unknown, its folder does not exist, or it cannot be written.
    """
    target = Path(path)
    if suffixes and target.suffix.lower() not in suffixes:
        raise RequestError(f"{target}: a file of an unknown kind (expected one of: {listed(suffixes)})")
    if not target.parent.is_dir():
        raise RequestError(f"{target}: cannot be written (there is no folder {target.parent}; make it first)")
    if target.is_symlink() and not target.exists() and (folder or not Path(os.path.realpath(target)).parent.is_dir()):
        raise RequestError(f"{target}: is a link to nothing (expected a name that is free, or a link to what is there)")
    if target.is_dir() and not folder:
        raise RequestError(f"{target}: is a folder (expected the name of a file)")
    if not all(os.access(place, os.W_OK) for place in (target, target.parent) if place.exists()):
        raise RequestError(f"{target}: cannot be written (it or its folder is read-only; choose another place)")
    return target


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a name to write to; what was there before stays until the new file is whole, which takes its permissions.

    Raises
    ------
    RequestError
        It cannot be written.
    """
    target = Path(path)
    try:
        if target.exists() and not target.is_file():
            # A device or a pipe: there is nothing to keep, and its place must not be taken.
            yield target
            return
        target = Path(os.path.realpath(target))
        draft = free_name(target)
        try:
            yield draft
            if target.exists():
                shutil.copymode(target, draft)
            os.replace(draft, target)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or error
        raise RequestError(f"{path}: cannot be written ({words}; choose another place)") from None
