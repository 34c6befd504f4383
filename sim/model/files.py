"""Text files in, within limits, with a fault that helps where one cannot be read."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from pathlib import Path
from typing import NoReturn

from sim.errors import Fault, ScenarioError

__all__ = ["MAX_BYTES", "read_bytes", "read_source", "read_text"]

MAX_BYTES = 4 * 1024 * 1024


def read_text(source: str) -> tuple[str, str]:
    """Return the text of a file (``-``: standard input) and the name to show for it; raises as `read_source`."""
    return read_source(source)[:2]


def read_source(source: str) -> tuple[str, str, str]:
    """Return the text of a file (``-``: standard input), the name to show for it, and the SHA-256 of its bytes.

    Raises
    ------
    ScenarioError
        The file is missing, a directory, over 4 MiB, or not UTF-8 text.
    """
    name = "<stdin>" if source == "-" else source
    try:
        raw = _standard_input() if source == "-" else read_bytes(Path(source))
    except OSError as error:
        _refuse(name, _why_unreadable(source, error))
    except ValueError:
        _refuse(name, "not a file name (it holds a null character)")
    if len(raw) > MAX_BYTES:
        _refuse(name, "the file is larger than 4 MiB (expected a scenario file)")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(name, "not UTF-8 text (expected a YAML file)")
    if "\0" in text:
        _refuse(name, "a binary file (expected YAML text)")
    return text, name, hashlib.sha256(raw).hexdigest()


def _standard_input() -> bytes:
    """Return what comes in, at most one more than `MAX_BYTES`; raises OSError where nothing can."""
    stream = sys.stdin
    if stream is None or stream.closed:
        raise OSError(errno.EBADF, "closed (expected a scenario there, or the name of a file)")
    plain = getattr(stream, "buffer", None)
    return stream.read(MAX_BYTES + 1).encode() if plain is None else bytes(plain.read(MAX_BYTES + 1))


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than `MAX_BYTES`.

    Raises
    ------
    OSError
        It cannot be read, or is a named pipe, which would wait for a writer that may never come.
    """
    # A pipe without a name is what a shell hands over for the output of a command.
    if path.is_fifo() and os.path.exists(os.path.realpath(path)):
        raise OSError(errno.EINVAL, "a named pipe (expected a file; - reads standard input)")
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _why_unreadable(source: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        near = _near_files(Path(source))
        return "no such file" + (f" (did you mean {near}?)" if near else " (expected a scenario file)")
    if isinstance(error, IsADirectoryError):
        return "a directory (expected a scenario file inside it)"
    return f"cannot be read: {error.strerror or error}"


def _near_files(path: Path) -> str | None:
    import difflib

    try:
        names = [p.name for p in path.parent.iterdir() if p.suffix in {".yaml", ".yml"} and p.is_file()]
    except OSError:
        return None
    close = difflib.get_close_matches(path.name, names, 1, 0.75)
    return str(path.parent / close[0]) if close else None


def _refuse(name: str, message: str) -> NoReturn:
    raise ScenarioError([Fault(name, 0, 0, "", message)])
