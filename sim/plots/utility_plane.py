"""The utility plane: what two sides can have together, what each has without a deal, and where solutions lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.plots.data import Floats, Mark, chosen_parties, marks, no_zone_words, source_line, thinned, words_list
from sim.plots.labels import halo, short, spread
from sim.plots.style import FAINT, INK, PLATE, QUIET, ZONE, Look, Page, Style, colour_of, legible, marker_of, page
from sim.studies.study import Study

__all__ = ["utility_plane"]

_LABELS, _STEP, _TOP = 0.63, 0.058, 0.965
_LINE = 13.0
_DOTS = 80


@dataclass(frozen=True, eq=False)
class _Plane:
    """The frontier (n, 2) by rising utility of the first party, which points all accept, and r of both."""

    points: Floats
    inside: Floats
    reservation: tuple[float, float]
    curve: bool


def utility_plane(study: Study, ax: Axes | None = None, *, parties: Sequence[str] = (), **style: Unpack[Style]) -> Axes:
    """Draw the utilities that two parties can have together.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    parties : sequence of str, optional
        Two of those that must agree; the first two unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        A party that is not among those who must agree.
    """
    pair = chosen_parties(study, parties, 2)
    with page(ax, style, size=(7.2, 5.4)) as here:
        plane, found = _plane(study, pair), marks(study)
        _limits(here.ax, plane, len(found))
        _frontier(here.ax, plane)
        _reservations(here, study, pair)
        if study.zone.exists:
            _solutions(here.ax, plane, [(m, (m.utilities[pair[0]], m.utilities[pair[1]])) for m in found])
        elif len(plane.points):
            _shortfall(here.ax, study, pair)
        else:
            here.ax.text(0.5, 0.6, "no outcome is left", transform=here.ax.transAxes, ha="center", bbox=PLATE)
        _words(here, study, pair)
    return here.ax


def _plane(study: Study, pair: Sequence[str]) -> _Plane:
    columns = [study.game.signers.index(name) for name in pair]
    whole, inside = (
        points[np.argsort(points[:, columns[0]], kind="stable")]
        for points in (study.folded.frontier.points.utilities, study.frontier.utilities)
    )
    r = study.point.reservation[columns]
    curve = len(study.game.signers) == 2
    return _Plane(thinned(whole)[:, columns], thinned(inside)[:, columns], (float(r[0]), float(r[1])), curve)


def _step(ax: Axes) -> float:
    """Return how far apart the names of solutions stand, as a share of the height of the axes."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return max(_STEP, _LINE * figure.dpi / 72 / (0.9 * ax.get_window_extent().height))


def _limits(ax: Axes, plane: _Plane, labels: int) -> None:
    """Leave room for the labels above what of the frontier lies below them."""
    shown = plane.points if len(plane.points) else np.array([[0.0, 0.0], [1.0, 1.0]])
    corners = np.vstack([shown, [plane.reservation]])
    low, high = corners.min(axis=0), corners.max(axis=0)
    pad = np.maximum(0.04 * (high - low), 0.02)
    (left, bottom), (right, top) = low - pad, high + pad
    beside = plane.points[plane.points[:, 0] >= left + (_LABELS - 0.03) * (right - left), 1]
    room = _TOP - 0.03 - labels * _step(ax)
    if len(beside):
        top = max(top, bottom + (beside.max() - bottom) / room)
    ax.set(xlim=(left, right), ylim=(bottom, top))


def _frontier(ax: Axes, plane: _Plane) -> None:
    x, y = plane.points.T
    if not plane.curve:
        ax.scatter(x, y, s=9, color=FAINT, edgecolors=QUIET, linewidths=0.3, label="efficient outcomes")
        if len(plane.inside):
            ax.scatter(
                plane.inside[:, 0], plane.inside[:, 1], s=16, color=ZONE, edgecolors=INK, linewidths=0.4, label="zone"
            )
        return
    bottom = ax.get_ylim()[0]
    if len(x):
        x, y = np.append(ax.get_xlim()[0], x), np.append(y[0], y)
        ax.fill_between(x, bottom, y, step="pre", color="#f4f4f4", linewidth=0)
        ax.step(x[1:], y[1:], where="pre", color=INK, linewidth=1.4, label="Pareto frontier")
    if 0 < len(plane.points) <= _DOTS:
        ax.plot(*plane.points.T, "o", color=INK, markersize=3)
    if len(plane.inside):
        r = plane.reservation
        x, y = np.append(r[0], plane.inside[:, 0]), np.append(plane.inside[0, 1], plane.inside[:, 1])
        ax.fill_between(x, r[1], y, step="pre", facecolor=ZONE, alpha=0.45, linewidth=0, label="zone")


