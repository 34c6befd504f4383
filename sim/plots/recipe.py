"""What the command and the documentation know of one figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from sim.plots.requests import Request

__all__ = ["Recipe"]


@dataclass(frozen=True)
class Recipe:
    """One figure.

    Attributes
    ----------
    name, about : str
        As on the command line, and one line for a reader.
    needs : str
        What the scenario must have, in words.
    gather : callable
        Request to the result that is drawn.
    figure : callable
        Result to axes.
    takes : tuple of str
        Which of issues, issue, parties, levers, solution, solutions, measure, doubt and page_number the figure can
        be told.
    sweeps : tuple of str
        Which of them the result it draws depends on.
    """

    name: str
    about: str
    needs: str
    gather: Callable[[Request], Any]
    figure: Callable[..., Axes]
    takes: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
