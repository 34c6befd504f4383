"""Labels beside what they name: words cut to fit, and places where they cover neither marks nor each other."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import matplotlib.patheffects as effects
import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from numpy.typing import ArrayLike, NDArray

from sim.plots.settings import font

__all__ = ["boxed", "cut", "fitted", "halo", "label_points", "plain", "short", "spread", "wrapped"]

_SIZE, _SPECK = 9.0, 2.5
_REACHES = (2.0, 8.0, 18.0, 32.0, 50.0, 72.0, 100.0)
_QUIET = "#595959"
Box = tuple[float, float, float, float]


def halo() -> list[effects.AbstractPathEffect]:
    """Return path effects that keep text readable over lines."""
    return [effects.withStroke(linewidth=2.5, foreground="white")]


def wrapped(text: str, width: int) -> str:
    """Return text in lines of at most `width` characters.

    Examples
    --------
    >>> wrapped("one two three", 8).splitlines()
    ['one two', 'three']
    """
    return "\n".join(textwrap.wrap(plain(text), max(8, width)))


def plain(text: str) -> str:
    """Return text in one line: its line ends and other control characters become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fitted(text: str, width: float, *, size: float, bold: bool = False) -> str:
    """Return text in as few lines as fit a width in points, about equally long.

    Examples
    --------
    >>> fitted("one two three four", 50, size=9).splitlines()
    ['one two', 'three four']
    """
    # A number and its percent sign stay together, and no line begins with a dot between two parts.
    words = textwrap.wrap(plain(text).replace(" %", "\xa0%").replace(" ·", "\xa0·"), 60, break_on_hyphens=False)
    words = [word.replace("\xa0", " ") for line in words for word in line.split(" ")]
    face = font(size, bold=bold)
    lengths = [_length(word, face) for word in words]
    blank = _length("x x", face) - _length("xx", face)
    lines = _filled(lengths, blank, width)
    for share in range(99, 49, -3):
        narrower = _filled(lengths, blank, width * share / 100)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return "\n".join(" ".join(words[k] for k in line) for line in lines)


def cut(text: str, width: float, *, size: float) -> str:
    """Return text in one line that fits a width in points, cut with an ellipsis where it does not.

    Examples
    --------
    >>> cut("former Soviet states", 100, size=7), cut("former Soviet states", 40, size=7)
    ('former Soviet states', 'former S…')
    """
    text, face = plain(text), font(size)
    if _length(text, face) <= width:
        return text
    fits = (n for n in range(len(text) - 1, 0, -1) if _length(text[:n].rstrip() + "…", face) <= width)
    return text[: next(fits, 0)].rstrip() + "…"


def boxed(text: str, width: float, lines: int, *, size: float) -> str:
    """Return text in at most so many lines that fit a width in points; what has no room is cut with an ellipsis.

    Examples
    --------
    >>> boxed("training and supply → minimal", 60, 2, size=7.5).splitlines()
    ['training', 'and supply →…']
    """
    whole = fitted(text, width, size=size).split("\n")
    kept = [*whole[: lines - 1], " ".join(whole[lines - 1 :])] if len(whole) > lines else whole
    return "\n".join(cut(line, width, size=size) for line in kept)


def _length(text: str, face: FontProperties) -> float:
    return float(text_to_path.get_text_width_height_descent(text, face, ismath=False)[0])


def _filled(lengths: Sequence[float], blank: float, width: float) -> list[list[int]]:
    """Return words, by number, in lines of at most a width; a word that is longer has a line of its own."""
    lines: list[list[int]] = []
    used = math.inf
    for k, length in enumerate(lengths):
        if used + blank + length > width:
            lines.append([])
            used = -blank
        lines[-1].append(k)
        used += blank + length
    return lines


def short(text: str, width: int, lines: int = 1) -> str:
    """Return text that fits a label: at most so many lines of `width` characters, cut with an ellipsis.

    Examples
    --------
    >>> short("Security guarantees for all", 12, lines=2).splitlines()
    ['Security', 'guarantees…']
    """
    parts = (textwrap.wrap(plain(text), max(2, width)) if lines > 1 else []) or [plain(text)]
    if len(parts) > lines or len(parts[-1]) > width:
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
    room = (apart, low, high)
    order = sorted(range(len(places)), key=lambda k: places[k])
    # Runs of labels that touch are centred on the mean of what they point at, and merge with runs they reach.
    runs: list[list[int]] = []
    for k in order:
        runs.append([k])
        while len(runs) > 1 and _start(runs[-1], places, room) < _end(runs[-2], places, room):
            runs[-2:] = [runs[-2] + runs[-1]]
    result = [0.0] * len(places)
    for run in runs:
        start = _start(run, places, room)
        for n, k in enumerate(run):
            result[k] = start + n * apart
    return result


