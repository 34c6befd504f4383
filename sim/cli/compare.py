"""`sim compare`: what differs between two scenarios, in inputs and in results."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from sim.cli import options
from sim.cli.out import print_data, tell

if TYPE_CHECKING:
    from sim.comparisons.comparison import Comparison

__all__ = ["add_compare"]


def add_compare(commands: Any) -> None:
    """Add the command `compare`."""
    command = commands.add_parser("compare", help="show what differs between two scenarios, in inputs and in results")
    command.add_argument("old", metavar="A", help="a YAML file")
    command.add_argument("new", metavar="B", help="another, or - for standard input")
    command.add_argument(
        "--at", type=options.level, action="append", default=[], metavar="NAME=LEVEL", help="a leverage level, for both"
    )
    command.add_argument(
        "--set", type=options.pair, action="append", default=[], metavar="PATH=VALUE", help="a number, where it is"
    )
    command.add_argument("-o", "--output", metavar="FILE", help="a .png, .svg or .pdf to draw the results into as well")
    command.add_argument("--json", action="store_true", help="print data instead of text")
    command.set_defaults(command=_compare)


def _compare(given: argparse.Namespace) -> int:
    from sim.cli.waiting import ALONE, waiting
    from sim.comparisons.comparison import compare

    if given.output is not None:
        from sim import plots

        plots.check_target(given.output)
    with waiting("working out both scenarios", ALONE):
        found = compare(given.old, given.new, options.once("--at", given.at), set=options.once("--set", given.set))
    if given.output is not None:
        plots.save(plots.comparison(found), given.output)
        tell(f"wrote {given.output}")
    _print(found, given.json)
    return 0


def _print(found: Comparison, as_data: bool) -> None:
    if as_data:
        print_data(found.data())
        return
    from sim.show.comparison import print_comparison

    print_comparison(options.console(), found)
