"""Negotiation scenarios as games: exact zones of possible agreement as leverage shifts.

A thinking aid, not a forecast. ``sim.load`` reads a scenario file, ``sim.study`` analyses one leverage point,
``sim.sweep`` many.
Everything heavy is imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim import plots
    from sim.axes import Span
    from sim.branches import equilibrium_branches, equilibrium_turns
    from sim.comparisons import compare
    from sim.crossings import break_even, contour
    from sim.errors import RequestError, ScenarioError, SimError, SizeError
    from sim.executors import DaskCluster, LocalProcesses
    from sim.model.scenario import Scenario, load
    from sim.paired_sweeps import compare_sweeps
    from sim.robust import elasticities, robust_deals
    from sim.studies import Study, judged, study
    from sim.sweeps import sweep

__version__ = "0.1.0"
__all__ = [
    "DaskCluster",
    "LocalProcesses",
    "RequestError",
    "Scenario",
    "ScenarioError",
    "SimError",
    "SizeError",
    "Span",
    "Study",
    "__version__",
    "break_even",
    "compare",
    "compare_sweeps",
    "contour",
    "elasticities",
    "equilibrium_branches",
    "equilibrium_turns",
    "judged",
    "load",
    "plots",
    "robust_deals",
    "study",
    "sweep",
]

_HOMES = {
    "RequestError": "sim.errors",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "SizeError": "sim.errors",
    "Scenario": "sim.model.scenario",
    "load": "sim.model.scenario",
    "Study": "sim.studies",
    "plots": "sim.plots",
    "study": "sim.studies",
    "judged": "sim.studies",
    "compare": "sim.comparisons",
    "sweep": "sim.sweeps",
    "robust_deals": "sim.robust",
    "elasticities": "sim.robust",
    "contour": "sim.crossings",
    "compare_sweeps": "sim.paired_sweeps",
    "break_even": "sim.crossings",
    "equilibrium_branches": "sim.branches",
    "equilibrium_turns": "sim.branches",
    "Span": "sim.axes",
    "LocalProcesses": "sim.executors",
    "DaskCluster": "sim.executors",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    import importlib

    home = importlib.import_module(_HOMES[name])
    return home if home.__name__ == f"{__name__}.{name}" else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
