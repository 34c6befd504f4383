"""Whether two datasets hold the same, bit for bit."""

from __future__ import annotations

import numpy as np
import xarray as xr

__all__ = ["same"]


def same(found: xr.Dataset, wanted: xr.Dataset) -> None:
    """Whatever the order of the dimensions, and however text is held."""
    assert set(found.variables) == set(wanted.variables)
    for name, variable in wanted.variables.items():
        values = found.variables[name].transpose(*variable.dims).values
        if variable.dtype.kind in "fib":
            assert values.dtype == variable.dtype
            assert np.ascontiguousarray(values).tobytes() == np.ascontiguousarray(variable.values).tobytes(), name
        else:
            assert values.tolist() == variable.values.tolist()
    assert found.attrs["faults"] == wanted.attrs["faults"]
