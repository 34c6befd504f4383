"""`sim compare`: what differs between two scenarios, in inputs and in results."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options

__all__ = ["add_compare"]


def add_compare(commands: Any) -> None:
    """Add the command `compare`."""
    command = commands.add_parser("compare", help="show what differs between two scenarios, in inputs and in results")
    command.add_argument("old", metavar="A", help="a YAML file")
    command.add_argument("new", metavar="B", help="another, or - for standard input")
    command.add_argument(
        "--at", type=options.level, action="append", default=[], metavar="NAME=LEVEL", help="a leverage level, for both"
    )
    command.add_argument("--json", action="store_true", help="print data instead of text")
    command.set_defaults(command=_compare)


def _compare(given: argparse.Namespace) -> int:
    from sim.comparisons import compare

    found = compare(given.old, given.new, dict(given.at))
    if given.json:
        from sim.results import to_json

        print(to_json(found.data()))
        return 0
    from sim.show.comparison import print_comparison

    print_comparison(options.console(), found)
    return 0
