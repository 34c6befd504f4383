"""Axes and figures that show themselves: in a notebook what a figure function returns is the picture."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.files import rendered

__all__ = ["Drawing", "Sheet"]


class Drawing(Axes):
    """Axes that show their whole figure where they are the last line of a notebook's cell."""

    name = "sim drawing"

    def _repr_png_(self) -> bytes:
        return rendered(self, ".png")


class Sheet(Figure):
    """A figure without pyplot that shows itself in a notebook."""

    def _repr_png_(self) -> bytes | None:
        return rendered(self.axes[0], ".png") if self.axes else None

    def _repr_html_(self) -> str | None:  # matplotlib's own is for windows in a browser alone
        return None

    def drawing(self) -> Axes:
        """Return new axes over the whole sheet."""
        options: dict[str, Any] = {"axes_class": Drawing}
        ax: Axes = self.add_subplot(**options)
        return ax
