"""All figures: what each shows, what it needs, and how to get it from a scenario."""

from __future__ import annotations

from typing import Any, Unpack

from matplotlib.axes import Axes

from sim.errors import RequestError, shown
from sim.model.names import suggest
from sim.plots.agreement_ranges import agreement_ranges
from sim.plots.coalition_table import coalition_table
from sim.plots.convergence import convergence
from sim.plots.discovery_box import discovery_box
from sim.plots.doubt_terms import doubt_terms
from sim.plots.durability import durability
from sim.plots.equilibrium_path import equilibrium_path
from sim.plots.event_study import event_study
from sim.plots.fan_chart import fan_chart
from sim.plots.issue_profile import issue_profile
from sim.plots.lever_terms import lever_terms
from sim.plots.leverage_map import leverage_map
from sim.plots.leverage_path import leverage_path
from sim.plots.party_triangle import party_triangle
from sim.plots.recipe import Recipe
from sim.plots.requests import (
    Request,
    doubt_for,
    map_for,
    moves_for,
    path_for,
    paths_for,
    share_for,
    study_for,
    terms_for,
    trace_for,
)
from sim.plots.risk_return import risk_return
from sim.plots.robust import robust
from sim.plots.share_map import share_map
from sim.plots.stability_table import stability_table
from sim.plots.style import Style
from sim.plots.survival_curve import survival_curve
from sim.plots.tornado import tornado
from sim.plots.trace import trace
from sim.plots.utility_plane import utility_plane
from sim.plots.zone_map import zone_map

__all__ = ["FIGURES", "Recipe", "draw", "find"]


_POINT, _LEVER, _TIME = "one leverage point", "one lever, swept", "leverage that moves over time"

FIGURES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "utility_plane",
            "what two sides can have together: frontier, no-deal values, zone, solutions",
            _POINT,
            study_for,
            utility_plane,
            ("parties",),
        ),
        Recipe(
            "agreement_ranges",
            "for every issue what each side accepts, where that overlaps, and the deals",
            _POINT,
            study_for,
            agreement_ranges,
            ("issues", "solutions", "page_number"),
        ),
        Recipe(
            "robust",
            "which terms hold whatever the uncertain numbers are, beside what the file's own give",
            "statements about uncertain numbers",
            study_for,
            robust,
            ("issues", "doubt"),
        ),
        Recipe(
            "doubt_terms",
            "which terms a deal has in many truths about uncertain numbers, beside the file's own",
            "uncertain numbers",
            doubt_for,
            doubt_terms,
            ("issues",),
            ("doubt", "solution"),
        ),
        Recipe(
            "tornado",
            "how far each uncertain input alone moves the margin, and how much of its variance goes with it",
            "uncertain numbers",
            doubt_for,
            tornado,
            sweeps=("doubt",),
        ),
        Recipe(
            "discovery_box",
            "many truths over the two inputs that tell best where there is a zone",
            "uncertain numbers",
            doubt_for,
            discovery_box,
            sweeps=("doubt",),
        ),
        Recipe(
            "convergence",
            "how the indices of what decides settle as truths are added",
            "uncertain numbers",
            doubt_for,
            convergence,
            sweeps=("doubt",),
        ),
        Recipe(
            "issue_profile",
            "how good the best deal is with each level of an issue",
            _POINT,
            study_for,
            issue_profile,
            ("issue", "solution"),
        ),
        Recipe(
            "zone_map",
            "which levels of two issues go together in an agreement",
            "two issues",
            study_for,
            zone_map,
            ("issues",),
        ),
        Recipe(
            "party_triangle",
            "how deals divide what three sides can gain",
            "three parties that must agree",
            study_for,
            party_triangle,
            ("parties",),
        ),
        Recipe(
            "leverage_map",
            "the margin, or any measure, over two levers, with the border of the zone",
            "two levers, swept",
            map_for,
            leverage_map,
            ("measure",),
            ("levers",),
        ),
        Recipe(
            "share_map",
            "in which share of many truths there is a zone, over two levers",
            "two levers; uncertain numbers",
            share_for,
            share_map,
            sweeps=("levers", "doubt"),
        ),
        Recipe(
            "leverage_path",
            "the terms of a deal as one lever moves, with opening and closing levels",
            _LEVER,
            path_for,
            leverage_path,
            ("issues", "solution"),
            ("levers",),
        ),
        Recipe(
            "equilibrium_path",
            "the equilibria of the leverage game as one lever moves",
            "one lever, swept; moves of two sides",
            moves_for,
            equilibrium_path,
            sweeps=("levers",),
        ),
        Recipe(
            "stability_table",
            "which moves hold once replies are foreseen",
            "moves of two sides",
            study_for,
            stability_table,
        ),
        Recipe(
            "lever_terms",
            "which lever moves which term of a deal",
            "levers, each swept",
            terms_for,
            lever_terms,
            ("levers", "issues"),
            ("solution",),
        ),
        Recipe(
            "risk_return",
            "what last offers under private information risk and bring",
            "a private number",
            study_for,
            risk_return,
        ),
        Recipe(
            "durability",
            "today's zone against the deals that would last",
            "later dates",
            study_for,
            durability,
            ("issues",),
        ),
        Recipe(
            "coalition_table",
            "who could sign together, what they could gain, which deals they would block",
            "several coalitions that could sign",
            study_for,
            coalition_table,
        ),
        Recipe(
            "fan_chart",
            "the margin over time on many paths, with the months in which a zone is open",
            _TIME,
            paths_for,
            fan_chart,
        ),
        Recipe(
            "survival_curve",
            "how many paths have no deal yet, month by month, with its band",
            _TIME,
            paths_for,
            survival_curve,
        ),
        Recipe(
            "event_study",
            "what each event changes of the margin, on the same paths with and without it",
            "leverage that moves over time; events",
            paths_for,
            event_study,
        ),
        Recipe(
            "trace",
            "one session of talks: what the offers are worth to two sides, and their terms, offer by offer",
            _POINT,
            trace_for,
            trace,
            ("parties", "issues"),
            ("tactics",),
        ),
    )
}


