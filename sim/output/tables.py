"""Results as tables for pandas: a sweep with one row a point, as a CSV file has them; a study with one row a deal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.output.datasets import columns_of
from sim.studies.records import Study, study_in
from sim.sweeps.findings.crossings import axes_of

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["deals_table", "tidy"]


def tidy(dataset: xr.Dataset) -> Any:
    """Return a sweep as a pandas table with one row a point: its axes, then a column for each result.

    A result by party or issue gives a column for each of them, named as in a CSV file: ``nash_deal.army_cap``. Named
    levels are names. (`xarray.Dataset.to_dataframe` repeats every point for each combination of the other dimensions.)

    Raises
    ------
    RequestError
        Not what `sim.sweep` returns.
    """
    import xarray as xr

    axes = axes_of(dataset)
    shape = tuple(dataset.sizes[axis] for axis in axes)
    places = np.unravel_index(np.arange(math.prod(shape)), shape)
    levels: dict[str, Any] = {axis: dataset[axis].values[at] for axis, at in zip(axes, places, strict=True)}
    columns = levels | {name: _array(cells) for name, cells in columns_of(dataset).items()}
    # xarray brings pandas, which this package does not ask for by itself.
    return xr.Dataset({name: ("point", cells) for name, cells in columns.items()}).to_dataframe()


def deals_table(study: Study) -> Any:
    """Return a study as a pandas table with one row a solution: its terms, then every party's utility and gain.

    Without a zone the table has no rows.

    Examples
    --------
    >>> import sim
    >>> table = deals_table(sim.study("scenarios/teaching/logroll.yaml"))
    >>> table.index.name, table.columns[-1]
    ('solution', 'gain.south')
    """
    import xarray as xr

    deals, game = study_in(study).solutions, study.game
    columns: dict[str, list[Any]] = {name: [deal.outcome[name] for deal in deals.values()] for name in game.issues}
    for what in ("utilities", "gains"):
        one = {"utilities": "utility", "gains": "gain"}[what]
        columns |= {f"{one}.{p}": [getattr(deal, what)[p] for deal in deals.values()] for p in game.parties}
    names = ("solution", np.array(list(deals), dtype=object))
    cells = {name: ("solution", _array(some)) for name, some in columns.items()}
    return xr.Dataset(cells, coords={"solution": names}).to_dataframe()


def _array(cells: list[Any]) -> Any:
    """Return cells as numbers, where they are, with nan for what is not there."""
    if any(isinstance(cell, str) for cell in cells):
        return np.array(cells, dtype=object)
    plain = all(isinstance(cell, bool) for cell in cells)
    return np.array(cells, dtype=bool if plain else np.float64)
