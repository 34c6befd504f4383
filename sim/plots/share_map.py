"""Share map: in which share of the truths there is a zone, over two levers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import RequestError, counted
from sim.plots.labels import fitted, halo
from sim.plots.points import Lever, only_axes, sweep_source
from sim.plots.scales import lever_axis
from sim.plots.style import AMOUNTS, INK, Page, Style, page
from sim.show.shares import percent

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["share_map"]

_LINES = {0.05: ":", 0.5: "-", 0.95: "--"}


def share_map(dataset: xr.Dataset, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw the share of truths with a zone over two levers.

    Parameters
    ----------
    dataset : xarray.Dataset
        What `sim.ensemble` returned with `over` two levers: the first across, the second upwards.
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
        The dataset is no map of a share, or has not two axes of several levels.
    """
    if "share_low" not in getattr(dataset, "variables", ()) or "margin_quantile" not in dataset:
        raise RequestError("share_map draws what sim.ensemble returns with `over` two levers")
    across, up = only_axes(dataset, 2, "share_map")
    share = dataset["share"].transpose(across.name, up.name).values[np.ix_(across.order, up.order)]
    with page(ax, style, size=(7.2, 5.4)) as here:
        mesh = here.ax.pcolormesh(
            across.levels, up.levels, 100 * share.T, cmap=AMOUNTS, shading="nearest", vmin=0, vmax=100, gid="share"
        )
        if here.own:
            bar = here.ax.figure.colorbar(mesh, ax=here.ax, pad=0.02, aspect=30)
            bar.set_label(fitted("Truths with a zone (%)", 0.5 * here.ax.get_window_extent().height, size=9))
            bar.outline.set_visible(False)
        _lines(here.ax, (across, up), share)
        for axis, lever in ((here.ax.xaxis, across), (here.ax.yaxis, up)):
            lever_axis(axis, lever)
        _words(here, dataset, share)
    return here.ax


def _lines(ax: Axes, levers: tuple[Lever, Lever], share: NDArray[np.float64]) -> None:
    """Draw where a twentieth, half and all but a twentieth of the truths have a zone."""
    for level, look in _LINES.items():
        if share.min() < level < share.max():
            lines = ax.contour(levers[0].levels, levers[1].levels, share.T, [level], colors=[INK], linestyles=[look])
            lines.set(path_effects=halo(), gid=f"share {level:g}")


def _words(here: Page, dataset: xr.Dataset, share: NDArray[np.float64]) -> None:
    least, most = float(share.min()), float(share.max())
    finding = f"A zone exists in {percent(least)} to {percent(most)} of the truths on this map"
    if least == most:
        finding = f"A zone exists in {percent(most)} of the truths everywhere on this map"
    wide = 100 * float((dataset["share_high"] - dataset["share_low"]).max())
    how = f"{counted(dataset.attrs['truths'], 'truth')}, the same everywhere, drawn from {dataset.attrs['known']}"
    how += f"; 95 % intervals span up to {wide:.0f} points.\nLines: 5 % (dotted), half, 95 % (dashed)"
    here.words(finding, how=how, source=sweep_source(dataset))
