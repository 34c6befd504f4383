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
    _add_tracks(run)
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


def _add_tracks(run: argparse.ArgumentParser) -> None:
    """Add the options about settling some issues first and the others later."""
    words = "settle these issues first; again for the next track; issues on none come last, and the last ends the war"
    run.add_argument("--track", type=_track, action="append", default=[], metavar="ISSUE,...", help=words)
    run.add_argument(
        "--truce",
        type=lambda text: (*_track(text)[:1], True),
        action="append",
        dest="track",
        metavar="ISSUE,...",
        help="as --track, and its deal ends the war",
    )
    run.add_argument(
        "--status-quo",
        type=options.outcome,
        metavar="ISSUE=LEVEL,...",
        help="where issues on tracks stand until agreed, also from a YAML file; by default as the scenario says",
    )


def _track(text: str) -> tuple[list[str], bool]:
    """Return the issues of a track, and that its deal ends no war."""
    return [name.strip() for name in text.split(",") if name.strip()], False


def _tracks(given: argparse.Namespace, result: Any) -> Any:
    """Return the tracks asked for, None for none."""
    from sim.errors import RequestError
    from sim.studies.agendas.tracks import tracks_of

    if not given.track:
        if given.status_quo is not None:
            raise RequestError("--status-quo: there is no track (expected --track ISSUE,... too)")
        return None
    truces = [k for k, (_, truce) in enumerate(given.track, 1) if truce]
    if len(truces) > 1:
        raise RequestError("--truce: given twice (expected one deal that ends the war)")
    status_quo = options.levels_of(result.game.scenario.spec, given.status_quo or [], "--status-quo")
    names = [issues for issues, _ in given.track]
    truce = truces[0] if truces else None
    return tracks_of(result.game, result.leverage, names, truce=truce, status_quo=status_quo)


def _run(given: argparse.Namespace) -> int:
    from sim.cli.waiting import ALONE, MARGIN_ALONE, waiting
    from sim.studies.proposals import completed
    from sim.studies.study import judged

    with waiting("working out zone, deals, reasons and games", MARGIN_ALONE):
        result = options.studied(given)
    proposal = judgement = None
    if given.at_outcome is not None:
        proposal = completed(result, options.levels_of(result.game.scenario.spec, given.at_outcome))
        judgement = judged(result, proposal.outcome)
    sequence = _tracks(given, result)
    if given.json:
        from sim.output.study_json import judgement_data, study_data

        extra = {} if judgement is None else {"judgement": judgement_data(judgement, proposal)}
        if sequence is not None:
            from sim.output.tracks_json import tracks_data

            extra["tracks"] = tracks_data(sequence)
        print_data(study_data(result, maps=given.maps, doubt=given.doubt) | extra)
        return 0
    from sim.show.holds import held
    from sim.show.judgement import print_judgement
    from sim.show.study import print_study

    show = set(SECTIONS) if given.all else {name for names in given.show for name in names}
    with waiting("working out what it hangs on", ALONE):
        found = held(result, doubt=given.doubt, full="robust" in show)
    if judgement is not None:
        print_judgement(options.console(), result, judgement, proposal)
    if sequence is not None:
        from sim.show.tracks import print_tracks

        print_tracks(options.console(), sequence)
    print_study(options.console(), result, held=found, show=show)
    return 0


def _sections(text: str) -> list[str]:
    """Return the sections that a list names; all of them for `all`."""
    names = [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in (*SECTIONS, _ALL)]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} (expected one or more of: {', '.join((*SECTIONS, _ALL))})")
    return list(SECTIONS) if _ALL in names else names
