"""Deals that hold up while leverage is in doubt, and which lever moves which term."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.axes import Levels, Span, find_axes, points_of
from sim.batch import Compiled
from sim.datasets import level_names
from sim.errors import RequestError, SizeError
from sim.game import compile
from sim.model.names import suggest
from sim.model.scenario import Scenario, lift, load, with_values
from sim.space.zone import TOLERANCE, gap
from sim.sweeps import sweep
from sim.terms import leverage_levels, terms

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["elasticities", "robust_deals"]

Floats = NDArray[np.float64]
_PIECE = 1 << 20
_MOST_POINTS = 10_000_000
_STEPS = 41


def robust_deals(
    scenario: Scenario | str,
    over: Mapping[str, Levels],
    *,
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
) -> xr.Dataset:
    """Return, for each outcome on the frontier, how it stands over a grid of leverage points.

    The *margin* of a deal at a point is the least, over the signers, of what it gives above their reservation values;
    its *regret* is how much greater the margin of the best deal there is.

    Parameters
    ----------
    scenario, over, leverage, set, lift_lines, sign
        As for `sim.sweep`; every axis must be one that leaves the space of outcomes as it is.

    Returns
    -------
    xarray.Dataset
        Along ``deal``, by rising utility of the first signer: ``acceptable`` (the fraction of points at which all
        accept it), ``margin`` (at the worst point), ``regret`` (at the point where it is greatest), ``utility`` and
        ``outcome``; and the rows ``maximin`` (greatest worst margin) and ``minimax_regret``.

    Raises
    ------
    RequestError
        An axis makes new spaces, the red lines leave no outcome, or no point is legal; and as `sim.sweep`.
    SizeError
        There are more than ten million points.
    """
    import xarray as xr

    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    scenario = lift(with_values(scenario, set or {}), lift_lines)
    if points_of(over) > _MOST_POINTS:
        raise SizeError(f"{points_of(over):,} points (expected at most {_MOST_POINTS:,}; use fewer levels)")
    both = [name for name in leverage or {} if name in over]
    if both:
        raise RequestError(f"{both[0]}: a level and an axis (expected one of the two)")
    compiled = Compiled(compile(scenario, signers=sign))
    reservation = _reservation(compiled, over, leverage or {})
    u = compiled.utilities
    if not len(u):
        raise RequestError("the red lines leave no outcome, so there is no deal to be robust")
    share, regret = _standing(u, reservation)
    margin = (u - reservation.max(axis=0)).min(axis=1)
    deals = compiled.deals(np.arange(len(u)))
    game = compiled.game
    return xr.Dataset(
        {
            "acceptable": (("deal",), share, {"long_name": "Fraction of points at which all accept it", "units": "1"}),
            "margin": (("deal",), margin, {"long_name": "Least margin over no deal at any point", "units": "utility"}),
            "regret": (("deal",), regret, {"long_name": "Greatest regret at any point", "units": "utility"}),
            "utility": (("deal", "party"), deals.utilities, {"long_name": "Utility", "units": "utility"}),
            "outcome": (("deal", "issue"), deals.values, {"long_name": "Level", "units": "of the issue"}),
            "maximin": ((), int(margin.argmax()), {"long_name": "The deal whose worst margin is greatest"}),
            "minimax_regret": ((), int(regret.argmin()), {"long_name": "The deal whose greatest regret is least"}),
        },
        {"party": list(game.parties), "issue": list(game.issues)},
        {
            "scenario_sha256": scenario.sha256,
            "points": len(reservation),
            "level_names": json.dumps(level_names(scenario)),
        },
    )


def _reservation(compiled: Compiled, over: Mapping[str, Levels], leverage: Mapping[str, float]) -> Floats:
    """Return the signers' reservation values at all legal points."""
    axes = find_axes(compiled.game.scenario, over)
    deep = [axis.name for axis in axes if axis.kind == "compile"]
    if deep:
        raise RequestError(f"{deep[0]}: changes the outcomes themselves (expected leverage, or what no deal is worth)")
    grids = np.meshgrid(*(axis.levels for axis in axes), indexing="ij") if axes else []
    points = {axis.name: grid.ravel() for axis, grid in zip(axes, grids, strict=True)}
    moved = {axis.name: points[axis.name] for axis in axes if axis.kind == "leverage"}
    numbers = {axis.name: points[axis.name] for axis in axes if axis.kind == "number"}
    given = leverage_levels(compiled.game, {**leverage, **moved})
    found = terms(compiled.game, given, numbers=numbers).reservation[:, compiled.game.columns]
    legal = found[np.isfinite(found).all(axis=1)]
    if not len(legal):
        raise RequestError("no point of the grid is legal, so there is nothing to be robust against")
    return legal


