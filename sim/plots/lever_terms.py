"""Which lever moves which term: a heat map of a deal's terms against the levers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.plots.data import Scale, known, solution_label
from sim.plots.labels import short, wrapped
from sim.plots.points import sweep_scales, sweep_source
from sim.plots.style import AMOUNTS, INK, NO_DEAL, QUIET, Page, Style, page

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["lever_terms"]

_LITTLE = 0.01


def lever_terms(
    dataset: xr.Dataset,
    ax: Axes | None = None,
    *,
    levers: Sequence[str] = (),
    issues: Sequence[str] = (),
    **style: Unpack[Style],
) -> Axes:
    """Draw how far each term of a deal moves as each lever crosses its range alone.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sim.elasticities`; coordinates ``lever_label``, ``issue_label`` and ``issue_unit`` are used if there.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    levers, issues : sequence of str, optional
        All unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        A lever or issue that does not exist.
    """
    all_levers = [str(name) for name in dataset["lever"].values]
    columns = [known("lever", name, all_levers) for name in levers] or all_levers
    scales = sweep_scales(dataset, issues)
    table = dataset.sel(lever=columns, issue=[scale.name for scale in scales])
    with page(ax, style, size=(2.6 + 1.6 * max(len(columns), 3), 1.7 + 0.36 * max(len(scales), 5))) as here:
        _cells(here, table, scales)
        labels = [short(_lever_label(dataset, name), 20, lines=2) for name in columns]
        here.ax.set_xticks(range(len(columns)), labels=labels)
        here.ax.set_yticks(range(len(scales)), labels=[_issue_label(scale) for scale in scales])
        here.ax.tick_params(length=0)
        here.ax.spines[:].set_visible(False)
        _words(here, dataset, table, scales)
    return here.ax


def _lever_label(dataset: xr.Dataset, name: str) -> str:
    if "lever_label" in dataset.coords:
        return str(dataset["lever_label"].sel(lever=name).values)
    return name.replace("_", " ")


def _issue_label(scale: Scale) -> str:
    unit = scale.unit.strip()
    return short(scale.label, 26) + (f" ({short(unit, 12)})" if unit else "")


def _cells(here: Page, table: xr.Dataset, scales: Sequence[Scale]) -> None:
    ax = here.ax
    share = np.minimum(np.abs(np.asarray(table["share"].values, dtype=np.float64)).T, 1) * 100
    ax.set_facecolor(NO_DEAL)
    top = max(float(np.nanmax(share)) if np.isfinite(share).any() else 0.0, 1.0)
    edges = [np.arange(n + 1) - 0.5 for n in reversed(share.shape)]
    mesh = ax.pcolormesh(*edges, np.ma.masked_invalid(share), cmap=AMOUNTS, vmin=0, vmax=top, gid="cells")
    ax.invert_yaxis()
    if here.own:
        bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30)
        bar.set_label(wrapped("Share of the term's span that it moves (%)", 34))
        bar.outline.set_visible(False)
    for row, column in np.ndindex(*share.shape):
        cell = table.isel(lever=column, issue=row)
        colour = QUIET if np.isnan(share[row, column]) else _ink(float(share[row, column]) / top)
        ax.text(column, row, _move(cell, scales[row]), ha="center", va="center", fontsize=7.5, color=colour)


def _ink(share: float) -> str:
    red, green, blue, _ = colormaps[AMOUNTS](share)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def _move(cell: xr.Dataset, scale: Scale) -> str:
    """Return a term's change in words: from where to where, with an arrow for the way."""
    first, last = float(cell["first"].values), float(cell["last"].values)
    if not (np.isfinite(first) and np.isfinite(last)):
        return "no zone"
    texts = [_text(scale, value) for value in (first, last)]
    return short(texts[0], 26) if texts[0] == texts[1] else " → ".join(short(text, 13) for text in texts)


def _text(scale: Scale, value: float) -> str:
    if scale.named:
        return str(scale.levels[int(value)])
    return f"{value:,.6g}"


def _words(here: Page, dataset: xr.Dataset, table: xr.Dataset, scales: Sequence[Scale]) -> None:
    share = np.abs(np.asarray(table["share"].values, dtype=np.float64))
    how = "Each cell: the term at the lowest and at the highest level of the lever with a zone, others as they are"
    title = "No lever moves any term: there is a zone at too few levels"
    if np.isfinite(share).any():
        lever, issue = _greatest(share)
        name = short(_lever_label(dataset, str(table["lever"].values[lever])), 40)
        scale = scales[issue]
        move = _move(table.isel(lever=lever, issue=issue), scale) + ("" if scale.named else scale.unit)
        title = f"{name} moves {short(scale.label, 40)} the furthest: {move}"
        if share[lever, issue] < _LITTLE:
            title = f"No lever moves a term of the {solution_label(str(dataset.attrs.get('solution', 'nash')))} deal"
    here.words(title, how=how, source=sweep_source(dataset))


def _greatest(share: NDArray[np.float64]) -> tuple[int, int]:
    place: Any = np.unravel_index(int(np.nanargmax(share)), share.shape)
    return int(place[0]), int(place[1])
