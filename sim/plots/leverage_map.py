"""Leverage map: a measure over two levers, with the border of the zone and where no deal is possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.errors import counted
from sim.plots.labels import fitted, halo, label_points, short
from sim.plots.points import NO_OUTCOME, Lever, Measure, measure_of, only_axes, sweep_source
from sim.plots.scales import lever_axis, number_axis
from sim.plots.style import AMOUNTS, INK, NO_DEAL, OVER_NO_DEAL, Look, Page, Style, page
from sim.show.words import number_text
from sim.sweeps.findings.crossings import contour

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["colours", "leverage_map"]

_HATCH = "#8a8a8a"


def leverage_map(
    dataset: xr.Dataset, ax: Axes | None = None, *, measure: str = "margin", **style: Unpack[Style]
) -> Axes:
    """Draw a measure of a sweep over two levers.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with two axes: the first across, the second upwards.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    measure : str
        A variable of the sweep, or NAME:ENTRY for one party or issue, such as ``surplus:russia``.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        The sweep has not two axes of several levels, or there is no such measure.
    """
    across, up = only_axes(dataset, 2, "leverage_map")
    shown, margin = (measure_of(dataset, name, (across, up)) for name in (measure, "margin"))
    exists = measure_of(dataset, "exists", (across, up)).values > 0
    with page(ax, style, size=(7.2, 5.4)) as here:
        _field(here, (across, up), shown)
        _levels(here.ax, (across, up), shown)
        _no_deal(here.ax, (across, up), exists, margin)
        for line in contour(dataset, across.name, up.name):
            here.ax.plot(*line.T, color=INK, linewidth=1.8, path_effects=halo(), gid="zone border")
        for axis, lever in ((here.ax.xaxis, across), (here.ax.yaxis, up)):
            lever_axis(axis, lever)
        here.ax.set(xlim=_ends(across), ylim=_ends(up))
        _words(here, dataset, exists, (margin, shown))
        _today(here.ax, across, up)
    return here.ax


def _ends(lever: Lever) -> tuple[float, float]:
    return float(lever.levels[0]), float(lever.levels[-1])


def _field(here: Page, levers: tuple[Lever, Lever], shown: Measure) -> None:
    ax, values = here.ax, np.ma.masked_invalid(shown.values.T)
    ax.set_facecolor(NO_DEAL)
    x, y = levers[0].levels, levers[1].levels
    mesh = ax.pcolormesh(x, y, values, **colours(shown), shading="nearest", gid="field")
    mesh.set_rasterized(values.size > 2_500)
    if here.own and values.count():
        bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30)
        bar.set_label(fitted(short(shown.label, 120), 0.5 * ax.get_window_extent().height, size=9))
        if shown.scale is not None and not shown.scale.numeric:
            bar.set_ticks(
                shown.scale.places.tolist(),
                labels=[short(shown.scale.bare(level), 16, lines=2) for level in shown.scale.levels],
            )
        elif shown.scale is not None:
            number_axis(bar.ax.yaxis)
        elif shown.over_no_deal:
            bar.ax.set_ylim(min(0.0, float(values.min())), max(0.0, float(values.max())))
        bar.outline.set_visible(False)


def colours(shown: Measure) -> Look:
    """Return the colours of a measure: two, parted at 0, for what is counted over no deal; a colour a name; amounts."""
    if shown.scale is not None and not shown.scale.numeric:
        count = len(shown.scale.levels)
        return {"cmap": mpl.colormaps[AMOUNTS].resampled(count), "vmin": -0.5, "vmax": count - 0.5}
    if not shown.over_no_deal:
        return {"cmap": AMOUNTS}
    most = np.nanmax(np.abs(shown.values), initial=0.0) or 1.0
    return {"cmap": OVER_NO_DEAL, "vmin": -most, "vmax": most}


def _levels(ax: Axes, levers: tuple[Lever, Lever], shown: Measure) -> None:
    """Draw lines of equal value with their numbers; none of terms, which jump, nor at 0, where the border is."""
    values = np.ma.masked_invalid(shown.values.T)
    if shown.scale is not None or not values.count():
        return
    low, high = float(values.min()), float(values.max())
    at = [v for v in MaxNLocator(6).tick_values(low, high) if low < v < high and abs(v) > 1e-9]
    if not at:
        return
    lines = ax.contour(levers[0].levels, levers[1].levels, values, at, colors=[INK], linewidths=0.5, linestyles="solid")
    lines.set_gid("equal")
    for text in ax.clabel(lines, fmt=lambda v: number_text(round(v, 10)).replace("-", "\N{MINUS SIGN}"), fontsize=8):
        text.set_path_effects(halo())


def _no_deal(ax: Axes, levers: tuple[Lever, Lever], exists: Any, margin: Measure) -> None:
    """Hatch where there is no zone; outcomes that red lines exclude altogether count as far below it."""
    if exists.all():
        return
    floor = min(float(np.nanmin(margin.values)), 0.0) - 1.0 if np.isfinite(margin.values).any() else -1.0
    values = np.nan_to_num(margin.values.T, nan=floor)
    if exists.any():
        bounds = [floor - 1.0, 0.0]
        x, y = levers[0].levels, levers[1].levels
        with mpl.rc_context({"hatch.color": _HATCH}):
            ax.contourf(x, y, values, levels=bounds, colors="none", hatches=["///"])
    else:
        ax.axvspan(*_ends(levers[0]), facecolor="none", hatch="///", edgecolor=_HATCH, linewidth=0, gid="no deal")


def _today(ax: Axes, across: Lever, up: Lever) -> None:
    if across.default is None or up.default is None:
        return
    spot = (across.default, up.default)
    if all(_ends(lever)[0] <= x <= _ends(lever)[1] for lever, x in zip((across, up), spot, strict=True)):
        ax.plot(*spot, "o", color="white", markeredgecolor=INK, markersize=8, clip_on=False, zorder=5, gid="default")
        label_points(ax, [spot], ["as in the scenario"])


def _words(here: Page, dataset: xr.Dataset, exists: Any, found: tuple[Measure, Measure]) -> None:
    margin, shown = found
    share = 100 * float(exists.mean())
    known = margin.values[np.isfinite(margin.values)]
    if shown.label != margin.label and np.isfinite(shown.values).any():
        where = "everywhere on this map" if exists.all() else f"on {share:.0f} % of this map"
        title = f"{_span(shown)}; a zone exists {where}"
    elif exists.all():
        title = f"A zone exists everywhere on this map: the margin runs from {known.min():.2g} to {known.max():.2g}"
    elif not exists.any():
        least = f": the sides miss each other by {-known.max():.2g} or more" if len(known) else NO_OUTCOME
        title = f"No zone anywhere on this map{least}"
    else:
        title = f"A zone exists on {share:.0f} % of this map, with a margin of up to {known.max():.2g}"
    how = "Hatched: no deal is possible" if not exists.all() else "Ring: where the scenario itself stands"
    how += ". Thick line: where the zone opens" if 0 < share < 100 else ""
    below = np.nanmin(shown.values, initial=0.0) < 0
    how += (". Blue: above no deal" + ("; orange: below" if below else "")) if shown.over_no_deal else ""
    failed = int(np.count_nonzero(dataset["fault"].values)) if "fault" in dataset else 0
    how += f". {counted(failed, 'point')} could not be worked out (grey)" if failed else ""
    here.words(title, how=how, source=sweep_source(dataset))


def _span(shown: Measure) -> str:
    """Return from where to where a measure runs, or which names it takes, most often first."""
    values = shown.values[np.isfinite(shown.values)]
    if shown.scale is not None and not shown.scale.numeric:
        places, counts = np.unique(values, return_counts=True)
        names = [short(str(shown.scale.levels[round(places[k])]), 24) for k in np.argsort(-counts, kind="stable")]
        return f"{shown.label}: {', '.join(names[:3])}{', ...' if len(names) > 3 else ''}"
    ends = [number_text(float(f"{v:.3g}")).replace("-", "\N{MINUS SIGN}") for v in (values.min(), values.max())]
    return f"{shown.label}: {ends[0]} to {ends[1]}"
