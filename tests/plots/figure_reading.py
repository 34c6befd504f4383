"""Reading figures back: where texts stand, what overlaps, which artists carry a name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def drawn(ax: Axes) -> Axes:
    """Return axes after their figure was drawn once, so that everything has its place."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    FigureCanvasAgg(figure).draw()
    return ax


def texts(ax: Axes) -> list[tuple[str, Bbox]]:
    """Return every text that shows on the figure of drawn axes, with its box in pixels."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    every: list[Any] = figure.findobj(Axes)  # axes within axes too
    hidden = {id(label) for axes in every for axis in (axes.xaxis, axes.yaxis) for label in _out_of_view(axis)}
    found = []
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            # An annotation's own extent would count its line.
            found.append((text.get_text(), Text.get_window_extent(text)))
    return found


def _out_of_view(axis: Axis) -> Iterator[Artist]:
    shown = {id(tick) for tick in axis._update_ticks()}  # type: ignore[attr-defined]
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        if id(tick) not in shown or not axis.get_visible():
            yield from (tick.label1, tick.label2)


def overlaps(ax: Axes, slack: float = 1.0) -> list[tuple[str, str]]:
    """Return pairs of texts that cover each other by more than some pixels."""
    found = []
    for (one, a), (other, b) in itertools.combinations(texts(ax), 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > slack and high > slack:
            found.append((one, other))
    return found


def outside(ax: Axes, slack: float = 1.0) -> list[str]:
    """Return texts that reach over the edge of the figure."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    page = figure.bbox
    return [
        text
        for text, box in texts(ax)
        if box.x0 < page.x0 - slack or box.y0 < page.y0 - slack or box.x1 > page.x1 + slack or box.y1 > page.y1 + slack
    ]


def titles(ax: Axes) -> tuple[str, str]:
    """Return the finding and the source line of a figure of its own, in one line each."""
    figure: Any = ax.get_figure(root=True)
    return " ".join(figure.get_suptitle().split()), " ".join(figure.get_supxlabel().split())


def by_name(ax: Axes, gid: str) -> list[Any]:
    """Return the artists with a name."""
    return ax.findobj(lambda artist: artist.get_gid() == gid)


def shown(artist: Any, shape: tuple[int, int]) -> np.ma.MaskedArray[Any, Any]:
    """Return the values that a field of cells shows, masked where it shows none."""
    return np.ma.masked_invalid(np.ma.asarray(artist.get_array())).reshape(shape)
