"""Which lever moves which term: a heat map of a deal's terms against the levers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.plots.data import Scale, known, solution_label
from sim.plots.labels import boxed, fitted, short
from sim.plots.points import sweep_scales, sweep_source
from sim.plots.style import AMOUNTS, NO_DEAL, QUIET, Look, Page, Style, ink_on, page

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["lever_terms"]

Floats = NDArray[np.float64]
_LITTLE = 0.01
_TIED = 1e-9
_SIZE, _LINE, _PAD = 7.5, 10.0, 9.0  # of the words in a cell and around them, in points
_COLUMN = 1.75  # inches
_WIDTH = 112.0  # what a cell leaves to its words at least, at the default size


@dataclass(frozen=True, eq=False)
class _Table:
    """What the figure shows: by row (issue) and column (lever), the words of each cell and what its colour means.

    Attributes
    ----------
    colours : ndarray, shape (issues, levers)
        Shares, nan where there is no zone.
    legend : str
    cells : list of list of str
    heights : ndarray, shape (issues,)
        Of the rows, in points.
    """

    levers: list[str]
    scales: list[Scale]
    colours: Floats
    legend: str
    cells: list[list[str]]
    heights: Floats


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
        Colour is ``moved``, by what share of its range a term differs between the two ends; without it ``share``, the
        trend.
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
    table = _table(dataset, columns, sweep_scales(dataset, issues))
    size = (2.9 + _COLUMN * max(len(columns), 3), 1.75 + max(float(table.heights.sum()) / 72, 1.6))
    with page(ax, style, size=size, full=True) as here:
        _colours(here, table)
        labels = [_heading(dataset, name) for name in columns]
        here.ax.set_xticks(range(len(columns)), labels=labels)
        here.ax.set_yticks(_middles(table), labels=[_issue_label(scale) for scale in table.scales])
        here.ax.tick_params(length=0)
        here.ax.spines[:].set_visible(False)
        how = "Each cell: the term at the lowest and at the highest level of the lever with a zone, others as they are"
        here.words(_finding(dataset, table), how=how, source=sweep_source(dataset))
        _write(here.ax, table)
    return here.ax


def _table(dataset: xr.Dataset, levers: list[str], scales: list[Scale]) -> _Table:
    some = dataset.sel(lever=levers, issue=[scale.name for scale in scales])
    name, legend = "share", "Trend over the whole lever, as a share of the term's range (%)"
    if "moved" in dataset:
        name, legend = "moved", "How far apart the two terms are, as a share of the issue's range (%)"
    first, last, trend = (np.asarray(some[key].values, dtype=np.float64).T for key in ("first", "last", "share"))
    cells = [[_move(scale, first[row, k], last[row, k], trend[row, k]) for k in range(len(levers))] for row, scale in enumerate(scales)]  # fmt: skip  # noqa: E501
    lines = [max(fitted(text, _WIDTH, size=_SIZE).count("\n") + 1 for text in row) for row in cells]
    colours = np.minimum(np.abs(np.asarray(some[name].values, dtype=np.float64)).T, 1)
    return _Table(levers, scales, colours, legend, cells, _PAD + _LINE * np.array(lines, dtype=np.float64))


def _middles(table: _Table) -> list[float]:
    return [float(x) for x in np.cumsum(table.heights) - table.heights / 2]


def _lever_label(dataset: xr.Dataset, name: str) -> str:
    if "lever_label" in dataset.coords:
        return str(dataset["lever_label"].sel(lever=name).values)
    return name.replace("_", " ")


def _heading(dataset: xr.Dataset, name: str) -> str:
    """Return a lever's name, and on how much of its range there is a zone."""
    share = float(dataset["zone"].sel(lever=name).values)
    label = short(_lever_label(dataset, name), 20, lines=2)
    return label if share > 1 - _TIED else f"{label}\n(zone on {100 * share:.0f} %)"


