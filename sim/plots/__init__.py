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

from sim.plots.agreement_ranges import agreement_ranges
from sim.plots.coalition_table import coalition_table
from sim.plots.comparison import comparison
from sim.plots.convergence import convergence
from sim.plots.discovery_box import discovery_box
from sim.plots.doubt_terms import doubt_terms
from sim.plots.durability import durability
from sim.plots.equilibrium_path import equilibrium_path
from sim.plots.event_study import event_study
from sim.plots.fan_chart import fan_chart
from sim.plots.files import check_target, save
from sim.plots.issue_profile import issue_profile
from sim.plots.lever_terms import lever_terms
from sim.plots.leverage_map import leverage_map
from sim.plots.leverage_path import leverage_path
from sim.plots.party_triangle import party_triangle
from sim.plots.registry import FIGURES, Recipe, draw, find
from sim.plots.requests import Request
from sim.plots.risk_return import risk_return
from sim.plots.robust import robust
from sim.plots.share_map import share_map
from sim.plots.style import Style
from sim.plots.survival_curve import survival_curve
from sim.plots.tornado import tornado
from sim.plots.trace import trace
from sim.plots.utility_plane import utility_plane
from sim.plots.zone_map import zone_map

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
    "survival_curve",
    "tornado",
    "trace",
    "utility_plane",
    "zone_map",
]
