"""Ensembles: many truths of a scenario as one labelled dataset."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.blocks import run_block
from sim.ensembles.plans import Plan, empty
from sim.ensembles.requests import plan_of
from sim.errors import RequestError, shown
from sim.execution.executors import Engine, InProcess
from sim.execution.store import Array, BlockStore, Template, create_store, open_store
from sim.model.arguments import flag_in, path_in, told
from sim.model.scenario import Scenario
from sim.sweeps.axes import Levels
from sim.sweeps.datasets import about_scenario, axes_text, issue_labels, leverage_text, origin_text
from sim.sweeps.plans import FILL
from sim.sweeps.sweep import Progress, read
from sim.version import __version__

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["ensemble", "run_plan", "sizes_of"]


def ensemble(
    scenario: Scenario | str,
    n: int,
    *,
    rng: int | np.random.Generator = 1,
    doubt: float | None = None,
    correlation: float = 0.0,
    leverage: Mapping[str, float] | None = None,
    over: Mapping[str, Levels] | None = None,
    deals: Mapping[str, Mapping[str, Any]] | None = None,
    solution: str = "nash",
    solved: int = 500,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
    block: int | None = None,
    engine: Engine | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> xr.Dataset:
    """Draw truths of a scenario, and say in which of them a zone exists and with what margin.

    Parameters
    ----------
    scenario : Scenario or str
        Or the path of its file.
    n : int
        How many truths.
    rng : int or numpy.random.Generator
        Everything follows from this number, or from one drawn from the generator; it is kept beside the results.
    doubt : float, optional
        Every assumption is known within this share only, in place of what the scenario states in `uncertain`. Where
        neither is there, each assumption is known within the doubt of its source (0.3 where none is given).
    correlation : float
        Between the parties' priorities, issue by issue; 0: independent, which manufactures trades.
    leverage : mapping, optional
        Levels by variable; the others stay at their defaults.
    over : mapping, optional
        Levels by leverage variable: the share of truths with a zone at every combination, for the same truths.
    deals : mapping, optional
        Deals by name, a level for every issue, whose worth to each signer is wanted in every truth.
    solution : str
        Whose deal is found in the first truths.
    solved : int
        How many these are: each takes a fold of its own.
    set, lift_lines, sign
        As for `sim.study`.
    block : int, optional
        Truths worked out, and stored, at once.
    engine, store, resume, progress
        As for `sim.sweep`.

    Returns
    -------
    xarray.Dataset
        Dimension ``truth``, with `exists`, `undecided`, `margin` (what a deal found has) and `margin_high` (no deal
        has more), `reservation`, `price`, `value` (dim input), and for the first truths `term`, `gain`, `surplus`; or
        the dimensions of `over`, with `share`, its exact interval, and quantiles of the margin.

    Raises
    ------
    ScenarioError, RequestError, SizeError
        Something named does not exist or is not allowed, or nothing is uncertain.
    EngineLost
        The engine died; what was stored is kept.

    Examples
    --------
    >>> found = ensemble("scenarios/teaching/fearon-crisis.yaml", 64, doubt=0.5)
    >>> dict(found.sizes)["truth"], bool((found.margin <= found.margin_high).all())
    (64, True)
    """
    plan = plan_of(
        scenario,
        n,
        rng=rng,
        doubt=doubt,
        correlation=correlation,
        leverage=leverage,
        over=over,
        deals=deals,
        solution=solution,
        solved=solved,
        set=set,
        lift_lines=lift_lines,
        sign=sign,
        block=block,
    )
    place = None if store is None else path_in("store", store)
    going_on, follow = flag_in("resume", resume), told("progress", progress)
    if engine is not None and not callable(getattr(engine, "run", None)):
        raise RequestError(f"engine: {shown(engine)} (expected sim.LocalProcesses or sim.DaskCluster)")
    return run_plan(plan, engine=engine, store=place, resume=going_on, progress=follow)


def run_plan(
    plan: Plan,
    *,
    engine: Engine | None = None,
    store: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> xr.Dataset:
    """Work out a plan; see `ensemble` for the parameters and what is raised."""
    import xarray as xr

    runs, work = engine or InProcess(), functools.partial(run_block, plan)
    kept = None if store is None else _opened(plan, store, resume=resume)
    left = list(range(plan.blocks)) if kept is None else kept.left()
    arrays = empty(plan) if kept is None else {}
    size = int(np.prod(plan.shape))
    done = already = size - sum(_points(plan, number) for number in left)
    for block in runs.run(work, left):
        place = plan.place(block.number)
        if kept is not None:
            kept.write(block.number, place, block.arrays, {})
        for name, values in block.arrays.items() if kept is None else ():
            arrays[name][place] = values
        done += _points(plan, block.number)
        if progress is not None:
            progress(Progress(done, size, already, 0))
    if kept is not None:
        kept.finish()
        return read(kept.path)
    variables = {name: (_dims(plan, name), values, _about(plan, name)) for name, values in arrays.items()}
    return xr.Dataset(variables, _coordinates(plan), attributes(plan))


def _points(plan: Plan, number: int) -> int:
    return int(np.prod([part.stop - part.start for part in plan.place(number)], dtype=np.int64))


def _opened(plan: Plan, store: str | Path, *, resume: bool) -> BlockStore:
    frame = template(plan)
    return open_store(store, frame) if resume and Path(store).exists() else create_store(store, frame)


def sizes_of(plan: Plan) -> dict[str, int]:
    """Return the bytes of each result."""
    size = int(np.prod(plan.shape, dtype=object))
    each = {name: int(np.prod([len(plan.coordinates[d]) for d in v.dims])) for name, v in plan.variables.items()}
    return {name: 8 * size * count for name, count in each.items()}


def _dims(plan: Plan, name: str) -> tuple[str, ...]:
    return (*plan.dims, *plan.variables[name].dims)


def _about(plan: Plan, name: str) -> dict[str, Any]:
    variable = plan.variables[name]
    return {"long_name": variable.about, "units": variable.units or "1"}


def _coordinates(plan: Plan) -> dict[str, tuple[tuple[str, ...], NDArray[Any], dict[str, Any]]]:
    found: dict[str, Any] = {axis.name: ((axis.name,), axis.levels, dict(axis.attributes)) for axis in plan.axes}
    if not plan.axes:
        found["truth"] = (("truth",), np.arange(plan.n), {"long_name": "truth"})
    for dim, values in plan.coordinates.items():
        found[dim] = ((dim,), np.array(list(values)), {"long_name": dim})
    if "party" in found:
        found["party_label"] = (("party",), np.array([plan.game.label(name) for name in plan.game.signers]), {})
    return found | (issue_labels(plan.scenario) if "issue" in found else {})


def attributes(plan: Plan) -> dict[str, Any]:
    """Return what the results were made from."""
    return {
        "title": f"Truths of {plan.scenario.name}",
        **about_scenario(plan.scenario, made_for(plan)),
        "signers": json.dumps(list(plan.game.signers), ensure_ascii=False),
        "truths": plan.n,
        "rng": str(plan.rng),
        "known": plan.inputs.by,
        "left_out": json.dumps(list(plan.inputs.left_out), ensure_ascii=False),
        "methods": json.dumps(dict(plan.truths.methods), ensure_ascii=False),
        "solution": plan.solution,
        "solved_first": plan.solved,
        "levels": json.dumps(plan.levels, ensure_ascii=False),
    }


def made_for(plan: Plan) -> dict[str, str]:
    """Return what must be alike for results to belong together, in words."""
    return {
        **origin_text(plan.scenario, plan.sign),
        **axes_text(plan.axes),
        "leverage": leverage_text(plan.leverage),
        "truths": str(plan.n),
        "rng": str(plan.rng),
        "doubt": "none" if plan.doubt is None else repr(plan.doubt),
        "correlation": repr(plan.correlation),
        "deals": json.dumps({name: dict(deal) for name, deal in plan.deals.items()}, sort_keys=True),
        "solution": f"{plan.solution}, in the first {plan.solved}",
        "truths of a block": str(plan.block),
        "version": __version__,
    }


def template(plan: Plan) -> Template:
    """Return the frame of a store for a plan: a chunk is a block."""
    found = {}
    coordinates = _coordinates(plan)
    for name, (dims, values, notes) in coordinates.items():
        text = values.dtype.kind == "U"
        dtype, fill = ("str", "") if text else (values.dtype.str, 0)
        found[name] = Array(
            dims, values.shape, values.shape, dtype, fill, notes, values.astype(object) if text else values
        )
    names = " ".join(name for name, (dims, _, _) in coordinates.items() if dims != (name,))
    for name, variable in plan.variables.items():
        inner = tuple(len(plan.coordinates[dim]) for dim in variable.dims)
        notes = _about(plan, name) | ({"coordinates": names} if names else {})
        dims, shape = _dims(plan, name), (*plan.shape, *inner)
        found[name] = Array(dims, shape, (*plan.chunk, *inner), variable.dtype, FILL[variable.dtype], notes)
    return Template(found, attributes(plan), made_for(plan), plan.blocks)
