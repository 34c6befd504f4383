"""`sim report`: one self-contained page to mail and play with."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options

__all__ = ["add_report"]


def add_report(commands: Any) -> None:
    """Add the command `report`."""
    report = commands.add_parser("report", help="write one HTML page with sliders that needs no network")
    report.add_argument("scenario", help="a YAML file; - for standard input")
    report.add_argument("-o", "--output", required=True, metavar="PAGE.html", help="the file to write")
    report.add_argument(
        "--set", type=options.pair, action="append", default=[], metavar="PATH=VALUE", help="replace a number"
    )
    report.add_argument(
        "--at", type=options.level, action="append", default=[], metavar="NAME=LEVEL", help="where a slider starts"
    )
    report.add_argument("--lift", action="append", default=[], metavar="PARTY.LINE", help="leave out a red line")
    report.set_defaults(command=_report)


def _report(given: argparse.Namespace) -> int:
    import sys

    from sim.report.page import write_page
    from sim.studies import study
    from sim.targets import check_target

    check_target(given.output)
    result = study(given.scenario, dict(given.at), set=dict(given.set), lift_lines=given.lift)
    size = write_page(result, given.output)
    print(f"wrote {given.output} ({size / 1000:,.0f} kB)", file=sys.stderr)
    return 0
