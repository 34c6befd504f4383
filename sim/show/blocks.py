"""How a run is laid out: a heading and what belongs to it, within the width of the console."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from sim.show.text import Text

__all__ = ["PARTY_COLOURS", "heading", "indented", "labelled", "lines", "party_style", "plain_table", "unbroken"]

PARTY_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_INDENT = 2


def party_style(place: int) -> str:
    """Return the colour of the party at some place in the file, the same as in figures."""
    return PARTY_COLOURS[place] if place < len(PARTY_COLOURS) else ""


def heading(console: Console, name: str, text: Text | str = "") -> None:
    """Print a heading and what is said beside it."""
    line = Text(name, style="bold")
    if text:
        line = Text().append(line).append("  ").append(text)
    console.print(line)


def labelled(name: str, text: str) -> Text:
    """Return a name in bold and what is said of it."""
    return Text().append(name, "bold").append(f"  {text}")


def indented(console: Console, what: Text | Table | str) -> None:
    """Print what belongs to a heading."""
    console.print(Padding(Text(what) if isinstance(what, str) else what, (0, 0, 0, _INDENT)))


def lines(console: Console, sentences: Iterable[str]) -> None:
    """Print sentences, each beginning a line of its own."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column()
    for sentence in sentences:
        grid.add_row("-", Text(sentence))
    indented(console, grid)


def plain_table() -> Table:
    """Return a table without rules."""
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)


def unbroken(console: Console, text: Text) -> None:
    """Print a line that nothing breaks: one with a path in it, for somebody to copy."""
    console.print(text, soft_wrap=True)
