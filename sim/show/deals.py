"""The solutions side by side: every term, what is about as good, and what each party has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from sim.show.blocks import heading
from sim.show.text import Text
from sim.show.words import level_name, number_text, range_text, step_text, unit_text
from sim.studies.exactness import aside
from sim.studies.study import Deal, Study
from sim.theory.bargaining.solutions import SOLUTIONS

__all__ = ["print_deals"]


def print_deals(console: Console, study: Study) -> None:
    """Print every solution, two a table."""
    names = list(study.solutions)
    for start in range(0, len(names), 2):
        some = names[start : start + 2]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
        table.add_column(f"DEALS{aside(study.resolution)}" if start == 0 else "", max_width=26, header_style="bold")
        for name in some:
            table.add_column(SOLUTIONS[name].label, header_style="bold")
        for row in _rows(study, [study.solutions[name] for name in some]):
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
        console.print()
    if not names:
        heading(console, "DEALS", "There is no zone, so no deal is proposed.")


def _rows(study: Study, deals: Sequence[Deal]) -> Iterator[list[str]]:
    game = study.game
    for issue in game.issues:
        cells = [_term(study, deal, issue) for deal in deals]
        unit = unit_text(game, issue)
        yield [game.label(issue) + (f",{unit}" if unit else ""), *cells]
    for party in game.parties:
        cells = [f"{deal.utilities[party]:z.2f} (gain {deal.gains[party]:+z.2f})" for deal in deals]
        yield [f"{game.label(party)}: utility", *cells]
    if any(deal.ties > 1 for deal in deals):
        yield ["equally good deals", *(number_text(deal.ties) for deal in deals)]


def _term(study: Study, deal: Deal, issue: str) -> str:
    level, near = level_name(study.game, issue, deal.outcome[issue]), deal.within[issue]
    if len(near.levels) < 2:
        own = study.game.levels[study.game.issues.index(issue)]
        # A coarse step hides a range.
        return f"{level} ({step_text(own)})" if near.numeric and len(own) > 1 else level
    if near.numeric:
        return f"{level} ({range_text(near)})"
    others = (level_name(study.game, issue, n) for n in near.levels if n != deal.outcome[issue])
    return f"{level} (or {', '.join(others)})"
