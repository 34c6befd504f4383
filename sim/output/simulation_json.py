"""A simulation as data for `--json`: quantiles and curves step by step, never nan."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sim.simulations.answers import event_study, survival, waiting, windows
from sim.simulations.records import Simulation

__all__ = ["simulation_data"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def simulation_data(found: Simulation) -> dict[str, Any]:
    """Return what a simulation answers."""
    scenario, here, curve = found.game.scenario, windows(found), survival(found)
    return {
        "schema_version": 1,
        "scenario": {"name": scenario.name, "path": scenario.path, "sha256": scenario.sha256},
        "paths": len(found.margin),
        "rng": json.loads(found.rng),
        "months": found.months.tolist(),
        "leverage": {name: _quantiles(levels) for name, levels in found.levels.items()},
        "margin": None if found.no_outcome else _quantiles(found.margin),
        "windows": {
            "share": _plain(here.share),
            "none": float((here.count == 0).mean()),
            "length": float(np.median(here.lengths)) if len(here.lengths) else None,
        },
        "deals": {
            "rule": found.rule,
            "share": curve.deals,
            "wars_end": curve.wars,
            "median": curve.median,
            "survival": {name: _plain(getattr(curve, part)) for name, part in _PARTS.items()},
        },
        "events": [
            {"label": e.label, "month": e.month, "margin": _plain(e.margin), "zone": _plain(e.zone), "deals": e.deals}
            for e in event_study(found)
        ],
        "waiting": _waiting(found),
        "notes": _notes(found),
    }


def _notes(found: Simulation) -> dict[str, str]:
    return {"margin": f"the {found.game.rules} together leave no outcome"} if found.no_outcome else {}


_PARTS = {"share": "share", "low": "low", "high": "high"}


def _waiting(found: Simulation) -> dict[str, Any] | None:
    cost = waiting(found)
    return None if cost is None else {p: _plain(cost.cost[:, i]) for i, p in enumerate(found.game.signers)}


def _quantiles(values: np.ndarray) -> dict[str, list[float | None]]:
    return {f"{q:g}": _plain(row) for q, row in zip(QUANTILES, np.quantile(values, QUANTILES, axis=0), strict=True)}


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(x) if np.isfinite(x) else None for x in values]
