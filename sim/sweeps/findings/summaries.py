"""A sweep in short: how often there is a zone, what happens along each axis, and why cells failed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.sweeps.findings.branches import Turn, equilibrium_turns
from sim.sweeps.findings.crossings import Crossing, axes_of, crossings

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Summary", "reasons_of", "summarise", "worst_resolution"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """A sweep in short.

    Attributes
    ----------
    points, zone, undecided, failed : int
        Points in all, with a zone, with none known for sure, and cells whose scenario is not sound.
    margin : tuple of float, or None
        Least and greatest, where there is one.
    at : dict of str to float
        The level of each axis nearest to where the scenario stands; crossings are along lines through it.
    crossings : tuple of Crossing
    turns : tuple of Turn
        Where equilibria of the leverage game appear and vanish along the same lines.
    reasons : dict of str to int
        Why cells failed, and how many for each reason.
    resolution : float
        How exactly the results are known where they are known worst; 0: exactly.
    """

    points: int
    zone: int
    undecided: int
    failed: int
    margin: tuple[float, float] | None
    at: Mapping[str, float]
    crossings: tuple[Crossing, ...]
    turns: tuple[Turn, ...]
    reasons: Mapping[str, int]
    resolution: float = 0.0


def reasons_of(dataset: xr.Dataset) -> dict[str, int]:
    """Return why cells failed, and how many for each reason."""
    words = json.loads(dataset.attrs.get("faults", "{}"))
    counts = Counter(dataset["fault"].values[dataset["fault"].values != 0].tolist())
    return {words.get(str(code), f"fault {code}"): count for code, count in sorted(counts.items())}


def summarise(dataset: xr.Dataset) -> Summary:
    """Return a sweep in short, with what happens along each axis where the others stand as in the scenario."""
    axes = axes_of(dataset)
    defaults: dict[str, Any] = json.loads(dataset.attrs["defaults"])
    near = {name: _nearest(dataset[name].values, defaults.get(name)) for name in axes}
    followed = [name for name in ("moves_probability",) if name in dataset]
    parts = dataset[["margin", "exists", "undecided", "fault", *followed]]
    lines = {name: parts.isel({other: near[other] for other in axes if other != name}) for name in axes}
    turned = [turn for name, line in lines.items() for turn in equilibrium_turns(line, name)] if followed else []
    margin = dataset["margin"].values
    known = margin[np.isfinite(margin)]
    return Summary(
        points=int(margin.size),
        zone=int(np.count_nonzero(dataset["exists"].values)),
        undecided=int(np.count_nonzero(dataset["undecided"].values)),
        failed=int(np.count_nonzero(dataset["fault"].values)),
        margin=(float(known.min()), float(known.max())) if len(known) else None,
        at={name: float(dataset[name].values[k]) for name, k in near.items()},
        crossings=tuple(found for name, line in lines.items() for found in crossings(line, name)),
        turns=tuple(turned),
        reasons=reasons_of(dataset),
        resolution=worst_resolution(dataset),
    )


def worst_resolution(dataset: xr.Dataset) -> float:
    """Return how exactly a sweep's results are known where they are known worst; 0 where all are exact."""
    values = dataset["resolution"].values if "resolution" in dataset else np.zeros(1)
    return float(np.nanmax(values, initial=0.0))


def _nearest(levels: Floats, default: float | None) -> int:
    return len(levels) // 2 if default is None else int(np.abs(levels - default).argmin())
