"""Profile of an issue: how good the best deal is that has each of its levels."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.plots.data import Scale, known, no_zone_words, scale_of, solution_label, source_line
from sim.plots.labels import halo, short
from sim.plots.scales import issue_axis
from sim.plots.style import INK, NO_DEAL, ZONE, Look, Page, Style, marker_of, page
from sim.studies.by_program import profile
from sim.studies.study import Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["issue_profile"]


def issue_profile(
    study: Study, ax: Axes | None = None, *, issue: str = "", solution: str = "nash", **style: Unpack[Style]
) -> Axes:
    """Draw, for each level of an issue, the best objective of any deal with that level.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issue : str
        The first issue with more than one level unless told.
    solution : str
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        An issue or solution that does not exist.
    """
    game = study.game
    free = [name for name, levels in zip(game.issues, game.levels, strict=True) if len(levels) > 1]
    scale = scale_of(game, issue or (free or game.issues)[0])
    known("solution", solution, [name for name, record in SOLUTIONS.items() if record.objective is not None])
    with page(ax, style, size=(7.2, 4.4)) as here:
        if study.zone.exists:
            _profile(here.ax, study, scale, solution)
        else:
            _nothing(here.ax, study, scale)
        issue_axis(here.ax.xaxis, scale)
        here.ax.set_xlim(scale.ends)
        _words(here, study, scale, solution)
    return here.ax


def _values(study: Study, issue: str, solution: str) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], bool]:
    """Return the best objective with each level, and whether that is proven or noted already."""
    deal = study.solutions[solution]
    if deal.profile:
        return deal.profile[issue], True
    found = profile(study.folded, study.point, solution)
    assert found is not None
    return found[0][study.game.issues.index(issue)], found[1]


def _profile(ax: Axes, study: Study, scale: Scale, solution: str) -> None:
    deal = study.solutions[solution]
    (values, proven), places = _values(study, scale.name, solution), scale.places
    _margins(ax, values)
    for place, left, right in zip(places, scale.edges, scale.edges[1:], strict=False):
        if np.isnan(values[places == place]).all():
            ax.axvspan(left, right, facecolor=NO_DEAL, hatch="///", edgecolor="white", linewidth=0, gid="no agreement")
    near = np.array([level in deal.within[scale.name].levels for level in scale.levels])
    for place, left, right in zip(places[near], scale.edges[:-1][near], scale.edges[1:][near], strict=True):
        ax.axvspan(left, right, color=ZONE, alpha=0.35, linewidth=0, gid=f"within {place:g}")
    line = "-" if scale.numeric else "none"
    ax.plot(
        places,
        values,
        linestyle=line,
        marker="o",
        markersize=4,
        color=INK,
        linewidth=1.2,
        clip_on=False,
        label="profile",
    )
    best = (scale.place(deal.outcome[scale.name]), float(np.nanmax(values)))
    shape: Look = {"marker": marker_of(solution), "markersize": 14 if solution == "nash" else 9}
    ax.plot(*best, color=INK, markeredgecolor="white", clip_on=False, label=solution, **shape)
    side = "right" if best[0] > places.mean() else "left"
    text = f"{solution_label(solution)}: {short(scale.text(deal.outcome[scale.name]), 30)}"
    text += "" if proven else "\n(levels may do better: not settled in time)"
    shift = -10 if side == "right" else 10
    ax.annotate(text, best, (shift, 9), textcoords="offset points", ha=side, path_effects=halo())


def _nothing(ax: Axes, study: Study, scale: Scale) -> None:
    """Hatch every level, say why, and mark the level of the outcome that comes nearest."""
    ax.set(ylim=(0, 1), yticks=[])
    ax.axvspan(*scale.ends, facecolor=NO_DEAL, hatch="///", edgecolor="white", linewidth=0, gid="no agreement")
    plate: Look = {"facecolor": "white", "edgecolor": "none", "pad": 4.0}
    reason = f"No level of {short(scale.label, 40)} is in any agreement,\nso there is no best deal to compare"
    if study.zone.exists is None:
        reason = f"Undecided: whether any level of {short(scale.label, 40)}\nis in an agreement is not known"
    ax.text(0.5, 0.6, reason, transform=ax.transAxes, ha="center", va="center", color=INK, bbox=plate)
    if study.why.closest is not None:
        level = study.why.closest[scale.name]
        ax.plot(scale.place(level), 0.2, "X", color=INK, markersize=9, markeredgecolor="white", gid="nearest")
        ax.text(
            0.5, 0.36, f"Cross: the nearest outcome has {short(scale.text(level), 30)}", transform=ax.transAxes,
            ha="center", va="center", color=INK, bbox=plate,
        )  # fmt: skip


def _margins(ax: Axes, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = max(high - low, 0.02 * max(abs(high), 0.1))
    ax.set_ylim(low - 0.12 * room, high + 0.22 * room)


def _words(here: Page, study: Study, scale: Scale, solution: str) -> None:
    label = solution_label(solution)
    if not study.zone.exists:
        here.words(no_zone_words(study), how="Hatched: no agreement", source=source_line(study))
        return
    here.ax.set_ylabel(f"{label} objective of the best deal")
    near = study.solutions[solution].within[scale.name].levels
    reach = scale.range_text(near)
    title = f"{short(scale.label, 40)}: a deal with {reach} can be about as good as the best"
    if len(near) == len(scale.levels) and len(near) > 1:
        title = f"{short(scale.label, 40)}: any level can be part of a {label} deal about as good as the best"
    elif len(near) == 1:
        title = f"{short(scale.label, 40)}: only {reach} is about as good as the best {label} deal"
    how = (
        "Other terms are the best for each level. Hatched: no agreement.\n"
        "Shaded: about as good, short by at most 1 % or 0.005 of the stakes"
    )
    here.words(title, how=how, source=source_line(study))
