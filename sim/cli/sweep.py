"""`sim sweep`: many leverage points."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Any

from sim.cli import options, stored
from sim.cli.out import print_data, tell
from sim.errors import counted

if TYPE_CHECKING:
    from pathlib import Path

    from sim.sweeps.sweep import Progress

__all__ = ["add_sweep", "axis"]

_INCOMPLETE = 4


def add_sweep(commands: Any) -> None:
    """Add the command `sweep`."""
    sweep = commands.add_parser("sweep", help="work out a scenario at every combination of some levels")
    sweep.add_argument("scenario", help="a YAML file; - for standard input")
    sweep.add_argument(
        "--over",
        type=axis,
        action="append",
        required=True,
        metavar="NAME=LEVELS",
        help="a leverage variable or a path, with LOW:HIGH:COUNT or a,b,c",
    )
    sweep.add_argument("-o", "--output", required=True, metavar="FILE", help="a .nc, .csv or .zarr; - prints CSV")
    sweep.add_argument("--measure", action="append", metavar="NAME", help="only this measure (may be repeated)")
    sweep.add_argument("--solution", action="append", metavar="NAME", help="only this solution (may be repeated)")
    options.add_point(sweep)
    options.add_samples(sweep)
    stored.add_engine(sweep, "points")
    sweep.add_argument("--json", action="store_true", help="print the summary as data")
    sweep.set_defaults(command=_sweep)


def axis(text: str) -> tuple[str, Any]:
    """Return a name with its levels: low, high and count, or a list of numbers."""
    name, levels = options.pair(text)
    try:
        if ":" not in levels:
            return name, [float(level) for level in levels.split(",")]
        low, high, count = levels.split(":")
        if int(count) < 0:
            raise ValueError
        return name, (float(low), float(high), int(count))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} (expected NAME=LOW:HIGH:COUNT or NAME=a,b,c)") from None


def _sweep(given: argparse.Namespace) -> int:
    """Run a sweep into a file; CSV for standard output goes to a file first, so that it comes whole or not at all."""
    if given.output != "-":
        return _into_file(given)
    import sys
    import tempfile
    from pathlib import Path

    from sim.errors import RequestError

    if given.json:
        raise RequestError("--json: with -o - (expected the summary or the CSV on standard output, not both)")
    with tempfile.TemporaryDirectory() as folder:
        given.output = str(Path(folder) / "sweep.csv")
        code = _into_file(given, aside=True)
        sys.stdout.write(Path(given.output).read_text(encoding="utf-8-sig"))
    return code


def _into_file(given: argparse.Namespace, *, aside: bool = False) -> int:
    from pathlib import Path

    output = Path(given.output)
    stored.check_place(output, resume=given.resume)
    with stored.told_how_to_go_on(output, lambda: _to_resume(given)):
        dataset = _run(given, output)
    return _report(given, dataset, aside=aside)


def _run(given: argparse.Namespace, output: Path) -> Any:
    from sim.cli.progress import ProgressLine
    from sim.execution.executors import engine
    from sim.output.datasets import is_store
    from sim.sweeps.sweep import finished, run_plan

    faster = "" if given.measure else "--measure margin works out whether there is a zone and by how much, and no more"
    line, kept = ProgressLine(faster=faster), is_store(output)
    complete = given.resume and finished(output)
    redone = 0

    def follow(progress: Progress) -> None:
        nonlocal redone
        redone = progress.points - progress.kept
        line.tell(progress.points, progress.of, progress.kept)

    runs = engine(workers=given.workers, scheduler=given.scheduler)
    plan = _plan(given, output)
    line.begin(math.prod(axis.levels.size for axis in plan.axes))
    try:
        dataset = run_plan(plan, engine=runs, store=output if kept else None, resume=given.resume, progress=follow)
    finally:
        line.close()
    if complete:
        mended = f"was finished; {counted(redone, 'point')} were damaged since and done again"
        tell(f"{output} {mended if redone else 'is finished already'}")
    if not kept:
        stored.write(dataset, output)
    return dataset


def _plan(given: argparse.Namespace, output: Path) -> Any:
    """Return the plan, found to fit where it is to go."""
    from sim.output.datasets import check_fits, is_store
    from sim.space.share import DRAWS
    from sim.sweeps.axes import Span
    from sim.sweeps.estimates import check_size, sizes_of
    from sim.sweeps.requests import plan_of

    over = options.once("--over", given.over)
    plan = plan_of(
        given.scenario,
        {name: Span(*levels) if isinstance(levels, tuple) else levels for name, levels in over.items()},
        given.measure,
        solutions=given.solution,
        leverage=options.once("--at", given.at),
        set=options.once("--set", given.set),
        lift_lines=given.lift,
        sign=given.sign,
        samples=DRAWS if given.samples is None else given.samples,
        block=given.block,
    )
    check_size(plan, stored=is_store(output))
    check_fits(output, sizes_of(plan) | {axis.name: axis.levels.nbytes for axis in plan.axes})
    return plan


def _report(given: argparse.Namespace, dataset: Any, *, aside: bool) -> int:
    from sim.sweeps.findings.summaries import summarise

    summary = summarise(dataset)
    if given.json:
        import dataclasses

        print_data({"schema_version": 1, "output": given.output, **dataclasses.asdict(summary)})
    else:
        from sim.show.sweep import print_summary

        print_summary(options.console(aside=aside), summary)
    if summary.failed:
        cells = "cell" if summary.points == 1 else "cells"
        tell(f"{summary.failed:,} of {summary.points:,} {cells} failed")
    return _INCOMPLETE if summary.failed else 0


def _to_resume(given: argparse.Namespace) -> str:
    own = {"--measure": given.measure or [], "--solution": given.solution or [], "--samples": given.samples}
    return stored.command_line("sweep", given, own)
