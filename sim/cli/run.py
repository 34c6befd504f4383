"""`sim run`: one leverage point."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from sim.cli import options
from sim.cli.out import print_data

if TYPE_CHECKING:
    from sim.studies.study import Study

__all__ = ["add_run"]


def add_run(commands: Any) -> None:
    """Add the command `run`."""
    run = commands.add_parser("run", help="analyse a scenario at one leverage point")
    run.add_argument("scenario", help="a YAML file; - for standard input")
    options.add_point(run)
    run.add_argument(
        "--at-outcome",
        type=options.outcome,
        metavar="ISSUE=LEVEL,...",
        help="judge a proposed deal: a level for every issue",
    )
    options.add_samples(run)
    run.add_argument(
        "--doubt",
        type=float,
        metavar="SHARE",
        help="what holds if every assumption is known within this share only, such as 0.2",
    )
    run.add_argument(
        "--show", choices=["robust"], action="append", default=[], help="a section in full: what holds for every truth"
    )
    run.add_argument("--all", action="store_true", help="show every solution")
    run.add_argument("--json", action="store_true", help="print data instead of text")
    run.add_argument("--maps", action="store_true", help="with --json: which levels of every two issues go together")
    run.set_defaults(command=_run)


def _run(given: argparse.Namespace) -> int:
    from sim.studies.study import judged

    result = options.studied(given)
    deal = options.levels_of(result.game.scenario.spec, given.at_outcome or ())
    judgement = None if given.at_outcome is None else judged(result, deal)
    if given.json:
        from sim.output.study_json import judgement_data, study_data

        extra = {} if judgement is None else {"judgement": judgement_data(judgement)}
        print_data(study_data(result, maps=given.maps, doubt=given.doubt) | extra)
        return 0
    from sim.show.judgement import print_judgement
    from sim.show.study import print_study

    print_study(options.console(), result, every=given.all, sections=_what_holds(result, given))
    if judgement is not None:
        print_judgement(options.console(), result, judgement)
    return 0


def _what_holds(result: Study, given: argparse.Namespace) -> dict[str, str]:
    """Return what the result hangs on, and what holds for every truth, as text by heading."""
    from sim.errors import SizeError
    from sim.show.robust import full_sentences, robust_sentences, stability_sentences
    from sim.studies.robust.answers import robustness, stability

    full = "robust" in given.show
    try:
        sections = {"STANDS": "\n".join(stability_sentences(result, stability(result)))}
        found = robustness(result, doubt=given.doubt, full=full)
    except SizeError as error:
        return {"STANDS": f"not looked for: {error}"}
    if found is not None:
        sections["TRUTHS"] = "\n".join((full_sentences if full else robust_sentences)(result, found))
    elif full:
        sections["TRUTHS"] = "Nothing is stated about uncertain numbers (a section uncertain, or --doubt 0.2)."
    return sections
