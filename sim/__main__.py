"""The entry point: runs a command and turns every expected fault into a line and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NoReturn

from sim.cli.out import SHOWN, tell

__all__ = ["main"]

BAD_INPUT = 3
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code: 0 done, 2 usage, 3 bad input, 4 incomplete, 130 interrupted."""
    with _one_interrupt():
        return _faults_told(arguments)


@contextmanager
def _one_interrupt() -> Iterator[None]:
    """Let the first interrupt stop the command and further ones wait: putting things away takes but a moment.

    Only the main thread can see to that, and only where nobody else did.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _interrupt)
    try:
        yield
    finally:
        # Once interrupted the process is about to end, and what still comes must not cut its last words short.
        if signal.getsignal(signal.SIGINT) is _interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(number: int, frame: object) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _faults_told(arguments: Sequence[str] | None) -> int:
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
