"""`sim evidence`: what the documents say, what rests on it, and whether the records hold together."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.cli import options
from sim.cli.out import print_data, say, tell

__all__ = ["add_evidence"]

_FILTERS = ("party", "issue", "kind", "document")
_HELP = "a scenario: its sources; check [FOLDER] [SCENARIO ...]: look for faults; schema: the format of a record"


def add_evidence(commands: Any) -> None:
    """Add the command `evidence`."""
    evidence = commands.add_parser("evidence", help="list and check evidence records, or the sources of a scenario")
    evidence.add_argument("words", nargs="*", metavar="WHAT", help=_HELP)
    for name in _FILTERS:
        evidence.add_argument(f"--{name}", help=f"only claims of this {name}")
    evidence.add_argument("--seeds", metavar="FOLDER", help="evidence records (default: seeds here or above)")
    evidence.add_argument("--json", action="store_true", help="print data instead of text")
    evidence.set_defaults(command=_evidence)


def _evidence(given: argparse.Namespace) -> int:
    first, rest = (given.words or [None])[0], given.words[1:]
    if first in _ACTIONS:
        return _ACTIONS[first](given, rest)
    if rest:
        from sim.errors import RequestError

        raise RequestError(f"{rest[0]!r} after {first!r} (expected one scenario, or {', '.join(_ACTIONS)} in front)")
    return _listed(given, first)


def _listed(given: argparse.Namespace, scenario: str | None) -> int:
    from sim.evidence import coverage

    filters = {name: getattr(given, name) for name in _FILTERS}
    folder = Path(given.seeds) if given.seeds else None
    report: coverage.Report
    if scenario is None:
        report = coverage.claims_report(filters, folder)
    else:
        report = coverage.scenario_report(scenario, filters, folder)
    if given.json:
        print_data(report.data())
    else:
        from sim.show.evidence import print_report

        print_report(options.console(), report)
    return 0


def _check(given: argparse.Namespace, words: list[str]) -> int:
    from sim.evidence.checks import check_folder, scenarios_beside
    from sim.evidence.coverage import seeds_here

    folder = Path(words[0]) if words else seeds_here(given.seeds)
    scenarios = words[1:] or scenarios_beside(folder)
    records, faults = check_folder(folder, scenarios)
    if given.json:
        print_data({"schema_version": 1, "folder": str(folder), "faults": [str(fault) for fault in faults]})
    elif not faults:
        counts = f"{len(records.documents)} documents, {len(records.claims)} claims, {len(scenarios)} scenarios"
        say(f"{folder}: sound ({counts})")
    else:
        for fault in faults:
            tell(str(fault))
    return 3 if faults else 0


def _schema(given: argparse.Namespace, words: list[str]) -> int:
    import json

    from sim.evidence.format import record_schema

    say(json.dumps(record_schema(), indent=1))
    return 0


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, list[str]], int]] = {"check": _check, "schema": _schema}
