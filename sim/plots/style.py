"""The look that all figures share: ink, colours, markers, hatches and words on a page.

Colours are those of Okabe and Ito (2008), Color Universal Design, and cividis for amounts; both keep their order for
colour-blind readers and in grey. Whatever colour says, a marker, a hatch, a label or a position says as well.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypedDict

import matplotlib as mpl
import matplotlib.patheffects as effects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

__all__ = [
    "AMOUNTS",
    "FAINT",
    "INK",
    "MARKERS",
    "NO_DEAL",
    "PARTY_COLOURS",
    "QUIET",
    "RC",
    "ZONE",
    "Page",
    "Style",
    "colour_of",
    "halo",
    "page",
    "short",
    "spread",
    "wrapped",
]

INK, QUIET, FAINT = "#222222", "#595959", "#d9d9d9"
ZONE = "#56b4e9"
NO_DEAL = "#ececec"
AMOUNTS = "cividis"
PARTY_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = {
    "nash": "*",
    "kalai_smorodinsky": "D",
    "egalitarian": "s",
    "utilitarian": "^",
    "equal_loss": "o",
}
RC: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.0,
    "axes.unicode_minus": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.6,
    "hatch.color": QUIET,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "sim",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}
_TITLE, _HINT, _SOURCE = 11.5, 8.5, 7.5
_EDGE = 0.012
_BOLD, _PLAIN = 0.6, 0.53


class Style(TypedDict, total=False):
    """What every figure function takes beside its result.

    Keys
    ----
    size : (float, float)
        Inches, for a figure of its own.
    title : str
        Instead of the finding.
    source : bool
        Whether to name scenario, date and leverage below; true unless told.
    """

    size: tuple[float, float]
    title: str
    source: bool


@dataclass
class Page:
    """Axes to draw on, and the words around them."""

    ax: Axes
    own: bool
    style: Style

    def words(self, title: str, *, how: str = "", source: str = "") -> None:
        """Write the finding, how to read the figure, and where the numbers come from.

        A figure of our own has the finding across its whole width; on axes that were given it is their title.
        """
        figure = self.ax.get_figure(root=True)
        assert figure is not None
        width = 0.97 * figure.get_figwidth() * 72 * (1 if self.own else self.ax.get_position().width)
        finding = wrapped(self.style.get("title", title), int(width / (_BOLD * _TITLE)))
        source = wrapped(source, int(width / (_PLAIN * _SOURCE))) if self.style.get("source", True) else ""
        if not self.own:
            self.ax.set_title(finding, loc="left", fontsize=_TITLE, fontweight="bold")
            _below(self.ax, source)
            return
        figure.suptitle(finding, x=_EDGE, ha="left", fontsize=_TITLE, fontweight="bold")
        self.ax.set_title("\n".join(_hint_lines(how, 0.88 * width)), loc="left", fontsize=_HINT, color=QUIET)
        figure.supxlabel(source, x=_EDGE, ha="left", fontsize=_SOURCE, color=QUIET)


def _hint_lines(text: str, width: float) -> list[str]:
    return [wrapped(line, int(width / (_PLAIN * _HINT))) for line in text.split("\n")]


def _below(ax: Axes, text: str) -> None:
    ax.annotate(
        text, (0, 0), (0, -42), "axes fraction", "offset points", va="top", fontsize=_SOURCE, color=QUIET
    )


@contextmanager
def page(ax: Axes | None, style: Style, *, size: tuple[float, float]) -> Iterator[Page]:
    """Yield a page to draw on in the shared style: the axes given, or those of a new figure.

    Raises
    ------
    TypeError
        A style keyword that no figure knows.
    """
    unknown = sorted(set(style) - Style.__optional_keys__)
    if unknown:
        known = ", ".join(sorted(Style.__optional_keys__))
        raise TypeError(f"unknown style {unknown[0]!r} (expected one of: {known})")
    with mpl.rc_context(RC):
        if ax is None:
            figure = Figure(figsize=style.get("size", size), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.06))
            yield Page(figure.add_subplot(), True, style)
        else:
            yield Page(ax, False, style)


def halo() -> list[effects.AbstractPathEffect]:
    """Return path effects that keep text readable over lines."""
    return [effects.withStroke(linewidth=2.5, foreground="white")]


def colour_of(index: int) -> str:
    """Return the colour of the party with this place in the file."""
    return PARTY_COLOURS[index % len(PARTY_COLOURS)]


def wrapped(text: str, width: int) -> str:
    """Return text in as few lines of at most `width` characters as it takes, about equally long.

    Its own line ends and other control characters become spaces.

    Examples
    --------
    >>> wrapped("one two three", 8).splitlines()
    ['one two', 'three']
    """
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    lines = textwrap.wrap(plain, max(8, width))
    while len(lines) > 1 and len(narrower := textwrap.wrap(plain, max(map(len, lines)) - 1)) == len(lines):
        lines = narrower
    return "\n".join(lines)


def short(text: str, width: int, lines: int = 1) -> str:
    """Return text that fits a label: at most so many lines of `width` characters, cut with an ellipsis.

    Examples
    --------
    >>> short("Security guarantees for all", 12, lines=2).splitlines()
    ['Security', 'guarantees…']
    """
    parts = wrapped(text, width).split("\n")
    parts = [part if len(part) <= width else part[: width - 1] + "…" for part in parts]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], parts[lines - 1][: width - 1].rstrip() + "…"]
    return "\n".join(parts)


def spread(places: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Return places moved as little as needed to lie `apart` and between `low` and `high`, in the same order.

    Where they cannot all fit they share the room evenly.

    Examples
    --------
    >>> [round(x, 3) for x in spread([0.5, 0.5, 0.9], 0.1, 0.0, 1.0)]
    [0.45, 0.55, 0.9]
    """
    if not places:
        return []
    apart = min(apart, (high - low) / max(1, len(places) - 1))
    order = sorted(range(len(places)), key=lambda k: places[k])
    # Runs of labels that touch are centred on the mean of what they point at, and merge with runs they reach.
    runs: list[list[int]] = []
    for k in order:
        runs.append([k])
        while len(runs) > 1 and _start(runs[-1], places, apart, low, high) < _end(runs[-2], places, apart, low, high):
            runs[-2:] = [runs[-2] + runs[-1]]
    result = [0.0] * len(places)
    for run in runs:
        start = _start(run, places, apart, low, high)
        for n, k in enumerate(run):
            result[k] = start + n * apart
    return result


def _start(run: Sequence[int], places: Sequence[float], apart: float, low: float, high: float) -> float:
    length = (len(run) - 1) * apart
    return min(max(sum(places[k] for k in run) / len(run) - length / 2, low), high - length)


def _end(run: Sequence[int], places: Sequence[float], apart: float, low: float, high: float) -> float:
    return _start(run, places, apart, low, high) + len(run) * apart - 1e-12
