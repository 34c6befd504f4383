"""`sim talks`: many sessions of offers in turn, each side by its tactic."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options
from sim.cli.out import print_data

__all__ = ["add_talks"]

_TACTIC = (
    "a side's tactic, with an exponent if wanted: boulware, linear, conceder, tit_for_tat or stationary; may recur"
)


def add_talks(commands: Any) -> None:
    """Add the command `talks`."""
    talks = commands.add_parser("talks", help="let the sides talk, offer by offer, by tactics of their own")
    talks.add_argument("scenario", help="a YAML file; - for standard input")
    talks.add_argument("-n", "--sessions", type=int, default=1000, metavar="N", help="how many sessions (1000)")
    talks.add_argument(
        "--tactic", type=options.pair, action="append", default=[], metavar="PARTY=NAME[:EXPONENT]", help=_TACTIC
    )
    talks.add_argument("--rounds", type=int, metavar="R", help="offers until talks end (talks.last_round, or 20)")
    talks.add_argument("--opens", metavar="PARTY", help="who makes the first offer (each equally often)")
    talks.add_argument("--noise", type=float, default=0.05, metavar="SHARE", help="how much demands waver (0.05)")
    talks.add_argument(
        "--start", default="best", metavar="NAME", help="first demands: best of all (best) or of the zone"
    )
    talks.add_argument("--rng", type=int, default=1, metavar="N", help="the number that all draws follow from (1)")
    options.add_point(talks)
    talks.add_argument("--trace", type=int, nargs="?", const=1, metavar="K", help="also session K, offer by offer (1)")
    talks.add_argument("--json", action="store_true", help="print the answers as data")
    talks.set_defaults(command=_talks)


def _talks(given: argparse.Namespace) -> int:
    from sim.model.arguments import count_in
    from sim.simulations.sessions import sessions

    tactics: dict[str, list[str]] = {}
    for name, tactic in given.tactic:
        tactics.setdefault(name, []).append(tactic)
    found = sessions(
        given.scenario,
        given.sessions,
        tactics=tactics,
        rounds=given.rounds,
        opens=given.opens,
        noise=given.noise,
        start=given.start,
        rng=given.rng,
        leverage=options.once("--at", given.at),
        set=options.once("--set", given.set),
        lift_lines=given.lift,
        sign=given.sign,
    )
    shown = None if given.trace is None else count_in("--trace", given.trace, most=len(found)) - 1
    if given.json:
        from sim.output.sessions_json import sessions_data, trace_data

        print_data(sessions_data(found) | ({} if shown is None else {"trace": trace_data(found, shown)}))
        return 0
    from sim.show.ensemble import print_lines
    from sim.show.sessions import sessions_lines, trace_lines

    console = options.console()
    print_lines(console, sessions_lines(found))
    if shown is not None:
        print_lines(console, trace_lines(found, shown))
    return 0
