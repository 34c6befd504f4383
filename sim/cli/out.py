"""Where text leaves: lines for a person, cleaned of what would steer a terminal, and data as plain ASCII."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from sim.errors import visible

__all__ = ["SHOWN", "ask", "print_data", "say", "tell"]

SHOWN = "sim.shown"


def say(text: str) -> None:
    """Print text on standard output."""
    _print(text, sys.stdout)


def tell(text: str) -> None:
    """Print a message on standard error."""
    _print(text, sys.stderr)


def ask(question: str) -> str:
    """Return the line that answers a question asked on standard error; an end of input counts as an interrupt."""
    sys.stderr.write(question)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer.strip()


def print_data(data: Mapping[str, Any]) -> None:
    """Print plain data as JSON on standard output."""
    from sim.output.study_json import to_json

    say(to_json(data))


def _print(text: str, stream: TextIO) -> None:
    print(visible(text, keep="\n"), file=stream)


def _shown(error: UnicodeError) -> tuple[str, int]:
    """Return letters that an encoding lacks as escapes, so that names stay apart, and a question mark for the rest."""
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(ascii(c)[1:-1] if c.isalnum() else "?" for c in lacking), error.end


codecs.register_error(SHOWN, _shown)
