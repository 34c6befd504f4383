"""What was asked: the scenario, who signs, where each lever stands, what was set."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from sim.model.base import label_of
from sim.show.blocks import party_style
from sim.show.text import Text
from sim.show.words import signed
from sim.studies.study import Study

__all__ = ["print_head"]

_AID = "A thinking aid, not a forecast: what follows from these inputs, for no side."


def print_head(console: Console, study: Study, *, doubt: float | None = None) -> None:
    """Print what a run is about."""
    spec = study.game.scenario.spec
    when = f" (as of {spec.as_of})" if spec.as_of and spec.as_of not in spec.name else ""
    console.print(Text(spec.name + when, style="bold"))
    console.print(Text(_AID, style="italic"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column()
    grid.add_row("Signing", _signers(study))
    for what, text in _changed(study, doubt):
        grid.add_row(what, Text(text))
    for n, name in enumerate(study.leverage):
        grid.add_row("" if n else "Leverage", Text(_lever(study, name)))
    console.print(grid)
    console.print()


def _signers(study: Study) -> Text:
    """Return all parties, those that sign first."""
    game, text = study.game, Text()
    for n, party in enumerate(game.signers):
        text.append(", " if n else "").append(game.label(party), party_style(game.parties.index(party)))
    others = [game.label(party) for party in game.parties if party not in game.signers]
    return text.append(f" (not signing: {', '.join(others)})") if others else text


def _changed(study: Study, doubt: float | None) -> Iterator[tuple[str, str]]:
    changed = study.changes
    if changed.set:
        yield "Set", ", ".join(f"{path} = {value}" for path, value in changed.values())
    if changed.lift:
        yield "Lifted", f"red lines {', '.join(changed.lift)}"
    if changed.sign:
        yield "Added", f"{', '.join(changed.sign)}, whose consent the file does not ask for"
    if doubt is not None:
        yield "Doubted", f"every assumption, by up to {100 * doubt:g} %"


def _lever(study: Study, name: str) -> str:
    """Return where a lever stands between its ends, and the file's own level where another was asked for."""
    variable, level = study.game.scenario.spec.leverage[name], study.leverage[name]
    low, high = variable.range
    asked = "" if float(level) == float(variable.default) else f" (file: {signed(variable.default)})"
    ends = variable.meaning or f"from {signed(low)} to {signed(high)}"
    return f"{label_of(name, variable)} {signed(level)}{asked}: {ends}"
