"""Figures as files: the same bytes from the same input, and a remedy where a file cannot be written."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes

from sim.errors import RequestError, shown, visible
from sim.model.arguments import path_in
from sim.output import files
from sim.plots.labels import plain
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
_IDS = ("figure-title", "figure-description")


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
    if not isinstance(ax, Axes):
        raise RequestError(f"ax: {shown(ax)} (expected the matplotlib axes that a figure function returns)")
    target = check_target(path_in("path", path))
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
    if suffix != ".svg":
        return content
    # XML may hold no control characters, which the words of a file may.
    return visible(_told(content.decode(), *_words(ax)), keep="\n\t").encode()


def _words(ax: Axes) -> tuple[str, str]:
    """Return the finding of a figure, and how to read it with where its numbers come from."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    finding = figure.get_suptitle() or ax.get_title(loc="left")
    how = ax.get_title(loc="left") if figure.get_suptitle() else ""
    return plain(finding), " ".join(filter(None, (plain(how), plain(figure.get_supxlabel()))))


def _told(markup: str, title: str, description: str) -> str:
    """Return a drawing that names itself, for those who hear it and for search."""
    start = markup.index(">", markup.index("<svg")) + 1
    head = f' role="img" aria-labelledby="{_IDS[0]}" aria-describedby="{_IDS[1]}">'
    names = f'\n <title id="{_IDS[0]}">{escape(title)}</title>\n <desc id="{_IDS[1]}">{escape(description)}</desc>'
    return f"{markup[: start - 1]}{head}{names}{markup[start:]}"
