"""Checks of the ratification section: bodies, quotas, blocs."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.errors import Fault, counted
from sim.model.checks.context import Context
from sim.model.checks.parties import check_valuer
from sim.model.paths import Keys
from sim.model.ratification import MOST_SETS, Body, least_winning

__all__ = ["check_ratification"]


def check_ratification(c: Context) -> Iterator[Fault]:
    """Yield every fault of the bodies that ratify."""
    ways = []
    for name, body in c.spec.ratification.items():
        keys = ("ratification", name)
        if body.party is not None:
            yield from c.unknown((*keys, "party"), body.party, "party", "parties")
        yield from _members(c, keys, body)
        for bloc, record in body.blocs.items():
            yield from check_valuer(c, (*keys, "blocs", bloc), record)
        if len(c.names(*keys, "blocs")) == len(body.blocs):
            ways.append(len(least_winning(body.seats, body.quota) or ()))
            yield from _quota(c, keys, body)
    if math.prod(ways) > MOST_SETS:
        message = f"{math.prod(ways):,} ways to carry all bodies (expected at most {MOST_SETS}: fewer or larger blocs)"
        yield c.fault(("ratification",), message)


def _members(c: Context, keys: Keys, body: Body) -> Iterator[Fault]:
    for k, party in enumerate(body.parties):
        yield from c.unknown((*keys, "parties", str(k)), party, "party", "parties")
        if party in body.parties[:k]:
            yield c.fault((*keys, "parties", str(k)), f"{party} is named twice (expected each party once)")
    written = {"blocs", "parties"} & set(c.names(*keys))
    if len(written) != 1:
        yield c.fault(keys, f"{'both blocs and parties' if written else 'nobody votes'} (expected blocs, or parties)")


def _quota(c: Context, keys: Keys, body: Body) -> Iterator[Fault]:
    seats = sum(body.seats.values())
    if body.quota > seats and body.seats:
        yield c.fault((*keys, "quota"), f"{counted(body.quota, 'vote')} of {seats:,} (expected no more than there are)")
    elif least_winning(body.seats, body.quota) is None:
        message = f"more than {MOST_SETS} least sets of members carry it (expected fewer or larger blocs)"
        yield c.fault(keys, message)
