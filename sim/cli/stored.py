"""What commands share that work through blocks: where these run, where they are kept, how to go on."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.out import tell

if TYPE_CHECKING:
    from sim.cli.progress import ProgressLine
    from sim.sweeps.sweep import Progress

__all__ = ["add_engine", "check_place", "command_line", "followed_by", "told_how_to_go_on", "write"]


def add_engine(command: argparse.ArgumentParser, what: str) -> None:
    """Add the options that say where blocks of something are worked out, and that an interrupted run goes on."""
    command.add_argument("--block", type=int, metavar="N", help=f"{what} worked out, and stored, at once")
    command.add_argument("--resume", action="store_true", help="go on with a .zarr that was interrupted")
    engine = command.add_mutually_exclusive_group()
    engine.add_argument("--workers", type=int, metavar="N", help="local processes to use")
    engine.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://127.0.0.1:8786")


def check_place(output: Path | None, *, resume: bool) -> None:
    """Raise RequestError where results cannot be written to a place, or where it keeps nothing to go on with."""
    from sim.errors import RequestError
    from sim.output.datasets import check_output, is_store
    from sim.sweeps.sweep import finished

    if resume and (output is None or not is_store(output)):
        raise RequestError(f"--resume: {output or 'no output'} keeps no blocks (expected a .zarr output)")
    if output is not None and not (resume and finished(output)):
        check_output(output)


def followed_by(line: ProgressLine) -> Callable[[Progress], None]:
    """Return what tells a line how far a run is."""
    return lambda progress: line.tell(progress.points, progress.of, progress.kept)


@contextmanager
def told_how_to_go_on(output: Path | None, command: Callable[[], str]) -> Iterator[None]:
    """Where a run stops half-way and what is done is kept, print the command that goes on with it."""
    from sim.errors import EngineLost, NotWritten
    from sim.output.datasets import is_store

    try:
        yield
    except (KeyboardInterrupt, EngineLost, NotWritten):
        if output is not None and is_store(output) and output.exists():
            tell(f"what is done is kept; to go on:\n  {command()}")
        raise


def write(dataset: Any, output: Path) -> None:
    """Write results; where that fails, leave them in the folder for temporary files.

    Raises
    ------
    RequestError
        They cannot be written; says where they are kept.
    """
    from sim.errors import RequestError
    from sim.output.datasets import rescued, write_dataset

    try:
        write_dataset(dataset, output)
    except RequestError as fault:
        if (elsewhere := rescued(dataset, output)) is None:
            raise
        raise RequestError(f"{fault}\nwhat was worked out is kept in {elsewhere}") from None


def command_line(name: str, given: argparse.Namespace, more: Mapping[str, Any]) -> str:
    """Return the command that goes on with a run on this machine.

    Parameters
    ----------
    name : str
    given : Namespace
    more : mapping
        The command's own options: a value, or several for an option that is given again for each.
    """
    words = ["sim", name, "FILE" if given.scenario == "-" else given.scenario]
    for axis, levels in given.over:
        spread = ":" if isinstance(levels, tuple) else ","
        words += ["--over", f"{axis}={spread.join(map(repr, levels))}"]
    words += ["-o", given.output]
    several = {option: values for option, values in more.items() if isinstance(values, list)}
    for option, values in (several | {"--lift": given.lift, "--sign": given.sign}).items():
        words += _again(option, values or ())
    for option, pairs in (("--set", given.set), ("--at", given.at)):
        words += _again(option, [f"{path}={value}" for path, value in pairs])
    single = {option: value for option, value in more.items() if option not in several}
    for option, value in (single | {"--block": given.block, "--workers": given.workers}).items():
        words += [] if value is None else [option, str(value)]
    return shlex.join([*words, "--resume"])


def _again(option: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (option, value)]
