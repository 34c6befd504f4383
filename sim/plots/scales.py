"""Axes in natural units: issues as scales, numbers with thousands separators, names as they are."""

from __future__ import annotations

import re

import numpy as np
from matplotlib.axis import Axis, XAxis
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots.data import Scale
from sim.plots.labels import fitted, short
from sim.plots.points import Lever
from sim.show.words import number_text

__all__ = ["issue_axis", "lever_axis", "number_axis"]

_APART = 46.0  # points that a number takes on an axis


def issue_axis(axis: Axis, scale: Scale, *, most: int = 12, width: int = 14) -> None:
    """Label an axis with an issue: its unit and round numbers, or each of its names."""
    unit = scale.unit.strip()
    axis.set_label_text(f"{short(scale.label, 50)}{f' ({unit})' if unit else ''}")
    if scale.numeric:
        number_axis(axis)
        return
    step = max(1, -(-len(scale.levels) // most))
    places = np.arange(0, len(scale.levels), step)
    axis.set_ticks(places, labels=[short(scale.bare(scale.levels[k]), width, lines=3) for k in places])
    axis.set_view_interval(-0.5, len(scale.levels) - 0.5, ignore=True)
    axis.set_tick_params(length=0)


def lever_axis(axis: Axis, lever: Lever) -> None:
    """Label an axis with a lever: signed levels, its name, and what its ends stand for."""
    number_axis(axis, signed=lever.centred)
    size = axis.axes.get_window_extent()
    figure = axis.get_figure(root=True)
    assert figure is not None
    room = (size.width if isinstance(axis, XAxis) else size.height) * 72 / figure.dpi
    ends = re.sub(r"(?<!\w)-(?=\d)", "\N{MINUS SIGN}", short(lever.meaning, 120))
    ends = fitted(ends, 0.9 * room, size=9) if ends else ""
    axis.set_label_text("\n".join(filter(None, (short(lever.label, 80), ends))))


def number_axis(axis: Axis, *, signed: bool = False) -> None:
    """Write numbers with thousands separators, and where wanted with their sign."""
    figure = axis.get_figure(root=True)
    assert figure is not None
    size = axis.axes.get_window_extent()
    room = (size.width if isinstance(axis, XAxis) else size.height) * 72 / figure.dpi
    axis.set_major_locator(MaxNLocator(nbins=min(7, max(2, int(room / _APART))), steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda x, _: _text(x, signed)))


def _text(value: float, signed: bool) -> str:
    text = number_text(round(value, 10) + 0.0)
    return f"+{text}" if signed and value > 1e-12 else text.replace("-", "−")
