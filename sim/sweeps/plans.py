"""A sweep as a plan: what is asked, cut into blocks that any process can work out by themselves.

Every number of a block follows from the plan and the block's number alone, so order and engine do not matter.
"""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError, SimError
from sim.game.compiled import Game, compile
from sim.game.terms import Terms, leverage_levels, terms
from sim.model.scenario import Scenario, with_values
from sim.sweeps.axes import Axis, with_samples
from sim.sweeps.batch.batch import Batch, Compiled
from sim.sweeps.measures import MEASURES, Layout, Variables
from sim.sweeps.measures.record import DOUBT, RESOLUTION

__all__ = ["BLOCK", "FILL", "Block", "Plan", "block_shape", "compiled", "forget", "run_block"]

BLOCK = 1 << 14
_MOST_COMPILED = 32
FILL = {"f8": np.nan, "i4": 0, "bool": False}
_CACHE: OrderedDict[tuple[Any, ...], Compiled | str] = OrderedDict()
_CACHED = 8
_LOCK = Lock()
_TERMS = ("reservation", "disagreement", "power", "patience")
_DERIVED = ("base", "game", "layout", "variables", "coordinates")
Place = tuple[slice, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """What a sweep asks.

    Attributes
    ----------
    scenario : Scenario
        As asked for: with its values set and its red lines lifted.
    axes : tuple of Axis
        In the order of the dimensions.
    leverage : dict of str to float
        Levels of variables that are not axes.
    measures, solutions : tuple of str
    samples : int
        Draws for the share of a space too large to count.
    chunk : tuple of int
        Points of a block along each axis.
    sign : tuple of str
        Parties that sign besides those whose consent is needed.
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    leverage: Mapping[str, float]
    measures: tuple[str, ...]
    solutions: tuple[str, ...]
    samples: int
    chunk: tuple[int, ...]
    sign: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """How many levels each axis has."""
        return tuple(len(axis) for axis in self.axes)

    @property
    def grid(self) -> tuple[int, ...]:
        """How many blocks there are along each axis."""
        return tuple(math.ceil(n / size) for n, size in zip(self.shape, self.chunk, strict=True))

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return math.prod(self.grid)

    @cached_property
    def base(self) -> Scenario:
        """The scenario that points are made from: some level of every axis that its file leaves out is there."""
        return with_samples(self.scenario, self.axes)

    @cached_property
    def game(self) -> Game:
        """That scenario, compiled."""
        return compile(self.base, signers=self.sign)

    @cached_property
    def layout(self) -> Layout:
        """What the shapes of results depend on."""
        return Layout(self.game, self.solutions)

    @cached_property
    def variables(self) -> Variables:
        """The results of every measure."""
        found = {k: v for name in self.measures for k, v in MEASURES[name].variables(self.layout).items()}
        return found | {"resolution": RESOLUTION}

    @cached_property
    def coordinates(self) -> dict[str, Sequence[Any]]:
        """The coordinates of the dimensions that are not axes."""
        found: dict[str, Sequence[Any]] = {"party": self.game.parties, "issue": self.game.issues}
        for name in self.measures:
            found |= MEASURES[name].coordinates(self.layout)
        used = {dim for variable in self.variables.values() for dim in variable.dims}
        return {dim: values for dim, values in found.items() if dim in used}

    def place(self, number: int) -> Place:
        """Return the part of the grid of points that a block covers."""
        corner = np.unravel_index(number, self.grid)
        return tuple(
            slice(int(k) * size, min((int(k) + 1) * size, n))
            for k, size, n in zip(corner, self.chunk, self.shape, strict=True)
        )

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in _DERIVED}


@dataclass(frozen=True, eq=False)
class Block:
    """The results of one block.

    Attributes
    ----------
    number : int
    arrays : dict of str to ndarray
        Each variable over the block's part of the grid, and ``fault``: 0, or the code of why the cell failed.
    reasons : dict of int to str
        By code.
    """

    number: int
    arrays: Mapping[str, NDArray[Any]]
    reasons: Mapping[int, str] = field(default_factory=dict)


def block_shape(axes: tuple[Axis, ...], points: int = BLOCK, *, compilations: int = _MOST_COMPILED) -> tuple[int, ...]:
    """Return how far a block reaches along each axis: few recompilations, then as many points as fit.

    Examples
    --------
    >>> levels = np.arange(1000.0)
    >>> axes = [Axis(kind, levels, kind, "", "") for kind in ("compile", "leverage")]
    >>> block_shape(tuple(axes)), block_shape((axes[1], axes[1]))
    ((16, 1000), (16, 1000))
    """
    sizes = [1] * len(axes)
    order = sorted(range(len(axes)), key=lambda k: (axes[k].kind == "compile", -k))
    room = max(1, points)
    for k in order:
        deep = axes[k].kind == "compile"
        sizes[k] = max(1, min(len(axes[k]), room, compilations if deep else room))
        room //= sizes[k]
        compilations //= sizes[k] if deep else 1
    return tuple(sizes)


def run_block(plan: Plan, number: int) -> Block:
    """Work out one block of a plan."""
    place = plan.place(number)
    inside = tuple(part.stop - part.start for part in place)
    arrays = {
        name: np.full((*inside, *_extra(plan, name)), FILL[v.dtype], v.dtype) for name, v in plan.variables.items()
    }
    arrays["fault"] = np.zeros(inside, dtype="i4")
    reasons: dict[int, str] = {}
    for values, cells in _spaces(plan, place):
        found = compiled(plan, values)
        reason = found if isinstance(found, str) else _fill(plan, place, (found, cells), (arrays, reasons))
        if reason is not None:
            arrays["fault"][cells] = _note(reasons, reason)
    return Block(number, arrays, reasons)


def _extra(plan: Plan, variable: str) -> tuple[int, ...]:
    return tuple(len(plan.coordinates[dim]) for dim in plan.variables[variable].dims)


def _note(reasons: dict[int, str], text: str) -> int:
    """Return the code of a reason: the same in every block and process."""
    code = crc32(text.encode()) & 0x7FFFFFFF or 1
    reasons[code] = text
    return code


def _spaces(plan: Plan, place: Place) -> Iterator[tuple[dict[str, float], tuple[Any, ...]]]:
    """Yield the values that make a space, and which cells of the block share it."""
    deep = [k for k, axis in enumerate(plan.axes) if axis.kind == "compile"]
    for chosen in itertools.product(*(range(place[k].stop - place[k].start) for k in deep)):
        at = dict(zip(deep, chosen, strict=True))
        values = {plan.axes[k].name: float(plan.axes[k].levels[place[k].start + n]) for k, n in at.items()}
        yield values, tuple(at.get(k, slice(None)) for k in range(len(plan.axes)))


def compiled(plan: Plan, values: Mapping[str, float]) -> Compiled | str:
    """Return the compiled scenario with some values set, or why there is none; the latest few are kept."""
    key = (plan.base.sha256, plan.base.origin, plan.base.lifted, plan.sign, *sorted(values.items()))
    with _LOCK:
        if (kept := _CACHE.get(key)) is not None:
            _CACHE.move_to_end(key)
            return kept
    found = _compile(plan, values)
    with _LOCK:
        _CACHE[key] = found
        _CACHE.move_to_end(key)
        while len(_CACHE) > _CACHED:
            _CACHE.popitem(last=False)
    return found


def forget() -> None:
    """Drop the compiled scenarios that are kept."""
    with _LOCK:
        _CACHE.clear()


def _compile(plan: Plan, values: Mapping[str, float]) -> Compiled | str:
    try:
        found = Compiled(compile(with_values(plan.base, values), signers=plan.sign) if values else plan.game)
        leverage_levels(found.game, plan.leverage)
        _ = found.folded
    except ScenarioError as error:
        return "\n".join(dict.fromkeys(f"{fault.path or fault.file}: {fault.message}" for fault in error.faults))
    except SimError as error:
        return str(error)
    return found


def _fill(
    plan: Plan, place: Place, source: tuple[Compiled, tuple[Any, ...]], into: tuple[dict[str, Any], dict[int, str]]
) -> str | None:
    """Enter the results of all points that share a space; return why all of them failed, if they did."""
    (space, cells), (arrays, reasons) = source, into
    try:
        given = leverage_levels(space.game, {**plan.leverage, **_levels(plan, place, "leverage")})
    except SimError as error:
        return str(error)
    numbers = _levels(plan, place, "number")
    found = terms(space.game, given, numbers=numbers)
    shape = arrays["fault"][cells].shape
    size = math.prod(shape)
    faults = np.zeros(size, dtype="i4")
    for message, mask in found.illegal.items():
        first = np.broadcast_to(mask, (size,)) & (faults == 0)
        if first.any():
            faults[first] = _note(reasons, _without_number(message))
    legal = np.flatnonzero(faults == 0)
    arrays["fault"][cells] = faults.reshape(shape)
    own = [_rows(getattr(found, part), size, legal) for part in _TERMS]
    batch = Batch(
        space,
        {name: _rows(levels, size, legal) for name, levels in given.items()},
        {name: _rows(levels, size, legal) for name, levels in numbers.items()},
        Terms(own[0], own[1], own[2], own[3]),
        plan.measures,
        plan.solutions,
        plan.samples,
    )
    for name, values in _measured(plan, batch) if len(legal) else ():
        flat = np.full((size, *values.shape[1:]), FILL[plan.variables[name].dtype], arrays[name].dtype)
        flat[legal] = values
        arrays[name][cells] = flat.reshape((*shape, *values.shape[1:]))
    return None


def _measured(plan: Plan, batch: Batch) -> Iterator[tuple[str, NDArray[Any]]]:
    doubt = np.zeros(len(batch))
    for name in plan.measures:
        found = dict(MEASURES[name].compute(batch))
        doubt = np.maximum(doubt, found.pop(DOUBT, 0.0))
        yield from found.items()
    yield DOUBT, np.maximum(doubt, batch.resolution)


def _rows(values: Any, size: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    array = array[None] if array.ndim == 0 else array
    return np.ascontiguousarray(np.broadcast_to(array, (size, *array.shape[1:]))[rows])


def _without_number(message: str) -> str:
    """Return a message of an illegal number without the number: other cells fail for the same reason."""
    path, _, rest = message.partition(": ")
    return f"{path}: not allowed {rest[rest.index('at this leverage') :]}" if "at this leverage" in rest else message


def _levels(plan: Plan, place: Place, kind: str) -> dict[str, NDArray[np.float64]]:
    """Return the levels of one kind of axis at every point of the block that shares a space, shape (G,)."""
    shallow = [k for k, axis in enumerate(plan.axes) if axis.kind != "compile"]
    parts = [plan.axes[k].levels[place[k]] for k in shallow]
    grids = np.meshgrid(*parts, indexing="ij") if parts else []
    return {
        plan.axes[k].name: grid.ravel() for k, grid in zip(shallow, grids, strict=True) if plan.axes[k].kind == kind
    }
