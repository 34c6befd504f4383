"""Terms under doubt: issue by issue how often a deal has each level in many truths, beside those of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.ensembles.answers import Answers, answers
from sim.errors import counted
from sim.plots.data import Scale, known, no_zone_words, scale_of, source_line
from sim.plots.lanes import LINE, bars, frame, heading, lane, level_row, middle, stretches
from sim.plots.requests import InDoubt
from sim.plots.style import INK, ZONE, Look, Page, Style, marker_of, page
from sim.studies.study import Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["doubt_terms"]

_STEP = 4.6
_FAINTEST = 0.15


def doubt_terms(found: InDoubt, ax: Axes | None = None, *, issues: Sequence[str] = (), **style: Unpack[Style]) -> Axes:
    """Draw, for every issue, how often a deal has each level over many truths.

    Parameters
    ----------
    found : InDoubt
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues : sequence of str, optional
        All issues that have more than one level, unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes
    """
    study, told = found.study, answers(found.truths)
    game = study.game
    free = [name for name, levels in zip(game.issues, game.levels, strict=True) if len(levels) > 1]
    names = [known("issue", name, game.issues) for name in issues] or free or list(game.issues)
    with page(ax, style, size=(7.4, 1.4 + LINE * (_STEP * len(names) if told.solved else 2.0)), full=True) as here:
        if told.solved:
            for place, name in enumerate(names):
                _issue(here.ax, study, told, scale=scale_of(game, name), top=-place * _STEP)
            frame(here.ax, -len(names) * _STEP)
        else:
            here.ax.text(0, -0.5, "There is no deal in any of the truths looked at.", va="center")
            frame(here.ax, -1)
        _words(here, found, told)
    return here.ax


def _issue(ax: Axes, study: Study, told: Answers, *, scale: Scale, top: float) -> None:
    shares = told.terms[scale.name]
    most, share = next(iter(shares.items()))
    heading(ax, top - 0.5, scale, f"most often {scale.text(most)}, in {100 * share:.0f} %")
    y = top - 1.5
    lane(ax, y, "many truths")
    _strip(ax, y, scale, shares)
    y -= 1
    lane(ax, y, "as in the file")
    if (deal := study.solutions.get(told.solution)) is not None:
        inside = np.array([level in deal.within[scale.name].levels for level in scale.levels], dtype=bool)
        bars(ax, y, scale, inside, height=0.3, color="#8a8a8a", gid=f"{scale.name} within")
        shape: Look = {"marker": marker_of(told.solution), "markersize": 9, "gid": f"{scale.name} deal"}
        here = middle(scale, deal.outcome[scale.name])
        ax.plot(here, y, color=INK, markeredgecolor="white", markeredgewidth=0.7, **shape)
    level_row(ax, y - 0.6, scale)


def _strip(ax: Axes, y: float, scale: Scale, shares: Mapping[Any, float]) -> None:
    """Draw a cell for each level, the higher and darker the more often it is the term."""
    edges = (scale.edges - scale.edges[0]) / (scale.edges[-1] - scale.edges[0])
    top = max(shares.values())
    for level, share in shares.items():
        mask = np.array([each == level for each in scale.levels], dtype=bool)
        for left, right in stretches(edges, mask):
            tall, dark = 0.12 + 0.68 * share / top, _FAINTEST + (1 - _FAINTEST) * share / top
            cell: Look = {"color": ZONE, "alpha": dark, "linewidth": 0, "gid": f"{scale.name} {scale.bare(level)}"}
            ax.bar(left, tall, right - left, y - 0.4, align="edge", **cell)


def _words(here: Page, found: InDoubt, told: Answers) -> None:
    label, source = SOLUTIONS[told.solution].label, source_line(found.study)
    if not told.solved:
        here.words(no_zone_words(found.study), how=f"Truths drawn from {found.known}", source=source)
        return
    settled = [issue for issue, levels in told.terms.items() if next(iter(levels.values())) > 0.9]
    count = f"{len(settled)} of {len(told.terms)} terms"
    finding = (
        f"In nine of ten truths {count} of the {label} deal stay the same"
        if settled
        else (f"No term of the {label} deal stays the same in nine of ten truths")
    )
    how = f"Upper lane: how often each level is the term in {counted(told.solved, 'truth')} with a zone, "
    how += f"drawn from {found.known}"
    how += f" ({told.left_out:,} without a deal left out)" if told.left_out else ""
    how += ".\nLower lane: the deal of the file's numbers, and the levels of deals about as good"
    here.words(finding, how=how, source=source)