def _standing(u: Floats, reservation: Floats) -> tuple[Floats, Floats]:
    """Return the fraction of points at which each outcome is acceptable, and its greatest regret."""
    best = gap(u, reservation)
    accepted, regret = np.zeros(len(u)), np.full(len(u), -np.inf)
    step = max(1, _PIECE // len(u))
    for low in range(0, len(reservation), step):
        some = reservation[low : low + step]
        margin = u[None, :, 0] - some[:, None, 0]
        for i in range(1, u.shape[1]):
            np.minimum(margin, u[None, :, i] - some[:, None, i], out=margin)
        accepted += np.count_nonzero(margin >= -TOLERANCE, axis=0)
        np.maximum(regret, (best[low : low + step, None] - margin).max(axis=0), out=regret)
    return accepted / len(reservation), regret


def elasticities(
    scenario: Scenario | str,
    *,
    solution: str = "nash",
    leverage: Mapping[str, float] | None = None,
    set: Mapping[str, Any] | None = None,
    lift_lines: Iterable[str] = (),
    sign: Iterable[str] = (),
    steps: int = _STEPS,
) -> xr.Dataset:
    """Return which lever moves which term: how each term of a deal answers each leverage variable, moved alone.

    A deal on a grid jumps from level to level, so a term's answer is the slope of the straight line that fits best
    through its levels over the variable's whole range, where there is a zone. Named levels count by their order.

    Parameters
    ----------
    scenario : Scenario or str
    solution : str
        The solution whose deal is looked at.
    leverage, set, lift_lines, sign
        As for `sim.study`: where the other variables stand.
    steps : int
        Levels of each variable, at least 2.

    Returns
    -------
    xarray.Dataset
        ``slope`` (lever, issue) in units of the term per unit of the lever; ``share``: the share of the issue's span
        that the term moves as the lever crosses its range; ``first`` and ``last``: the term at the lowest and the
        highest level with a zone; ``zone``: the fraction of levels with one.

    Raises
    ------
    RequestError
        There are no leverage variables, fewer than two steps, or as `sim.sweep`.
    """
    import xarray as xr

    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    scenario, signing = lift(with_values(scenario, set or {}), lift_lines), tuple(sign)
    variables = scenario.spec.leverage
    if not variables or steps < 2:
        raise RequestError("no leverage variables, or fewer than 2 steps (expected some of each)")
    unknown = [name for name in leverage or {} if name not in variables]
    if unknown:
        raise RequestError(f"no leverage variable {unknown[0]!r} {suggest(unknown[0], variables)}")
    rows = []
    for name, variable in variables.items():
        others = {k: v for k, v in (leverage or {}).items() if k != name}
        line = sweep(
            scenario,
            {name: Span(*variable.range, steps)},
            ["solutions"],
            solutions=[solution],
            leverage=others,
            sign=signing,
        )
        rows.append(_answer(scenario, line[name].values, line[f"{solution}_deal"].values))
    dims = ("lever", "issue")
    names = ("slope", "share", "first", "last")
    parts: dict[str, Any] = {name: (dims, np.stack([row[k] for row in rows])) for k, name in enumerate(names)}
    parts |= {"zone": (("lever",), np.array([row[4] for row in rows]))}
    return xr.Dataset(parts, {"lever": list(variables), "issue": list(scenario.spec.issues)})


def _answer(scenario: Scenario, levels: Floats, deals: Floats) -> tuple[Any, ...]:
    """Return slope, share of the span, first and last of each term, and the fraction of levels with a zone."""
    some = np.isfinite(deals).all(axis=1)
    x, y = levels[some], deals[some]
    if len(x) < 2:
        nothing = np.full(deals.shape[1], np.nan)
        return nothing, nothing, nothing, nothing, float(some.mean())
    centred = x - x.mean()
    slope = centred @ (y - y.mean(axis=0)) / (centred @ centred)
    spans = [_span(issue.all_levels()) for issue in scenario.spec.issues.values()]
    return slope, slope * (levels[-1] - levels[0]) / np.array(spans), y[0], y[-1], float(some.mean())


def _span(levels: Any) -> float:
    width = len(levels) - 1.0 if isinstance(levels[0], str) else levels[-1] - levels[0]
    return width or np.nan
