"""Durability: which levels of each issue would still be kept at every later date, against today's zone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.errors import RequestError
from sim.model.base import label_of
from sim.plots.data import Scale, known, no_zone_words, scale_of, source_line
from sim.plots.labels import short
from sim.plots.lanes import LINE, SMALL, bars, frame, heading, lane, level_row, middle
from sim.plots.style import INK, MARKERS, PARTY_COLOURS, PLATE, QUIET, ZONE, Page, Style, page
from sim.studies.games.lasting import Durability
from sim.studies.games.setting import Absent
from sim.studies.study import Study

__all__ = ["durability"]

_TODAY: dict[str, Any] = {"facecolor": ZONE}
_NOTHING = {
    False: "No agreement is possible today, so there is none that could last.",
    None: "Whether there is an agreement today is undecided, so nothing can be said about what would last.",
}
_LATER: dict[str, Any] = {"facecolor": PARTY_COLOURS[2], "hatch": "....", "edgecolor": "white", "linewidth": 0}


def durability(study: Study, ax: Axes | None = None, *, issues: Sequence[str] = (), **style: Unpack[Style]) -> Axes:
    """Draw, for every issue, the levels of today's agreements and of those that would last.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues : sequence of str, optional
        All unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        An issue that does not exist, or a scenario without later dates.
    """
    found = study.durability
    if isinstance(found, Absent):
        raise RequestError(f"durability: {found.reason}")
    names = [known("issue", name, study.game.issues) for name in issues] or list(study.game.issues)
    # Without a zone there are no levels to compare.
    names = names if study.zone.exists else []
    with page(ax, style, size=(7.4, 1.35 + LINE * 4.9 * (len(names) + 1)), full=True) as here:
        _margins(here.ax, study, found)
        for place, name in enumerate(names):
            _issue(here.ax, study, found, scale=scale_of(study.game, name), top=-4.6 * (place + 1))
        if not names:
            here.ax.text(0, -4.0, _NOTHING[study.zone.exists], va="center")
        frame(here.ax, -4.6 * (len(names) + 1))
        _words(here, study, found)
    return here.ax


def _margins(ax: Axes, study: Study, found: Durability) -> None:
    """Draw how far the best outcome stays above no deal, today and at the worst date, to a common scale."""
    heading(ax, -0.5, Scale("margin", "Margin of the best outcome over no deal", "", (0.0, 1.0)), "in utility")
    values = (study.zone.margin, found.zone_margin)
    low, high = _ends(values)
    nil = -low / (high - low)
    if low < 0:
        ax.plot([nil, nil], [-1.0, -3.0], color=INK, linewidth=0.8, gid="no deal")
        ax.text(nil, -3.1, "0: as good as no deal", ha="center", va="top", fontsize=7, color=QUIET)
    for y, name, value, style in zip((-1.5, -2.5), ("today", "lasting"), values, (_TODAY, _LATER), strict=True):
        lane(ax, y, name)
        if value is None or not math.isfinite(value):
            ax.text(0.01, y, "no outcome", va="center", fontsize=SMALL)
            continue
        shown = {
            **style,
            **({} if value >= 0 else {"facecolor": "white", "edgecolor": QUIET, "hatch": "///", "linewidth": 0.8}),
        }
        width = value / (high - low)
        ax.barh(y, abs(width), 0.55, nil + min(width, 0.0), gid=f"margin {name}", **shown)
        words = f"{value:.3f}" if value >= 0 else f"−{-value:.3f}"
        side: dict[str, Any] = {"ha": "left" if value >= 0 else "right", "va": "center"}
        ax.text(nil + width + math.copysign(0.01, value), y, words, fontsize=SMALL, bbox=PLATE, **side)


def _ends(values: Sequence[float | None]) -> tuple[float, float]:
    """Return between what a common track of margins runs, 0 on it and room for the numbers at both ends."""
    known_ones = [x for x in values if x is not None and math.isfinite(x)]
    low, high = min([*known_ones, 0.0]), max([*known_ones, 0.0])
    room = 0.15 * max(high - low, 0.01)
    return (low - room if low < 0 else 0.0), high + room


def _issue(ax: Axes, study: Study, found: Durability, *, scale: Scale, top: float) -> None:
    today = study.zone.issues[scale.name].levels if study.zone.exists else ()
    lasting = found.issues.get(scale.name, ())
    masks = [np.array([level in some for level in scale.levels]) for some in (today, lasting)]
    heading(ax, top - 0.5, scale, _note(scale, today, lasting))
    rows = zip((top - 1.5, top - 2.5), ("today", "lasting"), masks, (_TODAY, _LATER), strict=True)
    for y, name, mask, style in rows:
        lane(ax, y, name)
        bars(ax, y, scale, mask, gid=f"{scale.name} {name}", **style)
    if "nash" in study.solutions:
        place = middle(scale, study.solutions["nash"].outcome[scale.name])
        ax.plot(
            place,
            top - 2.0,
            MARKERS["nash"],
            color=INK,
            markersize=11,
            markeredgecolor="white",
            gid=f"{scale.name} nash",
        )
    level_row(ax, top - 3.1, scale)


def _note(scale: Scale, today: Sequence[object], lasting: Sequence[object]) -> str:
    if not lasting:
        return "no level lasts" if today else "no agreement today"
    lost = len(set(today) - set(lasting))
    return "all of today's levels last" if not lost else f"{scale.range_text(lasting)} would last"


def _words(here: Page, study: Study, found: Durability) -> None:
    future = study.game.scenario.spec.peace_dates
    later = sorted(found.dates.items(), key=lambda date: date[1])
    dates = ", ".join(f"{short(label_of(n, future[n]), 40)} ({years:g} y)" for n, years in later)
    how = "Plain: levels of today's agreements; dotted: of those kept at every date. Star: the Nash deal.\n"
    if not study.zone.exists:
        how = "Bars: how far the best outcome falls short of no deal, today and at the worst date.\n"
    how += f"Dates: {dates}" + ("" if found.issues_exact else ". Not settled in time: other levels may last too")
    here.words(_finding(study, found), how=how, source=source_line(study))


def _finding(study: Study, found: Durability) -> str:
    if not study.zone.exists:
        return no_zone_words(study)
    if found.zone_exists is None:
        return "Whether any agreement would last is undecided: it was not settled in time"
    if not found.zone_exists:
        return f"No agreement would last: the nearest falls {-found.zone_margin:.2g} short at some later date"
    nash = found.deals["nash"]
    if nash.lasts:
        return f"The Nash deal would last at every date named, by a margin of {nash.margin:.2g}"
    date = nash.ends_at or nash.worst_at
    when = short(label_of(date, study.game.scenario.spec.future[date]), 50)
    return f"Some agreements would last, but the Nash deal would fail: {when}"
