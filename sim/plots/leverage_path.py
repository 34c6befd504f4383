"""Leverage path: the terms of a deal as one lever moves, each with the range of nearly as good deals."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.crossings import crossings
from sim.errors import RequestError
from sim.plots.data import Scale, solution_label
from sim.plots.labels import short
from sim.plots.points import NO_OUTCOME, Lever, only_axes, sweep_scales, sweep_source
from sim.plots.scales import number_axis
from sim.plots.style import FAINT, INK, NO_DEAL, PARTY_COLOURS, QUIET, ZONE, Look, Page, Style, page
from sim.show.words import level_text

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["leverage_path"]

Floats = NDArray[np.float64]
_INNER = (0.14, 0.70)
_STEP = 0.36
_PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}


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
        A sweep with one axis and the measures gap, solutions and within.
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
    with page(ax, style, size=(7.6, 1.7 + 0.62 * len(scales))) as here:
        for place, scale in enumerate(scales):
            _issue(here.ax, dataset.sel(issue=scale.name), lever, (scale, solution, -place - 1.0))
        here.ax.set(xlim=(lever.levels[0], lever.levels[-1]), ylim=(-len(scales), 0.55 + _STEP), yticks=[])
        _zone_ends(here.ax, dataset, lever)
        number_axis(here.ax.xaxis, signed=lever.centred)
        here.ax.set_xlabel(short(lever.label, 80))
        here.ax.spines["left"].set_visible(False)
        _words(here, dataset, lever, scales, solution=solution)
    return here.ax


def _height(scale: Scale, values: Floats, bottom: float) -> Floats:
    """Return where levels stand in their lane."""
    places = scale.places if scale.numeric else np.array([0.0, max(len(scale.levels) - 1.0, 1.0)])
    low, high = float(places[0]), float(places[-1])
    share = (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
    return np.asarray(bottom + _INNER[0] + share * (_INNER[1] - _INNER[0]))


def _issue(ax: Axes, here: xr.Dataset, lever: Lever, lane: tuple[Scale, str, float]) -> None:
    scale, solution, bottom = lane
    deal = here[f"{solution}_deal"].values[lever.order]
    x = lever.levels
    if f"{solution}_within_low" in here:
        ends = [here[f"{solution}_within_{end}"].values[lever.order] for end in ("low", "high")]
        low, high = (_height(scale, end, bottom) for end in ends)
        pad = 0.02
        ax.fill_between(
            x, low - pad, high + pad, step="mid", color=ZONE, alpha=0.5, linewidth=0, gid=f"{scale.name} within"
        )
    ax.step(x, _height(scale, deal, bottom), where="mid", color=INK, linewidth=1.6, gid=f"{scale.name} deal")
    ax.axhline(bottom, color=FAINT, linewidth=0.8)
    ax.annotate(
        short(scale.label, 40), (0, bottom + 0.9), (4, 0), ("axes fraction", "data"), "offset points",
        va="center", fontweight="bold", fontsize=8.5, bbox=_PLATE,
    )  # fmt: skip
    _ends(ax, scale, deal[np.isfinite(deal)], bottom)


def _ends(ax: Axes, scale: Scale, deal: Floats, bottom: float) -> None:
    """Write the lane's lowest and highest level at the left, and the deal's first and last term at the right."""
    if scale.numeric:
        pairs = [(float(x), level_text(x)) for x in (scale.levels[0], scale.levels[-1])]
    else:
        spots = [(0.0, scale.levels[0]), (len(scale.levels) - 1.0, scale.levels[-1])][: len(scale.levels)]
        pairs = [(spot, level_text(level)) for spot, level in spots]
    for value, text in pairs:
        y = float(_height(scale, np.array([value]), bottom)[0])
        ax.annotate(
            short(text, 22), (0, y), (-4, 0), ("axes fraction", "data"), "offset points",
            ha="right", va="center", fontsize=7, color=QUIET, annotation_clip=False,
        )  # fmt: skip
    if not deal.size:
        return
    levels = [_level(scale, deal[k]) for k in (0, -1)]
    ends = [short(level_text(level), 24) for level in levels]
    unit = "" if scale.named else scale.unit
    text = (ends[0] if ends[0] == ends[1] else " → ".join(ends)) + unit
    ax.annotate(
        text, (1, bottom + 0.9), (-4, 0), ("axes fraction", "data"), "offset points",
        ha="right", va="center", fontsize=8, bbox=_PLATE,
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
        ax.axvline(crossing.level, color=PARTY_COLOURS[1], linewidth=1.2, linestyle="--", gid="crossing")
        side = "left" if crossing.level < (lever.levels[0] + lever.levels[-1]) / 2 else "right"
        word = "opens" if crossing.opens else "closes"
        spot = (crossing.level, 0.3 + _STEP * (k % 2))
        ax.annotate(
            f"{word} at {lever.text(crossing.level)}", spot, (4 if side == "left" else -4, 0),
            textcoords="offset points", ha=side, va="center", color=PARTY_COLOURS[1], bbox=_PLATE,
        )  # fmt: skip


def _words(here: Page, dataset: xr.Dataset, lever: Lever, scales: Sequence[Scale], *, solution: str) -> None:
    deals = [dataset[f"{solution}_deal"].sel(issue=scale.name).values for scale in scales]
    moved = sum(len(np.unique(deal[np.isfinite(deal)])) > 1 for deal in deals)
    name, label = short(str(lever.label), 40), solution_label(solution)
    exists = dataset["exists"].values
    how = "Line: the deal. Band: levels of deals within 1 % of the best. Each term has its own scale"
    how += "" if exists.all() else ". Hatched: no deal"
    title = f"{moved} of {len(scales)} terms of the {label} deal {'moves' if moved == 1 else 'move'} as {name} rises"
    if not exists.any():
        reason = "" if np.isfinite(dataset["gap"].values).any() else NO_OUTCOME
        title = f"No deal is possible at any level of {name}{reason}"
    elif not exists.all():
        share = 100 * float(exists.mean())
        title += f"; a zone exists on {share:.0f} % of its range"
    here.words(title, how=how, source=sweep_source(dataset))
