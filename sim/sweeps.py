"""Sweeps: many leverage points of a scenario as one labelled dataset."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.axes import Axis, Levels, Span, find_axes, points_of, size_of
from sim.datasets import RESERVED, all_variables, arrays_of, dataset, enter, faults_attribute, template
from sim.errors import RequestError, SizeError
from sim.executors import Engine, InProcess
from sim.game import compile
from sim.measures import GRID_SOLUTIONS, MEASURES, Layout
from sim.model.names import suggest
from sim.model.scenario import Scenario, lift, load, with_values
from sim.plans import BLOCK, Block, Plan, block_shape, run_block
from sim.space.share import DRAWS
from sim.store import BlockStore, create_store, is_complete, open_store
from sim.terms import leverage_levels

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MEMORY", "MOST_POINTS", "Estimate", "Progress", "estimate", "finished", "plan_of", "read", "run_plan", "sweep"]

MOST_POINTS = 100_000_000
MEMORY = 8 * 2**30
_PROBE = 256


@dataclass(frozen=True)
class Progress:
    """How far a sweep is.

    Attributes
    ----------
    points, of : int
        Points that are done, and all there are.
    kept : int
        Those that an earlier run had done.
    failed : int
        Cells among those of this run whose scenario is not sound.
    """

    points: int
    of: int
    kept: int
    failed: int


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take in one process.

    Attributes
    ----------
    points : int
    seconds : float
        From a probe of a few points.
    bytes : int
        Of the results.
    """

    points: int
    seconds: float
    bytes: int

    def __str__(self) -> str:
        return f"{self.points:,} points would take about {_duration(self.seconds)} and {_size(self.bytes)}"


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {unit}"
    return f"{seconds:.0f} seconds" if seconds >= 1 else "a second"


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"


