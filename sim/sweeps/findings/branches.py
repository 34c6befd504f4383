"""Equilibria of the leverage game followed along an axis of a sweep: where each appears, vanishes or gives way."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.sweeps.findings.crossings import axes_of, axis_of
from sim.theory.strategic.following import Branches, follow

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Moves", "Turn", "equilibrium_branches", "equilibrium_turns"]

Moves = Mapping[str, Mapping[str, float]]
_PLAYED = 1e-9


@dataclass(frozen=True)
class Turn:
    """Between two neighbouring levels of an axis some equilibria vanish and others appear; both at once: a switch.

    Attributes
    ----------
    axis : str
    low, high : float
        The levels.
    vanish, appear : tuple of dict
        By party, the moves that the equilibrium plays with their probabilities, at the level where it is seen last
        or first.
    """

    axis: str
    low: float
    high: float
    vanish: tuple[Moves, ...]
    appear: tuple[Moves, ...]


def equilibrium_branches(dataset: xr.Dataset, along: str) -> xr.DataArray:
    """Number the equilibria of the leverage game so that one that only moves a little keeps its number.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with the measure games.
    along : str
        The axis to follow them along.

    Returns
    -------
    xarray.DataArray
        Shape of ``moves_probability`` less ``move``: the branch of each equilibrium, counted from 0 along each line of
        the axis separately; -1 where there is no equilibrium.

    Raises
    ------
    RequestError
        It is not an axis, or the scenario has no moves.
    """
    import xarray as xr

    chances = _chances(dataset, along)
    order = np.argsort(dataset[along].values, kind="stable")
    numbers = np.full(chances.shape[:-1], -1, dtype=np.int64)
    for line in np.ndindex(*chances.shape[:-3]):
        place, found = _followed(chances.values[line][order])
        numbers[(*line, order[place[0]], place[1])] = found.branch
    result = xr.DataArray(numbers, dims=chances.dims[:-1], coords={d: dataset[d] for d in chances.dims[:-1]})
    ordered = dataset["moves_probability"].dims[:-1]
    return result.transpose(*ordered).assign_attrs(long_name=f"Leverage game: branch of the equilibrium along {along}")


def equilibrium_turns(dataset: xr.Dataset, along: str) -> tuple[Turn, ...]:
    """Return where equilibria appear and vanish along the only axis that is left of a sweep.

    Levels at which none was found are passed over: there some move would take a variable out of its range, or of
    three movers and more none was found.

    Parameters
    ----------
    dataset : xarray.Dataset
        A sweep with one axis and the measure games, or a line of one chosen with ``isel`` or ``sel``.
    along : str

    Raises
    ------
    RequestError
        It is not an axis, or the scenario has no moves.
    """
    chances = _chances(dataset, along)
    if chances.ndim > 3:
        raise RequestError(f"the sweep has the axes {', '.join(axes_of(dataset))} (expected {along} alone)")
    order = np.argsort(dataset[along].values, kind="stable")
    levels, values = dataset[along].values[order].tolist(), chances.values[order]
    place, found = _followed(values)
    named = [_named(chances, values[row, k]) for row, k in zip(*place, strict=True)]
    first, last = (_at(found, place[0], ends) for ends in (found.first, found.last))
    solved, result = set(place[0].tolist()), []
    for k, (low, high) in enumerate(itertools.pairwise(levels)):
        vanish = tuple(named[e] for e in last.get(k, ()))
        appear = tuple(named[e] for e in first.get(k + 1, ()))
        if (vanish or appear) and {k, k + 1} <= solved:
            result.append(Turn(along, low, high, vanish, appear))
    return tuple(result)


def _chances(dataset: xr.Dataset, along: str) -> xr.DataArray:
    """Return probabilities of moves, the followed axis before equilibria and moves."""
    axis_of(dataset, along)
    if "moves_probability" not in dataset:
        raise RequestError("no equilibria to follow (expected a scenario with moves and the measure games)")
    others = [name for name in axes_of(dataset) if name != along]
    return dataset["moves_probability"].transpose(*others, along, "moves_equilibrium", "move")


def _followed(chances: NDArray[np.float64]) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], Branches]:
    """Return where the equilibria of a line (levels, equilibria, moves) stand, and their branches."""
    there = np.isfinite(chances).all(axis=-1)
    place = np.nonzero(there)
    strategies = chances[there]
    return (place[0], place[1]), follow(place[0], strategies, strategies[:, :0])


def _at(found: Branches, row: NDArray[np.intp], ends: NDArray[np.intp]) -> dict[int, list[int]]:
    """Return, by place on the line, the equilibria at an end of their branch."""
    result: dict[int, list[int]] = {}
    for e in np.flatnonzero(ends[found.branch] == row).tolist():
        result.setdefault(int(row[e]), []).append(e)
    return result


def _named(chances: xr.DataArray, probabilities: NDArray[Any]) -> Moves:
    moves: dict[str, dict[str, float]] = {}
    for name, chance in zip(chances["move"].values.tolist(), probabilities.tolist(), strict=True):
        party, _, move = str(name).partition(".")
        if chance > _PLAYED:
            moves.setdefault(party, {})[move] = chance
    return moves
