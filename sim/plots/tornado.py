"""Tornado: between what ends the margin goes while one uncertain input goes over its range, the widest on top."""

from __future__ import annotations

from typing import Unpack

from matplotlib.axes import Axes

from sim.ensembles.sensitivity import Spread
from sim.errors import RequestError, counted
from sim.plots.data import source_line
from sim.plots.labels import plain, short
from sim.plots.requests import InDoubt
from sim.plots.scales import number_axis
from sim.plots.style import INK, QUIET, ZONE, Look, Page, Style, page
from sim.show.deciding import input_text

__all__ = ["tornado"]

_MOST = 12
_NO_ZONE = "#d9d9d9"


def tornado(found: InDoubt, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw how far each uncertain input moves the margin by itself.

    Parameters
    ----------
    found : InDoubt
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
        The red lines leave no outcome, so that there is no margin.
    """
    told = found.sensitivity
    shown = [spread for spread in told.tornado if spread.greatest > spread.least][:_MOST]
    if not shown or told.file_margin is None:
        raise RequestError("no uncertain input moves the margin (expected red lines that leave outcomes)")
    totals = {index.inputs: index.total for index in told.margin.groups}
    with page(ax, style, size=(7.4, 1.9 + 0.3 * len(shown))) as here:
        for k, spread in enumerate(shown):
            _bar(here.ax, -k, spread, totals.get(spread.inputs))
        here.ax.axvline(told.file_margin, color=INK, linewidth=0.9, gid="file")
        here.ax.axvline(0, color=QUIET, linewidth=0.9, linestyle="--", gid="zero")
        names = [short(plain(_capital(input_text(found.study.game, spread.inputs))), 44) for spread in shown]
        here.ax.set_yticks([-k for k in range(len(shown))], labels=names)
        here.ax.tick_params(axis="y", length=0)
        here.ax.set(ylim=(-len(shown) + 0.4, 0.6), xlabel="Best margin, in utility")
        here.ax.margins(x=0.1)
        number_axis(here.ax.xaxis, signed=True)
        _words(here, found, shown)
    return here.ax


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bar(ax: Axes, y: float, spread: Spread, total: float | None) -> None:
    """Draw one range: grey where there is no zone; its total index at the right."""
    parts = ((spread.least, min(spread.greatest, 0.0), _NO_ZONE), (max(spread.least, 0.0), spread.greatest, ZONE))
    for left, right, colour in parts:
        if right > left:
            ax.barh(y, right - left, 0.62, left, color=colour, gid=f"range {spread.inputs}")
    if total is not None:
        note: Look = {"ha": "left", "va": "center", "fontsize": 7.5, "color": QUIET}
        ax.annotate(f"{total:.2f}", (spread.greatest, y), (4, 0), textcoords="offset points", **note)


def _words(here: Page, found: InDoubt, shown: list[Spread]) -> None:
    widest, game = shown[0], found.study.game
    name = short(plain(input_text(game, widest.inputs)), 48)
    finding = f"The margin moves most with {name}: from {widest.least:+.3f} to {widest.greatest:+.3f}"
    crossing = sum(spread.least < 0 <= spread.greatest for spread in shown)
    finding += f"; {crossing} of {counted(len(shown), 'input')} can open or close the zone alone" if crossing else ""
    how = f"Bars: one input over its range, the others as in the file (line). Truths drawn from {found.known}.\n"
    how += "Grey: no zone. Numbers: total index, the share of the margin's variance that stays while it is not known"
    here.words(finding.replace("-", "−"), how=how, source=source_line(found.study))
