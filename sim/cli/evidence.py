"""`sim evidence`: what the documents say and what rests on it."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options
from sim.cli.out import print_data

__all__ = ["add_evidence"]


def add_evidence(commands: Any) -> None:
    """Add the command `evidence`."""
    evidence = commands.add_parser("evidence", help="list evidence records, or the sources of a scenario")
    evidence.add_argument("scenario", nargs="?", help="a YAML file: show each input with its claim or assumption")
    for name in ("party", "issue", "kind", "document"):
        evidence.add_argument(f"--{name}", help=f"only claims of this {name}")
    evidence.add_argument("--json", action="store_true", help="print data instead of text")
    evidence.set_defaults(command=_evidence)


def _evidence(given: argparse.Namespace) -> int:
    from sim.evidence import coverage

    filters = {name: getattr(given, name) for name in ("party", "issue", "kind", "document")}
    report: coverage.Report
    report = coverage.scenario_report(given.scenario, filters) if given.scenario else coverage.claims_report(filters)
    if given.json:
        print_data(report.data())
    else:
        from sim.show.evidence import print_report

        print_report(options.console(), report)
    return 0
