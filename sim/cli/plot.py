"""`sim plot`: one figure as a file."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options
from sim.cli.out import say, tell

__all__ = ["add_plot"]

_LEAST, _MOST = 2.0, 40.0


def add_plot(commands: Any) -> None:
    """Add the command `plot`."""
    plot = commands.add_parser("plot", help="draw a figure of a scenario as .png, .svg or .pdf")
    plot.add_argument("figure", nargs="?", metavar="FIGURE", help="its name, as --list gives it")
    plot.add_argument("scenario", nargs="?", metavar="SCENARIO", help="a YAML file; - for standard input")
    plot.add_argument("-o", "--output", metavar="FILE", help="a .png, .svg or .pdf to write")
    plot.add_argument("--list", action="store_true", help="list the figures and what each needs")
    for option, metavar, words in (
        ("--issues", "A,B", "issues to show"),
        ("--levers", "A,B", "leverage variables to move"),
        ("--parties", "A,B", "parties to show"),
    ):
        plot.add_argument(option, type=_names, default=(), metavar=metavar, help=words)
    plot.add_argument("--solution", default="", metavar="NAME", help="the solution to show")
    plot.add_argument("--measure", default="", metavar="NAME[:ENTRY]", help="what a leverage map shows")
    plot.add_argument("--doubt", type=float, metavar="SHARE", help="every assumption is known within this share only")
    plot.add_argument(
        "--tactic",
        type=options.pair,
        action="append",
        default=[],
        metavar="PARTY=NAME",
        help="how a side talks (linear)",
    )
    plot.add_argument("--page", type=int, default=0, metavar="N", help="which twelve issues of agreement_ranges")
    plot.add_argument("--size", type=_size, metavar="WIDTHxHEIGHT", help="inches, such as 8x5")
    options.add_point(plot)
    plot.set_defaults(command=lambda given: _plot(plot, given))


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise argparse.ArgumentTypeError(f"{text!r} (expected names with commas between)")
    return names


def _size(text: str) -> tuple[float, float]:
    try:
        width, height = map(float, text.lower().split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} (expected WIDTHxHEIGHT in inches)") from None
    if not (_LEAST <= width <= _MOST and _LEAST <= height <= _MOST):
        raise argparse.ArgumentTypeError(f"{text!r} (expected {_LEAST:g} to {_MOST:g} inches each way)")
    return width, height


def _plot(command: argparse.ArgumentParser, given: argparse.Namespace) -> int:
    if given.list:
        return _list()
    missing = [name for name in ("figure", "scenario", "output") if getattr(given, name) is None]
    if missing:
        words = {"figure": "FIGURE", "scenario": "SCENARIO", "output": "-o FILE"}
        command.error(f"the following arguments are required: {', '.join(words[name] for name in missing)}")
    from sim import plots
    from sim.cli.waiting import ALONE, waiting

    recipe, target = plots.find(given.figure), plots.check_target(given.output)
    request = plots.Request(
        scenario=given.scenario,
        leverage=options.once("--at", given.at),
        set=options.once("--set", given.set),
        lift=given.lift,
        sign=given.sign,
        issues=given.issues,
        parties=given.parties,
        levers=given.levers,
        solution=given.solution,
        measure=given.measure,
        doubt=given.doubt,
        tactics=options.once("--tactic", given.tactic),
        page_number=given.page,
    )
    style = plots.Style() if given.size is None else plots.Style(size=given.size)
    with waiting(f"working out {recipe.name}", ALONE):
        plots.save(plots.draw(recipe.name, request, **style), target)
    tell(f"wrote {target}")
    return 0


def _list() -> int:
    from sim.plots import FIGURES

    width = max(map(len, FIGURES))
    for name, recipe in FIGURES.items():
        say(f"{name:<{width}}  {recipe.about} (needs {recipe.needs})")
    return 0