def _reservations(here: Page, study: Study, pair: Sequence[str]) -> None:
    ax, r = here.ax, [study.reservation[name] for name in pair]
    first, second = (colour_of(study.game.parties.index(name)) for name in pair)
    inks = legible(first), legible(second)
    ax.axvline(r[0], color=first, linestyle="--", linewidth=1.3)
    ax.axhline(r[1], color=second, linestyle="-.", linewidth=1.3)
    labels = [f"{short(study.game.label(name), 22)} without a deal: {x:.2f}" for name, x in zip(pair, r, strict=True)]
    left, right = ax.get_xlim()
    before = (r[0] - left) / (right - left) > 0.55
    place = (-5 if before else 5, 5)
    style: Look = {"textcoords": "offset points", "path_effects": halo()}
    ax.annotate(labels[0], (r[0], ax.get_ylim()[0]), place, color=inks[0], ha="right" if before else "left", **style)
    bottom, top = ax.get_ylim()
    below = (r[1] - bottom) / (top - bottom) > 0.15
    across: Look = {"textcoords": "offset points", "va": "top" if below else "bottom", "path_effects": halo()}
    ax.annotate(labels[1], (left, r[1]), (5, -5 if below else 5), color=inks[1], **across)


def _solutions(ax: Axes, plane: _Plane, found: Sequence[tuple[Mark, tuple[float, float]]]) -> None:
    """Mark the solutions; their names stand in a column above the frontier, in the order of the marks."""
    bottom, top = ax.get_ylim()
    left, right = ax.get_xlim()
    ranks = sorted(range(len(found)), key=lambda k: (found[k][1][1], -k))
    step = _step(ax)
    low = _TOP - (len(found) - 1) * step
    places = spread([low + ranks.index(k) * step for k in range(len(found))], step, low, _TOP)
    for (mark, point), place in zip(found, places, strict=True):
        x, y = left + _LABELS * (right - left), bottom + place * (top - bottom)
        ax.plot([point[0], x - 0.035 * (right - left)], [point[1], y], color=QUIET, linewidth=0.6, zorder=3)
        size = 13 if mark.solutions[0] == "nash" else 7
        order = 5 if mark.solutions[0] == "nash" else 4
        shape: Look = {"marker": marker_of(mark.solutions[0]), "markersize": size, "zorder": order}
        for spot in (point, (x - 0.02 * (right - left), y)):
            ax.plot(*spot, color=INK, markeredgecolor="white", markeredgewidth=0.8, **shape)
        text = f"{short(mark.label, 24)}  {point[0]:.2f} · {point[1]:.2f}"
        ax.text(x, y, text, va="center", path_effects=halo())


def _shortfall(ax: Axes, study: Study, pair: Sequence[str]) -> None:
    """Point from the outcome nearest to a zone to what both would need."""
    if study.why.closest is None:
        return
    game = study.game
    levels = game.level_numbers(study.why.closest)
    utilities = game.factors.utilities(levels)[0]
    first, second = pair
    nearest = (float(utilities[game.parties.index(first)]), float(utilities[game.parties.index(second)]))
    needed = (study.reservation[first], study.reservation[second])
    ax.plot(*nearest, "X", color=INK, markersize=9, markeredgecolor="white", zorder=4)
    ax.annotate("", needed, nearest, arrowprops={"arrowstyle": "->", "color": INK, "shrinkA": 5, "shrinkB": 0})
    ax.annotate(
        "nearest outcome", nearest, (-8, -12), textcoords="offset points", ha="right", va="top", path_effects=halo()
    )


def _words(here: Page, study: Study, pair: Sequence[str]) -> None:
    game, margin = study.game, study.zone.margin
    here.ax.set_xlabel(f"Utility of {short(game.label(pair[0]), 40)}")
    here.ax.set_ylabel(f"Utility of {short(game.label(pair[1]), 40)}")
    others = [short(game.label(name), 20) for name in game.signers if name not in pair]
    how = "Shaded: outcomes that both prefer to no deal; nothing lies beyond the frontier. Numbers: both utilities"
    if others:
        how = f"Each dot: an efficient outcome; filled: accepted by all, {words_list(others)} included"
    if not study.zone.exists:
        how = "Cross: the outcome nearest to an agreement; the arrow leads to what both would need"
    if not len(study.folded.frontier.points):
        how = "Lines: what each side has without a deal"
    title = no_zone_words(study)
    if study.zone.exists:
        sides = "both sides" if not others else "every signer"
        title = f"A deal is possible: the best leaves {sides} at least {margin:.2f} above no deal"
    here.words(title, how=how, source=source_line(study))
