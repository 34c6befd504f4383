"""`sim new`: a scenario file to begin with."""

from __future__ import annotations

import argparse
import io
import sys
from typing import Any

from sim.authoring.kinds import KINDS, template
from sim.cli.out import ask, tell

__all__ = ["add_new"]

_KINDS = "; ".join(f"{kind} ({words})" for kind, words in KINDS.items())


def add_new(commands: Any) -> None:
    """Add the command `new`."""
    new = commands.add_parser(
        "new",
        help="write a scenario file to begin with, from a template, from names, or from questions",
    )
    new.add_argument("file", metavar="FILE", help="the file to write, which must not exist; - for standard output")
    new.add_argument("--like", choices=(*KINDS, "blank"), help=f"{_KINDS}; blank (from --party and --issue)")
    new.add_argument("--name", help="the title")
    new.add_argument("--party", action="append", default=[], metavar="LABEL", help="who negotiates; again for each")
    new.add_argument("--issue", action="append", default=[], metavar="LABEL=LEVELS", help="LOW:HIGH:STEP:UNIT or names")
    new.set_defaults(command=_new)


def _new(given: argparse.Namespace) -> int:
    from pathlib import Path

    from sim.errors import RequestError
    from sim.interop.files import write
    from sim.model.scenario import load

    if not given.file:
        raise RequestError("'' names no file (expected the name of a new file)")
    if given.file != "-" and Path(given.file).exists():
        raise RequestError(f"{given.file}: is there already (expected the name of a new file)")
    text = _text(given)
    load(io.StringIO(text))
    write(given.file, text)
    if given.file != "-":
        tell(f"wrote {given.file}; next: sim validate {given.file}, then sim run {given.file}")
    return 0


def _text(given: argparse.Namespace) -> str:
    from sim.authoring.asked import draft_asked
    from sim.authoring.blank import Draft, blank, issue_in
    from sim.errors import RequestError

    named = given.name or given.party or given.issue
    if given.like in KINDS:
        if named:
            raise RequestError(f"--like {given.like}: with --name, --party or --issue (expected --like blank)")
        return template(given.like)
    if named:
        issues = tuple(issue_in(text) for text in given.issue)
        return blank(Draft(given.name or "A negotiation", tuple(given.party), issues))
    if not sys.stdin.isatty():
        if given.like:
            raise RequestError("--like blank: nothing to put in it (expected --party and --issue)")
        raise RequestError(f"nothing to begin with (expected --like {', '.join(KINDS)}, or --party and --issue)")
    return blank(draft_asked(ask, tell))
