"""Discovery box: many truths over the two inputs that tell best where there is a zone, with the box that tells it."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.ensembles.boxes import Box, Limit
from sim.ensembles.boxes import discovery_box as box_in
from sim.errors import counted
from sim.plots.data import source_line
from sim.plots.labels import plain, short
from sim.plots.requests import InDoubt
from sim.plots.scales import number_axis
from sim.plots.style import INK, Page, Style, colour_of, page
from sim.show.deciding import input_text
from sim.show.shares import percent

__all__ = ["discovery_box"]


def discovery_box(found: InDoubt, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw truths with a zone and without over the two inputs whose limits come back most often.

    Parameters
    ----------
    found : InDoubt
    ax : Axes, optional
        Where to draw; a new figure unless given.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes
    """
    box = box_in(found.truths)
    names = [str(name) for name in found.truths["input"].values]
    limits = [] if box is None else sorted(box.limits, key=lambda limit: -limit.again)
    ranked = [limit.input for limit in limits] + _others(found, names)
    chosen = list(dict.fromkeys(ranked))[:2]
    with page(ax, style, size=(7.0, 5.2)) as here:
        exists = found.truths["exists"].values.astype(bool)
        values = [found.truths["value"].sel(input=name).values for name in (*chosen, *chosen)[:2]]
        for mask, colour, marker, label in ((exists, colour_of(0), "o", "zone"), (~exists, colour_of(1), "x", "none")):
            here.ax.plot(values[0][mask], values[1][mask], marker, color=colour, markersize=3, alpha=0.6, gid=label)
        if box is not None:
            _frame(here.ax, {limit.input: limit for limit in box.limits}, chosen)
        for axis, name in zip((here.ax.xaxis, here.ax.yaxis), (*chosen, *chosen)[:2], strict=True):
            number_axis(axis)
            axis.set_label_text(short(plain(input_text(found.study.game, name)), 60))
        _words(here, found, box)
    return here.ax


def _others(found: InDoubt, names: list[str]) -> list[str]:
    """Return inputs by how far their means with a zone and without lie apart, in standard deviations."""
    exists = found.truths["exists"].values.astype(bool)
    values = found.truths["value"].transpose("truth", "input").values
    if exists.all() or not exists.any():
        return names
    apart = np.abs(values[exists].mean(axis=0) - values[~exists].mean(axis=0)) / (values.std(axis=0) + 1e-300)
    return [names[k] for k in np.argsort(-apart, kind="stable")]


def _frame(ax: Axes, limits: dict[str, Limit], chosen: list[str]) -> None:
    ends = []
    for name, (least, most) in zip(chosen, (ax.get_xlim(), ax.get_ylim()), strict=False):
        limit = limits.get(name)
        low = least if limit is None or limit.low is None else limit.low
        high = most if limit is None or limit.high is None else limit.high
        ends.append((low, high))
    if len(ends) == 2 and limits:
        (left, right), (bottom, top) = ends
        frame = Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INK, linewidth=1.6)
        frame.set_gid("box")
        ax.add_patch(frame)


def _words(here: Page, found: InDoubt, box: Box | None) -> None:
    share = float(found.truths["exists"].mean())
    how = "Dots: truths with a zone; crosses: without. "
    how += f"{counted(found.truths.sizes['truth'], 'truth')} drawn from {found.known}"
    if box is None or not box.limits:
        finding = f"A zone exists in {percent(share)} of the truths: no few limits tell which"
    else:
        what = "a zone" if box.zone else "no zone"
        finding = f"In the box {percent(box.density)} of the truths have {what}, of all {percent(box.base)}"
        more = len(box.limits) - 2
        how += f".\nThe box holds {percent(box.coverage)} of the truths with {what}"
        how += f"; it has {more} more limit{'s' * (more > 1)}, on inputs not shown" if more > 0 else ""
    here.words(finding, how=how, source=source_line(found.study))
