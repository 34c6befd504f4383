"""Two-issue zone map: which levels of two issues go together in an agreement, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from sim.plots.data import Scale, marks, no_zone_words, scale_of, source_line
from sim.plots.scales import issue_axis
from sim.plots.style import AMOUNTS, INK, MARKERS, NO_DEAL, QUIET, ZONE, Page, Style, halo, page, short, spread
from sim.stances import PairMap, pair_map
from sim.studies import Study

__all__ = ["zone_map"]


def zone_map(
    study: Study, ax: Axes | None = None, *, issues: Sequence[str] = (), **style: Unpack[Style]
) -> Axes:
    """Draw for two issues which levels go together in some agreement.

    Colour is the share of the ways to settle all other issues that every side accepts, where that can be counted.

    Parameters
    ----------
    study : Study
    ax : Axes, optional
        Where to draw; a new figure unless given.
    issues : sequence of str, optional
        Two; the two with the most levels unless told.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        An issue that does not exist, or fewer than two.
    """
    first, second = (scale_of(study.game, name) for name in study_pair(study, issues))
    found = pair_map(study, first.name, second.name)
    with page(ax, style, size=(7.2, 5.4)) as here:
        _cells(here, found, first, second)
        issue_axis(here.ax.xaxis, first)
        issue_axis(here.ax.yaxis, second, width=16)
        here.ax.set(xlim=first.edges[[0, -1]], ylim=second.edges[[0, -1]])
        _solutions(here.ax, study, first, second)
        _words(here, study, found, (first, second))
    return here.ax
