"""Tracks of talks for a person: what comes of each, what they come to together, and what linking them is worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Console
from rich.table import Table

from sim.model.base import label_of
from sim.show.blocks import heading, indented, labelled, lines
from sim.show.text import Text
from sim.show.words import joined, term_text
from sim.studies.agendas.tracks import Order, Step, Tracks
from sim.studies.exactness import aside

__all__ = ["print_tracks"]

_NOTICEABLE = 0.0005


def print_tracks(console: Console, found: Tracks) -> None:
    """Print tracks in order, their sum against all issues at once, and which order is better for whom."""
    heading(console, "TRACKS", "one after another; what is not agreed stays where it stands")
    grid = Table.grid(padding=(0, 2))
    for number, step in enumerate(found.given.steps, 1):
        names = ", ".join(map(found.game.label, step.issues))
        ends = f" (a deal here ends the {_contest(found)})" if step.truce else ""
        grid.add_row(Text(str(number), "bold"), Text(f"{names}{ends}", "bold"))
        grid.add_row("", Text(_answer(found, step)))
    indented(console, grid)
    whole = "no deal is possible" if found.whole.deal is None else _gains(found, found.whole.gains)
    sides = (f"{found.game.label(name)} {more:+z.3f}" for name, more in found.linking.items())
    console.print(labelled("TOGETHER", f"{_gains(found, found.given.gains)}, over no deal."))
    console.print(labelled("AT ONCE", f"{whole}{aside(found.whole.resolution)}."))
    console.print(labelled("LINKING", f"all issues at once instead of the tracks is worth {joined(sides)}."))
    if orders := list(_orders(found)):
        console.print(labelled("ORDER", " ".join(orders)))
    heading(console, "TAKEN FOR GRANTED")
    lines(console, (f"{note[0].upper()}{note[1:]}." for note in found.notes))
    console.print()


def _contest(found: Tracks) -> str:
    war = found.game.scenario.spec.war
    return "state of no deal" if war is None else label_of("war", war)


def _answer(found: Tracks, step: Step) -> str:
    if step.deal is None:
        if step.exists is None:
            return "Whether a deal is possible is not decided."
        if step.margin is None:
            return "No deal: with what was agreed before, red lines leave nothing."
        return f"No deal: whatever it says, some side loses at least {-step.margin:.3f}{aside(step.resolution)}."
    terms = "; ".join(f"{found.game.label(k)} {term_text(found.game, k, v)}" for k, v in step.deal.items())
    if max(step.gains.values()) < _NOTICEABLE:
        return f"Nothing to gain for anybody; as good as no deal: {terms}."
    return f"A deal, worth {_gains(found, step.gains)}{aside(step.resolution)}: {terms}."


def _gains(found: Tracks, gains: Mapping[str, float]) -> str:
    return joined(f"{found.game.label(name)} {gain:+z.3f}" for name, gain in gains.items())


def _orders(found: Tracks) -> Iterator[str]:
    """Yield which order is best for whom."""
    if len(found.orders) < 2:
        return
    for name in found.game.signers:
        best = max(found.orders, key=lambda order: order.gains[name])
        worst = min(order.gains[name] for order in found.orders)
        gain, here = best.gains[name], found.given.gains[name]
        label = found.game.label(name)
        if gain - worst < _NOTICEABLE:
            yield f"For {label} any order is as good."
        elif gain - here < _NOTICEABLE:
            yield f"For {label} none is better (others give as little as {worst:+z.3f})."
        else:
            yield f"Best for {label}: {_way(best)}, {gain:+z.3f}{_lacking(best)}."


def _way(order: Order) -> str:
    return " then ".join(str(k + 1) for k in order.tracks)


def _lacking(order: Order) -> str:
    failed = [str(k + 1) for k, step in zip(order.tracks, order.steps, strict=True) if step.deal is None]
    return f", without a deal on {joined(failed)}" if failed else ""
