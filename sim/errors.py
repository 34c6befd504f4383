"""The error tree: every fault a user can cause ends in one of these.

::

    SimError
    ├── ScenarioError      a scenario file is wrong; carries every fault found, exit 3
    ├── RequestError       a request names something that does not exist or is not allowed, exit 3
    │   ├── NotWritten     a store cannot be written to; what it holds is kept, exit 3
    │   └── NotDefined     a question has no answer for some of the numbers it is about, exit 3
    ├── SizeError          the work asked for is too large; says how large and what to do, exit 3
    └── EngineLost         worker processes or a cluster died under the work; what is stored is kept, exit 4

No agreement is not an error: a study without a zone is a result.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "EngineLost",
    "Fault",
    "NotDefined",
    "NotWritten",
    "RequestError",
    "ScenarioError",
    "SimError",
    "SizeError",
    "counted",
    "shown",
    "visible",
]

SHOWN = 100


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
        return visible(": ".join(part for part in (place, self.path, self.message) if part))


# Controls, line separators, overrides and isolates of direction, halves of pairs, and what is no character.
_STEERING = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]")


def visible(text: str, keep: str = "") -> str:
    r"""Return text whose characters that would steer a terminal, or turn the words around them, stand as escapes.

    Whatever a file, a path or an option says passes through here where it leaves for a person's eyes.

    Parameters
    ----------
    text : str
    keep : str
        Characters to leave as they are, such as the end of a line.

    Examples
    --------
    >>> print(visible("\x1b[2JBorder\u202e\n"))
    \x1b[2JBorder\u202e\n
    """
    return _STEERING.sub(lambda found: found[0] if found[0] in keep else repr(found[0])[1:-1], text)


def shown(value: object) -> str:
    """Return what a caller handed over in a few words, whatever it is."""
    try:
        return reprlib.repr(value)
    except Exception:
        return f"something of the type {type(value).__name__}"


def counted(count: int, one: str, many: str = "") -> str:
    """Return how many of something there are: one alone in the singular.

    Examples
    --------
    >>> counted(1, "path"), counted(2500, "path"), counted(0, "party", "parties")
    ('1 path', '2,500 paths', '0 parties')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


class SimError(Exception):
    """Anything a user can cause; the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 3

    def __str__(self) -> str:
        return visible(super().__str__(), keep="\n")


class ScenarioError(SimError):
    """A scenario cannot be used; `faults` holds every fault found, in file order, the message the first hundred."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return the first hundred faults, a line each, and how many more there are."""
        shown = [str(fault) for fault in self.faults[:SHOWN]]
        left = len(self.faults) - len(shown)
        return [*shown, f"and {left:,} more faults"] if left else shown


class RequestError(SimError):
    """A request names something that does not exist, is not allowed or cannot be written."""


class NotDefined(RequestError):
    """A question has no answer for some of the numbers it is about, such as odds that become negative."""


class NotWritten(RequestError):
    """A store cannot be written to; what it holds is kept."""


class SizeError(SimError):
    """The work asked for does not fit; the message names the size, the limit and a remedy."""


class EngineLost(SimError):
    """The engine died under the work; what it had handed back is kept."""

    exit_code = 4
