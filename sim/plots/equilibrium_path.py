"""Equilibria along a lever: which choices of moves are in equilibrium, where they appear and where they vanish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.plots.labels import halo, short
from sim.plots.points import Lever, only_axes, sweep_source
from sim.plots.scales import number_axis
from sim.plots.style import FAINT, INK, NO_DEAL, PARTY_COLOURS, QUIET, Look, Page, Style, page

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["equilibrium_path"]

Bools = NDArray[np.bool_]
_SURE = 1e-9


@dataclass(frozen=True, eq=False)
class _Row:
    """One choice of moves: its words, at which levels it is an equilibrium, and at which of them a stable one."""

    name: str
    present: Bools
    stable: Bools
    pure: bool


def equilibrium_path(dataset: xr.Dataset, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw all equilibria of the leverage game along a sweep of one lever.

    A row is a choice of moves; a filled mark is a stable equilibrium, an open one an equilibrium in mixed moves
    beside pure ones, from which a small slip leads away.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with one axis and the measure games.
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
        The sweep has more axes than one, or the scenario has no moves.
    """
    if "moves_probability" not in dataset:
        raise RequestError("the scenario has no moves of two sides that must agree (expected a section moves)")
    (lever,) = only_axes(dataset, 1, "equilibrium_path")
    rows, played = list(_rows(dataset, lever)), dataset["moves_count"].values[lever.order] > 0
    with page(ax, style, size=(7.6, 1.9 + 0.5 * max(len(rows), 2))) as here:
        _unplayed(here.ax, lever, played)
        for place, row in enumerate(rows):
            _row(here.ax, lever, row, y=-float(place), played=played)
        span = float(lever.levels[-1] - lever.levels[0])
        ends = (lever.levels[0] - 0.02 * span, lever.levels[-1] + 0.02 * span)
        here.ax.set(xlim=ends, ylim=(-max(len(rows), 1) + 0.4, 0.75))
        here.ax.set_yticks([-float(k) for k in range(len(rows))], labels=[row.name for row in rows])
        here.ax.tick_params(axis="y", length=0)
        here.ax.spines["left"].set_visible(False)
        number_axis(here.ax.xaxis, signed=lever.centred)
        here.ax.set_xlabel(short(lever.label, 80))
        _words(here, dataset, lever, rows)
    return here.ax


def _rows(dataset: xr.Dataset, lever: Lever) -> Iterator[_Row]:
    """Yield a row for each set of moves that some equilibrium plays, in the order of first appearance."""
    chances = dataset["moves_probability"].transpose(lever.name, "moves_equilibrium", "move").values[lever.order]
    played = np.nan_to_num(chances) > _SURE
    moves = [str(move) for move in dataset["move"].values]
    some = played.any(axis=2)
    pure = some & np.isclose(np.nanmax(np.where(played, chances, 1.0), axis=2), 1.0) & _one_each(played, moves)
    settled = pure.any(axis=1)
    patterns = dict.fromkeys(tuple(row) for level in played for row in level.tolist() if any(row))
    for pattern in patterns:
        here = (played == np.array(pattern)).all(axis=2)
        single = bool(_one_each(np.array([[pattern]]), moves)[0, 0])
        present = here.any(axis=1)
        name = _choice(dataset, pattern, moves)
        yield _Row(name, present, present & (settled == single), single)


def _one_each(played: Bools, moves: list[str]) -> Bools:
    """Say which equilibria play one move on every side."""
    owners = [move.partition(".")[0] for move in moves]
    sides = [played[..., [owner == name for owner in owners]].sum(axis=-1) for name in dict.fromkeys(owners)]
    return np.asarray(np.logical_and.reduce([side == 1 for side in sides]))


