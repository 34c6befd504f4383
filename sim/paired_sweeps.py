"""Two scenarios on the same axes: where only one has a zone, and by how much their results differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.axes import Levels
from sim.errors import RequestError
from sim.model.scenario import Scenario, load
from sim.sweeps import sweep

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["compare_sweeps"]

_MISSING = {"b": False, "i": 0}


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
        the first and then what only the second has. And ``opens``, where only the second has
        a zone; ``closes``, where only the first has; ``gap_change``, the second's gap less the first's. Each scenario
        has a utility scale of its own, so the change of the gap means little where their values differ.

    Raises
    ------
    ScenarioError, RequestError, SizeError, EngineLost
        As `sim.sweep`, for either; a store holds one sweep and is refused.
    """
    import xarray as xr

    if options.get("store") is not None:
        raise RequestError("store: holds one sweep (expected none; save the result with to_netcdf)")
    scenarios = [one if isinstance(one, Scenario) else load(one) for one in (first, second)]
    wanted = None if measures is None else tuple(measures)
    found = [sweep(scenario, over, wanted, **options) for scenario in scenarios]
    names = _joined(*(json.loads(ds.attrs["level_names"]) for ds in found))
    found = [_recoded(ds, names) for ds in found]
    shared = [name for name in found[0].data_vars if name in found[1].data_vars]
    plain = [ds[shared].drop_vars([name for name in ds.coords if name not in ds.dims]) for ds in found]
    missing = {name: _MISSING.get(found[0][name].dtype.kind, np.nan) for name in shared}
    alike = xr.align(*plain, join="outer", fill_value=missing)
    both = xr.concat(alike, dim="scenario", combine_attrs="drop_conflicts")
    exists, gap = both["exists"], both["gap"]
    both["opens"] = ~exists[0] & exists[1]
    both["closes"] = exists[0] & ~exists[1]
    both["gap_change"] = gap[1] - gap[0]
    for name, about in (
        ("opens", "Whether only the second has a zone"),
        ("closes", "Whether only the first has a zone"),
        ("gap_change", "Gap of the second less that of the first"),
    ):
        both[name].attrs = {"long_name": about, "units": "utility" if name == "gap_change" else "1"}
    both.attrs["level_names"] = json.dumps(names, ensure_ascii=False)
    both.attrs["scenario_sha256"] = json.dumps([scenario.sha256 for scenario in scenarios])
    return both.assign_coords(scenario_name=("scenario", [scenario.name for scenario in scenarios]))


def _joined(first: Mapping[str, list[str]], second: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the level names of both scenarios by issue, those of the first in front."""
    issues = dict.fromkeys([*first, *second])
    return {issue: list(dict.fromkeys([*first.get(issue, ()), *second.get(issue, ())])) for issue in issues}


def _recoded(dataset: xr.Dataset, names: Mapping[str, list[str]]) -> xr.Dataset:
    """Return a sweep with codes of named levels counted in other lists of names."""
    if "issue" not in dataset.dims:
        return dataset
    own = json.loads(dataset.attrs["level_names"])
    result = dataset.copy(deep=True)
    for name, variable in result.data_vars.items():
        if "issue" not in variable.dims:
            continue
        for issue in set(own) & set(dataset["issue"].values.tolist()):
            codes = np.array([names[issue].index(level) for level in own[issue]], dtype=np.float64)
            old = variable.sel(issue=issue).values
            known = np.isfinite(old)
            result[name].loc[{"issue": issue}] = np.where(known, codes[np.where(known, old, 0).astype(int)], np.nan)
    return result
