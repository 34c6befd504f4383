"""How long one piece of work has taken, on a terminal's stderr: there within a second, gone before results."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from sim.cli.progress import left_text

__all__ = ["ALONE", "MARGIN_ALONE", "waiting"]

ALONE = "fewer levels (a larger step of issues)"
MARGIN_ALONE = f"{ALONE}; for the margin alone: sim sweep SCENARIO --over NAME=LEVEL --measure margin -o -"
_EVERY, _LONG = 1.0, 10.0


@contextmanager
def waiting(
    what: str,
    faster: str = "",
    *,
    stream: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
    every: float = _EVERY,
) -> Iterator[None]:
    """Say on a terminal how long the work within has taken; nothing where stderr is a file or a pipe.

    Parameters
    ----------
    what : str
        What is being done.
    faster : str
        What would take less time; said once, where it has taken long.
    stream, clock, every
        Where to write, seconds from any start, and seconds between two writings.
    """
    out = stream or sys.stderr
    if not out.isatty():
        yield
        return
    done = threading.Event()
    line = threading.Thread(target=_tell, args=(out, what, faster, (clock, every, done)), daemon=True)
    line.start()
    try:
        yield
    finally:
        done.set()
        line.join()


def _tell(out: TextIO, what: str, faster: str, beat: tuple[Callable[[], float], float, threading.Event]) -> None:
    """Write over one line until the work is done, then blank it."""
    clock, every, done = beat
    start, told = clock(), ""
    while not done.wait(every):
        spent = clock() - start
        if faster and spent >= _LONG:
            out.write(f"\r{'':<{len(told)}}\rfaster: {faster}\n")
            faster = ""
        told = f"{what}: {left_text(spent)}"
        out.write(f"\r{told}")
        out.flush()
    out.write(f"\r{'':<{len(told)}}\r" if told else "")
    out.flush()
