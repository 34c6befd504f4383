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
from matplotlib.colors import to_rgb
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
    return [(text.get_text(), box) for text, box in texts_of(ax)]


def texts_of(ax: Axes) -> list[tuple[Text, Bbox]]:
    """Return the artists of `texts`."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    every: list[Any] = figure.findobj(Axes)  # axes within axes too
    hidden = {id(label) for axes in every for axis in (axes.xaxis, axes.yaxis) for label in _out_of_view(axis)}
    found = []
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            # An annotation's own extent would count its line.
            found.append((text, Text.get_window_extent(text)))
    return found


def _out_of_view(axis: Axis) -> Iterator[Artist]:
    shown = {id(tick) for tick in axis._update_ticks()}  # type: ignore[attr-defined]
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        if id(tick) not in shown or not axis.get_visible():
            yield from (tick.label1, tick.label2)


def faint(ax: Axes, least: float = 4.5) -> list[tuple[str, float]]:
    """Return texts whose contrast with what lies under them is too low, and that contrast (W3C, WCAG 2.1, 1.4.3).

    Under a text with a halo or a plate of its own lies white; under others the middle colour of what is drawn there.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    written = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible()]
    boxes = dict(texts_of(ax))
    for text in written:
        text.set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255
    for text in written:
        text.set_visible(True)
    found = []
    for text, box in boxes.items():
        ground = np.ones(3) if text.get_path_effects() or text.get_bbox_patch() is not None else _under(pixels, box)
        lights = sorted((_luminance(np.asarray(to_rgb(text.get_color()))), _luminance(ground)))
        contrast = (lights[1] + 0.05) / (lights[0] + 0.05)
        if contrast < least - 0.005:
            found.append((text.get_text(), round(float(contrast), 2)))
    return found


def _under(pixels: np.ndarray, box: Bbox) -> np.ndarray:
    high, wide = pixels.shape[:2]
    left, right = (int(np.clip(x, 0, wide - 1)) for x in (box.x0, box.x1))
    low, top = (int(np.clip(y, 0, high - 1)) for y in (box.y0, box.y1))
    return np.asarray(np.median(pixels[low : top + 1, left : right + 1].reshape(-1, 3), axis=0))


def _luminance(rgb: np.ndarray) -> float:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


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
