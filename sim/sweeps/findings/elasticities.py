"""Which lever moves which term of a deal, each lever moved alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels
from sim.model.arguments import count_in
from sim.model.base import label_of
from sim.model.names import names_in
from sim.model.scenario import Scenario, prepared
from sim.sweeps.axes import Span
from sim.sweeps.datasets import about_scenario, issue_labels, leverage_text, origin_text
from sim.sweeps.requests import fixed_levels
from sim.sweeps.sweep import sweep

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["elasticities"]

Floats = NDArray[np.float64]
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
    count = count_in("steps", steps, least=2)
    if not variables:
        raise RequestError("no leverage variables, so no term answers to any (expected a section leverage)")
    (chosen,) = names_in("solution", [solution])
    leverage_levels(compile(scenario, signers=signing), fixed)
    rows = []
    for name, variable in variables.items():
        over = {name: Span(*variable.range, count)}
        others = {k: v for k, v in fixed.items() if k != name}
        line = sweep(scenario, over, ["solutions"], solutions=[chosen], leverage=others, sign=signing)
        rows.append(_answer(scenario, line[name].values, line[f"{chosen}_deal"].values))
    parts = {
        name: (dims, np.stack([row[k] for row in rows]), {"long_name": about, "units": unit})
        for k, (name, (dims, about, unit)) in enumerate(_ANSWERS.items())
    }
    labels = np.array([label_of(name, variable) for name, variable in variables.items()])
    coordinates = {"lever": list(variables), "lever_label": (("lever",), labels), "issue": list(scenario.spec.issues)}
    arguments = {**origin_text(scenario, signing), "leverage": leverage_text(fixed), "steps": str(count)}
    notes = {**about_scenario(scenario, arguments | {"solution": chosen}), "solution": chosen}
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