def _start(run: Sequence[int], places: Sequence[float], room: tuple[float, float, float]) -> float:
    apart, low, high = room
    length = (len(run) - 1) * apart
    return min(max(sum(places[k] for k in run) / len(run) - length / 2, low), high - length)


def _end(run: Sequence[int], places: Sequence[float], room: tuple[float, float, float]) -> float:
    return _start(run, places, room) + len(run) * room[0] - 1e-12


def label_points(
    ax: Axes,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    *,
    mark: float = 7.0,
    dots: ArrayLike = (),
    size: float = _SIZE,
    near: bool = False,
) -> None:
    """Write a label near each point where it covers no mark and no other text, inside the axes.

    Parameters
    ----------
    ax : Axes
        As large as it will be drawn, with its limits set.
    points : sequence of (float, float)
        In data coordinates.
    texts : sequence of str
    mark : float
        Half the size of the marks, in points of 1/72 inch.
    dots : array_like, shape (n, 2)
        Of curves and small marks, which labels cover only where there is no other place.
    size : float
        Of the font.
    near : bool
        Leave out labels that have no room right beside their points.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = 72.0 / figure.dpi
    low, high = ax.get_window_extent().get_points() * scale
    inner = (low[0] + 2, low[1] + 2, high[0] - 2, high[1] - 2)
    spots, specks = (ax.transData.transform(np.reshape(some, (-1, 2))) * scale for some in (points, dots))
    taken = [*_boxes(spots, mark), *_text_boxes(ax, scale)]
    small = _boxes(specks, _SPECK)
    face = font(size)
    for (x, y), point, text in zip(spots, points, texts, strict=True):
        lines = text.split("\n")
        area = (max(_length(line, face) for line in lines) + 3, 1.3 * size * len(lines))
        reaches = _REACHES[:2] if near else _REACHES
        tries = (_free(_around((x, y), area, mark, reaches), some, inner) for some in ([*taken, *small], taken))
        box = next(chain.from_iterable(itertools.islice(tries, 1) if near else tries), None)
        if box is None and near:
            continue
        box = box or _beside((x, y), area, mark)
        taken.append(box)
        middle = ((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y)
        away = math.hypot(max(abs(middle[0]) - area[0] / 2, 0), max(abs(middle[1]) - area[1] / 2, 0))
        _write(ax, text, point, middle=middle, size=size, mark=mark if away > mark + 4 and not near else None)


def _boxes(spots: NDArray[np.float64], half: float) -> list[Box]:
    return [(x - half, y - half, x + half, y + half) for x, y in spots.tolist()]


def _text_boxes(ax: Axes, scale: float) -> Iterator[Box]:
    for text in ax.texts:
        # An annotation's own extent would count its line.
        (left, bottom), (right, top) = Text.get_window_extent(text).get_points() * scale
        yield float(left), float(bottom), float(right), float(top)


def _write(
    ax: Axes,
    text: str,
    point: tuple[float, float],
    *,
    middle: tuple[float, float],
    size: float,
    mark: float | None,
) -> None:
    """Write a label with its middle so far from a point, with a line to the mark there unless that is None."""
    line: dict[str, Any] | None = None
    if mark is not None:
        line = {"arrowstyle": "-", "color": _QUIET, "linewidth": 0.6, "shrinkA": 0, "shrinkB": mark - 2}
    look: dict[str, Any] = {"ha": "center", "va": "center", "path_effects": halo(), "fontsize": size}
    ax.annotate(text, point, middle, textcoords="offset points", arrowprops=line, **look)


def _around(
    spot: tuple[float, float], size: tuple[float, float], mark: float, reaches: Sequence[float]
) -> Iterator[Box]:
    """Yield boxes around a spot, the nearest first; to the right before the left, above before below."""
    width, height = size
    for reach in reaches:
        for across, up in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)):
            x = spot[0] + across * (mark + reach + width / 2)
            y = spot[1] + up * (mark + reach + height / 2)
            yield (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _beside(spot: tuple[float, float], size: tuple[float, float], mark: float) -> Box:
    x, y = spot[0] + mark + 2, spot[1]
    return (x, y - size[1] / 2, x + size[0], y + size[1] / 2)


def _free(boxes: Iterator[Box], taken: Sequence[Box], inner: Box) -> Iterator[Box]:
    for box in boxes:
        inside = box[0] >= inner[0] and box[1] >= inner[1] and box[2] <= inner[2] and box[3] <= inner[3]
        clear = all(box[2] <= b[0] or b[2] <= box[0] or box[3] <= b[1] or b[3] <= box[1] for b in taken)
        if inside and clear:
            yield box
