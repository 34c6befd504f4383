"""Equilibria along a lever: which moves are in equilibrium, and where equilibria appear and vanish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.plots.labels import label_points, short
from sim.plots.points import Lever, only_axes, sweep_source
from sim.plots.scales import lever_axis
from sim.plots.style import FAINT, INK, NO_DEAL, PARTY_COLOURS, QUIET, Look, Page, Style, page
from sim.sweeps.findings.branches import equilibrium_branches, equilibrium_turns

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["equilibrium_path"]

Bools = NDArray[np.bool_]
_SURE = 1e-9
_MANY = 4
_LINE = 0.2


@dataclass(frozen=True, eq=False)
class _Row:
    """The same moves played, whatever their chances.

    Attributes
    ----------
    name : str
    moves : frozenset of str
    present, unstable : ndarray of bool, shape (levels,)
        Where an equilibrium plays them, and where it has index -1.
    pure : bool
        Whether every side plays one move.
    """

    name: str
    moves: frozenset[str]
    present: Bools
    unstable: Bools
    pure: bool


def equilibrium_path(dataset: xr.Dataset, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw all equilibria of the leverage game along a sweep of one lever.

    A row holds the equilibria that play the same moves: round marks one move on each side, diamonds mixed moves. An
    open mark has index -1 (see `sim.theory.strategic.index`), so a small slip leads away from it. Lines join what
    `sim.equilibrium_branches` counts as one equilibrium, and `sim.equilibrium_turns` says where one appears or
    vanishes.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with one axis and the measure games; without its variable ``moves_index`` no mark is open.
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
        The sweep has more axes than one, the scenario has no moves, or the page is too small for three sides in a row.
    """
    if "moves_probability" not in dataset:
        raise RequestError("the scenario has no moves of two sides that must agree (expected a section moves)")
    (lever,) = only_axes(dataset, 1, "equilibrium_path")
    rows, counts = list(_rows(dataset, lever)), dataset["moves_count"].values[lever.order]
    lines = max((row.name.count("\n") + 1 for row in rows), default=1)
    size = (7.6, 1.9 + max(0.5, _LINE * lines) * max(len(rows), 2))
    with page(ax, style, size=size, full=lines > 2) as here:
        _empty(here.ax, lever, counts == 0, gid="none found", hatch="///")
        _empty(here.ax, lever, np.isnan(counts), gid="not worked out", hatch="xx")
        _today(here.ax, lever)
        _branches(here.ax, dataset, lever, rows)
        for place, row in enumerate(rows):
            _marks(here.ax, lever, row, y=-float(place))
        span = float(lever.levels[-1] - lever.levels[0])
        ends = (lever.levels[0] - 0.02 * span, lever.levels[-1] + 0.02 * span)
        here.ax.set(xlim=ends, ylim=(-max(len(rows), 1) + 0.4, 0.75))
        here.ax.set_yticks([-float(k) for k in range(len(rows))], labels=[row.name for row in rows])
        here.ax.tick_params(axis="y", length=0)
        here.ax.spines["left"].set_visible(False)
        lever_axis(here.ax.xaxis, lever)
        _words(here, dataset, lever, rows)
        _turns(here.ax, dataset, lever, rows)
    return here.ax


def _played(dataset: xr.Dataset, lever: Lever) -> Bools:
    """Return which moves each equilibrium plays, shape (levels, equilibria, moves)."""
    chances = dataset["moves_probability"].transpose(lever.name, "moves_equilibrium", "move").values[lever.order]
    return np.asarray(np.nan_to_num(chances) > _SURE)


def _rows(dataset: xr.Dataset, lever: Lever) -> Iterator[_Row]:
    """Yield a row for each set of moves that some equilibrium plays, in the order of first appearance."""
    played = _played(dataset, lever)
    moves = [str(move) for move in dataset["move"].values]
    slips = np.zeros(played.shape[:2], dtype=bool)
    if "moves_index" in dataset:
        slips = dataset["moves_index"].transpose(lever.name, "moves_equilibrium").values[lever.order] < 0
    patterns = dict.fromkeys(tuple(row) for level in played for row in level.tolist() if any(row))
    for pattern in patterns:
        here = (played == np.array(pattern)).all(axis=2)
        single = bool(_one_each(np.array([[pattern]]), moves)[0, 0])
        some = frozenset(move for move, on in zip(moves, pattern, strict=True) if on)
        name = _choice(dataset, pattern, moves)
        yield _Row(name, some, here.any(axis=1), (here & slips).any(axis=1), single)


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


def _today(ax: Axes, lever: Lever) -> None:
    """Mark where the scenario itself stands."""
    if lever.default is None or not lever.levels[0] <= lever.default <= lever.levels[-1]:
        return
    ax.axvline(lever.default, color=QUIET, linewidth=1.0, linestyle=":", zorder=0, gid="default")
    right = lever.default > (lever.levels[0] + lever.levels[-1]) / 2
    style: Look = {"textcoords": "offset points", "va": "top", "ha": "right" if right else "left", "fontsize": 7.5}
    ax.annotate("as in the scenario", (lever.default, 0.75), (-3 if right else 3, -1), color=QUIET, **style)


