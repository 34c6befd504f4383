"""Arguments to calls: the command line, one command a file, without logic of its own.

`COMMANDS` is the registry. Heavy modules load inside the commands, so that help and faults of usage come at once.
"""

from __future__ import annotations

import argparse
from typing import NoReturn

from sim.cli.compare import add_compare
from sim.cli.completion import add_completion
from sim.cli.ensemble import add_ensemble
from sim.cli.evidence import add_evidence
from sim.cli.examples import EXAMPLES
from sim.cli.files import add_schema, add_validate
from sim.cli.interop import add_export, add_import
from sim.cli.new import add_new
from sim.cli.plot import add_plot
from sim.cli.report import add_report
from sim.cli.run import add_run
from sim.cli.simulate import add_simulate
from sim.cli.sweep import add_sweep
from sim.cli.talks import add_talks
from sim.cli.weigh import add_weigh
from sim.errors import visible
from sim.version import __version__

__all__ = ["COMMANDS", "parser"]

_ABOUT = "Negotiation scenarios as games. A thinking aid, not a forecast; it takes no side."
COMMANDS = (
    add_new,
    add_weigh,
    add_run,
    add_sweep,
    add_ensemble,
    add_simulate,
    add_talks,
    add_plot,
    add_report,
    add_validate,
    add_schema,
    add_evidence,
    add_compare,
    add_import,
    add_export,
    add_completion,
)


class Parser(argparse.ArgumentParser):
    """A parser whose messages cannot steer a terminal, whatever an argument holds."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = Parser(prog="sim", description=_ABOUT)
    top.add_argument("--version", action="version", version=f"sim {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    for name, command in commands.choices.items():
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.epilog = "\n".join(("examples:", *(f"  {line}" for line in EXAMPLES[name])))
    return top
