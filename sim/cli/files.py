"""`sim validate` and `sim schema`: scenario files without solving them."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli.out import print_data, say, tell

__all__ = ["add_schema", "add_validate"]


def add_validate(commands: Any) -> None:
    """Add the command `validate`."""
    validate = commands.add_parser("validate", help="check scenario files: every fault at once")
    validate.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="YAML files; - for standard input")
    validate.add_argument("--json", action="store_true", help="print data instead of text")
    validate.set_defaults(command=_validate)


def _validate(given: argparse.Namespace) -> int:
    from sim.model.checking import check_files

    reports = check_files(given.scenarios)
    if given.json:
        print_data({"schema_version": 1, "files": [report.data() for report in reports]})
    else:
        for report in reports:
            for line in report.lines():
                (say if report.sound else tell)(line)
    return 0 if all(report.sound for report in reports) else 3


def add_schema(commands: Any) -> None:
    """Add the command `schema`."""
    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files")
    schema.set_defaults(command=_schema)


def _schema(given: argparse.Namespace) -> int:
    import json

    from sim.model.schema import scenario_schema

    say(json.dumps(scenario_schema(), indent=1))
    return 0
