"""Deals that hold up while leverage is in doubt, and which lever moves which term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.axes import Axis, Levels, Span, find_axes, with_samples
from sim.batch import Compiled
from sim.datasets import about_scenario, axes_text, issue_labels, leverage_text, origin_text
from sim.errors import RequestError, SizeError
from sim.game import compile
from sim.model.base import label_of
from sim.model.names import names_in
from sim.model.scenario import Scenario, prepared
from sim.requests import check_set, checked_points, fixed_levels
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
_TABLE = ("lever", "issue")
# What each answer is: dimensions, one line for a reader, unit.
_ANSWERS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "slope": (_TABLE, "Slope of the term along the lever", "of the issue per unit of the lever"),
    "share": (_TABLE, "Share of the issue's span that the term moves as the lever crosses its range", "1"),
    "first": (_TABLE, "Term at the lowest level of the lever with a zone", "of the issue"),
    "last": (_TABLE, "Term at the highest level of the lever with a zone", "of the issue"),
    "moved": (_TABLE, "Distance of first and last as a share of the issue's span", "1"),
    "zone": (("lever",), "Fraction of the lever's levels with a zone", "1"),
}


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

    scenario, signing = prepared(scenario, set, lift_lines), names_in("sign", sign)
    points, fixed = checked_points(over), fixed_levels(leverage, over)
    check_set(scenario, set, over)
    if points > _MOST_POINTS:
        raise SizeError(f"{points:,} points (expected at most {_MOST_POINTS:,}; use fewer levels)")
    axes = _shallow(find_axes(scenario, over))
    compiled = Compiled(compile(with_samples(scenario, axes), signers=signing))
    reservation = _reservation(compiled, axes, fixed)
    u = compiled.utilities
    if not len(u):
        raise RequestError("the red lines leave no outcome, so there is no deal to be robust")
    share, regret = _standing(u, reservation)
    margin = (u - reservation.max(axis=0)).min(axis=1)
    deals = compiled.deals(np.arange(len(u)))
    game = compiled.game
    arguments = {**origin_text(scenario, signing), **axes_text(axes), "leverage": leverage_text(fixed)}
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
        {"party": list(game.parties), "issue": list(game.issues), **issue_labels(scenario)},
        {**about_scenario(scenario, arguments), "points": len(reservation)},
    )


def _shallow(axes: tuple[Axis, ...]) -> tuple[Axis, ...]:
    deep = [axis.name for axis in axes if axis.kind == "compile"]
    if deep:
        raise RequestError(f"{deep[0]}: changes the outcomes themselves (expected leverage, or what no deal is worth)")
    return axes


def _reservation(compiled: Compiled, axes: tuple[Axis, ...], leverage: Mapping[str, float]) -> Floats:
    """Return the signers' reservation values at all legal points."""
    grids = np.meshgrid(*(axis.levels for axis in axes), indexing="ij")
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
        highest level with a zone; ``moved``: how far apart these are, as a share of the issue's span; ``zone``: the
        fraction of levels with one. Terms with named levels are codes: the attribute ``level_names`` lists the names.

    Raises
    ------
    RequestError
        There are no leverage variables, fewer than two steps, or as `sim.sweep`.
    """
    import xarray as xr

    scenario, signing = prepared(scenario, set, lift_lines), names_in("sign", sign)
    variables, fixed = scenario.spec.leverage, fixed_levels(leverage)
    if not variables or steps < 2:
        raise RequestError("no leverage variables, or fewer than 2 steps (expected some of each)")
    leverage_levels(compile(scenario, signers=signing), fixed)
    rows = []
    for name, variable in variables.items():
        over = {name: Span(*variable.range, steps)}
        others = {k: v for k, v in fixed.items() if k != name}
        line = sweep(scenario, over, ["solutions"], solutions=[solution], leverage=others, sign=signing)
        rows.append(_answer(scenario, line[name].values, line[f"{solution}_deal"].values))
    parts = {
        name: (dims, np.stack([row[k] for row in rows]), {"long_name": about, "units": unit})
        for k, (name, (dims, about, unit)) in enumerate(_ANSWERS.items())
    }
    labels = np.array([label_of(name, variable) for name, variable in variables.items()])
    coordinates = {"lever": list(variables), "lever_label": (("lever",), labels), "issue": list(scenario.spec.issues)}
    arguments = {**origin_text(scenario, signing), "leverage": leverage_text(fixed), "steps": str(steps)}
    notes = {**about_scenario(scenario, arguments | {"solution": solution}), "solution": solution}
    return xr.Dataset(parts, {**coordinates, **issue_labels(scenario)}, notes)


def _answer(scenario: Scenario, levels: Floats, deals: Floats) -> tuple[Any, ...]:
    """Return slope, share of the span, first, last and their distance of each term, and on what fraction is a zone."""
    some = np.isfinite(deals).all(axis=1)
    x, y = levels[some], deals[some]
    if len(x) < 2:
        nothing = np.full(deals.shape[1], np.nan)
        return nothing, nothing, nothing, nothing, nothing, float(some.mean())
    centred = x - x.mean()
    slope = centred @ (y - y.mean(axis=0)) / (centred @ centred)
    spans = np.array([_span(issue.all_levels()) for issue in scenario.spec.issues.values()])
    moved = np.abs(y[-1] - y[0]) / spans
    return slope, slope * (levels[-1] - levels[0]) / spans, y[0], y[-1], moved, float(some.mean())


def _span(levels: Any) -> float:
    width = len(levels) - 1.0 if isinstance(levels[0], str) else levels[-1] - levels[0]
    return width or np.nan
