"""Labels beside what they name: words cut to fit, and places where they cover neither marks nor each other."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import matplotlib.patheffects as effects
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

__all__ = ["fitted", "halo", "label_points", "plain", "short", "spread", "wrapped"]

_SIZE = 9.0
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
    words = textwrap.wrap(plain(text), 60, break_on_hyphens=False)
    words = [word for line in words for word in line.split()]
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    lengths = [_length(word, font) for word in words]
    blank = _length("x x", font) - _length("xx", font)
    lines = _filled(lengths, blank, width)
    for share in range(99, 49, -3):
        narrower = _filled(lengths, blank, width * share / 100)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return "\n".join(" ".join(words[k] for k in line) for line in lines)


def _length(text: str, font: FontProperties) -> float:
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


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


def label_points(ax: Axes, points: Sequence[tuple[float, float]], texts: Sequence[str], *, mark: float = 7.0) -> None:
    """Write a label near each point where it covers no mark and no other label, inside the axes.

    Parameters
    ----------
    ax : Axes
        As large as it will be drawn, with its limits set.
    points : sequence of (float, float)
        In data coordinates.
    texts : sequence of str
    mark : float
        Half the size of the marks, in points of 1/72 inch.
    """
    figure = ax.get_figure(root=True)
    assert figure is not None
    scale = 72.0 / figure.dpi
    low, high = ax.get_window_extent().get_points() * scale
    spots = [tuple(float(x) * scale for x in ax.transData.transform(point)) for point in points]
    font = FontProperties(family="DejaVu Sans", size=_SIZE)
    taken: list[Box] = [(x - mark, y - mark, x + mark, y + mark) for x, y in spots]
    for k, ((x, y), text) in enumerate(zip(spots, texts, strict=True)):
        lines = text.split("\n")
        size = (max(_length(line, font) for line in lines) + 3, 1.3 * _SIZE * len(lines))
        inner = (low[0] + 2, low[1] + 2, high[0] - 2, high[1] - 2)
        box = next(_free(_around((x, y), size, mark), taken, inner), None) or _beside((x, y), size, mark)
        taken.append(box)
        middle = ((box[0] + box[2]) / 2 - x, (box[1] + box[3]) / 2 - y)
        far = math.hypot(max(abs(middle[0]) - size[0] / 2, 0), max(abs(middle[1]) - size[1] / 2, 0)) > mark + 4
        line: dict[str, Any] = {"arrowstyle": "-", "color": _QUIET, "linewidth": 0.6, "shrinkA": 0, "shrinkB": mark - 2}
        ax.annotate(
            text,
            points[k],
            middle,
            textcoords="offset points",
            ha="center",
            va="center",
            arrowprops=line if far else None,
            path_effects=halo(),
        )


def _around(spot: tuple[float, float], size: tuple[float, float], mark: float) -> Iterator[Box]:
    """Yield boxes around a spot, the nearest first; to the right before the left, above before below."""
    width, height = size
    for reach in (2.0, 8.0, 18.0, 32.0, 50.0, 72.0):
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
