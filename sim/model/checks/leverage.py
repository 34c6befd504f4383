"""Checks of the leverage section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def _one_below(c: Context, path: str, keys: Keys) -> str:
    """Return a hint at the numbers that lie right below a path; that one is expected where there are none."""
    below = lookup(c.tree.data, keys)
    numbers = [name for name, value in below.items() if is_number(value)] if isinstance(below, Mapping) else []
    return f"did you mean {' or '.join(f'{path}.{name}' for name in numbers)}?" if numbers else "expected a path to one"


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
        yield c.fault(keys, f"{path} is not a number in this file ({_one_below(c, path, found)})", key=True)
    elif not reaches_terms_only(found):
        message = "leverage cannot move values or issues (expected war, no_deal, power, patience or enforcement)"
        yield c.fault(keys, message, key=True)
