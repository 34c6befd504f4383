"""Figures: one file each, from a result to axes.

A figure is a function ``f(result, ax=None, **style) -> Axes``: a study or a sweep in, matplotlib axes out, nothing
worked out inside. `FIGURES` lists those of one scenario with what each needs; `draw` goes from a scenario to a figure,
`save` to a file. `comparison` shows two scenarios. No pyplot: figures are freed when nobody holds them.

>>> import sim
>>> sorted(sim.plots.FIGURES)[:3]
['agreement_ranges', 'coalition_table', 'convergence']
"""

# ruff: noqa: E402

from sim.plots.start import start

start()

from sim.plots.comparison import comparison
from sim.plots.doors import door
from sim.plots.files import check_target, save
from sim.plots.registry import FIGURES, Recipe, draw, find
from sim.plots.requests import Request
from sim.plots.style import Style

agreement_ranges = door(FIGURES["agreement_ranges"])
coalition_table = door(FIGURES["coalition_table"])
convergence = door(FIGURES["convergence"])
discovery_box = door(FIGURES["discovery_box"])
doubt_terms = door(FIGURES["doubt_terms"])
durability = door(FIGURES["durability"])
equilibrium_path = door(FIGURES["equilibrium_path"])
event_study = door(FIGURES["event_study"])
fan_chart = door(FIGURES["fan_chart"])
issue_profile = door(FIGURES["issue_profile"])
lever_terms = door(FIGURES["lever_terms"])
leverage_map = door(FIGURES["leverage_map"])
leverage_path = door(FIGURES["leverage_path"])
party_triangle = door(FIGURES["party_triangle"])
risk_return = door(FIGURES["risk_return"])
robust = door(FIGURES["robust"])
share_map = door(FIGURES["share_map"])
stability_table = door(FIGURES["stability_table"])
survival_curve = door(FIGURES["survival_curve"])
tornado = door(FIGURES["tornado"])
trace = door(FIGURES["trace"])
utility_plane = door(FIGURES["utility_plane"])
zone_map = door(FIGURES["zone_map"])

__all__ = [
    "FIGURES",
    "Recipe",
    "Request",
    "Style",
    "agreement_ranges",
    "check_target",
    "coalition_table",
    "comparison",
    "convergence",
    "discovery_box",
    "doubt_terms",
    "draw",
    "durability",
    "equilibrium_path",
    "event_study",
    "fan_chart",
    "find",
    "issue_profile",
    "lever_terms",
    "leverage_map",
    "leverage_path",
    "party_triangle",
    "risk_return",
    "robust",
    "save",
    "share_map",
    "stability_table",
    "survival_curve",
    "tornado",
    "trace",
    "utility_plane",
    "zone_map",
]
