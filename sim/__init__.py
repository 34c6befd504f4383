"""Negotiation scenarios as games: exact zones of possible agreement as leverage shifts.

A thinking aid, not a forecast. ``sim.load`` reads a scenario file, ``sim.study`` analyses one leverage point,
``sim.sweep`` many, ``sim.ensemble`` many truths about what is not known, ``sim.simulate`` many paths in time,
``sim.sessions`` many sessions of talks.
Everything heavy is imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim import plots
    from sim.comparisons.comparison import compare
    from sim.comparisons.sweeps import compare_sweeps
    from sim.ensembles.answers import answers
    from sim.ensembles.boxes import discovery_box
    from sim.ensembles.distances import distances
    from sim.ensembles.ensemble import ensemble
    from sim.ensembles.learning import learning, term_ties
    from sim.ensembles.private import beliefs
    from sim.ensembles.sensitivity import sensitivity
    from sim.errors import RequestError, ScenarioError, SimError, SizeError
    from sim.execution.executors import DaskCluster, LocalProcesses
    from sim.model.scenario import Scenario, load
    from sim.output.study_record import study_from_json
    from sim.output.tables import tidy
    from sim.show.summary import summary
    from sim.simulations.sessions import sessions
    from sim.simulations.simulate import simulate
    from sim.studies.agendas.tracks import tracks
    from sim.studies.proposals import completed
    from sim.studies.robust.answers import robustness, stability
    from sim.studies.study import Study, judged, study
    from sim.sweeps.axes import Span
    from sim.sweeps.findings.branches import equilibrium_branches, equilibrium_turns
    from sim.sweeps.findings.crossings import break_even, contour
    from sim.sweeps.findings.elasticities import elasticities
    from sim.sweeps.findings.steady_deals import steady_deals
    from sim.sweeps.sweep import sweep

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
    "answers",
    "beliefs",
    "break_even",
    "compare",
    "compare_sweeps",
    "completed",
    "contour",
    "discovery_box",
    "distances",
    "elasticities",
    "ensemble",
    "equilibrium_branches",
    "equilibrium_turns",
    "judged",
    "learning",
    "load",
    "plots",
    "robustness",
    "sensitivity",
    "sessions",
    "simulate",
    "stability",
    "steady_deals",
    "study",
    "study_from_json",
    "summary",
    "sweep",
    "term_ties",
    "tidy",
    "tracks",
]

_HOMES = {
    "RequestError": "sim.errors",
    "ScenarioError": "sim.errors",
    "SimError": "sim.errors",
    "SizeError": "sim.errors",
    "Scenario": "sim.model.scenario",
    "load": "sim.model.scenario",
    "Study": "sim.studies.study",
    "plots": "sim.plots",
    "robustness": "sim.studies.robust.answers",
    "stability": "sim.studies.robust.answers",
    "study": "sim.studies.study",
    "tracks": "sim.studies.agendas.tracks",
    "completed": "sim.studies.proposals",
    "summary": "sim.show.summary",
    "study_from_json": "sim.output.study_record",
    "tidy": "sim.output.tables",
    "judged": "sim.studies.study",
    "compare": "sim.comparisons.comparison",
    "sweep": "sim.sweeps.sweep",
    "steady_deals": "sim.sweeps.findings.steady_deals",
    "answers": "sim.ensembles.answers",
    "discovery_box": "sim.ensembles.boxes",
    "distances": "sim.ensembles.distances",
    "learning": "sim.ensembles.learning",
    "sensitivity": "sim.ensembles.sensitivity",
    "term_ties": "sim.ensembles.learning",
    "beliefs": "sim.ensembles.private",
    "ensemble": "sim.ensembles.ensemble",
    "sessions": "sim.simulations.sessions",
    "simulate": "sim.simulations.simulate",
    "elasticities": "sim.sweeps.findings.elasticities",
    "contour": "sim.sweeps.findings.crossings",
    "compare_sweeps": "sim.comparisons.sweeps",
    "break_even": "sim.sweeps.findings.crossings",
    "equilibrium_branches": "sim.sweeps.findings.branches",
    "equilibrium_turns": "sim.sweeps.findings.branches",
    "Span": "sim.sweeps.axes",
    "LocalProcesses": "sim.execution.executors",
    "DaskCluster": "sim.execution.executors",
}


_VIEWS = {
    "html": ("sim.report.notebook", "framed"),
    "summary": ("sim.show.summary", "summary"),
    "frame": ("sim.output.tables", "deals_table"),
    "json": ("sim.output.study_record", "study_to_json"),
}


def _late(read: Any, place: str, maker: str) -> Any:
    """Return a function that imports what it calls when it is called."""
    return lambda *given, **named: getattr(read(place), maker)(*given, **named)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    import importlib

    home = importlib.import_module(_HOMES[name])
    if name in ("study", "Study"):
        views = importlib.import_module("sim.studies.records").VIEWS
        for view, (place, maker) in _VIEWS.items():
            views[view] = _late(importlib.import_module, place, maker)
    return home if home.__name__ == f"{__name__}.{name}" else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
