"""A sweep for a person: how often there is a zone, and where it opens and closes."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from sim.errors import counted
from sim.show.text import Text
from sim.studies.exactness import aside
from sim.sweeps.findings.branches import Moves, Turn
from sim.sweeps.findings.crossings import Crossing
from sim.sweeps.findings.summaries import Summary

__all__ = ["print_summary", "summary_lines"]

_SURE = 1e-9


def print_summary(console: Console, summary: Summary) -> None:
    """Print a sweep in short."""
    for line in summary_lines(summary):
        console.print(Text(line), soft_wrap=True)


def summary_lines(summary: Summary) -> Iterator[str]:
    """Yield a sweep in sentences."""
    sound = summary.points - summary.failed
    share = f" ({100 * summary.zone / sound:.3g} %)" if sound else ""
    yield f"A zone of possible agreement exists at {summary.zone:,} of {counted(sound, 'point')}{share}."
    if summary.margin is not None:
        yield f"The margin runs from {summary.margin[0]:+z.3f} to {summary.margin[1]:+z.3f}{aside(summary.resolution)}."
    if summary.undecided:
        points = "point" if summary.undecided == 1 else "points"
        yield f"At {summary.undecided:,} {points} it was not settled whether there is one."
    for axis in summary.at:
        yield _along(summary, axis)
        for turn in summary.turns:
            if turn.axis == axis:
                yield _turn(turn)
    for reason, count in summary.reasons.items():
        yield f"{count:,} {'cell' if count == 1 else 'cells'} failed: {reason}"


def _along(summary: Summary, axis: str) -> str:
    others = ", ".join(f"{name} {level:g}" for name, level in summary.at.items() if name != axis)
    where = f" (at {others})" if others else ""
    found = [crossing for crossing in summary.crossings if crossing.axis == axis]
    words = " and ".join(map(_crossing, found)) or "neither opens nor closes"
    sure = ", as far as was settled" if summary.undecided else ""
    return f"Along {axis}{where} the zone {words}{sure}."


def _crossing(crossing: Crossing) -> str:
    return f"{'opens' if crossing.opens else 'closes'} above {crossing.level:.4g}"


def _turn(turn: Turn) -> str:
    where = f"Between {turn.low:.4g} and {turn.high:.4g} of {turn.axis}"
    gone, come = (" and ".join(map(_moves, some)) for some in (turn.vanish, turn.appear))
    if gone and come:
        return f"{where} the equilibrium {gone} gives way to {come}."
    return f"{where} the equilibrium {gone or come} {'vanishes' if gone else 'appears'}."


def _moves(moves: Moves) -> str:
    """Return what an equilibrium plays, such as (russia: hold, ukraine: counter 40 % or hold 60 %)."""
    sides = []
    for party, chances in moves.items():
        names = [move if p > 1 - _SURE else f"{move} {100 * p:.0f} %" for move, p in chances.items()]
        sides.append(f"{party}: {' or '.join(names)}")
    return f"({', '.join(sides)})"
