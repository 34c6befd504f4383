"""Lanes: one horizontal track for each party, deal or date, stacked issue by issue, each issue on its own scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.plots.data import Scale
from sim.plots.labels import cut, short
from sim.plots.style import FAINT, INK, QUIET, legible

__all__ = ["LINE", "SMALL", "WHOLE", "bars", "frame", "heading", "lane", "level_row", "middle", "spans", "stretches"]

LINE = 0.185
SMALL = 7.5
WHOLE = ((0.0, 1.0),)


def spans(scale: Scale, mask: NDArray[np.bool_]) -> Iterator[tuple[float, float]]:
    """Yield stretches of neighbouring levels as (left, right) on a track from 0 to 1."""
    yield from stretches((scale.edges - scale.edges[0]) / (scale.edges[-1] - scale.edges[0]), mask)


def stretches(edges: NDArray[np.float64], mask: NDArray[np.bool_]) -> Iterator[tuple[float, float]]:
    """Yield stretches of neighbouring cells that a mask holds for as (left, right), given the borders of all cells."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    for first, after in zip(turns[::2], turns[1::2], strict=True):
        yield float(edges[first]), float(edges[after])


def middle(scale: Scale, level: Any) -> float:
    """Return where a level stands on a track from 0 to 1."""
    edges = scale.edges
    return float((scale.place(level) - edges[0]) / (edges[-1] - edges[0]))


def lane(ax: Axes, y: float, name: str, colour: str = INK, *, track: Sequence[tuple[float, float]] = WHOLE) -> None:
    """Draw an empty track, whole or in pieces, with its name to the left."""
    for piece in track:
        ax.plot(piece, [y, y], color=FAINT, linewidth=0.8, zorder=0)
    ax.text(-0.012, y, short(name, 18), ha="right", va="center", fontsize=SMALL, color=legible(colour))


def bars(ax: Axes, y: float, scale: Scale, mask: NDArray[np.bool_], **style: Any) -> None:
    """Draw bars where a mask over levels holds."""
    height = style.pop("height", 0.55)
    for left, right in spans(scale, mask):
        ax.barh(y, right - left, height, left, **style)


def heading(ax: Axes, y: float, scale: Scale, note: str) -> None:
    """Write an issue's name over its lanes, and a note at the right."""
    ax.text(0, y, short(scale.label, 40), va="center", fontweight="bold")
    ax.text(1, y, short(note, 58), va="center", ha="right", color=QUIET, fontsize=SMALL)


def level_row(ax: Axes, y: float, scale: Scale) -> None:
    """Draw the base line of an issue's lanes with its levels: both ends of numbers, all names."""
    ax.plot([0, 1], [y, y], color=QUIET, linewidth=0.6)
    style: dict[str, Any] = {"va": "top", "fontsize": 7, "color": QUIET}
    if scale.numeric:
        ax.text(0, y - 0.12, scale.bare(scale.levels[0]), ha="left", **style)
        ax.text(1, y - 0.12, scale.text(scale.levels[-1]), ha="right", **style)
        return
    # Before the page is laid out its axes are narrower than after.
    figure = ax.get_figure(root=True)
    assert figure is not None
    room = ax.get_window_extent().width * 72 / figure.dpi / len(scale.levels) - 5
    for level in scale.levels:
        ax.text(middle(scale, level), y - 0.12, cut(scale.bare(level), room, size=7), ha="center", **style)


def frame(ax: Axes, bottom: float) -> None:
    """Set limits for tracks from 0 to 1 below y = 0, without ticks."""
    ax.set(xlim=(-0.02, 1.005), ylim=(bottom, 0.1), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