def sweep(
    scenario: Scenario | str,
    over: Mapping[str, Levels],
    measures: Iterable[str] | None = None,
    *,
    solutions: Iterable[str] | None = None,
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    samples: int = DRAWS,
    block: int = BLOCK,
    engine: Engine | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> xr.Dataset:
    """Work out a scenario at every combination of some levels.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    over : mapping
        Levels by leverage variable or by the path of any number, such as ``parties.ukraine.no_deal.war.cost``. Paths
        that reach only what the parties have without a deal are as fast as leverage; for any other the space is
        compiled again for each distinct value.
    measures : iterable of str, optional
        Names of `sim.measures.MEASURES`; by default all that the scenario has, but the share of outcomes where the
        space is compiled again, and those that are given on request only.
    solutions : iterable of str, optional
        Those to find; by default all solutions on the grid.
    leverage : mapping, optional
        Levels of variables that are not axes; the others stay at their defaults.
    set, lift_lines, samples
        As for `sim.study`.
    block : int
        Points of a block: what is worked out, and stored, at once.
    engine : Engine, optional
        Where the blocks are worked out (see `sim.executors`); in this process by default.
    store : str or path, optional
        A ``.zarr`` to keep blocks in as they are done; the dataset returned reads from it.
    resume : bool
        Go on with the store if there is one.
    progress : callable, optional
        Called with a `Progress` after every block.

    Returns
    -------
    xarray.Dataset
        Dimensions named by axis, in the order given.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist or is not allowed, or the sweep is too large.
    EngineLost
        The engine died; what was stored is kept.
    """
    plan = plan_of(
        scenario,
        over,
        measures,
        solutions=solutions,
        leverage=leverage,
        set=set,
        lift_lines=lift_lines,
        samples=samples,
        block=block,
    )
    check_size(plan, stored=store is not None)
    return run_plan(plan, engine=engine, store=store, resume=resume, progress=progress)


def plan_of(
    scenario: Scenario | str,
    over: Mapping[str, Levels],
    measures: Iterable[str] | None = None,
    *,
    solutions: Iterable[str] | None = None,
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    samples: int = DRAWS,
    block: int = BLOCK,
) -> Plan:
    """Return the plan of a sweep; see `sweep` for the parameters and what is raised."""
    if samples < 1 or block < 1:
        raise RequestError(f"samples: {samples}, block: {block} (expected at least 1 of each)")
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    scenario = lift(with_values(scenario, set or {}), lift_lines)
    points = points_of(over)
    if not points:
        empty = [name for name, levels in over.items() if not size_of(levels)]
        where = f" on {', '.join(empty)}" if empty else ""
        raise RequestError(f"0 points would take no time and no space: there are no levels{where} (expected some)")
    game = compile(scenario)
    fixed = {name: float(level) for name, level in (leverage or {}).items()}
    both = [name for name in fixed if name in over]
    if both:
        raise RequestError(f"{both[0]}: a level and an axis (expected one of the two)")
    leverage_levels(game, fixed)
    layout = Layout(game, _known(solutions, GRID_SOLUTIONS, "solution"))
    if points > MOST_POINTS:
        few = {name: _few(levels) for name, levels in over.items()}
        axes = find_axes(scenario, few, taken=RESERVED)
        small = Plan(scenario, axes, fixed, _measures(layout, measures, axes), layout.solutions, samples, ())
        raise SizeError(f"{estimate(small, points)} (expected at most {MOST_POINTS:,} points; use fewer levels)")
    axes = find_axes(scenario, over, taken=RESERVED)
    chosen = _measures(layout, measures, axes)
    plan = Plan(scenario, axes, fixed, chosen, layout.solutions, samples, block_shape(axes, block))
    find_axes(scenario, over, taken=(*RESERVED, *plan.variables, *plan.coordinates))
    return plan


def _few(levels: Levels) -> Levels:
    if isinstance(levels, Span):
        return Span(levels.low, levels.high, min(levels.count, 16))
    return np.asarray(levels, dtype=np.float64).ravel()[:16]


def _known(given: Iterable[str] | None, known: Sequence[str], what: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(known if given is None else given))
    unknown = [name for name in names if name not in known]
    if unknown:
        raise RequestError("\n".join(f"no {what} {name!r} {suggest(name, known)}" for name in unknown))
    return names


def _measures(layout: Layout, given: Iterable[str] | None, axes: tuple[Axis, ...]) -> tuple[str, ...]:
    names = _known(given, tuple(MEASURES), "measure")
    deep = any(axis.kind == "compile" for axis in axes)
    if given is None:
        names = tuple(
            name
            for name in names
            if not MEASURES[name].on_request
            and MEASURES[name].absent(layout) is None
            and not (deep and name == "share")
        )
    reasons = {name: MEASURES[name].absent(layout) for name in names}
    faults = [f"{name}: {reason}" for name, reason in reasons.items() if reason is not None]
    if deep and "levels" in names:
        faults.append("levels: an axis makes new spaces, whose levels may differ (expected axes on the compiled space)")
    if faults:
        raise RequestError("\n".join(faults))
    return tuple(name for name in MEASURES if name in ("gap", *names))


def bytes_of(plan: Plan, points: int) -> int:
    """Return the size of the results of a number of points."""
    sizes = {"f8": 8, "i4": 4, "bool": 1}
    each = 0
    for variable in all_variables(plan).values():
        each += sizes[variable.dtype] * int(np.prod([len(plan.coordinates[dim]) for dim in variable.dims], dtype=int))
    return each * points


def estimate(plan: Plan, points: int | None = None) -> Estimate:
    """Return what a plan would take in one process, from a probe of a few of its points.

    Parameters
    ----------
    plan : Plan
    points : int, optional
        Points to speak of instead of the plan's own; those of the plan are then only a sample.
    """
    total = int(np.prod(plan.shape, dtype=np.int64)) if points is None else points
    probe = Plan(
        plan.scenario,
        plan.axes,
        plan.leverage,
        plan.measures,
        plan.solutions,
        plan.samples,
        block_shape(plan.axes, min(_PROBE, total)),
    )
    seconds = np.inf
    for _ in range(2):
        start = time.perf_counter()
        run_block(probe, 0)
        seconds = min(seconds, time.perf_counter() - start)
    done = int(np.prod([part.stop - part.start for part in probe.place(0)], dtype=np.int64))
    return Estimate(total, seconds * total / done, bytes_of(plan, total))


def check_size(plan: Plan, *, stored: bool) -> None:
    """Raise SizeError where the results would not fit into memory; a store holds any number of them."""
    points = int(np.prod(plan.shape, dtype=np.int64))
    if not stored and bytes_of(plan, points) > MEMORY:
        raise SizeError(
            f"{estimate(plan)}, more than the {_size(MEMORY)} that are held in memory (expected a .zarr output, fewer "
            "measures or fewer levels)"
        )


def run_plan(
    plan: Plan,
    *,
    engine: Engine | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> xr.Dataset:
    """Work out a plan; see `sweep` for the parameters and what is raised."""
    work = functools.partial(run_block, plan)
    runs = engine or InProcess()
    if store is None:
        arrays, reasons = arrays_of(plan), {}
        for block in _followed(plan, runs.run(work, range(plan.blocks)), (range(plan.blocks), progress)):
            enter(plan, arrays, block)
            reasons.update(block.reasons)
        return dataset(plan, arrays, reasons)
    kept = _opened(plan, store, resume)
    left = kept.left()
    for block in _followed(plan, runs.run(work, left), (left, progress)):
        kept.write(block.number, plan.place(block.number), block.arrays, block.reasons)
    if not kept.complete:
        kept.finish(faults_attribute(kept.reasons()))
    return read(kept.path)


def _opened(plan: Plan, store: str | Path, resume: bool) -> BlockStore:
    frame = template(plan)
    return open_store(store, frame) if resume and Path(store).exists() else create_store(store, frame)


def finished(path: str | Path) -> bool:
    """Say whether a path holds the store of a finished sweep."""
    return Path(path).exists() and is_complete(path)


def read(path: str | Path) -> xr.Dataset:
    """Return the dataset of a store; values are read when they are used."""
    import xarray as xr

    return xr.open_zarr(str(path), chunks=None)


def _followed(
    plan: Plan, blocks: Iterable[Block], follow: tuple[Sequence[int], Callable[[Progress], None] | None]
) -> Iterable[Block]:
    """Yield blocks, telling how far the sweep is after each was dealt with."""
    left, tell = follow
    total = int(np.prod(plan.shape, dtype=np.int64))
    kept = total - sum(_points(plan, number) for number in left)
    done, failed = kept, 0
    for block in blocks:
        yield block
        done += _points(plan, block.number)
        failed += int(np.count_nonzero(block.arrays["fault"]))
        if tell is not None:
            tell(Progress(done, total, kept, failed))


def _points(plan: Plan, number: int) -> int:
    return int(np.prod([part.stop - part.start for part in plan.place(number)], dtype=np.int64))
