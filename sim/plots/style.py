"""The look that all figures share: ink, colours, markers, hatches and words on a page.

Colours are those of Okabe and Ito (2008), Color Universal Design, and cividis for amounts; both keep their order for
colour-blind readers and in grey. Whatever colour says, a marker, a hatch, a label or a position says as well.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypedDict

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.errors import RequestError
from sim.plots.canvas import Sheet
from sim.plots.labels import fitted
from sim.plots.settings import INK, QUIET, owned

__all__ = [
    "AMOUNTS",
    "FAINT",
    "INK",
    "MARKERS",
    "NO_DEAL",
    "OVER_NO_DEAL",
    "PARTY_COLOURS",
    "PLATE",
    "QUIET",
    "ZONE",
    "Look",
    "Page",
    "Style",
    "colour_of",
    "ink_on",
    "legible",
    "marker_of",
    "page",
]

FAINT = "#d9d9d9"
ZONE = "#56b4e9"
NO_DEAL = "#ececec"
AMOUNTS = "cividis"
_BELOW, _MIDDLE, _ABOVE = "#d9863a", "#fbfaf7", "#4f9fd0"
OVER_NO_DEAL = LinearSegmentedColormap.from_list("over no deal", [_BELOW, _MIDDLE, _ABOVE])
"""Colours of what is above 0 and below, those of the report page: for margins and gains, 0 in the middle."""
PARTY_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = {
    "nash": "*",
    "kalai_smorodinsky": "D",
    "egalitarian": "s",
    "utilitarian": "^",
    "equal_loss": "o",
}
OTHER_MARKER = "P"
PLATE: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
_TITLE, _HINT, _SOURCE = 11.5, 8.5, 7.5
_EDGE = 0.012
_LEAST, _HALF = 0.9, 0.5
_CONTRAST = 4.5


# Keywords for artists.
Look = dict[str, Any]


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

        A figure of our own has the finding across its whole width, and its layout is settled with it; on axes that
        were given the finding is their title.
        """
        figure = self.ax.get_figure(root=True)
        assert figure is not None
        width = 0.96 * figure.get_figwidth() * 72 * (1 if self.own else self.ax.get_position().width)
        finding = fitted(self.style.get("title", title), width, size=_TITLE, bold=True)
        source = _lines(source, width, _SOURCE) if self.style.get("source", True) else ""
        if not self.own:
            self.ax.set_title(finding, loc="left", fontsize=_TITLE, fontweight="bold")
            self._below(source)
            return
        hint = _lines(how, width, _HINT)
        self.ax.set_xlabel(_lines(self.ax.get_xlabel(), 0.5 * figure.get_figwidth() * 72, 9))
        self.ax.set_ylabel(_lines(self.ax.get_ylabel(), 0.55 * figure.get_figheight() * 72, 9))
        figure.suptitle(finding, x=_EDGE, ha="left", fontsize=_TITLE, fontweight="bold")
        figure.supxlabel(source, x=_EDGE, ha="left", fontsize=_SOURCE, color=QUIET)
        label = self.ax.set_title(hint, loc="left", fontsize=_HINT, color=QUIET, pad=9)
        _settle(figure)
        # Axes start where their labels leave room, the words at the edge of the page.
        place = self.ax.get_position()
        label.set_x((_EDGE - place.x0) / place.width)

    def _below(self, text: str) -> None:
        style: Look = {"va": "top", "fontsize": _SOURCE, "color": QUIET}
        self.ax.annotate(text, (0, 0), (0, -42), "axes fraction", "offset points", **style)


def _lines(text: str, width: float, size: float) -> str:
    """Return text that fits a width in points; its own line ends stay."""
    return "\n".join(fitted(line, width, size=size) for line in text.split("\n"))


def _settle(figure: Figure) -> None:
    """Lay a page out for good: what is placed by it later stays right at any resolution."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
        figure.set_layout_engine("none")


@contextmanager
def page(ax: Axes | None, style: Style, *, size: tuple[float, float], full: bool = False) -> Iterator[Page]:
    """Yield a page to draw on in the shared style: the axes given, or those of a new figure.

    Parameters
    ----------
    ax : Axes or None
    style : Style
    size : (float, float)
        Inches, unless the style says otherwise.
    full : bool
        Whether words fill a page of this size, so that a smaller one would make them overlap; others may be half of it.

    Raises
    ------
    TypeError
        A style keyword that no figure knows.
    RequestError
        A page is to be much smaller than it must be.
    """
    unknown = sorted(set(style) - Style.__optional_keys__)
    if unknown:
        known = ", ".join(sorted(Style.__optional_keys__))
        raise TypeError(f"unknown style {unknown[0]!r} (expected one of: {known})")
    with mpl.rc_context(owned()), warnings.catch_warnings():
        # A script that no font here has shows as boxes; that is no fault of the request.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font", category=UserWarning)
        if ax is None:
            wanted = style.get("size", size)
            least = [math.ceil(10 * (_LEAST if full else _HALF) * side) / 10 for side in size]
            if any(side < most for side, most in zip(wanted, least, strict=True)):
                raise RequestError(
                    f"size: {wanted[0]:g}x{wanted[1]:g} inches are too few for the words of this figure "
                    f"(expected at least {least[0]:g}x{least[1]:g}, or fewer rows and columns)"
                )
            figure = Sheet(figsize=wanted, layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.06))
            yield Page(figure.drawing(), True, style)
        else:
            yield Page(ax, False, style)


def marker_of(solution: str) -> str:
    """Return the marker of a solution; those without one of their own share one."""
    return MARKERS.get(solution, OTHER_MARKER)


def legible(colour: str, *, least: float = _CONTRAST) -> str:
    """Return a colour dark enough for text on white: itself, or the same hue darker.

    Contrast is that of the Web Content Accessibility Guidelines (W3C 2018): (L1 + 0.05) / (L2 + 0.05), L the relative
    luminance.

    Examples
    --------
    >>> legible("#0072b2"), legible("#d55e00")
    ('#0072b2', '#c25600')
    """
    red, green, blue = to_rgb(colour)
    shades = ((k / 100 * red, k / 100 * green, k / 100 * blue) for k in range(100, 0, -1))
    return next(to_hex(shade) for shade in shades if 1.05 / (_luminance(shade) + 0.05) >= least)


def ink_on(ground: Sequence[float]) -> str:
    """Return the colour of text on a colour (red, green, blue): black or white, whichever stands out more.

    Examples
    --------
    >>> ink_on((0.9, 0.9, 0.9)), ink_on((0, 0.1, 0.3))
    ('black', 'white')
    """
    light = _luminance(ground) + 0.05
    return "black" if light / 0.05 >= 1.05 / light else "white"


def _luminance(rgb: Sequence[float]) -> float:
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in rgb]
    return sum(share * x for share, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def colour_of(index: int) -> str:
    """Return the colour of the party with this place in the file."""
    return PARTY_COLOURS[index % len(PARTY_COLOURS)]
