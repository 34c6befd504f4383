"""What a result hangs on: how far groups of inputs may be off before it falls, and what holds for every truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console

from sim.ensembles.quick import zone_share
from sim.ensembles.shares import Share
from sim.errors import NotDefined, RequestError, SizeError
from sim.show.blocks import heading, indented, labelled, plain_table
from sim.show.robust import inputs_text, percent_text, robust_sentences
from sim.show.shares import zone_sentence
from sim.show.text import Text
from sim.studies.robust.answers import robustness, stability
from sim.studies.robust.margins import Robust
from sim.studies.robust.stability import MOST, Radius
from sim.studies.study import Study

__all__ = ["Held", "held", "print_holds"]

_FEW = 4


@dataclass(frozen=True, eq=False)
class Held:
    """What a result hangs on.

    Attributes
    ----------
    radii : dict of str to tuple of Radius
        By deal, and of the verdict as ``zone``; empty where they were not looked for.
    robust : Robust or None
        What holds for every truth; None where nothing is stated.
    reason : str or None
        Why nothing was looked for.
    share : Share or None
        Of the truths with a zone; None where nothing is stated, or what is stated cannot be drawn.
    """

    radii: Mapping[str, tuple[Radius, ...]]
    robust: Robust | None = None
    reason: str | None = None
    share: Share | None = None


def held(study: Study, *, doubt: float | None = None, full: bool = False) -> Held:
    """Return what a study's result hangs on; `full` as in `sim.robustness`."""
    try:
        radii, found = stability(study), robustness(study, doubt=doubt, full=full)
    except (NotDefined, SizeError) as error:
        return Held({}, None, str(error))
    return Held(radii, found, share=None if found is None else _share(study, found))


def _share(study: Study, found: Robust) -> Share | None:
    try:
        return zone_share(study, found)
    except (NotDefined, RequestError, SizeError):
        return None


def print_holds(console: Console, study: Study, found: Held) -> None:
    """Print what the Nash deal and the verdict hang on, the most delicate first, and what holds for every truth."""
    if found.reason is not None:
        heading(console, "WHAT IT HANGS ON", f"Not looked for: {found.reason}")
        return
    of = {name: {r.inputs: r for r in radii} for name, radii in found.radii.items() if name in ("nash", "zone")}
    names = sorted({name for own in of.values() for name in own}, key=lambda name: _least(of, name))
    shown = [name for name in names if _least(of, name) < math.inf][: _FEW - (found.robust is not None)]
    if shown:
        heading(console, "WHAT IT HANGS ON", "one group of inputs wrong, all others right")
        _table(console, study, of, shown)
    else:
        verdict, group = ("a zone" if study.zone.exists else "no zone"), "inputs"
        words = f"no one group of {group}: {verdict} even if it is off by {100 * MOST:.0f} %"
        if study.zone.exists is None:
            words = "undecided, whatever the inputs"
        heading(console, "WHAT IT HANGS ON", words)
    if found.robust is not None:
        share = [] if found.share is None else [zone_sentence(found.share)]
        console.print(labelled("TRUTHS", " ".join([*robust_sentences(study, found.robust), *share])))


def _least(of: Mapping[str, Mapping[str, Radius]], name: str) -> float:
    widths = [own[name].within for own in of.values() if name in own]
    return min((width for width in widths if width is not None), default=math.inf)


def _table(console: Console, study: Study, of: Mapping[str, Mapping[str, Radius]], names: list[str]) -> None:
    verdict = "a zone within" if study.zone.exists else "no zone within"
    heads = {"nash": "Nash deal holds within", "zone": verdict}
    table = plain_table()
    table.add_column("")
    for name in of:
        table.add_column(heads[name])
    for name in names:
        cells = [_within(study, own.get(name), named=deal == "nash") for deal, own in of.items()]
        table.add_row(Text(inputs_text(study, name)), *map(Text, cells))
    indented(console, table)


def _within(study: Study, radius: Radius | None, *, named: bool) -> str:
    if radius is None:
        return ""
    if radius.within is None:
        return f"over {100 * MOST:.0f} %"
    least = "" if radius.exact else "at least "
    then = f", then {study.game.label(radius.refuses)} refuses" if named and radius.refuses else ""
    return f"{least}{percent_text(radius.within)}{then}"
