"""Negotiation scenarios as games: exact zones of possible agreement as leverage shifts.

A thinking aid, not a forecast. ``sim.load`` reads a scenario file, ``sim.study`` analyses one leverage point.
Everything heavy is imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.errors import RequestError, ScenarioError, SimError, SizeError
    from sim.model.scenario import Scenario, load
    from sim.studies import Study, study

__version__ = "0.1.0"
__all__ = [
    "RequestError",
    "Scenario",
    "ScenarioError",
    "SimError",
    "SizeError",
    "Study",
    "__version__",
    "load",
    "study",
]

_HOMES = {
    "RequestError": "sim.errors",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "SizeError": "sim.errors",
    "Scenario": "sim.model.scenario",
    "load": "sim.model.scenario",
    "Study": "sim.studies",
    "study": "sim.studies",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
