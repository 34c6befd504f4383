"""A request for a sweep, checked and made into a plan: every fault is found before any work is done."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.errors import RequestError, SizeError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels
from sim.model.arguments import count_in, levels_in, map_in
from sim.model.names import names_in, suggest
from sim.model.scenario import Scenario, prepared
from sim.space.share import DRAWS
from sim.sweeps.axes import Axis, Levels, Span, axes_in, check_names, find_axes, points_of, size_of
from sim.sweeps.datasets import RESERVED
from sim.sweeps.estimates import estimate
from sim.sweeps.measures import GRID_SOLUTIONS, MEASURES, Layout
from sim.sweeps.plans import Plan, block_shape

__all__ = ["MOST_POINTS", "check_set", "checked_points", "fixed_levels", "plan_of"]

MOST_POINTS = 100_000_000
_FEW = 128


def plan_of(
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
) -> Plan:
    """Return the plan of a sweep; see `sweep` for the parameters and what is raised."""
    lists = {"measures": measures, "solutions": solutions}
    wanted = {name: None if given is None else names_in(name, given) for name, given in lists.items()}
    signing, draws = names_in("sign", sign), count_in("samples", samples)
    at_once = None if block is None else count_in("block", block)
    ready = prepared(scenario, set, lift_lines)
    axes = axes_in(over)
    points = checked_points(axes)
    fixed = fixed_levels(leverage, axes)
    check_set(ready, set, axes)
    leverage_levels(compile(ready, signers=signing), fixed)
    chosen = _known(wanted["solutions"], GRID_SOLUTIONS, "solution")
    rest = (fixed, wanted["measures"], chosen, draws, at_once, signing)
    if points > MOST_POINTS:
        _refuse(ready, axes, rest)
    return _plan(ready, find_axes(ready, axes, taken=RESERVED), rest)


def checked_points(over: Mapping[str, Levels]) -> int:
    """Return how many points there are; raises RequestError where there are none."""
    points = points_of(over)
    if not points:
        empty = [name for name, levels in over.items() if not size_of(levels)]
        where = f" on {', '.join(empty)}" if empty else ""
        raise RequestError(f"0 points would take no time and no space: there are no levels{where} (expected some)")
    return points


def fixed_levels(leverage: Mapping[str, Any] | None, over: Iterable[str] = ()) -> dict[str, float]:
    """Return the levels of variables that are not axes; raises RequestError where one is an axis or no number."""
    fixed = levels_in("leverage", leverage)
    axes = tuple(over)
    both = [name for name in fixed if name in axes]
    if both:
        raise RequestError(f"{both[0]}: a level and an axis (expected one of the two)")
    return fixed


def check_set(scenario: Scenario, set: Mapping[str, Any] | None, over: Iterable[str]) -> None:
    """Raise RequestError where a value was set by a path that is an axis: it would have no say.

    One that is only taken out of the file, by setting none, may be an axis.
    """
    axes = tuple(over)
    both = [path for path in map_in("set", set) if path in axes and scenario.set.get(path) is not None]
    if both:
        raise RequestError(f"{both[0]}: a value set and an axis (expected one of the two)")


def _plan(scenario: Scenario, axes: tuple[Axis, ...], rest: tuple[Any, ...]) -> Plan:
    """Return the plan; the measures are those of the scenario with what its axes bring into being."""
    fixed, measures, solutions, samples, block, signing = rest
    whole = Plan(scenario, axes, fixed, (), solutions, samples, (), signing)
    chosen = _measures(whole.layout, measures, axes)
    plan = dataclasses.replace(whole, measures=chosen, chunk=_block(axes, block, chosen))
    check_names((axis.name for axis in axes), (*plan.variables, *plan.coordinates))
    return plan


def _block(axes: tuple[Axis, ...], block: int | None, measures: tuple[str, ...]) -> tuple[int, ...]:
    """Return the shape of a block: as told, or of as many points as the costliest measure allows."""
    return block_shape(axes, min(MEASURES[name].at_once for name in measures) if block is None else block)


def _refuse(scenario: Scenario, over: Mapping[str, Levels], rest: tuple[Any, ...]) -> None:
    """Say how large a sweep of too many points would be, from a few levels of each axis."""
    axes = find_axes(scenario, {name: _few(levels) for name, levels in over.items()}, taken=RESERVED)
    words = estimate(_plan(scenario, axes, rest), points_of(over))
    raise SizeError(f"{words} (expected at most {MOST_POINTS:,} points; use fewer levels)")


def _few(levels: Levels) -> Levels:
    if isinstance(levels, Span):
        return Span(levels.low, levels.high, min(levels.count, _FEW))
    return np.asarray(levels, dtype=np.float64).ravel()[:_FEW]


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
    return tuple(name for name in MEASURES if name in ("margin", *names))
