"""Checks of what a scenario says, collected: every fault is found in one run. `CHECKS` is the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.errors import Fault
from sim.model.checks.constraints import check_constraints
from sim.model.checks.context import Context
from sim.model.checks.dynamics import check_dynamics
from sim.model.checks.issues import check_issues, check_size
from sim.model.checks.leverage import check_leverage
from sim.model.checks.parties import check_parties
from sim.model.checks.ratification import check_ratification
from sim.model.checks.situation import (
    check_beliefs,
    check_enforcement,
    check_future,
    check_moves,
    check_talks,
    check_war,
)
from sim.model.checks.sources import check_sources
from sim.model.checks.statements import check_statements

__all__ = ["CHECKS", "Context", "all_faults"]

CHECKS: dict[str, Callable[[Context], Iterator[Fault]]] = {
    "issues": check_issues,
    "parties": check_parties,
    "constraints": check_constraints,
    "ratification": check_ratification,
    "war": check_war,
    "talks": check_talks,
    "leverage": check_leverage,
    "future": check_future,
    "enforcement": check_enforcement,
    "moves": check_moves,
    "beliefs": check_beliefs,
    "statements": check_statements,
    "dynamics": check_dynamics,
    "sources": check_sources,
}


def all_faults(context: Context) -> list[Fault]:
    """Return what every check finds; where the issues are too large to be looked at, only that."""
    return list(check_size(context)) or [fault for check in CHECKS.values() for fault in check(context)]
