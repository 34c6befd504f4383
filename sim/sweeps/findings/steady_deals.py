"""Deals that stay acceptable while leverage moves: on how many points, with what margin and what regret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError, SizeError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.names import names_in
from sim.model.scenario import Scenario, prepared
from sim.space.zone import TOLERANCE, margins
from sim.sweeps.axes import Axis, Levels, axes_in, find_axes, with_samples
from sim.sweeps.batch.batch import Compiled
from sim.sweeps.datasets import about_scenario, axes_text, issue_labels, leverage_text, origin_text
from sim.sweeps.requests import check_set, checked_points, fixed_levels

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["steady_deals"]

Floats = NDArray[np.float64]
_PIECE = 1 << 20
_MOST_POINTS = 10_000_000


def steady_deals(
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
    levels = axes_in(over)
    points, fixed = checked_points(levels), fixed_levels(leverage, levels)
    check_set(scenario, set, levels)
    if points > _MOST_POINTS:
        raise SizeError(f"{points:,} points (expected at most {_MOST_POINTS:,}; use fewer levels)")
    axes = _shallow(find_axes(scenario, levels))
    compiled = Compiled(compile(with_samples(scenario, axes), signers=signing))
    reservation = _reservation(compiled, axes, fixed)
    u = compiled.utilities
    if not len(u):
        raise RequestError("the red lines leave no outcome, so there is no deal to look at")
    share, regret = _standing(u, reservation)
    margin = (u - reservation.max(axis=0)).min(axis=1)
    deals = compiled.deals(compiled.folded.frontier.points.codes)
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
        {**about_scenario(scenario, arguments), "points": len(reservation), "resolution": compiled.resolution},
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
        raise RequestError("no point of the grid is legal, so there is nothing to hold up against")
    return legal


def _standing(u: Floats, reservation: Floats) -> tuple[Floats, Floats]:
    """Return the fraction of points at which each outcome is acceptable, and its greatest regret."""
    best = margins(u, reservation)
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
