"""Agreement ranges: for every issue what each side accepts, where that overlaps, and what the solutions propose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.plots.data import Scale, known, no_zone_words, scale_of, solution_label, source_line, words_list
from sim.plots.style import FAINT, INK, MARKERS, QUIET, ZONE, Page, Style, colour_of, page, short
from sim.show.words import level_text
from sim.stances import accepted_levels, reference_deal
from sim.studies import Study

__all__ = ["agreement_ranges"]

_SHOWN = ("nash", "kalai_smorodinsky")
_LINE = 0.165
_SMALL = 7.5
_BAR = 0.62


@dataclass(frozen=True, eq=False)
class _Row:
    """One issue: which levels each signer accepts, all accept, and some agreement has."""

    scale: Scale
    accepted: dict[str, NDArray[np.bool_]]
    shared: NDArray[np.bool_]
    possible: NDArray[np.bool_]


def agreement_ranges(
    study: Study,
    ax: Axes | None = None,
    *,
    issues: Sequence[str] = (),
    solutions: Sequence[str] = _SHOWN,
    **style: Unpack[Style],
) -> Axes:
    """Draw, for every issue, what each side accepts while the other terms stay as in the Nash deal.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues, solutions : sequence of str, optional
        All issues, and Nash and Kalai-Smorodinsky, unless told.
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
    names = [known("issue", name, study.game.issues) for name in issues] or list(study.game.issues)
    deals = [name for name in solutions if name in study.solutions]
    rows = _rows(study, names)
    lines = 2 + len(study.game.signers) + len(deals or "x")
    with page(ax, style, size=(7.4, 1.25 + _LINE * 1.12 * lines * len(rows))) as here:
        for place, row in enumerate(rows):
            _issue(here.ax, study, row, deals=deals, top=-place * (lines + 0.6))
        _frame(here, -len(rows) * (lines + 0.6))
        _words(here, study, rows)
    return here.ax


def _rows(study: Study, names: Sequence[str]) -> list[_Row]:
    deal = reference_deal(study)
    accepted = {} if deal is None else accepted_levels(study, deal)
    result = []
    for name in names:
        scale = scale_of(study.game, name)
        nothing = np.zeros(len(scale.levels), dtype=bool)
        by_party = accepted.get(name) or dict.fromkeys(study.game.signers, nothing)
        in_some = study.zone.issues[name].levels if study.zone.exists else ()
        possible = np.array([level in in_some for level in scale.levels])
        result.append(_Row(scale, by_party, np.logical_and.reduce([*by_party.values()]), possible))
    return result


def _spans(scale: Scale, mask: NDArray[np.bool_]) -> Iterator[tuple[float, float]]:
    """Yield stretches of neighbouring levels as (left, right) on a track from 0 to 1."""
    edges = _edges(scale)
    turns = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    for first, after in zip(turns[::2], turns[1::2], strict=True):
        yield float(edges[first]), float(edges[after])


def _edges(scale: Scale) -> NDArray[np.float64]:
    edges = scale.edges
    return np.asarray((edges - edges[0]) / (edges[-1] - edges[0]))


def _middle(scale: Scale, level: Any) -> float:
    edges = scale.edges
    return float((scale.place(level) - edges[0]) / (edges[-1] - edges[0]))


