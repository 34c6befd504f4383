"""A study's page in a frame of a notebook: its script runs there and can reach nothing outside."""

from __future__ import annotations

from html import escape

from sim.report.page import page
from sim.studies.study import Study

__all__ = ["framed"]

_HEIGHT = 720


def framed(study: Study) -> str:
    """Return the page as an HTML frame without any right but to run its own script."""
    text = escape(page(study), quote=True)
    style = f"width: 100%; height: {_HEIGHT}px; border: 0"
    return f'<iframe sandbox="allow-scripts" style="{style}" title="{escape(repr(study))}" srcdoc="{text}"></iframe>'
