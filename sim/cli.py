"""Arguments to calls: the command line, without logic of its own. Heavy modules load inside the commands."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["parser"]

_ABOUT = "Negotiation scenarios as games. A thinking aid, not a forecast; it takes no side."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    from sim import __version__

    top = argparse.ArgumentParser(prog="sim", description=_ABOUT)
    top.add_argument("--version", action="version", version=f"sim {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_validate(commands)
    _add_schema(commands)
    _add_evidence(commands)
    return top


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise argparse.ArgumentTypeError(f"{text!r} (expected NAME=VALUE)")
    return name.strip(), value.strip()


def _level(text: str) -> tuple[str, float]:
    name, value = _pair(text)
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} (expected NAME=NUMBER)") from None


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="analyse a scenario at one leverage point")
    run.add_argument("scenario", help="a YAML file; - for standard input")
    run.add_argument("--set", type=_pair, action="append", default=[], metavar="PATH=VALUE", help="replace a number")
    run.add_argument("--at", type=_level, action="append", default=[], metavar="NAME=LEVEL", help="a leverage level")
    run.add_argument("--lift", action="append", default=[], metavar="PARTY.LINE", help="leave out a red line")
    run.add_argument("--samples", type=int, metavar="N", help="draws for the share of a space too large to count")
    run.add_argument("--all", action="store_true", help="show every solution")
    run.add_argument("--json", action="store_true", help="print data instead of text")
    run.set_defaults(command=_run)


def _run(given: argparse.Namespace) -> int:
    from sim.space.share import DRAWS
    from sim.studies import study

    result = study(
        given.scenario,
        dict(given.at),
        set=dict(given.set),
        lift_lines=given.lift,
        samples=DRAWS if given.samples is None else given.samples,
    )
    if given.json:
        from sim.results import study_data, to_json

        print(to_json(study_data(result)))
    else:
        from sim.show.study import print_study

        print_study(_console(), result, every=given.all)
    return 0


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def _add_validate(commands: Any) -> None:
    validate = commands.add_parser("validate", help="check scenario files: every fault at once")
    validate.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="YAML files; - for standard input")
    validate.add_argument("--json", action="store_true", help="print data instead of text")
    validate.set_defaults(command=_validate)


def _validate(given: argparse.Namespace) -> int:
    from sim.checking import check_files

    reports = check_files(given.scenarios)
    if given.json:
        from sim.results import to_json

        print(to_json({"schema_version": 1, "files": [report.data() for report in reports]}))
    else:
        import sys

        for report in reports:
            for line in report.lines():
                print(line, file=sys.stdout if report.sound else sys.stderr)
    return 0 if all(report.sound for report in reports) else 3


def _add_schema(commands: Any) -> None:
    schema = commands.add_parser("schema", help="print the JSON Schema of scenario files")
    schema.set_defaults(command=_schema)


def _schema(given: argparse.Namespace) -> int:
    import json

    from sim.model.schema import scenario_schema

    print(json.dumps(scenario_schema(), indent=1, ensure_ascii=False))
    return 0


def _add_evidence(commands: Any) -> None:
    evidence = commands.add_parser("evidence", help="list evidence records, or the sources of a scenario")
    evidence.add_argument("scenario", nargs="?", help="a YAML file: show each input with its claim or assumption")
    for name in ("party", "issue", "kind", "document"):
        evidence.add_argument(f"--{name}", help=f"only claims of this {name}")
    evidence.add_argument("--json", action="store_true", help="print data instead of text")
    evidence.set_defaults(command=_evidence)


def _evidence(given: argparse.Namespace) -> int:
    from sim import evidence as records

    filters = {name: getattr(given, name) for name in ("party", "issue", "kind", "document")}
    report: records.Report
    report = records.scenario_report(given.scenario) if given.scenario else records.claims_report(filters)
    if given.json:
        from sim.results import to_json

        print(to_json(report.data()))
    else:
        from sim.show.evidence import print_report

        print_report(_console(), report)
    return 0