def _issue(ax: Axes, study: Study, row: _Row, *, deals: Sequence[str], top: float) -> None:
    """Draw one issue below `top`: its name, a lane for each party and each deal, and its levels."""
    scale, parties = row.scale, study.game.signers
    ax.text(0, top - 0.5, short(scale.label, 44), va="center", fontweight="bold")
    ax.text(1, top - 0.5, _shared_words(row), va="center", ha="right", color=QUIET, fontsize=_SMALL)
    ends = (top - 1.0, top - 1.0 - len(parties))
    for left, right in _spans(scale, row.shared):
        ax.fill_between([left, right], *ends, color=ZONE, alpha=0.35, linewidth=0, gid=f"{scale.name} shared")
    for place, party in enumerate(parties):
        y, colour = top - 1.5 - place, colour_of(study.game.parties.index(party))
        _lane(ax, y, short(study.game.label(party), 18), colour)
        for left, right in _spans(scale, row.accepted[party]):
            ax.barh(y, right - left, _BAR, left, color=colour, gid=f"{scale.name} {party}")
    y = ends[1] - 0.5
    for place, name in enumerate(deals):
        _deal(ax, study, row, name, y - place)
    if not deals:
        _nearest(ax, study, scale, y)
    y -= len(deals or "x") - 0.5
    for left, right in _spans(scale, row.possible):
        ax.plot([left, right], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt", gid=f"{scale.name} zone")
    _levels(ax, scale, y)


def _lane(ax: Axes, y: float, name: str, colour: str) -> None:
    ax.plot([0, 1], [y, y], color=FAINT, linewidth=0.8, zorder=0)
    ax.text(-0.012, y, name, ha="right", va="center", fontsize=_SMALL, color=colour)


def _deal(ax: Axes, study: Study, row: _Row, name: str, y: float) -> None:
    _lane(ax, y, solution_label(name), INK)
    deal, scale = study.solutions[name], row.scale
    near = np.array([level in deal.within[scale.name].levels for level in scale.levels])
    for left, right in _spans(scale, near):
        ax.barh(y, right - left, 0.3, left, color="#9a9a9a", gid=f"{scale.name} {name} within")
    shape = {"marker": MARKERS[name], "markersize": 10 if name == "nash" else 6}
    place = _middle(scale, deal.outcome[scale.name])
    ax.plot(place, y, color=INK, markeredgecolor="white", markeredgewidth=0.7, **shape, gid=f"{scale.name} {name}")


def _nearest(ax: Axes, study: Study, scale: Scale, y: float) -> None:
    deal = reference_deal(study)
    _lane(ax, y, "nearest outcome", INK)
    if deal is not None:
        ax.plot(_middle(scale, deal[scale.name]), y, "X", color=INK, markersize=7, gid=f"{scale.name} nearest")


def _levels(ax: Axes, scale: Scale, y: float) -> None:
    ax.plot([0, 1], [y, y], color=QUIET, linewidth=0.6)
    style: dict[str, Any] = {"va": "top", "fontsize": 7, "color": QUIET}
    if scale.numeric:
        ax.text(0, y - 0.12, level_text(scale.levels[0]), ha="left", **style)
        ax.text(1, y - 0.12, scale.text(scale.levels[-1]), ha="right", **style)
        return
    room = int(96 / len(scale.levels))
    for level in scale.levels:
        ax.text(_middle(scale, level), y - 0.12, short(level_text(level), room), ha="center", **style)


def _shared_words(row: _Row) -> str:
    levels = [level for level, both in zip(row.scale.levels, row.shared, strict=True) if both]
    who = "both" if len(row.accepted) == 2 else "all"
    text = row.scale.range_text(levels) if levels else "none"
    return short(f"{who} accept {text}", 56)


def _frame(here: Page, bottom: float) -> None:
    here.ax.set(xlim=(-0.02, 1.005), ylim=(bottom, 0.1), xticks=[], yticks=[])
    here.ax.spines[:].set_visible(False)


def _words(here: Page, study: Study, rows: Sequence[_Row]) -> None:
    other = "Nash deal" if study.zone.exists else "nearest outcome"
    how = f"Bars: what a side accepts, all other terms as in the {other}. Shaded: all accept."
    how += " Grey: 99 % as good.\nBlack base line: the levels that some agreement has, with trades between issues"
    if not study.zone.exists:
        how = f"Bars: what a side accepts, all other terms as in the {other}; no agreement has any level"
        here.words(no_zone_words(study), how=how, source=source_line(study))
        return
    free = {row.scale.label: float(row.shared.mean()) for row in rows if row.shared.sum() > 1}
    title = "No term of the Nash deal can move by itself"
    if free:
        most = words_list([short(name, 30) for name in free if free[name] == max(free.values())][:2])
        title = f"{len(free)} of {len(rows)} terms of the Nash deal can move by themselves, {most} the furthest"
    here.words(title, how=how, source=source_line(study))
