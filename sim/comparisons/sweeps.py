"""Two scenarios on the same axes: where only one has a zone, and by how much their results differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import RequestError
from sim.model.names import names_in
from sim.model.scenario import Scenario, prepared
from sim.sweeps.axes import Levels
from sim.sweeps.sweep import sweep

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["compare_sweeps"]

_MISSING = {"b": False, "i": 0}
_LISTS = ("solutions", "lift_lines", "sign")


def compare_sweeps(
    first: Scenario | str,
    second: Scenario | str,
    over: Mapping[str, Levels],
    measures: Iterable[str] | None = None,
    **options: Any,
) -> xr.Dataset:
    """Work out two scenarios over the same levels.

    Parameters
    ----------
    first, second : Scenario or str
        Or the paths of their files; every axis must exist in both.
    over, measures
        As for `sim.sweep`, as are further options.

    Returns
    -------
    xarray.Dataset
        The results that both have, with a dimension ``scenario`` of length 2 before the others; what belongs to a
        party or an issue that only one has is nan, 0 or false in the other; codes of named levels count the names of
        the first and then what only the second has. An issue that is numeric in one and has named levels in the other
        is nan in both, and the attribute ``not_compared`` lists it. And ``opens``, where only the second has a zone;
        ``closes``, where only the first has; ``margin_change``, the second's margin less the first's. Each scenario has
        a utility scale of its own, so the change means little where their values differ. Cells that failed or
        are undecided in either are left out of these three (false, false and nan); the attribute ``left_out`` says
        how many.

    Raises
    ------
    ScenarioError, RequestError, SizeError, EngineLost
        As `sim.sweep`, for either; a store holds one sweep and is refused.
    """
    if options.get("store") is not None:
        raise RequestError("store: holds one sweep (expected none; save the result with to_netcdf)")
    scenarios = [prepared(one) for one in (first, second)]
    lists = {name: names_in(name, options[name]) for name in _LISTS if options.get(name) is not None}
    wanted = None if measures is None else names_in("measures", measures)
    mixed = _mixed(*scenarios)
    found = [_without(sweep(scenario, over, wanted, **(options | lists)), mixed) for scenario in scenarios]
    joined = _joined(*(_told(ds, "level_names") for ds in found))
    names = {issue: levels for issue, levels in joined.items() if issue not in mixed}
    both = _stacked([_ordered(_recoded(ds, names)) for ds in found])
    compared = _compared(both)
    both.attrs |= {name: json.dumps(told, ensure_ascii=False) for name, told in _both_told(found).items()}
    both.attrs |= {
        "level_names": json.dumps(names, ensure_ascii=False),
        "not_compared": json.dumps(mixed, ensure_ascii=False),
        "scenario_sha256": json.dumps([scenario.sha256 for scenario in scenarios]),
        "left_out": int(compared.size - compared.sum()),
    }
    return both.assign_coords(scenario_name=("scenario", [scenario.name for scenario in scenarios]))


def _mixed(first: Scenario, second: Scenario) -> list[str]:
    """Return the issues that are numeric in one scenario and have named levels in the other."""
    issues, others = first.spec.issues, second.spec.issues
    return [name for name in issues if name in others and issues[name].numeric != others[name].numeric]


def _without(dataset: xr.Dataset, issues: Iterable[str]) -> xr.Dataset:
    """Return a sweep that tells nothing of some issues."""
    parts = [f"{kind}_{issue}" for issue in issues if f"possible_{issue}" in dataset for kind in ("possible", "level")]
    result = dataset.drop_vars(parts).copy(deep=True)
    for name, variable in result.data_vars.items():
        if "issue" in variable.dims:
            result[name].loc[{"issue": list(issues)}] = _MISSING.get(variable.dtype.kind, np.nan)
    return result


def _told(dataset: xr.Dataset, attribute: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(dataset.attrs[attribute])
    return told


def _both_told(found: list[xr.Dataset]) -> dict[str, dict[str, str]]:
    """Return what codes of failed cells mean in either sweep, and the arguments of both."""
    first, second = (_told(ds, "arguments") for ds in found)
    arguments = {
        name: first[name] if first.get(name) == second.get(name) else f"{first.get(name)}; {second.get(name)}"
        for name in dict.fromkeys([*first, *second])
    }
    return {"faults": _told(found[0], "faults") | _told(found[1], "faults"), "arguments": arguments}


def _stacked(found: list[xr.Dataset]) -> xr.Dataset:
    """Return the results that two sweeps share along a new dimension, with the coordinates of what they share."""
    import xarray as xr

    shared = [name for name in found[0].data_vars if name in found[1].data_vars]
    parts = [ds[shared] for ds in found]
    plain = [part.drop_vars([name for name in part.coords if name not in part.dims]) for part in parts]
    missing = {name: _MISSING.get(found[0][name].dtype.kind, np.nan) for name in shared}
    alike = xr.align(*plain, join="outer", fill_value=missing)
    stacked: xr.Dataset = xr.concat(alike, dim="scenario", combine_attrs="drop_conflicts")
    return stacked


def _compared(both: xr.Dataset) -> xr.DataArray:
    """Add what a comparison tells; return at which cells both are known."""
    known: xr.DataArray = ((both["fault"] == 0) & ~both["undecided"]).all("scenario")
    exists, margin = both["exists"], both["margin"]
    for name, values, about, unit in (
        ("opens", ~exists[0] & exists[1] & known, "Whether only the second has a zone", "1"),
        ("closes", exists[0] & ~exists[1] & known, "Whether only the first has a zone", "1"),
        (
            "margin_change",
            (margin[1] - margin[0]).where(known),
            "Margin of the second less that of the first",
            "utility",
        ),
    ):
        both[name] = values.assign_attrs(long_name=about, units=unit)
    return known


def _joined(first: Mapping[str, list[str]], second: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the level names of both scenarios by issue, those of the first in front."""
    issues = dict.fromkeys([*first, *second])
    return {issue: list(dict.fromkeys([*first.get(issue, ()), *second.get(issue, ())])) for issue in issues}


def _recoded(dataset: xr.Dataset, names: Mapping[str, list[str]]) -> xr.Dataset:
    """Return a sweep with codes of named levels counted in other lists of names."""
    if "issue" not in dataset.dims:
        return dataset
    own = _told(dataset, "level_names")
    result = dataset.copy(deep=True)
    for name, variable in result.data_vars.items():
        if "issue" not in variable.dims:
            continue
        for issue in set(own) & set(names) & set(dataset["issue"].values.tolist()):
            codes = np.array([names[issue].index(level) for level in own[issue]], dtype=np.float64)
            old = variable.sel(issue=issue).values
            known = np.isfinite(old)
            result[name].loc[{"issue": issue}] = np.where(known, codes[np.where(known, old, 0).astype(int)], np.nan)
    return result


def _ordered(dataset: xr.Dataset) -> xr.Dataset:
    """Return a sweep with the lower end of every range below the upper: names may count the other way round now."""
    lows = [str(name) for name in dataset.data_vars if str(name).endswith("_low") and "issue" in dataset[name].dims]
    for low, high in ((low, f"{low.removesuffix('_low')}_high") for low in lows):
        ends = dataset[low].values, dataset[high].values
        dataset[low].values, dataset[high].values = np.minimum(*ends), np.maximum(*ends)
    return dataset
