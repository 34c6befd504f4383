"""Settings of matplotlib: every one that a figure depends on is ours, but for the fonts that the user chose.

A user's own settings, from a file or set in a program, would change sizes, ask for LaTeX, or draw by hooks of their
own. So all start from matplotlib's defaults. Fonts are honoured, since only the user knows which has the signs of a
script: those named that are installed come first, and DejaVu Sans, which comes with matplotlib, has what they lack.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from typing import Any, cast

import matplotlib as mpl
from matplotlib.font_manager import FontProperties, fontManager

__all__ = ["INK", "QUIET", "font", "owned"]

INK, QUIET = "#222222", "#595959"
_OURS: dict[str, Any] = {
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
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
}
# What is no look: windows, keys, films, where things are kept. Lists of fonts are what is honoured.
_NO_LOOKS: tuple[str, ...] = (
    "_internal",
    "animation.",
    "backend",
    "date.epoch",
    "docstring.",
    "figure.max_open_warning",
    "font.",
)
_NO_LOOKS += ("interactive", "keymap.", "macosx.", "savefig.directory", "timezone", "tk.", "toolbar", "webagg.")
_FONT_LOOKS = ("font.stretch", "font.style", "font.variant", "font.weight")
_ALWAYS = "DejaVu Sans"
_GENERIC = ("serif", "sans-serif", "cursive", "fantasy", "monospace")


def owned() -> dict[Any, Any]:
    """Return all settings to draw and to save with."""
    return {**_defaults(), **_OURS, "font.family": list(_families())}


def font(size: float, *, bold: bool = False) -> FontProperties:
    """Return the font of text of a size in points."""
    return FontProperties(family=list(_families()), size=size, weight="bold" if bold else "normal")


@functools.cache
def _defaults() -> Mapping[str, Any]:
    with warnings.catch_warnings():
        # Some names are there only to say that they are no more.
        warnings.simplefilter("ignore")
        found: dict[str, Any] = dict(cast(Any, mpl.rcParamsDefault))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {name: value for name, value in found.items() if _is_look(name) and _settable(name, value)}


def _is_look(name: str) -> bool:
    return name in _FONT_LOOKS or not name.startswith(_NO_LOOKS)


def _settable(name: str, value: Any) -> bool:
    try:
        mpl.RcParams({name: value})
    except (Warning, ValueError, KeyError, RuntimeError):
        return False
    return True


def _families() -> tuple[str, ...]:
    """Return the fonts that the user's settings name and that are there, then the one that always is."""
    chosen: dict[str, Any] = cast(Any, mpl.rcParams)
    settings = tuple(chosen["font.family"]), *(tuple(chosen[f"font.{kind}"]) for kind in _GENERIC)
    return _installed(settings, len(fontManager.ttflist))


@functools.lru_cache(maxsize=8)
def _installed(settings: tuple[tuple[str, ...], ...], _: int) -> tuple[str, ...]:
    """Return fonts in the order to try them; the number of fonts there are is asked so that a new one is seen."""
    family, *lists = settings
    usual: dict[str, Any] = cast(Any, mpl.rcParamsDefault)
    known = {entry.name for entry in fontManager.ttflist}
    chosen: list[str] = []
    for name in family:
        kind = {"sans serif": "sans-serif", "sans": "sans-serif"}.get(name.lower(), name.lower())
        if kind not in _GENERIC:
            chosen.append(name)
            continue
        named = lists[_GENERIC.index(kind)]
        there = [one for one in named if one in known]
        chosen += there[:1] if named == tuple(usual[f"font.{kind}"]) else there
    return tuple(dict.fromkeys([*(name for name in chosen if name in known), _ALWAYS]))
