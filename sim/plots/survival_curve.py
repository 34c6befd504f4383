"""Survival curve: how many paths have no deal yet, month by month, with its band."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.errors import counted
from sim.plots.labels import halo
from sim.plots.months import event_labels, event_lines, milestones, month_axis, months_text, paths_source
from sim.plots.scales import number_axis
from sim.plots.style import FAINT, INK, QUIET, Look, Page, Style, page
from sim.show.shares import percent
from sim.show.simulation import RULES
from sim.simulations.answers import Survival, survival
from sim.simulations.records import Simulation

__all__ = ["survival_curve"]

_BELOW = -16.0


def survival_curve(found: Simulation, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw the share of paths without a deal by the simulation's rule, by product limit, with its pointwise band.

    Parameters
    ----------
    found : Simulation
        What `sim.simulate` returned.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes
    """
    told = survival(found)
    with page(ax, style, size=(7.2, 5.0)) as here:
        month_axis(here.ax, found)
        here.ax.set_ylim(_BELOW, 108)
        number_axis(here.ax.yaxis)
        here.ax.set_yticks(range(0, 101, 25))
        here.ax.set_ylabel("Paths without a deal (%)")
        _curve(here.ax, found, told)
        event_lines(here.ax, found)
        _at_risk(here.ax, found, told)
        _words(here, found, told)
        event_labels(here.ax, found, 100.0)
    return here.ax


def _curve(ax: Axes, found: Simulation, told: Survival) -> None:
    # Once nobody is left at risk the curve says nothing more, unless all have a deal.
    known = (told.at_risk > 0) | (told.share == 0)
    months, share, low, high = (x[known] for x in (found.months, told.share, told.low, told.high))
    ax.fill_between(months, 100 * low, 100 * high, step="post", facecolor=INK, alpha=0.25, linewidth=0, gid="band")
    ax.step(months, 100 * share, where="post", color=INK, linewidth=1.8, gid="share")
    if told.median is not None:
        half: Look = {"color": INK, "linewidth": 0.9, "linestyle": "--"}
        ax.plot([0, told.median, told.median], [50, 50, 0], gid="median", **half)


def _at_risk(ax: Axes, found: Simulation, told: Survival) -> None:
    """Write below the curve on how many paths it rests."""
    ax.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    steps = milestones(found)
    for s in steps:
        side = "left" if s == 0 else "right" if s == steps[-1] else "center"
        text = f"{told.at_risk[s]:,}"
        pad = {"left": 4, "center": 0, "right": -4}[side]
        look: Look = {"ha": side, "va": "center", "color": QUIET, "path_effects": halo()}
        ax.annotate(text, (float(found.months[s]), _BELOW / 2), (pad, 0), textcoords="offset points", **look)


def _words(here: Page, found: Simulation, told: Survival) -> None:
    how = f"{counted(len(found.margin), 'path')}; deals made {RULES[found.rule]}. Wars that end by themselves"
    how += f" ({percent(told.wars)}) count\nuntil then. Band: 95 % each month; below: paths left, without deal or end"
    here.words(_finding(found, told), how=how, source=paths_source(found))


def _finding(found: Simulation, told: Survival) -> str:
    if told.share[0] == 0:
        return "Every path has a deal at once"
    if not told.deals:
        return f"No path has a deal within {months_text(float(found.months[-1]))}"
    last = int(np.flatnonzero((told.at_risk > 0) | (told.share == 0))[-1])
    share, low, high = (float(x[last]) for x in (told.share, told.low, told.high))
    left = f"after {months_text(float(found.months[last]))} {percent(share)} ({percent(low)} to {percent(high)})"
    if told.median is None:
        return f"More than half of the paths stay without a deal: {left}"
    by = "at once" if told.median == 0 else f"by month {told.median:g}"
    return f"Half of the paths have a deal {by}; {left} have none"
