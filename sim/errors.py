"""The error tree: every fault a user can cause ends in one of these.

::

    SimError
    ├── ScenarioError      a scenario file is wrong; carries every fault found, exit 3
    ├── RequestError       a request names something that does not exist or is not allowed, exit 3
    │   └── NotWritten     a store cannot be written to; what it holds is kept, exit 3
    ├── SizeError          the work asked for is too large; says how large and what to do, exit 3
    └── EngineLost         worker processes or a cluster died under the work; what is stored is kept, exit 4

No agreement is not an error: a study without a zone is a result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["EngineLost", "Fault", "NotWritten", "RequestError", "ScenarioError", "SimError", "SizeError"]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one place.

    Attributes
    ----------
    file : str
        Where the fault was read: a file name, ``<stdin>`` or an option such as ``--set``.
    line, column : int
        Both count from 1; 0 means the fault has no place in the text.
    path : str
        The path of the number or section, such as ``parties.russia.power``; empty for the file as a whole.
    message : str
        What is wrong and, in brackets, what was expected.
    """

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return _one_line(": ".join(part for part in (place, self.path, self.message) if part))


def _one_line(text: str) -> str:
    """Write control characters as escapes, so that a name from a file cannot break the line or steer a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class SimError(Exception):
    """Anything a user can cause; the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 3


class ScenarioError(SimError):
    """A scenario cannot be used; `faults` holds every fault found, in file order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))


class RequestError(SimError):
    """A request names something that does not exist, is not allowed or cannot be written."""


class NotWritten(RequestError):
    """A store cannot be written to; what it holds is kept."""


class SizeError(SimError):
    """The work asked for does not fit; the message names the size, the limit and a remedy."""


class EngineLost(SimError):
    """The engine died under the work; what it had handed back is kept."""

    exit_code = 4
