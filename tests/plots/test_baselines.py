"""Pictures without text, against pictures that a person has looked at.

Run this file as a script to make the pictures anew; then look at them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from figure_scenes import studied, swept
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave
from matplotlib.text import Text
from numpy.typing import NDArray

from sim import plots

KEPT = Path(__file__).parent / "baselines"
PICTURES: dict[str, Callable[[Axes], Axes]] = {
    "utility_plane": lambda ax: plots.utility_plane(studied("full"), ax),
    "agreement_ranges": lambda ax: plots.agreement_ranges(studied("full"), ax),
    "zone_map": lambda ax: plots.zone_map(studied("full"), ax, issues=["tax", "fleet"]),
    "leverage_map": lambda ax: plots.leverage_map(swept("three", "court", "gossip"), ax),
    "leverage_path": lambda ax: plots.leverage_path(swept("three", "court"), ax),
}


def picture(name: str) -> NDArray[np.float64]:
    """Return a figure in fixed axes, its text hidden, as pixels."""
    figure = Figure(figsize=(4, 3), dpi=60)
    ax = PICTURES[name](figure.add_axes((0.05, 0.05, 0.9, 0.9)))
    for text in figure.findobj(Text):
        text.set_visible(False)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    assert ax.get_figure() is figure
    return np.asarray(canvas.buffer_rgba(), dtype=np.float64)[..., :3] / 255


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_look_as_they_did(name: str) -> None:
    kept = imread(KEPT / f"{name}.png")[..., :3]
    found = picture(name)
    assert found.shape == kept.shape
    difference = np.abs(found - kept).max(axis=2)
    # Anti-aliased edges differ between versions of the drawing library; areas and lines do not.
    assert difference.mean() < 0.01
    assert (difference > 0.25).mean() < 0.01


if __name__ == "__main__":
    KEPT.mkdir(exist_ok=True)
    for each in sys.argv[1:] or PICTURES:
        imsave(KEPT / f"{each}.png", picture(each))
