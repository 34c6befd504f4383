"""The entry point: runs a command and turns every expected fault into a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from sim.cli.out import SHOWN, tell

__all__ = ["main"]

BAD_INPUT = 3
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 2 usage, 3 bad input, 4 incomplete, 130 interrupted."""
    try:
        try:
            return _run(arguments)
        finally:
            # What is still to be printed fails here and not at exit, where Python would say so in words of its own.
            if sys.stdout is not None:
                sys.stdout.flush()
    except KeyboardInterrupt:
        tell("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone.
        _drop_output()
        return 0
    except MemoryError:
        _drop_output()
        tell("out of memory: use wider steps, fewer issues or linkages, or ask for less at once")
        return BAD_INPUT
    except OSError as error:
        _drop_output()
        words = error.strerror or error
        with suppress(OSError):
            tell(f"{error.filename}: {words}" if error.filename else str(words))
        return BAD_INPUT


def _drop_output() -> None:
    """Point stdout elsewhere, so that closing it at exit stays quiet."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    from sim.cli import parser
    from sim.errors import SimError

    given = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=SHOWN)
    try:
        return int(given.command(given))
    except SimError as error:
        tell(str(error))
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