def _choice(dataset: xr.Dataset, pattern: tuple[bool, ...], moves: list[str]) -> str:
    labels = dict(zip(dataset["party"].values.tolist(), dataset["party_label"].values.tolist(), strict=True))
    words = _move_labels(dataset)
    sides: dict[str, list[str]] = {}
    for move, on in zip(moves, pattern, strict=True):
        if on:
            owner, _, name = move.partition(".")
            sides.setdefault(owner, []).append(words.get(move, name.replace("_", " ")))
    lines = [f"{short(str(labels.get(o, o)), 16)}: {short(' or '.join(names), 30)}" for o, names in sides.items()]
    return "\n".join(lines)


def _move_labels(dataset: xr.Dataset) -> dict[str, str]:
    if "move_label" not in dataset.coords:
        return {}
    return dict(zip(dataset["move"].values.tolist(), map(str, dataset["move_label"].values), strict=True))


def _unplayed(ax: Axes, lever: Lever, played: Bools) -> None:
    """Hatch where no equilibrium was found."""
    x = lever.levels
    half = (x[1:] + x[:-1]) / 2
    edges = np.concatenate([[x[0]], half, [x[-1]]])
    for first, last in _runs(~played):
        style: Look = {"facecolor": NO_DEAL, "hatch": "///", "edgecolor": "white", "linewidth": 0}
        ax.axvspan(edges[first], edges[last + 1], zorder=0, gid="none found", **style)


def _row(ax: Axes, lever: Lever, row: _Row, *, y: float, played: Bools) -> None:
    x = lever.levels
    ax.axhline(y, color=FAINT, linewidth=0.8, zorder=0)
    for first, last in _runs(row.present):
        ax.plot(x[first : last + 1], np.full(last - first + 1, y), color=QUIET, linewidth=1.2, zorder=1)
        if first > 0 and played[first - 1]:
            _end(ax, lever, (float(x[first]), y), "appears")
        if last < len(x) - 1 and played[last + 1]:
            _end(ax, lever, (float(x[last]), y), "vanishes")
    unstable = row.present & ~row.stable
    for mask, fill, kind in ((row.stable, PARTY_COLOURS[0], "stable"), (unstable, "white", "unstable")):
        shape: Look = {"marker": "o" if row.pure else "D", "markersize": 5.5 if row.pure else 4.5, "linestyle": "none"}
        gid = f"{kind} {y:g}"
        ax.plot(x[mask], np.full(int(mask.sum()), y), color=fill, markeredgecolor=INK, gid=gid, **shape)


def _end(ax: Axes, lever: Lever, spot: tuple[float, float], word: str) -> None:
    """Say beside the first or last mark of a run at which level it is; above it where there is no room beside."""
    share = (spot[0] - lever.levels[0]) / (lever.levels[-1] - lever.levels[0])
    before = word == "appears"
    cramped = share < 0.2 if before else share > 0.8
    place = (0, 8) if cramped else (-8, 0) if before else (8, 0)
    align = "left" if before == cramped else "right"
    style: Look = {"fontsize": 7.5, "color": INK, "path_effects": halo(), "textcoords": "offset points"}
    ax.annotate(
        f"{word} at {lever.text(spot[0])}", spot, place, ha=align, va="bottom" if cramped else "center", **style
    )


def _runs(present: Bools) -> Iterator[tuple[int, int]]:
    turns = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(int)))
    for first, after in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
        yield first, after - 1


def _words(here: Page, dataset: xr.Dataset, lever: Lever, rows: list[_Row]) -> None:
    counts = np.nan_to_num(dataset["moves_count"].values)
    name = short(lever.label, 40)
    how = "Filled: stable. Open: not, a small slip leads away. Round: one move each; diamond: mixed moves"
    how += "" if (counts > 0).all() else "\nHatched: none found, or some move would take a lever out of its range"
    title = f"{len(rows)} choices of moves are in equilibrium along {name}, at most {int(counts.max())} at once"
    if not rows:
        title = f"No equilibrium was found at any level of {name}"
    elif len(rows) == 1:
        title = f"The same moves are in equilibrium wherever {name} stands"
    here.words(title, how=how, source=sweep_source(dataset))
