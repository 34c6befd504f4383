"""How far a long run is, on stderr: one line that is written over on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from sim.errors import counted

__all__ = ["ProgressLine", "left_text"]

_EVERY = 10.0
_LONG = 20.0


def left_text(seconds: float) -> str:
    """Return a length of time in words.

    Examples
    --------
    >>> left_text(3.2), left_text(95), left_text(7300)
    ('3 s', '1 min 35 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


@dataclass
class ProgressLine:
    """Writes how far a run is.

    Attributes
    ----------
    stream : TextIO
    clock : callable
        Seconds from any start.
    faster : str
        What would take less time, said once where much is left.
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    clock: Callable[[], float] = time.monotonic
    faster: str = ""

    def __post_init__(self) -> None:
        self._start = self.clock()
        self._told = self._start
        self._open = False

    def begin(self, of: int) -> None:
        """Say on a terminal how much there is to do, before any of it is done."""
        if self.stream.isatty():
            self._write(f"0 of {counted(of, 'point')}", live=True)

    def _write(self, words: str, *, live: bool) -> None:
        self.stream.write(f"\r{words:<70}" if live else f"{words}\n")
        self.stream.flush()
        self._told, self._open = self.clock(), live

    def tell(self, done: int, of: int, kept: int) -> None:
        """Say how many points are done; `kept` were done before the run began."""
        now = self.clock()
        live = self.stream.isatty()
        if not live and now - self._told < _EVERY and done < of:
            return
        worked = done - kept
        left = (now - self._start) / worked * (of - done) if worked else 0.0
        if self.faster and left > _LONG:
            self.close()
            self._write(f"faster: {self.faster}", live=False)
            self.faster = ""
        self._write(f"{done:,} of {counted(of, 'point')}, {left_text(left)} left", live=live)

    def close(self) -> None:
        """End the line."""
        if self._open:
            self.stream.write("\n")
            self.stream.flush()
            self._open = False
