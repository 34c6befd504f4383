"""Red lines as masks: which levels of some issues a line allows, and all where its condition fails."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model.issues import near_level
from sim.model.parties import Bounds, RedLine
from sim.space.blocks import Mask

__all__ = ["line_mask"]

Levels = tuple[float, ...] | tuple[str, ...]


def line_mask(line: RedLine, levels: Mapping[str, Levels]) -> Mask:
    """Return a red line as the combinations it allows: all where its condition fails."""
    names = list(levels)
    crossed = ~_accepted(line, levels[line.issue])
    scope = [names.index(line.issue)]
    for issue, condition in line.when.items():
        holds = _holds(condition, levels[issue])
        crossed = crossed[..., None] & holds
        scope.append(names.index(issue))
    return Mask(tuple(scope), ~crossed)


def _accepted(line: RedLine, levels: Levels) -> NDArray[np.bool_]:
    result = _holds(Bounds(min=line.min, max=line.max), levels)
    if line.forbid is not None:
        result &= ~_among(line.forbid, levels)
    if line.allow is not None:
        result &= _among(line.allow, levels)
    return result


def _holds(condition: Any, levels: Levels) -> NDArray[np.bool_]:
    if not isinstance(condition, Bounds):
        return _among(condition, levels)
    if not levels or isinstance(levels[0], str):
        return np.ones(len(levels), dtype=bool)
    numbers: list[float] = [float(level) for level in levels]
    # A bound may lie between levels: it is compared with them as it stands, and float noise by place.
    low = 0 if condition.min is None else _place(numbers, condition.min, bisect_left)
    high = len(numbers) if condition.max is None else _place(numbers, condition.max, bisect_right)
    place = np.arange(len(numbers))
    return np.asarray((place >= low) & (place < high))


def _place(numbers: list[float], bound: float, side: Callable[[list[float], float], int]) -> int:
    near = near_level(numbers, bound)
    return side(numbers, bound if near is None else numbers[near])


def _among(chosen: Sequence[Any], levels: Levels) -> NDArray[np.bool_]:
    if levels and isinstance(levels[0], str):
        named = set(chosen)
        return np.array([level in named for level in levels])
    numbers = [float(level) for level in levels]
    places = {near_level(numbers, level) for level in chosen}
    return np.array([k in places for k in range(len(numbers))], dtype=bool)
