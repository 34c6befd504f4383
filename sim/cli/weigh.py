"""`sim weigh`: a party's importances by swing weights."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from sim.cli.out import ask, tell

__all__ = ["add_weigh"]


def add_weigh(commands: Any) -> None:
    """Add the command `weigh`."""
    weigh = commands.add_parser(
        "weigh",
        help="a party's importances by swing weights, from questions or a file",
    )
    weigh.add_argument("scenario", help="a YAML file")
    weigh.add_argument("party", help="whose importances")
    weigh.add_argument("--answers", metavar="FILE", help="points of each issue, 100 for the largest swing; - for stdin")
    weigh.add_argument("-o", "--output", metavar="FILE", default="-", help="a scenario that extends SCENARIO")
    weigh.set_defaults(command=_weigh)


def _weigh(given: argparse.Namespace) -> int:
    from sim.authoring.answers import answers_in
    from sim.authoring.asked import points_asked
    from sim.authoring.swings import layer, swings
    from sim.errors import RequestError
    from sim.interop.files import write
    from sim.model.scenario import load

    scenario = load(given.scenario)
    found = swings(scenario, given.party)
    if given.answers is not None:
        points = answers_in(given.answers)
    elif sys.stdin.isatty():
        points = points_asked(found, ask, tell)
    else:
        raise RequestError("no answers (give --answers FILE, or run it in a terminal)")
    text = layer(scenario, given.party, points, base=_relative(given.scenario, given.output))
    write(given.output, text)
    if given.output != "-":
        tell(f"wrote {given.output}; next: sim validate {given.output}, then sim run {given.output}")
    return 0


def _relative(scenario: str, output: str) -> str:
    """Return the scenario's path as the new file must write it."""
    import os

    folder = "." if output == "-" else os.path.dirname(output) or "."
    return os.path.relpath(scenario, folder)
