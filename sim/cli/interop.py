"""`sim import` and `sim export`: other tools' formats."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sim.cli import options
from sim.cli.out import tell
from sim.errors import counted

__all__ = ["add_export", "add_import"]


def add_import(commands: Any) -> None:
    """Add the command `import`."""
    command = commands.add_parser("import", help="make a scenario of a GENIUS domain and its profiles")
    command.add_argument("domain", metavar="DOMAIN.xml", help="the domain")
    command.add_argument(
        "profiles", nargs="+", metavar="PROFILE.xml", help="a utility space for each party, two or more"
    )
    command.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="the scenario to write; - for standard output"
    )
    command.add_argument("--real-levels", type=int, metavar="N", help="levels of a real issue (default 21)")
    command.set_defaults(command=_import)


def _import(given: argparse.Namespace) -> int:
    from sim.interop.files import write
    from sim.interop.genius import REAL_LEVELS, read_genius

    count = REAL_LEVELS if given.real_levels is None else given.real_levels
    found = read_genius(given.domain, given.profiles, real_levels=count)
    spec = found.scenario.spec
    write(given.output, found.text)
    _notes(found.notes)
    _notes(f"{path}: {n} parties have this profile" for path, n in Counter(given.profiles).items() if n > 1)
    tell(f"read: {counted(len(spec.issues), 'issue')}, {counted(len(spec.parties), 'party', 'parties')}")
    return 0


def _notes(notes: Iterable[str]) -> None:
    for note in notes:
        tell(f"note: {note}")


def add_export(commands: Any) -> None:
    """Add the command `export`."""
    command = commands.add_parser("export", help="write a scenario in another tool's format")
    command.add_argument("scenario", help="a YAML file; - for standard input")
    command.add_argument(
        "--format",
        required=True,
        choices=("genius", "nfg"),
        help="genius: a domain and profiles; nfg: the leverage game",
    )
    command.add_argument("-o", "--output", required=True, metavar="PATH", help="a folder (genius) or a file (nfg)")
    command.add_argument(
        "--at", type=options.level, action="append", default=[], metavar="NAME=LEVEL", help="a leverage level"
    )
    command.set_defaults(command=_export)


def _export(given: argparse.Namespace) -> int:
    from sim.interop.files import write, write_folder
    from sim.model.scenario import load

    scenario, leverage = load(given.scenario), options.once("--at", given.at)
    if given.format == "nfg":
        from sim.interop.moves_nfg import leverage_nfg

        write(given.output, leverage_nfg(scenario, leverage))
        return 0
    from sim.interop.genius_write import write_genius

    found = write_genius(scenario, leverage)
    written = write_folder(given.output, found.files)
    _notes(found.notes)
    for path in written:
        tell(f"wrote: {path}")
    return 0
