"""`sim report`: one self-contained page to mail and play with."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options
from sim.cli.out import tell

__all__ = ["add_report"]


def add_report(commands: Any) -> None:
    """Add the command `report`."""
    report = commands.add_parser("report", help="write one HTML page with sliders that needs no network")
    report.add_argument("scenario", help="a YAML file; - for standard input")
    report.add_argument("-o", "--output", required=True, metavar="PAGE.html", help="the file to write")
    options.add_point(report, at="where a slider starts")
    options.add_samples(report)
    report.set_defaults(command=_report)


def _report(given: argparse.Namespace) -> int:
    from sim.output.files import check_target
    from sim.report.page import write_page

    check_target(given.output)
    result = options.studied(given)
    size = write_page(result, given.output)
    tell(f"wrote {given.output} ({size / 1000:,.0f} kB)")
    return 0
