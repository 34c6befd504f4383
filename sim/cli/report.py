"""`sim report`: one self-contained page to mail and play with."""

from __future__ import annotations

import argparse
import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.cli import options
from sim.cli.out import tell

if TYPE_CHECKING:
    from sim.studies.study import Study

__all__ = ["add_report"]

_OF_ONE = ("set", "at", "sign", "lift")


def add_report(commands: Any) -> None:
    """Add the command `report`."""
    report = commands.add_parser("report", help="write one HTML page with sliders that needs no network")
    report.add_argument(
        "scenarios", nargs="+", metavar="scenario", help="a YAML file; - for standard input; several: a tab each"
    )
    report.add_argument("-o", "--output", required=True, metavar="PAGE.html", help="the file to write")
    options.add_point(report, at="where a slider starts")
    options.add_samples(report)
    report.set_defaults(command=_report)


def _report(given: argparse.Namespace) -> int:
    from sim.cli.waiting import ALONE, waiting
    from sim.output.files import check_target
    from sim.report.page import write_page

    check_target(given.output)
    if len(given.scenarios) > 1:
        return _several(given)
    given.scenario = given.scenarios[0]
    with waiting("working out the page", ALONE):
        size = write_page(options.studied(given), given.output)
    tell(f"wrote {given.output} ({size / 1000:,.0f} kB)")
    return 0


def _several(given: argparse.Namespace) -> int:
    from sim.cli.waiting import ALONE, waiting
    from sim.report.talks import write_talks

    with waiting("working out the page", f"fewer scenarios; {ALONE}"):
        studies = _studies(given)
        size = write_talks(studies, given.output)
    tell(f"wrote {given.output} ({size / 1000:,.0f} kB, {len(studies)} scenarios)")
    return 0


def _studies(given: argparse.Namespace) -> list[Study]:
    """Return a study of each file, or raise with every fault of options and files at once."""
    from sim.errors import RequestError, SimError

    faults, studies = list(_faults(given)), []
    for scenario in dict.fromkeys(given.scenarios):
        try:
            studies.append(options.studied(_alone(given, scenario)))
        except SimError as error:
            faults.append(str(error))
    if faults:
        raise RequestError("\n".join(faults))
    return studies


def _alone(given: argparse.Namespace, scenario: str) -> argparse.Namespace:
    """Return the arguments for one scenario of several, without the options that cannot apply to all."""
    one = copy.copy(given)
    vars(one).update({key: [] for key in _OF_ONE}, scenario=scenario)
    return one


def _faults(given: argparse.Namespace) -> Iterator[str]:
    for name in _OF_ONE:
        if getattr(given, name):
            mend = "make a page of one, or write a file that extends it"
            yield f"--{name}: cannot apply to {len(given.scenarios)} scenarios (expected one; {mend})"
    for scenario in dict.fromkeys(given.scenarios):
        if given.scenarios.count(scenario) > 1:
            yield f"{scenario}: twice (expected each scenario once)"
