"""Event study: what each event changes of the margin, on the same paths with and without it."""

from __future__ import annotations

from typing import Unpack

import numpy as np
from matplotlib.axes import Axes

from sim.errors import RequestError, counted
from sim.plots.labels import short
from sim.plots.months import month_axis, paths_source
from sim.plots.scales import number_axis
from sim.plots.style import FAINT, INK, QUIET, Page, Style, page
from sim.simulations.answers import EventEffect
from sim.simulations.answers import event_study as studied
from sim.simulations.records import Simulation

__all__ = ["event_study"]

_LINES = ("-", "--", "-.", ":")
_MARKS = ("o", "s", "^", "D", "v", "P")
_WIDE = 1.96


def event_study(found: Simulation, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw the mean difference of the margin that each event makes, on the same draws, with its 95 % band.

    Parameters
    ----------
    found : Simulation
        What `sim.simulate` returned.
    ax : Axes, optional
        Where to draw; a new figure unless given.
    **style
        See `sim.plots.style.Style`.

    Returns
    -------
    Axes

    Raises
    ------
    RequestError
        The scenario has no events, or its red lines leave no outcome.
    """
    if found.no_outcome:
        raise RequestError(
            f"event_study: the {found.game.rules} leave no outcome, so there is no margin (lift some with --lift)"
        )
    effects = studied(found)
    if not effects:
        raise RequestError("dynamics.events: this scenario has none (expected events, each with its step and leverage)")
    with page(ax, style, size=(7.2, 5.0)) as here:
        month_axis(here.ax, found)
        here.ax.axhline(0, color=FAINT, linewidth=1.0, zorder=0)
        for k, effect in enumerate(effects):
            _effect(here.ax, found, effect, k)
        low, high = here.ax.get_ylim()
        here.ax.set_ylim(low, high + (0.12 + 0.08 * len(effects)) * (high - low))
        number_axis(here.ax.yaxis, signed=True)
        here.ax.set_ylabel("Change of the margin")
        here.ax.legend(frameon=False, fontsize=8, loc="upper left")
        _words(here, found, effects)
    return here.ax


def _effect(ax: Axes, found: Simulation, effect: EventEffect, k: int) -> None:
    colour = (INK, QUIET)[k % 2]
    wide = _WIDE * np.nan_to_num(effect.margin_error)
    ends = effect.margin - wide, effect.margin + wide
    ax.fill_between(found.months, *ends, facecolor=colour, alpha=0.2, linewidth=0, gid=f"band {k}")
    name = f"{short(effect.label, 40)}: deals {100 * effect.deals:+z.1f} points".replace("-", "−")
    at = int(np.searchsorted(found.months, effect.month))
    ax.plot(
        found.months,
        effect.margin,
        label=name,
        color=colour,
        linestyle=_LINES[k % len(_LINES)],
        marker=_MARKS[k % len(_MARKS)],
        markevery=[at],
        linewidth=1.6,
        gid=f"effect {k}",
    )


def _words(here: Page, found: Simulation, effects: tuple[EventEffect, ...]) -> None:
    most = max(effects, key=lambda effect: float(np.abs(effect.margin).max()))
    s = int(np.abs(most.margin).argmax())
    change = f"{most.margin[s]:+z.3f}".replace("-", "−")
    finding = f"{short(most.label, 50)} moves the margin most: by {change} on average at month {found.months[s]:g}"
    how = f"{counted(len(found.margin), 'path')}, the same draws with and without each event, all others happening. "
    how += "Line: mean\n"
    how += "difference, with its 95 % band (drawing error only); mark: when it happens; deals as rule " + found.rule
    here.words(finding, how=how, source=paths_source(found))
