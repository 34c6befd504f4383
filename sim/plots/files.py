"""Figures as files: the same bytes from the same input, and a remedy where a file cannot be written."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes

from sim.errors import visible
from sim.output import files
from sim.plots.settings import owned

__all__ = ["DPI", "SUFFIXES", "check_target", "save"]

DPI = 150
# Dates and versions would make two files from the same input differ.
_PLAIN: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
SUFFIXES = tuple(_PLAIN)


def check_target(path: str | Path) -> Path:
    """Return a path that a figure can be written to, before any work is done.

    Raises
    ------
    RequestError
        The kind of file is unknown, or its folder does not exist or cannot be written.
    """
    return files.check_target(path, SUFFIXES)


def save(ax: Axes, path: str | Path, *, dpi: float = DPI) -> None:
    """Write the figure that axes belong to.

    Parameters
    ----------
    ax : Axes
    path : str or path
        Ending in .png, .svg or .pdf.
    dpi : float
        Dots per inch of a .png and of what is drawn as pixels in the others.

    Raises
    ------
    RequestError
        It cannot be written.
    """
    target = check_target(path)
    content = rendered(ax, target.suffix.lower(), dpi=dpi)
    with files.replacing(target) as draft:
        draft.write_bytes(content)


def rendered(ax: Axes, suffix: str, *, dpi: float = DPI) -> bytes:
    """Return the figure as the bytes of a file."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    stream, options = io.BytesIO(), dict[str, Any](metadata=_PLAIN[suffix], dpi=dpi)
    with mpl.rc_context(owned()), warnings.catch_warnings():
        # A script that the font lacks shows as boxes; that is no fault of the request.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        figure.savefig(stream, format=suffix[1:], **options)
    content = stream.getvalue()
    # XML may hold no control characters, which the words of a file may.
    return visible(content.decode(), keep="\n\t").encode() if suffix == ".svg" else content
