"""Two-issue zone map: which levels of two issues go together in an agreement, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from sim.errors import RequestError
from sim.plots.data import Mark, Scale, known, marks, no_zone_words, scale_of, source_line
from sim.plots.labels import label_points, short
from sim.plots.scales import issue_axis
from sim.plots.style import AMOUNTS, INK, NO_DEAL, QUIET, ZONE, Look, Page, Style, marker_of, page
from sim.studies.acceptance import PairMap, pair_map
from sim.studies.study import Study

__all__ = ["zone_map"]


def zone_map(study: Study, ax: Axes | None = None, *, issues: Sequence[str] = (), **style: Unpack[Style]) -> Axes:
    """Draw for two issues which levels go together in some agreement.

    Colour is the share of the ways to settle all other issues that every signer accepts, where that can be counted.

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
    first, second = (scale_of(study.game, name) for name in _pair(study, issues))
    found = pair_map(study, first.name, second.name)
    with page(ax, style, size=(7.2, 5.4)) as here:
        _cells(here, found, first, second)
        issue_axis(here.ax.xaxis, first)
        issue_axis(here.ax.yaxis, second, width=16)
        here.ax.set(xlim=first.ends, ylim=second.ends)
        _words(here, study, found, (first, second))
        _solutions(here, study, first, second)
    return here.ax


def _pair(study: Study, issues: Sequence[str]) -> tuple[str, str]:
    """Return the two issues to show.

    Raises
    ------
    RequestError
        An issue that does not exist, the same one twice, or a scenario with one issue only.
    """
    game = study.game
    chosen = [known("issue", name, game.issues) for name in issues]
    sizes = {name: len(levels) for name, levels in zip(game.issues, game.levels, strict=True)}
    chosen += [name for name in sorted(sizes, key=lambda name: -sizes[name]) if name not in chosen]
    if len(sizes) < 2:
        raise RequestError(f"zone_map needs two issues; here is one, {chosen[0]} (plot issue_profile instead)")
    if len(issues) > 2 or len(set(chosen[:2])) < 2:
        raise RequestError(f"issues: {', '.join(issues)} (expected two different issues for zone_map)")
    return chosen[0], chosen[1]


def _cells(here: Page, found: PairMap, first: Scale, second: Scale) -> None:
    """Colour what is possible, hatch what red lines forbid, leave the rest grey."""
    ax = here.ax
    ax.set_facecolor(NO_DEAL)
    edges: Look = {"linewidth": 0, "rasterized": False}
    if found.fraction is None or len(np.unique(found.fraction[found.possible])) < 2:
        shown = np.ma.masked_where(~found.possible.T, np.ones(found.possible.T.shape))
        ax.pcolormesh(first.edges, second.edges, shown, cmap=ListedColormap([ZONE]), gid="cells", **edges)
    else:
        shown = np.ma.masked_where(~found.possible.T, 100 * found.fraction.T)
        top = max(float(shown.max()) if shown.count() else 0.0, 1e-9)
        mesh = ax.pcolormesh(first.edges, second.edges, shown, cmap=AMOUNTS, vmin=0, vmax=top, gid="cells", **edges)
        if shown.count() and here.own:
            bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30)
            bar.set_label("Ways to settle the other issues that all accept (%)")
            bar.outline.set_visible(False)
    _hatched(ax, found, first, second)


def _hatched(ax: Axes, found: PairMap, first: Scale, second: Scale) -> None:
    for k, m in np.argwhere(found.crossed):
        corner, far = (first.edges[k], second.edges[m]), (first.edges[k + 1], second.edges[m + 1])
        size = far[0] - corner[0], far[1] - corner[1]
        ax.add_patch(
            Rectangle(corner, *size, facecolor="white", edgecolor=QUIET, hatch="////", linewidth=0, gid="red line")
        )


def _solutions(here: Page, study: Study, first: Scale, second: Scale) -> None:
    spots: dict[tuple[float, float], list[Mark]] = {}
    for mark in marks(study):
        spot = first.place(mark.outcome[first.name]), second.place(mark.outcome[second.name])
        spots.setdefault(spot, []).append(mark)
    for (x, y), same in spots.items():
        name = same[0].solutions[0]
        shape: Look = {"marker": marker_of(name), "markersize": 15 if name == "nash" else 8}
        here.ax.plot(x, y, color=INK, markeredgecolor="white", clip_on=False, gid=name, **shape)
    texts = [", ".join(dict.fromkeys(mark.label for mark in same)) for same in spots.values()]
    label_points(here.ax, list(spots), [short(text, 30, lines=2) for text in texts])


def _words(here: Page, study: Study, found: PairMap, scales: tuple[Scale, Scale]) -> None:
    first, second = (short(scale.label, 30) for scale in scales)
    parts = []
    if (~found.possible & ~found.crossed).any():
        parts.append("Grey: no agreement has both levels")
    if found.crossed.any():
        parts.append("Hatched: a red line forbids them")
    if found.fraction is None and study.zone.exists:
        parts.append("The space is too large to count how often")
    how = ". ".join(parts) or "Every combination of levels is in some agreement"
    title = no_zone_words(study)
    if study.zone.exists:
        share = 100 * float(found.possible.mean())
        title = f"{first} and {second}: agreement can be built around {share:.0f} % of the combinations"
        if found.possible.all():
            title = f"{first} and {second}: agreement can be built around every combination"
    here.words(title, how=how, source=source_line(study))
