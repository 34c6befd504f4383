"""Sweeps: many leverage points of a scenario as one labelled dataset."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import RequestError, shown
from sim.execution.executors import Engine, InProcess
from sim.execution.store import BlockStore, create_store, is_complete, open_store
from sim.model.arguments import flag_in, path_in, told
from sim.model.scenario import Scenario
from sim.space.share import DRAWS
from sim.sweeps.axes import Levels
from sim.sweeps.datasets import arrays_of, dataset, enter, faults_attribute, template
from sim.sweeps.estimates import check_size
from sim.sweeps.plans import Block, Plan, run_block
from sim.sweeps.requests import plan_of

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Progress", "finished", "read", "run_plan", "sweep"]


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


def sweep(
    scenario: Scenario | str,
    over: Mapping[str, Levels],
    measures: Iterable[str] | None = None,
    *,
    solutions: Iterable[str] | None = None,
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
    samples: int = DRAWS,
    block: int | None = None,
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
        Names of `sim.sweeps.measures.MEASURES`; by default all that the scenario has, but the share of outcomes where
        the space is compiled again, and those that are given on request only.
    solutions : iterable of str, optional
        Those to find; by default all solutions on the grid.
    leverage : mapping, optional
        Levels of variables that are not axes; the others stay at their defaults.
    set, lift_lines, sign, samples
        As for `sim.study`.
    block : int, optional
        Points of a block: what is worked out, and stored, at once; by default as many as the measures allow.
    engine : Engine, optional
        Where the blocks are worked out (see `sim.execution.executors`); in this process by default.
    store : str or path, optional
        A ``.zarr`` to keep blocks in as they are done; the dataset returned reads from it.
    resume : bool
        Go on with the store if there is one.
    progress : callable, optional
        Called with a `Progress` after every block. What it raises ends the sweep as a RequestError, but for an
        interrupt and the errors of this package, which pass; what was stored is kept.

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
        sign=sign,
        samples=samples,
        block=block,
    )
    place = None if store is None else path_in("store", store)
    going_on, follow = flag_in("resume", resume), told("progress", progress)
    if engine is not None and not callable(getattr(engine, "run", None)):
        raise RequestError(f"engine: {shown(engine)} (expected sim.LocalProcesses or sim.DaskCluster)")
    check_size(plan, stored=place is not None)
    return run_plan(plan, engine=engine, store=place, resume=going_on, progress=follow)


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
        arrays = arrays_of(plan)
        reasons: dict[int, str] = {}
        for block in _followed(plan, runs.run(work, range(plan.blocks)), (range(plan.blocks), progress)):
            enter(plan, arrays, block)
            reasons.update(block.reasons)
        return dataset(plan, arrays, reasons)
    kept = _opened(plan, store, resume)
    left = kept.left()
    for block in _followed(plan, runs.run(work, left), (left, progress)):
        kept.write(block.number, plan.place(block.number), block.arrays, block.reasons)
    kept.finish()
    return read(kept.path)


def _opened(plan: Plan, store: str | Path, resume: bool) -> BlockStore:
    frame = dataclasses.replace(template(plan), explain=faults_attribute)
    return open_store(store, frame) if resume and Path(store).exists() else create_store(store, frame)


def finished(path: str | Path) -> bool:
    """Say whether a path holds the store of a finished sweep."""
    return Path(path).exists() and is_complete(path)


def read(path: str | Path) -> xr.Dataset:
    """Return the dataset of a store; values are read when they are used."""
    import xarray as xr

    found: xr.Dataset = xr.open_zarr(str(path), chunks=None)
    return found


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
