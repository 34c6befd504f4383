"""`sim run`: one leverage point."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options
from sim.cli.out import print_data
from sim.show.names import SECTIONS

__all__ = ["add_run"]

_ALL = "all"
_SHOW = f"more, by name: {'; '.join(f'{name} ({words})' for name, words in SECTIONS.items())}; {_ALL}"


def add_run(commands: Any) -> None:
    """Add the command `run`."""
    run = commands.add_parser("run", help="analyse a scenario at one leverage point")
    run.add_argument("scenario", help="a YAML file; - for standard input")
    options.add_point(run)
    run.add_argument(
        "--at-outcome",
        type=options.outcome,
        metavar="ISSUE=LEVEL,...",
        help="judge a proposed deal, also from a YAML file; issues left out are as in the Nash deal",
    )
    options.add_samples(run)
    run.add_argument(
        "--doubt",
        type=float,
        metavar="SHARE",
        help="what holds if every assumption is known within this share only, such as 0.2",
    )
    run.add_argument("--show", type=_sections, action="append", default=[], metavar="NAME,...", help=_SHOW)
    run.add_argument("--all", action="store_true", help="every section: --show all")
    run.add_argument("--json", action="store_true", help="print data instead of text")
    run.add_argument("--maps", action="store_true", help="with --json: which levels of every two issues go together")
    run.set_defaults(command=_run)


def _run(given: argparse.Namespace) -> int:
    from sim.studies.proposals import completed
    from sim.studies.study import judged

    result = options.studied(given)
    proposal = judgement = None
    if given.at_outcome is not None:
        proposal = completed(result, options.levels_of(result.game.scenario.spec, given.at_outcome))
        judgement = judged(result, proposal.outcome)
    if given.json:
        from sim.output.study_json import judgement_data, study_data

        extra = {} if judgement is None else {"judgement": judgement_data(judgement, proposal)}
        print_data(study_data(result, maps=given.maps, doubt=given.doubt) | extra)
        return 0
    from sim.show.holds import held
    from sim.show.judgement import print_judgement
    from sim.show.study import print_study

    show = set(SECTIONS) if given.all else {name for names in given.show for name in names}
    found = held(result, doubt=given.doubt, full="robust" in show)
    if judgement is not None:
        print_judgement(options.console(), result, judgement, proposal)
    print_study(options.console(), result, held=found, show=show)
    return 0


def _sections(text: str) -> list[str]:
    """Return the sections that a list names; all of them for `all`."""
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in (*SECTIONS, _ALL)]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} (expected one or more of: {', '.join((*SECTIONS, _ALL))})")
    return list(SECTIONS) if _ALL in names else names
