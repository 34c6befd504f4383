"""Leverage path: the terms of a deal as one lever moves, each with the range of nearly as good deals."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.plots.data import Scale, solution_label
from sim.plots.labels import short
from sim.plots.points import NO_OUTCOME, Lever, only_axes, sweep_scales, sweep_source
from sim.plots.scales import lever_axis
from sim.plots.style import FAINT, INK, NO_DEAL, PLATE, QUIET, ZONE, Look, Page, Style, page
from sim.sweeps.findings.crossings import crossings

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["leverage_path"]

Floats = NDArray[np.float64]
_INNER = (0.14, 0.70)
_STEP = 0.36


@dataclass(frozen=True, eq=False)
class _Lane:
    """One issue's strip of the figure: where it begins, and the levels at its lower and upper end.

    Attributes
    ----------
    scale : Scale
    bottom, low, high : float
    known : bool
        Whether the ends are levels to be named; numbers that no agreement reaches are not.
    """

    scale: Scale
    bottom: float
    low: float
    high: float
    known: bool

    def height(self, values: Floats) -> Floats:
        """Return where levels stand."""
        span = self.high - self.low
        share = (values - self.low) / span if span > 0 else np.where(np.isnan(values), np.nan, 0.5)
        return np.asarray(self.bottom + _INNER[0] + share * (_INNER[1] - _INNER[0]))


def leverage_path(
    dataset: xr.Dataset,
    ax: Axes | None = None,
    *,
    solution: str = "nash",
    issues: Sequence[str] = (),
    **style: Unpack[Style],
) -> Axes:
    """Draw the terms of a deal along a sweep of one lever.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with one axis and the measures margin, solutions and within.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    solution : str
    issues : sequence of str, optional
        All unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        The sweep has more axes than one, or lacks the solution or an issue.
    """
    (lever,) = only_axes(dataset, 1, "leverage_path")
    if f"{solution}_deal" not in dataset:
        raise RequestError(f"the sweep has no solution {solution!r} (expected {solution}_deal among its variables)")
    scales = sweep_scales(dataset, issues)
    with page(ax, style, size=(7.6, 1.7 + 0.62 * len(scales)), full=True) as here:
        for place, scale in enumerate(scales):
            some = dataset.sel(issue=scale.name)
            _issue(here.ax, some, lever, lane=_lane(some, scale, -place - 1.0), solution=solution)
        here.ax.set(xlim=(lever.levels[0], lever.levels[-1]), ylim=(-len(scales), _strip(dataset, lever)), yticks=[])
        _zone_ends(here.ax, dataset, lever)
        lever_axis(here.ax.xaxis, lever)
        here.ax.spines["left"].set_visible(False)
        _words(here, dataset, lever, scales, solution=solution)
    return here.ax


def _strip(dataset: xr.Dataset, lever: Lever) -> float:
    """Return the height of the strip above the lanes that holds the words of openings and closings."""
    return (0.05, 0.5, 0.5 + _STEP)[min(len(crossings(dataset, lever.name)), 2)]


def _lane(here: xr.Dataset, scale: Scale, bottom: float) -> _Lane:
    """Return the lane of an issue, from the lowest to the highest level that agreements reach anywhere."""
    ends = [here[name].values.ravel() for name in ("range_low", "range_high") if name in here]
    values = np.concatenate([*ends, np.array([])])
    values = values[np.isfinite(values)]
    places = values if values.size else scale.places
    return _Lane(scale, bottom, float(places.min()), float(places.max()), bool(values.size) or scale.named)


def _issue(ax: Axes, here: xr.Dataset, lever: Lever, *, lane: _Lane, solution: str) -> None:
    name, bottom = lane.scale.name, lane.bottom
    deal = here[f"{solution}_deal"].values[lever.order]
    x = lever.levels
    if f"{solution}_within_low" in here:
        ends = [here[f"{solution}_within_{end}"].values[lever.order] for end in ("low", "high")]
        low, high = (lane.height(end) for end in ends)
        pad = 0.02
        ax.fill_between(x, low - pad, high + pad, step="mid", color=ZONE, alpha=0.5, linewidth=0, gid=f"{name} within")
    ax.step(x, lane.height(deal), where="mid", color=INK, linewidth=1.6, gid=f"{name} deal")
    ax.axhline(bottom, color=FAINT, linewidth=0.8)
    ax.annotate(
        short(lane.scale.label, 40), (0, bottom + 0.88), (4, 0), ("axes fraction", "data"), "offset points",
        va="center", fontweight="bold", fontsize=8.5, bbox=PLATE,
    )  # fmt: skip
    _ends(ax, lane, deal[np.isfinite(deal)])


def _ends(ax: Axes, lane: _Lane, deal: Floats) -> None:
    """Write the lane's lowest and highest level at the left, and the deal's first and last term at the right."""
    for value in sorted({lane.low, lane.high}) if lane.known else ():
        y = float(lane.height(np.array([value]))[0])
        ax.annotate(
            short(lane.scale.bare(_level(lane.scale, value)), 28), (0, y), (-4, 0), ("axes fraction", "data"),
            "offset points", ha="right", va="center", fontsize=7, color=QUIET, annotation_clip=False,
        )  # fmt: skip
    if not deal.size:
        return
    ends = [lane.scale.bare(_level(lane.scale, deal[k])) for k in (0, -1)]
    text = short(ends[0], 44) if ends[0] == ends[1] else " → ".join(short(end, 24) for end in ends)
    text += "" if lane.scale.named else lane.scale.unit
    ax.annotate(
        text, (1, lane.bottom + 0.88), (-4, 0), ("axes fraction", "data"), "offset points",
        ha="right", va="center", fontsize=8, bbox=PLATE,
    )  # fmt: skip


def _level(scale: Scale, value: float) -> float | str:
    return str(scale.levels[int(value)]) if scale.named else value


def _zone_ends(ax: Axes, dataset: xr.Dataset, lever: Lever) -> None:
    """Hatch where there is no deal and mark the levels at which the zone opens and closes."""
    exists = dataset["exists"].values[lever.order]
    found = crossings(dataset, lever.name)
    borders = [lever.levels[0], *(c.level for c in found), lever.levels[-1]]
    for k, (left, right) in enumerate(itertools.pairwise(borders)):
        inside = bool(exists[0]) if k == 0 else found[k - 1].opens
        if not inside:
            style: Look = {"facecolor": NO_DEAL, "hatch": "///", "edgecolor": "white", "linewidth": 0}
            ax.axvspan(left, right, zorder=0, gid="no deal", **style)
    for k, crossing in enumerate(found):
        ax.axvline(crossing.level, color=INK, linewidth=1.2, linestyle="--", gid="crossing")
        side = "left" if crossing.level < (lever.levels[0] + lever.levels[-1]) / 2 else "right"
        word = "opens" if crossing.opens else "closes"
        spot = (crossing.level, 0.3 + _STEP * (k % 2))
        ax.annotate(
            f"{word} near {lever.text(crossing.level)}", spot, (4 if side == "left" else -4, 0),
            textcoords="offset points", ha=side, va="center", color=INK, bbox=PLATE,
        )  # fmt: skip


def _words(here: Page, dataset: xr.Dataset, lever: Lever, scales: Sequence[Scale], *, solution: str) -> None:
    deals = [dataset[f"{solution}_deal"].sel(issue=scale.name).values for scale in scales]
    moved = sum(len(np.unique(deal[np.isfinite(deal)])) > 1 for deal in deals)
    name, label = short(str(lever.label), 40), solution_label(solution)
    exists = dataset["exists"].values
    how = (
        "Line: the deal. Band: deals about as good (short by at most 1 % or 0.005 of the stakes).\n"
        "Each scale: the levels agreements reach"
    )
    how += "" if exists.all() else ". Hatched: no deal"
    title = f"{moved} of {len(scales)} terms of the {label} deal {'moves' if moved == 1 else 'move'} as {name} rises"
    if len(scales) == 1:
        title = (
            f"{short(scales[0].label, 40)} {'moves' if moved else 'stays as it is'} in the {label} deal as {name} rises"
        )
    elif not moved:
        title = f"No term of the {label} deal moves as {name} rises"
    if not exists.any():
        reason = "" if np.isfinite(dataset["margin"].values).any() else NO_OUTCOME
        title = f"No deal is possible at any level of {name}{reason}"
    elif not exists.all():
        share = 100 * float(exists.mean())
        title += f"; a zone exists on {share:.0f} % of its range"
    here.words(title, how=how, source=sweep_source(dataset))
