"""What holds for every truth: issue by issue the terms of such deals, beside what the file's own numbers give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.plots.data import Scale, known, no_zone_words, scale_of, source_line, words_list
from sim.plots.labels import short
from sim.plots.lanes import LINE, bars, frame, heading, lane, level_row, middle
from sim.plots.style import INK, NO_DEAL, ZONE, Look, Page, Style, marker_of, page
from sim.studies.robust.answers import robustness
from sim.studies.robust.margins import Robust
from sim.studies.study import Study

__all__ = ["robust"]

_LANES = 2
_STEP = _LANES + 2.6


def robust(
    study: Study,
    ax: Axes | None = None,
    *,
    issues: Sequence[str] = (),
    doubt: float | None = None,
    **style: Unpack[Style],
) -> Axes:
    """Draw, for every issue, the levels of deals that suit all whatever the truth, and those of the file's numbers.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues : sequence of str, optional
        All issues that have more than one level, unless told.
    doubt : float, optional
        As for `sim.robustness`.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        Nothing is stated about uncertain numbers and no doubt is given, or an issue does not exist.
    SizeError
        So many issues are linked that their combinations cannot be listed.
    """
    game = study.game
    free = [name for name, levels in zip(game.issues, game.levels, strict=True) if len(levels) > 1]
    names = [known("issue", name, game.issues) for name in issues] or free or list(game.issues)
    found = robustness(study, doubt=doubt)
    if found is None:
        raise RequestError("nothing is stated about uncertain numbers (expected a section uncertain, or a doubt)")
    height = _STEP * len(names) if found.deal is not None else 2.0
    with page(ax, style, size=(7.4, 1.4 + LINE * height), full=True) as here:
        if found.deal is None:
            here.ax.text(0, -0.5, "The red lines leave no outcome, whatever the numbers.", va="center")
            frame(here.ax, -1)
        else:
            for place, name in enumerate(names):
                _issue(here.ax, study, found, scale=scale_of(game, name), top=-place * _STEP)
            frame(here.ax, -len(names) * _STEP)
        _words(here, study, found)
    return here.ax


def _issue(ax: Axes, study: Study, found: Robust, *, scale: Scale, top: float) -> None:
    """Draw one issue below `top`: its name, a lane for every truth, one for the file's numbers, its levels."""
    held = found.levels.get(scale.name, ())
    assert found.deal is not None
    nearest = f"nearest: {scale.text(found.deal[scale.name])}"
    heading(ax, top - 0.5, scale, f"in every truth: {scale.range_text(held)}" if held else nearest)
    y = top - 1.5
    lane(ax, y, "every truth")
    bars(ax, y, scale, _mask(scale, held), color=ZONE, gid=f"{scale.name} every truth")
    bars(ax, y, scale, _mask(scale, found.open_levels.get(scale.name, ())), color=NO_DEAL, gid=f"{scale.name} open")
    _mark(ax, y, scale, found.deal, "D" if found.holds else "X")
    y -= 1
    lane(ax, y, "as in the file")
    if study.zone.exists:
        bars(
            ax, y, scale, _mask(scale, study.zone.issues[scale.name].levels), color="#d5d5d5", gid=f"{scale.name} zone"
        )
    if "nash" in study.solutions:
        deal = study.solutions["nash"]
        near = _mask(scale, deal.within[scale.name].levels)
        bars(ax, y, scale, near, height=0.3, color="#8a8a8a", gid=f"{scale.name} within")
        _mark(ax, y, scale, deal.outcome, marker_of("nash"))
    level_row(ax, y - 0.6, scale)


def _mask(scale: Scale, levels: Sequence[Any]) -> NDArray[np.bool_]:
    return np.array([level in levels for level in scale.levels], dtype=bool)


def _mark(ax: Axes, y: float, scale: Scale, deal: Any, marker: Any) -> None:
    shape: Look = {"marker": marker, "markersize": 7 if marker in ("D", "X") else 10, "gid": f"{scale.name} {marker}"}
    ax.plot(middle(scale, deal[scale.name]), y, color=INK, markeredgecolor="white", markeredgewidth=0.7, **shape)


def _words(here: Page, study: Study, found: Robust) -> None:
    if found.margin is None:
        here.words(no_zone_words(study), how="No weights open a space without an outcome", source=source_line(study))
        return
    truths = (
        "that the statements allow" if found.doubt is None else f"with assumptions off by up to {100 * found.doubt:g} %"
    )
    deal, mark = f"One deal suits all in every truth {truths}: each gains {found.margin:.3f} or more", "diamond"
    if not found.holds:
        who = words_list([short(study.game.label(each.party), 24) for each in found.binding])
        deal = f"No deal suits all in every truth {truths}: the best falls {-found.margin:.3f} short for {who}"
        mark = "cross"
    how = f"Upper lane: terms of deals that suit all in every truth, and the deal whose worst case is best ({mark}).\n"
    how += "Lower lane: terms of agreements at the file's own numbers; dark, as good as the Nash deal (star)"
    if not study.zone.exists:
        how = how.split("\n")[0] + "\nAt the file's own numbers there is no agreement"
    here.words(deal, how=how, source=source_line(study))