def _empty(ax: Axes, lever: Lever, where: Bools, *, gid: str, hatch: str) -> None:
    """Hatch the levels without an equilibrium."""
    x = lever.levels
    half = (x[1:] + x[:-1]) / 2
    edges = np.concatenate([[x[0]], half, [x[-1]]])
    for first, last in _runs(where):
        style: Look = {"facecolor": NO_DEAL, "hatch": hatch, "edgecolor": "white", "linewidth": 0}
        ax.axvspan(edges[first], edges[last + 1], zorder=0, gid=gid, **style)


def _marks(ax: Axes, lever: Lever, row: _Row, *, y: float) -> None:
    x = lever.levels
    ax.axhline(y, color=FAINT, linewidth=0.8, zorder=0)
    for mask, fill, kind in (
        (row.present & ~row.unstable, PARTY_COLOURS[0], "filled"),
        (row.unstable, "white", "open"),
    ):
        shape: Look = {"marker": "o" if row.pure else "D", "markersize": 5.5 if row.pure else 4.5, "linestyle": "none"}
        gid = f"{kind} {y:g}"
        ax.plot(x[mask], np.full(int(mask.sum()), y), color=fill, markeredgecolor=INK, gid=gid, **shape)


def _branches(ax: Axes, dataset: xr.Dataset, lever: Lever, rows: list[_Row]) -> None:
    """Join the marks of one equilibrium from level to level, also where it begins or ceases to play some move."""
    numbers = equilibrium_branches(dataset, lever.name).transpose(lever.name, "moves_equilibrium").values[lever.order]
    played, moves = _played(dataset, lever), [str(move) for move in dataset["move"].values]
    heights = {tuple(move in row.moves for move in moves): -float(k) for k, row in enumerate(rows)}
    for branch in range(int(numbers.max(initial=-1)) + 1):
        levels, places = np.nonzero(numbers == branch)
        y = [heights[tuple(played[level, place].tolist())] for level, place in zip(levels, places, strict=True)]
        ax.plot(lever.levels[levels], y, color=QUIET, linewidth=1.2, zorder=1, gid=f"branch {branch}")


def _turns(ax: Axes, dataset: xr.Dataset, lever: Lever, rows: list[_Row]) -> None:
    """Say where an equilibrium appears or vanishes, as far as there is room beside its marks."""
    heights = {row.moves: -float(k) for k, row in enumerate(rows)}
    words: dict[tuple[float, float], str] = {}
    for turn in equilibrium_turns(dataset, lever.name):
        for level, some, word in ((turn.low, turn.vanish, "vanishes"), (turn.high, turn.appear, "appears")):
            for moves in some:
                played = frozenset(f"{party}.{move}" for party, own in moves.items() for move in own)
                spot = level, heights[played]
                words[spot] = f"{'only' if spot in words else word} at {lever.text(level)}"
    dots = [(level, -float(k)) for k, row in enumerate(rows) for level in lever.levels[row.present].tolist()]
    label_points(ax, list(words), list(words.values()), mark=3.5, dots=dots, size=7.5, near=True)


def _runs(present: Bools) -> Iterator[tuple[int, int]]:
    turns = np.flatnonzero(np.diff(np.concatenate([[False], present, [False]]).astype(int)))
    for first, after in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
        yield first, after - 1


def _words(here: Page, dataset: xr.Dataset, lever: Lever, rows: list[_Row]) -> None:
    raw = dataset["moves_count"].values
    counts = np.nan_to_num(raw)
    name = short(lever.label, 40)
    movers = {str(move).partition(".")[0] for move in dataset["move"].values}
    kinds = "Round: one move on each side; diamond: mixed moves"
    kinds += "" if len(movers) == 2 else " (some in which three or more sides mix may be missing)"
    how = f"A row: the same moves played. {kinds}"
    how += ". Open: a small slip leads away" if any(row.unstable.any() for row in rows) else ""
    how += ". Levels: where there is room" if len(equilibrium_turns(dataset, lever.name)) > _MANY else ""
    nothing = {"hatched: none was found": bool((raw == 0).any()), "crossed: not worked out": bool(np.isnan(raw).any())}
    lacking = "; ".join(words for words, there in nothing.items() if there)
    how += f"\n{lacking[:1].upper()}{lacking[1:]}" if lacking else ""
    title = f"{len(rows)} choices of moves hold somewhere along {name}, at most {int(counts.max())} at once"
    if not rows:
        title = f"No choice of moves that holds was found at any level of {name}"
    elif len(rows) == 1:
        title = f"The same moves hold at every level of {name}"
        title += "" if (counts > 0).all() else " that was solved"
    here.words(title, how=how, source=sweep_source(dataset))
