"""Convergence: how the total indices of what decides settle as truths are added."""

from __future__ import annotations

from typing import Unpack

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from sim.errors import RequestError
from sim.plots.data import source_line
from sim.plots.labels import plain, short
from sim.plots.requests import InDoubt
from sim.plots.style import Look, Page, Style, colour_of, page
from sim.show.deciding import input_text

__all__ = ["convergence"]

_MOST = 6
_LINES = ("-", "--", "-.", ":", "-", "--")
_MARKS = ("o", "s", "^", "D", "v", "P")


def convergence(found: InDoubt, ax: Axes | None = None, **style: Unpack[Style]) -> Axes:
    """Draw the total indices of the inputs that decide the margin, from few truths to all.

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
        The margin is the same in every truth.
    """
    told = found.sensitivity.margin
    if not told.groups:
        raise RequestError("the margin is the same in every truth (expected red lines that leave outcomes)")
    counts = list(told.path)
    with page(ax, style, size=(7.2, 5.0)) as here:
        for k, group in enumerate(told.groups[:_MOST]):
            totals = [each[k] for each in told.path.values()]
            name = short(plain(input_text(found.study.game, group.inputs)), 40)
            look: Look = {"color": colour_of(k), "linestyle": _LINES[k], "marker": _MARKS[k], "markersize": 4.5}
            here.ax.plot(counts, totals, label=name, linewidth=1.5, gid=f"index {group.inputs}", **look)
            here.ax.vlines(
                counts[-1] * (1.04 + 0.03 * k), group.total_low, group.total_high, colour_of(k), linewidth=1.5
            )
        here.ax.set_xscale("log", base=2)
        here.ax.set_xticks(counts)
        here.ax.xaxis.set_minor_locator(NullLocator())
        here.ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
        here.ax.set(xlabel="Truths a set", ylabel="Total index")
        here.ax.set_ylim(0, 1.6 * here.ax.get_ylim()[1])
        here.ax.legend(frameon=False, fontsize=8, loc="upper right")
        _words(here, found)
    return here.ax


def _words(here: Page, found: InDoubt) -> None:
    told = found.sensitivity.margin
    settled = "have settled" if told.moved <= 0.05 else "have not settled"
    finding = f"The indices {settled}: from half as many truths they move by up to {told.moved:.2f}"
    how = f"Total indices of the inputs that decide the margin; bars: 95 % intervals. Truths drawn from {found.known}"
    here.words(finding, how=how, source=source_line(found.study))
