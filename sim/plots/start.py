"""Matplotlib, brought in so that nothing around it can stop a figure or speak in its place."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress

__all__ = ["start"]


def start() -> None:
    """Import matplotlib; a second call does nothing.

    A name in ``MPLBACKEND`` that matplotlib does not know would end the import, though figures here need no backend;
    one that it does know counts as ever. A cache of fonts that cannot be kept, or a line of a settings file that
    cannot be read, is no matter for those who asked for a figure.
    """
    if "matplotlib" in sys.modules:
        return
    backend = os.environ.pop("MPLBACKEND", None)
    logger = logging.getLogger("matplotlib")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        import matplotlib
        import matplotlib.font_manager
    finally:
        logger.setLevel(level)
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    if backend:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = backend
