"""Evidence records and the coverage of a scenario, for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.evidence import Claim, ClaimsReport, Input, Provenance, Report

__all__ = ["print_report"]


def print_report(console: Console, report: Report) -> None:
    """Print a report on evidence."""
    if isinstance(report, ClaimsReport):
        _claims(console, report.claims)
    else:
        _coverage(console, report.provenance, report.trouble)


def _claims(console: Console, claims: Iterable[Claim]) -> None:
    """Print claims, one a block: id, kind, whose, on what, and the claim."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("claim", "kind", "party", "issue", "what is reported"):
        table.add_column(name, header_style="bold", overflow="fold")
    count = 0
    for claim in claims:
        cells = (claim.id, claim.kind, claim.party or "", claim.issue or "", claim.text)
        table.add_row(*(Text(cell) for cell in cells))
        count += 1
    console.print(table)
    console.print(f"{count} claims")


def _coverage(console: Console, found: Provenance, trouble: Iterable[tuple[str, str]]) -> None:
    """Print every input with its claim or assumption, what does not hold, and the coverage."""
    _inputs(console, "input", found.inputs)
    if found.terms:
        console.print()
        _inputs(console, "levels and red lines", found.terms)
    for path, fault in trouble:
        console.print(Text(f"{path}: {fault}", style="bold"))
    total = max(1, len(found.inputs))
    share = 100 * (1 - found.count("none") / total)
    console.print(
        f"{len(found.inputs)} inputs: {found.count('evidence')} from documents, {found.count('assumption')} "
        f"assumptions, {found.count('none')} without a source ({share:.0f} % covered)"
    )
    if found.terms:
        words = Provenance(found.terms)
        console.print(
            f"{len(found.terms)} lists of levels and red lines: {words.count('evidence')} from documents, "
            f"{words.count('assumption')} assumptions, {words.count('none')} without a source"
        )


def _inputs(console: Console, title: str, items: Iterable[Input]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in (title, "value", "source"):
        table.add_column(name, header_style="bold", overflow="fold")
    for item in items:
        source = ", ".join(item.claims) or {"none": "no source"}.get(item.kind, "assumption")
        text = f"{source}: {item.text}" if item.text else source
        table.add_row(Text(item.path), Text(_value(item.value)), Text(text))
    console.print(table)


def _value(value: Any) -> str:
    """Return a value as the file writes it, without brackets around a list of names or a red line."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return str(value)