def _issue_label(scale: Scale) -> str:
    unit = scale.unit.strip()
    return short(scale.label, 26) + (f" ({short(unit, 12)})" if unit else "")


def _colours(here: Page, table: _Table) -> None:
    ax = here.ax
    ax.set_facecolor(NO_DEAL)
    edges = np.arange(len(table.levers) + 1) - 0.5, np.append(0.0, np.cumsum(table.heights))
    shown = np.ma.masked_invalid(100 * table.colours)
    mesh = ax.pcolormesh(*edges, shown, cmap=AMOUNTS, vmin=0, vmax=100 * _most(table), gid="cells")
    ax.invert_yaxis()
    if here.own:
        bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30)
        bar.set_label(fitted(table.legend, 0.6 * ax.get_window_extent().height, size=9))
        bar.outline.set_visible(False)


def _most(table: _Table) -> float:
    some = table.colours[np.isfinite(table.colours)]
    return max(float(some.max()) if some.size else 0.0, _LITTLE)


def _write(ax: Axes, table: _Table) -> None:
    """Write the words of every cell, as many lines as it has room for."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    room = ax.get_window_extent()
    width = room.width * 72 / figure.dpi / len(table.levers) - 8
    tall = room.height * 72 / figure.dpi / table.heights.sum()
    for row, middle in enumerate(_middles(table)):
        lines = max(1, int((tall * table.heights[row] - 4) / _LINE))
        for column, text in enumerate(table.cells[row]):
            share = table.colours[row, column]
            colour = QUIET if np.isnan(share) else _ink(float(share) / _most(table))
            words = boxed(text, width, lines, size=_SIZE)
            style: Look = {"ha": "center", "va": "center", "linespacing": 1.1, "gid": f"cell {row} {column}"}
            ax.text(column, middle, words, fontsize=_SIZE, color=colour, **style)


def _ink(share: float) -> str:
    return ink_on(colormaps[AMOUNTS](share)[:3])


def _move(scale: Scale, first: float, last: float, trend: float) -> str:
    """Return a term's change in words: from where to where; or where it stands, and whether it leaves it in between."""
    if not (np.isfinite(first) and np.isfinite(last)):
        return "no zone"
    if first != last:
        return f"{_text(scale, first)} → {_text(scale, last)}"
    return _text(scale, first) + (", varies between" if abs(trend) > _TIED else "")


def _text(scale: Scale, value: float) -> str:
    if scale.named:
        return str(scale.levels[int(value)])
    return f"{value:,.6g}".replace("-", "−")


def _finding(dataset: xr.Dataset, table: _Table) -> str:
    """Return which lever moves which term the furthest, or how many do so alike."""
    if not np.isfinite(table.colours).any():
        return "No lever moves any term: there is a zone at too few levels"
    deal = f"the {solution_label(str(dataset.attrs.get('solution', 'nash')))} deal"
    most = float(np.nanmax(table.colours))
    if most < _LITTLE:
        return f"The terms of {deal} are the same at both ends of every lever"
    found = np.argwhere(table.colours >= most - _TIED).tolist()
    pairs = [(short(_lever_label(dataset, table.levers[k]), 40), short(table.scales[row].label, 40)) for row, k in found]  # fmt: skip  # noqa: E501
    if len(found) == 1:
        row, column = found[0]
        move = table.cells[row][column] + ("" if table.scales[row].named else table.scales[row].unit)
        return f"{pairs[0][0]} moves {pairs[0][1]} the furthest: {move}"
    share = f"{100 * most:.0f} % of"
    if len(found) == 2:
        ways = " and ".join(f"{issue} with {lever}" for lever, issue in pairs)
        return f"The furthest moves, {share} the term's range, are {ways}"
    count = len({row for row, _ in found})
    if count == 1:
        return f"{pairs[0][1]} moves the furthest, by {share} its range with each of {len(found)} levers"
    return f"{count} terms of {deal} tie for the furthest move, {share} their range, in {len(found)} of the cells"
