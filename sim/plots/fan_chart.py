"""Fan chart: the margin over time on many paths, and the months in which a zone is open."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from sim.errors import RequestError, counted
from sim.plots.labels import halo
from sim.plots.months import event_labels, event_lines, milestones, month_axis, months_text, paths_source
from sim.plots.scales import number_axis
from sim.plots.style import INK, QUIET, ZONE, Page, Style, page
from sim.show.shares import percent
from sim.simulations.answers import Windows, windows
from sim.simulations.records import Simulation

__all__ = ["fan_chart"]

Floats = NDArray[np.float64]
_BANDS = ((0.05, 0.95, 0.2), (0.25, 0.75, 0.35))
_SHADES = LinearSegmentedColormap.from_list("zone", ["white", ZONE])


def fan_chart(found: Simulation, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw the margin on many paths, with the share of paths on which a zone is open as shading.

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

    Raises
    ------
    RequestError
        The red lines leave no outcome, so there is no margin.
    """
    if found.no_outcome:
        raise RequestError(
            f"fan_chart: the {found.game.rules} leave no outcome, so there is no margin (lift some with --lift)"
        )
    told = windows(found)
    with page(ax, style, size=(7.2, 5.0)) as here:
        low, high = _limits(found.margin)
        month_axis(here.ax, found)
        here.ax.set_ylim(low, high)
        number_axis(here.ax.yaxis, signed=True)
        here.ax.set_ylabel("Margin of the best outcome over no deal")
        _shading(here.ax, found, told)
        _fan(here.ax, found)
        event_lines(here.ax, found)
        _shares(here.ax, found, told)
        _words(here, found, told)
        event_labels(here.ax, found, low + 0.06 * (high - low))
    return here.ax


def _limits(margin: Floats) -> tuple[float, float]:
    """Return the ends of the axis: all but the outermost paths, no zone and zone in sight, room for words above."""
    low, high = np.quantile(margin, [0.002, 0.998])
    low, high = min(float(low), 0.0), max(float(high), 0.0)
    span = max(high - low, 1e-3)
    return low - 0.14 * span, high + 0.2 * span


def _shading(ax: Axes, found: Simulation, told: Windows) -> None:
    """Shade each step by the share of paths with a zone; white where the war has ended on all."""
    half = (found.months[1:] + found.months[:-1]) / 2
    edges = np.concatenate([found.months[:1], half, found.months[-1:]])
    share = np.ma.masked_invalid(told.share)[None]
    across = ax.get_xaxis_transform()
    ax.pcolormesh(
        edges, [0, 1], share, cmap=_SHADES, vmin=0, vmax=1, transform=across, zorder=0, alpha=0.55, gid="windows"
    )


def _fan(ax: Axes, found: Simulation) -> None:
    for low, high, alpha in _BANDS:
        ends = np.quantile(found.margin, [low, high], axis=0)
        gid = f"band {low:g} {high:g}"
        ax.fill_between(found.months, *ends, facecolor=INK, alpha=alpha, linewidth=0, zorder=2, gid=gid)
    ax.plot(found.months, np.median(found.margin, axis=0), color=INK, linewidth=1.8, zorder=3, gid="middle")
    ax.plot(found.months, found.margin[0], color="white", linewidth=2.2, zorder=3)
    ax.plot(found.months, found.margin[0], color=INK, linewidth=0.9, linestyle="--", zorder=3, gid="one path")
    ax.axhline(0, color=QUIET, linewidth=1.0, zorder=1, gid="border")


def _shares(ax: Axes, found: Simulation, told: Windows) -> None:
    """Write the share of paths with a zone along the top."""
    steps = milestones(found)
    for s in steps:
        side = "left" if s == 0 else "right" if s == steps[-1] else "center"
        text = "war over" if np.isnan(told.share[s]) else percent(float(told.share[s]))
        pad = {"left": 4, "center": 0, "right": -4}[side]
        ax.annotate(
            text,
            (float(found.months[s]), 1),
            (pad, -4),
            ("data", "axes fraction"),
            "offset points",
            ha=side,
            va="top",
            path_effects=halo(),
        )


def _words(here: Page, found: Simulation, told: Windows) -> None:
    how = (
        f"{counted(len(found.margin), 'path')}. Line: the middle; bands: half and 90 % of the paths; dashed: one path. "
    )
    how += "Shading\nand % above: paths with a zone, of those on which the war goes on. Not a forecast"
    here.words(_finding(found, told), how=how, source=paths_source(found))


def _finding(found: Simulation, told: Windows) -> str:
    some, within = float((told.count > 0).mean()), f"within {months_text(float(found.months[-1]))}"
    if not some:
        return f"No window opens on any path {within}"
    if (told.share[~np.isnan(told.share)] == 1).all():
        return "A zone is open on every path for as long as the war goes on"
    closed = len(told.lengths) / len(told.opens)
    shut = f"{percent(closed)} of the windows close again" if closed else "none closes again"
    return f"A window is open at some time on {percent(some)} of the paths {within}; {shut}"
