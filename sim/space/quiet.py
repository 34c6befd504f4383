"""Keeping a solver's own words off standard output, where data goes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["quiet"]

_LOCK = threading.Lock()


@contextmanager
def quiet() -> Iterator[None]:
    """Send what native code prints to standard output meanwhile nowhere.

    HiGHS prints a line of its own now and then, whatever its options say, past Python's streams. Python's own output
    is flushed first and goes where it should afterwards. Where there is no standard output nothing is done.
    """
    with _LOCK:
        try:
            with suppress(AttributeError, ValueError):
                sys.stdout.flush()
            kept = os.dup(1)
        except OSError:
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)
