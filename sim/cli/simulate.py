"""`sim simulate`: many paths of leverage in time."""

from __future__ import annotations

import argparse
from typing import Any

from sim.cli import options
from sim.cli.out import print_data

__all__ = ["add_simulate"]


def add_simulate(commands: Any) -> None:
    """Add the command `simulate`."""
    simulate = commands.add_parser("simulate", help="let leverage wander in time, and say when there is a deal")
    simulate.add_argument("scenario", help="a YAML file; - for standard input")
    simulate.add_argument("-n", "--paths", type=int, default=1000, metavar="N", help="how many paths (1000)")
    simulate.add_argument("--months", type=float, metavar="M", help="how far ahead (what the file says, or 36)")
    simulate.add_argument("--rng", type=int, default=1, metavar="N", help="the number that all draws follow from (1)")
    simulate.add_argument(
        "--rule", default="zone", metavar="NAME", help="when a deal is made: zone (default), durable, waiting or offers"
    )
    simulate.add_argument(
        "--learning", type=float, default=0.0, metavar="RATE", help="rate a year at which beliefs on the odds converge"
    )
    simulate.add_argument(
        "--tactic",
        type=options.pair,
        action="append",
        metavar="PARTY=NAME",
        help="how a side's demands fall under the rule offers: boulware, linear (default) or conceder",
    )
    options.add_point(simulate)
    simulate.add_argument("--json", action="store_true", help="print the answers as data")
    simulate.set_defaults(command=_simulate)


def _simulate(given: argparse.Namespace) -> int:
    from sim.cli.waiting import waiting
    from sim.model.scenario import prepared
    from sim.simulations.simulate import simulate

    with waiting("working out the paths", "fewer paths (-n), fewer months, the rule zone"):
        found = simulate(
            prepared(given.scenario, options.once("--set", given.set), given.lift),
            given.paths,
            rng=given.rng,
            months=given.months,
            rule=given.rule,
            learning=given.learning,
            tactics=options.once("--tactic", given.tactic or []),
            leverage=options.once("--at", given.at),
            sign=given.sign,
        )
    if given.json:
        from sim.output.simulation_json import simulation_data

        print_data(simulation_data(found))
        return 0
    from sim.show.simulation import simulation_lines
    from sim.show.text import Text

    console = options.console()
    for line in simulation_lines(found):
        console.print(Text(line), soft_wrap=True)
    return 0
