"""`sim ensemble`: many truths about what is not known."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Any

from sim.cli import options, stored
from sim.cli.out import print_data, tell
from sim.cli.sweep import axis

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.ensembles.plans import Plan
    from sim.model.scenario import Scenario

__all__ = ["add_ensemble"]


def add_ensemble(commands: Any) -> None:
    """Add the command `ensemble`."""
    ensemble = commands.add_parser(
        "ensemble", help="draw truths from what is known, and say for which share a zone exists"
    )
    ensemble.add_argument("scenario", help="a YAML file; - for standard input")
    ensemble.add_argument("-n", "--truths", type=int, default=1000, metavar="N", help="how many truths (1000)")
    ensemble.add_argument(
        "--doubt", type=float, metavar="SHARE", help="every assumption is known within this share only, such as 0.2"
    )
    ensemble.add_argument("--rng", type=int, default=1, metavar="N", help="the number that all draws follow from (1)")
    ensemble.add_argument(
        "--correlation", type=float, default=0.0, metavar="R", help="between the parties' priorities, issue by issue"
    )
    ensemble.add_argument(
        "--over",
        type=axis,
        action="append",
        default=[],
        metavar="NAME=LEVELS",
        help="the share at each level of a leverage variable: LOW:HIGH:COUNT or a,b,c",
    )
    ensemble.add_argument("--solution", default="nash", metavar="NAME", help="whose deal is found in each truth (nash)")
    ensemble.add_argument(
        "--solved", type=int, default=200, metavar="N", help="in how many truths its deal is found (200)"
    )
    ensemble.add_argument(
        "--at-outcome",
        type=options.outcome,
        metavar="ISSUE=LEVEL,...",
        help="a proposed deal whose acceptance is wanted; issues it leaves out are as in the Nash deal",
    )
    ensemble.add_argument(
        "--decides",
        nargs="?",
        type=int,
        const=256,
        metavar="N",
        help="say which inputs decide, with N truths a set, a power of 2 (256)",
    )
    options.add_point(ensemble)
    ensemble.add_argument("-o", "--output", metavar="FILE", help="a .nc, .csv or .zarr to write the truths to")
    stored.add_engine(ensemble, "truths")
    ensemble.add_argument("--json", action="store_true", help="print the answers as data")
    ensemble.set_defaults(command=_ensemble)


def _ensemble(given: argparse.Namespace) -> int:
    from pathlib import Path

    output = None if given.output is None else Path(given.output)
    stored.check_place(output, resume=given.resume)
    plan = _plan(given, output)
    with stored.told_how_to_go_on(output, lambda: _to_resume(given)):
        dataset = _run(given, plan, output)
    return _report(given, plan, dataset)


def _to_resume(given: argparse.Namespace) -> str:
    proposal = given.at_outcome
    if isinstance(proposal, list):
        proposal = ",".join(f"{issue}={level}" for issue, level in proposal)
    names = ("truths", "rng", "doubt", "correlation", "solution", "solved", "decides")
    own = {f"--{name}": getattr(given, name) for name in names}
    return stored.command_line("ensemble", given, own | {"--at-outcome": proposal})


def _plan(given: argparse.Namespace, output: Path | None) -> Plan:
    from sim.ensembles.ensemble import sizes_of
    from sim.ensembles.requests import plan_of
    from sim.model.scenario import prepared
    from sim.output.datasets import check_fits
    from sim.sweeps.axes import Span

    over = options.once("--over", given.over)
    values = options.once("--set", given.set)
    ready = prepared(given.scenario, values, given.lift)
    deals = {} if given.at_outcome is None else {"the proposal": _proposal(given, ready)}
    plan = plan_of(
        ready,
        given.truths,
        rng=given.rng,
        doubt=given.doubt,
        correlation=given.correlation,
        leverage=options.once("--at", given.at),
        over={name: Span(*levels) if isinstance(levels, tuple) else levels for name, levels in over.items()} or None,
        deals=deals,
        solution=given.solution,
        solved=given.solved,
        sign=given.sign,
        block=given.block,
    )
    if output is not None:
        check_fits(output, sizes_of(plan))
    if given.decides is not None:
        from sim.ensembles.sensitivity import set_size
        from sim.errors import RequestError

        set_size("--decides", given.decides)
        if plan.axes:
            raise RequestError("--decides: a map over levers counts zones alone (expected it without --over)")
    return plan


def _proposal(given: argparse.Namespace, ready: Scenario) -> Mapping[str, Any]:
    """Return the proposal that was asked about; what it leaves open is as in the Nash deal of the file's numbers."""
    from sim.studies.proposals import completed
    from sim.studies.study import study

    asked = options.levels_of(ready.spec, given.at_outcome)
    if set(ready.spec.issues) <= set(asked):
        return asked
    found = completed(study(ready, leverage=options.once("--at", given.at), sign=given.sign), asked)
    levels = {name: f"{x:g}" if isinstance(x, float) else x for name, x in found.filled.items()}
    told = ", ".join(f"{name} {level}" for name, level in levels.items())
    tell(f"the proposal, as in the {'Nash deal' if found.source == 'nash' else 'nearest outcome'}: {told}")
    return found.outcome


def _run(given: argparse.Namespace, plan: Plan, output: Path | None) -> Any:
    from sim.cli.progress import ProgressLine
    from sim.ensembles.ensemble import run_plan
    from sim.execution.executors import engine
    from sim.output.datasets import is_store

    line = ProgressLine()
    store = output if output is not None and is_store(output) else None
    runs = engine(workers=given.workers, scheduler=given.scheduler)
    line.begin(math.prod(plan.shape))
    try:
        dataset = run_plan(plan, engine=runs, store=store, resume=given.resume, progress=stored.followed_by(line))
    finally:
        line.close()
    if output is not None and store is None:
        stored.write(dataset, output)
    return dataset


def _report(given: argparse.Namespace, plan: Plan, dataset: Any) -> int:
    from sim.show.ensemble import answer_lines, map_lines, print_lines

    console = options.console()
    if plan.axes:
        if given.json:
            from sim.output.ensemble_json import map_data

            print_data(map_data(dataset))
        else:
            print_lines(console, map_lines(dataset))
        return 0
    from sim.ensembles.answers import answers
    from sim.ensembles.deciding import what_decides

    found = answers(dataset)
    decides = None if given.decides is None else what_decides(plan, dataset, given.decides)
    if given.json:
        from sim.output.ensemble_json import answers_data

        print_data(answers_data(found, plan.scenario, decides))
        return 0
    names = (*plan.game.signers, *plan.game.issues)
    print_lines(console, answer_lines(found, {name: plan.game.label(name) for name in names}))
    if decides is not None:
        from sim.show.deciding import deciding_lines

        print_lines(console, deciding_lines(decides, plan.game))
    return 0