def find(name: str) -> Recipe:
    """Return a figure's recipe; a hyphen does for an underscore.

    Raises
    ------
    RequestError
        No such figure.
    """
    key = name.replace("-", "_") if isinstance(name, str) else ""
    if key not in FIGURES:
        raise RequestError(f"no figure {shown(name)} {suggest(key, FIGURES)}")
    return FIGURES[key]


def draw(name: str, request: Request, **style: Unpack[Style]) -> Axes:
    """Work out what a figure needs of a scenario and draw it.

    Parameters
    ----------
    name : str
    request : Request
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        No such figure, an option that it does not take, or something that the scenario lacks.
    ScenarioError, SizeError
        As for `sim.study` and `sim.sweep`.
    """
    recipe = find(name)
    if not isinstance(request, Request):
        raise RequestError(f"request: {shown(request)} (expected a sim.plots.Request)")
    options = _options(recipe, request)
    return recipe.figure(recipe.gather(request.settled()), **options, **style)


def _options(recipe: Recipe, request: Request) -> dict[str, Any]:
    """Return what the figure is told; refuses what it would have to ignore."""
    single = "issue" in recipe.takes
    if single and len(request.issues) > 1:
        raise RequestError(f"{recipe.name} shows one issue ({len(request.issues)} were named)")
    told: dict[str, tuple[str, Any]] = {
        "issues": ("issue", request.issues[0]) if single and request.issues else ("issues", request.issues),
        "parties": ("parties", request.parties),
        "levers": ("levers", request.levers),
        "solution": _solutions(recipe, request.solution),
        "measure": ("measure", request.measure),
        "doubt": ("doubt", request.doubt),
        "tactics": ("tactics", request.tactics),
        "page": ("page_number", request.page_number),
    }
    result = {}
    for option, (key, value) in told.items():
        if value and key not in recipe.takes + recipe.sweeps:
            names = ", ".join((*recipe.takes, *recipe.sweeps)) or "no such option"
            raise RequestError(f"{recipe.name} cannot be told {option} (it takes {names})")
        if value and key in recipe.takes:
            result[key] = value
    return result


def _solutions(recipe: Recipe, name: str) -> tuple[str, Any]:
    return ("solutions", (name,)) if "solutions" in recipe.takes and name else ("solution", name)
