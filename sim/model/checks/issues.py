"""Checks of the issues section."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from sim.errors import Fault
from sim.model.checks.context import Context, sound
from sim.model.issues import MAX_CELLS, MAX_LEVELS, Issue, grid_size, too_wide
from sim.model.names import suggest
from sim.model.paths import Keys
from sim.model.values import key_level

__all__ = ["check_issues", "check_size"]

NAME = re.compile(r"[\w\-]([\w\- ]*[\w\-])?")


def check_issues(c: Context) -> Iterator[Fault]:
    """Yield every fault of the issues."""
    if not c.names("issues"):
        yield c.fault(("issues",), "no issues (expected at least one)")
    for name, issue in c.spec.issues.items():
        keys = ("issues", name)
        yield from _levels(c, keys, issue)
        yield from _control(c, keys, issue)
        if sound(issue):
            yield from _labels(c, keys, issue)
        if issue.reversion is not None and sound(issue):
            yield from c.off_grid((*keys, "reversion"), issue, issue.reversion)


def check_size(c: Context) -> Iterator[Fault]:
    """Yield a fault where all levels of all issues together are too many to be listed for every party."""
    levels = sum(map(_size, filter(sound, c.spec.issues.values())))
    cells = levels * max(1, len(c.spec.parties))
    if cells > MAX_CELLS:
        yield c.fault(
            ("issues",),
            f"{levels:,} levels in all for {len(c.spec.parties)} parties are {cells:,} utilities "
            f"(expected at most {MAX_CELLS:,}: use wider steps)",
        )


def _size(issue: Issue) -> int:
    if issue.range is None or issue.step is None:
        return len(issue.levels or ())
    return grid_size(*issue.range, issue.step)


def _levels(c: Context, keys: Keys, issue: Issue) -> Iterator[Fault]:
    written = c.names(*keys)
    if issue.range is None and issue.levels is None:
        if not {"range", "levels"} & set(written):
            yield c.fault(keys, "neither range nor levels (expected one of the two)")
    elif issue.range is not None and issue.levels is not None:
        yield c.fault(keys, "both range and levels (expected one of the two)")
    elif issue.levels is not None:
        yield from _listed(c, keys, issue, written)
    elif issue.range is not None:
        yield from _numeric(c, keys, issue, "step" in written)


def _listed(c: Context, keys: Keys, issue: Issue, written: list[str]) -> Iterator[Fault]:
    levels = issue.levels or ()
    if "step" in written:
        yield c.fault((*keys, "step"), "step with listed levels (expected with range only)", key=True)
    if issue.numeric:
        yield from _rising(c, keys, [float(level) for level in levels])
        return
    if "unit" in written:
        yield c.fault((*keys, "unit"), "unit with named levels (expected with numbers only)", key=True)
    for k, level in enumerate(levels):
        if not isinstance(level, str):
            message = f"{level:.12g} among names (expected all names or all numbers: quote it if it is a name)"
            yield c.fault((*keys, "levels", str(k)), message)
        elif issue.places[level] < k:
            yield c.fault((*keys, "levels", str(k)), f"{level!r} is listed twice (expected different names)")
        elif not NAME.fullmatch(level):
            held = "letters, digits, spaces, _ and -, with no space at an end"
            yield c.fault((*keys, "levels", str(k)), f"{level!r} is not a name (level names hold {held})")


def _rising(c: Context, keys: Keys, levels: list[float]) -> Iterator[Fault]:
    for k, (first, second) in enumerate(itertools.pairwise(levels), start=1):
        if second <= first:
            message = f"{second:.12g} after {first:.12g} (expected numbers that rise)"
            yield c.fault((*keys, "levels", str(k)), message)
    if len(levels) > MAX_LEVELS:
        yield c.fault((*keys, "levels"), f"{len(levels):,} levels (expected at most {MAX_LEVELS:,})")


def _labels(c: Context, keys: Keys, issue: Issue) -> Iterator[Fault]:
    """Yield a fault for every label of a level that is none."""
    for level in issue.labels:
        yield from c.off_grid((*keys, "labels", level), issue, key_level(level) if issue.numeric else level, key=True)


def _numeric(c: Context, keys: Keys, issue: Issue, step_written: bool) -> Iterator[Fault]:
    assert issue.range is not None
    low, high = issue.range
    if low >= high:
        what = "empty" if low == high else "inverted"
        yield c.fault((*keys, "range"), f"{what} range {low:.12g} to {high:.12g} (expected low below high)")
    elif issue.step is None:
        if not step_written:
            yield c.fault(keys, "step is missing (expected the distance between levels)")
    elif too_wide(low, high, issue.step):
        yield c.fault(
            (*keys, "step"), f"{issue.step:.12g} is wider than the range (expected at most {high - low:.12g})"
        )
    elif grid_size(low, high, issue.step) > MAX_LEVELS:
        yield c.fault((*keys, "step"), f"{issue.step:.12g} makes over {MAX_LEVELS:,} levels (expected a wider step)")


def _control(c: Context, keys: Keys, issue: Issue) -> Iterator[Fault]:
    for k, party in enumerate(issue.control or ()):
        yield from c.unknown((*keys, "control", str(k)), party, "party", "parties")
    outside = [p for p in issue.control or () if p in c.spec.parties and not c.spec.parties[p].consent]
    if outside and issue.reversion is None and "reversion" not in c.names(*keys):
        yield c.fault(keys, f"reversion is missing ({outside[0]} controls this issue and does not consent)")
    if issue.control is not None and not issue.control:
        hint = suggest("", c.names("parties"))
        yield c.fault((*keys, "control"), f"no party controls this issue {hint}")
