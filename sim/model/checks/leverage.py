"""Checks of the leverage section."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Fault
from sim.model.checks.context import Context
from sim.model.paths import Keys, is_number, lookup, split
from sim.model.reach import reaches_terms_only
from sim.model.situation import Shift

__all__ = ["DEFAULTS", "check_leverage"]

DEFAULTS = {"power": 1.0}


def check_leverage(c: Context) -> Iterator[Fault]:
    """Yield every fault of the leverage variables."""
    for name, leverage in c.spec.leverage.items():
        keys = ("leverage", name)
        low, high = leverage.range
        if low >= high:
            yield c.fault(
                (*keys, "range"), f"empty or inverted range {low:.12g} to {high:.12g} (expected low below high)"
            )
        elif not low <= leverage.default <= high:
            yield c.fault((*keys, "default"), f"{leverage.default:.12g} (expected {low:.12g} to {high:.12g})")
        for path, shift in leverage.shifts.items():
            yield from _shift(c, (*keys, "shifts", path), path, shift)


def _shift(c: Context, keys: Keys, path: str, shift: Shift) -> Iterator[Fault]:
    if len({"by", "factor"} & set(c.names(*keys))) != 1:
        yield c.fault(keys, "neither or both of by and factor (expected one of the two)")
    try:
        found = split(c.tree.data, path)
    except KeyError as error:
        yield c.fault(keys, str(error.args[0]), key=True)
        return
    default = len(found) == 3 and found[0] == "parties" and found[2] in DEFAULTS
    if not is_number(lookup(c.tree.data, found)) and not default:
        yield c.fault(keys, f"{path} is not a number in this file (expected a path to one)", key=True)
    elif not reaches_terms_only(found):
        message = "leverage cannot move values or issues (expected war, no_deal, power, patience or enforcement)"
        yield c.fault(keys, message, key=True)
