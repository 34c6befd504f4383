"""Text to files and folders."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path

from sim.errors import RequestError
from sim.output.files import check_target, replacing

__all__ = ["write", "write_folder"]


def write(path: str, text: str) -> None:
    """Write text to a file; ``-`` is standard output.

    Raises
    ------
    RequestError
        The file cannot be written.
    """
    if path == "-":
        # A file of names has one encoding, whatever the surroundings would have.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(text)
        return
    with replacing(check_target(path)) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")


def write_folder(folder: str, files: Mapping[str, str]) -> list[str]:
    """Write files into a folder, made where it is missing, and return their paths.

    Raises
    ------
    RequestError
        The folder cannot be made or a file cannot be written.
    """
    if folder == "-":
        raise RequestError("-: standard output holds no folder (expected the name of one)")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise RequestError(f"{folder}: not a folder ({getattr(error, 'strerror', None) or error})") from None
    paths = [str(Path(folder) / name) for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        write(path, text)
    return paths
