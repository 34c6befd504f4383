"""`sim evidence`: what the documents say, what rests on it, and whether the records hold together."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.cli import options
from sim.cli.out import print_data, say, tell
from sim.errors import RequestError, counted

__all__ = ["add_evidence"]

_FILTERS = ("party", "kind", "document", "standing")
_HELP = (
    "a scenario: its sources; DOCUMENT/CLAIM; check [FOLDER] [SCENARIO ...]: look for faults; coverage DOCUMENT: "
    "sentences without a claim; new TEXT: a record to fill in; schema: the format of a record"
)
_CLAIM = re.compile(r"[\w-]+/[\w-]+")


def add_evidence(commands: Any) -> None:
    """Add the command `evidence`."""
    evidence = commands.add_parser("evidence", help="list and check evidence records, or the sources of a scenario")
    evidence.add_argument("words", nargs="*", metavar="WHAT", help=_HELP)
    for name in _FILTERS:
        evidence.add_argument(f"--{name}", help=f"only claims of this {name}")
    evidence.add_argument("--issue", action="append", help="only claims on this issue; may be given again")
    evidence.add_argument("--reported-by", help="only claims credited to this outlet")
    evidence.add_argument("--disputed", action="store_true", help="only claims that others contradict")
    evidence.add_argument("--find", metavar="WORDS", help="only claims that hold these words")
    evidence.add_argument("--text", metavar="FOLDER", help="where the documents' texts lie")
    evidence.add_argument("--seeds", metavar="FOLDER", help="evidence records (default: seeds here or above)")
    evidence.add_argument("--json", action="store_true", help="print data instead of text")
    evidence.set_defaults(command=_evidence)


def _evidence(given: argparse.Namespace) -> int:
    first, rest = (given.words or [None])[0], given.words[1:]
    if first in _ACTIONS:
        return _ACTIONS[first](given, rest)
    if rest:
        raise RequestError(f"{rest[0]!r} after {first!r} (expected one scenario, or {', '.join(_ACTIONS)} in front)")
    if first and _CLAIM.fullmatch(first) and not Path(first).exists():
        return _claim(given, first)
    return _listed(given, first)


def _listed(given: argparse.Namespace, scenario: str | None) -> int:
    from sim.evidence import coverage

    filters = {name: getattr(given, name) for name in (*_FILTERS, "issue", "reported_by", "disputed", "find")}
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


def _claim(given: argparse.Namespace, name: str) -> int:
    from sim.evidence.anchors import passages, read_document
    from sim.evidence.coverage import seeds_here
    from sim.evidence.records import read_records
    from sim.model.names import suggest

    records = read_records(seeds_here(given.seeds))
    if name not in records.claims:
        raise RequestError(f"no claim {name!r} {suggest(name, records.claims)}")
    claim = records.claims[name]
    document = records.documents[claim.document]
    found = passages(claim, read_document(document, Path(given.text))) if given.text else ()
    if given.json:
        print_data({"schema_version": 1, "claim": claim.data(), "passages": [one.data() for one in found]})
        return 0
    from sim.show import evidence as show

    console = options.console()
    show.print_document(console, document)
    show.print_claim(console, claim)
    for other in claim.disagrees_with:
        if other in records.claims:
            show.print_claim(console, records.claims[other])
    show.print_passages(console, found)
    return 0


def _coverage(given: argparse.Namespace, words: list[str]) -> int:
    from sim.evidence.anchors import coverage
    from sim.evidence.checks import scenarios_beside
    from sim.evidence.coverage import seeds_here
    from sim.evidence.records import read_records

    if not words or not given.text:
        raise RequestError("coverage: no document or no texts (expected coverage DOCUMENT --text FOLDER)")
    folder = seeds_here(given.seeds)
    found = coverage(read_records(folder), words[0], Path(given.text), words[1:] or scenarios_beside(folder))
    if given.json:
        print_data(found.data())
    else:
        from sim.show.evidence import print_coverage

        print_coverage(options.console(), found)
    return 0


def _new(given: argparse.Namespace, words: list[str]) -> int:
    from sim.evidence.records import find_seeds, readable
    from sim.evidence.skeleton import skeleton

    if len(words) != 1:
        raise RequestError("new: expected one text (sim evidence new TEXT > seeds/NAME.yaml)")
    folder = Path(given.seeds) if given.seeds else find_seeds("scenario.yaml")
    taken = readable(folder)[0].documents if folder and any(folder.glob("*.yaml")) else ()
    say(skeleton(Path(words[0]), taken).rstrip("\n"))
    return 0


def _check(given: argparse.Namespace, words: list[str]) -> int:
    from sim.evidence.anchors import anchor_faults, at_hand
    from sim.evidence.checks import check_folder, scenarios_beside
    from sim.evidence.coverage import seeds_here

    folder = Path(words[0]) if words else seeds_here(given.seeds)
    scenarios = words[1:] or scenarios_beside(folder)
    records, faults = check_folder(folder, scenarios)
    if given.text:
        faults = sorted({*faults, *anchor_faults(records, Path(given.text))})
    if given.json:
        print_data({"schema_version": 1, "folder": str(folder), "faults": [str(fault) for fault in faults]})
    elif not faults:
        sizes = {"document": records.documents, "claim": records.claims, "scenario": scenarios}
        counts = ", ".join(counted(len(some), one) for one, some in sizes.items())
        held = counted(len(at_hand(records, Path(given.text))), "text") if given.text else ""
        texts = f"; places held against {held}" if held else ""
        say(f"{folder}: sound ({counts}{texts})")
    else:
        for fault in faults:
            tell(str(fault))
    return 3 if faults else 0


def _schema(given: argparse.Namespace, words: list[str]) -> int:
    import json

    from sim.evidence.format import record_schema

    say(json.dumps(record_schema(), indent=1))
    return 0


_ACTIONS: Mapping[str, Callable[[argparse.Namespace, list[str]], int]] = {
    "check": _check,
    "coverage": _coverage,
    "new": _new,
    "schema": _schema,
}
